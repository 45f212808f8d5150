/*
 * Finding the first record that two views have differently: both are asked the same question, and
 * of the two answers comes the next (sync/look.h). From the tops of both trees it goes down where
 * they differ first, one question a level, so to a record in six or a few more. Pure.
 *
 * The first record is the one with the lowest name hash. Each answer must hash to what the one
 * before it said: when it does not, that view was written to meanwhile, and all begins anew.
 */
#ifndef BY_SYNC_DESCENT_H
#define BY_SYNC_DESCENT_H

#include "sync/look.h"

enum by_descent_state {
    BY_DESCENT_ASKING,
    BY_DESCENT_SAME,     /* in every record */
    BY_DESCENT_FOUND,    /* name */
    BY_DESCENT_UNSETTLED /* one of the two was written to all the time */
};

struct by_descent {
    enum by_descent_state state;
    struct by_look question; /* ASKING: the next, for both */
    struct by_record_name name;
    bool is_held[2];        /* FOUND: whether the record stands in the view at all */
    struct by_id parent[2]; /* what the answers are to hash to, depths from 1 on */
    unsigned begun;
    unsigned asked;
};

void by_descent_begin(struct by_descent *descent);
/*
 * The answers to the question, ours and theirs; neither is "not now" (asserted).
 *
 * Returns BANYAN_ERR_MALFORMED  theirs is no answer to it, or not in order: nothing changed
 */
BANYAN_MUST_CHECK enum banyan_status by_descent_hear(struct by_descent *descent,
                                                     const struct by_seen *ours,
                                                     const struct by_seen *theirs);

#endif
