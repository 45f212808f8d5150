/*
 * The bytes of a file, or of a file within a ZIP archive: read in pieces, and again from the first.
 */
#ifndef BY_EXCHANGE_INPUT_H
#define BY_EXCHANGE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct zip;
struct by_input;
/* "-" is standard input. BANYAN_ERR_NOT_FOUND, _DISK with words. */
BANYAN_MUST_CHECK enum banyan_status
by_input_open(const char *path, struct by_input **out_input, struct banyan_error *error);
/* archive and name are borrowed until it is closed. BANYAN_ERR_MALFORMED with words. */
BANYAN_MUST_CHECK enum banyan_status by_input_open_within(struct zip *archive, const char *name,
                                                          struct by_input **out_input,
                                                          struct banyan_error *error);
/* NULL is fine. */
void by_input_close(struct by_input *input);
/* Next bytes into at, up to size; *out_size 0 at the end. BANYAN_ERR_DISK; of an archive
 * BANYAN_ERR_MALFORMED, also for more than BY_UNPACKED_BYTES_MAX. */
#define BY_UNPACKED_BYTES_MAX (UINT64_C(4) << 30)
BANYAN_MUST_CHECK enum banyan_status by_input_read(struct by_input *input, uint8_t *at, size_t size,
                                                   size_t *out_size, struct banyan_error *error);
/* Back to the first byte. BANYAN_ERR_USAGE for a pipe. */
BANYAN_MUST_CHECK enum banyan_status
by_input_rewind(struct by_input *input, struct banyan_error *error);

#endif
