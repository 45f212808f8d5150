/*
 * A text file of any encoding, line by line, as UTF-8, as often as it takes.
 */
#ifndef BY_EXCHANGE_LINES_H
#define BY_EXCHANGE_LINES_H

#include "base/error.h"
#include "exchange/charset.h"
#include "exchange/input.h"

struct by_lines;
/* Takes the input, whatever comes of it, and looks through all of it for its encoding, unless
 * charset says which. BANYAN_ERR_DISK, _MALFORMED with words; BANYAN_ERR_USAGE for what cannot be
 * read twice. */
BANYAN_MUST_CHECK enum banyan_status
by_lines_open(struct by_input *input, const enum by_charset *charset_or_null,
              struct by_lines **out_lines, struct banyan_error *error);
/* NULL is fine. */
void by_lines_close(struct by_lines *lines);
enum by_charset by_lines_charset(const struct by_lines *lines);
/* The next line with what ends it, LF, CR or CR LF; the last may have no end. Holds until the next
 * call. BANYAN_ERR_NOT_FOUND at the end; BANYAN_ERR_TOO_LARGE past BY_LINE_BYTES_MAX, with words
 * that name the line. */
BANYAN_MUST_CHECK enum banyan_status
by_lines_next(struct by_lines *lines, struct by_bytes *out_line, struct banyan_error *error);
/* The number of the line that was read last, from 1. */
uint64_t by_lines_number(const struct by_lines *lines);
/* Bytes of the file read so far, and its size. */
void by_lines_progress(const struct by_lines *lines, uint64_t *out_done, uint64_t *out_total);
BANYAN_MUST_CHECK enum banyan_status
by_lines_rewind(struct by_lines *lines, struct banyan_error *error);

#endif
