/*
 * Answers to questions about what this node's view shows (sync/look.h).
 */
#ifndef BY_CORE_LOOK_H
#define BY_CORE_LOOK_H

#include "core/node.h"
#include "sync/look.h"

/*
 * Append the answer as a message of a session, by the view as it is. standing: of this node
 * (sync/standing.h), for a question about the top; else empty. Private records are in none of it.
 *
 * Cost: of the top all buckets of the digest; of a record its operations.
 */
BANYAN_MUST_CHECK enum banyan_status
by_look_answer(struct by_node *node, const struct by_look *look, struct by_bytes standing,
               struct by_buffer *out, struct banyan_error *error);

#endif
