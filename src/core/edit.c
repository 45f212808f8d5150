#include "core/edit.h"

#include <string.h>

#include "core/answer.h"
#include "core/draft.h"
#include "core/fields.h"
#include "core/loaded.h"
#include "core/private.h"
#include "core/state.h"
#include "core/upon.h"

/* What one call works on; the arena is emptied when the transaction runs again. */
struct editing {
    struct by_node *node;
    const struct banyan_field *fields;
    size_t field_count;
    const char *state; /* what the fields were edited upon; NULL: what is so now */
    struct by_arena arena;
    struct by_outcome outcome;
    struct by_loaded loaded;
    bool shares; /* it is private, and to be so no longer */
};

/* -- new records -- */

/* In a new record there is nothing to take away, and an entry that says so would be no put. */
static void leave_out_removals(struct by_changes *changes)
{
    size_t kept = 0;

    for (size_t i = 0; i < changes->count; i++) {
        if (changes->touches[i].how == BY_HOW_UNSET || changes->touches[i].how == BY_HOW_REMOVE)
            continue;
        changes->touches[kept] = changes->touches[i];
        changes->values[kept++] = changes->values[i];
    }
    changes->count = kept;
}

enum banyan_status by_edit_put(struct by_append *append, const struct by_record_name *name,
                               struct by_bytes type, const struct banyan_field *fields,
                               size_t count)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_fields_target target = {.node = append->node};
    struct by_changes changes;

    enum banyan_status status = by_fields_type(append->node, type, &target.type, append->error);
    if (status == BANYAN_OK)
        status = by_fields_parse(&target, fields, count, &arena, &changes, append->error);
    if (status == BANYAN_OK)
        leave_out_removals(&changes);
    if (status == BANYAN_OK && append->is_private)
        status = by_private_say(&changes, &arena);
    if (status == BANYAN_OK)
        status = by_fields_check_required(target.type, &changes, append->error);
    if (status == BANYAN_OK) {
        struct by_operation put = {.links = {.name = *name,
                                             .op = BY_OP_PUT,
                                             .type = type,
                                             .touches = changes.touches,
                                             .touch_count = changes.count},
                                   .values = changes.values};
        status = by_draft_check_fits(append->node, &put, type, append->error);
        if (status == BANYAN_OK)
            status = by_append_operation(append, &put);
    }
    by_arena_deinit(&arena);
    return status;
}

struct adding {
    struct by_bytes type;
    const struct banyan_field *fields;
    size_t field_count;
    struct by_outcome outcome;
};

static enum banyan_status add(void *context, struct by_append *append)
{
    struct adding *adding = context;
    uint8_t random[10];

    by_os_random(random, sizeof random);
    adding->outcome.name = (struct by_record_name){.owner = append->node->organisation,
                                                   .uuid = by_uuid7(append->wall_ms, random)};
    enum banyan_status status = by_edit_put(append, &adding->outcome.name, adding->type,
                                            adding->fields, adding->field_count);
    if (status == BANYAN_OK)
        status = by_append_flush(append, &adding->outcome.entry);
    return status;
}

static enum banyan_status
add_somewhere(struct by_node *node, struct adding *adding, struct banyan_error *error)
{
    const struct by_type *type;
    bool is_private = false;
    /* Which types there are is not known before this node is taken in. */
    enum banyan_status status = by_charter_types(node->charter) == NULL
                                    ? by_node_may_write(node, error)
                                    : by_fields_type(node, adding->type, &type, error);

    if (status == BANYAN_OK)
        status =
            by_private_is_new(node, type, adding->fields, adding->field_count, &is_private, error);
    if (status == BANYAN_OK && is_private)
        return by_append_run_private(node, add, adding, error);
    if (status == BANYAN_OK)
        status = by_node_may_write(node, error);
    return status == BANYAN_OK ? by_append_run(node, add, adding, error) : status;
}

enum banyan_status by_edit_add(struct by_node *node, const char *type,
                               const struct banyan_field *fields, size_t count,
                               struct by_buffer *out, struct banyan_error *error)
{
    struct adding adding = {.type = by_bytes_of_text(type),
                            .fields = fields,
                            .field_count = count,
                            .outcome.word = "added"};
    const struct by_type *known = by_registry_type(node->registry, adding.type);
    bool refers = known != NULL && by_fields_refer(known, fields, count);
    enum banyan_status status =
        refers ? by_node_view(node, NULL, error) : by_node_refresh(node, error);

    if (status == BANYAN_OK)
        status = add_somewhere(node, &adding, error);
    if (status == BANYAN_OK)
        status = by_answer(node, &adding.outcome, out, error);
    return status;
}

/* -- changes to a record that is there -- */

static enum banyan_status load_private(struct editing *editing, struct by_append *append)
{
    bool is_shared;
    enum banyan_status status = by_private_read(append, &editing->outcome.name, &editing->arena,
                                                &editing->loaded, &is_shared);

    return status == BANYAN_OK && is_shared
               ? by_fail(append->error, BANYAN_ERR_EXISTS, "the record was shared a moment ago")
               : status;
}

static enum banyan_status load(struct editing *editing, struct by_append *append)
{
    by_arena_reset(&editing->arena);
    editing->outcome.word = NULL;
    if (append->is_private)
        return load_private(editing, append);
    if (editing->state != NULL)
        return by_loaded_read(&editing->loaded, append->node, append->txn, &editing->outcome.name,
                              &editing->arena);
    return by_loaded_read_merged(&editing->loaded, append->node, append->txn,
                                 &editing->outcome.name, &editing->arena);
}

/* Write one operation upon all heads. */
static enum banyan_status write(struct editing *editing, struct by_append *append, enum by_op op,
                                const struct by_changes *changes, const char *word)
{
    struct by_operation operation;

    by_draft_begin(&operation, &editing->loaded.merged, op);
    if (changes != NULL) {
        operation.links.touches = changes->touches;
        operation.links.touch_count = changes->count;
        operation.values = changes->values;
    }
    by_append_follow(append, editing->loaded.merged.last_hlc);
    enum banyan_status status =
        by_draft_check_fits(append->node, &operation, editing->loaded.merged.type, append->error);
    if (status == BANYAN_OK)
        status = by_upon_all(append, &operation, &editing->loaded.merged);
    if (status == BANYAN_OK)
        status = by_append_flush(append, &editing->outcome.entry);
    if (status == BANYAN_OK)
        editing->outcome.word =
            by_loaded_is_ours_to_edit(&editing->loaded, append->node) ? word : "proposed";
    return status;
}

static enum banyan_status parse(struct editing *editing, struct by_append *append,
                                const struct banyan_field *fields, size_t count,
                                struct by_changes *out_changes)
{
    struct by_fields_target target = {
        .node = append->node, .type = editing->loaded.type, .merged = &editing->loaded.merged};

    if (target.type == NULL)
        return by_fail(append->error, BANYAN_ERR_UPGRADE,
                       "this program does not know records of type %.*s: upgrade it to edit them",
                       (int)editing->loaded.merged.type.size,
                       (const char *)editing->loaded.merged.type.data);
    enum banyan_status status =
        by_fields_parse(&target, fields, count, &editing->arena, out_changes, append->error);
    if (status == BANYAN_OK && !append->is_private)
        status = by_sharing_check(out_changes, append->error);
    return status;
}

/* Who edited what they saw did not see what came since: of that the merge makes a conflict, and
 * nothing is overwritten. */
static enum banyan_status go_back_to_state(struct editing *editing, struct by_append *append)
{
    enum banyan_status status =
        by_state_merge(&editing->loaded, append->node->types, by_bytes_of_text(editing->state),
                       &editing->arena, &editing->loaded.merged);

    return status == BANYAN_ERR_INVALID || status == BANYAN_ERR_NOT_FOUND
               ? by_fail(append->error, BANYAN_ERR_INVALID,
                         "the record is not here in the state that was edited: look at it again")
               : status;
}

/* Whether an operation says all of the changes, and nothing else; without changes, whether it
 * deletes. */
static bool says_the_same(const struct by_operation *operation, const struct by_changes *changes)
{
    const struct by_op_links *links = &operation->links;

    if (changes == NULL)
        return links->op == BY_OP_DELETE;
    if (links->op != BY_OP_PATCH || links->touch_count != changes->count ||
        operation->values == NULL)
        return false;
    for (size_t i = 0; i < changes->count; i++) {
        const struct by_touch *touch = &changes->touches[i];
        size_t k = 0;

        while (k < links->touch_count && (links->touches[k].how != touch->how ||
                                          !by_bytes_equal(links->touches[k].path, touch->path)))
            k++;
        if (k == links->touch_count || touch->how == BY_HOW_REMOVE ||
            !by_value_equal(&operation->values[k], &changes->values[i]))
            return false;
    }
    return true;
}

/* An open proposal of this organisation that says just that: another one would only have to be
 * decided as well. */
static bool is_proposed_already(struct editing *editing, const struct by_node *node,
                                const struct by_changes *changes)
{
    const struct by_merged *merged = &editing->loaded.merged;
    bool *out = &editing->outcome.was_proposed;

    *out = false;
    for (size_t i = 0;
         !by_loaded_is_ours_to_edit(&editing->loaded, node) && i < merged->proposal_count && !*out;
         i++)
        *out = merged->proposals[i].state == BY_PROPOSAL_OPEN &&
               by_id_equal(&merged->proposals[i].operation->organisation, &node->organisation) &&
               says_the_same(merged->proposals[i].operation, changes);
    return *out;
}

static enum banyan_status change(void *context, struct by_append *append)
{
    struct editing *editing = context;
    struct by_changes changes;
    enum banyan_status status = load(editing, append);

    if (status == BANYAN_OK && editing->state != NULL)
        status = go_back_to_state(editing, append);
    if (status == BANYAN_OK && editing->loaded.merged.deletion == BY_DELETED_YES)
        return by_fail(append->error, BANYAN_ERR_USAGE,
                       "the record is deleted: undelete it to edit it");
    if (status == BANYAN_OK)
        status = parse(editing, append, editing->fields, editing->field_count, &changes);
    if (status == BANYAN_OK)
        status = by_draft_leave_out_same(&changes, &editing->loaded, &editing->arena);
    if (status != BANYAN_OK || changes.count == 0)
        return status;
    if (append->is_private && by_sharing_is_unset(&changes))
        return by_fail(append->error, BANYAN_ERR_INVALID,
                       "the record is private: sharing=members or sharing=public shares it");
    editing->shares = append->is_private && by_sharing_set(&changes) != NULL;
    if (editing->shares)
        return BANYAN_OK;
    if (is_proposed_already(editing, append->node, &changes))
        return BANYAN_OK;
    return write(editing, append, BY_OP_PATCH, &changes, "changed");
}

static enum banyan_status delete_record(void *context, struct by_append *append)
{
    struct editing *editing = context;
    enum banyan_status status = load(editing, append);

    if (status != BANYAN_OK || editing->loaded.merged.deletion == BY_DELETED_YES)
        return status;
    if (is_proposed_already(editing, append->node, NULL))
        return BANYAN_OK;
    return write(editing, append, BY_OP_DELETE, NULL, "deleted");
}

static enum banyan_status undelete(void *context, struct by_append *append)
{
    struct editing *editing = context;
    struct by_changes changes;
    enum banyan_status status = load(editing, append);

    if (status == BANYAN_OK && editing->loaded.merged.deletion == BY_DELETED_NO)
        return by_fail(append->error, BANYAN_ERR_USAGE, "the record is not deleted");
    if (status == BANYAN_OK)
        status = by_draft_restore(&changes, &editing->loaded.merged, &editing->arena);
    if (status == BANYAN_OK)
        status = write(editing, append, BY_OP_PATCH, &changes, "restored");
    return status;
}

/* -- conflicts -- */

/* Take "deleted=yes|no" out of the fields: it names no field of the type. */
static enum banyan_status split_deleted(struct editing *editing, struct by_append *append,
                                        struct banyan_field *others, size_t *out_count,
                                        const char **out_deleted)
{
    *out_count = 0;
    *out_deleted = NULL;
    for (size_t i = 0; i < editing->field_count; i++) {
        const struct banyan_field *field = &editing->fields[i];
        if (strcmp(field->path, "deleted") != 0) {
            others[(*out_count)++] = *field;
            continue;
        }
        if (editing->loaded.merged.deletion != BY_DELETED_CONFLICT)
            return by_fail(append->error, BANYAN_ERR_USAGE,
                           "whether the record is deleted is not in conflict");
        if (field->change != BANYAN_SET || field->value == NULL ||
            (strcmp(field->value, "yes") != 0 && strcmp(field->value, "no") != 0))
            return by_fail(append->error, BANYAN_ERR_INVALID, "say deleted=yes or deleted=no");
        *out_deleted = field->value;
    }
    if (*out_deleted != NULL && strcmp(*out_deleted, "yes") == 0 && *out_count > 0)
        return by_fail(append->error, BANYAN_ERR_USAGE,
                       "a record that is deleted has no fields to settle: give deleted=yes alone");
    return BANYAN_OK;
}

static enum banyan_status check_in_conflict(const struct by_changes *changes,
                                            const struct by_merged *merged,
                                            struct banyan_error *error)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct by_bytes name = changes->touches[i].path;
        const struct by_merged_path *path = by_merged_path_find(merged, name);
        if (path == NULL || path->candidate_count < 2)
            return by_fail(error, BANYAN_ERR_USAGE,
                           "the field %.*s is not in conflict: change it with edit", (int)name.size,
                           (const char *)name.data);
    }
    return BANYAN_OK;
}

static enum banyan_status resolve(void *context, struct by_append *append)
{
    struct editing *editing = context;
    size_t other_count;
    const char *deleted;
    struct by_changes changes = {0};
    enum banyan_status status = load(editing, append);

    if (status != BANYAN_OK)
        return status;
    struct banyan_field *others =
        by_arena_array(&editing->arena, editing->field_count + 1, sizeof *others);
    if (others == NULL)
        return BANYAN_ERR_MEMORY;
    status = split_deleted(editing, append, others, &other_count, &deleted);
    if (status == BANYAN_OK && deleted != NULL && strcmp(deleted, "yes") == 0)
        return write(editing, append, BY_OP_DELETE, NULL, "resolved");
    if (status == BANYAN_OK && other_count > 0)
        status = parse(editing, append, others, other_count, &changes);
    if (status == BANYAN_OK)
        status = check_in_conflict(&changes, &editing->loaded.merged, append->error);
    if (status == BANYAN_OK && changes.count == 0)
        status = by_draft_restore(&changes, &editing->loaded.merged, &editing->arena);
    if (status == BANYAN_OK)
        status = write(editing, append, BY_OP_PATCH, &changes, "resolved");
    return status;
}

/* -- the calls -- */

static enum banyan_status share(void *context, struct by_append *append)
{
    struct editing *editing = context;

    by_arena_reset(&editing->arena);
    enum banyan_status status = by_private_share(append, &editing->outcome.name, editing->fields,
                                                 editing->field_count, &editing->arena);
    if (status == BANYAN_OK)
        status = by_append_flush(append, &editing->outcome.entry);
    if (status == BANYAN_OK)
        editing->outcome.word = "shared";
    return status;
}

static enum banyan_status
run_work(struct editing *editing, by_append_work *work, struct banyan_error *error)
{
    struct by_node *node = editing->node;
    bool is_private;
    enum banyan_status status = by_private_is(node, &editing->outcome.name, &is_private, error);

    if (status == BANYAN_OK && is_private)
        status = by_append_run_private(node, work, editing, error);
    if (status != BANYAN_OK || (is_private && !editing->shares))
        return status;
    status = by_node_may_write(node, error);
    return status == BANYAN_OK ? by_append_run(node, is_private ? share : work, editing, error)
                               : status;
}

static enum banyan_status
run_upon(struct by_node *node, const char *id, const char *state, const struct banyan_field *fields,
         size_t count, by_append_work *work, struct by_buffer *out, struct banyan_error *error)
{
    struct editing editing = {.node = node,
                              .fields = fields,
                              .field_count = count,
                              .state = state,
                              .arena = BY_ARENA_INIT};
    enum banyan_status status = by_node_find(node, id, &editing.outcome.name, error);

    if (status == BANYAN_OK)
        status = run_work(&editing, work, error);
    if (status == BANYAN_OK)
        status = by_answer(node, &editing.outcome, out, error);
    by_arena_deinit(&editing.arena);
    return status;
}

static enum banyan_status run(struct by_node *node, const char *id,
                              const struct banyan_field *fields, size_t count, by_append_work *work,
                              struct by_buffer *out, struct banyan_error *error)
{
    return run_upon(node, id, NULL, fields, count, work, out, error);
}

enum banyan_status by_edit_change(struct by_node *node, const char *id,
                                  const struct banyan_field *fields, size_t count,
                                  struct by_buffer *out, struct banyan_error *error)
{
    return run(node, id, fields, count, change, out, error);
}

enum banyan_status by_edit_change_upon(struct by_node *node, const char *id, const char *state,
                                       const struct banyan_field *fields, size_t count,
                                       struct by_buffer *out, struct banyan_error *error)
{
    return run_upon(node, id, state, fields, count, change, out, error);
}

enum banyan_status by_edit_delete(struct by_node *node, const char *id, struct by_buffer *out,
                                  struct banyan_error *error)
{
    return run(node, id, NULL, 0, delete_record, out, error);
}

enum banyan_status by_edit_undelete(struct by_node *node, const char *id, struct by_buffer *out,
                                    struct banyan_error *error)
{
    return run(node, id, NULL, 0, undelete, out, error);
}

enum banyan_status by_edit_resolve(struct by_node *node, const char *id,
                                   const struct banyan_field *fields, size_t count,
                                   struct by_buffer *out, struct banyan_error *error)
{
    if (count == 0)
        return by_fail(error, BANYAN_ERR_USAGE, "say which value settles the conflict, such as %s",
                       "area=\"12 ha\"");
    return run(node, id, fields, count, resolve, out, error);
}
