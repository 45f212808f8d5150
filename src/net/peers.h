/*
 * Who can be reached where, and when each was last met (include/banyan/run.h).
 */
#ifndef BY_NET_PEERS_H
#define BY_NET_PEERS_H

#include "base/bytes.h"
#include "core/node.h"

BANYAN_MUST_CHECK enum banyan_status
by_peers_report(struct by_node *node, struct by_buffer *out, struct banyan_error *error);

#endif
