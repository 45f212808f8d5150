/*
 * The operations of a record on their way into a proof.
 */
#ifndef BY_TRUST_PROOF_STRETCHES_H
#define BY_TRUST_PROOF_STRETCHES_H

#include "member/charter.h"
#include "store/store.h"

/* Append, with their count before, stretches that hold the entries whole: each up to the next seal,
 * or, in a log that the charter cuts, up to one of its tips. operations: by log, then seq.
 * BANYAN_ERR_NOT_FOUND where such a tip is not held yet. */
BANYAN_MUST_CHECK enum banyan_status
by_proof_stretches_put(struct by_store_txn *txn, const struct by_charter *charter,
                       const struct by_entry *operations, size_t count, struct by_buffer *out);

#endif
