/*
 * Writing acts and operations into this device's own logs.
 *
 * One call of by_append_run is one store transaction, one durable commit. Inside it nobody else
 * writes, and node->charter holds all acts of the store, so what is read there is what the new
 * entries follow.
 */
#ifndef BY_CORE_APPEND_H
#define BY_CORE_APPEND_H

#include "core/node.h"
#include "log/writer.h"
#include "record/operation.h"

struct by_append {
    struct by_node *node;
    struct by_store_txn *txn;
    struct banyan_error *error;
    uint64_t wall_ms;
    uint64_t hlc;           /* newest stamp that the next entry follows */
    struct by_bytes person; /* the one at work in this home; holds within the transaction */

    struct by_log_id act_log;
    bool has_act_log;
    bool has_new_acts; /* earlier ones of this transaction are the past of the next */
    uint8_t salts[16][BY_SALT_BYTES]; /* drawn for entries to come: salts_left of them */
    size_t salts_left;
    struct by_writer records;
    bool records_are_open;
    bool is_private; /* txn is of the private store */
    struct by_id last_id;
};

/* May run again from the start when the store had to grow, or another process added acts: it keeps
 * no effect outside of append that a second run would double. */
typedef enum banyan_status by_append_work(void *context, struct by_append *append);
BANYAN_MUST_CHECK enum banyan_status by_append_run(struct by_node *node, by_append_work *work,
                                                   void *context, struct banyan_error *error);

/* The same into the log of private records, which only this device ever sees: txn is of the private
 * store, acts cannot be added, and no role is needed. */
BANYAN_MUST_CHECK enum banyan_status by_append_run_private(struct by_node *node,
                                                           by_append_work *work, void *context,
                                                           struct banyan_error *error);

/* What was read before writing: the next entry is stamped after it, so that people see the order.
 * Stamps of clocks that run far ahead are passed over. */
void by_append_follow(struct by_append *append, uint64_t hlc);

/* Add one act. Its parents are the heads of all acts held. out_id may be NULL. */
BANYAN_MUST_CHECK enum banyan_status
by_append_act(struct by_append *append, const struct by_act *act, struct by_id *out_id);
/* As by_append_act, with parents of the caller's own choice (a join names an invite not held). */
BANYAN_MUST_CHECK enum banyan_status
by_append_act_after(struct by_append *append, const struct by_act *act, struct by_act_links *links,
                    struct by_id *out_id);
/* Add one operation to the record log, which is opened by an act first where needed. Sorts the
 * operation's parents and touches; names the person at work where it names nobody.
 * BANYAN_ERR_NOT_MEMBER, BANYAN_ERR_DENIED, BANYAN_ERR_TOO_LARGE with words. */
BANYAN_MUST_CHECK enum banyan_status
by_append_operation(struct by_append *append, struct by_operation *operation);
/* The same in steps: the log is opened; what can be done without the store, where person is the one
 * at work; and the rest. */
BANYAN_MUST_CHECK enum banyan_status by_append_begin(struct by_append *append);
BANYAN_MUST_CHECK enum banyan_status
by_append_encode(struct by_operation *operation, struct by_bytes person,
                 struct by_buffer *out_links, struct by_buffer *out_payload,
                 struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_append_encoded(struct by_append *append, struct by_bytes links, struct by_bytes payload);
/* Seal the operations added so far; out_id is the last one's. */
BANYAN_MUST_CHECK enum banyan_status
by_append_flush(struct by_append *append, struct by_id *out_id);

#endif
