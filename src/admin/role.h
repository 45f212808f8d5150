/*
 * Roles: giving one, taking one away, removing a member, leaving. What takes several coordinators
 * waits for their votes (admin/approve.h).
 */
#ifndef BY_ADMIN_ROLE_H
#define BY_ADMIN_ROLE_H

#include "banyan/network.h"
#include "core/node.h"

/* Answers as of include/banyan/network.h. */
BANYAN_MUST_CHECK enum banyan_status by_role_set(struct by_node *node, const char *organisation,
                                                 const char *role, uint64_t until_ms,
                                                 struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_remove(struct by_node *node,
                                               const struct banyan_removal *removal,
                                               struct by_buffer *out, struct banyan_error *error);

#endif
