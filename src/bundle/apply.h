/*
 * Taking in a bundle, or only looking whether it would do.
 */
#ifndef BY_BUNDLE_APPLY_H
#define BY_BUNDLE_APPLY_H

#include "core/node.h"

/* Shapes in include/banyan/bundle.h. */
BANYAN_MUST_CHECK enum banyan_status by_bundle_verify(struct by_node *node, const char *path,
                                                      struct by_buffer *out,
                                                      struct banyan_error *error);
/*
 * Read the whole file once and verify every block; then read it again and take in what is new, in
 * one transaction: all or nothing. Of acts those come in that the charter of all acts together
 * shares, of record logs those that it counts; the rest is left out and counted. Afterwards the
 * view is brought up to date, and newcomers that came with the bundle are taken in (core/settle.h).
 */
BANYAN_MUST_CHECK enum banyan_status by_bundle_apply(struct by_node *node, const char *path,
                                                     struct by_buffer *out,
                                                     struct banyan_error *error);

#endif
