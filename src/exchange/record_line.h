/*
 * Whole records as JSON lines: what leaves with everything, and comes in again without loss.
 *
 *   {"banyan": 1, "type": "site", "name": 96 hex digits, "id": "K7QM-2F9D", "label": "Cồn Bửng",
 *    "owner": {"id": hex, "name": "PanNature"}, "created": "...Z", "changed": "...Z",
 *    "version": "...", "fields": {...}, "conflicts": {path: [value, ...]}, "proposals": [...]}
 *
 * Fields are as the logs hold them: decimal numbers are texts, texts in several languages maps, and
 * references the hex of a record's name. Conflicts and proposals stand there only where there are
 * such; a path in conflict has the first of its values in "fields".
 */
#ifndef BY_EXCHANGE_RECORD_LINE_H
#define BY_EXCHANGE_RECORD_LINE_H

#include "exchange/exported.h"

#define BY_RECORD_LINE_VERSION 1

/* Append the line with its line feed. */
BANYAN_MUST_CHECK enum banyan_status
by_record_line_write(const struct by_exported *record, struct by_buffer *out);

#endif
