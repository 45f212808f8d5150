#include "core/sources.h"

struct opening {
    const struct by_node *node;
    struct by_store_txn *txn;
    bool is_private;
    by_sources_work *work;
    void *context;
};

static enum banyan_status run(void *context, struct by_store_txn *other)
{
    const struct opening *opening = context;
    const struct by_node *node = opening->node;
    struct by_standings standings = {.count = 0}, own = {.count = 0};
    const struct by_sources sources = {.txn = opening->is_private ? other : opening->txn,
                                       .standings = &standings,
                                       .private_txn = opening->is_private ? opening->txn : other,
                                       .private_standings = &own,
                                       .organisation = node->organisation};
    enum banyan_status status = by_standings_init(&standings, sources.txn, node->charter);

    if (status != BANYAN_OK)
        return status;
    status = by_standings_private(&own, sources.private_txn, &node->network, &node->organisation);
    if (status == BANYAN_OK)
        status = opening->work(opening->context, &sources);
    by_standings_deinit(&own);
    by_standings_deinit(&standings);
    return status;
}

enum banyan_status by_sources_with(const struct by_node *node, struct by_store_txn *txn,
                                   bool is_private, by_sources_work *work, void *context,
                                   struct banyan_error *error)
{
    struct opening opening = {node, txn, is_private, work, context};

    return by_store_read(is_private ? node->store : node->private_store, run, &opening, error);
}
