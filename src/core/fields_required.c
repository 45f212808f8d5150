/*
 * What a record cannot be without: a new one says it, and no change takes it away.
 */
#include "base/error.h"
#include "core/fields.h"

static bool is_set(const struct by_changes *changes, const char *field)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct by_bytes name, language;
        enum by_how how = changes->touches[i].how;

        by_path_split(changes->touches[i].path, &name, &language);
        if ((how == BY_HOW_SET || how == BY_HOW_ADD) &&
            by_bytes_equal(name, by_bytes_of_text(field)))
            return true;
    }
    return false;
}

/* -- changes -- */

static const struct by_touch *find_touch(const struct by_changes *changes, struct by_bytes path)
{
    for (size_t i = 0; i < changes->count; i++)
        if (by_bytes_equal(changes->touches[i].path, path))
            return &changes->touches[i];
    return NULL;
}

static bool is_removed(const struct by_touch *touch, const struct by_addition *addition)
{
    for (size_t i = 0; i < touch->removed_count; i++)
        if (by_addition_compare(&touch->removed[i], addition) == 0)
            return true;
    return false;
}

/* Whether an element of a list stays, which the touch does not take from all who added it. */
static bool keeps_element(const struct by_merged_path *path, const struct by_touch *touch)
{
    size_t count = path->is_list ? path->candidates[0].value.array.count : 0;

    for (size_t i = 0; touch->how == BY_HOW_REMOVE && i < count; i++)
        for (size_t k = 0; k < path->addition_counts[i]; k++)
            if (!is_removed(touch, &path->additions[i][k]))
                return true;
    return false;
}

static bool is_of_field(struct by_bytes path, const struct by_field *field)
{
    struct by_bytes name, language;

    by_path_split(path, &name, &language);
    return by_bytes_equal(name, by_bytes_of_text(field->name));
}

static bool is_touched(const struct by_changes *changes, const struct by_field *field)
{
    for (size_t i = 0; i < changes->count; i++)
        if (is_of_field(changes->touches[i].path, field))
            return true;
    return false;
}

/* Whether the changes take from the field the last that it says, in whatever language. */
static bool is_emptied(const struct by_merged *merged, const struct by_changes *changes,
                       const struct by_field *field)
{
    const struct by_touch *whole = find_touch(changes, by_bytes_of_text(field->name));

    if (!is_touched(changes, field) || is_set(changes, field->name))
        return false;
    if (whole != NULL && whole->how == BY_HOW_UNSET)
        return true;
    for (size_t i = 0; i < merged->path_count; i++) {
        const struct by_touch *touch = find_touch(changes, merged->paths[i].path);

        if (is_of_field(merged->paths[i].path, field) &&
            (touch == NULL || keeps_element(&merged->paths[i], touch)))
            return false;
    }
    return true;
}

enum banyan_status by_fields_check_emptied(const struct by_fields_target *target,
                                           const struct by_changes *changes,
                                           struct banyan_error *error)
{
    const struct by_type *type = target->type;

    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].required && is_emptied(target->merged, changes, &type->fields[i]))
            return by_fail(error, BANYAN_ERR_INVALID, "a record of type %s cannot be without %s",
                           type->name, type->fields[i].name);
    return BANYAN_OK;
}

/* -- new records -- */

/* "Tên (name)": as people call it, and as it is typed. */
static enum banyan_status append_called(const struct by_field *field, const char *before,
                                        const struct banyan_error *error, struct by_buffer *out)
{
    const char *label = by_label_in(field->labels, field->label_count, by_language_of(error));

    return label == NULL ? by_buffer_append_format(out, "%s%s", before, field->name)
                         : by_buffer_append_format(out, "%s%s (%s)", before, label, field->name);
}

enum banyan_status by_fields_check_required(const struct by_type *type,
                                            const struct by_changes *changes,
                                            struct banyan_error *error)
{
    struct by_buffer missing = BY_BUFFER_INIT(4096);
    const char *first = NULL;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < type->field_count && status == BANYAN_OK; i++) {
        const char *name = type->fields[i].name;
        if (!type->fields[i].required || is_set(changes, name))
            continue;
        status = append_called(&type->fields[i], first == NULL ? "" : ", ", error, &missing);
        first = first == NULL ? name : first;
    }
    if (status == BANYAN_OK && first != NULL)
        status = by_fail(error, BANYAN_ERR_INVALID,
                         "a record of type %s needs %s: add %s=... (banyan types %s tells more)",
                         type->name, (const char *)missing.data, first, type->name);
    by_buffer_deinit(&missing);
    return status;
}
