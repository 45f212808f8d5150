/*
 * Motions: acts of coordinators that need the votes of several. Approving is voting for one.
 */
#ifndef BY_ADMIN_APPROVE_H
#define BY_ADMIN_APPROVE_H

#include "codec/json.h"
#include "core/node.h"

/* Vote for an act that waits for votes, named as of core/act_name.h. Answers as of
 * include/banyan/network.h. BANYAN_ERR_DENIED unless the organisation may vote on it;
 * BANYAN_ERR_NOT_FOUND when no such act waits; BANYAN_ERR_INVALID when several are named so. To
 * vote again changes nothing. */
BANYAN_MUST_CHECK enum banyan_status by_approve(struct by_node *node, const char *act,
                                                struct by_buffer *out, struct banyan_error *error);

/* What is said of one that waits, inside an open object. */
void by_json_motion(struct by_json *json, const struct by_node *node,
                    const struct by_charter_motion *motion);
/* All that wait, as an array. */
void by_json_motions(struct by_json *json, const struct by_node *node);

#endif
