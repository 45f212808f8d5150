#include <string.h>

#include "record/merge_onto.h"
#include "view/digest.h"
#include "view/id_tree.h"
#include "view/kept.h"
#include "view/project_parts.h"

static bool removes_elements(const struct by_operation *operation)
{
    for (size_t i = 0; i < operation->links.touch_count; i++)
        if (operation->links.touches[i].how == BY_HOW_REMOVE)
            return true;
    return false;
}

/* Proposals that have their rows already. */
static enum banyan_status
close_rows(struct by_project_work *work, struct by_kept *kept, const struct by_operation *operation)
{
    bool is_accept = operation->links.op == BY_OP_ACCEPT, was = false;
    enum by_proposal_state to = is_accept ? BY_PROPOSAL_ACCEPTED : BY_PROPOSAL_DECLINED;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < operation->links.target_count && status == BANYAN_OK; i++) {
        const struct by_id *target = &operation->links.targets[i];
        status = by_project_close_row(work, target, BY_PROPOSAL_OPEN, to, &was);
        kept->open_proposal_count -= status == BANYAN_OK && was;
        if (status == BANYAN_OK && is_accept)
            status = by_project_close_row(work, target, BY_PROPOSAL_DECLINED, to, &was);
    }
    return status;
}

/* What a proposal takes back is told by the operations that added it. */
static enum banyan_status merge_onto(struct by_project_work *work, struct by_kept *kept,
                                     const struct by_operation *operations, size_t count,
                                     bool *out_is_done)
{
    *out_is_done = true;
    for (size_t i = 0; i < count && *out_is_done; i++) {
        enum by_onto onto;
        enum banyan_status status = by_merge_onto(&kept->merged, &operations[i],
                                                  work->projection->types, work->arena, &onto);
        if (status != BANYAN_OK)
            return by_fail_plain(work->error, status);
        *out_is_done = onto == BY_ONTO_DONE || onto == BY_ONTO_CLOSES ||
                       (onto == BY_ONTO_PROPOSAL && !removes_elements(&operations[i]));
        if (onto == BY_ONTO_CLOSES)
            status = close_rows(work, kept, &operations[i]);
        if (status != BANYAN_OK)
            return status;
    }
    return BANYAN_OK;
}

/* Rows tell of heads, and of what is new. */
static enum banyan_status take_operations(struct by_project_work *work, const struct by_kept *kept,
                                          const struct by_operation *operations, size_t count)
{
    struct by_operation *all =
        by_arena_array(work->arena, kept->head_count + count + 1, sizeof all[0]);
    if (all == NULL)
        return by_fail_plain(work->error, BANYAN_ERR_MEMORY);
    if (kept->head_count > 0)
        memcpy(all, kept->heads, kept->head_count * sizeof all[0]);
    if (count > 0)
        memcpy(all + kept->head_count, operations, count * sizeof all[0]);
    work->operations = all;
    work->operation_count = kept->head_count + count;
    return BANYAN_OK;
}

/* BANYAN_ERR_NOT_FOUND without a tree: nothing is changed then. */
static enum banyan_status
add_ids(struct by_project_work *work, const struct by_operation *operations, size_t count)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status =
            by_id_tree_add(work->view, &work->name, &operations[i].id, &work->digest, work->error);
    work->has_digest = true;
    return status;
}

static enum banyan_status write_onto(struct by_project_work *work)
{
    enum banyan_status status = by_project_describe(work);
    if (status == BANYAN_OK)
        status = by_project_write_rows(work);
    if (status == BANYAN_OK)
        status = by_kept_put(work->view, &work->merged, work->open_proposal_count, work->operations,
                             work->operation_count, work->arena, work->error);
    if (status == BANYAN_OK && !by_bytes_equal(work->before.digest, by_project_digest(work)))
        by_digest_touch(work->view, &work->name_hash);
    if (status == BANYAN_OK)
        by_project_count_changes(work);
    return status;
}

enum banyan_status by_project_onto(struct by_projection *projection,
                                   const struct by_record_name *name,
                                   const struct by_operation *operations, size_t count,
                                   bool *out_is_done, struct banyan_error *error)
{
    static const struct by_gathered shared = {.is_private = false};
    struct by_project_work work = {.projection = projection,
                                   .view = projection->view,
                                   .arena = projection->arena,
                                   .error = error,
                                   .name = *name,
                                   .gathered = &shared,
                                   .is_kept = true};
    struct by_kept kept;
    *out_is_done = false;
    by_project_begin(&work, name);
    enum banyan_status status = by_kept_get(work.view, name, work.arena, &kept, error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    status = by_project_read_before(&work);
    if (status != BANYAN_OK || !work.before.exists || work.before.is_private)
        return status;
    status = merge_onto(&work, &kept, operations, count, out_is_done);
    if (status == BANYAN_OK && *out_is_done)
        status = add_ids(&work, operations, count);
    if (status == BANYAN_ERR_NOT_FOUND) {
        *out_is_done = false;
        status = BANYAN_OK;
    }
    if (status != BANYAN_OK || !*out_is_done)
        return status;
    work.merged = kept.merged;
    work.kept_proposal_count = kept.open_proposal_count;
    status = take_operations(&work, &kept, operations, count);
    return status == BANYAN_OK ? write_onto(&work) : status;
}
