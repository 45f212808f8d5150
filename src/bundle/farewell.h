/*
 * What a file tells an organisation that was removed: the acts up to its loss, as a node tells it
 * (docs/protocol.md, Sessions), and nothing of what came after.
 */
#ifndef BY_BUNDLE_FAREWELL_H
#define BY_BUNDLE_FAREWELL_H

#include "core/node.h"

struct by_bundle_farewell {
    struct by_id *acts; /* sorted */
    size_t count, capacity;
};

/* The acts for an organisation that has no role any more, as of txn. BANYAN_ERR_NOT_MEMBER where it
 * lost nothing that it could be told of. out_farewell is to be freed after failures too. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_farewell_find(const struct by_node *node, struct by_store_txn *txn,
                        const struct by_id *organisation, struct by_bundle_farewell *out_farewell);
void by_bundle_farewell_deinit(struct by_bundle_farewell *farewell);

/* How many entries of a run of acts, from its beginning, are told. */
size_t by_bundle_farewell_part(const struct by_bundle_farewell *farewell, const struct by_run *run);

#endif
