/*
 * Up to where what an organisation or a device wrote stands, said in an act that lowers it: up to
 * what this node holds, or up to entries that people name.
 */
#ifndef BY_ADMIN_CUT_H
#define BY_ADMIN_CUT_H

#include "core/node.h"

struct by_cut_wish {
    const struct by_id *organisation;
    const struct by_id *device; /* of the organisation; NULL = all of them */
    /* Entry ids in hex, or their first 4 characters in base 32 or more (core/act_name.h): of the
     * log that holds one, what stands after its commit does not stay. */
    const char *const *keep;
    size_t keep_count;
    /* The same, and of the log that holds one only what stands before it stays: nothing, where it
     * is the first. */
    const char *const *drop;
    size_t drop_count;
};

/* out_cut lives in arena. Where there are more ends than an act can name, the furthest end of each
 * log comes before second branches, and out_left_out counts those that were left out: a tips act
 * can still name them. BANYAN_ERR_NOT_FOUND where nothing of theirs is named so, BANYAN_ERR_INVALID
 * where several things are; with words. */
BANYAN_MUST_CHECK enum banyan_status
by_cut_gather(const struct by_node *node, struct by_store_txn *txn, const struct by_cut_wish *wish,
              struct by_arena *arena, struct by_cut *out_cut, size_t *out_left_out,
              struct banyan_error *error);

#endif
