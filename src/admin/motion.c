#include "admin/motion.h"

#include "core/act_name.h"
#include "core/answer.h"

const struct by_charter_motion *by_motion_find(const struct by_node *node, const struct by_id *act)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&motions[i].act, act))
            return &motions[i];
    return NULL;
}

static bool is_among(const struct by_id *ids, size_t count, const struct by_id *id)
{
    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&ids[i], id))
            return true;
    return false;
}

bool by_motion_is_for(const struct by_charter_motion *motion, const struct by_id *organisation)
{
    return is_among(motion->voters, motion->voter_count, organisation) &&
           !is_among(motion->votes, motion->vote_count, organisation);
}

void by_json_motion_stand(struct by_json *json, const struct by_node *node, const struct by_id *act)
{
    const struct by_charter_motion *motion = by_motion_find(node, act);

    by_json_key(json, "act");
    if (by_id_is_zero(act))
        by_json_null(json);
    else
        by_json_act_name(json, act);
    by_json_key(json, "votes");
    by_json_int(json, motion == NULL ? 0 : (int64_t)motion->vote_count);
    by_json_key(json, "needed");
    by_json_int(json, motion == NULL ? 0 : (int64_t)motion->needed);
    by_json_key(json, "waits_for");
    by_json_array_begin(json);
    for (size_t i = 0; motion != NULL && i < motion->voter_count; i++)
        if (by_motion_is_for(motion, &motion->voters[i]))
            by_json_organisation(json, node, &motion->voters[i]);
    by_json_array_end(json);
}
