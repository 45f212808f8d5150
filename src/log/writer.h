/*
 * Building the next entries of an own log: links them, stamps them, seals the last of a commit and
 * at least every 64 entries or 64 KiB.
 *
 * Pure: time and salts are arguments. Fill with by_writer_add; by_writer_flush seals what is open.
 * Every sealed stretch becomes one run ready for by_block_pack, handed to the sink in order; what
 * the sink gets keeps every rule of by_run_verify. After a failure of the sink the writer is spent:
 * deinit, and begin again from where the log ends then.
 */
#ifndef BY_LOG_WRITER_H
#define BY_LOG_WRITER_H

#include "log/block.h"

/* Takes a finished run; borrowed for the call. */
typedef enum banyan_status by_run_sink(void *context, const struct by_run *run);
/* The seal of a run's last entry, where somebody else has the key; that entry's flag is set, and
 * its seal is zero. */
typedef enum banyan_status
by_run_seal(void *context, const struct by_run *run, struct by_signature *out_seal);

struct by_writer {
    const struct by_signing_key *key; /* borrowed; the log's device */
    struct by_id network;             /* zero while the first entry is a genesis */
    struct by_block_base next;        /* where the open stretch hangs; with nothing open, where the
                                         next entry will */
    uint64_t last_hlc;                /* 0 after init: set it to the log's last stamp */
    struct by_entry entries[BY_BLOCK_ENTRIES_MAX]; /* the open stretch */
    size_t count;
    size_t canonical_size;
    struct by_buffer bytes; /* links and payloads of the open stretch */
    by_run_sink *sink;
    by_run_seal *seal; /* NULL after init: the key is at hand, with its secret */
    void *context;     /* of sink and seal */
};

/* next: where the log ends now. network and next are copied. */
void by_writer_init(struct by_writer *writer, const struct by_signing_key *key,
                    const struct by_id *network, const struct by_block_base *next,
                    by_run_sink *sink, void *context);
/* Stamp, link and keep one entry; seals and hands over the stretch when it is full. links and
 * payload are copied. Acts are sealed and handed over one by one. An entry's id depends on whether
 * it is the sealed one, so ids are known in the sink; an operation that names the one before as
 * parent needs a flush between them. BANYAN_ERR_USAGE for a kind that is neither the operation nor
 * an act, and for an act while operations are open; BANYAN_ERR_TOO_LARGE and what log/links.h says
 * for links that readers would refuse: nothing is added then. Else what the sink returned. */
BANYAN_MUST_CHECK enum banyan_status
by_writer_add(struct by_writer *writer, uint16_t kind, struct by_bytes links,
              struct by_bytes payload, const uint8_t salt[BY_SALT_BYTES], uint64_t wall_ms);
/* Seal and hand over what is open. Nothing open: nothing done. What seal and sink return. */
BANYAN_MUST_CHECK enum banyan_status by_writer_flush(struct by_writer *writer);
void by_writer_deinit(struct by_writer *writer);

#endif
