/*
 * Records that a new one may be.
 */
#ifndef BY_CORE_ALIKE_H
#define BY_CORE_ALIKE_H

#include "banyan/record.h"
#include "core/node.h"

/* Answers as of include/banyan/record.h. Fails as by_edit_add would. */
BANYAN_MUST_CHECK enum banyan_status by_alike(struct by_node *node, const char *type,
                                              const struct banyan_field *fields, size_t count,
                                              struct by_buffer *out, struct banyan_error *error);

#endif
