/*
 * Rows of a CSV file that spreadsheets open right: RFC 4180 with a byte order mark before the first
 * row, CR LF, and cells that cannot be taken for formulas.
 */
#ifndef BY_EXCHANGE_CSV_WRITE_H
#define BY_EXCHANGE_CSV_WRITE_H

#include "base/bytes.h"

#define BY_CSV_BEGIN "\xef\xbb\xbf"

/* Append a cell; before all but the first of a row the delimiter. A text that begins as a formula
 * does (= + - @ TAB CR) and is no number gets an apostrophe before it, which reading such a cell
 * takes away again (by_csv_plain). */
BANYAN_MUST_CHECK enum banyan_status
by_csv_cell(struct by_buffer *out, char delimiter, bool is_first, struct by_bytes text);
BANYAN_MUST_CHECK enum banyan_status by_csv_end_row(struct by_buffer *out);

/* A cell without the apostrophe that keeps it from being a formula. */
struct by_bytes by_csv_plain(struct by_bytes cell);

#endif
