#include "admin/approve.h"

#include <string.h>

#include "admin/motion.h"
#include "core/act_name.h"
#include "core/answer.h"
#include "core/append.h"

struct voting {
    const char *text; /* as typed */
    struct by_id act;
    bool is_new;
};

static bool has_voted(const struct by_charter_motion *motion, const struct by_id *organisation)
{
    for (size_t i = 0; i < motion->vote_count; i++)
        if (by_id_equal(&motion->votes[i], organisation))
            return true;
    return false;
}

static enum banyan_status find(const struct by_node *node, const char *text,
                               const struct by_charter_motion **out_motion,
                               struct banyan_error *error)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);
    const struct by_charter_motion *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!by_act_is_named(&motions[i].act, text))
            continue;
        if (found != NULL)
            return by_fail(error, BANYAN_ERR_INVALID,
                           "several acts that wait begin with %s: give more of the name", text);
        found = &motions[i];
    }
    if (found == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no act %s waits for approval: banyan status lists those that do", text);
    *out_motion = found;
    return BANYAN_OK;
}

static enum banyan_status vote(void *context, struct by_append *append)
{
    struct voting *voting = context;
    const struct by_charter_motion *motion = NULL;
    enum banyan_status status = by_node_may_act(append->node, append->error);

    voting->is_new = false;
    if (status == BANYAN_OK)
        status = find(append->node, voting->text, &motion, append->error);
    if (status != BANYAN_OK)
        return status;
    voting->act = motion->act;
    if (has_voted(motion, &append->node->organisation))
        return BANYAN_OK;
    if (!by_motion_is_for(motion, &append->node->organisation) ||
        by_node_role(append->node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "only those decide on it who were coordinators when it was proposed");
    const struct by_act act = {.kind = BY_KIND_APPROVE, .approve.act = motion->act};
    voting->is_new = true;
    return by_append_act(append, &act, NULL);
}

static const char *motion_name(const struct by_charter_motion *motion)
{
    switch ((unsigned)motion->kind) {
    case BY_KIND_ROLE:
        return "role";
    case BY_KIND_LOWER:
        if (!by_id_is_zero(&motion->key))
            return "key";
        return by_id_is_zero(&motion->device) ? "lower" : "revoke";
    case BY_KIND_LEVEL:
        return "level";
    }
    return "types";
}

void by_json_motion(struct by_json *json, const struct by_node *node,
                    const struct by_charter_motion *motion)
{
    by_json_key(json, "act");
    by_json_act_name(json, &motion->act);
    by_json_key(json, "what");
    by_json_literal(json, motion_name(motion));
    by_json_key(json, "organisation");
    if (by_id_is_zero(&motion->organisation))
        by_json_null(json);
    else
        by_json_organisation(json, node, &motion->organisation);
    by_json_key(json, "role");
    if (!by_id_is_zero(&motion->key) ||
        (motion->role == BY_ROLE_NONE && motion->kind != BY_KIND_LOWER))
        by_json_null(json);
    else
        by_json_literal(json, by_role_name(motion->role));
    by_json_key(json, "by");
    by_json_organisation(json, node, &motion->author);
    by_json_key(json, "at");
    by_json_stamp(json, motion->hlc);
    by_json_key(json, "votes");
    by_json_array_begin(json);
    for (size_t i = 0; i < motion->vote_count; i++)
        by_json_organisation(json, node, &motion->votes[i]);
    by_json_array_end(json);
    by_json_key(json, "needed");
    by_json_int(json, motion->needed);
    by_json_key(json, "yours");
    by_json_bool(json, by_motion_is_for(motion, &node->organisation));
}

void by_json_motions(struct by_json *json, const struct by_node *node)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);

    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        by_json_object_begin(json);
        by_json_motion(json, node, &motions[i]);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

/* How it stands after the vote: decided ones wait no more. */
static enum banyan_status answer(const struct by_node *node, const struct voting *voting,
                                 struct by_buffer *out, struct banyan_error *error)
{
    const struct by_charter_motion *waiting = by_motion_find(node, &voting->act);
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "act");
    by_json_act_name(&json, &voting->act);
    by_json_key(&json, "outcome");
    by_json_literal(&json, voting->is_new ? "approved" : "unchanged");
    by_json_key(&json, "decided");
    by_json_bool(&json, waiting == NULL);
    by_json_key(&json, "votes");
    by_json_int(&json, waiting == NULL ? 0 : (int64_t)waiting->vote_count);
    by_json_key(&json, "needed");
    by_json_int(&json, waiting == NULL ? 0 : (int64_t)waiting->needed);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status
by_approve(struct by_node *node, const char *act, struct by_buffer *out, struct banyan_error *error)
{
    struct voting voting = {.text = act};
    enum banyan_status status = by_append_run(node, vote, &voting, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    return status == BANYAN_OK ? answer(node, &voting, out, error) : status;
}
