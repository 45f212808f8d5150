/*
 * Which entries of one record log count when its writer forked it (docs/protocol.md, Forks).
 *
 * A function of the authentic entries alone: all up to the first fork point; above it the four
 * children with the lowest ids; at every later fork only the lowest child goes on. Several first
 * entries (seq 0) are a fork as well. An unforked log counts whole and needs none of this.
 */
#ifndef BY_LOG_FORK_H
#define BY_LOG_FORK_H

#include "log/tip.h"

/* An authentic entry: it or a chain descendant carries a verified seal. Blocks end in verified
 * seals, so every entry of an accepted block is. */
struct by_fork_entry {
    struct by_id id;
    struct by_id prev;
    uint64_t seq;
    /* Header ‖ seal where the entry carries a seal, whether that verifies or not; else NULL. Only
     * by_fork_count_cut looks at it. */
    const uint8_t *sealed;
    bool counts; /* set by by_fork_count and by_fork_count_cut */
};

/* Sets counts for each. entries: any order, none twice; those whose prev is not there with seq one
 * less (and seq > 0) do not count, nor does what hangs on them, nor are they children that make a
 * fork. Reorders entries by (seq, id). BANYAN_ERR_MEMORY. Cost n log n. */
BANYAN_MUST_CHECK enum banyan_status by_fork_count(struct by_fork_entry *entries, size_t count);

/* The same where acts cut the log: only the tips and what stands before them count, whatever else
 * is there. While one of them is not held, the rule above adds to it, applied to the entries at
 * seqs up to that tip's that lie under a seal there: what will be sent once the tip comes, or what
 * takes its place if it never does. Few seals are verified. */
BANYAN_MUST_CHECK enum banyan_status
by_fork_count_cut(struct by_fork_entry *entries, size_t count, const struct by_log_tip *tips,
                  size_t tip_count, const struct by_id *network);

#endif
