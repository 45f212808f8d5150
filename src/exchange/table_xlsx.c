/*
 * Sheets of Excel workbooks (ECMA-376, SpreadsheetML) as tables: read row by row, so that memory
 * follows the shared texts and not the rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/limits.h"
#include "exchange/table_parts.h"
#include "exchange/xlsx_book.h"

#define MERGES_MAX 65536u

/* Cells that were made one over several rows: the first one's text stands for all. */
struct merge {
    uint64_t first, last; /* rows */
    size_t column;
    char *text; /* NULL until the first row was read */
    size_t size;
};
/* Of one sheet. */
struct merges {
    bool are_read;
    struct merge *items; /* by first row */
    size_t count, capacity;
    size_t next;    /* the first that has not begun */
    size_t *active; /* those that lie over the row at work */
    size_t active_count;
};
/* The cell at work. */
struct cell {
    enum { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL } kind;
    uint64_t style;
    struct by_buffer text;    /* its value */
    struct by_buffer formula; /* without "=" */
    bool is_in_value, is_in_formula;
};
struct xlsx {
    zip_t *archive;
    struct by_xlsx_book book;
    const struct by_xlsx_sheet *sheet;
    struct by_xml *xml;
    struct by_row_builder row;
    struct cell cell;
    uint64_t number; /* of the row at work */
    bool row_is_done, is_in_row;
    struct by_table_part *parts; /* the sheets that are there */
    size_t part_count;
    const struct by_xlsx_sheet **sheets; /* of the book, by part */
    struct merges *merged;               /* by part */
    struct merges *merges;               /* of the sheet at work */
    enum banyan_status status;           /* of what happened in an event */
    struct banyan_error fault;           /* of the row at work */
    char reading[512];
};

/* -- places -- */

/* "AB12": the column from 0 and the row from 1. False for what is no such place. */
static bool read_place(const char *text, size_t *out_column, uint64_t *out_row)
{
    size_t column = 0;

    for (; *text >= 'A' && *text <= 'Z'; text++) {
        column = column * 26 + (size_t)(*text - 'A') + 1;
        if (column > 16384)
            return false;
    }
    *out_row = by_xml_number(text);
    *out_column = column - 1;
    return column > 0 && *out_row > 0;
}

/* -- merged cells -- */

static void take_merge(struct xlsx *xlsx, const char *range)
{
    const char *colon = range == NULL ? NULL : strchr(range, ':');
    char first[16];
    struct merge merge = {0};
    size_t last_column = 0;
    struct merge *grown = xlsx->merges->items;

    if (colon == NULL || (size_t)(colon - range) >= sizeof first ||
        xlsx->merges->count == MERGES_MAX)
        return;
    memcpy(first, range, (size_t)(colon - range));
    first[colon - range] = 0;
    if (!read_place(first, &merge.column, &merge.first) ||
        !read_place(colon + 1, &last_column, &merge.last) || merge.last <= merge.first ||
        merge.column >= BY_CELLS_MAX)
        return;
    if (xlsx->merges->count == xlsx->merges->capacity) {
        size_t capacity = xlsx->merges->capacity == 0 ? 64 : xlsx->merges->capacity * 2;

        grown = realloc(xlsx->merges->items, capacity * sizeof *grown);
        if (grown == NULL) {
            xlsx->status = BANYAN_ERR_MEMORY;
            return;
        }
        xlsx->merges->items = grown;
        xlsx->merges->capacity = capacity;
    }
    xlsx->merges->items[xlsx->merges->count++] = merge;
}

static void start_merges(void *context, const char *name, const char **attributes)
{
    struct xlsx *xlsx = context;

    if (strcmp(name, "mergeCell") == 0 && xlsx->status == BANYAN_OK)
        take_merge(xlsx, by_xml_attribute(attributes, "ref"));
}

static void ignore_end(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static void ignore_text(void *context, struct by_bytes text)
{
    (void)context;
    (void)text;
}

static int by_first_row(const void *a, const void *b)
{
    const struct merge *left = a, *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

/* They stand behind the rows: the sheet is read once for them alone. */
static enum banyan_status read_merges(struct xlsx *xlsx, struct banyan_error *error)
{
    static const struct by_xml_calls calls = {start_merges, ignore_end, ignore_text};
    enum banyan_status status = BANYAN_OK;

    if (xlsx->merges->are_read)
        return BANYAN_OK;
    status = by_xml_read_all(xlsx->archive, xlsx->sheet->part, &calls, xlsx, error);

    if (status == BANYAN_OK && xlsx->status != BANYAN_OK)
        status = by_fail_plain(error, xlsx->status);
    if (status != BANYAN_OK)
        return status;
    if (xlsx->merges->count > 0)
        qsort(xlsx->merges->items, xlsx->merges->count, sizeof xlsx->merges->items[0],
              by_first_row);
    xlsx->merges->are_read = true;
    xlsx->merges->active = calloc(xlsx->merges->count + 1, sizeof xlsx->merges->active[0]);
    return xlsx->merges->active == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : BANYAN_OK;
}

static void drop_ended(struct xlsx *xlsx)
{
    size_t kept = 0;

    for (size_t i = 0; i < xlsx->merges->active_count; i++) {
        struct merge *merge = &xlsx->merges->items[xlsx->merges->active[i]];

        if (merge->last >= xlsx->number) {
            xlsx->merges->active[kept++] = xlsx->merges->active[i];
            continue;
        }
        free(merge->text);
        merge->text = NULL;
    }
    xlsx->merges->active_count = kept;
}

static enum banyan_status begin_merges(struct xlsx *xlsx, const struct by_row *row)
{
    while (xlsx->merges->next < xlsx->merges->count &&
           xlsx->merges->items[xlsx->merges->next].first <= xlsx->number) {
        struct merge *merge = &xlsx->merges->items[xlsx->merges->next];

        if (merge->first == xlsx->number && merge->column < row->count) {
            const struct by_bytes *cell = &row->cells[merge->column];

            merge->size = cell->size;
            merge->text = malloc(cell->size + 1);
            if (merge->text == NULL)
                return BANYAN_ERR_MEMORY;
            memcpy(merge->text, cell->data, cell->size);
            xlsx->merges->active[xlsx->merges->active_count++] = xlsx->merges->next;
        }
        xlsx->merges->next++;
    }
    return BANYAN_OK;
}

/* Cells under a merged one say what it says. */
static enum banyan_status fill_merges(struct xlsx *xlsx, struct by_row *row)
{
    enum banyan_status status = BANYAN_OK;

    drop_ended(xlsx);
    for (size_t i = 0; i < xlsx->merges->active_count; i++)
        while (xlsx->row.status == BANYAN_OK &&
               xlsx->row.count <= xlsx->merges->items[xlsx->merges->active[i]].column)
            by_row_builder_add(&xlsx->row, by_bytes_of(NULL, 0));
    status = by_row_builder_row(&xlsx->row, row);
    for (size_t i = 0; i < xlsx->merges->active_count && status == BANYAN_OK; i++) {
        const struct merge *merge = &xlsx->merges->items[xlsx->merges->active[i]];

        if (xlsx->row.cells[merge->column].size == 0)
            xlsx->row.cells[merge->column] = by_bytes_of(merge->text, merge->size);
    }
    return status == BANYAN_OK ? begin_merges(xlsx, row) : status;
}

/* -- cells -- */

static void start_cell(struct xlsx *xlsx, const char **attributes)
{
    const char *place = by_xml_attribute(attributes, "r");
    const char *type = by_xml_attribute(attributes, "t");
    size_t column = 0;
    uint64_t row = 0;

    /* Empty cells are left out of the file. */
    if (place != NULL && read_place(place, &column, &row))
        while (xlsx->row.status == BANYAN_OK && xlsx->row.count < column)
            by_row_builder_add(&xlsx->row, by_bytes_of(NULL, 0));
    by_buffer_reset(&xlsx->cell.text);
    by_buffer_reset(&xlsx->cell.formula);
    xlsx->cell.style = by_xml_number(by_xml_attribute(attributes, "s"));
    xlsx->cell.kind = type == NULL || strcmp(type, "n") == 0 ? CELL_NUMBER
                      : strcmp(type, "s") == 0               ? CELL_SHARED
                      : strcmp(type, "b") == 0               ? CELL_BOOL
                                                             : CELL_TEXT;
}

/* "_x000D_" stands for a control character (ECMA-376, 22.9.2.19), and "_x005F_" for the dash that
 * would begin one. Gives it, or 0. */
static uint8_t escaped_at(struct by_bytes text, size_t at)
{
    uint8_t value = 0;

    if (text.size - at < 7 || memcmp(text.data + at, "_x00", 4) != 0 || text.data[at + 6] != '_')
        return 0;
    if (!by_hex_read(by_bytes_of(text.data + at + 4, 2), &value, 1))
        return 0;
    return value < 0x20 || value == '_' ? value : 0;
}

/* U+FFFE and U+FFFF cannot stand in XML either. */
static const char *no_character_at(struct by_bytes text, size_t at)
{
    if (text.size - at < 7 || memcmp(text.data + at, "_xFFF", 5) != 0 || text.data[at + 6] != '_')
        return NULL;
    if (text.data[at + 5] == 'E')
        return "\xef\xbf\xbe";
    return text.data[at + 5] == 'F' ? "\xef\xbf\xbf" : NULL;
}

static void add_text(struct xlsx *xlsx, struct by_bytes text)
{
    struct by_buffer plain = BY_BUFFER_INIT(BY_LINE_BYTES_MAX);

    for (size_t i = 0; i < text.size && xlsx->status == BANYAN_OK; i++) {
        uint8_t escaped = escaped_at(text, i);
        const char *none = no_character_at(text, i);

        xlsx->status = none != NULL
                           ? by_buffer_append_bytes(&plain, by_bytes_of_text(none))
                           : by_buffer_append_u8(&plain, escaped != 0 ? escaped : text.data[i]);
        i += escaped != 0 || none != NULL ? 6 : 0;
    }
    by_row_builder_add(&xlsx->row, by_buffer_bytes(&plain));
    by_buffer_deinit(&plain);
}

/* Numbers are kept in binary with noise at the end: 12.300000000000001. */
static void add_number(struct xlsx *xlsx)
{
    struct by_bytes text = by_buffer_bytes(&xlsx->cell.text);
    char raw[64], shown[64], *end = raw;
    double number = 0;

    if (text.size == 0 || text.size >= sizeof raw) {
        by_row_builder_add(&xlsx->row, text);
        return;
    }
    memcpy(raw, text.data, text.size);
    raw[text.size] = 0;
    number = strtod(raw, &end);
    if (*end != 0)
        by_row_builder_add(&xlsx->row, text);
    else if (by_xlsx_book_is_date(&xlsx->book, xlsx->cell.style) &&
             by_xlsx_date(number, xlsx->book.is_1904, shown))
        by_row_builder_add(&xlsx->row, by_bytes_of_text(shown));
    else {
        (void)snprintf(shown, sizeof shown, "%.15g", number);
        if (strchr(shown, 'e') != NULL && number > -1e40 && number < 1e40)
            (void)snprintf(shown, sizeof shown, "%.*f", number > -1 && number < 1 ? 20 : 0, number);
        by_row_builder_add(&xlsx->row, by_bytes_of_text(shown));
    }
}

/* What a program wrote that reckons nothing: nobody opened the file in a spreadsheet since. */
static void add_formula(struct xlsx *xlsx)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_LINE_BYTES_MAX);

    if (xlsx->status == BANYAN_OK)
        xlsx->status = by_buffer_append_u8(&text, '=');
    if (xlsx->status == BANYAN_OK)
        xlsx->status = by_buffer_append_bytes(&text, by_buffer_bytes(&xlsx->cell.formula));
    by_row_builder_add(&xlsx->row, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
}

static void end_cell(struct xlsx *xlsx)
{
    struct by_bytes text = by_buffer_bytes(&xlsx->cell.text);

    if (text.size == 0 && xlsx->cell.formula.size > 0 && xlsx->cell.kind != CELL_TEXT) {
        add_formula(xlsx);
        return;
    }
    switch (xlsx->cell.kind) {
    case CELL_NUMBER:
        add_number(xlsx);
        break;
    case CELL_SHARED:
        add_text(xlsx, text.data == NULL
                           ? text
                           : by_xlsx_book_text(&xlsx->book, by_xml_number((char *)text.data)));
        break;
    case CELL_BOOL:
        by_row_builder_add(&xlsx->row,
                           by_bytes_of_text(text.size == 1 && text.data[0] == '1' ? "yes" : "no"));
        break;
    case CELL_TEXT:
        add_text(xlsx, text);
        break;
    }
}

/* -- events -- */

static void on_start(void *context, const char *name, const char **attributes)
{
    struct xlsx *xlsx = context;
    uint64_t number = 0;

    if (strcmp(name, "row") == 0) {
        number = by_xml_number(by_xml_attribute(attributes, "r"));
        xlsx->number = number > xlsx->number ? number : xlsx->number + 1;
        by_row_builder_reset(&xlsx->row);
        xlsx->is_in_row = true;
    } else if (strcmp(name, "c") == 0 && xlsx->is_in_row)
        start_cell(xlsx, attributes);
    else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        xlsx->cell.is_in_value = true;
    else if (strcmp(name, "f") == 0)
        xlsx->cell.is_in_formula = true;
}

static void on_end(void *context, const char *name)
{
    struct xlsx *xlsx = context;

    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        xlsx->cell.is_in_value = false;
    else if (strcmp(name, "f") == 0)
        xlsx->cell.is_in_formula = false;
    else if (strcmp(name, "c") == 0 && xlsx->is_in_row)
        end_cell(xlsx);
    else if (strcmp(name, "row") == 0) {
        xlsx->is_in_row = false;
        xlsx->row_is_done = true;
        by_xml_pause(xlsx->xml);
    }
}

static void on_text(void *context, struct by_bytes text)
{
    struct xlsx *xlsx = context;
    uint8_t *end = NULL;

    if (!xlsx->is_in_row || xlsx->status != BANYAN_OK)
        return;
    if (xlsx->cell.is_in_formula)
        xlsx->status = by_buffer_append_bytes(&xlsx->cell.formula, text);
    if (!xlsx->cell.is_in_value || xlsx->status != BANYAN_OK)
        return;
    xlsx->status = by_buffer_append_bytes(&xlsx->cell.text, text);
    /* a NUL behind it, which is not counted */
    if (xlsx->status == BANYAN_OK)
        xlsx->status = by_buffer_extend(&xlsx->cell.text, 1, &end);
    if (xlsx->status == BANYAN_OK) {
        *end = 0;
        xlsx->cell.text.size--;
    }
}

/* -- rows -- */

static bool is_blank(const struct by_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].size > 0)
            return false;
    return true;
}

/* Where the next row begins is known all the same. */
static void note_fault(struct xlsx *xlsx, struct by_row *out_row, const struct banyan_error *error)
{
    xlsx->status = BANYAN_OK;
    xlsx->fault = by_error_beside(error);
    (void)by_fail(&xlsx->fault, BANYAN_ERR_INVALID, "the row has more than %u cells or %u bytes",
                  BY_CELLS_MAX, BY_LINE_BYTES_MAX);
    *out_row = (struct by_row){.fault = xlsx->fault.text};
}

static enum banyan_status next(void *state, struct by_row *out_row, struct banyan_error *error)
{
    struct xlsx *xlsx = state;

    for (;;) {
        enum banyan_status status = BANYAN_OK;

        xlsx->row_is_done = false;
        status = by_xml_read(xlsx->xml, error);
        if (status != BANYAN_OK)
            return status;
        if (!xlsx->row_is_done)
            continue;
        status = xlsx->status == BANYAN_OK ? fill_merges(xlsx, out_row) : xlsx->status;
        if (status != BANYAN_OK && status != BANYAN_ERR_TOO_LARGE)
            return by_fail_plain(error, status);
        if (status != BANYAN_OK)
            note_fault(xlsx, out_row, error);
        out_row->number = xlsx->number;
        out_row->line = xlsx->number;
        if (out_row->fault != NULL || !is_blank(out_row))
            return BANYAN_OK;
    }
}

static void forget_merged(struct merges *merges)
{
    merges->next = 0;
    merges->active_count = 0;
    for (size_t i = 0; i < merges->count; i++) {
        free(merges->items[i].text);
        merges->items[i].text = NULL;
    }
}

static enum banyan_status rewind_xlsx(void *state, struct banyan_error *error)
{
    static const struct by_xml_calls calls = {on_start, on_end, on_text};
    struct xlsx *xlsx = state;

    by_xml_close(xlsx->xml);
    xlsx->xml = NULL;
    xlsx->number = 0;
    xlsx->is_in_row = false;
    forget_merged(xlsx->merges);
    return by_xml_open(xlsx->archive, xlsx->sheet->part, &calls, xlsx, &xlsx->xml, error);
}

/* By row: how many there are stands nowhere for sure. */
static void progress(const void *state, uint64_t *out_done, uint64_t *out_total)
{
    const struct xlsx *xlsx = state;

    *out_done = xlsx->number;
    *out_total = 0;
}

static void close_xlsx(void *state)
{
    struct xlsx *xlsx = state;

    by_xml_close(xlsx->xml);
    for (size_t i = 0; i < xlsx->part_count; i++) {
        forget_merged(&xlsx->merged[i]);
        free(xlsx->merged[i].items);
        free(xlsx->merged[i].active);
    }
    free(xlsx->merged);
    free(xlsx->parts);
    free(xlsx->sheets);
    by_row_builder_deinit(&xlsx->row);
    by_buffer_deinit(&xlsx->cell.text);
    by_buffer_deinit(&xlsx->cell.formula);
    by_xlsx_book_deinit(&xlsx->book);
    if (xlsx->archive != NULL)
        zip_discard(xlsx->archive);
    free(xlsx);
}

/* -- the sheet -- */

/* What the archive has of the sheets that the workbook names. */
static enum banyan_status list_parts(struct xlsx *xlsx, struct banyan_error *error)
{
    size_t count = xlsx->book.sheet_count;

    xlsx->parts = calloc(count + 1, sizeof xlsx->parts[0]);
    xlsx->sheets = calloc(count + 1, sizeof xlsx->sheets[0]);
    xlsx->merged = calloc(count + 1, sizeof xlsx->merged[0]);
    if (xlsx->parts == NULL || xlsx->sheets == NULL || xlsx->merged == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < count; i++) {
        const struct by_xlsx_sheet *sheet = &xlsx->book.sheets[i];

        if (sheet->part == NULL)
            continue;
        xlsx->sheets[xlsx->part_count] = sheet;
        xlsx->parts[xlsx->part_count++] = (struct by_table_part){
            .name = sheet->name, .is_hidden = sheet->is_hidden, .within = BY_NO_PART};
    }
    return xlsx->part_count > 0
               ? BANYAN_OK
               : by_fail(error, BANYAN_ERR_INVALID, "the workbook has no sheet to read");
}

/* The first that is not hidden, unless one is asked for. */
static enum banyan_status
find_sheet(const struct xlsx *xlsx, const char *asked, size_t *out_part, struct banyan_error *error)
{
    if (asked != NULL)
        return by_table_part_find(xlsx->parts, xlsx->part_count, asked, out_part, error);
    for (size_t i = 0; i < xlsx->part_count; i++)
        if (!xlsx->parts[i].is_hidden) {
            *out_part = i;
            return BANYAN_OK;
        }
    return by_fail(error, BANYAN_ERR_INVALID, "the workbook has no sheet to read");
}

static enum banyan_status choose_sheet(void *state, size_t part, struct banyan_error *error)
{
    struct xlsx *xlsx = state;
    enum banyan_status status = BANYAN_OK;

    xlsx->sheet = xlsx->sheets[part];
    xlsx->merges = &xlsx->merged[part];
    (void)snprintf(xlsx->reading, sizeof xlsx->reading,
                   by_words(error, "Excel, sheet %.80s of %zu"), xlsx->sheet->name,
                   xlsx->book.sheet_count);
    status = read_merges(xlsx, error);
    if (status == BANYAN_OK)
        status = rewind_xlsx(xlsx, error);
    return status == BANYAN_ERR_NOT_FOUND
               ? by_fail(error, BANYAN_ERR_MALFORMED, "the workbook lacks its sheet %s",
                         xlsx->sheet->name)
               : status;
}

static enum banyan_status
open_archive(struct xlsx *xlsx, const char *path, struct banyan_error *error)
{
    int number = 0;
    zip_error_t fault;

    xlsx->archive = zip_open(path, ZIP_RDONLY, &number);
    if (xlsx->archive != NULL)
        return BANYAN_OK;
    zip_error_init_with_code(&fault, number);
    (void)by_fail(error, BANYAN_ERR_MALFORMED, "%s cannot be read as an Excel workbook: %s", path,
                  zip_error_strerror(&fault));
    zip_error_fini(&fault);
    return BANYAN_ERR_MALFORMED;
}

enum banyan_status by_table_xlsx_open(const char *path, const struct by_table_options *options,
                                      struct by_table_source *out_source,
                                      struct banyan_error *error)
{
    struct xlsx *xlsx = calloc(1, sizeof *xlsx);
    size_t part = 0;
    enum banyan_status status = BANYAN_OK;

    if (xlsx == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    by_row_builder_init(&xlsx->row);
    xlsx->cell.text.size_max = xlsx->cell.formula.size_max = BY_LINE_BYTES_MAX;
    status = open_archive(xlsx, path, error);
    if (status == BANYAN_OK)
        status = by_xlsx_book_read(xlsx->archive, &xlsx->book, error);
    if (status == BANYAN_OK)
        status = list_parts(xlsx, error);
    if (status == BANYAN_OK)
        status = find_sheet(xlsx, options->sheet, &part, error);
    if (status == BANYAN_OK)
        status = choose_sheet(xlsx, part, error);
    if (status != BANYAN_OK) {
        close_xlsx(xlsx);
        return status;
    }
    *out_source = (struct by_table_source){.parts = xlsx->parts,
                                           .part_count = xlsx->part_count,
                                           .part = part,
                                           .choose = choose_sheet,
                                           .reading = xlsx->reading,
                                           .has_numbers = true,
                                           .state = xlsx,
                                           .next = next,
                                           .rewind = rewind_xlsx,
                                           .progress = progress,
                                           .close = close_xlsx};
    return BANYAN_OK;
}
