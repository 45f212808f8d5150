/*
 * A signed view: a statement of what a node sees, signed by it and by others who see the same
 * (docs/protocol.md, Signed views). Pure.
 *
 *   file       magic 8 ‖ version u8 ‖ zero 3 ‖ network 32 ‖ view digest 32 ‖ charter digest 32 ‖
 *              count of records u64 ‖ count of act blocks varint ‖ those, as in a proof ‖
 *              count of signatures varint ‖ those ‖ count of places varint ‖ those
 *   signature  device 32 ‖ when u64, Unix ms ‖ signature 64, over view ‖ charter ‖ records ‖ when
 *   place      first 8 bytes of a record's name hash ‖ first 8 bytes of its digest; by the first,
 *              then the second
 *
 * Places prove nothing: they are there so that who sees something else finds where.
 */
#ifndef BY_SYNC_SIGNED_VIEW_H
#define BY_SYNC_SIGNED_VIEW_H

#include "log/block.h"

#define BY_SIGNED_VIEW_MAGIC   "BANYANVW"
#define BY_SIGNED_VIEW_VERSION 1u

struct by_view_statement {
    struct by_id network, view, charter;
    uint64_t record_count;
};
struct by_view_signature {
    struct by_id device;
    uint64_t at_ms;
    struct by_signature signature;
};
#define BY_VIEW_PLACE_BYTES 16u

void by_view_statement_sign(const struct by_view_statement *statement,
                            const struct by_signing_key *key, uint64_t at_ms,
                            struct by_view_signature *out_signature);
/* BANYAN_ERR_BAD_SIGNATURE. */
BANYAN_MUST_CHECK enum banyan_status
by_view_statement_verify(const struct by_view_statement *statement,
                         const struct by_view_signature *signature);

/* Writing, in this order; act blocks and their count come between (sync/proof.h). */
BANYAN_MUST_CHECK enum banyan_status
by_signed_view_put_head(const struct by_view_statement *statement, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_signed_view_put_signatures(const struct by_view_signature *signatures, size_t count,
                              struct by_buffer *out);
/* places: count of them. */
BANYAN_MUST_CHECK enum banyan_status
by_signed_view_put_places(struct by_bytes places, struct by_buffer *out);

struct by_signed_view {
    struct by_view_statement statement;
    struct by_view_signature signatures[BY_VIEW_SIGNATURES_MAX]; /* by device, none twice */
    size_t signature_count;
    struct by_bytes places; /* borrowed from the file */
};
/* Whether the file begins like one. */
bool by_signed_view_is(struct by_bytes file);
/* take_acts: runs that keep the rules of by_run_verify; may be NULL. Signatures are verified.
 * Failures as of by_proof_read. */
BANYAN_MUST_CHECK enum banyan_status
by_signed_view_read(struct by_bytes file,
                    enum banyan_status (*take_acts)(void *context, const struct by_run *run),
                    void *context, struct by_signed_view *out_view);

#endif
