#include "record/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "record/definition.h"

struct by_registry {
    struct by_arena arena;
    const struct by_type **types; /* by name */
    size_t type_count;
    struct by_code_list *lists; /* of the network, by name */
    size_t list_count;
    bool is_shipped;
};

/* What the act says, taken apart. */
struct saying {
    const struct by_value *kinds; /* map type -> [version, open, map field -> kind] */
    const struct by_value *types; /* map name -> definition; NULL = none */
    const struct by_value *lists; /* the same of lists */
    struct banyan_error *error;   /* NULL: rules are broken in silence */
    bool is_strict;
};

/* A field of codes of whose list nothing is known. */
static const struct by_code_list unknown_list = {.name = ""};

/* ---- lists --------------------------------------------------------------------------------- */

static int order_lists(const void *a, const void *b)
{
    return strcmp(((const struct by_code_list *)a)->name, ((const struct by_code_list *)b)->name);
}

static const struct by_code_list *own_list(const struct by_registry *registry, struct by_bytes name)
{
    for (size_t i = 0; i < registry->list_count; i++)
        if (by_bytes_equal(by_bytes_of_text(registry->lists[i].name), name))
            return &registry->lists[i];
    return NULL;
}

static const struct by_code_list *shipped_list(struct by_bytes name)
{
    char text[BY_DEFINITION_NAME_BYTES_MAX + 1];

    if (name.size == 0 || name.size >= sizeof text)
        return NULL;
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    return by_code_list_find(text);
}

const struct by_code_list *
by_registry_list(const struct by_registry *registry, struct by_bytes name)
{
    const struct by_code_list *own = own_list(registry, name);

    return own != NULL ? own : shipped_list(name);
}

static const struct by_code_list *find_list(const void *context, struct by_bytes name)
{
    return by_registry_list(context, name);
}

static enum banyan_status read_lists(struct by_registry *registry, const struct saying *saying)
{
    size_t count = saying->lists == NULL ? 0 : saying->lists->map.count;
    enum banyan_status status = BANYAN_OK;

    registry->lists = by_arena_array(&registry->arena, count + 1, sizeof *registry->lists);
    if (registry->lists == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &saying->lists->map.pairs[i];

        status = by_definition_read_list(pair->key, &pair->value, &registry->arena,
                                         &registry->lists[registry->list_count], saying->error);
        registry->list_count += status == BANYAN_OK;
        if (status == BANYAN_ERR_INVALID && !saying->is_strict)
            status = BANYAN_OK;
    }
    if (registry->list_count > 0)
        qsort(registry->lists, registry->list_count, sizeof *registry->lists, order_lists);
    return status;
}

/* ---- a type -------------------------------------------------------------------------------- */

static bool is_in_force(const struct by_value *value)
{
    return value->kind == BY_VALUE_ARRAY && value->array.count == 3 &&
           value->array.items[0].kind == BY_VALUE_INT &&
           value->array.items[1].kind == BY_VALUE_BOOL &&
           value->array.items[2].kind == BY_VALUE_MAP;
}

static bool has_kind(const struct by_value *kinds, const char *name, enum by_field_kind *out_kind)
{
    const struct by_value *kind = by_value_get(kinds, name);

    return kind != NULL && kind->kind == BY_VALUE_TEXT &&
           by_field_kind_from_name(kind->bytes, out_kind);
}

static bool has_field(const struct by_type *type, struct by_bytes name)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (by_bytes_equal(by_bytes_of_text(type->fields[i].name), name))
            return true;
    return false;
}

/* Whether a shipped type says of itself what is in force, with lists of its own. */
static bool is_as_shipped(const struct by_registry *registry, const struct by_type *type,
                          const struct by_value *value)
{
    const struct by_value *kinds = &value->array.items[2];
    size_t envelope_count;
    (void)by_type_envelope(&envelope_count);

    if (value->array.items[0].integer != type->version ||
        value->array.items[1].boolean != type->is_open ||
        kinds->map.count != envelope_count + type->field_count)
        return false;
    for (size_t i = 0; i < type->field_count; i++) {
        const struct by_field *field = &type->fields[i];
        enum by_field_kind kind;

        if (!has_kind(kinds, field->name, &kind) || kind != field->kind ||
            (field->list != NULL && registry->list_count > 0 &&
             own_list(registry, by_bytes_of_text(field->list->name)) != NULL))
            return false;
    }
    return true;
}

static bool needs_list(enum by_field_kind kind)
{
    return kind == BY_FIELD_CODE || kind == BY_FIELD_CODES || kind == BY_FIELD_QUANTITY;
}

/* A field as the tables have it, under the kind in force. */
static void adapt_field(const struct by_registry *registry, const struct by_value *kinds,
                        struct by_field *field)
{
    enum by_field_kind kind = field->kind;

    if (has_kind(kinds, field->name, &kind) && kind != field->kind)
        *field = (struct by_field){.name = field->name,
                                   .kind = kind,
                                   .labels = field->labels,
                                   .label_count = field->label_count,
                                   .type = field->type};
    if (field->list != NULL) {
        const struct by_code_list *own = own_list(registry, by_bytes_of_text(field->list->name));
        field->list = own != NULL ? own : field->list;
    } else if (needs_list(field->kind)) {
        field->list = &unknown_list;
    }
}

/* A field in force of which the definition says nothing: as the program describes it, if it does.
 */
static enum banyan_status describe_unsaid(struct by_registry *registry,
                                          const struct by_type *shipped, const struct by_type *type,
                                          struct by_bytes name, struct by_field *out_field)
{
    for (size_t i = 0; shipped != NULL && i < shipped->field_count; i++)
        if (by_bytes_equal(by_bytes_of_text(shipped->fields[i].name), name)) {
            *out_field = shipped->fields[i];
            out_field->required = false;
            return BANYAN_OK;
        }
    *out_field =
        (struct by_field){.name = by_arena_text(&registry->arena, name), .type = type->name};
    return out_field->name != NULL ? BANYAN_OK : BANYAN_ERR_MEMORY;
}

/* They stand behind the others, by name. */
static enum banyan_status add_unsaid(struct by_registry *registry, const struct by_value *kinds,
                                     struct by_type *type, struct by_field *fields)
{
    const struct by_type *shipped = by_type_shipped_find(by_bytes_of_text(type->name));

    for (size_t i = 0; i < kinds->map.count; i++) {
        struct by_bytes name = kinds->map.pairs[i].key;
        struct by_field *field = &fields[type->field_count];
        enum by_field_kind kind;

        if (!by_definition_names_field(name) || has_field(type, name) ||
            kinds->map.pairs[i].value.kind != BY_VALUE_TEXT ||
            !by_field_kind_from_name(kinds->map.pairs[i].value.bytes, &kind))
            continue;
        enum banyan_status status = describe_unsaid(registry, shipped, type, name, field);
        if (status != BANYAN_OK)
            return status;
        adapt_field(registry, kinds, field);
        type->field_count++;
    }
    return BANYAN_OK;
}

static enum banyan_status
finish_type(struct by_registry *registry, const struct by_value *value, struct by_type *type)
{
    const struct by_value *kinds = &value->array.items[2];
    int64_t version = value->array.items[0].integer;
    struct by_field *fields =
        by_arena_array(&registry->arena, type->field_count + kinds->map.count + 1, sizeof *fields);

    if (fields == NULL)
        return BANYAN_ERR_MEMORY;
    if (type->field_count > 0)
        memcpy(fields, type->fields, type->field_count * sizeof *fields);
    for (size_t i = 0; i < type->field_count; i++)
        adapt_field(registry, kinds, &fields[i]);
    type->fields = fields;
    type->version = version > 0 && version < UINT32_MAX ? (uint32_t)version : 0;
    type->is_open = value->array.items[1].boolean;
    return add_unsaid(registry, kinds, type, fields);
}

static enum banyan_status read_type(struct by_registry *registry, const struct saying *saying,
                                    const struct by_pair *pair, const struct by_type **out_type)
{
    const struct by_value *definition =
        saying->types == NULL ? NULL : by_value_get_bytes(saying->types, pair->key);
    const struct by_type *shipped = by_type_shipped_find(pair->key);
    struct by_type *type = NULL;
    enum banyan_status status = BANYAN_ERR_INVALID;

    if (definition == NULL && shipped != NULL && is_as_shipped(registry, shipped, &pair->value)) {
        *out_type = shipped;
        return BANYAN_OK;
    }
    registry->is_shipped = false;
    type = by_arena_alloc(&registry->arena, sizeof *type);
    if (type == NULL)
        return BANYAN_ERR_MEMORY;
    *out_type = type;
    if (definition != NULL)
        status =
            by_definition_read_type(pair->key, definition, &pair->value.array.items[2], find_list,
                                    registry, &registry->arena, type, saying->error);
    if (status == BANYAN_ERR_MEMORY ||
        (status != BANYAN_OK && definition != NULL && saying->is_strict))
        return status;
    if (status != BANYAN_OK && shipped != NULL)
        *type = *shipped;
    else if (status != BANYAN_OK)
        *type = (struct by_type){.name = by_arena_text(&registry->arena, pair->key)};
    return type->name == NULL ? BANYAN_ERR_MEMORY : finish_type(registry, &pair->value, type);
}

/* ---- all of them --------------------------------------------------------------------------- */

static int order_types(const void *a, const void *b)
{
    return strcmp((*(const struct by_type *const *)a)->name,
                  (*(const struct by_type *const *)b)->name);
}

/* Definitions of types that are not in force say nothing. */
static enum banyan_status read_types(struct by_registry *registry, const struct saying *saying)
{
    size_t shipped_count;
    const struct by_type *shipped = by_types_shipped(&shipped_count);
    size_t count = saying->kinds == NULL ? 0 : saying->kinds->map.count;
    enum banyan_status status = BANYAN_OK;

    registry->types =
        by_arena_array(&registry->arena, count + shipped_count + 1, sizeof *registry->types);
    if (registry->types == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &saying->kinds->map.pairs[i];

        if (!by_definition_names_type(pair->key) || !is_in_force(&pair->value))
            continue;
        status = read_type(registry, saying, pair, &registry->types[registry->type_count]);
        registry->type_count += status == BANYAN_OK;
    }
    for (size_t i = 0; i < shipped_count; i++)
        if (saying->kinds == NULL || by_value_get(saying->kinds, shipped[i].name) == NULL ||
            !is_in_force(by_value_get(saying->kinds, shipped[i].name)))
            registry->types[registry->type_count++] = &shipped[i];
    if (status == BANYAN_OK && registry->type_count > 0)
        qsort(registry->types, registry->type_count, sizeof *registry->types, order_types);
    return status;
}

static const struct by_value *map_at(const struct by_value *map, const char *key)
{
    const struct by_value *value = by_value_get(map, key);

    return value != NULL && value->kind == BY_VALUE_MAP ? value : NULL;
}

static enum banyan_status read_body(struct by_registry *registry, const struct by_value *body,
                                    struct saying *saying, struct by_arena *scratch)
{
    struct by_value definitions;
    enum banyan_status status = BANYAN_OK;

    saying->kinds = map_at(body, "types");
    status = by_definitions_unpack(by_value_get(body, "definitions"), scratch, &definitions);
    if (status == BANYAN_ERR_MEMORY || (status != BANYAN_OK && saying->is_strict))
        return status;
    if (status == BANYAN_OK) {
        saying->types = map_at(&definitions, "types");
        saying->lists = map_at(&definitions, "lists");
    }
    status = read_lists(registry, saying);
    return status == BANYAN_OK ? read_types(registry, saying) : status;
}

static enum banyan_status
build(const struct by_value *body, struct saying *saying, struct by_registry **out_registry)
{
    const struct by_value none = by_value_nil();
    struct by_registry *registry = calloc(1, sizeof *registry);
    struct by_arena scratch = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_ERR_MEMORY;

    if (registry == NULL)
        return status;
    registry->is_shipped = true;
    status = read_body(registry, body == NULL ? &none : body, saying, &scratch);
    by_arena_deinit(&scratch);
    if (status != BANYAN_OK) {
        by_registry_free(registry);
        return status;
    }
    *out_registry = registry;
    return BANYAN_OK;
}

enum banyan_status by_registry_new(const struct by_value *body, struct by_registry **out_registry)
{
    struct saying saying = {.is_strict = false};

    return build(body, &saying, out_registry);
}

enum banyan_status by_registry_check(const struct by_value *body, struct banyan_error *error)
{
    struct saying saying = {.error = error, .is_strict = true};
    struct by_registry *registry = NULL;
    enum banyan_status status = build(body, &saying, &registry);

    by_registry_free(registry);
    return status == BANYAN_OK || status == BANYAN_ERR_INVALID ? status
                                                               : by_fail_plain(error, status);
}

void by_registry_free(struct by_registry *registry)
{
    if (registry == NULL)
        return;
    by_arena_deinit(&registry->arena);
    free(registry);
}

const struct by_type *const *
by_registry_types(const struct by_registry *registry, size_t *out_count)
{
    *out_count = registry->type_count;
    return registry->types;
}

const struct by_type *by_registry_type(const struct by_registry *registry, struct by_bytes name)
{
    size_t low = 0;
    size_t high = registry->type_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_bytes_compare(by_bytes_of_text(registry->types[middle]->name), name);

        if (order == 0)
            return registry->types[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool by_registry_is_shipped(const struct by_registry *registry)
{
    return registry->is_shipped;
}
