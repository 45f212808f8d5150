#include "admin/recover.h"

#include <string.h>

#include "admin/device.h"
#include "bundle/apply.h"
#include "bundle/read.h"
#include "core/answer.h"
#include "core/append.h"
#include "core/local.h"
#include "core/making.h"
#include "core/profile.h"
#include "core/settle.h"
#include "member/invitation.h"

struct recovering {
    const struct by_new_device *device;
    struct by_act act; /* by which it introduces itself */
};

enum banyan_status
by_recovery_read(const char *code, struct by_signing_key *out_root, struct banyan_error *error)
{
    struct by_seed seed;
    enum banyan_status status = by_recovery_decode(by_bytes_of_text(code), &seed);

    if (status == BANYAN_OK)
        by_signing_key_from_seed(&seed, out_root);
    by_secret_wipe(&seed, sizeof seed);
    if (status == BANYAN_ERR_TRUNCATED)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "the recovery code is too short: it has 8 groups of 7 letters and digits");
    if (status == BANYAN_ERR_TOO_LARGE)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "the recovery code is too long: it has 8 groups of 7 letters and digits");
    if (status != BANYAN_OK)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "a letter or digit of the recovery code is mistyped");
    return BANYAN_OK;
}

/* -- what the bundle says -- */

static enum banyan_status
learn_network(struct by_node *node, const char *path, struct banyan_error *error)
{
    struct by_os_input *input = NULL;
    struct by_bundle_manifest manifest;
    enum banyan_status status = by_os_input_open(path, &input, error);

    if (status != BANYAN_OK)
        return status;
    status = by_bundle_peek(&node->transport, input, &manifest, error);
    by_os_input_close(input);
    if (status == BANYAN_ERR_NOT_FOR_US)
        return by_fail(error, status,
                       "%s is not for the organisation of this recovery code: check the code, and "
                       "ask any member for a bundle that is for all",
                       path);
    if (status == BANYAN_OK)
        node->network = manifest.network;
    return by_bundle_refuse(NULL, path, status, error);
}

static enum banyan_status
take_bundle(struct by_node *node, const char *path, struct banyan_error *error)
{
    struct by_buffer ignored = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);
    enum banyan_status status = by_bundle_apply(node, path, &ignored, error);

    by_buffer_deinit(&ignored);
    return status;
}

/* -- the device -- */

enum banyan_status
by_new_device_organisation(const struct by_new_device *device, const struct by_node *node,
                           const struct by_charter_org **out_org, struct banyan_error *error)
{
    const struct by_charter_org *org = by_device_org_of_root(node, &device->root.public_key);

    if (org == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "the network of this file knows no organisation with this recovery code");
    if (org->role == BY_ROLE_NONE)
        return by_fail(error, BANYAN_ERR_NOT_MEMBER, "%.*s is no longer a member of the network",
                       (int)org->profile.name.size, (const char *)org->profile.name.data);
    *out_org = org;
    return BANYAN_OK;
}

static enum banyan_status write_home(void *context, struct by_append *append)
{
    struct recovering *recovering = context;
    const struct by_node *node = append->node;
    uint8_t identity[64];
    struct by_bytes held;
    enum banyan_status status = by_store_local_get(append->txn, BY_LOCAL_HOME, &held);

    if (status == BANYAN_OK)
        return by_fail(append->error, BANYAN_ERR_EXISTS, "there is a home in %s already",
                       node->home);
    if (status == BANYAN_ERR_NOT_FOUND)
        status = by_home_key_replace(
            node->home,
            by_bytes_of(recovering->device->key_file.data, recovering->device->key_file.size),
            append->error);
    if (status == BANYAN_OK)
        status = by_append_act(append, &recovering->act, NULL);
    memcpy(identity, node->network.bytes, 32);
    memcpy(identity + 32, node->organisation.bytes, 32);
    if (status == BANYAN_OK)
        status =
            by_store_local_put(append->txn, BY_LOCAL_HOME, by_bytes_of(identity, sizeof identity));
    return status;
}

enum banyan_status by_recover_device(struct by_node *node, const struct by_new_device *device,
                                     struct banyan_error *error)
{
    struct recovering recovering = {.device = device, .act.kind = BY_KIND_DEVICE};
    const struct by_charter_org *org = NULL;
    enum banyan_status status = by_new_device_organisation(device, node, &org, error);

    if (status != BANYAN_OK)
        return status;
    node->organisation = org->profile.id;
    recovering.act.device.name = device->name;
    by_device_certify(node, &device->root, &recovering.act);
    return by_append_run(node, write_home, &recovering, error);
}

/* The bundle was made for the root key; from here on the device has one of its own. */
static enum banyan_status make_device(const struct by_new_device *device, struct by_node *node,
                                      const char *path, struct banyan_error *error)
{
    struct by_box_key own = node->transport;
    enum banyan_status status = BANYAN_OK;

    by_box_key_of_signing_key(&device->root, &node->transport);
    status = learn_network(node, path, error);
    if (status == BANYAN_OK)
        status = take_bundle(node, path, error);
    node->transport = own;
    by_secret_wipe(&own, sizeof own);
    return status == BANYAN_OK ? by_recover_device(node, device, error) : status;
}

void by_json_recovered(struct by_json *json, const struct by_node *node)
{
    by_json_key(json, "home");
    by_json_literal(json, node->home);
    by_json_key(json, "organisation");
    by_json_organisation(json, node, &node->organisation);
    by_json_key(json, "role");
    by_json_literal(json, by_role_name(by_node_role(node)));
    by_json_key(json, "devices");
    by_json_devices(json, node, &node->organisation);
}

static enum banyan_status write_answer(const char *home, const struct by_device_seeds *seeds,
                                       struct by_buffer *out, struct banyan_error *error)
{
    struct by_node *node = NULL;
    struct by_json json;
    enum banyan_status status = by_node_open(home, &node, error);

    if (status != BANYAN_OK)
        return status;
    by_keys_take(node, seeds);
    (void)!by_settle(node, NULL, NULL);
    status = by_node_refresh(node, error);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_recovered(&json, node);
    by_json_object_end(&json);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
    by_node_close(node);
    return status;
}

enum banyan_status by_new_device_init(struct by_new_device *out_device, const char *code,
                                      const char *name_or_null, struct by_arena *arena,
                                      struct banyan_error *error)
{
    enum banyan_status status = by_recovery_read(code, &out_device->root, error);

    by_os_random(&out_device->seeds, sizeof out_device->seeds);
    out_device->name = by_bytes_of(NULL, 0);
    if (status == BANYAN_OK && name_or_null != NULL)
        status = by_line_parse(N_("the name of the device"), by_bytes_of_text(name_or_null),
                               BY_DEVICE_NAME_BYTES_MAX, arena, &out_device->name, error);
    return status;
}

enum banyan_status by_new_device_lock(struct by_new_device *device,
                                      const struct banyan_passphrase *lock,
                                      struct banyan_error *error)
{
    return by_keys_encode(&device->seeds, lock, &device->key_file, error);
}

enum banyan_status by_recover(const char *home, const struct banyan_recovery *recovery,
                              struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_new_device *device =
        by_crypto_start() == BANYAN_OK ? by_secret_new(sizeof *device) : NULL;
    struct by_making making = {0};
    struct by_node *node = NULL;
    enum banyan_status status = BANYAN_OK;

    if (device == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_new_device_init(device, recovery->code, recovery->device_name, &arena, error);
    if (status == BANYAN_OK)
        status = by_making_begin(home, &making, error);
    if (status == BANYAN_OK)
        status = by_new_device_lock(device, &recovery->lock, error);
    if (status == BANYAN_OK)
        status = by_node_make(home, &device->seeds, &node, error);
    if (status == BANYAN_OK)
        status = make_device(device, node, recovery->bundle, error);
    by_node_close(node);
    by_making_end(&making);
    if (status == BANYAN_OK)
        status = write_answer(home, &device->seeds, out, error);
    by_secret_free(device);
    by_arena_deinit(&arena);
    return status;
}
