/*
 * Inside of tables: what each format gives, before the header is known.
 */
#ifndef BY_EXCHANGE_TABLE_PARTS_H
#define BY_EXCHANGE_TABLE_PARTS_H

#include "exchange/input.h"
#include "exchange/table.h"

/* A row while it is put together: the cells' bytes one behind the other. */
struct by_row_builder {
    struct by_buffer bytes;
    size_t *ends; /* of each cell in bytes */
    size_t end_capacity;
    struct by_bytes *cells;
    size_t cell_capacity;
    size_t count;
    enum banyan_status status; /* of what was added so far */
};
void by_row_builder_init(struct by_row_builder *builder);
void by_row_builder_deinit(struct by_row_builder *builder);
void by_row_builder_reset(struct by_row_builder *builder);
/* A cell behind the last. Failures are kept for by_row_builder_row. */
void by_row_builder_add(struct by_row_builder *builder, struct by_bytes cell);
/* The row as it is now, without number and line; holds until the builder changes.
 * BANYAN_ERR_TOO_LARGE past BY_CELLS_MAX or BY_LINE_BYTES_MAX, _MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_row_builder_row(struct by_row_builder *builder, struct by_row *out_row);
/* Put U+FFFD for each byte that the encoding does not have (BY_CHARSET_BAD). The first one's value,
 * and its cell from 1; 0 where there is none. Before by_row_builder_row. */
size_t by_row_builder_replace_bad(struct by_row_builder *builder, unsigned *out_value);
/* The words for a row past a bound. */
enum banyan_status
by_row_fail(enum banyan_status status, uint64_t line, struct banyan_error *error);

/* As by_table_find. */
BANYAN_MUST_CHECK enum banyan_status
by_table_part_find(const struct by_table_part *parts, size_t count, const char *asked,
                   size_t *out_part, struct banyan_error *error);

/* Of a format whose files have one table. */
extern const struct by_table_part by_table_only_part;

/* What a format does. state is its own. */
struct by_table_source {
    const char *reading; /* lives in state */
    const char *guessed; /* encoding; static */
    bool is_of_records;  /* as banyan exported them: one column, BY_RECORD_COLUMN */
    bool has_numbers;    /* the file tells numbers from texts, and their points are decimal ones */
    const struct by_table_part *parts; /* live in state */
    size_t part_count, part;           /* part: the one at work, which choose changes */
    void *state;
    /* Turn to the first row of another part; NULL where there is one alone. */
    enum banyan_status (*choose)(void *state, size_t part, struct banyan_error *error);
    /* All rows, empty ones left out. BANYAN_ERR_NOT_FOUND at the end. */
    enum banyan_status (*next)(void *state, struct by_row *out_row, struct banyan_error *error);
    enum banyan_status (*rewind)(void *state, struct banyan_error *error);
    void (*progress)(const void *state, uint64_t *out_done, uint64_t *out_total);
    void (*close)(void *state);
};

BANYAN_MUST_CHECK enum banyan_status
by_table_csv_open(const char *path, const struct by_table_options *options,
                  struct by_table_source *out_source, struct banyan_error *error);

/* The same of what is read already: takes the input, whatever comes of it. */
BANYAN_MUST_CHECK enum banyan_status
by_table_csv_read(struct by_input *input, const struct by_table_options *options,
                  struct by_table_source *out_source, struct banyan_error *error);

/* Whether a file that begins as ZIP archives do is one of tables, and no workbook. */
bool by_table_zip_is_it(const char *path);
BANYAN_MUST_CHECK enum banyan_status
by_table_zip_open(const char *path, const struct by_table_options *options,
                  struct by_table_source *out_source, struct banyan_error *error);

BANYAN_MUST_CHECK enum banyan_status
by_table_json_open(const char *path, const struct by_table_options *options,
                   struct by_table_source *out_source, struct banyan_error *error);

BANYAN_MUST_CHECK enum banyan_status
by_table_xlsx_open(const char *path, const struct by_table_options *options,
                   struct by_table_source *out_source, struct banyan_error *error);

#endif
