#include "core/node.h"

#include <stdlib.h>
#include <string.h>

#include "core/acts.h"
#include "core/keys.h"
#include "core/local.h"
#include "record/types_join.h"

static enum banyan_status read_identity(void *context, struct by_store_txn *txn)
{
    struct by_node *node = context;
    struct by_bytes value;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_HOME, &value);

    if (status != BANYAN_OK)
        return status;
    if (value.size != 64)
        return BANYAN_ERR_DAMAGED;
    memcpy(node->network.bytes, value.data, 32);
    memcpy(node->organisation.bytes, value.data + 32, 32);
    return BANYAN_OK;
}

struct act_reading {
    struct by_act_list acts;
    uint64_t version;
    uint64_t known_version;
    uint64_t arrival; /* where to look for new ones from; then, where they end */
    bool is_needed;
    bool are_new_wanted; /* the new ones alone */
    bool are_all_new;    /* and they are in acts, all of them */
    bool is_damaged;
};

/* More new acts than that are taken in together. */
#define NEW_BLOCKS_MAX 32

/* The acts of the blocks that came since: BANYAN_ERR_TOO_LARGE for many, or damaged ones. */
static enum banyan_status read_new_acts(struct act_reading *reading, struct by_store_txn *txn)
{
    uint64_t end = by_store_next_arrival(txn);
    enum banyan_status status = BANYAN_OK;

    if (end - reading->arrival > NEW_BLOCKS_MAX || end < reading->arrival)
        return BANYAN_ERR_TOO_LARGE;
    for (uint64_t at = reading->arrival; at < end && status == BANYAN_OK;) {
        struct by_store_block block;

        status = by_store_block_from(txn, at, &block);
        if (status == BANYAN_ERR_NOT_FOUND)
            break;
        if (status != BANYAN_OK)
            return BANYAN_ERR_TOO_LARGE;
        at = block.arrival + 1;
        if (block.is_act_log)
            status = by_act_list_add_run(&reading->acts, &block.run);
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static enum banyan_status read_acts(void *context, struct by_store_txn *txn)
{
    struct act_reading *reading = context;
    enum banyan_status status = by_local_u64_get(txn, BY_LOCAL_ACTS, &reading->version);

    reading->is_needed = reading->is_needed || reading->version != reading->known_version;
    if (status == BANYAN_OK && !reading->is_needed)
        reading->arrival = by_store_next_arrival(txn);
    if (status != BANYAN_OK || !reading->is_needed)
        return status;
    reading->are_all_new = reading->are_new_wanted && read_new_acts(reading, txn) == BANYAN_OK;
    reading->arrival = by_store_next_arrival(txn);
    if (reading->are_all_new)
        return BANYAN_OK;
    by_act_list_deinit(&reading->acts);
    status = by_act_list_add_held(&reading->acts, txn);
    reading->is_damaged = status == BANYAN_ERR_DAMAGED;
    return reading->is_damaged ? BANYAN_OK : status;
}

/* Pointers into a registry may be in the hands of callers: it is kept until the node is closed.
 * There is one for every types act that took effect meanwhile. */
static enum banyan_status retire(struct by_node *node)
{
    struct by_registry **grown = NULL;

    if (node->registry == NULL)
        return BANYAN_OK;
    grown = reallocarray(node->retired, node->retired_count + 1, sizeof *grown);
    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    node->retired = grown;
    node->retired[node->retired_count++] = node->registry;
    node->registry = NULL;
    return BANYAN_OK;
}

/* Types change rarely: what is made of them is kept while they are the same. */
static enum banyan_status take_types(struct by_node *node, const struct by_charter *charter)
{
    struct by_type_set *types = NULL;
    struct by_registry *registry = NULL;
    struct by_id act;

    by_types_mark(charter, &act);
    if (node->registry != NULL && by_id_equal(&act, &node->types_act))
        return BANYAN_OK;
    enum banyan_status status = by_types_build(charter, &types, &registry);
    if (status == BANYAN_OK)
        status = retire(node);
    if (status != BANYAN_OK) {
        by_registry_free(registry);
        by_type_set_free(types);
        return status;
    }
    by_type_set_free(node->types);
    node->types = types;
    node->registry = registry;
    node->types_act = act;
    return BANYAN_OK;
}

static enum banyan_status take_acts(struct by_node *node, struct act_reading *reading)
{
    struct by_charter *charter = NULL;

    by_act_list_unite(&reading->acts);
    enum banyan_status status = by_charter_build_after(
        node->charter, &node->network, reading->acts.entries, reading->acts.count, &charter);
    if (status == BANYAN_OK)
        status = take_types(node, charter);
    if (status != BANYAN_OK) {
        by_charter_free(charter);
        return status;
    }
    by_charter_free(node->charter);
    node->charter = charter;
    node->act_version = reading->version;
    node->acts_are_damaged = reading->is_damaged;
    return BANYAN_OK;
}

/* One by one, as long as that is the ordinary case (member/charter.h). */
static enum banyan_status
add_acts(struct by_node *node, const struct act_reading *reading, bool *out_are_added)
{
    enum banyan_status status = BANYAN_OK;

    *out_are_added = true;
    for (size_t i = 0; i < reading->acts.count && *out_are_added && status == BANYAN_OK; i++)
        if (!by_charter_has(node->charter, &reading->acts.entries[i].id))
            status = by_charter_add(node->charter, &reading->acts.entries[i], out_are_added);
    if (status == BANYAN_OK && *out_are_added)
        node->act_version = reading->version;
    return status;
}

static enum banyan_status read_all(struct by_node *node, struct act_reading *reading)
{
    enum banyan_status status = BANYAN_OK;

    by_act_list_deinit(&reading->acts);
    reading->are_new_wanted = false;
    status = by_store_read(node->store, read_acts, reading, NULL);
    return status == BANYAN_OK ? take_acts(node, reading) : status;
}

/* Read the acts again when somebody added some: the new ones, where that is enough. */
static enum banyan_status follow_acts(struct by_node *node, struct banyan_error *error)
{
    uint64_t txn_number = by_store_last_txn(node->store);
    struct act_reading reading = {.known_version = node->act_version,
                                  .arrival = node->act_arrival,
                                  .is_needed = node->charter == NULL,
                                  .are_new_wanted =
                                      node->charter != NULL && !node->acts_are_damaged};

    if (node->charter != NULL && txn_number == node->seen_txn)
        return BANYAN_OK;
    enum banyan_status status = by_store_read(node->store, read_acts, &reading, error);
    if (status == BANYAN_OK && reading.is_needed) {
        bool are_added = false;

        if (reading.are_all_new)
            status = add_acts(node, &reading, &are_added);
        else
            status = take_acts(node, &reading);
        if (status == BANYAN_OK && reading.are_all_new && !are_added)
            status = read_all(node, &reading);
        if (status != BANYAN_OK)
            status = by_fail_plain(error, status);
    }
    if (status == BANYAN_OK) {
        node->seen_txn = txn_number;
        node->act_arrival = reading.arrival;
    }
    by_act_list_deinit(&reading.acts);
    return status;
}

/* What another member's key signs here would count nowhere. */
static enum banyan_status check_key(const struct by_node *node, struct banyan_error *error)
{
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &node->device.public_key);

    if (device == NULL || by_id_equal(&device->organisation, &node->organisation))
        return BANYAN_OK;
    return by_fail(
        error, BANYAN_ERR_DAMAGED,
        "device.key in %s is that of another member: put it back from a copy of the home",
        node->home);
}

static enum banyan_status open_parts(struct by_node *node, struct banyan_error *error)
{
    enum banyan_status status = by_home_check(node->home, error);

    if (status == BANYAN_OK)
        status = by_home_key_tidy(node->home, error);
    if (status == BANYAN_OK)
        status = by_home_store_open(node->home, false, &node->store, error);
    if (status == BANYAN_OK)
        status = by_home_private_open(node->home, &node->private_store, error);
    if (status == BANYAN_OK) {
        status = by_store_read(node->store, read_identity, node, error);
        if (status == BANYAN_ERR_NOT_FOUND)
            status = by_fail(error, status,
                             "the home in %s was never finished: run the same init or join again",
                             node->home);
    }
    if (status == BANYAN_OK)
        status = by_keys_read(node, error);
    if (status == BANYAN_OK)
        status = by_home_copy_identity(node->home, node->copy, error);
    if (status == BANYAN_OK)
        status = follow_acts(node, error);
    return status == BANYAN_OK ? check_key(node, error) : status;
}

static struct by_node *new_node(const char *home)
{
    struct by_node *node = by_crypto_start() == BANYAN_OK ? by_secret_new(sizeof *node) : NULL;

    if (node == NULL)
        return NULL;
    node->home = strdup(home);
    if (node->home != NULL)
        return node;
    by_secret_free(node);
    return NULL;
}

enum banyan_status
by_node_open(const char *home, struct by_node **out_node, struct banyan_error *error)
{
    struct by_node *node = new_node(home);

    if (node == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_crypto_start();
    status = status == BANYAN_OK ? open_parts(node, error) : by_fail_plain(error, status);
    if (status == BANYAN_OK)
        *out_node = node;
    else
        by_node_close(node);
    return status;
}

enum banyan_status by_node_make(const char *home, const struct by_device_seeds *seeds,
                                struct by_node **out_node, struct banyan_error *error)
{
    struct by_node *node = new_node(home);

    if (node == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_crypto_start();
    by_keys_take(node, seeds);
    status = status == BANYAN_OK ? by_home_prepare(home, error) : by_fail_plain(error, status);
    if (status == BANYAN_OK)
        status = by_home_check_unused(home, error);
    if (status == BANYAN_OK)
        status = by_home_store_open(home, true, &node->store, error);
    if (status == BANYAN_OK)
        status = by_home_private_open(home, &node->private_store, error);
    if (status == BANYAN_OK)
        status = by_home_copy_identity(home, node->copy, error);
    if (status == BANYAN_OK)
        *out_node = node;
    else
        by_node_close(node);
    return status;
}

enum banyan_status by_node_share(const struct by_node *node, struct by_node **out_node)
{
    struct by_node *shared = new_node(node->home);

    if (shared == NULL)
        return BANYAN_ERR_MEMORY;
    shared->is_shared = true;
    by_keys_share(shared, node);
    shared->network = node->network;
    shared->organisation = node->organisation;
    memcpy(shared->copy, node->copy, sizeof shared->copy);
    enum banyan_status status = by_store_share(node->store, &shared->store);
    if (status == BANYAN_OK)
        status = by_store_share(node->private_store, &shared->private_store);
    if (status == BANYAN_OK)
        status = follow_acts(shared, NULL);
    if (status == BANYAN_OK)
        *out_node = shared;
    else
        by_node_close(shared);
    return status;
}

void by_node_swap_acts(struct by_node *a, struct by_node *b)
{
    struct by_node was = *a;

    a->charter = b->charter;
    a->types = b->types;
    a->registry = b->registry;
    a->types_act = b->types_act;
    a->retired = b->retired;
    a->retired_count = b->retired_count;
    a->act_version = b->act_version;
    a->act_arrival = b->act_arrival;
    a->seen_txn = b->seen_txn;
    a->acts_are_damaged = b->acts_are_damaged;
    b->charter = was.charter;
    b->types = was.types;
    b->registry = was.registry;
    b->types_act = was.types_act;
    b->retired = was.retired;
    b->retired_count = was.retired_count;
    b->act_version = was.act_version;
    b->act_arrival = was.act_arrival;
    b->seen_txn = was.seen_txn;
    b->acts_are_damaged = was.acts_are_damaged;
    by_secret_wipe(&was, sizeof was);
}

void by_node_close(struct by_node *node)
{
    if (node == NULL)
        return;
    /* What outsiders read should show what was written here. A failure is no loss: the next reader
     * brings the view up to date. */
    if (node->view_is_behind && !node->is_shared)
        (void)!by_node_view(node, NULL, NULL);
    by_view_close(node->view);
    for (size_t i = 0; i < node->retired_count; i++)
        by_registry_free(node->retired[i]);
    free(node->retired);
    by_registry_free(node->registry);
    by_type_set_free(node->types);
    by_charter_free(node->charter);
    by_store_close(node->private_store);
    by_store_close(node->store);
    by_secret_wipe(&node->device, sizeof node->device);
    by_secret_wipe(&node->transport, sizeof node->transport);
    free(node->home);
    by_secret_free(node);
}

void by_node_watch(struct by_node *node, banyan_progress *progress, void *context)
{
    node->progress = progress;
    node->progress_context = context;
    if (node->view != NULL)
        by_view_watch(node->view, progress, context);
}

enum banyan_status by_node_refresh(struct by_node *node, struct banyan_error *error)
{
    enum banyan_status status = follow_acts(node, error);

    if (status == BANYAN_OK && node->acts_are_damaged)
        status = by_fail(error, BANYAN_ERR_DAMAGED,
                         "part of the logs in %s is damaged, among it who belongs to the network: "
                         "run banyan fsck, and put the home back from a copy",
                         node->home);
    return status;
}

static enum banyan_status open_view(struct by_node *node, struct banyan_error *error)
{
    char *path = by_home_view_path(node->home);

    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_view_open(path, &node->network, &node->view, error);
    if (status == BANYAN_OK && node->is_shared)
        by_view_stay_small(node->view);
    free(path);
    if (status != BANYAN_OK)
        return status;
    by_view_keep_private(node->view, node->private_store, &node->organisation);
    by_view_watch(node->view, node->progress, node->progress_context);
    return status;
}

enum banyan_status by_node_view_until(struct by_node *node, uint64_t until,
                                      struct by_view_changes *out_changes,
                                      struct banyan_error *error)
{
    enum banyan_status status = by_node_refresh(node, error);

    memset(out_changes, 0, sizeof *out_changes);
    if (status == BANYAN_OK && node->view == NULL)
        status = open_view(node, error);
    if (status != BANYAN_OK)
        return status;
    status =
        by_view_update_until(node->view, node->store, node->charter, until, out_changes, error);
    node->view_is_behind = node->view_is_behind && status != BANYAN_OK;
    return status;
}

/* BANYAN_ERR_BUSY when another process is bringing the view up to date; it can be read as it is. */
static enum banyan_status
update_view(struct by_node *node, struct by_view_changes *out_changes, struct banyan_error *error)
{
    return by_node_view_until(node, UINT64_MAX, out_changes, error);
}

enum banyan_status
by_node_view(struct by_node *node, struct by_view_changes *out_changes, struct banyan_error *error)
{
    struct by_view_changes changes;
    enum banyan_status status = update_view(node, &changes, error);

    if (out_changes != NULL)
        *out_changes = changes;
    return status == BANYAN_ERR_BUSY && node->view != NULL ? BANYAN_OK : status;
}

enum banyan_status by_node_find(struct by_node *node, const char *id,
                                struct by_record_name *out_name, struct banyan_error *error)
{
    struct by_view_changes changes;
    enum banyan_status update = update_view(node, &changes, error);
    bool is_busy = update == BANYAN_ERR_BUSY && node->view != NULL;

    if (update != BANYAN_OK && !is_busy)
        return update;
    enum banyan_status status = by_view_find(node->view, by_bytes_of_text(id), out_name, error);
    /* What was written a moment ago may just not be in the view yet. */
    if (is_busy && status == BANYAN_ERR_NOT_FOUND)
        return by_fail_plain(error, BANYAN_ERR_BUSY);
    return status;
}

bool by_node_is_removed(const struct by_node *node)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &node->organisation);

    return org != NULL && org->role == BY_ROLE_NONE && org->lowered_hlc != 0;
}

enum by_role by_node_role(const struct by_node *node)
{
    return by_charter_role(node->charter, &node->organisation);
}

const struct by_id *by_node_decides_on(const struct by_node *node)
{
    return by_node_role(node) == BY_ROLE_COORDINATOR ? NULL : &node->organisation;
}

enum banyan_status by_node_may_act(const struct by_node *node, struct banyan_error *error)
{
    enum by_role role = by_node_role(node);
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &node->device.public_key);

    if (device != NULL && device->is_revoked)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "this device was revoked: what it writes counts nowhere any more");
    if (role == BY_ROLE_NONE && device != NULL)
        return by_fail(error, BANYAN_ERR_NOT_MEMBER,
                       "this organisation is no longer a member of the network");
    if (role == BY_ROLE_NONE)
        return by_fail(error, BANYAN_ERR_NOT_MEMBER,
                       "nobody has taken this organisation into the network yet: give a member the "
                       "file that banyan bundle make writes, and apply the bundle that comes back");
    return BANYAN_OK;
}

enum banyan_status by_node_may_write(const struct by_node *node, struct banyan_error *error)
{
    enum by_role role = by_node_role(node);
    enum banyan_status status = by_node_may_act(node, error);

    if (status != BANYAN_OK)
        return status;
    if (role < BY_ROLE_MEMBER)
        return by_fail(error, BANYAN_ERR_DENIED,
                       role == BY_ROLE_HUB
                           ? N_("this organisation is a hub of the network: only members and "
                                "coordinators write records")
                           : N_("this organisation is a reader of the network: only members and "
                                "coordinators write records"));
    return BANYAN_OK;
}

/* The handles of a node at work are its own: it knows what they write. */
void by_node_ring(const struct by_node *node)
{
    char *path = node->is_shared ? NULL : by_os_path_join(node->home, BY_BELL_FILE);

    if (path != NULL)
        by_os_bell_ring(path);
    free(path);
}
