/*
 * Who can be reached where, when each was last met (include/banyan/run.h), and how far each is.
 */
#ifndef BY_NET_PEERS_H
#define BY_NET_PEERS_H

#include "base/bytes.h"
#include "core/node.h"

BANYAN_MUST_CHECK enum banyan_status
by_peers_report(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
/* by_report_status, with whom the node of this home is connected now where one is at work. */
BANYAN_MUST_CHECK enum banyan_status
by_peers_status(struct by_node *node, struct by_buffer *out, struct banyan_error *error);

#endif
