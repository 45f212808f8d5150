#include "admin/types.h"

#include "admin/approve.h"
#include "admin/types_body.h"
#include "core/act_name.h"
#include "core/answer.h"
#include "core/append.h"
#include "record/types_join.h"

struct proposing {
    const struct banyan_types_proposal *proposal;
    struct by_arena arena;
    struct by_types_body now;
    struct by_types_body next;
    struct by_id act;
    bool is_new;
};

static enum banyan_status take_file(struct by_types_body *next, const struct banyan_type_file *file,
                                    struct banyan_error *error)
{
    struct banyan_error reason = by_error_beside(error);
    struct by_value value;
    enum banyan_status status =
        by_json_parse(by_bytes_of_text(file->text), next->arena, &value, &reason);

    if (status == BANYAN_OK)
        status = by_types_body_take(next, &value, &reason);
    return status == BANYAN_OK
               ? status
               : by_fail(error, status, "%s: %s", file->name,
                         reason.text[0] != '\0' ? reason.text
                                                : by_words(error, banyan_status_text(status)));
}

static enum banyan_status take_all(struct proposing *proposing, struct banyan_error *error)
{
    const struct banyan_types_proposal *proposal = proposing->proposal;
    enum banyan_status status = BANYAN_OK;

    if (proposal->shipped)
        status = by_types_body_take_shipped(&proposing->next, error);
    for (size_t i = 0; i < proposal->file_count && status == BANYAN_OK; i++)
        status = take_file(&proposing->next, &proposal->files[i], error);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

static bool changes_something(const struct proposing *proposing)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);
    struct by_json json;
    bool any = false;

    by_json_init(&json, &text);
    by_json_object_begin(&json);
    any = by_json_types_changes(&json, &proposing->now, &proposing->next);
    by_json_object_end(&json);
    by_buffer_deinit(&text);
    return any;
}

static enum banyan_status propose(void *context, struct by_append *append)
{
    struct proposing *proposing = context;
    const struct by_value *in_force = NULL;
    struct by_act act = {.kind = BY_KIND_TYPES};

    proposing->is_new = false;
    enum banyan_status status = by_node_may_act(append->node, append->error);
    if (status != BANYAN_OK)
        return status;
    if (by_node_role(append->node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "only coordinators propose types and lists: ask one of them");
    status = by_types_in_force(append->node->charter, &proposing->arena, &in_force);
    if (status == BANYAN_OK)
        status = by_types_body_read(&proposing->now, in_force, &proposing->arena);
    if (status == BANYAN_OK)
        status = by_types_body_read(&proposing->next, in_force, &proposing->arena);
    if (status != BANYAN_OK)
        return by_fail_plain(append->error, status);
    status = take_all(proposing, append->error);
    if (status == BANYAN_OK)
        status = by_types_body_write(&proposing->next, &act.types.body, append->error);
    if (status != BANYAN_OK || !changes_something(proposing))
        return status;
    proposing->is_new = true;
    status = by_append_act(append, &act, &proposing->act);
    return status == BANYAN_ERR_TOO_LARGE
               ? by_fail(append->error, status,
                         "these definitions are more than one act can hold: leave labels or codes "
                         "out")
               : status;
}

static const struct by_charter_motion *
find_motion(const struct by_node *node, const struct by_id *act)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&motions[i].act, act))
            return &motions[i];
    return NULL;
}

static enum banyan_status answer(const struct by_node *node, const struct proposing *proposing,
                                 struct by_buffer *out, struct banyan_error *error)
{
    const struct by_charter_motion *waiting =
        proposing->is_new ? find_motion(node, &proposing->act) : NULL;
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "act");
    if (proposing->is_new)
        by_json_act_name(&json, &proposing->act);
    else
        by_json_null(&json);
    by_json_key(&json, "outcome");
    by_json_literal(&json, proposing->is_new ? "proposed" : "unchanged");
    by_json_key(&json, "decided");
    by_json_bool(&json, waiting == NULL);
    by_json_key(&json, "votes");
    by_json_int(&json, waiting == NULL ? 0 : (int64_t)waiting->vote_count);
    by_json_key(&json, "needed");
    by_json_int(&json, waiting == NULL ? 0 : (int64_t)waiting->needed);
    (void)by_json_types_changes(&json, &proposing->now, &proposing->next);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_types_propose(struct by_node *node,
                                    const struct banyan_types_proposal *proposal,
                                    struct by_buffer *out, struct banyan_error *error)
{
    struct proposing proposing = {.proposal = proposal, .arena = BY_ARENA_INIT};
    enum banyan_status status = by_append_run(node, propose, &proposing, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = answer(node, &proposing, out, error);
    by_arena_deinit(&proposing.arena);
    return status;
}

/* ---- what waits ---------------------------------------------------------------------------- */

static enum banyan_status write_proposed(struct by_json *json, const struct by_node *node,
                                         const struct by_charter_motion *motion)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_types_body now, next;
    const struct by_value *in_force = NULL;
    enum banyan_status status = by_types_in_force(node->charter, &arena, &in_force);

    if (status == BANYAN_OK)
        status = by_types_body_read(&now, in_force, &arena);

    if (status == BANYAN_OK)
        status = by_types_body_read(&next, by_charter_types_body_of(node->charter, &motion->act),
                                    &arena);
    if (status == BANYAN_OK) {
        by_json_object_begin(json);
        by_json_motion(json, node, motion);
        (void)by_json_types_changes(json, &now, &next);
        by_json_object_end(json);
    }
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_types_proposed(struct by_node *node, const char *act, struct by_buffer *out,
                                     struct banyan_error *error)
{
    enum banyan_status status = by_node_refresh(node, error);
    size_t count, found = 0;
    struct by_json json;

    if (status != BANYAN_OK)
        return status;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);
    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        if (motions[i].kind != BY_KIND_TYPES ||
            (act != NULL && !by_act_is_named(&motions[i].act, act)))
            continue;
        found++;
        status = write_proposed(&json, node, &motions[i]);
    }
    by_json_array_end(&json);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    if (act != NULL && found == 0)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no proposal %s of types waits for approval: banyan types proposed lists "
                       "those that do",
                       act);
    return by_json_done(&json, error);
}
