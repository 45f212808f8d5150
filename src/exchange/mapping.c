#include "exchange/mapping.h"

#include <string.h>
#include <strings.h>

/* -- commas -- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool holds_number(const struct by_field *field)
{
    return field != NULL && (field->kind == BY_FIELD_NUMBER || field->kind == BY_FIELD_QUANTITY ||
                             field->kind == BY_FIELD_MONEY || field->kind == BY_FIELD_INTEGER);
}

/* A comma with other than three digits behind it, or after a point, is no mark of thousands; one
 * with a point behind it is no decimal. */
static enum by_comma look_at_number(struct by_bytes cell)
{
    const uint8_t *comma = cell.size == 0 ? NULL : memchr(cell.data, ',', cell.size);
    const uint8_t *end = cell.data + cell.size, *at = NULL;
    size_t digits = 0;

    if (comma == NULL)
        return BY_COMMA_UNKNOWN;
    for (at = comma + 1; at < end && is_digit(*at); at++)
        digits++;
    if (at < end && (*at == '.' || *at == ','))
        return BY_COMMA_THOUSANDS;
    if (digits != 3 || memchr(cell.data, '.', (size_t)(comma - cell.data)) != NULL)
        return BY_COMMA_DECIMAL;
    return BY_COMMA_UNKNOWN;
}

void by_mapping_look(struct by_mapping *mapping, const struct by_row *row)
{
    for (size_t i = 0; i < mapping->column_count && i < row->count; i++) {
        struct by_mapping_column *column = &mapping->columns[i];

        if (column->comma == BY_COMMA_UNKNOWN && column->part == BY_PART_ALL &&
            holds_number(column->field))
            column->comma = look_at_number(row->cells[i]);
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
