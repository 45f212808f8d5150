/*
 * What a node does by itself when its acts call for it: take in newcomers, confirm what other
 * members took in, and put its own organisation's record.
 */
#ifndef BY_CORE_SETTLE_H
#define BY_CORE_SETTLE_H

#include "codec/json.h"
#include "core/node.h"

/* One commit, and none when there is nothing to do. A newcomer is taken in when its invitation is
 * neither expired by this node's clock nor used. names, where not NULL, is an open array that gets
 * the names of those taken in. */
BANYAN_MUST_CHECK enum banyan_status
by_settle(struct by_node *node, struct by_json *names, struct banyan_error *error);

#endif
