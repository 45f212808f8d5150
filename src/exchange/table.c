#include "exchange/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/limits.h"
#include "exchange/table_parts.h"
#include "os/os.h"

/* The header is among the first rows. */
#define HEADER_ROWS_MAX 20u

const struct by_table_part by_table_only_part = {.name = "", .within = BY_NO_PART};

struct by_table {
    struct by_table_source source;
    struct by_arena arena; /* behind the header */
    struct by_row header;
};

/* -- the header -- */

static size_t filled_cells(const struct by_row *row)
{
    size_t filled = 0;

    for (size_t i = 0; i < row->count; i++)
        filled += row->cells[i].size > 0;
    return filled;
}

/* Titles fill a cell or two, a header about as many as the rows below it: the first row with at
 * least three fifths of the most is the header. BANYAN_ERR_NOT_FOUND, without words, for nothing.
 */
static enum banyan_status
find_header(struct by_table *table, uint64_t *out_number, struct banyan_error *error)
{
    size_t filled[HEADER_ROWS_MAX], count = 0, most = 0;
    uint64_t numbers[HEADER_ROWS_MAX];
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    while (count < HEADER_ROWS_MAX) {
        status = table->source.next(table->source.state, &row, error);
        if (status != BANYAN_OK)
            break;
        filled[count] = filled_cells(&row);
        numbers[count] = row.number;
        most = filled[count] > most ? filled[count] : most;
        count++;
    }
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    for (size_t i = 0; i < count; i++)
        if (filled[i] * 5 >= most * 3) {
            *out_number = numbers[i];
            return BANYAN_OK;
        }
    return BANYAN_ERR_NOT_FOUND;
}

static enum banyan_status keep_header(struct by_table *table, const struct by_row *row)
{
    struct by_bytes *cells =
        by_arena_array(&table->arena, row->count > 0 ? row->count : 1, sizeof *cells);
    enum banyan_status status = cells == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    for (size_t i = 0; i < row->count && status == BANYAN_OK; i++)
        status = by_arena_copy(&table->arena, row->cells[i], &cells[i]);
    table->header = *row;
    table->header.cells = cells;
    return status;
}

static enum banyan_status read_header(struct by_table *table, struct banyan_error *error)
{
    uint64_t number;
    struct by_row row;
    enum banyan_status status = find_header(table, &number, error);

    if (status == BANYAN_OK)
        status = table->source.rewind(table->source.state, error);
    do {
        if (status == BANYAN_OK)
            status = table->source.next(table->source.state, &row, error);
    } while (status == BANYAN_OK && row.number < number);
    if (status != BANYAN_OK)
        return status;
    if (row.fault != NULL)
        return by_fail(error, BANYAN_ERR_INVALID, "the header, in line %llu: %s",
                       (unsigned long long)row.line, row.fault);
    by_arena_reset(&table->arena);
    status = keep_header(table, &row);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

/* -- formats, by how a file begins -- */

/* Behind white space and a byte order mark, "{" or "[" with an object or nothing in it: a header
 * that begins so is none that anybody has seen. */
static enum banyan_status begins_json(struct by_os_input *input, struct by_bytes first,
                                      bool *out_is_json, struct banyan_error *error)
{
    uint8_t bytes[256];
    size_t more = 0, at = 0;
    enum banyan_status status = BANYAN_OK;

    memcpy(bytes, first.data, first.size);
    if (first.size == 4)
        status = by_os_input_read(input, bytes + 4, sizeof bytes - 4, &more, error);
    more += first.size;
    at = more >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < more && bytes[at] != 0 && strchr(" \t\r\n\x1e", bytes[at]) != NULL)
        at++;
    *out_is_json = at < more && bytes[at] == '{';
    if (at < more && bytes[at] == '[') {
        at++;
        while (at < more && bytes[at] != 0 && strchr(" \t\r\n", bytes[at]) != NULL)
            at++;
        *out_is_json = at < more && (bytes[at] == '{' || bytes[at] == ']');
    }
    return status;
}

typedef enum banyan_status open_format(const char *path, const struct by_table_options *options,
                                       struct by_table_source *out_source,
                                       struct banyan_error *error);

static enum banyan_status
choose_format(const char *path, open_format **out_open, struct banyan_error *error)
{
    static const uint8_t zip[] = {'P', 'K', 3, 4}, old_excel[] = {0xd0, 0xcf, 0x11, 0xe0};
    uint8_t first[4] = {0};
    size_t size = 0;
    bool is_json = false;
    struct by_os_input *input = NULL;
    enum banyan_status status = by_os_input_open(path, &input, error);

    if (status == BANYAN_OK)
        status = by_os_input_read(input, first, sizeof first, &size, error);
    if (status == BANYAN_OK)
        status = begins_json(input, by_bytes_of(first, size), &is_json, error);
    if (status == BANYAN_OK)
        status = by_os_input_rewind(input, error);
    by_os_input_close(input);
    if (status == BANYAN_OK && memcmp(first, old_excel, sizeof first) == 0)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "%s is in the format of Excel before 2007, or has a password: save it as "
                       ".xlsx without one, or as CSV",
                       path);
    *out_open = is_json ? by_table_json_open : by_table_csv_open;
    if (memcmp(first, zip, sizeof first) == 0)
        *out_open = by_table_zip_is_it(path) ? by_table_zip_open : by_table_xlsx_open;
    return status;
}

/* -- the table -- */

enum banyan_status by_table_open(const char *path, const struct by_table_options *options,
                                 struct by_table **out_table, struct banyan_error *error)
{
    struct by_table *table = calloc(1, sizeof *table);
    open_format *open = NULL;
    enum banyan_status status = BANYAN_OK;

    if (table == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = choose_format(path, &open, error);
    if (status == BANYAN_OK)
        status = open(path, options, &table->source, error);
    if (status == BANYAN_OK)
        status = read_header(table, error);
    if (status == BANYAN_ERR_NOT_FOUND && table->source.state != NULL)
        status = by_fail(error, BANYAN_ERR_INVALID, "there is nothing in the file");
    if (status == BANYAN_OK)
        *out_table = table;
    else
        by_table_close(table);
    return status;
}

void by_table_close(struct by_table *table)
{
    if (table == NULL)
        return;
    if (table->source.close != NULL)
        table->source.close(table->source.state);
    by_arena_deinit(&table->arena);
    free(table);
}

const struct by_table_part *by_table_parts(const struct by_table *table, size_t *out_count)
{
    *out_count = table->source.part_count;
    return table->source.parts;
}

/* -- the tables of a file -- */

static enum banyan_status fail_part(const struct by_table_part *parts, size_t count,
                                    const char *asked, struct banyan_error *error)
{
    struct by_buffer names = BY_BUFFER_INIT(512);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (parts[i].name[0] != 0)
            status =
                by_buffer_append_format(&names, "%s%s", names.size == 0 ? "" : ", ", parts[i].name);
    status = by_fail(error, BANYAN_ERR_USAGE, "the file has no sheet '%s'; it has %s", asked,
                     names.data == NULL ? by_words(error, "none") : (const char *)names.data);
    by_buffer_deinit(&names);
    return status;
}

/* A sheet may be called 2. */
enum banyan_status by_table_part_find(const struct by_table_part *parts, size_t count,
                                      const char *asked, size_t *out_part,
                                      struct banyan_error *error)
{
    char number[24];

    for (size_t i = 0; i < count; i++)
        if (parts[i].name[0] != 0 && strcasecmp(parts[i].name, asked) == 0) {
            *out_part = i;
            return BANYAN_OK;
        }
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(number, sizeof number, "%zu", i + 1);
        if (parts[i].name[0] != 0 && strcmp(number, asked) == 0) {
            *out_part = i;
            return BANYAN_OK;
        }
    }
    return fail_part(parts, count, asked, error);
}

enum banyan_status by_table_find(const struct by_table *table, const char *asked, size_t *out_part,
                                 struct banyan_error *error)
{
    return by_table_part_find(table->source.parts, table->source.part_count, asked, out_part,
                              error);
}

size_t by_table_part(const struct by_table *table)
{
    return table->source.part;
}

enum banyan_status by_table_choose(struct by_table *table, size_t part, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (part == table->source.part && table->header.cells != NULL)
        return by_table_rewind(table, error);
    table->header = (struct by_row){.cells = NULL};
    if (table->source.choose != NULL)
        status = table->source.choose(table->source.state, part, error);
    if (status != BANYAN_OK)
        return status;
    table->source.part = part;
    return read_header(table, error);
}

const struct by_row *by_table_header(const struct by_table *table)
{
    return &table->header;
}

const char *by_table_reading(const struct by_table *table)
{
    return table->source.reading;
}

const char *by_table_guessed_encoding(const struct by_table *table)
{
    return table->source.guessed;
}

bool by_table_is_of_records(const struct by_table *table)
{
    return table->source.is_of_records;
}

bool by_table_has_numbers(const struct by_table *table)
{
    return table->source.has_numbers;
}

enum banyan_status
by_table_next(struct by_table *table, struct by_row *out_row, struct banyan_error *error)
{
    return table->source.next(table->source.state, out_row, error);
}

enum banyan_status by_table_rewind(struct by_table *table, struct banyan_error *error)
{
    struct by_row row;
    enum banyan_status status = table->source.rewind(table->source.state, error);

    do {
        if (status == BANYAN_OK)
            status = table->source.next(table->source.state, &row, error);
    } while (status == BANYAN_OK && row.number < table->header.number);
    return status;
}

void by_table_progress(const struct by_table *table, uint64_t *out_done, uint64_t *out_total)
{
    table->source.progress(table->source.state, out_done, out_total);
}

void by_column_name(size_t column, char out_name[BY_COLUMN_NAME_BYTES])
{
    size_t size = 0;

    for (size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        size++;
    out_name[size] = 0;
    for (size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        out_name[--size] = (char)('A' + (rest - 1) % 26);
}
