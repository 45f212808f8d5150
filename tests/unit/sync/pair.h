/*
 * Two nodes and a connection between them.
 */
#ifndef BY_TESTS_UNIT_SYNC_PAIR_H
#define BY_TESTS_UNIT_SYNC_PAIR_H

#include "unit/sync/fake_node.h"

#define MESSAGES_MAX 1000000u
#define LOG_NONCE    1u

struct pair {
    struct fake_node a, b;
    struct fake_link end_a, end_b;
    struct fake_link *ends[2];
};

static inline void pair_init(struct pair *pair)
{
    memset(pair, 0, sizeof *pair);
    fake_node_init(&pair->a);
    fake_node_init(&pair->b);
    fake_join(&pair->a, &pair->end_a, &pair->b, &pair->end_b);
    pair->ends[0] = &pair->end_a;
    pair->ends[1] = &pair->end_b;
}

static inline void pair_deinit(struct pair *pair)
{
    fake_cut(&pair->end_a);
    fake_node_deinit(&pair->a);
    fake_node_deinit(&pair->b);
}

/* Until nothing moves any more. */
static inline size_t pair_run(struct pair *pair)
{
    return fake_run(pair->ends, 2, MESSAGES_MAX);
}

static inline bool pair_is_in_sync(struct pair *pair)
{
    return fake_equal(&pair->a, &pair->b) && pair->end_a.session != NULL &&
           pair->end_b.session != NULL && by_session_is_in_sync(pair->end_a.session) &&
           by_session_is_in_sync(pair->end_b.session) && pair->end_a.in_sync_count > 0 &&
           pair->end_b.in_sync_count > 0;
}

/* Some writers with a log each, of unlike length. */
static inline void
write_logs(struct fake_node *node, uint32_t first, uint32_t writers, size_t entries)
{
    for (uint32_t i = first; i < first + writers; i++) {
        fake_announce(node, i, LOG_NONCE);
        if (entries > 0)
            fake_write(node, i, LOG_NONCE, entries + i % 3, 4);
    }
}

#endif
