/*
 * The forms of values, and the form in which they are compared.
 */
#include "base/date.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/field_parts.h"

static bool is_text(const struct by_value *value)
{
    return value->kind == BY_VALUE_TEXT && value->bytes.size > 0;
}

static bool is_decimal(const struct by_value *value)
{
    return value != NULL && value->kind == BY_VALUE_TEXT && by_decimal_is(value->bytes);
}

static bool is_languages(const struct by_value *value)
{
    if (value->kind != BY_VALUE_MAP || value->map.count == 0)
        return false;
    for (size_t i = 0; i < value->map.count; i++)
        if (!by_text_is_language(value->map.pairs[i].key) || !is_text(&value->map.pairs[i].value))
            return false;
    return true;
}

static bool is_quantity(const struct by_value *value)
{
    const struct by_value *unit = by_value_get(value, "unit");

    return unit != NULL && value->map.count == 2 && by_is_code(unit) &&
           is_decimal(by_value_get(value, "value"));
}

static bool is_currency(const struct by_value *value)
{
    if (value == NULL || value->kind != BY_VALUE_TEXT || value->bytes.size != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (value->bytes.data[i] < 'A' || value->bytes.data[i] > 'Z')
            return false;
    return true;
}

static bool is_date(const struct by_value *value)
{
    return value->kind == BY_VALUE_TEXT && by_date_is(value->bytes);
}

static bool is_money(const struct by_value *value)
{
    const struct by_value *date = by_value_get(value, "date");

    return is_decimal(by_value_get(value, "amount")) &&
           is_currency(by_value_get(value, "currency")) &&
           value->map.count == (date != NULL ? 3u : 2u) && (date == NULL || is_date(date));
}

static bool is_ref(const struct by_value *value)
{
    return value->kind == BY_VALUE_BIN && value->bytes.size == 48;
}

static bool is_integer(const struct by_value *value)
{
    return value->kind == BY_VALUE_INT && value->integer <= (int64_t)BY_INTEGER_SAFE_MAX &&
           value->integer >= -(int64_t)BY_INTEGER_SAFE_MAX;
}

static bool is_all(const struct by_value *array, bool (*is)(const struct by_value *))
{
    if (array->kind != BY_VALUE_ARRAY)
        return false;
    for (size_t i = 0; i < array->array.count; i++)
        if (!is(&array->array.items[i]))
            return false;
    return true;
}

bool by_field_value_is(enum by_field_kind kind, const struct by_value *value)
{
    switch (kind) {
    case BY_FIELD_TEXT:
        return is_text(value);
    case BY_FIELD_MLTEXT:
        return is_languages(value);
    case BY_FIELD_CODE:
        return by_is_code(value);
    case BY_FIELD_CODES:
        return is_all(value, by_is_code);
    case BY_FIELD_DATE:
        return is_date(value);
    case BY_FIELD_INTEGER:
        return is_integer(value);
    case BY_FIELD_NUMBER:
        return is_decimal(value);
    case BY_FIELD_QUANTITY:
        return is_quantity(value);
    case BY_FIELD_MONEY:
        return is_money(value);
    case BY_FIELD_GEOMETRY:
        return by_geometry_fault(value) == NULL;
    case BY_FIELD_REF:
        return is_ref(value);
    case BY_FIELD_REFS:
        return is_all(value, is_ref);
    case BY_FIELD_BOOL:
        return value->kind == BY_VALUE_BOOL;
    case BY_FIELD_URL:
        return value->kind == BY_VALUE_TEXT && by_is_url(value->bytes);
    case BY_FIELD_TEXTS:
        return is_all(value, is_text);
    }
    return false;
}

/* ---- comparing --------------------------------------------------------------------------- */

static enum banyan_status normal_decimal(struct by_arena *arena, struct by_value *value)
{
    struct by_buffer normal = BY_BUFFER_INIT(SIZE_MAX);
    struct by_bytes copy = {0};
    enum banyan_status status = by_decimal_normal(value->bytes, &normal);

    if (status == BANYAN_OK)
        status = by_arena_copy(arena, by_buffer_bytes(&normal), &copy);
    by_buffer_deinit(&normal);
    if (status == BANYAN_OK)
        *value = by_value_text(copy);
    return status;
}

/* A copy of the map with the decimal under key in normal form. */
static enum banyan_status normal_in_map(const struct by_value *map, const char *key,
                                        struct by_arena *arena, struct by_value *out_normal)
{
    struct by_value copy = by_value_map(arena, map->map.count);

    if (copy.map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < map->map.count; i++) {
        enum banyan_status status = BANYAN_OK;

        copy.map.pairs[i] = map->map.pairs[i];
        if (by_bytes_equal(map->map.pairs[i].key, by_bytes_of_text(key)))
            status = normal_decimal(arena, &copy.map.pairs[i].value);
        if (status != BANYAN_OK)
            return status;
    }
    *out_normal = copy;
    return BANYAN_OK;
}

enum banyan_status by_field_value_normal(enum by_field_kind kind, const struct by_value *value,
                                         struct by_arena *arena, struct by_value *out_normal)
{
    *out_normal = *value;
    switch (kind) {
    case BY_FIELD_NUMBER:
        return normal_decimal(arena, out_normal);
    case BY_FIELD_QUANTITY:
        return normal_in_map(value, "value", arena, out_normal);
    case BY_FIELD_MONEY:
        return normal_in_map(value, "amount", arena, out_normal);
    case BY_FIELD_TEXT:
    case BY_FIELD_MLTEXT:
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
    case BY_FIELD_DATE:
    case BY_FIELD_INTEGER:
    case BY_FIELD_GEOMETRY:
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
    case BY_FIELD_BOOL:
    case BY_FIELD_URL:
    case BY_FIELD_TEXTS:
        return BANYAN_OK;
    }
    return BANYAN_OK;
}
