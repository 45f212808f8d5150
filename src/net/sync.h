/*
 * One exchange with one peer or with all known, and what came of it (include/banyan/run.h).
 */
#ifndef BY_NET_SYNC_H
#define BY_NET_SYNC_H

#include "banyan/run.h"
#include "base/bytes.h"
#include "core/node.h"

/* out is set for BANYAN_ERR_NETWORK too. */
BANYAN_MUST_CHECK enum banyan_status by_sync_once(const char *home, const struct banyan_sync *sync,
                                                  struct by_buffer *out,
                                                  struct banyan_error *error);

/* The same of a home that was just made, with the node that made it, whose keys are at hand; it is
 * taken, as by_net_open_made does. */
BANYAN_MUST_CHECK enum banyan_status
by_sync_made(struct by_node *node, const struct by_id *inviter, const struct banyan_sync *sync,
             struct by_buffer *out, struct banyan_error *error);

#endif
