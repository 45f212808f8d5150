#include "exchange/mapping.h"

#include <string.h>
#include <strings.h>

/* -- numbers -- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool holds_number(const struct by_field *field)
{
    return field != NULL && (field->kind == BY_FIELD_NUMBER || field->kind == BY_FIELD_QUANTITY ||
                             field->kind == BY_FIELD_MONEY || field->kind == BY_FIELD_INTEGER);
}

/* Whether a mark has one to three digits before it, which a number in groups does not begin with
 * a nought, and three behind. */
static bool is_group(struct by_bytes cell, size_t mark)
{
    size_t digits = 0, before = 0;

    while (mark + 1 + digits < cell.size && is_digit(cell.data[mark + 1 + digits]))
        digits++;
    while (before < mark && is_digit(cell.data[mark - 1 - before]))
        before++;
    return digits == 3 && before >= 1 && before <= 3 && cell.data[mark - before] != '0';
}

/* Of two kinds of marks the last is the decimal one; one that comes twice is none; one that has
 * other than three digits behind it is. */
static unsigned look_at_number(struct by_bytes cell)
{
    size_t points = 0, commas = 0, last = 0;

    for (size_t i = 0; i < cell.size; i++) {
        points += cell.data[i] == '.';
        commas += cell.data[i] == ',';
        last = cell.data[i] == '.' || cell.data[i] == ',' ? i : last;
    }
    if (points > 0 && commas > 0)
        return cell.data[last] == ',' ? BY_SAW_DECIMAL_COMMA : BY_SAW_DECIMAL_POINT;
    if (points + commas > 1)
        return points > 0 ? BY_SAW_DECIMAL_COMMA : BY_SAW_DECIMAL_POINT;
    if (points + commas == 1 && !is_group(cell, last))
        return points > 0 ? BY_SAW_DECIMAL_POINT : BY_SAW_DECIMAL_COMMA;
    return 0;
}

enum by_comma by_mapping_comma(const struct by_mapping_column *column)
{
    if (column->comma != BY_COMMA_UNKNOWN)
        return column->comma;
    if (column->saw == BY_SAW_DECIMAL_COMMA)
        return BY_COMMA_DECIMAL;
    return column->saw == BY_SAW_DECIMAL_POINT ? BY_COMMA_THOUSANDS : BY_COMMA_UNKNOWN;
}

void by_mapping_settle(struct by_mapping *mapping)
{
    for (size_t i = 0; i < mapping->column_count; i++) {
        struct by_mapping_column *column = &mapping->columns[i];

        if (column->part != BY_PART_ALL || !holds_number(column->field))
            continue;
        column->comma = by_mapping_comma(column);
        column->has_points = column->has_points || column->has_numbers;
    }
}

size_t by_mapping_lone_mark(struct by_bytes cell)
{
    size_t at = cell.size > 0 && (cell.data[0] == '-' || cell.data[0] == '+');

    while (at < cell.size && is_digit(cell.data[at]))
        at++;
    if (at == cell.size || (cell.data[at] != '.' && cell.data[at] != ',') || !is_group(cell, at) ||
        (at + 4 < cell.size && (cell.data[at + 4] == '.' || cell.data[at + 4] == ',')))
        return SIZE_MAX;
    return at;
}

/* -- dates -- */

/* 25/12/2020 and 12/25/2020 say of their column in which order its days and months stand. */
static void look_at_date(struct by_mapping_column *column, struct by_bytes cell)
{
    unsigned numbers[2] = {0, 0};
    size_t digits[2] = {0, 0}, at = 0;

    for (int i = 0; i < 2; i++) {
        for (; at < cell.size && is_digit(cell.data[at]) && digits[i] < 3; at++, digits[i]++)
            numbers[i] = numbers[i] * 10 + (unsigned)(cell.data[at] - '0');
        if (digits[i] == 0 || digits[i] > 2 || at >= cell.size ||
            strchr("./-", cell.data[at]) == NULL || cell.data[at] == 0)
            return;
        at++;
    }
    if (numbers[0] > 12 && numbers[0] <= 31 && numbers[1] <= 12)
        column->dates = BY_DATES_DMY;
    else if (numbers[1] > 12 && numbers[1] <= 31 && numbers[0] <= 12)
        column->dates = BY_DATES_MDY;
}

void by_mapping_look(struct by_mapping *mapping, const struct by_row *row)
{
    for (size_t i = 0; i < mapping->column_count && i < row->count; i++) {
        struct by_mapping_column *column = &mapping->columns[i];

        if (column->part != BY_PART_ALL || column->field == NULL)
            continue;
        if (holds_number(column->field))
            column->saw |= look_at_number(row->cells[i]);
        else if (column->field->kind == BY_FIELD_DATE && column->dates == BY_DATES_ISO)
            look_at_date(column, row->cells[i]);
    }
}

/* -- the key -- */

static bool is_named(const struct by_mapping *mapping, size_t column, const char *name)
{
    char letter[BY_COLUMN_NAME_BYTES];

    by_column_name(column, letter);
    return by_bytes_equal(mapping->columns[column].header, by_bytes_of_text(name)) ||
           strcasecmp(letter, name) == 0;
}

enum banyan_status
by_mapping_set_key(struct by_mapping *mapping, const char *key, struct banyan_error *error)
{
    size_t found = mapping->column_count;

    /* A header before a letter: a column may be called B. */
    for (size_t i = mapping->column_count; i > 0; i--)
        if (is_named(mapping, i - 1, key) &&
            (found == mapping->column_count ||
             by_bytes_equal(mapping->columns[i - 1].header, by_bytes_of_text(key))))
            found = i - 1;
    if (found == mapping->column_count)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "the file has no column '%s': name it as in its header, or by its letter",
                       key);
    for (size_t i = 0; i < mapping->column_count; i++)
        mapping->columns[i].is_key = i == found;
    mapping->has_key = true;
    return BANYAN_OK;
}

/* -- what all rows have -- */

static bool is_of_field(const char *path, const char *field)
{
    size_t size = strcspn(path, ".");

    return strlen(field) == size && strncmp(path, field, size) == 0;
}

bool by_mapping_gives(const struct by_mapping *mapping, const struct by_field *field)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].path != NULL && is_of_field(mapping->columns[i].path, field->name))
            return true;
    for (size_t i = 0; i < mapping->set_count; i++)
        if (is_of_field(mapping->sets[i].path, field->name))
            return true;
    return false;
}

static enum banyan_status
add_set(struct by_mapping *mapping, const struct by_mapping_set *set, struct by_arena *arena)
{
    struct by_mapping_set *sets = NULL;

    for (size_t i = 0; i < mapping->set_count; i++)
        if (strcmp(mapping->sets[i].path, set->path) == 0) {
            mapping->sets[i].value = set->value;
            return BANYAN_OK;
        }
    sets = by_arena_array(arena, mapping->set_count + 1, sizeof *sets);
    if (sets == NULL)
        return BANYAN_ERR_MEMORY;
    if (mapping->set_count > 0)
        memcpy(sets, mapping->sets, mapping->set_count * sizeof *sets);
    sets[mapping->set_count++] = *set;
    mapping->sets = sets;
    return BANYAN_OK;
}

enum banyan_status by_mapping_set(struct by_mapping *mapping, const char *text,
                                  struct by_arena *arena, struct banyan_error *error)
{
    const char *equals = strchr(text, '=');
    struct by_mapping_set set;
    size_t size = 0;
    enum banyan_status status = BANYAN_OK;

    if (equals == NULL || equals == text || equals[1] == 0)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "'%.64s' is no value for all rows: it looks like site_type=pa", text);
    size = (size_t)(equals - text);
    set = (struct by_mapping_set){.path = by_arena_text(arena, by_bytes_of(text, size)),
                                  .value = equals + 1};
    if (set.path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (by_type_field_find(mapping->type, by_bytes_of(text, strcspn(set.path, "."))) == NULL)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "'%.64s' is no field of %s: banyan types %s lists them", set.path,
                       mapping->type->name, mapping->type->name);
    status = add_set(mapping, &set, arena);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
