/*
 * Statements of what a node sees: made, signed by others who see the same, compared and checked
 * (sync/signed_view.h). Shapes in include/banyan/proof.h.
 */
#ifndef BY_TRUST_SIGNED_VIEW_H
#define BY_TRUST_SIGNED_VIEW_H

#include "core/node.h"

/* Write what this node sees now, signed by its device. BANYAN_ERR_EXISTS, BANYAN_ERR_NOT_MEMBER,
 * BANYAN_ERR_TOO_LARGE, BANYAN_ERR_DISK. */
BANYAN_MUST_CHECK enum banyan_status by_view_sign(struct by_node *node, const char *path,
                                                  bool replace, struct by_buffer *out,
                                                  struct banyan_error *error);
/* Add this device's signature to such a file: BANYAN_ERR_DIFFERENT where this node sees something
 * else, with words that name where. */
BANYAN_MUST_CHECK enum banyan_status by_view_cosign(struct by_node *node, const char *path,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);
/* Whether this node sees what the file says, and else where not. */
BANYAN_MUST_CHECK enum banyan_status by_view_compare(struct by_node *node, const char *path,
                                                     struct by_buffer *out,
                                                     struct banyan_error *error);
/* Who signed it, by what stands in it alone. */
BANYAN_MUST_CHECK enum banyan_status
by_view_verify(struct by_bytes file, struct by_buffer *out, struct banyan_error *error);

#endif
