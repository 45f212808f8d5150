#include "admin/rotate.h"

#include <string.h>

#include "admin/cut.h"
#include "admin/motion.h"
#include "admin/recover.h"
#include "base/base32.h"
#include "core/answer.h"
#include "core/append.h"
#include "core/organisations.h"
#include "member/invitation.h"

struct rotating {
    const struct banyan_rotation *wish;
    struct by_signing_key old_root; /* all zero without a recovery code */
    struct by_seed seed;            /* of the new key, where it is made here */
    struct by_id key;               /* the new one */
    struct by_id organisation;
    struct by_arena arena; /* emptied when the transaction runs again */
    struct by_id act;      /* zero: nothing was logged */
    bool is_vote;
};

/* A new key as people hand it on: 52 letters and digits in base 32, or 64 in hex. */
static enum banyan_status
parse_key(const char *text, struct by_id *out_key, struct banyan_error *error)
{
    uint8_t bytes[sizeof out_key->bytes + 1];
    struct by_buffer out = {.data = bytes, .capacity = sizeof bytes, .size_max = sizeof *out_key};

    if (by_base32_decode(by_bytes_of_text(text), &out) != BANYAN_OK || out.size != sizeof *out_key)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "'%s' is no key: it is what banyan key rotate --lost showed them", text);
    memcpy(out_key->bytes, bytes, sizeof out_key->bytes);
    return BANYAN_OK;
}

static const struct by_charter_motion *
find_motion(const struct rotating *rotating, const struct by_node *node)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&motions[i].organisation, &rotating->organisation) &&
            by_id_equal(&motions[i].key, &rotating->key))
            return &motions[i];
    return NULL;
}

/* What the old key signed and is known here stays: the organisation's acts up to now. */
static enum banyan_status log_key(struct rotating *rotating, struct by_append *append)
{
    const struct by_cut_wish wish = {.organisation = &rotating->organisation};
    struct by_act act = {.kind = BY_KIND_LOWER,
                         .lower = {.organisation = rotating->organisation,
                                   .role = BY_ROLE_COORDINATOR,
                                   .has_key = true,
                                   .key = rotating->key}};
    size_t left_out = 0;
    enum banyan_status status = by_cut_gather(append->node, append->txn, &wish, &rotating->arena,
                                              &act.lower.cut, &left_out, append->error);

    act.lower.cut.tip_count = 0;
    if (status == BANYAN_OK && rotating->wish->recovery_code != NULL)
        by_revocation_sign(&act, &rotating->old_root, &append->node->network);
    return status == BANYAN_OK ? by_append_act(append, &act, &rotating->act) : status;
}

static enum banyan_status
check_own(const struct rotating *rotating, const struct by_node *node, struct banyan_error *error)
{
    const struct by_charter_org *own = by_charter_org_find(node->charter, &node->organisation);

    if (own == NULL || own->role == BY_ROLE_NONE)
        return by_fail(error, BANYAN_ERR_NOT_MEMBER,
                       "this organisation is not a member of the network");
    if (rotating->wish->recovery_code != NULL &&
        !by_id_equal(&own->root, &rotating->old_root.public_key))
        return by_fail(error, BANYAN_ERR_DENIED,
                       "this is not the recovery code of your organisation");
    return BANYAN_OK;
}

static enum banyan_status rotate_own(struct rotating *rotating, struct by_append *append)
{
    enum banyan_status status = check_own(rotating, append->node, append->error);

    rotating->organisation = append->node->organisation;
    /* Without the code a coordinator asks the others, and a member asks a coordinator. */
    if (status != BANYAN_OK || (rotating->wish->recovery_code == NULL &&
                                by_node_role(append->node) != BY_ROLE_COORDINATOR))
        return status;
    return log_key(rotating, append);
}

static enum banyan_status rotate_other(struct rotating *rotating, struct by_append *append)
{
    const struct by_charter_org *org = NULL;
    const struct by_charter_motion *motion = NULL;
    enum banyan_status status =
        by_organisation_find(append->node, rotating->wish->organisation, &org, append->error);

    if (status != BANYAN_OK)
        return status;
    rotating->organisation = org->profile.id;
    if (by_node_role(append->node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "only coordinators give an organisation a new key: ask one of them");
    if (by_id_equal(&org->root, &rotating->key))
        return BANYAN_OK;
    motion = find_motion(rotating, append->node);
    if (motion == NULL)
        return log_key(rotating, append);
    const struct by_act act = {.kind = BY_KIND_APPROVE, .approve.act = motion->act};
    rotating->act = motion->act;
    rotating->is_vote = by_motion_is_for(motion, &append->node->organisation);
    return rotating->is_vote ? by_append_act(append, &act, NULL) : BANYAN_OK;
}

static enum banyan_status rotate(void *context, struct by_append *append)
{
    struct rotating *rotating = context;

    by_arena_reset(&rotating->arena);
    memset(&rotating->act, 0, sizeof rotating->act);
    rotating->is_vote = false;
    enum banyan_status status = by_node_may_act(append->node, append->error);
    if (status != BANYAN_OK)
        return status;
    return rotating->wish->organisation == NULL ? rotate_own(rotating, append)
                                                : rotate_other(rotating, append);
}

/* A process can end at any moment: the new code is with people before the old one falls. */
static enum banyan_status
hand_over(const struct rotating *rotating, struct by_node *node, struct banyan_error *error)
{
    const struct banyan_rotation *wish = rotating->wish;
    char *code = NULL;
    enum banyan_status status;

    if (wish->organisation != NULL || wish->keep == NULL)
        return BANYAN_OK;
    status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = check_own(rotating, node, error);
    if (status != BANYAN_OK)
        return status;
    code = by_secret_new(BY_RECOVERY_TEXT_BYTES);
    if (code == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    by_recovery_encode(&rotating->seed, code);
    status = wish->keep(wish->keep_context, code);
    by_secret_free(code);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

/* -- the answer -- */

static const char *outcome_of(const struct by_node *node, const struct rotating *rotating)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &rotating->organisation);

    if (by_id_equal(&org->root, &rotating->key))
        return by_id_is_zero(&rotating->act) ? "unchanged" : "rotated";
    if (by_id_is_zero(&rotating->act))
        return "wanted";
    if (by_motion_find(node, &rotating->act) == NULL)
        return "without effect";
    return rotating->is_vote ? "approved" : "asked";
}

static void write_secret(struct by_json *json, const struct rotating *rotating)
{
    char code[BY_RECOVERY_TEXT_BYTES];

    by_json_key(json, "recovery_code");
    if (rotating->wish->organisation != NULL) {
        by_json_null(json);
        return;
    }
    by_recovery_encode(&rotating->seed, code);
    by_json_literal(json, code);
    by_secret_wipe(code, sizeof code);
}

static enum banyan_status answer(const struct by_node *node, const struct rotating *rotating,
                                 struct by_buffer *out, struct banyan_error *error)
{
    char key[BY_BASE32_TEXT_BYTES(sizeof rotating->key.bytes)];
    struct by_json json;

    by_base32_encode(by_id_bytes(&rotating->key), key);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "organisation");
    by_json_organisation(&json, node, &rotating->organisation);
    by_json_key(&json, "outcome");
    by_json_literal(&json, outcome_of(node, rotating));
    by_json_key(&json, "key");
    by_json_literal(&json, key);
    write_secret(&json, rotating);
    by_json_motion_stand(&json, node, &rotating->act);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_key_rotate(struct by_node *node, const struct banyan_rotation *rotation,
                                 struct by_buffer *out, struct banyan_error *error)
{
    struct rotating *rotating = by_secret_new(sizeof *rotating);
    struct by_signing_key fresh;
    enum banyan_status status = BANYAN_OK;

    if (rotating == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    rotating->wish = rotation;
    rotating->arena = (struct by_arena)BY_ARENA_INIT;
    by_os_random(&rotating->seed, sizeof rotating->seed);
    by_signing_key_from_seed(&rotating->seed, &fresh);
    rotating->key = fresh.public_key;
    by_secret_wipe(&fresh, sizeof fresh);
    if (rotation->organisation != NULL)
        status = parse_key(rotation->key, &rotating->key, error);
    if (status == BANYAN_OK && rotation->recovery_code != NULL)
        status = by_recovery_read(rotation->recovery_code, &rotating->old_root, error);
    if (status == BANYAN_OK)
        status = hand_over(rotating, node, error);
    if (status == BANYAN_OK)
        status = by_append_run(node, rotate, rotating, error);
    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = answer(node, rotating, out, error);
    by_arena_deinit(&rotating->arena);
    by_secret_free(rotating);
    return status;
}
