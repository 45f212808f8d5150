/*
 * Whether a member sees what this node sees, by what its device told last of the logs that it
 * holds.
 */
#ifndef BY_CORE_COMPARE_H
#define BY_CORE_COMPARE_H

#include "core/node.h"

/* Shape in include/banyan/proof.h. BANYAN_ERR_NOT_FOUND for a member that is not known. */
BANYAN_MUST_CHECK enum banyan_status
by_compare_member(struct by_node *node, const char *organisation, struct by_buffer *out,
                  struct banyan_error *error);

#endif
