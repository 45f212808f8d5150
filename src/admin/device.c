#include "admin/device.h"

#include <string.h>

#include "admin/cut.h"
#include "admin/motion.h"
#include "admin/recover.h"
#include "core/act_name.h"
#include "core/answer.h"
#include "core/append.h"
#include "core/held.h"
#include "core/profile.h"

const struct by_charter_org *
by_device_org_of_root(const struct by_node *node, const struct by_id *root)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&orgs[i].root, root))
            return &orgs[i];
    return NULL;
}

void by_device_certify(const struct by_node *node, const struct by_signing_key *root,
                       struct by_act *out_act)
{
    out_act->device.organisation = node->organisation;
    out_act->device.certificate.device = node->device.public_key;
    out_act->device.certificate.transport = node->transport.public_key;
    by_certificate_sign_for(&out_act->device.certificate, &node->organisation, root,
                            &node->network);
    if (!by_id_equal(&root->public_key, &node->organisation))
        out_act->device.signer = root->public_key;
}

/* -- telling -- */

static void write_device(struct by_json *json, const struct by_node *node,
                         const struct by_charter_device *device)
{
    const struct by_id *id = &device->certificate.device;

    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(id));
    by_json_key(json, "short");
    by_json_act_name(json, id);
    by_json_key(json, "name");
    by_json_text(json, device->name);
    by_json_key(json, "organisation");
    by_json_organisation(json, node, &device->organisation);
    by_json_key(json, "self");
    by_json_bool(json, by_id_equal(id, &node->device.public_key));
    by_json_key(json, "since");
    by_json_stamp(json, device->since_hlc);
    by_json_key(json, "revoked");
    by_json_stamp(json, device->revoked_hlc);
    by_json_object_end(json);
}

void by_json_devices(struct by_json *json, const struct by_node *node,
                     const struct by_id *organisation)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);

    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        if (by_id_is_zero(organisation) || by_id_equal(&devices[i].organisation, organisation))
            write_device(json, node, &devices[i]);
    by_json_array_end(json);
}

enum banyan_status
by_device_list(struct by_node *node, bool of_all, struct by_buffer *out, struct banyan_error *error)
{
    static const struct by_id all;
    struct by_json json;
    enum banyan_status status = by_node_refresh(node, error);

    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_devices(&json, node, of_all ? &all : &node->organisation);
    return by_json_done(&json, error);
}

/* -- naming -- */

struct naming {
    struct by_bytes name;
};

static enum banyan_status rename_own(void *context, struct by_append *append)
{
    const struct naming *naming = context;
    const struct by_charter_device *own =
        by_charter_device_find(append->node->charter, &append->node->device.public_key);
    struct by_act act = {
        .kind = BY_KIND_DEVICE,
        .device = {.organisation = append->node->organisation, .name = naming->name}};
    enum banyan_status status = by_node_may_act(append->node, append->error);

    if (status != BANYAN_OK)
        return status;
    if (own == NULL)
        return by_fail(append->error, BANYAN_ERR_NOT_MEMBER,
                       "this device is none of the network: nobody would see its name");
    if (by_bytes_equal(own->name, naming->name))
        return BANYAN_OK;
    act.device.certificate = own->certificate;
    act.device.signer = own->signer;
    return by_append_act(append, &act, NULL);
}

enum banyan_status by_device_rename(struct by_node *node, const char *name, struct by_buffer *out,
                                    struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct naming naming = {{NULL, 0}};
    enum banyan_status status =
        by_line_parse(N_("the name of the device"), by_bytes_of_text(name),
                      BY_DEVICE_NAME_BYTES_MAX, &arena, &naming.name, error);

    if (status == BANYAN_OK && naming.name.size == 0)
        status = by_fail(error, BANYAN_ERR_INVALID, "a device has a name of at least one letter");
    if (status == BANYAN_OK)
        status = by_append_run(node, rename_own, &naming, error);
    if (status == BANYAN_OK)
        status = by_device_list(node, false, out, error);
    by_arena_deinit(&arena);
    return status;
}

/* -- revoking -- */

struct revoking {
    const struct banyan_revocation *wish;
    struct by_signing_key root; /* all zero without a recovery code */
    struct by_arena arena;      /* emptied when the transaction runs again */
    struct by_id device, organisation;
    struct by_id act;
    bool was_revoked;
    bool is_vote;
};

static bool is_called(const struct by_charter_device *device, const char *word)
{
    return by_act_is_named(&device->certificate.device, word) ||
           (device->name.size > 0 && by_bytes_equal(device->name, by_bytes_of_text(word)));
}

/* By its name among the own ones, else by its id among all. */
static enum banyan_status find_device(const struct by_node *node, const char *word,
                                      const struct by_charter_device **out_device,
                                      struct banyan_error *error)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);
    const struct by_charter_device *found = NULL;

    for (int own = 1; own >= 0 && found == NULL; own--)
        for (size_t i = 0; i < count; i++) {
            bool is_own = by_id_equal(&devices[i].organisation, &node->organisation);

            if (is_own != (own == 1) || !is_called(&devices[i], word))
                continue;
            if (found != NULL)
                return by_fail(error, BANYAN_ERR_INVALID,
                               "several devices are called '%s': give more of the id that banyan "
                               "device list --all shows",
                               word);
            found = &devices[i];
        }
    if (found == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no device is called '%s': banyan device list --all shows them", word);
    *out_device = found;
    return BANYAN_OK;
}

static enum banyan_status check_may_revoke(const struct revoking *revoking,
                                           const struct by_node *node, struct banyan_error *error)
{
    bool is_own = by_id_equal(&revoking->organisation, &node->organisation);
    bool has_code = revoking->wish->recovery_code != NULL;

    if (by_id_equal(&revoking->device, &node->device.public_key))
        return by_fail(error, BANYAN_ERR_USAGE,
                       "this is the device at hand: revoke it from another one of yours, or leave "
                       "the network with banyan remove --leave");
    if (has_code && by_device_org_of_root(node, &revoking->root.public_key) !=
                        by_charter_org_find(node->charter, &node->organisation))
        return by_fail(error, BANYAN_ERR_DENIED,
                       "this is not the recovery code of your organisation");
    if (by_node_role(node) == BY_ROLE_COORDINATOR)
        return BANYAN_OK;
    if (!is_own)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "only coordinators revoke the devices of other organisations");
    if (!has_code)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "to revoke a device takes your organisation's recovery code (--recovery "
                       "FILE, or - to type it), or a coordinator");
    return BANYAN_OK;
}

static const struct by_charter_motion *
find_motion(const struct revoking *revoking, const struct by_node *node)
{
    size_t count;
    const struct by_charter_motion *motions = by_charter_motions(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (motions[i].kind == BY_KIND_LOWER && by_id_equal(&motions[i].device, &revoking->device))
            return &motions[i];
    return NULL;
}

static enum banyan_status lower_device(struct revoking *revoking, struct by_append *append)
{
    const struct by_cut_wish wish = {.organisation = &revoking->organisation,
                                     .device = &revoking->device,
                                     .keep = revoking->wish->keep,
                                     .keep_count = revoking->wish->keep_count,
                                     .drop = revoking->wish->drop,
                                     .drop_count = revoking->wish->drop_count};
    struct by_act act = {.kind = BY_KIND_LOWER,
                         .lower = {.is_device = true,
                                   .device = revoking->device,
                                   .role = BY_ROLE_NONE,
                                   .has_root = revoking->wish->recovery_code != NULL}};
    size_t left_out = 0;
    enum banyan_status status = by_cut_gather(append->node, append->txn, &wish, &revoking->arena,
                                              &act.lower.cut, &left_out, append->error);

    if (status != BANYAN_OK)
        return status;
    if (act.lower.has_root) {
        act.lower.organisation = revoking->organisation;
        by_revocation_sign(&act, &revoking->root, &append->node->network);
    }
    return by_append_act(append, &act, &revoking->act);
}

static enum banyan_status revoke(void *context, struct by_append *append)
{
    struct revoking *revoking = context;
    const struct by_charter_device *device = NULL;
    const struct by_charter_motion *motion = NULL;
    bool names_entries = revoking->wish->keep_count + revoking->wish->drop_count > 0;
    enum banyan_status status = by_node_may_act(append->node, append->error);

    if (status == BANYAN_OK)
        status = find_device(append->node, revoking->wish->device, &device, append->error);
    by_arena_reset(&revoking->arena);
    memset(&revoking->act, 0, sizeof revoking->act);
    revoking->is_vote = false;
    if (status != BANYAN_OK)
        return status;
    revoking->device = device->certificate.device;
    revoking->organisation = device->organisation;
    revoking->was_revoked = device->is_revoked;
    status = check_may_revoke(revoking, append->node, append->error);
    /* Of one that was revoked more can be taken back: what a thief wrote is often seen later. */
    if (status != BANYAN_OK || (device->is_revoked && !names_entries))
        return status;
    motion = find_motion(revoking, append->node);
    if (motion == NULL || names_entries)
        return lower_device(revoking, append);
    const struct by_act act = {.kind = BY_KIND_APPROVE, .approve.act = motion->act};
    revoking->act = motion->act;
    revoking->is_vote = by_motion_is_for(motion, &append->node->organisation);
    return revoking->is_vote ? by_append_act(append, &act, NULL) : BANYAN_OK;
}

static const char *outcome_of(const struct by_node *node, const struct revoking *revoking)
{
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &revoking->device);

    if (by_id_is_zero(&revoking->act))
        return "unchanged";
    if (device->is_revoked)
        return "revoked";
    if (by_motion_find(node, &revoking->act) == NULL)
        return "without effect";
    return revoking->is_vote ? "approved" : "asked";
}

static enum banyan_status answer_revoke(const struct by_node *node, const struct revoking *revoking,
                                        struct by_buffer *out, struct banyan_error *error)
{
    uint64_t held = 0;
    struct by_json json;
    enum banyan_status status = by_held_count(node, &revoking->organisation, &held, error);

    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "device");
    write_device(&json, node, by_charter_device_find(node->charter, &revoking->device));
    by_json_key(&json, "outcome");
    by_json_literal(&json, outcome_of(node, revoking));
    by_json_motion_stand(&json, node, &revoking->act);
    by_json_key(&json, "held");
    by_json_int(&json, (int64_t)held);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_device_revoke(struct by_node *node,
                                    const struct banyan_revocation *revocation,
                                    struct by_buffer *out, struct banyan_error *error)
{
    struct revoking revoking = {.wish = revocation, .arena = BY_ARENA_INIT};
    enum banyan_status status = BANYAN_OK;

    if (revocation->recovery_code != NULL)
        status = by_recovery_read(revocation->recovery_code, &revoking.root, error);
    if (status == BANYAN_OK)
        status = by_append_run(node, revoke, &revoking, error);
    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = answer_revoke(node, &revoking, out, error);
    by_arena_deinit(&revoking.arena);
    by_secret_wipe(&revoking.root, sizeof revoking.root);
    return status;
}
