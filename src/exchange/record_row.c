#include "exchange/record_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "exchange/csv_write.h"
#include "exchange/exported.h"
#include "exchange/form_place.h"
#include "exchange/xlsx_book.h"

/* Beside the 0 and 1 of rows without a key and with one. */
#define REPEATED 2u
#define REF_SIZE 11 /* "(K7QM-2F9D)" */

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct by_bytes trim(struct by_bytes text)
{
    static const char no_break[] = "\xc2\xa0";

    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    for (;;) {
        if (text.size > 0 && is_space(text.data[text.size - 1]))
            text.size--;
        else if (text.size >= 2 && memcmp(text.data + text.size - 2, no_break, 2) == 0)
            text.size -= 2;
        else
            return text;
    }
}

struct by_bytes by_row_cell(const struct by_row *row, size_t column)
{
    return column < row->count ? by_csv_plain(trim(row->cells[column])) : by_bytes_of(NULL, 0);
}

/* -- what a cell stands for -- */

static struct by_bytes translate(const struct by_mapping_column *column, struct by_bytes cell)
{
    for (size_t i = 0; i < column->value_count; i++)
        if (by_bytes_equal(trim(column->values[i].cell), cell))
            return column->values[i].value;
    return cell;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Up to four digits; false where there are none. */
static bool take_number(struct by_bytes *text, unsigned *out_number, size_t *out_digits)
{
    size_t digits = 0;

    *out_number = 0;
    while (digits < 4 && digits < text->size && is_digit(text->data[digits]))
        *out_number = *out_number * 10 + (unsigned)(text->data[digits++] - '0');
    text->data += digits;
    text->size -= digits;
    *out_digits = digits;
    return digits > 0;
}

static bool take_mark(struct by_bytes *text)
{
    if (text->size == 0 || strchr("./-", text->data[0]) == NULL || text->data[0] == 0)
        return false;
    text->data++;
    text->size--;
    return true;
}

/* "9/1/2020" as 2020-01-09 or 2020-09-01. What is no such date stays, and is refused with words
 * when the field reads it. A time behind a day says nothing here. */
static bool reorder_date(struct by_bytes cell, enum by_date_order order, char out_date[32])
{
    struct by_bytes rest = cell;
    unsigned first = 0, second = 0, year = 0;
    size_t digits = 0;
    bool is_date = take_number(&rest, &first, &digits) && digits <= 2 && take_mark(&rest) &&
                   take_number(&rest, &second, &digits) && digits <= 2 && take_mark(&rest) &&
                   take_number(&rest, &year, &digits) && digits == 4 &&
                   (rest.size == 0 || rest.data[0] == ' ');

    if (is_date)
        (void)snprintf(out_date, 32, "%04u-%02u-%02u", year, order == BY_DATES_DMY ? second : first,
                       order == BY_DATES_DMY ? first : second);
    return is_date;
}

/* "2020-01-31 00:00:00" and "2020-01-31T10:00:00.000+07:00" are days. */
static struct by_bytes cut_time(struct by_bytes cell)
{
    if (cell.size > 10 && (cell.data[10] == ' ' || cell.data[10] == 'T') && cell.data[4] == '-' &&
        cell.data[7] == '-')
        cell.size = 10;
    return cell;
}

/* A day of a workbook that lost its format is the number that it is kept as: five digits, from 1927
 * to 2173, which are no year. */
static bool serial_date(struct by_bytes cell, char out_date[32])
{
    char text[BY_XLSX_DATE_BYTES], digits[8];
    bool is_serial = cell.size == 5;

    for (size_t i = 0; i < cell.size && is_serial; i++)
        is_serial = is_digit(cell.data[i]);
    if (!is_serial)
        return false;
    (void)snprintf(digits, sizeof digits, "%.5s", (const char *)cell.data);
    is_serial = by_xlsx_date(strtod(digits, NULL), false, text);
    (void)snprintf(out_date, 32, "%s", text);
    return is_serial;
}

static const char *
date_text(const struct by_mapping_column *column, struct by_bytes cell, struct by_arena *arena)
{
    char date[32];

    if (column->has_numbers && serial_date(cell, date))
        return by_arena_text(arena, by_bytes_of_text(date));
    if (column->dates != BY_DATES_ISO && reorder_date(cell, column->dates, date))
        return by_arena_text(arena, by_bytes_of_text(date));
    return by_arena_text(arena, cut_time(cell));
}

/* What stands in no number: a letter, also of another script ("12 га"). Spaces, dashes and the
 * minus sign beyond ASCII begin with C2 and E2. */
static bool is_of_unit(uint8_t c)
{
    if (c < 0x80)
        return memchr(",. -+", c, 5) == NULL && !is_digit(c);
    return c >= 0xc3 && c != 0xe2;
}

/* A mark that can be read in two ways, as the column has it, and the unit that stands in the
 * header. Other numbers say themselves what they are. */
static const char *
number_text(const struct by_mapping_column *column, struct by_bytes cell, struct by_arena *arena)
{
    size_t unit_size = column->unit == NULL ? 0 : strlen(column->unit) + 1, size = 0;
    size_t mark = by_mapping_lone_mark(cell);
    enum by_comma comma = by_mapping_comma(column);
    char *text = by_arena_alloc(arena, cell.size + unit_size + 1);
    bool has_unit = false, has_points = column->has_numbers || column->has_points;

    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < cell.size; i++) {
        char c = (char)cell.data[i];

        has_unit = has_unit || is_of_unit(cell.data[i]);
        if (i == mark && c == ',' && comma == BY_COMMA_DECIMAL)
            c = '.';
        else if (i == mark && (c == ',' ? comma == BY_COMMA_THOUSANDS
                                        : comma == BY_COMMA_DECIMAL && !has_points))
            continue;
        text[size++] = c;
    }
    if (unit_size > 0 && !has_unit) {
        text[size++] = ' ';
        memcpy(text + size, column->unit, unit_size - 1);
    }
    return text;
}

/* Forms write choices with spaces between: where each word is a code, it is meant. */
static bool are_codes(const struct by_field *field, struct by_bytes cell)
{
    size_t begin = 0;

    for (size_t i = 0; i <= cell.size && field->kind == BY_FIELD_CODES && field->list != NULL;
         i++) {
        if (i < cell.size && cell.data[i] != ' ')
            continue;
        if (i > begin &&
            by_code_find(field->list, by_bytes_of(cell.data + begin, i - begin)) == NULL)
            return false;
        begin = i + 1;
    }
    return begin == cell.size + 1;
}

static const char *
list_text(const struct by_field *field, struct by_bytes cell, struct by_arena *arena)
{
    char *text = by_arena_text(arena, cell);
    bool has_spaces = are_codes(field, cell);

    for (char *at = text; at != NULL && *at != 0; at++)
        if (*at == '\n' || *at == '\r' || (*at == ' ' && has_spaces))
            *at = ';';
    return text;
}

/* "Cồn Bửng (K7QM-2F9D)", as exports write references, is K7QM-2F9D: of each element. */
static const char *ref_text(struct by_bytes cell, struct by_arena *arena)
{
    char *text = by_arena_text(arena, cell), *out = text, *from = text;

    while (text != NULL) {
        char *end = strchrnul(from, ';'), *last = end;

        while (last > from && is_space((uint8_t)last[-1]))
            last--;
        if (last - from > REF_SIZE && last[-1] == ')' && last[-REF_SIZE] == '(' &&
            last[-REF_SIZE + 5] == '-') {
            memmove(out, last - REF_SIZE + 1, REF_SIZE - 2);
            out += REF_SIZE - 2;
        } else {
            memmove(out, from, (size_t)(end - from));
            out += end - from;
        }
        if (*end == 0)
            break;
        *out++ = ';';
        from = end + 1;
    }
    if (text != NULL)
        *out = 0;
    return text;
}

static const char *
value_text(const struct by_mapping_column *column, struct by_bytes cell, struct by_arena *arena)
{
    enum by_field_kind kind = column->field->kind;

    if (kind == BY_FIELD_DATE)
        return date_text(column, cell, arena);
    if (kind == BY_FIELD_QUANTITY || kind == BY_FIELD_MONEY || kind == BY_FIELD_NUMBER ||
        kind == BY_FIELD_INTEGER)
        return number_text(column, cell, arena);
    if (kind == BY_FIELD_GEOMETRY)
        return by_form_place(cell, arena);
    if (kind == BY_FIELD_REF || kind == BY_FIELD_REFS)
        return ref_text(cell, arena);
    return by_field_kind_is_list(kind) ? list_text(column->field, cell, arena)
                                       : by_arena_text(arena, cell);
}

/* -- what stands in two columns -- */

/* Of a row whose cells are by_row_cell's, each column with one. */
static struct by_bytes cell_at(const struct by_row *row, size_t column)
{
    return row->cells[column];
}

static size_t find_part(const struct by_mapping *mapping, const char *path, enum by_part part)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].path != NULL && mapping->columns[i].part == part &&
            strcmp(mapping->columns[i].path, path) == 0)
            return i;
    return BY_NO_COLUMN;
}

/* The number and what stands behind it, or latitude and longitude, with a space between. */
static const char *join(struct by_bytes a, struct by_bytes b, struct by_arena *arena)
{
    char *text = by_arena_alloc(arena, a.size + b.size + 2);

    if (text == NULL)
        return NULL;
    if (a.size > 0)
        memcpy(text, a.data, a.size);
    text[a.size] = ' ';
    if (b.size > 0)
        memcpy(text + a.size + 1, b.data, b.size);
    return text;
}

/* What a cell stands for, by the mapping. */
static struct by_bytes
said_at(const struct by_mapping *mapping, const struct by_row *row, size_t column)
{
    return translate(&mapping->columns[column], cell_at(row, column));
}

static const char *read_point(const struct by_mapping *mapping, const struct by_row *row,
                              size_t column, struct by_arena *arena)
{
    size_t other = find_part(mapping, mapping->columns[column].path, BY_PART_LONGITUDE);
    struct by_bytes longitude =
        other == BY_NO_COLUMN ? by_bytes_of(NULL, 0) : said_at(mapping, row, other);

    return join(said_at(mapping, row, column), longitude, arena);
}

static const char *read_whole(const struct by_mapping *mapping, const struct by_row *row,
                              size_t column, struct by_arena *arena)
{
    const struct by_mapping_column *at = &mapping->columns[column];
    static const enum by_part behind[] = {BY_PART_UNIT, BY_PART_CURRENCY, BY_PART_DAY};
    const char *text = value_text(at, translate(at, cell_at(row, column)), arena);

    for (size_t i = 0; i < sizeof behind / sizeof behind[0] && text != NULL; i++) {
        size_t part = find_part(mapping, at->path, behind[i]);

        if (part != BY_NO_COLUMN && cell_at(row, part).size > 0)
            text = join(by_bytes_of_text(text), cell_at(row, part), arena);
    }
    return text;
}

/* -- a column for each choice -- */

static bool is_choice_of(const struct by_mapping_column *column, const char *path)
{
    return column->path != NULL && column->part == BY_PART_CHOICE &&
           strcmp(column->path, path) == 0;
}

/* It speaks for all of them, where no column has the list as a whole. */
static bool is_first_choice(const struct by_mapping *mapping, size_t column)
{
    const char *path = mapping->columns[column].path;

    for (size_t i = 0; i < column; i++)
        if (is_choice_of(&mapping->columns[i], path))
            return false;
    return find_part(mapping, path, BY_PART_ALL) == BY_NO_COLUMN;
}

static bool is_chosen(struct by_bytes cell)
{
    static const char *const words[] = {"1", "1.0", "true", "TRUE", "True", "yes"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (by_bytes_equal(cell, by_bytes_of_text(words[i])))
            return true;
    return false;
}

static bool any_chosen(const struct by_mapping *mapping, const struct by_row *row, const char *path)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (is_choice_of(&mapping->columns[i], path) && is_chosen(cell_at(row, i)))
            return true;
    return false;
}

static const char *read_choices(const struct by_mapping *mapping, const struct by_row *row,
                                const char *path, struct by_arena *arena)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_LINE_BYTES_MAX);
    const char *kept = NULL;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < mapping->column_count && status == BANYAN_OK; i++)
        if (is_choice_of(&mapping->columns[i], path) && is_chosen(cell_at(row, i)))
            status = by_buffer_append_format(&text, "%s%s", text.size == 0 ? "" : ";",
                                             mapping->columns[i].unit);
    if (status == BANYAN_OK)
        kept = by_arena_text(arena, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return kept;
}

/* -- the row -- */

static bool
says_something(const struct by_mapping *mapping, const struct by_row *row, size_t column)
{
    const struct by_mapping_column *at = &mapping->columns[column];
    size_t other = 0;

    if (at->path == NULL)
        return false;
    switch (at->part) {
    case BY_PART_ALL:
    case BY_PART_POLYGON:
        return cell_at(row, column).size > 0 && translate(at, cell_at(row, column)).size > 0;
    case BY_PART_LATITUDE:
        other = find_part(mapping, at->path, BY_PART_LONGITUDE);
        return said_at(mapping, row, column).size > 0 ||
               (other != BY_NO_COLUMN && said_at(mapping, row, other).size > 0);
    case BY_PART_LONGITUDE:
    case BY_PART_UNIT:
    case BY_PART_CURRENCY:
    case BY_PART_DAY:
        return false;
    case BY_PART_CHOICE:
        return is_first_choice(mapping, column) && any_chosen(mapping, row, at->path);
    }
    return false;
}

/* -- what no cell can mean -- */

/* What spreadsheets show where a formula has no answer, in English and Russian. */
static bool is_spreadsheet_fault(struct by_bytes cell)
{
    static const char *const words[] = {
        "#N/A",   "#REF!", "#VALUE!",  "#NAME?", "#DIV/0!", "#NULL!",  "#NUM!",   "#SPILL!",
        "#CALC!", "#Н/Д",  "#ССЫЛКА!", "#ЗНАЧ!", "#ИМЯ?",   "#ДЕЛ/0!", "#ПУСТО!", "#ЧИСЛО!"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (by_bytes_equal(cell, by_bytes_of_text(words[i])))
            return true;
    return false;
}

static const char *cell_fault(struct by_bytes cell)
{
    if (cell.size == 0)
        return NULL;
    if (memchr(cell.data, 0, cell.size) != NULL)
        return N_("the cell has bytes of value 0 in it: the file is damaged there, or is no text");
    if (cell.data[0] == '#' && is_spreadsheet_fault(cell))
        return N_("the spreadsheet found no answer to the formula of the cell");
    return NULL;
}

static void take_fault(struct by_record_row *row, size_t column, const char *fault)
{
    if (fault == NULL || row->fault != NULL)
        return;
    row->fault = fault;
    row->fault_column = column;
}

static bool is_among(const struct by_record_row *row, const char *path)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->fields[i].path, path) == 0)
            return true;
    return false;
}

static void add(struct by_record_row *row, size_t column, const char *path, const char *value)
{
    row->fields[row->count] = (struct banyan_field){.path = path, .value = value};
    row->columns[row->count++] = column;
}

/* A polygon beside the point says more than that. */
static bool
is_walked_around(const struct by_mapping *mapping, const struct by_row *row, const char *path)
{
    size_t column = find_part(mapping, path, BY_PART_POLYGON);

    return column != BY_NO_COLUMN && says_something(mapping, row, column);
}

/* The half of a place whose other half stands nowhere: it is no place, and "10,5" would be read as
 * a whole one. */
static const char *
half_fault(const struct by_mapping *mapping, const struct by_row *row, size_t column)
{
    const struct by_mapping_column *at = &mapping->columns[column];
    bool is_latitude = at->part == BY_PART_LATITUDE;
    size_t other = BY_NO_COLUMN, whole = BY_NO_COLUMN;

    if (at->path == NULL || (!is_latitude && at->part != BY_PART_LONGITUDE) ||
        said_at(mapping, row, column).size == 0)
        return NULL;
    other = find_part(mapping, at->path, is_latitude ? BY_PART_LONGITUDE : BY_PART_LATITUDE);
    whole = find_part(mapping, at->path, BY_PART_ALL);
    if ((other != BY_NO_COLUMN && said_at(mapping, row, other).size > 0) ||
        (whole != BY_NO_COLUMN && says_something(mapping, row, whole)) ||
        is_walked_around(mapping, row, at->path))
        return NULL;
    if (other == BY_NO_COLUMN)
        return is_latitude ? N_("a latitude without a longitude is no place, and no column is "
                                "known to have it: --map says which one does")
                           : N_("a longitude without a latitude is no place, and no column is "
                                "known to have it: --map says which one does");
    return is_latitude ? N_("a latitude without a longitude is no place: the other cell is empty")
                       : N_("a longitude without a latitude is no place: the other cell is empty");
}

enum banyan_status by_record_row_read(const struct by_mapping *mapping, const struct by_row *row,
                                      struct by_arena *arena, struct by_record_row *out_row)
{
    size_t room = mapping->column_count + mapping->set_count + 1;
    struct by_record_row out = {.fields = by_arena_array(arena, room, sizeof out.fields[0]),
                                .columns = by_arena_array(arena, room, sizeof out.columns[0])};
    struct by_bytes *cells = by_arena_array(arena, room, sizeof *cells);
    const struct by_row plain = {.cells = cells, .count = mapping->column_count};

    if (out.fields == NULL || out.columns == NULL || cells == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < mapping->column_count; i++)
        cells[i] = by_row_cell(row, i);
    for (size_t i = 0; i < mapping->column_count; i++) {
        const struct by_mapping_column *column = &mapping->columns[i];
        const char *value = NULL;

        if (column->path != NULL)
            take_fault(&out, i, cell_fault(said_at(mapping, &plain, i)));
        take_fault(&out, i, half_fault(mapping, &plain, i));
        if (!says_something(mapping, &plain, i))
            continue;
        if (column->part == BY_PART_ALL && column->field->kind == BY_FIELD_GEOMETRY &&
            is_walked_around(mapping, &plain, column->path))
            continue;
        if (is_among(&out, column->path))
            continue; /* two columns with one thing, as forms have places */
        value = column->part == BY_PART_LATITUDE ? read_point(mapping, &plain, i, arena)
                : column->part == BY_PART_CHOICE
                    ? read_choices(mapping, &plain, column->path, arena)
                    : read_whole(mapping, &plain, i, arena);
        if (value == NULL)
            return BANYAN_ERR_MEMORY;
        add(&out, i, column->path, value);
    }
    for (size_t i = 0; i < mapping->set_count; i++)
        if (!is_among(&out, mapping->sets[i].path))
            add(&out, BY_NO_COLUMN, mapping->sets[i].path, mapping->sets[i].value);
    *out_row = out;
    return BANYAN_OK;
}

/* -- its name -- */

/* Columns that exports and rejects add are no part of a row. */
static bool is_own(struct by_bytes header)
{
    struct by_bytes begin = by_bytes_of_text(BY_HEADER_BEGIN);

    return header.size >= begin.size && memcmp(header.data, begin.data, begin.size) == 0;
}

void by_row_hash(const struct by_mapping *mapping, const struct by_row *row, struct by_id *out_hash)
{
    struct by_hash hash;
    struct by_bytes type = by_bytes_of_text(mapping->type->name);

    by_hash_init(&hash, BY_TAG_IMPORT);
    by_hash_add_u64(&hash, type.size);
    by_hash_add(&hash, type);
    by_hash_add_u64(&hash, mapping->has_key);
    for (size_t i = 0; i < mapping->column_count; i++) {
        struct by_bytes cell, header;

        if (mapping->has_key && !mapping->columns[i].is_key)
            continue;
        cell = by_row_cell(row, i);
        header = trim(mapping->columns[i].header);
        if ((!mapping->has_key && cell.size == 0) || is_own(header))
            continue;
        if (!mapping->has_key) {
            by_hash_add_u64(&hash, header.size);
            by_hash_add(&hash, header);
        }
        by_hash_add_u64(&hash, cell.size);
        by_hash_add(&hash, cell);
    }
    by_hash_end(&hash, out_hash);
}

void by_row_repeated_hash(const struct by_mapping *mapping, const struct by_row *row,
                          const struct by_record_name *parent, struct by_bytes repeat,
                          struct by_id *out_hash)
{
    struct by_hash hash;
    struct by_bytes type = by_bytes_of_text(mapping->type->name);
    uint8_t name[48];

    by_record_name_put(name, parent);
    by_hash_init(&hash, BY_TAG_IMPORT);
    by_hash_add_u64(&hash, type.size);
    by_hash_add(&hash, type);
    by_hash_add_u64(&hash, REPEATED);
    by_hash_add(&hash, by_bytes_of(name, sizeof name));
    by_hash_add_u64(&hash, repeat.size);
    by_hash_add(&hash, repeat);
    for (size_t i = 0; i < mapping->column_count && mapping->has_key; i++) {
        struct by_bytes cell = by_row_cell(row, i);

        if (!mapping->columns[i].is_key)
            continue;
        by_hash_add_u64(&hash, cell.size);
        by_hash_add(&hash, cell);
    }
    by_hash_end(&hash, out_hash);
}

bool by_row_record(const struct by_mapping *mapping, const struct by_row *row,
                   struct by_record_name *out_name)
{
    return mapping->id_column != BY_NO_COLUMN &&
           by_record_name_read(by_row_cell(row, mapping->id_column), out_name);
}

struct by_bytes by_row_version(const struct by_mapping *mapping, const struct by_row *row)
{
    return mapping->version_column == BY_NO_COLUMN ? by_bytes_of(NULL, 0)
                                                   : by_row_cell(row, mapping->version_column);
}

bool by_row_has_key(const struct by_mapping *mapping, const struct by_row *row)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].is_key && by_row_cell(row, i).size == 0)
            return false;
    return true;
}

static bool is_number(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_digit(text.data[i]) && strchr(".,- ", text.data[i]) == NULL)
            return false;
    return true;
}

static bool has_digit(struct by_bytes text)
{
    size_t i = 0;

    while (i < text.size && !is_digit(text.data[i]))
        i++;
    return i < text.size;
}

/* Folding takes no digit away, and the words have none. */
static bool is_total_word(struct by_bytes text)
{
    static const char *const words[] = {"total",       "totals", "grand total", "subtotal", "sum",
                                        "tong",        "cong",   "tong cong",   "итого",    "всего",
                                        "всего итого", "разом",  "усього",      "сумма"};
    struct by_buffer normal = BY_BUFFER_INIT(256), folded = BY_BUFFER_INIT(256);
    bool is_it = false;

    if (text.size < 64 && !has_digit(text) && by_text_normalise(text, &normal) == BANYAN_OK &&
        by_text_fold(by_buffer_bytes(&normal), &folded) == BANYAN_OK)
        for (size_t i = 0; i < sizeof words / sizeof words[0] && !is_it; i++)
            is_it = by_bytes_equal(by_buffer_bytes(&folded), by_bytes_of_text(words[i]));
    by_buffer_deinit(&normal);
    by_buffer_deinit(&folded);
    return is_it;
}

bool by_row_is_total(const struct by_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        struct by_bytes cell = by_row_cell(row, i);

        if (cell.size > 0 && !is_number(cell))
            return is_total_word(cell);
    }
    return false;
}

struct by_uuid by_row_uuid(const struct by_id *hash, uint64_t occurrence)
{
    struct by_hash again;
    struct by_id out;
    struct by_uuid uuid;

    by_hash_init(&again, BY_TAG_IMPORT);
    by_hash_add(&again, by_id_bytes(hash));
    by_hash_add_u64(&again, occurrence);
    by_hash_end(&again, &out);
    memcpy(uuid.bytes, out.bytes, sizeof uuid.bytes);
    uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0fu) | 0x80u);
    uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3fu) | 0x80u);
    return uuid;
}
