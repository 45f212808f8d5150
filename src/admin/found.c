#include "admin/found.h"

#include <string.h>

#include "core/append.h"
#include "core/keys.h"
#include "core/local.h"
#include "core/making.h"
#include "core/profile.h"
#include "core/settle.h"
#include "live/addresses.h"
#include "member/invitation.h"

/* Everything that the first transaction of a home writes. */
struct founding {
    struct by_device_seeds seeds;
    struct by_key_bytes key_file; /* made of them */
    struct by_seed root_seed;
    struct by_signing_key root;
    struct by_certificate certificate;
    struct by_act act;
    struct by_id invite; /* the join's parent */
    struct by_id network;
    const uint8_t *join_key;                /* 32 bytes; NULL when founding */
    const struct by_invitation *invitation; /* NULL when founding */
};

static void draw_keys(struct founding *founding)
{
    by_os_random(&founding->root_seed, sizeof founding->root_seed);
    by_os_random(&founding->seeds, sizeof founding->seeds);
    by_signing_key_from_seed(&founding->root_seed, &founding->root);
}

/* In memory that is locked: it waits while a passphrase is asked for. NULL when memory ran out. */
static struct founding *new_founding(enum by_kind kind)
{
    struct founding *founding =
        by_crypto_start() == BANYAN_OK ? by_secret_new(sizeof *founding) : NULL;

    if (founding != NULL) {
        founding->act.kind = kind;
        draw_keys(founding);
    }
    return founding;
}

/* network is zero for a founder, whose certificate lies inside the genesis that names the network.
 */
static void certify(struct founding *founding, const struct by_node *node)
{
    founding->certificate.device = node->device.public_key;
    founding->certificate.transport = node->transport.public_key;
    by_certificate_sign(&founding->certificate, &founding->root, &founding->network);
}

static enum banyan_status put_identity(struct by_append *append)
{
    uint8_t identity[64];

    memcpy(identity, append->node->network.bytes, 32);
    memcpy(identity + 32, append->node->organisation.bytes, 32);
    return by_store_local_put(append->txn, BY_LOCAL_HOME, by_bytes_of(identity, sizeof identity));
}

/* Who answers the newcomer, and where. An address that nobody can be at is left out: the code may
 * come from a program that knows other forms. */
static enum banyan_status put_inviter(struct by_store_txn *txn, const struct by_invitation *from)
{
    enum banyan_status status =
        by_store_local_put(txn, BY_LOCAL_INVITER, by_id_bytes(&from->transport));

    for (size_t i = from->address_count; status == BANYAN_OK && i-- > 0;) {
        const struct by_address address = {.transport = from->transport,
                                           .source = BY_ADDRESS_OF_INVITATION,
                                           .learnt_ms = by_os_wall_ms(),
                                           .text = from->addresses[i]};
        if (by_address_check(address.text, NULL) == BANYAN_OK)
            status = by_addresses_put(txn, &address);
    }
    return status;
}

/* The key file is written while the store is locked, so that of two who found at once in one place
 * the second sees the first's home; without the commit it is no home, and the next one replaces it.
 */
static enum banyan_status write_home(void *context, struct by_append *append)
{
    struct founding *founding = context;
    struct by_node *node = append->node;
    struct by_act_links links = {.parents = &founding->invite,
                                 .parent_count = founding->join_key == NULL ? 0 : 1};
    struct by_bytes held;
    struct by_id act_id;

    enum banyan_status status = by_store_local_get(append->txn, BY_LOCAL_HOME, &held);
    if (status == BANYAN_OK)
        return by_fail(append->error, BANYAN_ERR_EXISTS, "there is a home in %s already",
                       node->home);
    if (status == BANYAN_ERR_NOT_FOUND)
        status = by_home_key_replace(node->home,
                                     by_bytes_of(founding->key_file.data, founding->key_file.size),
                                     append->error);
    if (status == BANYAN_OK)
        status = by_append_act_after(append, &founding->act, &links, &act_id);
    if (status != BANYAN_OK)
        return status;
    node->network = founding->join_key == NULL ? act_id : founding->network;
    status = put_identity(append);
    if (status == BANYAN_OK && founding->join_key != NULL)
        status =
            by_store_local_put(append->txn, BY_LOCAL_JOIN_KEY, by_bytes_of(founding->join_key, 32));
    if (status == BANYAN_OK && founding->invitation != NULL)
        status = put_inviter(append->txn, founding->invitation);
    return status;
}

static enum banyan_status append_recovery(const struct founding *founding, struct by_buffer *out)
{
    char text[BY_RECOVERY_TEXT_BYTES];

    by_recovery_encode(&founding->root_seed, text);
    enum banyan_status status = by_buffer_append_bytes(out, by_bytes_of_text(text));
    by_secret_wipe(text, sizeof text);
    return status;
}

/* What follows from the first act at once: the founder's own record. The home is complete already,
 * so what fails here is made good before the first bundle. */
static void settle_new_home(const char *home, const struct by_device_seeds *seeds)
{
    struct by_node *node;

    if (by_node_open(home, &node, NULL) != BANYAN_OK)
        return;
    by_keys_take(node, seeds);
    (void)!by_settle(node, NULL, NULL);
    by_node_close(node);
}

enum banyan_status by_found(const char *home, const char *const *network_names,
                            size_t network_name_count, const struct banyan_profile *profile,
                            struct by_buffer *out_recovery, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct founding *founding = new_founding(BY_KIND_GENESIS);
    struct by_founder founder = {.device_count = 1};
    struct by_act *genesis = NULL;
    struct by_making making = {0};
    struct by_node *node = NULL;

    if (founding == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    genesis = &founding->act;
    founder.devices = &founding->certificate;
    enum banyan_status status = by_network_names_parse(network_names, network_name_count, &arena,
                                                       &genesis->genesis.names, error);
    if (status == BANYAN_OK)
        status = by_profile_parse(profile, &arena, &founder.profile, error);
    if (status == BANYAN_OK)
        status = by_types_compact(&arena, &genesis->genesis.types);
    if (status == BANYAN_OK)
        status = by_making_begin(home, &making, error);
    if (status == BANYAN_OK)
        status = by_keys_encode(&founding->seeds, &profile->lock, &founding->key_file, error);
    if (status == BANYAN_OK)
        status = by_node_make(home, &founding->seeds, &node, error);
    if (status != BANYAN_OK)
        goto out;
    founder.profile.id = node->organisation = founding->root.public_key;
    certify(founding, node);
    genesis->genesis.founders = &founder;
    genesis->genesis.founder_count = 1;
    genesis->genesis.level = BY_ACT_LEVEL;
    status = by_append_run(node, write_home, founding, error);
    if (status == BANYAN_OK)
        status = append_recovery(founding, out_recovery);
out:
    by_node_close(node);
    by_making_end(&making);
    if (status == BANYAN_OK)
        settle_new_home(home, &founding->seeds);
    by_secret_free(founding);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_join(const char *home, const char *code, const struct banyan_profile *profile,
                           struct by_buffer *out_recovery, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct founding *founding = new_founding(BY_KIND_JOIN);
    struct by_act *join = NULL;
    struct by_invitation invitation;
    struct by_signing_key invite_key;
    uint8_t join_key[32];
    struct by_making making = {0};
    struct by_node *node = NULL;

    if (founding == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    join = &founding->act;
    enum banyan_status status =
        by_invitation_find(by_bytes_of_text(code), &arena, &invitation, error);
    if (status == BANYAN_OK)
        status = by_profile_parse(profile, &arena, &join->join.profile, error);
    if (status == BANYAN_OK)
        status = by_making_begin(home, &making, error);
    if (status == BANYAN_OK)
        status = by_keys_encode(&founding->seeds, &profile->lock, &founding->key_file, error);
    if (status == BANYAN_OK)
        status = by_node_make(home, &founding->seeds, &node, error);
    if (status != BANYAN_OK)
        goto out;
    by_invite_derive(invitation.seed, &invite_key, join_key);
    founding->network = node->network = invitation.network;
    founding->invite = join->join.invite = invitation.invite;
    founding->join_key = join_key;
    founding->invitation = &invitation;
    join->join.profile.id = node->organisation = founding->root.public_key;
    certify(founding, node);
    join->join.certificate = founding->certificate;
    by_join_prove(join, &invite_key, &founding->network);
    status = by_append_run(node, write_home, founding, error);
    if (status == BANYAN_OK)
        status = append_recovery(founding, out_recovery);
out:
    by_node_close(node);
    by_making_end(&making);
    by_secret_free(founding);
    by_secret_wipe(&invite_key, sizeof invite_key);
    by_secret_wipe(join_key, sizeof join_key);
    by_secret_wipe(&invitation, sizeof invitation);
    by_arena_deinit(&arena);
    return status;
}
