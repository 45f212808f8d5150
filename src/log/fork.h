/*
 * Which entries of one record log count when its writer forked it (docs/protocol.md, Forks).
 *
 * A function of the authentic entries alone: all up to the first fork point; above it the four
 * children with the lowest ids; at every later fork only the lowest child goes on. Several first
 * entries (seq 0) are a fork as well. An unforked log counts whole and needs none of this.
 */
#ifndef BY_LOG_FORK_H
#define BY_LOG_FORK_H

#include "base/id.h"

/* An authentic entry: it or a chain descendant carries a verified seal. Blocks end in verified
 * seals, so every entry of an accepted block is. */
struct by_fork_entry {
    struct by_id id;
    struct by_id prev;
    uint64_t seq;
    bool counts; /* set by by_fork_count */
};

/* Sets counts for each. entries: any order, none twice; those whose prev is not there with seq one
 * less (and seq > 0) do not count, nor does what hangs on them, nor are they children that make a
 * fork. Reorders entries by (seq, id). BANYAN_ERR_MEMORY. Cost n log n. */
BANYAN_MUST_CHECK enum banyan_status by_fork_count(struct by_fork_entry *entries, size_t count);

#endif
