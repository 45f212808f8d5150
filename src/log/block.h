/*
 * Blocks: runs of 1 to 64 entries of one log that end in a seal; the unit on disk, on the wire and
 * in bundles.
 *
 * What a reader can recompute is left out: log id, seq, prev and hashes (docs/protocol.md, Block).
 * A block is read against its base: the log, the first seq and the prev of its first entry. Reading
 * recomputes every hash, so a changed byte gives another tip id or a broken rule, never a wrong
 * entry under the right id.
 */
#ifndef BY_LOG_BLOCK_H
#define BY_LOG_BLOCK_H

#include "codec/zip.h"
#include "log/entry.h"

/* Where a block hangs. */
struct by_block_base {
    struct by_log_id log;
    uint64_t first_seq;
    struct by_id prev; /* id of entry first_seq - 1; zero when first_seq is 0 */
};

/* Entries in order, each linked to the one before, the last sealed. links and payloads borrowed
 * from the reader's buffer. */
struct by_run {
    struct by_block_base base;
    struct by_entry *entries;
    size_t count;
};

/* BANYAN_ERR_BROKEN_CHAIN, BANYAN_ERR_TOO_LARGE or BANYAN_ERR_MALFORMED unless the run keeps the
 * rules of a block: 1 to 64 entries, seqs and prevs follow, one log, all acts or none, acts each
 * sealed, last one sealed, ids and hashes as computed, canonical size within bounds, links within
 * rules (log/links.h). Signatures are not looked at. */
BANYAN_MUST_CHECK enum banyan_status by_run_check(const struct by_run *run);
/* As by_run_check, then the seal of the last entry. network is zero in the block that begins with
 * genesis. */
BANYAN_MUST_CHECK enum banyan_status
by_run_verify(const struct by_run *run, const struct by_id *network);

/* Append the packed form (compressed when that is smaller). The run has passed by_run_check. */
BANYAN_MUST_CHECK enum banyan_status
by_block_pack(const struct by_run *run, struct by_zip *zip, struct by_buffer *out);

/* Memory for reading blocks, reused between them. Zeroed = empty. */
struct by_block_reader {
    struct by_zip zip;
    struct by_buffer plain;
    struct by_entry *entries; /* room for BY_BLOCK_ENTRIES_MAX */
};
BANYAN_MUST_CHECK enum banyan_status by_block_reader_init(struct by_block_reader *reader);
void by_block_reader_deinit(struct by_block_reader *reader);
/* Packed form to a run, every rule of by_run_check held. out_run borrows from reader until its next
 * use. */
BANYAN_MUST_CHECK enum banyan_status
by_block_unpack(struct by_block_reader *reader, const struct by_block_base *base,
                struct by_bytes packed, struct by_run *out_run);

#endif
