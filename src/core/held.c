#include "core/held.h"

#include "core/answer.h"
#include "core/log_list.h"
#include "view/gather.h"

struct counting {
    const struct by_node *node;
    uint64_t *counts; /* by organisation, in the charter's order */
};

static size_t place_of(const struct by_node *node, const struct by_id *organisation)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    return (size_t)(by_charter_org_find(node->charter, organisation) - orgs);
}

/* Logs that nobody may count at all: their opening came after the cut. */
static enum banyan_status count_unopened(struct counting *counting, struct by_store_txn *txn)
{
    const struct by_charter *charter = counting->node->charter;
    struct by_log_list logs = {0};
    enum banyan_status status = by_log_list_read(&logs, txn);

    for (size_t i = 0; i < logs.count && status == BANYAN_OK; i++) {
        const struct by_store_log *log = &logs.logs[i];
        const struct by_charter_device *device = by_charter_device_find(charter, &log->log.device);

        if (!log->is_act_log && device != NULL && by_charter_log_find(charter, &log->log) == NULL)
            counting->counts[place_of(counting->node, &device->organisation)] += log->tip_seq + 1;
    }
    by_log_list_deinit(&logs);
    return status;
}

static enum banyan_status count(void *context, struct by_store_txn *txn)
{
    struct counting *counting = context;
    struct by_standings standings;
    enum banyan_status status = by_standings_init(&standings, txn, counting->node->charter);

    if (status != BANYAN_OK)
        return status;
    for (size_t i = 0; i < standings.count; i++) {
        const struct by_log_standing *standing = &standings.items[i];

        if (by_charter_log_find(counting->node->charter, &standing->log)->is_cut)
            counting->counts[place_of(counting->node, &standing->organisation)] +=
                standing->left_out_count;
    }
    by_standings_deinit(&standings);
    return count_unopened(counting, txn);
}

/* Cheap, so that a network without removals pays nothing. */
static bool any_is_lowered(const struct by_node *node)
{
    size_t org_count, device_count, log_count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &org_count);
    const struct by_charter_device *devices = by_charter_devices(node->charter, &device_count);
    const struct by_charter_log *logs = by_charter_logs(node->charter, &log_count);

    for (size_t i = 0; i < log_count; i++)
        if (logs[i].is_cut)
            return true;
    for (size_t i = 0; i < org_count; i++)
        if (orgs[i].lowered_hlc != 0)
            return true;
    for (size_t i = 0; i < device_count; i++)
        if (devices[i].is_revoked)
            return true;
    return false;
}

/* Array in arena, in the charter's order. */
static enum banyan_status count_all(const struct by_node *node, struct by_arena *arena,
                                    uint64_t **out_counts, struct banyan_error *error)
{
    size_t org_count;
    struct counting counting = {.node = node};

    (void)by_charter_orgs(node->charter, &org_count);
    *out_counts = counting.counts = by_arena_array(arena, org_count + 1, sizeof(uint64_t));
    if (counting.counts == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    return any_is_lowered(node) ? by_store_read(node->store, count, &counting, error) : BANYAN_OK;
}

enum banyan_status by_held_count(const struct by_node *node, const struct by_id *organisation,
                                 uint64_t *out_count, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    uint64_t *counts = NULL;
    enum banyan_status status = count_all(node, &arena, &counts, error);

    *out_count = status == BANYAN_OK ? counts[place_of(node, organisation)] : 0;
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status
by_json_held(struct by_json *json, const struct by_node *node, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    size_t org_count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &org_count);
    uint64_t *counts = NULL;
    enum banyan_status status = count_all(node, &arena, &counts, error);

    by_json_array_begin(json);
    for (size_t i = 0; status == BANYAN_OK && i < org_count; i++) {
        if (counts[i] == 0)
            continue;
        by_json_object_begin(json);
        by_json_key(json, "organisation");
        by_json_organisation(json, node, &orgs[i].profile.id);
        by_json_key(json, "entries");
        by_json_int(json, (int64_t)counts[i]);
        by_json_object_end(json);
    }
    by_json_array_end(json);
    by_arena_deinit(&arena);
    return status;
}
