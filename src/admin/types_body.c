#include "admin/types_body.h"

#include <string.h>

#include "base/limits.h"
#include "record/definition.h"

/* ---- maps ---------------------------------------------------------------------------------- */

static struct by_value *find(const struct by_value *map, struct by_bytes key)
{
    for (size_t i = 0; i < map->map.count; i++)
        if (by_bytes_equal(map->map.pairs[i].key, key))
            return &map->map.pairs[i].value;
    return NULL;
}

/* In place of what is there under the key. Maps are put in order once they are whole. */
static enum banyan_status put(struct by_types_body *body, struct by_value *map, struct by_bytes key,
                              const struct by_value *value)
{
    struct by_value *old = find(map, key);
    struct by_value grown;

    if (old != NULL) {
        *old = *value;
        return BANYAN_OK;
    }
    grown = by_value_map(body->arena, map->map.count + 1);
    if (grown.map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    if (map->map.count > 0)
        memcpy(grown.map.pairs, map->map.pairs, map->map.count * sizeof *grown.map.pairs);
    grown.map.pairs[map->map.count] = (struct by_pair){key, *value};
    *map = grown;
    return BANYAN_OK;
}

static void take_away(struct by_value *map, struct by_bytes key)
{
    size_t kept = 0;

    for (size_t i = 0; i < map->map.count; i++)
        if (!by_bytes_equal(map->map.pairs[i].key, key))
            map->map.pairs[kept++] = map->map.pairs[i];
    map->map.count = kept;
}

static enum banyan_status
copy_map(struct by_types_body *body, const struct by_value *map, struct by_value *out_copy)
{
    if (map != NULL && map->kind == BY_VALUE_MAP)
        return by_value_copy(map, body->arena, out_copy);
    *out_copy = by_value_map(body->arena, 0);
    return BANYAN_OK;
}

enum banyan_status
by_types_body_read(struct by_types_body *body, const struct by_value *act, struct by_arena *arena)
{
    struct by_value definitions;
    const struct by_value *packed = by_value_get(act, "definitions");

    *body = (struct by_types_body){.arena = arena};
    enum banyan_status status = by_definitions_unpack(packed, arena, &definitions);
    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status != BANYAN_OK)
        definitions = by_value_map(arena, 0);
    status = copy_map(body, by_value_get(act, "types"), &body->kinds);
    if (status == BANYAN_OK)
        status = copy_map(body, by_value_get(&definitions, "types"), &body->types);
    if (status == BANYAN_OK)
        status = copy_map(body, by_value_get(&definitions, "lists"), &body->lists);
    return status;
}

/* ---- a file -------------------------------------------------------------------------------- */

/* What a file says beside its name, version and who may edit. */
static enum banyan_status
strip(struct by_types_body *body, const struct by_value *file, struct by_value *out_definition)
{
    enum banyan_status status = by_value_copy(file, body->arena, out_definition);

    if (status == BANYAN_OK) {
        take_away(out_definition, by_bytes_of_text("name"));
        take_away(out_definition, by_bytes_of_text("version"));
        take_away(out_definition, by_bytes_of_text("open"));
    }
    return status;
}

/* A field that was in force once keeps its kind. */
static enum banyan_status add_kind(struct by_types_body *body, struct by_bytes type,
                                   struct by_value *kinds, struct by_bytes field,
                                   struct by_bytes kind, struct banyan_error *error)
{
    const struct by_value *old = find(kinds, field);
    const struct by_value value = by_value_text(kind);
    struct by_bytes key;

    if (old != NULL && old->kind == BY_VALUE_TEXT && !by_bytes_equal(old->bytes, kind))
        return by_fail(error, BANYAN_ERR_INVALID,
                       "type %.*s, field %.*s: it is of kind %.*s, and values are written so: give "
                       "what is of kind %.*s another name",
                       (int)type.size, (const char *)type.data, (int)field.size,
                       (const char *)field.data, (int)old->bytes.size,
                       (const char *)old->bytes.data, (int)kind.size, (const char *)kind.data);
    enum banyan_status status = by_arena_copy(body->arena, field, &key);
    return status == BANYAN_OK ? put(body, kinds, key, &value) : status;
}

static enum banyan_status add_envelope(struct by_types_body *body, struct by_value *kinds)
{
    size_t count;
    const struct by_field *envelope = by_type_envelope(&count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        const struct by_value kind = by_value_literal(by_field_kind_name(envelope[i].kind));
        struct by_bytes name = by_bytes_of_text(envelope[i].name);

        if (find(kinds, name) == NULL)
            status = put(body, kinds, name, &kind);
    }
    return status;
}

/* [version, open, kinds] in force; a new one where the type is not there yet. */
static enum banyan_status
open_type(struct by_types_body *body, struct by_bytes name, struct by_value **out_type)
{
    struct by_value type = by_value_array(body->arena, 3);
    struct by_value *old = find(&body->kinds, name);
    bool is_sound = old != NULL && old->kind == BY_VALUE_ARRAY && old->array.count == 3 &&
                    old->array.items[2].kind == BY_VALUE_MAP;

    if (!is_sound) {
        if (type.array.items == NULL)
            return BANYAN_ERR_MEMORY;
        type.array.items[0] = by_value_int(0);
        type.array.items[1] = by_value_bool(false);
        type.array.items[2] = by_value_map(body->arena, 0);
        enum banyan_status status = put(body, &body->kinds, name, &type);
        if (status != BANYAN_OK)
            return status;
        old = find(&body->kinds, name);
    }
    *out_type = old;
    return add_envelope(body, &old->array.items[2]);
}

static enum banyan_status take_version(const struct by_value *file, struct by_bytes name,
                                       struct by_value *type, struct banyan_error *error)
{
    const struct by_value *version = by_value_get(file, "version");
    const struct by_value *open = by_value_get(file, "open");

    if (version != NULL && (version->kind != BY_VALUE_INT || version->integer < 1 ||
                            version->integer > UINT32_MAX - 1))
        return by_fail(error, BANYAN_ERR_INVALID, "type %.*s: \"version\" is a number from 1 on",
                       (int)name.size, (const char *)name.data);
    if (open != NULL && open->kind != BY_VALUE_BOOL)
        return by_fail(error, BANYAN_ERR_INVALID, "type %.*s: \"open\" is true or false",
                       (int)name.size, (const char *)name.data);
    if (version != NULL)
        type->array.items[0] = *version;
    else if (type->array.items[0].kind != BY_VALUE_INT || type->array.items[0].integer < 1)
        type->array.items[0] = by_value_int(1);
    if (open != NULL)
        type->array.items[1] = *open;
    return BANYAN_OK;
}

/* Fields that are none are told of when the whole is checked. */
static enum banyan_status take_type(struct by_types_body *body, struct by_bytes name,
                                    const struct by_value *file, struct banyan_error *error)
{
    const struct by_value *fields = by_value_get(file, "fields");
    struct by_value definition;
    struct by_value *type = NULL;

    if (!by_definition_names_type(name))
        return by_fail(error, BANYAN_ERR_INVALID,
                       "type %.*s: the name is not 1 to %u of a-z, 0-9 and _, or is taken",
                       (int)name.size, (const char *)name.data, BY_DEFINITION_NAME_BYTES_MAX);
    enum banyan_status status = open_type(body, name, &type);
    if (status == BANYAN_OK)
        status = take_version(file, name, type, error);
    for (size_t i = 0; fields->kind == BY_VALUE_ARRAY && i < fields->array.count; i++) {
        struct by_bytes field, kind;

        if (status == BANYAN_OK &&
            by_value_get_text(&fields->array.items[i], "name", &field) == BANYAN_OK &&
            by_value_get_text(&fields->array.items[i], "kind", &kind) == BANYAN_OK)
            status = add_kind(body, name, &type->array.items[2], field, kind, error);
    }
    if (status == BANYAN_OK)
        status = strip(body, file, &definition);
    return status == BANYAN_OK ? put(body, &body->types, name, &definition) : status;
}

enum banyan_status by_types_body_take(struct by_types_body *body, const struct by_value *file,
                                      struct banyan_error *error)
{
    struct by_bytes name;
    struct by_value definition;
    enum banyan_status status = BANYAN_OK;

    if (by_value_get_text(file, "name", &name) != BANYAN_OK ||
        (by_value_get(file, "fields") == NULL) == (by_value_get(file, "codes") == NULL))
        return by_fail(error, BANYAN_ERR_INVALID,
                       "it defines no type or list: {\"name\", \"label\", \"fields\": [...]} or "
                       "{\"name\", \"codes\": [...]}");
    status = by_arena_copy(body->arena, name, &name);
    if (status == BANYAN_OK && by_value_get(file, "fields") != NULL)
        return take_type(body, name, file, error);
    if (status == BANYAN_OK)
        status = strip(body, file, &definition);
    return status == BANYAN_OK ? put(body, &body->lists, name, &definition) : status;
}

/* ---- what the program ships ---------------------------------------------------------------- */

static enum banyan_status
take_shipped(struct by_types_body *body, const struct by_type *shipped, struct banyan_error *error)
{
    struct by_bytes name = by_bytes_of_text(shipped->name);
    struct by_value *type = NULL;
    enum banyan_status status = open_type(body, name, &type);

    for (size_t i = 0; i < shipped->field_count && status == BANYAN_OK; i++)
        status =
            add_kind(body, name, &type->array.items[2], by_bytes_of_text(shipped->fields[i].name),
                     by_bytes_of_text(by_field_kind_name(shipped->fields[i].kind)), error);
    if (status != BANYAN_OK)
        return status;
    type->array.items[0] = by_value_int(shipped->version);
    type->array.items[1] = by_value_bool(shipped->is_open);
    take_away(&body->types, name);
    return BANYAN_OK;
}

enum banyan_status
by_types_body_take_shipped(struct by_types_body *body, struct banyan_error *error)
{
    size_t count;
    const struct by_type *shipped = by_types_shipped(&count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = take_shipped(body, &shipped[i], error);
    for (size_t i = body->lists.map.count; i-- > 0 && status == BANYAN_OK;) {
        char *name = by_arena_text(body->arena, body->lists.map.pairs[i].key);

        if (name == NULL)
            return BANYAN_ERR_MEMORY;
        if (by_code_list_find(name) != NULL)
            take_away(&body->lists, body->lists.map.pairs[i].key);
    }
    return status;
}

/* ---- the act ------------------------------------------------------------------------------- */

static enum banyan_status sort_kinds(struct by_value *kinds)
{
    enum banyan_status status = by_value_map_sort(kinds);

    for (size_t i = 0; i < kinds->map.count && status == BANYAN_OK; i++) {
        struct by_value *type = &kinds->map.pairs[i].value;

        if (type->kind == BY_VALUE_ARRAY && type->array.count == 3 &&
            type->array.items[2].kind == BY_VALUE_MAP)
            status = by_value_map_sort(&type->array.items[2]);
    }
    return status;
}

static enum banyan_status pack(const struct by_types_body *body, struct by_value *out_packed)
{
    struct by_value definitions = by_value_map(body->arena, 2);

    if (definitions.map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    definitions.map.pairs[0] = (struct by_pair){by_bytes_of_text("lists"), body->lists};
    definitions.map.pairs[1] = (struct by_pair){by_bytes_of_text("types"), body->types};
    enum banyan_status status = by_value_map_sort(&definitions.map.pairs[0].value);
    if (status == BANYAN_OK)
        status = by_value_map_sort(&definitions.map.pairs[1].value);
    return status == BANYAN_OK ? by_definitions_pack(&definitions, body->arena, out_packed)
                               : status;
}

enum banyan_status by_types_body_write(const struct by_types_body *body, struct by_value *out_act,
                                       struct banyan_error *error)
{
    struct by_value act = by_value_map(body->arena, 2);
    struct by_value kinds = body->kinds;
    struct by_value packed;
    enum banyan_status status = act.map.pairs == NULL ? BANYAN_ERR_MEMORY : sort_kinds(&kinds);

    if (status == BANYAN_OK)
        status = pack(body, &packed);
    if (status == BANYAN_ERR_TOO_LARGE)
        return by_fail(error, status,
                       "these definitions are more than one act can hold: leave labels or codes "
                       "out");
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    act.map.pairs[0] = (struct by_pair){by_bytes_of_text("definitions"), packed};
    act.map.pairs[1] = (struct by_pair){by_bytes_of_text("types"), kinds};
    *out_act = act;
    return by_registry_check(out_act, error);
}
