/*
 * Inviting an organisation.
 */
#ifndef BY_ADMIN_INVITE_H
#define BY_ADMIN_INVITE_H

#include "banyan/network.h"
#include "core/node.h"

/* Log an invitation and append its code (include/banyan/network.h). Coordinators only. */
BANYAN_MUST_CHECK enum banyan_status by_invite(struct by_node *node,
                                               const struct banyan_invite *invite,
                                               struct by_buffer *out, struct banyan_error *error);
/* One for each row of a table. */
#define BY_INVITES_AT_ONCE_MAX 1000u
BANYAN_MUST_CHECK enum banyan_status
by_invite_table(struct by_node *node, const char *path, const struct banyan_invite *invite,
                struct by_buffer *out, struct banyan_error *error);

/* Those there are, and cancelling one (admin/invites.c). */
BANYAN_MUST_CHECK enum banyan_status
by_invite_list(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_invite_cancel(struct by_node *node, const char *invite,
                                                      struct by_buffer *out,
                                                      struct banyan_error *error);

#endif
