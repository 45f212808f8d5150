/*
 * Taking in what others wrote: which of their runs a node keeps. The same for bundles and sessions.
 *
 * Acts are judged together, by the charter of all that are held and brought: those that it shares
 * come in, whole runs at a time, since what lies before an act in its log is its past. Of record
 * logs those come in that it counts.
 */
#ifndef BY_CORE_INTAKE_H
#define BY_CORE_INTAKE_H

#include "core/acts.h"
#include "core/node.h"

/* At work in one write transaction. Starts with node and txn; free with by_intake_deinit. */
struct by_intake {
    const struct by_node *node;
    struct by_store_txn *txn;
    struct by_charter *charter; /* NULL: the node's own, which is that of txn */
};
void by_intake_deinit(struct by_intake *intake);

/* Judge by these acts and all that are held from now on. Statuses as of by_charter_build; what of
 * the held acts cannot be read takes no part, since it may be among those brought. */
BANYAN_MUST_CHECK enum banyan_status
by_intake_judge(struct by_intake *intake, const struct by_act_list *brought);
const struct by_charter *by_intake_charter(const struct by_intake *intake);

enum by_intake_verdict {
    BY_INTAKE_NEW,      /* in whole or in part */
    BY_INTAKE_HELD,     /* before already */
    BY_INTAKE_WAITING,  /* acts whose past is not all there: nothing was kept */
    BY_INTAKE_GAP,      /* hangs on an entry that is not held: nothing was kept */
    BY_INTAKE_STRANGER, /* not of the network: nothing was kept */
};
struct by_intake_outcome {
    enum by_intake_verdict verdict;
    uint64_t entries_new;
};
/* Keep a run if it may come in. It has passed by_run_verify. via: the organisation it came through.
 * BANYAN_ERR_DAMAGED where the log's end cannot be told; other failures are the store's. */
BANYAN_MUST_CHECK enum banyan_status
by_intake_keep(struct by_intake *intake, const struct by_run *run, struct by_bytes packed,
               const struct by_id *via, struct by_intake_outcome *out_outcome);
/* To be called once in a transaction that kept acts. */
BANYAN_MUST_CHECK enum banyan_status by_intake_settle(struct by_intake *intake);

#endif
