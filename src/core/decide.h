/*
 * Deciding on proposals: what other organisations wrote on a record that is not theirs.
 */
#ifndef BY_CORE_DECIDE_H
#define BY_CORE_DECIDE_H

#include "core/node.h"

/* proposal: an entry id as the inbox shows it, or its beginning of 8 characters or more; or a
 * record's id for all open proposals on it. Accepting writes a copy of the values, so nothing
 * vanishes if the proposer is later cut off. Answers as of core/answer.h.
 * BANYAN_ERR_DENIED unless the record is the own organisation's or this is a coordinator;
 * BANYAN_ERR_NOT_FOUND when nothing is open; BANYAN_ERR_INVALID when proposals differ on a field.
 */
BANYAN_MUST_CHECK enum banyan_status by_decide_accept(struct by_node *node, const char *proposal,
                                                      struct by_buffer *out,
                                                      struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_decide_decline(struct by_node *node, const char *proposal,
                                                       struct by_buffer *out,
                                                       struct banyan_error *error);

#endif
