#include "codec/value.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/sort.h"

struct by_value by_value_nil(void)
{
    return (struct by_value){.kind = BY_VALUE_NIL};
}

struct by_value by_value_bool(bool boolean)
{
    return (struct by_value){.kind = BY_VALUE_BOOL, .boolean = boolean};
}

struct by_value by_value_int(int64_t integer)
{
    return (struct by_value){.kind = BY_VALUE_INT, .integer = integer};
}

struct by_value by_value_real(double real)
{
    if (fabs(real) <= BY_INTEGER_SAFE_MAX && real == floor(real))
        return by_value_int((int64_t)real);
    return (struct by_value){.kind = BY_VALUE_FLOAT, .real = real};
}

struct by_value by_value_text(struct by_bytes text)
{
    return (struct by_value){.kind = BY_VALUE_TEXT, .bytes = text};
}

struct by_value by_value_literal(const char *text)
{
    return by_value_text(by_bytes_of_text(text));
}

struct by_value by_value_bin(struct by_bytes bin)
{
    return (struct by_value){.kind = BY_VALUE_BIN, .bytes = bin};
}

struct by_value by_value_array(struct by_arena *arena, size_t count)
{
    struct by_value array = {.kind = BY_VALUE_ARRAY};

    array.array.count = count;
    array.array.items = count == 0 ? NULL : by_arena_array(arena, count, sizeof *array.array.items);
    return array;
}

struct by_value by_value_map(struct by_arena *arena, size_t count)
{
    struct by_value map = {.kind = BY_VALUE_MAP};

    map.map.count = count;
    map.map.pairs = count == 0 ? NULL : by_arena_array(arena, count, sizeof *map.map.pairs);
    return map;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct by_pair *first = a;
    const struct by_pair *second = b;

    return by_bytes_compare(first->key, second->key);
}

enum banyan_status by_value_map_sort(struct by_value *map)
{
    struct by_pair *pairs = map->map.pairs;

    if (map->map.count < 2)
        return BANYAN_OK;
    by_sort(pairs, map->map.count, sizeof *pairs, compare_pairs);
    for (size_t i = 1; i < map->map.count; i++) {
        if (by_bytes_equal(pairs[i - 1].key, pairs[i].key))
            return BANYAN_ERR_INVALID;
    }
    return BANYAN_OK;
}

const struct by_value *by_value_get_bytes(const struct by_value *map, struct by_bytes key)
{
    size_t low = 0;
    size_t high = map != NULL && map->kind == BY_VALUE_MAP ? map->map.count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_bytes_compare(map->map.pairs[middle].key, key);

        if (order == 0)
            return &map->map.pairs[middle].value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct by_value *by_value_get(const struct by_value *map, const char *key)
{
    return by_value_get_bytes(map, by_bytes_of_text(key));
}

enum banyan_status
by_value_get_text(const struct by_value *map, const char *key, struct by_bytes *out_text)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL || value->kind != BY_VALUE_TEXT)
        return BANYAN_ERR_MALFORMED;
    *out_text = value->bytes;
    return BANYAN_OK;
}

enum banyan_status
by_value_get_bin(const struct by_value *map, const char *key, size_t size, struct by_bytes *out_bin)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL || value->kind != BY_VALUE_BIN || value->bytes.size != size)
        return BANYAN_ERR_MALFORMED;
    *out_bin = value->bytes;
    return BANYAN_OK;
}

enum banyan_status by_value_get_int(const struct by_value *map, const char *key, int64_t min,
                                    int64_t max, int64_t *out_integer)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL || value->kind != BY_VALUE_INT || value->integer < min ||
        value->integer > max)
        return BANYAN_ERR_MALFORMED;
    *out_integer = value->integer;
    return BANYAN_OK;
}

/* Depth of a value is bounded where it was made: by the pre-scan, or by the bound of JSON. */
enum banyan_status
by_value_copy(const struct by_value *value, struct by_arena *arena, struct by_value *out_copy)
{
    struct by_value copy = *value;
    enum banyan_status status = BANYAN_OK;

    if (value->kind == BY_VALUE_TEXT || value->kind == BY_VALUE_BIN) {
        status = by_arena_copy(arena, value->bytes, &copy.bytes);
    } else if (value->kind == BY_VALUE_ARRAY) {
        copy = by_value_array(arena, value->array.count);
        if (copy.array.items == NULL && copy.array.count > 0)
            return BANYAN_ERR_MEMORY;
        for (size_t i = 0; status == BANYAN_OK && i < copy.array.count; i++)
            status = by_value_copy(&value->array.items[i], arena, &copy.array.items[i]);
    } else if (value->kind == BY_VALUE_MAP) {
        copy = by_value_map(arena, value->map.count);
        if (copy.map.pairs == NULL && copy.map.count > 0)
            return BANYAN_ERR_MEMORY;
        for (size_t i = 0; status == BANYAN_OK && i < copy.map.count; i++) {
            const struct by_pair *pair = &value->map.pairs[i];

            status = by_arena_copy(arena, pair->key, &copy.map.pairs[i].key);
            if (status == BANYAN_OK)
                status = by_value_copy(&pair->value, arena, &copy.map.pairs[i].value);
        }
    }
    if (status == BANYAN_OK)
        *out_copy = copy;
    return status;
}

static bool arrays_equal(const struct by_value *a, const struct by_value *b)
{
    if (a->array.count != b->array.count)
        return false;
    for (size_t i = 0; i < a->array.count; i++) {
        if (!by_value_equal(&a->array.items[i], &b->array.items[i]))
            return false;
    }
    return true;
}

static bool maps_equal(const struct by_value *a, const struct by_value *b)
{
    if (a->map.count != b->map.count)
        return false;
    for (size_t i = 0; i < a->map.count; i++) {
        if (!by_bytes_equal(a->map.pairs[i].key, b->map.pairs[i].key) ||
            !by_value_equal(&a->map.pairs[i].value, &b->map.pairs[i].value))
            return false;
    }
    return true;
}

bool by_value_equal(const struct by_value *a, const struct by_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case BY_VALUE_NIL:
        return true;
    case BY_VALUE_BOOL:
        return a->boolean == b->boolean;
    case BY_VALUE_INT:
        return a->integer == b->integer;
    case BY_VALUE_UINT:
        return a->unsigned_integer == b->unsigned_integer;
    case BY_VALUE_FLOAT:
        return a->real == b->real;
    case BY_VALUE_TEXT:
    case BY_VALUE_BIN:
        return by_bytes_equal(a->bytes, b->bytes);
    case BY_VALUE_ARRAY:
        return arrays_equal(a, b);
    case BY_VALUE_MAP:
        return maps_equal(a, b);
    }
    return false;
}
