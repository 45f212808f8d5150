/*
 * A table as it lies in a file: rows of cells of text, whatever the format.
 *
 * What stands above the header row (titles, empty rows) is passed over. Cells are UTF-8 as the file
 * has them, neither trimmed nor normalised.
 */
#ifndef BY_EXCHANGE_TABLE_H
#define BY_EXCHANGE_TABLE_H

#include <stdint.h>

#include "base/error.h"
#include "exchange/charset.h"

struct by_row {
    const struct by_bytes *cells; /* hold until the next row is read */
    size_t count;
    uint64_t number; /* as a spreadsheet counts: the first row of the file is 1 */
    uint64_t line;   /* of the file, where the row begins, from 1 */
    /* Why what stands there is no row, as a sentence for people; those behind it can be
     * read. It has no cells then, but for the text of a whole record, and those of a row with bytes
     * that its encoding does not have: U+FFFD is in their place. Holds as the cells. NULL */
    const char *fault;
    size_t fault_cell; /* where the fault is, from 1; 0: the row as a whole */
};

struct by_table_options {
    const char *encoding; /* NULL: told from the file */
    const char *sheet;    /* of a workbook, by name or number from 1; NULL: the first */
    char delimiter;       /* 0: told from the file */
};

struct by_table;
/*
 * Open a table and read its header.
 *
 * Returns BANYAN_ERR_NOT_FOUND, _DISK, each with words
 *         BANYAN_ERR_USAGE    an encoding that is not known, or a file that cannot be read twice
 *         BANYAN_ERR_INVALID  there is no header with two columns, it has a byte that the encoding
 *                             does not have, or a row breaks a bound: words name the line
 */
BANYAN_MUST_CHECK enum banyan_status
by_table_open(const char *path, const struct by_table_options *options, struct by_table **out_table,
              struct banyan_error *error);
/* NULL is fine. */
void by_table_close(struct by_table *table);

/* Holds until the table is closed. */
const struct by_row *by_table_header(const struct by_table *table);
/* How the file is read: "CSV with ; between cells, windows-1251". Holds as the header. */
const char *by_table_reading(const struct by_table *table);
/* The encoding that was told from the file; NULL where the options said it, or the format has one
 * of its own. Static. */
const char *by_table_guessed_encoding(const struct by_table *table);
/* Whether the file holds whole records as banyan exported them (exchange/record_line.h), each in
 * one cell, whatever their types. */
#define BY_RECORD_COLUMN "banyan: record"
bool by_table_is_of_records(const struct by_table *table);
/* Whether the file itself tells numbers from texts, so that a point in one is a decimal one. */
bool by_table_has_numbers(const struct by_table *table);
/*
 * The tables that the file has: a workbook one in each sheet, a JSON file one of its objects and
 * one of each list of objects in them, a zip archive one in each CSV file. Other files have one,
 * without a name.
 */
struct by_table_part {
    const char *name; /* as people know it; "" for the only one, and for the objects of JSON */
    bool is_hidden;
    size_t within;      /* of a list: the part whose objects have it; BY_NO_PART */
    const char *column; /* and the column of that one that holds it as text */
};
#define BY_NO_PART SIZE_MAX
/* Columns of such lists, and of objects that have some: which object it is, and in which it lies,
 * counted in the file from 1. */
#define BY_ROW_HEADER        "banyan: row"
#define BY_PARENT_ROW_HEADER "banyan: parent row"
/* Hold until the table is closed. */
const struct by_table_part *by_table_parts(const struct by_table *table, size_t *out_count);
/* The one that is read now. */
size_t by_table_part(const struct by_table *table);
/* By name, or by number from 1. BANYAN_ERR_USAGE, words list the names. */
BANYAN_MUST_CHECK enum banyan_status by_table_find(const struct by_table *table, const char *asked,
                                                   size_t *out_part, struct banyan_error *error);
/* Read another from its header on; of this one too, when it is at work. The header before goes.
 * BANYAN_ERR_NOT_FOUND, without words, where nothing stands in it; else as by_table_open. */
BANYAN_MUST_CHECK enum banyan_status
by_table_choose(struct by_table *table, size_t part, struct banyan_error *error);
/*
 * The next row behind the header that is not empty. What breaks a bound or cannot be read where it
 * is known where the next one begins (an object of JSON, a row of a workbook, a row of CSV with a
 * byte that the encoding does not have) is a row with a fault.
 *
 * Returns BANYAN_ERR_NOT_FOUND at the end; others, with words, where the rest cannot be read.
 */
BANYAN_MUST_CHECK enum banyan_status
by_table_next(struct by_table *table, struct by_row *out_row, struct banyan_error *error);
/* Back to the row behind the header. */
BANYAN_MUST_CHECK enum banyan_status
by_table_rewind(struct by_table *table, struct banyan_error *error);
/* Bytes read so far, and of the file. */
void by_table_progress(const struct by_table *table, uint64_t *out_done, uint64_t *out_total);

/* "A", "Z", "AA": the name of a column, from 0, as spreadsheets have it. */
#define BY_COLUMN_NAME_BYTES 8
void by_column_name(size_t column, char out_name[BY_COLUMN_NAME_BYTES]);

#endif
