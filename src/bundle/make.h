/*
 * Writing a bundle: what this node holds, for the devices of other organisations.
 */
#ifndef BY_BUNDLE_MAKE_H
#define BY_BUNDLE_MAKE_H

#include "banyan/bundle.h"
#include "core/node.h"

/* One moment of the store: all acts, and the blocks of all record logs that count. While this
 * organisation waits to be taken in: its join alone, for whoever holds the invitation. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_make(struct by_node *node, const struct banyan_bundle *bundle, struct by_buffer *out,
               struct banyan_error *error);

#endif
