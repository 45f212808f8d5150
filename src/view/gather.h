/*
 * Which logs and entries count, and the counting operations of one record: what the store holds,
 * seen with the eyes of the charter.
 */
#ifndef BY_VIEW_GATHER_H
#define BY_VIEW_GATHER_H

#include "member/charter.h"
#include "record/operation.h"
#include "store/store.h"

/* What a log's operations count as, and which of its entries a fork or a cut leaves out. */
struct by_log_standing {
    struct by_log_id log;
    struct by_id organisation;
    enum by_role role;
    struct by_id *left_out; /* sorted entry ids; none in a log that counts whole */
    size_t left_out_count;
};
struct by_standings {
    struct by_arena arena;
    struct by_id network;
    struct by_log_standing
        *items; /* by log id: the logs that the charter counts and the store holds */
    size_t count;
};

/* For the moment of the store that txn shows. Forked and cut logs are read whole (headers). */
BANYAN_MUST_CHECK enum banyan_status by_standings_init(struct by_standings *standings,
                                                       struct by_store_txn *txn,
                                                       const struct by_charter *charter);
/* Of a store of private records: all its record logs count as written by organisation. */
BANYAN_MUST_CHECK enum banyan_status
by_standings_private(struct by_standings *standings, struct by_store_txn *txn,
                     const struct by_id *network, const struct by_id *organisation);
void by_standings_deinit(struct by_standings *standings);
/* NULL for a log that does not count. */
const struct by_log_standing *
by_standings_find(const struct by_standings *standings, const struct by_log_id *log);
bool by_standing_counts(const struct by_log_standing *standing, const struct by_id *entry);

/* All that matters to the rows, in one form: changes exactly when the log's records must be merged
 * again. */
#define BY_STANDING_BYTES 65
void by_standing_encode(const struct by_log_standing *standing,
                        uint8_t out_bytes[BY_STANDING_BYTES]);

/* Operations of one record in a growing array, all in arena. Starts with standings and arena. */
struct by_gathering {
    const struct by_standings *standings;
    struct by_arena *arena;
    struct by_operation *operations;
    size_t count;
    size_t capacity;
};
/* Append the entry as an operation, where it is one that counts. What it borrows is copied. */
BANYAN_MUST_CHECK enum banyan_status
by_gathering_add(struct by_gathering *gathering, const struct by_entry *entry);

/* The counting entries of a record as operations, in id order, organisation, device and role filled
 * in; values is NULL in those that are not valid. They live in arena. out_damaged (may be NULL):
 * blocks that could not be read. */
BANYAN_MUST_CHECK enum banyan_status
by_gather(struct by_store_txn *txn, const struct by_standings *standings,
          const struct by_record_name *name, struct by_arena *arena,
          struct by_operation **out_operations, size_t *out_count, size_t *out_damaged);

/* Whether the organisation in the record's name put it where these operations come from, readable
 * or not. A record without that in the network's logs may still be one that a device keeps for
 * itself: what others write upon its name changes nothing. */
bool by_gathered_is_put(const struct by_operation *operations, size_t count,
                        const struct by_record_name *name);

/* Where the operations of records come from. */
struct by_sources {
    struct by_store_txn *txn;
    const struct by_standings *standings;
    struct by_store_txn *private_txn; /* NULL where nothing is kept privately */
    const struct by_standings *private_standings;
    struct by_id organisation; /* whose device keeps them */
};
/* What a record is shown by here. */
struct by_gathered {
    struct by_operation *operations;
    size_t count;
    bool is_private; /* this device's alone; then what stands upon its name in the network's logs,
                        and is in digests, stands beside */
    struct by_operation *shared;
    size_t shared_count;
};
/* As by_gather, of a private record too. */
BANYAN_MUST_CHECK enum banyan_status
by_gather_shown(const struct by_sources *sources, const struct by_record_name *name,
                struct by_arena *arena, struct by_gathered *out_gathered);

#endif
