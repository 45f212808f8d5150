/*
 * Looking after a home: checking what is stored, making the view anew.
 */
#ifndef BY_CORE_CARE_H
#define BY_CORE_CARE_H

#include "banyan/node.h"
#include "core/node.h"

/* Shapes in include/banyan/node.h. BANYAN_ERR_DAMAGED with out filled in when anything is wrong. */
BANYAN_MUST_CHECK enum banyan_status by_check(struct by_node *node, banyan_progress *progress,
                                              void *context, struct by_buffer *out,
                                              struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_rebuild(struct by_node *node, struct by_buffer *out, struct banyan_error *error);

#endif
