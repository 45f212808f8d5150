#include "exchange/xlsx_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define SHEETS_MAX  1024u
#define TEXTS_MAX   (4u * 1024u * 1024u)
#define STYLES_MAX  65536u
#define FORMATS_MAX 4096u

/* The items with room for one more; NULL when memory ran out or the bound is reached. */
static void *with_room(void *items, size_t count, size_t *capacity, size_t item_size, size_t max)
{
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *grown = NULL;

    if (count < *capacity)
        return items;
    if (count >= max)
        return NULL;
    grown = realloc(items, wanted * item_size);
    if (grown != NULL)
        *capacity = wanted;
    return grown;
}

/* What all readers of parts here share. */
struct reading {
    struct by_xlsx_book *book;
    enum banyan_status status;
    bool is_in_text, is_in_phonetic, is_in_styles;
    uint64_t *date_formats; /* numbers of formats that show dates */
    size_t date_format_count, date_format_capacity;
};

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

/* -- the workbook: names of sheets, and where days are counted from -- */

static void take_sheet(struct reading *reading, const char **attributes)
{
    struct by_xlsx_book *book = reading->book;
    const char *name = by_xml_attribute(attributes, "name");
    const char *relation = NULL, *state = by_xml_attribute(attributes, "state");
    struct by_xlsx_sheet *sheets = with_room(book->sheets, book->sheet_count, &book->sheet_capacity,
                                             sizeof *sheets, SHEETS_MAX);

    /* r:id; sheetId is another */
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(attributes[i], "id") == 0 || strstr(attributes[i], ":id") != NULL)
            relation = attributes[i + 1];
    if (sheets == NULL) {
        reading->status = BANYAN_ERR_TOO_LARGE;
        return;
    }
    book->sheets = sheets;
    sheets[book->sheet_count] = (struct by_xlsx_sheet){
        .name = by_arena_text(&book->arena, by_bytes_of_text(name == NULL ? "" : name)),
        .relation = by_arena_text(&book->arena, by_bytes_of_text(relation == NULL ? "" : relation)),
        .is_hidden = state != NULL && strcmp(state, "visible") != 0};
    if (sheets[book->sheet_count].name == NULL || sheets[book->sheet_count].relation == NULL)
        reading->status = BANYAN_ERR_MEMORY;
    else
        book->sheet_count++;
}

static void start_workbook(void *context, const char *name, const char **attributes)
{
    struct reading *reading = context;
    const char *first = by_xml_attribute(attributes, "date1904");

    if (reading->status != BANYAN_OK)
        return;
    if (strcmp(name, "workbookPr") == 0 && first != NULL)
        reading->book->is_1904 = strcmp(first, "1") == 0 || strcmp(first, "true") == 0;
    if (strcmp(name, "sheet") == 0)
        take_sheet(reading, attributes);
}

/* Targets are relative to xl/, or whole with a slash before. */
static void start_relations(void *context, const char *name, const char **attributes)
{
    struct reading *reading = context;
    const char *id = by_xml_attribute(attributes, "Id");
    const char *target = by_xml_attribute(attributes, "Target");
    char part[512];

    if (strcmp(name, "Relationship") != 0 || id == NULL || target == NULL)
        return;
    (void)snprintf(part, sizeof part, "%s%s", target[0] == '/' ? "" : "xl/",
                   target[0] == '/' ? target + 1 : target);
    for (size_t i = 0; i < reading->book->sheet_count; i++) {
        struct by_xlsx_sheet *sheet = &reading->book->sheets[i];

        if (strcmp(sheet->relation, id) == 0)
            sheet->part = by_arena_text(&reading->book->arena, by_bytes_of_text(part));
    }
}

/* -- shared texts -- */

static void start_texts(void *context, const char *name, const char **attributes)
{
    struct reading *reading = context;

    (void)attributes;
    reading->is_in_text = strcmp(name, "t") == 0 && !reading->is_in_phonetic;
    if (strcmp(name, "rPh") == 0)
        reading->is_in_phonetic = true;
}

static void end_texts(void *context, const char *name)
{
    struct reading *reading = context;
    struct by_xlsx_book *book = reading->book;
    size_t *ends = NULL;

    reading->is_in_text = false;
    if (strcmp(name, "rPh") == 0)
        reading->is_in_phonetic = false;
    if (strcmp(name, "si") != 0 || reading->status != BANYAN_OK)
        return;
    ends =
        with_room(book->text_ends, book->text_count, &book->text_capacity, sizeof *ends, TEXTS_MAX);
    if (ends == NULL) {
        reading->status = BANYAN_ERR_TOO_LARGE;
        return;
    }
    book->text_ends = ends;
    ends[book->text_count++] = book->texts.size;
}

static void text_texts(void *context, struct by_bytes text)
{
    struct reading *reading = context;

    if (reading->is_in_text && reading->status == BANYAN_OK)
        reading->status = by_buffer_append_bytes(&reading->book->texts, text);
}

/* -- styles -- */

/* What the format says outside of quotes, brackets and escapes. */
bool by_xlsx_format_is_date(const char *code)
{
    bool is_quoted = false, is_in_brackets = false;

    for (const char *at = code; *at != 0; at++) {
        if (*at == '\\' && at[1] != 0) {
            at++;
            continue;
        }
        if (*at == '"')
            is_quoted = !is_quoted;
        else if (*at == '[' || *at == ']')
            is_in_brackets = *at == '[';
        else if (!is_quoted && !is_in_brackets && strchr("dDmMyYhHsS", *at) != NULL)
            return true;
    }
    return false;
}

/* The formats that every program knows by number (ECMA-376, 18.8.30). */
static bool is_known_date_format(uint64_t number)
{
    return (number >= 14 && number <= 22) || (number >= 27 && number <= 36) ||
           (number >= 45 && number <= 47) || (number >= 50 && number <= 58);
}

static bool is_date_format(const struct reading *reading, uint64_t number)
{
    for (size_t i = 0; i < reading->date_format_count; i++)
        if (reading->date_formats[i] == number)
            return true;
    return is_known_date_format(number);
}

static void take_format(struct reading *reading, const char **attributes)
{
    const char *code = by_xml_attribute(attributes, "formatCode");
    uint64_t *formats = NULL;

    if (code == NULL || !by_xlsx_format_is_date(code))
        return;
    formats = with_room(reading->date_formats, reading->date_format_count,
                        &reading->date_format_capacity, sizeof *formats, FORMATS_MAX);
    if (formats == NULL) {
        reading->status = BANYAN_ERR_TOO_LARGE;
        return;
    }
    reading->date_formats = formats;
    formats[reading->date_format_count++] = by_xml_number(by_xml_attribute(attributes, "numFmtId"));
}

static void take_style(struct reading *reading, const char **attributes)
{
    struct by_xlsx_book *book = reading->book;
    uint64_t format = by_xml_number(by_xml_attribute(attributes, "numFmtId"));
    uint8_t *styles = with_room(book->styles, book->style_count, &book->style_capacity,
                                sizeof *styles, STYLES_MAX);

    if (styles == NULL) {
        reading->status = BANYAN_ERR_TOO_LARGE;
        return;
    }
    book->styles = styles;
    styles[book->style_count++] = is_date_format(reading, format) ? BY_XLSX_DATE : BY_XLSX_NUMBER;
}

static void start_styles(void *context, const char *name, const char **attributes)
{
    struct reading *reading = context;

    if (reading->status != BANYAN_OK)
        return;
    if (strcmp(name, "cellXfs") == 0)
        reading->is_in_styles = true;
    else if (strcmp(name, "numFmt") == 0)
        take_format(reading, attributes);
    else if (strcmp(name, "xf") == 0 && reading->is_in_styles)
        take_style(reading, attributes);
}

static void end_styles(void *context, const char *name)
{
    struct reading *reading = context;

    if (strcmp(name, "cellXfs") == 0)
        reading->is_in_styles = false;
}

/* -- the book -- */

struct part {
    const char *name;
    struct by_xml_calls calls;
    bool is_needed;
};
static const struct part parts[] = {
    {"xl/workbook.xml", {start_workbook, ignore_end, ignore_text}, true},
    {"xl/_rels/workbook.xml.rels", {start_relations, ignore_end, ignore_text}, true},
    {"xl/sharedStrings.xml", {start_texts, end_texts, text_texts}, false},
    {"xl/styles.xml", {start_styles, end_styles, ignore_text}, false},
};

static enum banyan_status read_part(struct zip *archive, const struct part *part,
                                    struct reading *reading, struct banyan_error *error)
{
    enum banyan_status status = by_xml_read_all(archive, part->name, &part->calls, reading, error);

    if (status == BANYAN_ERR_NOT_FOUND && part->is_needed)
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "the file is no Excel workbook: it has no part %s", part->name);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status == BANYAN_OK && reading->status == BANYAN_ERR_TOO_LARGE)
        return by_fail(error, BANYAN_ERR_MALFORMED, "the part %s of the file holds too much",
                       part->name);
    if (status == BANYAN_OK && reading->status != BANYAN_OK)
        return by_fail_plain(error, reading->status);
    return status;
}

enum banyan_status
by_xlsx_book_read(struct zip *archive, struct by_xlsx_book *out_book, struct banyan_error *error)
{
    struct reading reading = {.book = out_book};
    enum banyan_status status = BANYAN_OK;

    memset(out_book, 0, sizeof *out_book);
    out_book->texts.size_max = BY_XLSX_TEXTS_BYTES_MAX;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == BANYAN_OK; i++)
        status = read_part(archive, &parts[i], &reading, error);
    free(reading.date_formats);
    return status;
}

void by_xlsx_book_deinit(struct by_xlsx_book *book)
{
    by_arena_deinit(&book->arena);
    by_buffer_deinit(&book->texts);
    free(book->sheets);
    free(book->text_ends);
    free(book->styles);
}

struct by_bytes by_xlsx_book_text(const struct by_xlsx_book *book, uint64_t number)
{
    size_t begin = 0;

    if (number >= book->text_count)
        return by_bytes_of(NULL, 0);
    begin = number == 0 ? 0 : book->text_ends[number - 1];
    return by_bytes_of(book->texts.data + begin, book->text_ends[number] - begin);
}

bool by_xlsx_book_is_date(const struct by_xlsx_book *book, uint64_t style)
{
    return style < book->style_count && book->styles[style] == BY_XLSX_DATE;
}

/* -- days -- */

/* Days since 1970-01-01 to a date: the era arithmetic of the proleptic Gregorian calendar, years
 * beginning in March. */
static void civil_from_days(int64_t days, int64_t *out_year, unsigned *out_month, unsigned *out_day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    uint64_t of_era = (uint64_t)(shifted - era * 146097);
    uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * of_year + 2) / 153;

    *out_day = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
    *out_month = (unsigned)(month < 10 ? month + 3 : month - 9);
    *out_year = (int64_t)year + era * 400 + (*out_month <= 2);
}

bool by_xlsx_date(double number, bool is_1904, char out_text[BY_XLSX_DATE_BYTES])
{
    /* Day 60 is 1900-02-29, which never was: what lies before it counts from a day later. */
    int64_t whole = 0, year = 0;
    unsigned month = 0, day = 0;
    uint64_t seconds = 0;

    if (!(number >= 0 && number < 2958466.0)) /* 9999-12-31 */
        return false;
    whole = (int64_t)number;
    seconds = (uint64_t)((number - (double)whole) * 86400.0 + 0.5);
    if (seconds >= 86400) {
        seconds = 0;
        whole++;
    }
    civil_from_days(is_1904      ? whole - 24107
                    : whole < 60 ? whole - 25568
                                 : whole - 25569,
                    &year, &month, &day);
    if (seconds == 0)
        (void)snprintf(out_text, BY_XLSX_DATE_BYTES, "%04d-%02u-%02u", (int)year, month, day);
    else
        (void)snprintf(out_text, BY_XLSX_DATE_BYTES, "%04d-%02u-%02u %02u:%02u:%02u", (int)year,
                       month, day, (unsigned)(seconds / 3600) % 24, (unsigned)(seconds / 60 % 60),
                       (unsigned)(seconds % 60));
    return true;
}
