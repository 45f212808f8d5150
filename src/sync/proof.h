/*
 * Proofs: one record in a file, with all that somebody outside the network needs to check who
 * signed it (docs/protocol.md, Proofs). Pure: the file comes and goes as bytes.
 *
 *   proof    magic 8 ‖ version u8 ‖ zero 3 ‖ network 32 ‖ owner 32 ‖ uuid 16 ‖
 *            count of act blocks varint ‖ those ‖ count of stretches varint ‖ those
 *   block    log 40 ‖ first seq varint ‖ prev 32 ‖ size varint ‖ packed block
 *   stretch  log 40 ‖ first seq varint ‖ prev 32 ‖ count varint ‖ so many entries
 *   entry    flags u8 (bit 0 sealed, bit 1 whole) ‖ hlc u64 ‖ links size varint ‖ payload size
 * varint ‖ whole: salt 16 ‖ links ‖ payload     else: links hash 32 ‖ payload commit 32 ‖ sealed:
 * seal 64
 *
 * A stretch is a run of a record log whose last entry is sealed: its signature vouches for all of
 * them by the chain, and what is not of the record is there as a header only.
 */
#ifndef BY_SYNC_PROOF_H
#define BY_SYNC_PROOF_H

#include "log/block.h"
#include "log/links.h"

#define BY_PROOF_MAGIC   "BANYANPR"
#define BY_PROOF_VERSION 1u

struct by_proof_head {
    struct by_id network;
    struct by_record_name record;
};

/* -- writing: head, act blocks, then stretches, each counted before -- */
BANYAN_MUST_CHECK enum banyan_status
by_proof_put_head(const struct by_proof_head *head, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_proof_put_block(const struct by_block_base *base, struct by_bytes packed, struct by_buffer *out);
/* entries: of one log, in order, the last one sealed (asserted); those whose links are not empty
 * are written whole. */
BANYAN_MUST_CHECK enum banyan_status
by_proof_put_stretch(const struct by_entry *entries, size_t count, struct by_buffer *out);

/* -- reading -- */
/* Whether the file begins like a proof. */
bool by_proof_is(struct by_bytes file);
/* What a reader hands over, in the order of the file; everything is borrowed for the call. Failures
 * end the reading and are handed back. */
struct by_proof_sink {
    /* Acts that keep the rules of by_run_verify. */
    enum banyan_status (*acts)(void *context, const struct by_run *run);
    /* A whole entry of a stretch whose seal verifies. last: the stretch's last entry. */
    enum banyan_status (*entry)(void *context, const struct by_entry *entry,
                                const struct by_id *last);
    void *context;
};
/* Count and act blocks, as signed views have them too. take_acts may be NULL. Failures as below. */
BANYAN_MUST_CHECK enum banyan_status
by_proof_take_acts(struct by_cursor *cursor, const struct by_id *network,
                   enum banyan_status (*take_acts)(void *context, const struct by_run *run),
                   void *context);
/* out_head is set before the sink is called. BANYAN_ERR_MALFORMED for what is no proof, or breaks
 * its form; _TRUNCATED, _NOT_CANONICAL, _TOO_LARGE, _UPGRADE; _BROKEN_CHAIN and _BAD_SIGNATURE
 * where something was changed; _MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_proof_read(struct by_bytes file,
                                                   const struct by_proof_sink *sink,
                                                   struct by_proof_head *out_head);

#endif
