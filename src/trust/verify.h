/*
 * Checking proofs: without a home, outside the network, by what stands in the file alone.
 */
#ifndef BY_TRUST_VERIFY_H
#define BY_TRUST_VERIFY_H

#include "core/acts.h"
#include "core/loaded.h"

/* What a proof says once it holds. Starts zeroed; free with by_verified_deinit. */
struct by_verified {
    struct by_record_name record;
    struct by_node outside; /* network, charter and types of the proof; no home, store or view */
    struct by_arena arena;
    struct by_act_list acts;
    struct by_loaded loaded;
};
void by_verified_deinit(struct by_verified *verified);
/* BANYAN_ERR_DIFFERENT, with words: all is signed, but by nobody that the network's acts give the
 * right to, or by others than who may put the record. BANYAN_ERR_INVALID for what is no proof,
 * BANYAN_ERR_BAD_SIGNATURE for one that was changed; _UPGRADE, _MEMORY; each with words. */
BANYAN_MUST_CHECK enum banyan_status
by_verify_read(struct by_verified *verified, struct by_bytes file, struct banyan_error *error);

/* Of a file, as include/banyan/proof.h has it. */
BANYAN_MUST_CHECK enum banyan_status by_verify_file(const char *path, const char *language,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);

#endif
