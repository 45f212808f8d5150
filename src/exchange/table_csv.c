/*
 * Tables of text with a character between the cells, read by libcsv a line at a time, so that it is
 * known where in the file each row stands.
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/lines.h"
#include "exchange/table_parts.h"

/* Rows that the character between cells is told from. */
#define GUESS_ROWS_MAX 50u
/* The room for a row grows by so much at a time: libcsv copies what it holds each time. */
#define ROW_GROWTH_BYTES (64u * 1024u)

static const char delimiters[] = {';', ',', '\t', '|'};

struct csv {
    struct by_lines *lines;
    struct csv_parser parser;
    bool has_parser;
    char delimiter;
    bool says_delimiter; /* the first line is "sep=;" */
    struct by_row_builder row;
    bool row_is_done;
    uint64_t number, line; /* of the row at work */
    bool is_finished;
    struct banyan_error fault; /* of the row that was read last */
    char reading[256];
};

/* -- what libcsv calls -- */

static void on_cell(void *cell, size_t size, void *context)
{
    struct csv *csv = context;

    by_row_builder_add(&csv->row, by_bytes_of(cell, size));
}

static void on_row(int end, void *context)
{
    struct csv *csv = context;

    (void)end;
    csv->row_is_done = true;
}

/* -- rows -- */

static enum banyan_status start(struct csv *csv)
{
    if (csv->has_parser)
        csv_free(&csv->parser);
    csv->has_parser = csv_init(&csv->parser, CSV_APPEND_NULL) == 0;
    if (!csv->has_parser)
        return BANYAN_ERR_MEMORY;
    csv_set_delim(&csv->parser, (unsigned char)csv->delimiter);
    csv_set_blk_size(&csv->parser, ROW_GROWTH_BYTES);
    by_row_builder_reset(&csv->row);
    csv->row_is_done = false;
    csv->is_finished = false;
    csv->number = 0;
    return BANYAN_OK;
}

static bool is_blank(const struct by_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        for (size_t k = 0; k < row->cells[i].size; k++)
            if (row->cells[i].data[k] == 0 || strchr(" \t\r\n", row->cells[i].data[k]) == NULL)
                return false;
    return true;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* A cell without the space around it, as libcsv leaves it out where there are no quotation marks.
 */
static struct by_bytes without_space(struct by_bytes cell)
{
    while (cell.size > 0 && is_space(cell.data[0]))
        cell = by_bytes_of(cell.data + 1, cell.size - 1);
    while (cell.size > 0 && is_space(cell.data[cell.size - 1]))
        cell.size--;
    return cell;
}

/* A whole row on one line without quotation marks needs no parser: it is cut at the characters
 * between cells. False for any other line, of which nothing is taken. */
static bool cut_plain(struct csv *csv, struct by_bytes line)
{
    const uint8_t *end = NULL;
    size_t size = line.size;

    while (line.size > 0 && (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r'))
        line.size--;
    if (line.size == size || without_space(line).size == 0 ||
        memchr(line.data, '"', line.size) != NULL)
        return false;
    while ((end = memchr(line.data, csv->delimiter, line.size)) != NULL) {
        size = (size_t)(end - line.data);
        by_row_builder_add(&csv->row, without_space(by_bytes_of(line.data, size)));
        line = by_bytes_of(end + 1, line.size - size - 1);
    }
    by_row_builder_add(&csv->row, without_space(line));
    csv->row_is_done = true;
    return true;
}

/* One more line. A row that it ends is done; one that goes on holds a line break in quotes. */
static enum banyan_status feed(struct csv *csv, bool *io_is_inside, struct banyan_error *error)
{
    struct by_bytes line;
    enum banyan_status status = by_lines_next(csv->lines, &line, error);

    if (status == BANYAN_ERR_NOT_FOUND) {
        /* strict about the end of the file alone: a quotation mark within a cell is a letter */
        (void)csv_set_opts(&csv->parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
        if (csv_fini(&csv->parser, on_cell, on_row, csv) != 0)
            return csv_error(&csv->parser) != CSV_EPARSE
                       ? by_fail_plain(error, BANYAN_ERR_MEMORY)
                       : by_fail(error, BANYAN_ERR_INVALID,
                                 "the row that begins at line %llu has a quotation mark that is "
                                 "never closed: the rest of the file would be one cell",
                                 (unsigned long long)csv->line);
        csv->is_finished = true;
        return BANYAN_OK;
    }
    if (status != BANYAN_OK)
        return status;
    if (!*io_is_inside) {
        csv->number++;
        csv->line = by_lines_number(csv->lines);
    }
    if (!*io_is_inside && cut_plain(csv, line))
        return csv->row.status == BANYAN_OK ? BANYAN_OK
                                            : by_row_fail(csv->row.status, csv->line, error);
    if (csv_parse(&csv->parser, line.data, line.size, on_cell, on_row, csv) != line.size)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    *io_is_inside =
        !csv->row_is_done && (*io_is_inside || (line.data[0] != '\n' && line.data[0] != '\r'));
    if (csv_get_buffer_size(&csv->parser) > 2u * BY_LINE_BYTES_MAX)
        csv->row.status = BANYAN_ERR_TOO_LARGE;
    return csv->row.status == BANYAN_OK ? BANYAN_OK
                                        : by_row_fail(csv->row.status, csv->line, error);
}

/* The row that was put together, its bytes that stand for nothing as its fault. */
static enum banyan_status
finish(struct csv *csv, struct by_row *out_row, struct banyan_error *error)
{
    const char *charset = by_charset_name(by_lines_charset(csv->lines));
    unsigned value = 0;
    size_t cell = by_row_builder_replace_bad(&csv->row, &value);
    enum banyan_status status = by_row_builder_row(&csv->row, out_row);

    if (status != BANYAN_OK)
        return by_row_fail(status, csv->line, error);
    out_row->number = csv->number;
    out_row->line = csv->line;
    if (cell == 0)
        return BANYAN_OK;
    csv->fault = by_error_beside(error);
    if (value > 0xff)
        (void)by_fail(&csv->fault, BANYAN_ERR_INVALID,
                      "0x%04X is half a character of %s, and the other half is missing: is the "
                      "file damaged there, or in another encoding (--encoding)?",
                      value, charset);
    else
        (void)by_fail(&csv->fault, BANYAN_ERR_INVALID,
                      "the byte 0x%02X stands for no character in %s: is the file damaged, or in "
                      "another encoding (--encoding)?",
                      value, charset);
    out_row->fault = csv->fault.text;
    out_row->fault_cell = cell;
    return BANYAN_OK;
}

static enum banyan_status next(void *state, struct by_row *out_row, struct banyan_error *error)
{
    struct csv *csv = state;

    for (;;) {
        bool is_inside = false;
        enum banyan_status status = BANYAN_OK;

        by_row_builder_reset(&csv->row);
        csv->row_is_done = false;
        while (!csv->row_is_done && !csv->is_finished && status == BANYAN_OK)
            status = feed(csv, &is_inside, error);
        if (status != BANYAN_OK)
            return status;
        if (!csv->row_is_done)
            return BANYAN_ERR_NOT_FOUND;
        status = finish(csv, out_row, error);
        if (status != BANYAN_OK || !is_blank(out_row))
            return status;
    }
}

static enum banyan_status rewind_csv(void *state, struct banyan_error *error)
{
    struct csv *csv = state;
    struct by_bytes line;
    enum banyan_status status = by_lines_rewind(csv->lines, error);

    if (status == BANYAN_OK) {
        status = start(csv);
        status = status == BANYAN_OK ? status : by_fail_plain(error, status);
    }
    if (status == BANYAN_OK && csv->says_delimiter) {
        status = by_lines_next(csv->lines, &line, error);
        csv->number = 1;
    }
    return status;
}

/* -- the character between the cells -- */

struct score {
    size_t rows, fitting, width;
};

static bool is_better(struct score a, struct score b)
{
    size_t share_a = a.width < 2 ? 0 : a.fitting * b.rows,
           share_b = b.width < 2 ? 0 : b.fitting * a.rows;

    return share_a != share_b ? share_a > share_b : a.width > b.width;
}

/* How many of the first rows have the commonest number of cells. */
static enum banyan_status weigh(struct csv *csv, char delimiter, struct score *out_score)
{
    size_t widths[GUESS_ROWS_MAX];
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    csv->delimiter = delimiter;
    *out_score = (struct score){0};
    status = rewind_csv(csv, NULL);
    while (status == BANYAN_OK && out_score->rows < GUESS_ROWS_MAX) {
        status = next(csv, &row, NULL);
        if (status == BANYAN_OK)
            widths[out_score->rows++] = row.count;
    }
    for (size_t i = 0; i < out_score->rows; i++) {
        size_t fitting = 0;

        for (size_t k = 0; k < out_score->rows; k++)
            fitting += widths[k] == widths[i];
        if (fitting > out_score->fitting)
            *out_score = (struct score){out_score->rows, fitting, widths[i]};
    }
    return status == BANYAN_ERR_DISK ? status : BANYAN_OK;
}

/* Spreadsheets name it in a line of its own. */
static enum banyan_status look_at_first_line(struct csv *csv, struct banyan_error *error)
{
    struct by_bytes line;
    enum banyan_status status = by_lines_next(csv->lines, &line, error);

    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status == BANYAN_OK && line.size >= 6 && memcmp(line.data, "sep=", 4) == 0 &&
        (line.data[5] == '\r' || line.data[5] == '\n')) {
        csv->says_delimiter = true;
        csv->delimiter = (char)line.data[4];
    }
    return status;
}

static enum banyan_status choose_delimiter(struct csv *csv, char given, struct banyan_error *error)
{
    struct score best = {0};
    char chosen = ',';
    enum banyan_status status = look_at_first_line(csv, error);

    if (status != BANYAN_OK)
        return status;
    if (given != 0)
        chosen = given;
    else if (csv->says_delimiter)
        chosen = csv->delimiter;
    for (size_t i = 0; given == 0 && !csv->says_delimiter && i < sizeof delimiters; i++) {
        struct score score;

        status = weigh(csv, delimiters[i], &score);
        if (status != BANYAN_OK)
            return by_fail_plain(error, status);
        if (i == 0 || is_better(score, best)) {
            best = score;
            chosen = delimiters[i];
        }
    }
    csv->delimiter = chosen;
    return BANYAN_OK;
}

/* -- the source -- */

static void progress(const void *state, uint64_t *out_done, uint64_t *out_total)
{
    const struct csv *csv = state;

    by_lines_progress(csv->lines, out_done, out_total);
}

static void close_csv(void *state)
{
    struct csv *csv = state;

    if (csv->has_parser)
        csv_free(&csv->parser);
    by_row_builder_deinit(&csv->row);
    by_lines_close(csv->lines);
    free(csv);
}

static enum banyan_status
find_charset(const char *name, enum by_charset *out_charset, struct banyan_error *error)
{
    if (by_charset_from_name(name, out_charset))
        return BANYAN_OK;
    return by_fail(error, BANYAN_ERR_USAGE,
                   "'%s' is no encoding known here: they are utf-8, utf-16le, utf-16be, "
                   "windows-1251, windows-1252 and windows-1258",
                   name);
}

static void tell_reading(struct csv *csv, const struct banyan_error *error)
{
    char delimiter[] = {csv->delimiter, 0};

    (void)snprintf(csv->reading, sizeof csv->reading, by_words(error, "CSV, %s, %s between cells"),
                   by_charset_name(by_lines_charset(csv->lines)),
                   csv->delimiter == '\t'  ? "TAB"
                   : csv->delimiter == ',' ? by_words(error, "a comma")
                                           : delimiter);
}

enum banyan_status by_table_csv_read(struct by_input *input, const struct by_table_options *options,
                                     struct by_table_source *out_source, struct banyan_error *error)
{
    struct csv *csv = calloc(1, sizeof *csv);
    const char *guessed = NULL;
    enum by_charset charset;
    enum banyan_status status = BANYAN_OK;

    if (csv == NULL) {
        by_input_close(input);
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    }
    by_row_builder_init(&csv->row);
    if (options->encoding != NULL)
        status = find_charset(options->encoding, &charset, error);
    if (status == BANYAN_OK)
        status =
            by_lines_open(input, options->encoding != NULL ? &charset : NULL, &csv->lines, error);
    else
        by_input_close(input);
    if (status == BANYAN_OK)
        status = choose_delimiter(csv, options->delimiter, error);
    if (status == BANYAN_OK)
        status = rewind_csv(csv, error);
    if (status != BANYAN_OK) {
        close_csv(csv);
        return status;
    }
    if (options->encoding == NULL)
        guessed = by_charset_name(by_lines_charset(csv->lines));
    tell_reading(csv, error);
    *out_source = (struct by_table_source){.parts = &by_table_only_part,
                                           .part_count = 1,
                                           .reading = csv->reading,
                                           .guessed = guessed,
                                           .state = csv,
                                           .next = next,
                                           .rewind = rewind_csv,
                                           .progress = progress,
                                           .close = close_csv};
    return BANYAN_OK;
}

enum banyan_status by_table_csv_open(const char *path, const struct by_table_options *options,
                                     struct by_table_source *out_source, struct banyan_error *error)
{
    struct by_input *input = NULL;
    enum banyan_status status = by_input_open(path, &input, error);

    return status == BANYAN_OK ? by_table_csv_read(input, options, out_source, error) : status;
}
