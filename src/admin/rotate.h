/*
 * Replacing the key of an organisation: by its own word, or by the coordinators when its recovery
 * code is lost.
 */
#ifndef BY_ADMIN_ROTATE_H
#define BY_ADMIN_ROTATE_H

#include "banyan/network.h"
#include "core/node.h"

/* Answers as of include/banyan/network.h. */
BANYAN_MUST_CHECK enum banyan_status
by_key_rotate(struct by_node *node, const struct banyan_rotation *rotation, struct by_buffer *out,
              struct banyan_error *error);

#endif
