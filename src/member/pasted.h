/*
 * Codes that people copy and paste, in base 32 (base/base32.h) of
 *
 *   kind u8 | size of all u16 | body | checksum 4
 *
 * integers little-endian, checksum = first bytes of BLAKE2b-256(tag CHECKSUM ‖ all before it). A
 * later kind keeps kind, size and checksum where they are.
 */
#ifndef BY_MEMBER_PASTED_H
#define BY_MEMBER_PASTED_H

#include "base/arena.h"
#include "base/limits.h"

/* Never changed. */
enum by_pasted_kind { BY_PASTED_INVITATION = 1, BY_PASTED_CONTACT = 2 };
#define BY_PASTED_BIT(kind) (1u << (kind))

/* Of the longest, an invitation. */
#define BY_PASTED_BODY_BYTES_MAX                                                                   \
    (16u + 3u * 32u + 1u + BY_CODE_ADDRESSES_MAX * (1u + BY_ADDRESS_BYTES_MAX))

/* May be secret. */
struct by_pasted {
    enum by_pasted_kind kind;
    uint8_t body[BY_PASTED_BODY_BYTES_MAX];
    size_t size;
};

/* Append the code: "BANYAN", then groups of 6 with "-" between, NUL-terminated. BANYAN_ERR_INVALID
 * past the bound. */
BANYAN_MUST_CHECK enum banyan_status
by_pasted_encode(enum by_pasted_kind kind, struct by_bytes body, struct by_buffer *out);
/* Find a code of one of the kinds (BY_PASTED_BIT) in the text around it. Whatever is not a letter
 * or digit, and case, does not matter: a code survives line breaks, dashes, the marks of quoted
 * mail, and what member/code_text.h tells. BANYAN_ERR_MALFORMED with words: no code, mistyped, cut
 * short, of another kind, or several that are not the same. BANYAN_ERR_UPGRADE.
 * BANYAN_ERR_TOO_LARGE past BY_CODE_TEXT_BYTES_MAX. The body is not looked at. */
BANYAN_MUST_CHECK enum banyan_status by_pasted_find(struct by_bytes text, unsigned kinds,
                                                    struct by_pasted *out_code,
                                                    struct banyan_error *error);
/* BANYAN_ERR_MALFORMED with the words for a code whose body is not of its form. */
BANYAN_MUST_CHECK enum banyan_status by_pasted_fail_mistyped(struct banyan_error *error);

/* The end of a body: count u8 | for each: size u8, HOST:PORT. BANYAN_ERR_INVALID for more than
 * BY_CODE_ADDRESSES_MAX addresses or one that is not 1 to BY_ADDRESS_BYTES_MAX visible ASCII
 * characters. */
BANYAN_MUST_CHECK enum banyan_status
by_pasted_put_addresses(const struct by_bytes *addresses, size_t count, struct by_buffer *body);
/* And back, to the end; they live in arena. BANYAN_ERR_MALFORMED, _TRUNCATED, _MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_pasted_take_addresses(struct by_cursor *cursor, struct by_arena *arena,
                         struct by_bytes out_addresses[BY_CODE_ADDRESSES_MAX], size_t *out_count);

#endif
