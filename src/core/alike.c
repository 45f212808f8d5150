#include "core/alike.h"

#include "core/fields.h"
#include "view/alike.h"

/* The texts under the field that names the record, in any language. */
static void
take_name(struct by_view_alike *alike, struct by_bytes *names, const struct by_value *value)
{
    if (value->kind == BY_VALUE_TEXT && alike->name_count < BY_ALIKE_NAMES_MAX)
        names[alike->name_count++] = value->bytes;
    if (value->kind != BY_VALUE_MAP)
        return;
    for (size_t i = 0; i < value->map.count; i++)
        if (alike->name_count < BY_ALIKE_NAMES_MAX)
            names[alike->name_count++] = value->map.pairs[i].value.bytes;
}

static void take_change(struct by_view_alike *alike, struct by_bytes *names, struct by_bytes path,
                        const struct by_value *value)
{
    const struct by_field *naming = by_type_naming_field(alike->type);
    struct by_bytes name, language;

    by_path_split(path, &name, &language);
    if (naming != NULL && by_bytes_equal(name, by_bytes_of_text(naming->name)))
        take_name(alike, names, value);
    if (value->kind != BY_VALUE_MAP || alike->geometry != NULL)
        return;
    const struct by_field *field = by_type_field_find(alike->type, name);
    if (field != NULL && field->kind == BY_FIELD_GEOMETRY)
        alike->geometry = value;
}

void by_alike_of_changes(struct by_view_alike *alike, struct by_bytes *names,
                         const struct by_touch *touches, const struct by_value *values,
                         size_t count)
{
    alike->names = names;
    for (size_t i = 0; i < count; i++)
        take_change(alike, names, touches[i].path, &values[i]);
}

static enum banyan_status find(struct by_node *node, const struct by_fields_target *target,
                               const struct banyan_field *fields, size_t count,
                               struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_bytes names[BY_ALIKE_NAMES_MAX];
    struct by_view_alike alike = {.type = target->type};
    struct by_changes changes;
    enum banyan_status status = by_fields_parse(target, fields, count, &arena, &changes, error);

    if (status == BANYAN_OK)
        by_alike_of_changes(&alike, names, changes.touches, changes.values, changes.count);
    if (status == BANYAN_OK)
        status = by_view_alike(node->view, &alike, out, error);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_alike(struct by_node *node, const char *type,
                            const struct banyan_field *fields, size_t count, struct by_buffer *out,
                            struct banyan_error *error)
{
    struct by_fields_target target = {.node = node};
    enum banyan_status status = by_node_view(node, NULL, error);

    /* Which types there are is not known before this node is taken in. */
    if (status == BANYAN_OK && by_charter_types(node->charter) == NULL)
        status = by_node_may_write(node, error);
    if (status == BANYAN_OK)
        status = by_fields_type(node, by_bytes_of_text(type), &target.type, error);
    return status == BANYAN_OK ? find(node, &target, fields, count, out, error) : status;
}
