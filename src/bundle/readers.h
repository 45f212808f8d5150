/*
 * For whom a bundle is made.
 */
#ifndef BY_BUNDLE_READERS_H
#define BY_BUNDLE_READERS_H

#include "banyan/bundle.h"
#include "core/node.h"
#include "sync/bundle.h"

/* In an arena. */
struct by_bundle_readers {
    struct by_bundle_reader_key *keys;
    size_t key_count;
    struct by_id *organisations; /* none while this organisation waits to be taken in */
    size_t organisation_count;
    bool is_farewell; /* for one that was removed: it may be told so, and no more */
};
/* Every device of the organisations named (by name or hex id), else of all that have a role, but
 * not this device. One that was removed may be named alone. While this organisation waits: its join
 * key. BANYAN_ERR_NOT_FOUND, BANYAN_ERR_USAGE (nobody to read it), BANYAN_ERR_NOT_MEMBER (no
 * longer), BANYAN_ERR_TOO_LARGE. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_readers_find(struct by_node *node, const struct banyan_bundle *bundle,
                       struct by_arena *arena, struct by_bundle_readers *out_readers,
                       struct banyan_error *error);

#endif
