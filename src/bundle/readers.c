#include "bundle/readers.h"

#include <string.h>

#include "core/local.h"
#include "core/organisations.h"

static enum banyan_status add_organisation(struct by_bundle_readers *readers,
                                           const struct by_charter_org *org,
                                           struct banyan_error *error)
{
    for (size_t i = 0; i < readers->organisation_count; i++)
        if (by_id_equal(&readers->organisations[i], &org->profile.id))
            return BANYAN_OK;
    if (readers->organisation_count == BY_BUNDLE_READERS_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE,
                       "a bundle is for at most %u devices: name fewer organisations",
                       BY_BUNDLE_READERS_MAX);
    readers->organisations[readers->organisation_count++] = org->profile.id;
    return BANYAN_OK;
}

/* Who waits to be taken in, or is suspended, was not removed. */
static bool
find_removed(const struct by_node *node, const char *word, const struct by_charter_org **out_org)
{
    return by_organisation_find_any(node, word, out_org, NULL) == BANYAN_OK &&
           (*out_org)->role == BY_ROLE_NONE && (*out_org)->lowered_hlc != 0 &&
           !(*out_org)->is_suspended;
}

static enum banyan_status
choose_organisations(const struct by_node *node, const struct banyan_bundle *bundle,
                     struct by_bundle_readers *readers, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);
    const struct by_charter_org *org = NULL;

    if (bundle->reader_count == 1 && find_removed(node, bundle->readers[0], &org)) {
        readers->is_farewell = true;
        return add_organisation(readers, org, error);
    }
    for (size_t i = 0; i < bundle->reader_count && status == BANYAN_OK; i++) {
        status = by_organisation_find(node, bundle->readers[i], &org, error);
        if (status == BANYAN_OK)
            status = add_organisation(readers, org, error);
    }
    for (size_t i = 0; bundle->reader_count == 0 && i < count && status == BANYAN_OK; i++)
        if (orgs[i].role != BY_ROLE_NONE)
            status = add_organisation(readers, &orgs[i], error);
    return status;
}

static bool is_chosen(const struct by_bundle_readers *readers, const struct by_id *organisation)
{
    for (size_t i = 0; i < readers->organisation_count; i++)
        if (by_id_equal(&readers->organisations[i], organisation))
            return true;
    return false;
}

static enum banyan_status add_devices(const struct by_node *node, struct by_bundle_readers *readers,
                                      struct banyan_error *error)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);

    for (size_t i = 0; i < count; i++) {
        const struct by_certificate *certificate = &devices[i].certificate;
        if (devices[i].is_revoked || !is_chosen(readers, &devices[i].organisation) ||
            by_id_equal(&certificate->device, &node->device.public_key))
            continue;
        if (readers->key_count == BY_BUNDLE_READERS_MAX)
            return by_fail(error, BANYAN_ERR_TOO_LARGE,
                           "a bundle is for at most %u devices: name fewer organisations",
                           BY_BUNDLE_READERS_MAX);
        struct by_bundle_reader_key *key = &readers->keys[readers->key_count++];
        key->kind = BY_BUNDLE_TO_DEVICE;
        memcpy(key->key, certificate->transport.bytes, sizeof key->key);
    }
    if (readers->key_count == 0)
        return by_fail(
            error, BANYAN_ERR_USAGE,
            "nobody but this device could read the bundle: apply the file of who wants to "
            "join (banyan invite invites), or name another reader");
    return BANYAN_OK;
}

/* Whoever has the recovery code of an organisation reads what its devices read, so that any bundle
 * brings back an organisation whose computers are lost (admin/recover.h). Where there is no room
 * for all, devices come before codes. */
static void add_roots(const struct by_node *node, struct by_bundle_readers *readers)
{
    for (size_t i = 0; i < readers->organisation_count; i++) {
        struct by_bundle_reader_key *key = &readers->keys[readers->key_count];
        const struct by_charter_org *org =
            by_charter_org_find(node->charter, &readers->organisations[i]);
        struct by_id box;

        if (readers->key_count == BY_BUNDLE_READERS_MAX)
            return;
        if (by_box_public_of_signing_public(&org->root, &box) != BANYAN_OK)
            continue;
        key->kind = BY_BUNDLE_TO_DEVICE;
        memcpy(key->key, box.bytes, sizeof key->key);
        readers->key_count++;
    }
}

static enum banyan_status read_join_key(void *context, struct by_store_txn *txn)
{
    struct by_bundle_reader_key *key = context;
    struct by_bytes value;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_JOIN_KEY, &value);

    if (status != BANYAN_OK)
        return status;
    if (value.size != sizeof key->key)
        return BANYAN_ERR_DAMAGED;
    key->kind = BY_BUNDLE_TO_INVITE;
    memcpy(key->key, value.data, sizeof key->key);
    return BANYAN_OK;
}

enum banyan_status by_bundle_readers_find(struct by_node *node, const struct banyan_bundle *bundle,
                                          struct by_arena *arena,
                                          struct by_bundle_readers *out_readers,
                                          struct banyan_error *error)
{
    memset(out_readers, 0, sizeof *out_readers);
    out_readers->keys = by_arena_array(arena, BY_BUNDLE_READERS_MAX, sizeof out_readers->keys[0]);
    out_readers->organisations =
        by_arena_array(arena, BY_BUNDLE_READERS_MAX, sizeof out_readers->organisations[0]);
    if (out_readers->keys == NULL || out_readers->organisations == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (by_node_role(node) == BY_ROLE_NONE) {
        enum banyan_status status =
            by_store_read(node->store, read_join_key, &out_readers->keys[0], error);
        out_readers->key_count = 1;
        if (status != BANYAN_ERR_NOT_FOUND)
            return status;
        /* It belonged once: whoever left tells the others so. What it says beside is theirs to
         * judge. */
        out_readers->key_count = 0;
    }
    enum banyan_status status = choose_organisations(node, bundle, out_readers, error);
    if (status == BANYAN_OK)
        status = add_devices(node, out_readers, error);
    if (status == BANYAN_OK)
        add_roots(node, out_readers);
    return status;
}
