#include "record/types.h"

struct set_field {
    struct by_bytes name;
    enum by_field_kind kind;
};
struct by_set_type {
    struct by_bytes name;
    bool is_open;
    struct set_field *fields; /* by name */
    size_t field_count;
};
struct by_type_set {
    struct by_arena arena;
    struct by_set_type *types; /* by name */
    size_t type_count;
};

static int order_types(const void *a, const void *b)
{
    return by_bytes_compare(((const struct by_set_type *)a)->name,
                            ((const struct by_set_type *)b)->name);
}

static int order_fields(const void *a, const void *b)
{
    return by_bytes_compare(((const struct set_field *)a)->name,
                            ((const struct set_field *)b)->name);
}

static enum banyan_status
read_fields(struct by_arena *arena, const struct by_value *map, struct by_set_type *type)
{
    type->fields = by_arena_array(arena, map->map.count + 1, sizeof *type->fields);
    if (type->fields == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < map->map.count; i++) {
        const struct by_pair *pair = &map->map.pairs[i];
        struct set_field *field = &type->fields[type->field_count];

        if (pair->value.kind != BY_VALUE_TEXT ||
            !by_field_kind_from_name(pair->value.bytes, &field->kind))
            continue;
        field->name = pair->key;
        type->field_count++;
    }
    qsort(type->fields, type->field_count, sizeof *type->fields, order_fields);
    return BANYAN_OK;
}

/* value is [version, open, map field -> kind]. */
static bool is_type(const struct by_value *value)
{
    return value->kind == BY_VALUE_ARRAY && value->array.count == 3 &&
           value->array.items[0].kind == BY_VALUE_INT &&
           value->array.items[1].kind == BY_VALUE_BOOL &&
           value->array.items[2].kind == BY_VALUE_MAP;
}

static enum banyan_status read_types(struct by_type_set *set, const struct by_value *map)
{
    set->types = by_arena_array(&set->arena, map->map.count + 1, sizeof *set->types);
    if (set->types == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < map->map.count; i++) {
        const struct by_value *value = &map->map.pairs[i].value;
        struct by_set_type *type = &set->types[set->type_count];
        enum banyan_status status = BANYAN_OK;

        if (!is_type(value))
            continue;
        type->name = map->map.pairs[i].key;
        type->is_open = value->array.items[1].boolean;
        status = read_fields(&set->arena, &value->array.items[2], type);
        if (status != BANYAN_OK)
            return status;
        set->type_count++;
    }
    qsort(set->types, set->type_count, sizeof *set->types, order_types);
    return BANYAN_OK;
}

enum banyan_status by_type_set_new(const struct by_value *types, struct by_type_set **out_set)
{
    struct by_type_set *set = calloc(1, sizeof *set);
    struct by_value copy = by_value_nil();
    enum banyan_status status = BANYAN_OK;

    if (set == NULL)
        return BANYAN_ERR_MEMORY;
    if (types != NULL && types->kind == BY_VALUE_MAP) {
        status = by_value_copy(types, &set->arena, &copy);
        if (status == BANYAN_OK)
            status = read_types(set, &copy);
    }
    if (status != BANYAN_OK) {
        by_type_set_free(set);
        return status;
    }
    *out_set = set;
    return BANYAN_OK;
}

void by_type_set_free(struct by_type_set *set)
{
    if (set == NULL)
        return;
    by_arena_deinit(&set->arena);
    free(set);
}

static const struct by_set_type *find_type(const struct by_type_set *set, struct by_bytes name)
{
    struct by_set_type key = {.name = name};

    if (set->type_count == 0)
        return NULL;
    return bsearch(&key, set->types, set->type_count, sizeof key, order_types);
}

bool by_type_set_has(const struct by_type_set *set, struct by_bytes type)
{
    return find_type(set, type) != NULL;
}

bool by_type_set_is_open(const struct by_type_set *set, struct by_bytes type)
{
    const struct by_set_type *found = find_type(set, type);

    return found != NULL && found->is_open;
}

const struct by_set_type *by_type_set_find(const struct by_type_set *set, struct by_bytes type)
{
    return find_type(set, type);
}

bool by_set_type_field(const struct by_set_type *type, struct by_bytes field,
                       enum by_field_kind *out_kind)
{
    size_t low = 0, high = type == NULL ? 0 : type->field_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_bytes_compare(type->fields[middle].name, field);

        if (order == 0) {
            *out_kind = type->fields[middle].kind;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool by_type_set_field(const struct by_type_set *set, struct by_bytes type, struct by_bytes field,
                       enum by_field_kind *out_kind)
{
    return by_set_type_field(find_type(set, type), field, out_kind);
}
