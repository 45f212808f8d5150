/*
 * All blocks of a store as of one moment, read in slices: a reader that stays open makes the store
 * of a node at work grow. Logs only get longer, so the moment is a number.
 */
#ifndef BY_CORE_MOMENT_H
#define BY_CORE_MOMENT_H

#include "core/log_list.h"

/* Starts zeroed; free with by_moment_deinit. */
struct by_moment {
    struct by_store *store;
    struct by_log_list logs;
    uint64_t until; /* arrival number of the first block that came later */
};
BANYAN_MUST_CHECK enum banyan_status
by_moment_take(struct by_moment *out_moment, struct by_store *store, struct banyan_error *error);
void by_moment_deinit(struct by_moment *moment);

/* The blocks of all act logs, or of all record logs, log by log, each after what it hangs on. The
 * block holds for the call. BANYAN_ERR_DAMAGED when one is not as written, the others were visited;
 * what visit returns. A block that was damaged and is made good meanwhile is passed over. */
BANYAN_MUST_CHECK enum banyan_status by_moment_walk(const struct by_moment *moment, bool are_acts,
                                                    by_store_block_visit *visit, void *context,
                                                    struct banyan_error *error);

#endif
