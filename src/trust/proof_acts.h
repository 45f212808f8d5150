/*
 * Which acts a proof needs: those that announce the logs it is about or give the devices it is
 * about to organisations, those that put the types in force, and all that lies in their past. No
 * others: who was taken in since is nobody's business.
 */
#ifndef BY_TRUST_PROOF_ACTS_H
#define BY_TRUST_PROOF_ACTS_H

#include "core/acts.h"

struct by_proof_acts {
    struct by_act_list held; /* all, sorted by id */
    bool *is_needed;         /* parallel to them */
    size_t needed_count;
};
void by_proof_acts_deinit(struct by_proof_acts *acts);
/* What is to be told: whose record logs these are, and whose devices. */
struct by_proof_roots {
    const struct by_log_id *logs;
    size_t log_count;
    const struct by_id *devices;
    size_t device_count;
};
/* Of the store that txn reads, whose charter is given. */
BANYAN_MUST_CHECK enum banyan_status
by_proof_acts_read(struct by_proof_acts *acts, struct by_store_txn *txn,
                   const struct by_charter *charter, const struct by_proof_roots *roots);
/* What they alone say. */
BANYAN_MUST_CHECK enum banyan_status by_proof_acts_charter(const struct by_proof_acts *acts,
                                                           const struct by_id *network,
                                                           struct by_charter **out_charter);
/* Append them as blocks of a proof, with their count before. */
BANYAN_MUST_CHECK enum banyan_status by_proof_acts_put(const struct by_proof_acts *acts,
                                                       struct by_store_txn *txn,
                                                       struct by_buffer *out);

#endif
