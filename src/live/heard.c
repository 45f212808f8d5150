#include "live/heard.h"

#include "core/local.h"

struct reading {
    const struct by_node *node;
    struct by_heard *heard;
};

static enum banyan_status read_all(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(reading->node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = by_local_heard_get(txn, &orgs[i].profile.id, &reading->heard[i].hlc,
                                    &reading->heard[i].via);
    return status;
}

enum banyan_status by_heard_read(const struct by_node *node, struct by_arena *arena,
                                 struct by_heard **out_heard, struct banyan_error *error)
{
    struct reading reading = {.node = node};
    size_t count;

    (void)by_charter_orgs(node->charter, &count);
    reading.heard = by_arena_array(arena, count + 1, sizeof *reading.heard);
    if (reading.heard == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    *out_heard = reading.heard;
    return by_store_read(node->store, read_all, &reading, error);
}
