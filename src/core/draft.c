#include "core/draft.h"

#include <string.h>

#include "record/field_value.h"

/* Where a record has more heads than an operation may name, those that count are named. */
void by_draft_begin(struct by_operation *operation, const struct by_merged *merged, enum by_op op)
{
    bool all_fit = merged->all_head_count <= BY_PARENTS_MAX;

    memset(operation, 0, sizeof *operation);
    operation->links.name = merged->name;
    operation->links.op = op;
    operation->links.parents = all_fit ? merged->all_heads : merged->heads;
    operation->links.parent_count = all_fit ? merged->all_head_count : merged->head_count;
    if (operation->links.parent_count > BY_PARENTS_MAX)
        operation->links.parent_count = BY_PARENTS_MAX;
}

enum banyan_status by_draft_check_fits(const struct by_node *node,
                                       const struct by_operation *operation, struct by_bytes type,
                                       struct banyan_error *error)
{
    if (operation->links.touch_count == 0 || by_operation_fits(operation, type, node->types))
        return BANYAN_OK;
    return by_fail(error, BANYAN_ERR_UPGRADE,
                   "this network has other fields of %.*s in force than this program knows: upgrade"
                   " it, or ask who founded the network",
                   (int)type.size, (const char *)type.data);
}

/* -- changes that change nothing -- */

static bool holds_all(const struct by_value *list, const struct by_value *elements)
{
    for (size_t i = 0; i < elements->array.count; i++)
        if (!by_list_holds(list, &elements->array.items[i]))
            return false;
    return true;
}

/* Whether a path, or any language of it, has a value. */
static bool has_value(const struct by_merged *merged, struct by_bytes path)
{
    for (size_t i = 0; i < merged->path_count; i++) {
        struct by_bytes name, language;
        by_path_split(merged->paths[i].path, &name, &language);
        if (by_bytes_equal(merged->paths[i].path, path) || by_bytes_equal(name, path))
            return true;
    }
    return false;
}

enum banyan_status by_draft_values_equal(const struct by_type *type, struct by_bytes path,
                                         const struct by_value *a, const struct by_value *b,
                                         struct by_arena *arena, bool *out_are_equal)
{
    struct by_bytes name, language;
    struct by_value normal_a, normal_b;

    by_path_split(path, &name, &language);
    const struct by_field *field = by_type_field_find(type, name);
    enum by_field_kind kind = field == NULL ? BY_FIELD_TEXT : field->kind;
    enum banyan_status status = by_field_value_normal(kind, a, arena, &normal_a);
    if (status == BANYAN_OK)
        status = by_field_value_normal(kind, b, arena, &normal_b);
    *out_are_equal = status == BANYAN_OK && by_value_equal(&normal_a, &normal_b);
    return status;
}

static enum banyan_status is_so_already(const struct by_loaded *loaded,
                                        const struct by_touch *touch, const struct by_value *value,
                                        struct by_arena *arena, bool *out_is_so)
{
    const struct by_merged_path *path = by_merged_path_find(&loaded->merged, touch->path);
    const struct by_value *held = path == NULL ? NULL : &path->candidates[0].value;
    enum banyan_status status = BANYAN_OK;

    *out_is_so = false;
    switch (touch->how) {
    case BY_HOW_UNSET:
        *out_is_so = !has_value(&loaded->merged, touch->path);
        break;
    case BY_HOW_ADD:
        *out_is_so = path != NULL ? holds_all(held, value) : value->array.count == 0;
        break;
    case BY_HOW_REMOVE:
        *out_is_so = touch->removed_count == 0;
        break;
    case BY_HOW_SET:
        if (path == NULL || path->candidate_count > 1)
            break;
        if (path->is_list)
            *out_is_so = holds_all(held, value) && holds_all(value, held);
        else
            status =
                by_draft_values_equal(loaded->type, touch->path, held, value, arena, out_is_so);
        break;
    }
    return status;
}

enum banyan_status by_draft_leave_out_same(struct by_changes *changes,
                                           const struct by_loaded *loaded, struct by_arena *arena)
{
    size_t kept = 0;

    for (size_t i = 0; i < changes->count; i++) {
        bool is_so;
        enum banyan_status status =
            is_so_already(loaded, &changes->touches[i], &changes->values[i], arena, &is_so);
        if (status != BANYAN_OK)
            return status;
        if (is_so)
            continue;
        changes->touches[kept] = changes->touches[i];
        changes->values[kept++] = changes->values[i];
    }
    changes->count = kept;
    return BANYAN_OK;
}

/* -- bringing back -- */

/* A settled value before one in conflict, which writing it again would settle. */
static const struct by_merged_path *choose_path(const struct by_merged *merged)
{
    for (size_t i = 0; i < merged->path_count; i++)
        if (!merged->paths[i].is_list && merged->paths[i].candidate_count == 1)
            return &merged->paths[i];
    for (size_t i = 0; i < merged->path_count; i++)
        if (merged->paths[i].is_list)
            return &merged->paths[i];
    return merged->path_count > 0 ? &merged->paths[0] : NULL;
}

enum banyan_status by_draft_restore(struct by_changes *out_changes, const struct by_merged *merged,
                                    struct by_arena *arena)
{
    const struct by_merged_path *path = choose_path(merged);
    struct by_touch touch = {.path = by_bytes_of_text("tags"), .how = BY_HOW_UNSET};
    struct by_value value = by_value_nil();
    enum banyan_status status = by_changes_init(out_changes, arena);

    if (status != BANYAN_OK)
        return status;
    if (path != NULL) {
        touch.path = path->path;
        touch.how = path->is_list ? BY_HOW_ADD : BY_HOW_SET;
        value = path->candidates[0].value;
    }
    if (value.kind == BY_VALUE_NIL)
        touch.how = BY_HOW_UNSET;
    return by_changes_add(out_changes, &touch, &value, arena);
}
