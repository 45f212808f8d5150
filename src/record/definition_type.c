/* A record type as a value, to the table of one. */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "record/definition_parts.h"

/* One type at work. */
struct typing {
    struct by_defining defining;
    const struct by_value *kinds;
    by_definition_lists *lists;
    const void *context;
    struct by_type type;
    struct by_field *fields;
};

static const struct by_field *find_field(const struct typing *typing, struct by_bytes name)
{
    for (size_t i = 0; i < typing->type.field_count; i++)
        if (by_bytes_equal(by_bytes_of_text(typing->fields[i].name), name))
            return &typing->fields[i];
    return NULL;
}

static struct by_bytes text_at(const struct by_value *map, const char *key)
{
    const struct by_value *value = by_value_get(map, key);

    return value != NULL && value->kind == BY_VALUE_TEXT ? value->bytes : by_bytes_of(NULL, 0);
}

/* ---- a field ------------------------------------------------------------------------------- */

static enum banyan_status fail_kind(const struct typing *typing, struct by_bytes kind)
{
    char known[BANYAN_ERROR_BYTES_MAX / 2];
    size_t size = 0;

    for (size_t i = 0; i < BY_FIELD_KIND_COUNT && size < sizeof known; i++)
        size += (size_t)snprintf(known + size, sizeof known - size, "%s%s", i > 0 ? ", " : "",
                                 by_field_kind_name((enum by_field_kind)i));
    return by_defining_fail(&typing->defining, "\"%.*s\" is no kind; kinds are %s", (int)kind.size,
                            (const char *)kind.data, known);
}

static enum banyan_status
read_kind(struct typing *typing, const struct by_value *value, struct by_field *field)
{
    struct by_bytes kind = text_at(value, "kind");
    const struct by_value *in_force = by_value_get_bytes(typing->kinds, typing->defining.part_name);

    if (!by_field_kind_from_name(kind, &field->kind))
        return fail_kind(typing, kind);
    if (in_force == NULL || in_force->kind != BY_VALUE_TEXT ||
        !by_bytes_equal(in_force->bytes, kind))
        return by_defining_fail(&typing->defining, "its kind in force is not %.*s", (int)kind.size,
                                (const char *)kind.data);
    return BANYAN_OK;
}

static enum banyan_status
read_list(struct typing *typing, const struct by_value *value, struct by_field *field)
{
    bool needs_one = field->kind == BY_FIELD_CODE || field->kind == BY_FIELD_CODES ||
                     field->kind == BY_FIELD_QUANTITY;
    struct by_bytes name = text_at(value, "list");

    if (needs_one != (by_value_get(value, "list") != NULL))
        return needs_one ? by_defining_fail(&typing->defining, "kind %s needs a list",
                                            by_field_kind_name(field->kind))
                         : by_defining_fail(&typing->defining, "kind %s has no list",
                                            by_field_kind_name(field->kind));
    if (!needs_one)
        return BANYAN_OK;
    field->list = typing->lists(typing->context, name);
    return field->list != NULL ? BANYAN_OK
                               : by_defining_fail(&typing->defining, "there is no list %.*s",
                                                  (int)name.size, (const char *)name.data);
}

static enum banyan_status
read_reference(struct typing *typing, const struct by_value *value, struct by_field *field)
{
    const struct by_value *reference = by_value_get(value, "ref");

    if (reference == NULL)
        return BANYAN_OK;
    if ((field->kind != BY_FIELD_REF && field->kind != BY_FIELD_REFS) ||
        !by_definition_names_type(text_at(value, "ref")))
        return by_defining_fail(&typing->defining, "\"ref\" names a type, in kinds ref and refs");
    return by_defining_text(&typing->defining, "ref", reference, &field->ref_type);
}

static enum banyan_status read_bound(struct typing *typing, const struct by_value *value,
                                     const struct by_field *field, const char *key,
                                     const char **out_bound)
{
    const struct by_value *bound = by_value_get(value, key);
    bool has_range = field->kind == BY_FIELD_INTEGER || field->kind == BY_FIELD_NUMBER ||
                     field->kind == BY_FIELD_QUANTITY || field->kind == BY_FIELD_MONEY;

    if (bound == NULL)
        return BANYAN_OK;
    if (!has_range || bound->kind != BY_VALUE_TEXT || !by_decimal_is(bound->bytes))
        return by_defining_fail(&typing->defining,
                                "\"%s\" is a decimal text, in kinds integer, number, quantity and "
                                "money",
                                key);
    return by_defining_text(&typing->defining, key, bound, out_bound);
}

static enum banyan_status
read_field(struct typing *typing, const struct by_value *value, struct by_field *field)
{
    static const char *const keys[] = {"name", "kind", "list",  "ref",          "required",
                                       "min",  "max",  "label", "expected_for", NULL};
    struct by_bytes name = text_at(value, "name");
    struct by_defining *defining = &typing->defining;
    enum banyan_status status = BANYAN_OK;

    defining->part = NULL;
    if (!by_definition_names_field(name) || find_field(typing, name) != NULL)
        return by_defining_fail(defining,
                                "\"%.*s\" is no name for a field: 1 to %u of a-z, 0-9 and _, and "
                                "not taken",
                                (int)name.size, (const char *)name.data,
                                BY_DEFINITION_NAME_BYTES_MAX);
    defining->part = N_("field");
    defining->part_name = name;
    *field =
        (struct by_field){.name = by_arena_text(defining->arena, name), .type = typing->type.name};
    if (field->name == NULL)
        return BANYAN_ERR_MEMORY;
    status = by_defining_keys(defining, value, keys);
    if (status == BANYAN_OK)
        status = read_kind(typing, value, field);
    if (status == BANYAN_OK)
        status = read_list(typing, value, field);
    if (status == BANYAN_OK)
        status = read_reference(typing, value, field);
    if (status == BANYAN_OK)
        status = by_defining_flag(defining, value, "required", &field->required);
    if (status == BANYAN_OK)
        status = read_bound(typing, value, field, "min", &field->min);
    if (status == BANYAN_OK)
        status = read_bound(typing, value, field, "max", &field->max);
    return status == BANYAN_OK ? by_defining_labels(defining, by_value_get(value, "label"),
                                                    &field->labels, &field->label_count)
                               : status;
}

/* ---- what is expected ---------------------------------------------------------------------- */

/* {"purpose", "if": field, "is": [code]} or {"purpose", "unless": field}, or a purpose alone. */
static enum banyan_status
read_condition(struct typing *typing, const struct by_value *value, struct by_expected *expected)
{
    static const char *const keys[] = {"purpose", "if", "is", "unless", NULL};
    const struct by_value *is = by_value_get(value, "is");
    struct by_bytes field = text_at(value, is != NULL ? "if" : "unless");
    const struct by_field *other = find_field(typing, field);
    enum banyan_status status = by_defining_keys(&typing->defining, value, keys);

    if (status != BANYAN_OK || value->map.count == 1)
        return status;
    if (other == NULL || value->map.count != (is != NULL ? 3u : 2u) ||
        (is != NULL && other->kind != BY_FIELD_CODE))
        return by_defining_fail(&typing->defining,
                                "a condition is \"if\" a field of codes and \"is\", or \"unless\" "
                                "a field");
    expected->field = other->name;
    status =
        by_defining_texts(&typing->defining, "is", is, &expected->codes, &expected->code_count);
    if (status == BANYAN_OK && is != NULL && expected->code_count == 0)
        status = by_defining_fail(&typing->defining, "\"is\" names no code");
    return status;
}

static enum banyan_status
read_purpose(struct typing *typing, const struct by_value *value, struct by_expected *expected)
{
    const struct by_value *purpose =
        value->kind == BY_VALUE_MAP ? by_value_get(value, "purpose") : value;
    const struct by_code_list *purposes =
        typing->lists(typing->context, by_bytes_of_text("purpose"));
    enum banyan_status status =
        by_defining_text(&typing->defining, "purpose", purpose, &expected->purpose);

    if (status == BANYAN_OK && (purposes == NULL || by_code_find(purposes, purpose->bytes) == NULL))
        status = by_defining_fail(&typing->defining, "there is no purpose %s", expected->purpose);
    return status == BANYAN_OK && value->kind == BY_VALUE_MAP
               ? read_condition(typing, value, expected)
               : status;
}

static enum banyan_status
read_expected(struct typing *typing, const struct by_value *value, struct by_field *field)
{
    const struct by_value *items = by_value_get(value, "expected_for");
    struct by_expected *expected = NULL;
    enum banyan_status status = BANYAN_OK;

    if (items == NULL)
        return BANYAN_OK;
    typing->defining.part_name = by_bytes_of_text(field->name);
    if (items->kind != BY_VALUE_ARRAY)
        return by_defining_fail(&typing->defining, "\"expected_for\" is a list of purposes");
    expected = by_arena_array(typing->defining.arena, items->array.count + 1, sizeof *expected);
    if (expected == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < items->array.count && status == BANYAN_OK; i++)
        status = read_purpose(typing, &items->array.items[i], &expected[i]);
    field->expected = expected;
    field->expected_count = items->array.count;
    return status;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static enum banyan_status read_fields(struct typing *typing, const struct by_value *values)
{
    enum banyan_status status = BANYAN_OK;
    bool has_required = false;

    if (values == NULL || values->kind != BY_VALUE_ARRAY || values->array.count == 0 ||
        values->array.count > BY_MAP_KEYS_MAX)
        return by_defining_fail(&typing->defining, "\"fields\" is a list of 1 to %u fields",
                                BY_MAP_KEYS_MAX);
    typing->fields =
        by_arena_array(typing->defining.arena, values->array.count, sizeof *typing->fields);
    if (typing->fields == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < values->array.count && status == BANYAN_OK; i++) {
        status = read_field(typing, &values->array.items[i], &typing->fields[i]);
        has_required = has_required || typing->fields[i].required;
        typing->type.field_count += status == BANYAN_OK;
    }
    for (size_t i = 0; i < values->array.count && status == BANYAN_OK; i++)
        status = read_expected(typing, &values->array.items[i], &typing->fields[i]);
    typing->type.fields = typing->fields;
    typing->defining.part = NULL;
    return status == BANYAN_OK && !has_required
               ? by_defining_fail(&typing->defining, "no field is required")
               : status;
}

static enum banyan_status read_named_by(struct typing *typing, const struct by_value *values)
{
    struct by_type *type = &typing->type;
    enum banyan_status status = by_defining_texts(&typing->defining, "named_by", values,
                                                  &type->named_by, &type->named_by_count);

    for (size_t i = 0; i < type->named_by_count && status == BANYAN_OK; i++) {
        const struct by_field *field = find_field(typing, by_bytes_of_text(type->named_by[i]));

        if (field == NULL || field->kind == BY_FIELD_REF || field->kind == BY_FIELD_REFS ||
            field->kind == BY_FIELD_GEOMETRY || field->kind == BY_FIELD_BOOL)
            status = by_defining_fail(&typing->defining,
                                      "\"named_by\" names %s, which is no field that can be shown "
                                      "in a name",
                                      type->named_by[i]);
    }
    return status;
}

static enum banyan_status read_sharing(struct typing *typing, const struct by_value *value)
{
    static const char *const words[] = {"private", "members", "public"};

    for (size_t i = 0; value != NULL && i < sizeof words / sizeof words[0]; i++)
        if (value->kind == BY_VALUE_TEXT &&
            by_bytes_equal(value->bytes, by_bytes_of_text(words[i])))
            typing->type.sharing = words[i];
    return value == NULL || typing->type.sharing != NULL
               ? BANYAN_OK
               : by_defining_fail(&typing->defining, "\"sharing\" is private, members or public");
}

enum banyan_status by_definition_read_type(struct by_bytes name, const struct by_value *definition,
                                           const struct by_value *kinds, by_definition_lists *lists,
                                           const void *context, struct by_arena *arena,
                                           struct by_type *out_type, struct banyan_error *error)
{
    static const char *const keys[] = {"label", "fields", "named_by", "sharing", "place", NULL};
    struct typing typing = {.defining = {arena, error, N_("type"), name, NULL, {0}},
                            .kinds = kinds,
                            .lists = lists,
                            .context = context,
                            .type = {.name = by_arena_text(arena, name)}};
    struct by_defining *defining = &typing.defining;

    if (typing.type.name == NULL)
        return BANYAN_ERR_MEMORY;
    if (!by_definition_names_type(name))
        return by_defining_fail(defining, "the name is not 1 to %u of a-z, 0-9 and _, or is taken",
                                BY_DEFINITION_NAME_BYTES_MAX);
    if (definition->kind != BY_VALUE_MAP)
        return by_defining_fail(defining, "it is no definition");
    enum banyan_status status = by_defining_keys(defining, definition, keys);
    if (status == BANYAN_OK)
        status = by_defining_labels(defining, by_value_get(definition, "label"),
                                    &typing.type.labels, &typing.type.label_count);
    if (status == BANYAN_OK)
        status = read_fields(&typing, by_value_get(definition, "fields"));
    if (status == BANYAN_OK)
        status = read_named_by(&typing, by_value_get(definition, "named_by"));
    if (status == BANYAN_OK)
        status = read_sharing(&typing, by_value_get(definition, "sharing"));
    if (status == BANYAN_OK)
        status = by_defining_flag(defining, definition, "place", &typing.type.is_place);
    if (status == BANYAN_OK)
        *out_type = typing.type;
    return status;
}
