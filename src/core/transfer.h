/*
 * Handing a record over to another organisation.
 */
#ifndef BY_CORE_TRANSFER_H
#define BY_CORE_TRANSFER_H

#include "core/node.h"

/* organisation: the name or hex id of one that may write. By the owner; by a coordinator where the
 * owner is gone. Answers as of core/answer.h, with the new owner. BANYAN_ERR_DENIED,
 * BANYAN_ERR_NOT_FOUND, BANYAN_ERR_INVALID with words. */
BANYAN_MUST_CHECK enum banyan_status by_transfer(struct by_node *node, const char *id,
                                                 const char *organisation, struct by_buffer *out,
                                                 struct banyan_error *error);

#endif
