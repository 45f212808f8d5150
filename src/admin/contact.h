/*
 * The contact code of this node: where an organisation that has its recovery code alone finds the
 * network again.
 */
#ifndef BY_ADMIN_CONTACT_H
#define BY_ADMIN_CONTACT_H

#include "base/bytes.h"
#include "core/node.h"

/* {"code", "addresses"}. BANYAN_ERR_USAGE for too many addresses, or none; BANYAN_ERR_INVALID for
 * one; BANYAN_ERR_NOT_MEMBER where nobody would listen; each with words. */
BANYAN_MUST_CHECK enum banyan_status
by_contact_code(const struct by_node *node, const char *const *addresses, size_t count,
                struct by_buffer *out, struct banyan_error *error);

#endif
