/*
 * One row of a table as a record: its fields as people would type them, and the name it has for
 * ever.
 */
#ifndef BY_EXCHANGE_RECORD_ROW_H
#define BY_EXCHANGE_RECORD_ROW_H

#include "banyan/record.h"
#include "base/id.h"
#include "base/uuid.h"
#include "exchange/mapping.h"
#include "record/field_value.h"

struct by_record_row {
    struct banyan_field *fields;
    size_t *columns; /* of each field, the column it came from; BY_NO_COLUMN: set for all rows */
    size_t count;
    const char *fault; /* of a cell that says nothing that can be true, before any field reads it; a
                          sentence of the library. NULL */
    size_t fault_column;
};
/* The fields of a row; cells with nothing in them say nothing. Everything lives in arena.
 * BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_record_row_read(const struct by_mapping *mapping, const struct by_row *row,
                   struct by_arena *arena, struct by_record_row *out_row);

/* What a cell says: without white space around it, and without the apostrophe that keeps
 * spreadsheets from taking it for a formula. Empty past the last. Borrowed from the row. */
struct by_bytes by_row_cell(const struct by_row *row, size_t column);

/* The column that is added to rows that were refused: it tells of a row, and is no part of it. */
#define BY_REASON_HEADER "banyan: reason"

/*
 * What tells a row from all others: of its key cells, or where the mapping has no key, of all its
 * cells. Equal rows have equal hashes.
 */
void by_row_hash(const struct by_mapping *mapping, const struct by_row *row,
                 struct by_id *out_hash);
/* The same of a row that repeats within another, of the record `parent`: of that, of what the form
 * calls the repetition, and of its key cells where the mapping has a key. row is not looked at
 * where it has none, and may be NULL then. */
void by_row_repeated_hash(const struct by_mapping *mapping, const struct by_row *row,
                          const struct by_record_name *parent, struct by_bytes repeat,
                          struct by_id *out_hash);
/* False where a key cell has nothing in it. */
bool by_row_has_key(const struct by_mapping *mapping, const struct by_row *row);
/* A row that sums up others: its first text is a word such as total, in one of several languages.
 */
bool by_row_is_total(const struct by_row *row);
/* Which record a row of a table that banyan wrote is; false for a row that was added to it. */
bool by_row_record(const struct by_mapping *mapping, const struct by_row *row,
                   struct by_record_name *out_name);
/* Which state of it was written; empty where the table does not say. Borrowed from the row. */
struct by_bytes by_row_version(const struct by_mapping *mapping, const struct by_row *row);
/* The record's UUID, version 8 (RFC 9562, section 5.8): so a row that is imported again, here or on
 * another device of the organisation, is the same record. occurrence: of several equal rows, from
 * 0. */
struct by_uuid by_row_uuid(const struct by_id *hash, uint64_t occurrence);

#endif
