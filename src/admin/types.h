/*
 * Types and code lists of a network: putting others to the vote, and what waits for votes (shapes
 * in include/banyan/network.h). They are decided with admin/approve.h.
 */
#ifndef BY_ADMIN_TYPES_H
#define BY_ADMIN_TYPES_H

#include "banyan/network.h"
#include "core/node.h"

/* Log what is in force with the definitions given in place of those of the same names. Nothing is
 * taken away: a field that was in force once keeps its kind, since values are written so.
 * BANYAN_ERR_DENIED for others than coordinators; BANYAN_ERR_INVALID with file, place and rule;
 * BANYAN_ERR_TOO_LARGE. */
BANYAN_MUST_CHECK enum banyan_status
by_types_propose(struct by_node *node, const struct banyan_types_proposal *proposal,
                 struct by_buffer *out, struct banyan_error *error);
/* act: a name as people type it; NULL: all that wait. */
BANYAN_MUST_CHECK enum banyan_status by_types_proposed(struct by_node *node, const char *act,
                                                       struct by_buffer *out,
                                                       struct banyan_error *error);

#endif
