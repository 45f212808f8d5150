/*
 * Where others can find this node: what its people tell members, and what the computer itself can
 * tell (include/banyan/run.h, banyan_reach).
 */
#ifndef BY_NET_REACH_H
#define BY_NET_REACH_H

#include "core/node.h"

BANYAN_MUST_CHECK enum banyan_status
by_reach_report(struct by_node *node, struct by_buffer *out, struct banyan_error *error);

#endif
