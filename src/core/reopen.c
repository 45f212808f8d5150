#include "core/reopen.h"

#include <string.h>

#include "core/answer.h"
#include "core/append.h"
#include "core/draft.h"
#include "core/private.h"
#include "record/told.h"

/* A field that was in conflict, and what each side said. */
struct opened {
    struct by_bytes path;
    const struct by_before *sides;
};

struct reopening {
    struct by_outcome outcome;
    struct by_arena arena; /* emptied when the transaction runs again */
    struct by_loaded loaded;
    const struct by_operation *settled_by;
    struct opened *fields;
    size_t field_count;
    size_t side_count; /* of the field that has most */
    bool is_about_deletion;
};

/* -- what was settled -- */

/* What an operation says of a path still stands, alone. */
static bool still_stands(const struct by_merged *merged, const struct by_operation *by,
                         const struct by_touch *touch)
{
    const struct by_merged_path *path = by_merged_path_find(merged, touch->path);

    if (path == NULL)
        return touch->how == BY_HOW_UNSET;
    return path->candidate_count == 1 && by_id_equal(&path->candidates[0].by->id, &by->id);
}

/* Several values, and not those of one field in several languages. */
static bool was_in_conflict(const struct by_loaded *loaded, const struct by_node *node,
                            const struct by_touch *touch, const struct by_before *before)
{
    enum by_field_kind kind = BY_FIELD_TEXT;
    bool is_in_force = by_type_set_field(node->types, loaded->merged.type, touch->path, &kind);

    return before->count > 1 && !(is_in_force && kind == BY_FIELD_MLTEXT);
}

static enum banyan_status
find_fields(struct reopening *reopening, const struct by_node *node, const struct by_told *told)
{
    const struct by_op_links *links = &told->operation->links;

    reopening->fields =
        by_arena_array(&reopening->arena, links->touch_count + 1, sizeof *reopening->fields);
    if (reopening->fields == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < links->touch_count; i++) {
        const struct by_before *before = &told->befores[i];
        if (!was_in_conflict(&reopening->loaded, node, &links->touches[i], before) ||
            !still_stands(&reopening->loaded.merged, told->operation, &links->touches[i]))
            continue;
        reopening->fields[reopening->field_count++] =
            (struct opened){links->touches[i].path, before};
        if (before->count > reopening->side_count)
            reopening->side_count = before->count;
    }
    return BANYAN_OK;
}

/* Whether the operation settled if the record is deleted, and nothing was said since. */
static enum banyan_status find_deletion(struct reopening *reopening, const struct by_node *node,
                                        const struct by_operation *operation)
{
    const struct by_loaded *loaded = &reopening->loaded;
    const struct by_op_links *links = &operation->links;
    struct by_merged before;

    if (loaded->merged.head_count != 1 || !by_id_equal(&loaded->merged.heads[0], &operation->id))
        return BANYAN_OK;
    enum banyan_status status =
        by_merge_as_of(&loaded->merged.name, loaded->operations, loaded->count, links->parents,
                       links->parent_count, node->types, &reopening->arena, &before);
    reopening->is_about_deletion = status == BANYAN_OK && before.deletion == BY_DELETED_CONFLICT;
    return status;
}

/* The last operation that settled something which stands. */
static enum banyan_status find_settling(struct reopening *reopening, const struct by_node *node)
{
    const struct by_loaded *loaded = &reopening->loaded;
    struct by_told *told = NULL;
    size_t count = 0;
    enum banyan_status status = by_tell(&loaded->merged.name, loaded->operations, loaded->count,
                                        node->types, &reopening->arena, &told, &count);

    reopening->settled_by = NULL;
    reopening->field_count = reopening->side_count = 0;
    reopening->is_about_deletion = false;
    for (size_t i = count; i > 0 && status == BANYAN_OK && reopening->settled_by == NULL; i--) {
        if (told[i - 1].fate != BY_FATE_COUNTS)
            continue;
        status = find_fields(reopening, node, &told[i - 1]);
        if (status == BANYAN_OK)
            status = find_deletion(reopening, node, told[i - 1].operation);
        if (reopening->field_count > 0 || reopening->is_about_deletion)
            reopening->settled_by = told[i - 1].operation;
    }
    return status;
}

/* -- opening it again -- */

/* The values of one side. */
static enum banyan_status
take_side(struct reopening *reopening, size_t side, struct by_changes *changes)
{
    enum banyan_status status = by_changes_init(changes, &reopening->arena);

    for (size_t i = 0; i < reopening->field_count && status == BANYAN_OK; i++) {
        const struct opened *field = &reopening->fields[i];
        struct by_touch touch = {.path = field->path};
        if (side >= field->sides->count)
            continue;
        const struct by_value *value = &field->sides->candidates[side].value;
        touch.how = value->kind == BY_VALUE_NIL ? BY_HOW_UNSET : BY_HOW_SET;
        status = by_changes_add(changes, &touch, value, &reopening->arena);
    }
    return status;
}

/* Upon the settling, and as many heads as fit beside it: each side by itself. */
static enum banyan_status write_side(struct reopening *reopening, struct by_append *append,
                                     enum by_op op, const struct by_changes *changes)
{
    const struct by_merged *merged = &reopening->loaded.merged;
    struct by_id parents[BY_PARENTS_MAX];
    struct by_operation operation;

    by_draft_begin(&operation, merged, op);
    operation.links.parents = parents;
    operation.links.parent_count = 1;
    parents[0] = reopening->settled_by->id;
    for (size_t i = 0; i < merged->head_count && operation.links.parent_count < BY_PARENTS_MAX; i++)
        if (!by_id_equal(&merged->heads[i], &parents[0]))
            parents[operation.links.parent_count++] = merged->heads[i];
    if (changes != NULL) {
        operation.links.touches = changes->touches;
        operation.links.touch_count = changes->count;
        operation.values = changes->values;
    }
    return by_append_operation(append, &operation);
}

/* The side that was shown first is written last: of one writer's values the latest is shown. */
static enum banyan_status write_sides(struct reopening *reopening, struct by_append *append)
{
    struct by_changes changes;
    enum banyan_status status = BANYAN_OK;

    by_append_follow(append, reopening->loaded.merged.last_hlc);
    if (reopening->is_about_deletion)
        status = write_side(reopening, append, BY_OP_DELETE, NULL);
    if (status == BANYAN_OK && reopening->is_about_deletion && reopening->field_count == 0) {
        status = by_draft_restore(&changes, &reopening->loaded.merged, &reopening->arena);
        if (status == BANYAN_OK)
            status = write_side(reopening, append, BY_OP_PATCH, &changes);
    }
    for (size_t side = reopening->side_count; side > 0 && status == BANYAN_OK; side--) {
        status = take_side(reopening, side - 1, &changes);
        if (status == BANYAN_OK)
            status = write_side(reopening, append, BY_OP_PATCH, &changes);
    }
    return status;
}

static enum banyan_status reopen(void *context, struct by_append *append)
{
    struct reopening *reopening = context;

    by_arena_reset(&reopening->arena);
    reopening->outcome.word = NULL;
    enum banyan_status status = by_loaded_read(&reopening->loaded, append->node, append->txn,
                                               &reopening->outcome.name, &reopening->arena);
    if (status == BANYAN_OK && !by_loaded_is_ours_to_edit(&reopening->loaded, append->node))
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "the record belongs to another organisation: it or a coordinator opens its "
                       "conflicts again");
    if (status == BANYAN_OK)
        status = find_settling(reopening, append->node);
    if (status == BANYAN_OK && reopening->settled_by == NULL)
        return by_fail(append->error, BANYAN_ERR_NOT_FOUND,
                       "there is nothing to undo: no conflict of the record was settled, or what "
                       "settled it was changed since");
    if (status == BANYAN_OK)
        status = write_sides(reopening, append);
    if (status == BANYAN_OK)
        status = by_append_flush(append, &reopening->outcome.entry);
    if (status == BANYAN_OK)
        reopening->outcome.word = "reopened";
    return status;
}

enum banyan_status
by_reopen(struct by_node *node, const char *id, struct by_buffer *out, struct banyan_error *error)
{
    struct reopening reopening = {.arena = BY_ARENA_INIT};
    enum banyan_status status = by_node_find(node, id, &reopening.outcome.name, error);

    if (status == BANYAN_OK)
        status = by_private_refuse(node, &reopening.outcome.name, error);
    if (status == BANYAN_OK)
        status = by_node_may_write(node, error);
    if (status == BANYAN_OK)
        status = by_append_run(node, reopen, &reopening, error);
    if (status == BANYAN_OK)
        status = by_answer(node, &reopening.outcome, out, error);
    by_arena_deinit(&reopening.arena);
    return status;
}
