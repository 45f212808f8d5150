/*
 * How far the devices of others hold what is held here: by the newest standing that each told in a
 * note, or by what both held when this node met it, whichever is newer.
 */
#ifndef BY_LIVE_STANDINGS_H
#define BY_LIVE_STANDINGS_H

#include "base/arena.h"
#include "core/node.h"
#include "view/tally.h"

struct by_standing_row {
    const struct by_charter_org *organisation; /* of the node's charter */
    struct by_id device;
    struct by_id transport;
    uint64_t as_of_ms; /* Unix; 0: nothing is known */
    bool was_met;      /* by this node itself; else the note came by way of via */
    struct by_id via;
    bool is_partial;            /* of some logs nothing is known */
    uint64_t they_lack;         /* entries of records that are here */
    struct by_log_id first_log; /* where the first of these stands */
    uint64_t first_seq;
    bool is_counted; /* then as records: */
    struct by_tally_changes lacking;
    uint64_t we_lack; /* entries of records that they have: what is in them is not known here */
};

/* A row for each device of another organisation, and each other device of this one, that has a
 * role: coordinators first, then by name; lives in arena. Records are counted for so many entries
 * only as take a moment. BANYAN_ERR_MEMORY, or of the store. */
BANYAN_MUST_CHECK enum banyan_status
by_standings_read(const struct by_node *node, struct by_arena *arena,
                  struct by_standing_row **out_rows, size_t *out_count, struct banyan_error *error);

/* Kept in the store for this node alone:
 *
 *   value of "met DEVICE", in hex   when, Unix ms u64 ‖ standing of both then (sync/standing.h)
 */
BANYAN_MUST_CHECK enum banyan_status by_standing_met_put(struct by_store_txn *txn,
                                                         const struct by_id *device,
                                                         uint64_t met_ms, struct by_bytes standing);

#endif
