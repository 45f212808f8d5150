/*
 * Blocks: runs of 1 to 64 entries of one log that end in a seal; the unit on disk, on the wire and
 * in bundles.
 *
 * What a reader can recompute is left out: log id, seq, prev and hashes. A block is read against
 * its base: the log, the first seq and the prev of its first entry. Reading recomputes every hash,
 * so a changed byte gives another tip id or a broken rule, never a wrong entry under the right id.
 *
 * packed form   0 ‖ plain form
 *            or 1 ‖ size of the plain form varint ‖ plain form as one zstd frame
 * plain form, columns, so that like lies by like and compresses:
 *   count          u8, 1 to 64
 *   flags          count times u8
 *   kinds          count times varint
 *   hlcs           count times zigzag varint: difference to the entry before (to 0 in the first),
 *                  modulo 2^64
 *   links sizes    count times varint
 *   payload sizes  count times varint
 *   seals          64 bytes for each entry whose flag says sealed
 *   salts          count times 16 bytes
 *   links          one behind the other
 *   payloads       one behind the other, to the end
 * Varints are in their shortest form; anything behind the last payload is refused. The same run has
 * many packed forms (zstd leaves choices) and one plain form; no hash covers either.
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

/*
 * The rules of a block; signatures are not looked at.
 *   1 to 64 entries; base.prev is zero exactly when base.first_seq is 0
 *   log, seq and prev follow from base and the entry before; hashes and ids are as computed
 *   all kinds are operation, or all are acts (16 and above); acts are sealed each
 *   the last entry is sealed; an entry without seal has flag and seal zero
 *   sizes within limits: links, payload, the block's canonical size <= BY_BLOCK_BYTES_MAX; the
 *   canonical size of the entries since the last sealed one stays below BY_SEAL_BYTES_MAX
 *   links are those of an act or an operation (log/links.h)
 *
 * Returns BANYAN_ERR_BROKEN_CHAIN  place, prev, hash or id is not what follows
 *         BANYAN_ERR_TOO_LARGE     a bound is passed
 *         BANYAN_ERR_UPGRADE       kinds 2 to 15, which are kept for later versions
 *         BANYAN_ERR_MALFORMED     another rule; or what the check of links returns
 */
BANYAN_MUST_CHECK enum banyan_status by_run_check(const struct by_run *run);
/* The seal of the last entry. network does not matter when that entry is the genesis. */
BANYAN_MUST_CHECK enum banyan_status
by_run_verify_seal(const struct by_run *run, const struct by_id *network);
/* by_run_check, then by_run_verify_seal. A run from by_block_unpack has passed the first. */
BANYAN_MUST_CHECK enum banyan_status
by_run_verify(const struct by_run *run, const struct by_id *network);

/* Append the packed form (compressed when that is smaller). The run keeps the rules of
 * by_run_check. A failure leaves out as it was. */
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
/* At most this long is a packed form. */
#define BY_BLOCK_PACKED_BYTES_MAX (BY_BLOCK_BYTES_MAX + 1)
/* Packed form to a run that keeps every rule of by_run_check; its seal is not verified. out_run
 * borrows from reader until its next use. Fails as by_run_check, and with BANYAN_ERR_TRUNCATED and
 * BANYAN_ERR_NOT_CANONICAL; nothing is allocated for what a block declares past the limits. */
BANYAN_MUST_CHECK enum banyan_status
by_block_unpack(struct by_block_reader *reader, const struct by_block_base *base,
                struct by_bytes packed, struct by_run *out_run);

#endif
