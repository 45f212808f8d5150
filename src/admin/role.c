#include "admin/role.h"

#include <string.h>

#include "admin/cut.h"
#include "admin/motion.h"
#include "core/answer.h"
#include "core/append.h"
#include "core/held.h"
#include "core/organisations.h"

struct changing {
    const char *organisation;
    enum by_role role; /* wanted; NONE = remove */
    uint64_t until_ms;
    bool is_leaving;
    const char *const *keep, *const *drop;
    size_t keep_count, drop_count;

    struct by_arena arena; /* emptied when the transaction runs again */
    struct by_id target;
    struct by_id act; /* zero where none was written or voted for */
    bool is_vote;
    enum by_role before;
    size_t left_out;
};

static bool is_only_coordinator(const struct by_node *node, const struct by_id *organisation)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (orgs[i].role == BY_ROLE_COORDINATOR && !by_id_equal(&orgs[i].profile.id, organisation))
            return false;
    return true;
}

/* The last coordinator cannot go: nobody could ever invite, remove or decide again. */
static enum banyan_status check_leaving(const struct changing *changing, const struct by_node *node,
                                        const struct by_charter_org *org,
                                        struct banyan_error *error)
{
    bool is_own = by_id_equal(&org->profile.id, &node->organisation);

    if (changing->is_leaving && !is_own)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "only your own organisation leaves: to remove another, drop --leave");
    if (is_own && changing->role == BY_ROLE_NONE && !changing->is_leaving)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "this is your own organisation: add --leave if it is to leave the network");
    if (org->role == BY_ROLE_COORDINATOR && changing->role < BY_ROLE_COORDINATOR &&
        is_only_coordinator(node, &org->profile.id))
        return by_fail(error, BANYAN_ERR_DENIED,
                       "%.*s is the only coordinator, and the network cannot be without one: make "
                       "another one first, with banyan role ORG coordinator",
                       (int)org->profile.name.size, (const char *)org->profile.name.data);
    return BANYAN_OK;
}

static enum banyan_status check_may(const struct changing *changing, const struct by_node *node,
                                    const struct by_charter_org *org, struct banyan_error *error)
{
    bool is_own = by_id_equal(&org->profile.id, &node->organisation);
    enum banyan_status status = check_leaving(changing, node, org, error);

    if (status != BANYAN_OK || by_node_role(node) == BY_ROLE_COORDINATOR ||
        (is_own && changing->role == BY_ROLE_NONE))
        return status;
    return by_fail(error, BANYAN_ERR_DENIED,
                   "only a coordinator of the network changes roles: ask one of them");
}

/* One that asks for the same already. */
static const struct by_charter_motion *
find_motion(const struct changing *changing, const struct by_node *node, uint16_t kind)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (motions[i].kind == kind && motions[i].role == changing->role &&
            by_id_is_zero(&motions[i].device) &&
            by_id_equal(&motions[i].organisation, &changing->target))
            return &motions[i];
    return NULL;
}

static enum banyan_status join_motion(struct changing *changing, struct by_append *append,
                                      const struct by_charter_motion *motion)
{
    const struct by_act act = {.kind = BY_KIND_APPROVE, .approve.act = motion->act};

    changing->act = motion->act;
    changing->is_vote = by_motion_is_for(motion, &append->node->organisation);
    return changing->is_vote ? by_append_act(append, &act, NULL) : BANYAN_OK;
}

static enum banyan_status raise_role(struct changing *changing, struct by_append *append)
{
    const struct by_act act = {.kind = BY_KIND_ROLE,
                               .role = {.organisation = changing->target,
                                        .role = changing->role,
                                        .until_ms = changing->until_ms}};

    return by_append_act(append, &act, &changing->act);
}

static enum banyan_status lower_role(struct changing *changing, struct by_append *append)
{
    const struct by_cut_wish wish = {.organisation = &changing->target,
                                     .keep = changing->keep,
                                     .keep_count = changing->keep_count,
                                     .drop = changing->drop,
                                     .drop_count = changing->drop_count};
    struct by_act act = {.kind = BY_KIND_LOWER,
                         .lower = {.organisation = changing->target, .role = changing->role}};
    enum banyan_status status = by_cut_gather(append->node, append->txn, &wish, &changing->arena,
                                              &act.lower.cut, &changing->left_out, append->error);

    return status == BANYAN_OK ? by_append_act(append, &act, &changing->act) : status;
}

static enum banyan_status change(void *context, struct by_append *append)
{
    struct changing *changing = context;
    const struct by_charter_org *org = NULL;
    const struct by_charter_motion *motion = NULL;
    bool is_raise = false, names_entries = changing->keep_count + changing->drop_count > 0;
    enum banyan_status status = by_node_may_act(append->node, append->error);

    if (status == BANYAN_OK)
        status =
            by_organisation_find_any(append->node, changing->organisation, &org, append->error);
    by_arena_reset(&changing->arena);
    memset(&changing->act, 0, sizeof changing->act);
    changing->is_vote = false;
    changing->left_out = 0;
    if (status == BANYAN_OK)
        status = check_may(changing, append->node, org, append->error);
    if (status != BANYAN_OK)
        return status;
    changing->target = org->profile.id;
    changing->before = org->role;
    is_raise = changing->role > org->role;
    if (changing->until_ms != 0 && changing->role < org->role)
        return by_fail(append->error, BANYAN_ERR_USAGE,
                       "--until is for a role that is given, not for one that is left after "
                       "another was taken away");
    if (changing->role == BY_ROLE_NONE && changing->role == org->role && names_entries)
        return lower_role(changing, append); /* what a thief wrote is often seen later */
    if (changing->role == org->role && changing->until_ms == org->until_ms)
        return BANYAN_OK;
    if (changing->role == org->role)
        return raise_role(changing, append);
    motion = find_motion(changing, append->node, is_raise ? BY_KIND_ROLE : BY_KIND_LOWER);
    if (motion != NULL && !names_entries)
        return join_motion(changing, append, motion);
    return is_raise ? raise_role(changing, append) : lower_role(changing, append);
}

/* -- the answer -- */

static const char *outcome_of(const struct changing *changing, const struct by_charter_org *org,
                              const struct by_charter_motion *waiting)
{
    if (by_id_is_zero(&changing->act))
        return "unchanged";
    if (waiting != NULL)
        return changing->is_vote ? "approved" : "asked";
    if (org->role != changing->role)
        return "without effect";
    if (changing->role == changing->before && changing->role != BY_ROLE_NONE)
        return "reminded";
    if (changing->is_leaving)
        return "left";
    if (changing->role == BY_ROLE_NONE)
        return "removed";
    return changing->role > changing->before ? "raised" : "lowered";
}

static enum banyan_status answer(struct by_node *node, const struct changing *changing,
                                 struct by_buffer *out, struct banyan_error *error)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &changing->target);
    const struct by_charter_motion *waiting = by_motion_find(node, &changing->act);
    uint64_t held = 0;
    struct by_json json;
    enum banyan_status status = by_held_count(node, &changing->target, &held, error);

    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "organisation");
    by_json_organisation(&json, node, &changing->target);
    by_json_key(&json, "outcome");
    by_json_literal(&json, outcome_of(changing, org, waiting));
    by_json_key(&json, "wanted");
    by_json_literal(&json, by_role_name(changing->role));
    by_json_key(&json, "role");
    by_json_literal(&json, by_role_name(org->role));
    by_json_key(&json, "until");
    if (org->until_ms == 0)
        by_json_null(&json);
    else
        by_json_ms(&json, org->until_ms);
    by_json_motion_stand(&json, node, &changing->act);
    by_json_key(&json, "held");
    by_json_int(&json, (int64_t)held);
    by_json_key(&json, "left_out");
    by_json_int(&json, (int64_t)changing->left_out);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

static enum banyan_status run(struct by_node *node, struct changing *changing,
                              struct by_buffer *out, struct banyan_error *error)
{
    enum banyan_status status = by_append_run(node, change, changing, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = answer(node, changing, out, error);
    by_arena_deinit(&changing->arena);
    return status;
}

enum banyan_status by_role_set(struct by_node *node, const char *organisation, const char *role,
                               uint64_t until_ms, struct by_buffer *out, struct banyan_error *error)
{
    struct changing changing = {
        .organisation = organisation, .until_ms = until_ms, .arena = BY_ARENA_INIT};

    if (by_role_from_name(by_bytes_of_text(role), &changing.role) != BANYAN_OK)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "there is no role '%s': it is coordinator, member, hub or reader", role);
    if (changing.role == BY_ROLE_NONE)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "whoever is to have no role is removed: banyan remove ORG");
    if (until_ms != 0 && until_ms <= by_os_wall_ms())
        return by_fail(error, BANYAN_ERR_INVALID, "that day is past already");
    return run(node, &changing, out, error);
}

enum banyan_status by_remove(struct by_node *node, const struct banyan_removal *removal,
                             struct by_buffer *out, struct banyan_error *error)
{
    struct changing changing = {.organisation = removal->organisation,
                                .role = BY_ROLE_NONE,
                                .is_leaving = removal->leave,
                                .keep = removal->keep,
                                .keep_count = removal->keep_count,
                                .drop = removal->drop,
                                .drop_count = removal->drop_count,
                                .arena = BY_ARENA_INIT};
    char own[65];

    by_hex(by_id_bytes(&node->organisation), own);
    if (changing.organisation == NULL)
        changing.organisation = own;
    return run(node, &changing, out, error);
}
