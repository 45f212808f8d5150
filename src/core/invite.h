/*
 * Inviting an organisation.
 */
#ifndef BY_CORE_INVITE_H
#define BY_CORE_INVITE_H

#include "banyan/network.h"
#include "core/node.h"

/* Log an invitation and append its code (include/banyan/network.h). Coordinators only. */
BANYAN_MUST_CHECK enum banyan_status by_invite(struct by_node *node,
                                               const struct banyan_invite *invite,
                                               struct by_buffer *out, struct banyan_error *error);

#endif
