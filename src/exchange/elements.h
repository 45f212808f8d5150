/*
 * The objects that a JSON file holds, one at a time, however large the file is: JSON lines, an
 * array of objects, or one object with such an array within it, as GeoJSON ("features"), Kobo
 * ("results") and ODK Central ("value") have it. A file with another object is that object.
 */
#ifndef BY_EXCHANGE_ELEMENTS_H
#define BY_EXCHANGE_ELEMENTS_H

#include "base/bytes.h"
#include "base/error.h"

struct by_elements;
/* BANYAN_ERR_NOT_FOUND, _DISK with words; BANYAN_ERR_USAGE for what cannot be read twice. */
BANYAN_MUST_CHECK enum banyan_status
by_elements_open(const char *path, struct by_elements **out_elements, struct banyan_error *error);
/* NULL is fine. */
void by_elements_close(struct by_elements *elements);
/*
 * The next object, as its text: from "{" to the "}" that closes it, which is all that is known of
 * it. Holds until the next call.
 *
 * Returns BANYAN_ERR_NOT_FOUND  at the end
 *         BANYAN_ERR_MALFORMED  something else stands there, with words that name the line
 *         BANYAN_ERR_TOO_LARGE  it is longer than BY_JSON_BYTES_MAX, with such words: passed over,
 * so that the next call gives the one behind it
 */
BANYAN_MUST_CHECK enum banyan_status by_elements_next(struct by_elements *elements,
                                                      struct by_bytes *out_text,
                                                      struct banyan_error *error);
/* Where the object that was read last begins, from 1. */
uint64_t by_elements_line(const struct by_elements *elements);
/* What stands around the array within the object, with null in its place; whole once the end was
 * read. Empty for other files. At most 64 KiB of it, else cut. */
struct by_bytes by_elements_frame(const struct by_elements *elements);
BANYAN_MUST_CHECK enum banyan_status
by_elements_rewind(struct by_elements *elements, struct banyan_error *error);
/* Bytes read so far, and of the file. */
void by_elements_progress(const struct by_elements *elements, uint64_t *out_done,
                          uint64_t *out_total);

#endif
