/*
 * Reading a bundle from a file, every block verified.
 */
#ifndef BY_BUNDLE_READ_H
#define BY_BUNDLE_READ_H

#include "core/node.h"
#include "sync/bundle.h"

/* What one reading of the file saw. */
struct by_bundle_seen {
    struct by_bundle_manifest manifest;
    struct by_id hash; /* of the whole file */
};

/* Feed the file from where input stands to its end, with the node's own key and those of the
 * invitations it holds. sink gets each block; runs follow the rules of blocks, and the bundle is of
 * this network. Whether seals verify is the sink's to ask (by_run_verify_seal). Statuses without
 * words, but for those of the file system: by_bundle_explain finds them. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_read(const struct by_node *node, struct by_os_input *input, by_bundle_sink *sink,
               void *context, struct by_bundle_seen *out_seen, struct banyan_error *error);

/* The manifest alone, with that transport key, whatever network it is of. The input stands anywhere
 * then. Statuses as of by_bundle_read. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_peek(const struct by_box_key *transport, struct by_os_input *input,
               struct by_bundle_manifest *out_manifest, struct banyan_error *error);

/* Words for what is wrong with the bundle at path; hands the status back. */
enum banyan_status
by_bundle_explain(const char *path, enum banyan_status status, struct banyan_error *error);
/* The same for a first reading, in which only the file can be at fault: one that was changed on its
 * way is bad data from outside (BANYAN_ERR_MALFORMED), no damage of this store. node may be NULL; a
 * member's is told that what it cannot open may be the join of an invitation it has not heard of.
 */
BANYAN_MUST_CHECK enum banyan_status by_bundle_refuse(const struct by_node *node, const char *path,
                                                      enum banyan_status status,
                                                      struct banyan_error *error);

#endif
