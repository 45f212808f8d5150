/*
 * Both stores of a node at one moment, for what reads shared and private records alike.
 */
#ifndef BY_CORE_SOURCES_H
#define BY_CORE_SOURCES_H

#include "core/node.h"
#include "view/gather.h"

typedef enum banyan_status by_sources_work(void *context, const struct by_sources *sources);

/* Run work with the transaction that is open, of the private store where is_private is set, and a
 * reading one of the other store beside it. node's charter is that of the moment. */
BANYAN_MUST_CHECK enum banyan_status
by_sources_with(const struct by_node *node, struct by_store_txn *txn, bool is_private,
                by_sources_work *work, void *context, struct banyan_error *error);

#endif
