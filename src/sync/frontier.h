/*
 * The frontier: every log of this node that counts, with the tips of its counting branches. What
 * sessions compare; one for all sessions of a node, kept up to date by whoever writes logs.
 *
 * bucket hash   32 zero bytes for a bucket whose logs are all empty, else H(tag SYNC_BUCKET, for
 *               each log of the bucket that has entries, in log-id order: log id 40 ‖ count of tips
 *               u64 ‖ tip ids sorted)
 * acts digest   the same over all act logs; list digest H(tag SYNC_BUCKET, ids of all record logs)
 *
 * Act logs are in it with every branch that the charter shares, record logs when an open that
 * counts announced them, also while they are empty.
 */
#ifndef BY_SYNC_FRONTIER_H
#define BY_SYNC_FRONTIER_H

#include "sync/digest.h"

/* The end of one branch. */
struct by_tip {
    uint64_t seq;
    struct by_id id;
    uint64_t hlc;
};

struct by_frontier_log {
    struct by_log_id log;
    bool is_act_log;
    uint8_t bucket;
    struct by_tip *tips; /* sorted by id */
    size_t tip_count;    /* 0 = opened, nothing written; more than 1 = forked */
};

struct by_frontier {
    struct by_frontier_log *logs; /* in log-id order */
    size_t count;
    size_t capacity;
    size_t record_log_count;
    struct by_id buckets[BY_SYNC_BUCKETS];
    bool is_stale[BY_SYNC_BUCKETS]; /* the bucket is hashed again when it is asked for */
    bool acts_are_stale;
    bool list_is_stale;
    struct by_id acts;
    struct by_id list;
};

void by_frontier_init(struct by_frontier *frontier);
void by_frontier_deinit(struct by_frontier *frontier);

/* Say what is held of a log now: its counting tips in any order, none twice; copied. What was a
 * record log may have become an act log, as a hostile device can have it. BANYAN_ERR_MEMORY leaves
 * all as it was.
 * Cost  a search; a move of what stands behind for a log that is new. */
BANYAN_MUST_CHECK enum banyan_status by_frontier_set(struct by_frontier *frontier,
                                                     const struct by_log_id *log, bool is_act_log,
                                                     const struct by_tip *tips, size_t tip_count);
/* The log counts no more. */
void by_frontier_remove(struct by_frontier *frontier, const struct by_log_id *log);

/* NULL where it is not there. What is pointed to holds until the next set or remove. */
const struct by_frontier_log *
by_frontier_find(const struct by_frontier *frontier, const struct by_log_id *log);
/* Index of the first log not before it in log-id order; count when all are. */
size_t by_frontier_lower(const struct by_frontier *frontier, const struct by_log_id *log);
/* The tip with the highest seq (of several the lowest id); NULL in an empty log. */
const struct by_tip *by_frontier_highest(const struct by_frontier_log *log);

/* Digests as above. Only what changed since the last call is hashed. */
const struct by_id *by_frontier_bucket(struct by_frontier *frontier, uint8_t bucket);
void by_frontier_state(struct by_frontier *frontier, struct by_id *out_digest);
const struct by_id *by_frontier_acts(struct by_frontier *frontier);
const struct by_id *by_frontier_list(struct by_frontier *frontier);

/* The tag that stands for the tips of a log that is not empty: session hash TIPS of the tip's id,
 * or of H(tag SYNC_BUCKET, ids sorted) where there are several. */
void by_frontier_tips_tag(const struct by_sync_voice *voice, const struct by_frontier_log *log,
                          uint8_t out_tag[BY_SYNC_TAG_BYTES]);

#endif
