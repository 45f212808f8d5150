/*
 * Which entries went over a connection: stretches of logs, by seq.
 *
 * They tell what was exchanged without keeping it. A log costs one extent, however much of it went
 * in one piece. Of pieces apart more than BY_EXTENTS_PER_LOG_MAX are kept as one that reaches over
 * them all: extents may hold entries that were not added, and never lack one.
 */
#ifndef BY_LOG_EXTENT_H
#define BY_LOG_EXTENT_H

#include "base/id.h"

struct by_extent {
    struct by_log_id log;
    uint64_t from;
    uint64_t until; /* past the last */
};
/* Zeroed = empty. */
struct by_extents {
    struct by_extent *items;
    size_t count, capacity;
};

/* BANYAN_ERR_MEMORY. from < until (asserted). Cost, of many together: their sorting. */
BANYAN_MUST_CHECK enum banyan_status by_extents_add(struct by_extents *extents,
                                                    const struct by_log_id *log, uint64_t from,
                                                    uint64_t until);
/* In the order of (log, from), those that touch joined: what by_extents_find needs. */
void by_extents_join(struct by_extents *extents);
/* The place of the extent that holds the entry; count where none does. Joined since the last was
 * added. */
size_t by_extents_find(const struct by_extents *extents, const struct by_log_id *log, uint64_t seq);
void by_extents_deinit(struct by_extents *extents);

#endif
