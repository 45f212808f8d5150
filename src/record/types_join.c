#include "record/types_join.h"

#include <stdlib.h>

#include "crypto/hash.h"
#include "record/definition.h"

/* A body taken apart. */
struct parts {
    const struct by_value *kinds; /* map type -> [version, open, map field -> kind] */
    const struct by_value *types; /* maps name -> definition; NULL = none */
    const struct by_value *lists;
};
/* Acts made apart, by id, and what they began from. */
struct joining {
    struct by_arena *arena;
    struct parts base;
    struct parts *acts;
    size_t count;
};

static const struct by_value *map_at(const struct by_value *map, const char *key)
{
    const struct by_value *found = by_value_get(map, key);

    return found != NULL && found->kind == BY_VALUE_MAP ? found : NULL;
}

/* Definitions that are not of the form say nothing. */
static enum banyan_status
take_apart(const struct by_value *body, struct by_arena *arena, struct parts *out_parts)
{
    struct by_value *definitions = by_arena_array(arena, 1, sizeof *definitions);
    enum banyan_status status = BANYAN_OK;

    *out_parts = (struct parts){.kinds = map_at(body, "types")};
    if (definitions == NULL)
        return BANYAN_ERR_MEMORY;
    status = by_definitions_unpack(by_value_get(body, "definitions"), arena, definitions);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_MEMORY ? status : BANYAN_OK;
    out_parts->types = map_at(definitions, "types");
    out_parts->lists = map_at(definitions, "lists");
    return BANYAN_OK;
}

/* -- which act says it -- */

static const struct by_value *in(const struct by_value *map, struct by_bytes name)
{
    return map == NULL ? NULL : by_value_get_bytes(map, name);
}

static bool are_equal(const struct by_value *a, const struct by_value *b)
{
    return a == NULL || b == NULL ? a == b : by_value_equal(a, b);
}

static bool says_of_type(const struct parts *parts, const struct parts *base, struct by_bytes name)
{
    return !are_equal(in(parts->kinds, name), in(base->kinds, name)) ||
           !are_equal(in(parts->types, name), in(base->types, name));
}

static bool says_of_list(const struct parts *parts, const struct parts *base, struct by_bytes name)
{
    return !are_equal(in(parts->lists, name), in(base->lists, name));
}

/* The first act, by id, that changed what they began from; else that. */
static const struct parts *
choose(const struct joining *joining, struct by_bytes name,
       bool (*says)(const struct parts *, const struct parts *, struct by_bytes))
{
    for (size_t i = 0; i < joining->count; i++)
        if (says(&joining->acts[i], &joining->base, name))
            return &joining->acts[i];
    return &joining->base;
}

/* -- names -- */

struct names {
    struct by_bytes *items; /* sorted, none twice */
    size_t count;
};

static size_t count_of(const struct by_value *map)
{
    return map == NULL ? 0 : map->map.count;
}

static void add_names(struct names *names, const struct by_value *map)
{
    for (size_t i = 0; i < count_of(map); i++)
        names->items[names->count++] = map->map.pairs[i].key;
}

static int order_names(const void *a, const void *b)
{
    return by_bytes_compare(*(const struct by_bytes *)a, *(const struct by_bytes *)b);
}

static void add_parts(struct names *names, const struct parts *parts, bool are_types)
{
    add_names(names, are_types ? parts->kinds : parts->lists);
    add_names(names, are_types ? parts->types : NULL);
}

static enum banyan_status
list_names(const struct joining *joining, bool are_types, struct names *out_names)
{
    size_t most = count_of(joining->base.kinds) + count_of(joining->base.types) +
                  count_of(joining->base.lists);
    size_t kept = 0;

    for (size_t i = 0; i < joining->count; i++)
        most += count_of(joining->acts[i].kinds) + count_of(joining->acts[i].types) +
                count_of(joining->acts[i].lists);
    *out_names =
        (struct names){.items = by_arena_array(joining->arena, most + 1, sizeof(struct by_bytes))};
    if (out_names->items == NULL)
        return BANYAN_ERR_MEMORY;
    add_parts(out_names, &joining->base, are_types);
    for (size_t i = 0; i < joining->count; i++)
        add_parts(out_names, &joining->acts[i], are_types);
    if (out_names->count > 1)
        qsort(out_names->items, out_names->count, sizeof out_names->items[0], order_names);
    for (size_t i = 0; i < out_names->count; i++)
        if (kept == 0 || !by_bytes_equal(out_names->items[kept - 1], out_names->items[i]))
            out_names->items[kept++] = out_names->items[i];
    out_names->count = kept;
    return BANYAN_OK;
}

/* -- joining -- */

static void put(struct by_value *map, struct by_bytes name, const struct by_value *value)
{
    if (value != NULL)
        map->map.pairs[map->map.count++] = (struct by_pair){name, *value};
}

/* Room for all, of which none is there. */
static enum banyan_status new_map(struct by_arena *arena, size_t most, struct by_value *out_map)
{
    *out_map = by_value_map(arena, most + 1);
    out_map->map.count = 0;
    return out_map->map.pairs == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

static enum banyan_status
join_types(const struct joining *joining, struct by_value *out_kinds, struct by_value *out_types)
{
    struct names names;
    enum banyan_status status = list_names(joining, true, &names);

    if (status == BANYAN_OK)
        status = new_map(joining->arena, names.count, out_kinds);
    if (status == BANYAN_OK)
        status = new_map(joining->arena, names.count, out_types);
    for (size_t i = 0; i < names.count && status == BANYAN_OK; i++) {
        const struct parts *parts = choose(joining, names.items[i], says_of_type);

        put(out_kinds, names.items[i], in(parts->kinds, names.items[i]));
        put(out_types, names.items[i], in(parts->types, names.items[i]));
    }
    return status;
}

static enum banyan_status join_lists(const struct joining *joining, struct by_value *out_lists)
{
    struct names names;
    enum banyan_status status = list_names(joining, false, &names);

    if (status == BANYAN_OK)
        status = new_map(joining->arena, names.count, out_lists);
    for (size_t i = 0; i < names.count && status == BANYAN_OK; i++)
        put(out_lists, names.items[i],
            in(choose(joining, names.items[i], says_of_list)->lists, names.items[i]));
    return status;
}

/* More definitions together than an act may hold: those of the first act stand alone. */
static enum banyan_status pack(const struct joining *joining, const struct by_value *types,
                               const struct by_value *lists, const struct by_value *first,
                               struct by_value *out_packed)
{
    struct by_value definitions = by_value_map(joining->arena, 2);

    if (definitions.map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    definitions.map.pairs[0] = (struct by_pair){by_bytes_of_text("lists"), *lists};
    definitions.map.pairs[1] = (struct by_pair){by_bytes_of_text("types"), *types};
    enum banyan_status status = by_definitions_pack(&definitions, joining->arena, out_packed);
    if (status == BANYAN_OK || status == BANYAN_ERR_MEMORY)
        return status;
    const struct by_value *alone = by_value_get(first, "definitions");
    *out_packed = alone == NULL ? by_value_nil() : *alone;
    return BANYAN_OK;
}

static enum banyan_status
join(const struct joining *joining, const struct by_value *first, const struct by_value **out_body)
{
    struct by_value *body = by_arena_array(joining->arena, 1, sizeof *body);
    struct by_value kinds, types, lists;

    if (body == NULL)
        return BANYAN_ERR_MEMORY;
    *body = by_value_map(joining->arena, 2);
    if (body->map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    enum banyan_status status = join_types(joining, &kinds, &types);
    if (status == BANYAN_OK)
        status = join_lists(joining, &lists);
    body->map.pairs[0].key = by_bytes_of_text("definitions");
    if (status == BANYAN_OK)
        status = pack(joining, &types, &lists, first, &body->map.pairs[0].value);
    if (status == BANYAN_OK)
        body->map.pairs[1] = (struct by_pair){by_bytes_of_text("types"), kinds};
    *out_body = body;
    return status;
}

enum banyan_status by_types_in_force(const struct by_charter *charter, struct by_arena *arena,
                                     const struct by_value **out_body)
{
    const struct by_charter_saying *base = NULL;
    size_t count;
    const struct by_charter_saying *acts = by_charter_types_acts(charter, &count, &base);
    struct joining joining = {.arena = arena, .count = count};
    enum banyan_status status = BANYAN_OK;

    *out_body = count == 0 ? NULL : acts[0].body;
    if (count < 2)
        return BANYAN_OK;
    joining.acts = by_arena_array(arena, count, sizeof *joining.acts);
    if (joining.acts == NULL)
        return BANYAN_ERR_MEMORY;
    status = take_apart(base->body, arena, &joining.base);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = take_apart(acts[i].body, arena, &joining.acts[i]);
    return status == BANYAN_OK ? join(&joining, acts[0].body, out_body) : status;
}

enum banyan_status by_types_build(const struct by_charter *charter, struct by_type_set **out_set,
                                  struct by_registry **out_registry)
{
    struct by_arena arena = BY_ARENA_INIT;
    const struct by_value *body = NULL;
    enum banyan_status status = by_types_in_force(charter, &arena, &body);

    *out_set = NULL;
    *out_registry = NULL;
    if (status == BANYAN_OK)
        status = by_type_set_new(body == NULL ? NULL : by_value_get(body, "types"), out_set);
    if (status == BANYAN_OK)
        status = by_registry_new(body, out_registry);
    if (status != BANYAN_OK) {
        by_type_set_free(*out_set);
        *out_set = NULL;
    }
    by_arena_deinit(&arena);
    return status;
}

void by_types_mark(const struct by_charter *charter, struct by_id *out_mark)
{
    const struct by_charter_saying *base = NULL;
    size_t count;
    const struct by_charter_saying *acts = by_charter_types_acts(charter, &count, &base);
    struct by_hash hash;

    *out_mark = count == 0 ? (struct by_id){{0}} : acts[0].act;
    if (count < 2)
        return;
    by_hash_init(&hash, BY_TAG_CHECKSUM);
    for (size_t i = 0; i < count; i++)
        by_hash_add(&hash, by_id_bytes(&acts[i].act));
    by_hash_end(&hash, out_mark);
}
