/*
 * Base 32 in Crockford's alphabet, for things that people read out, type and paste. Case does not
 * matter; O reads as 0, I and L as 1; spaces, dashes and line breaks between characters are
 * skipped.
 */
#ifndef BY_BASE_BASE32_H
#define BY_BASE_BASE32_H

#include "base/bytes.h"

/* ceil(8 n / 5) characters, most significant bit first, last one padded with 0 bits; out_text gets
 * a NUL behind. */
void by_base32_encode(struct by_bytes bytes, char *out_text);
#define BY_BASE32_TEXT_BYTES(bytes) (((bytes)*8 + 4) / 5 + 1)

/* BANYAN_ERR_MALFORMED for another character or padding bits that are not 0; BANYAN_ERR_TOO_LARGE
 * past the buffer. */
BANYAN_MUST_CHECK enum banyan_status by_base32_decode(struct by_bytes text, struct by_buffer *out);

/* Characters in groups of group_size with "-" between. out has at least twice the text's room. */
void by_base32_group(const char *text, size_t group_size, char *out_text);

#endif
