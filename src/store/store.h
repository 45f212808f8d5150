/*
 * The store: logs as blocks in LMDB. Logs are the truth; everything else can be rebuilt from them.
 *
 *   log     log id ‖ act or record -> log no, forked
 *   logno   log no u32be -> log id ‖ act or record
 *   op      uuid 16 ‖ owner's first 8 bytes ‖ log no u32be ‖ seq u64be -> empty
 *   run     log no u32be ‖ last seq u64be ‖ arrival u64be -> first seq, prev, tip id, tip's hlc
 *   block   arrival u64be -> head (log, what run tells) ‖ packed block      always appended
 *   local   name -> bytes of this node alone
 *
 * All in one LMDB tree, each table under its first byte: a commit that adds one entry writes one
 * leaf and one path. The last few small blocks wait for their rows in op and run, and tell by their
 * heads what would stand there (BY_TAIL_BLOCKS_MAX). A log's tip is its last row in run, or a block
 * that waits.
 *
 * Default LMDB flags only, no DUPSORT: with them no crash loses what was acknowledged. Several
 * processes may open one store; LMDB lets one write at a time. Everything read is hashed again
 * before it is handed out: a block that is not what was written comes back as BANYAN_ERR_DAMAGED,
 * never as an entry.
 *
 * Thread: a handle and its transactions belong to one thread, which has one transaction open at a
 * time; by_store_share gives further handles. A write transaction waits for that of another handle.
 */
#ifndef BY_STORE_STORE_H
#define BY_STORE_STORE_H

#include "base/error.h"
#include "log/block.h"
#include "log/links.h"

struct by_store;
struct by_store_txn;

/* Open the store in folder, made when create is set. BANYAN_ERR_NOT_FOUND, BANYAN_ERR_DAMAGED (cut
 * short, not a store), BANYAN_ERR_BUSY (this process has it open already: one store per folder and
 * process), BANYAN_ERR_UPGRADE, BANYAN_ERR_DISK (also a folder that cannot be written: readers keep
 * locks in it); each with words. Stale readers of killed processes are cleared. */
BANYAN_MUST_CHECK enum banyan_status by_store_open(const char *folder, bool create,
                                                   struct by_store **out_store,
                                                   struct banyan_error *error);
/* A further handle on the same store, for another thread: each has caches of its own. Any thread
 * may make it while store is open; handles are closed in any order. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_store_share(struct by_store *store, struct by_store **out_store);
/* The last handle to be closed closes the store. NULL is fine. */
void by_store_close(struct by_store *store);

/*
 * Run work in one write transaction and commit it durably when it returns BANYAN_OK; anything else
 * aborts and is handed back. work may run again from the start when the map had to grow: it must
 * keep no side effect outside the transaction that a second run would double. Not within another
 * transaction of the same store: BANYAN_ERR_USAGE. Cost  one fsync.
 */
typedef enum banyan_status by_store_work(void *context, struct by_store_txn *txn);
BANYAN_MUST_CHECK enum banyan_status by_store_write(struct by_store *store, by_store_work *work,
                                                    void *context, struct banyan_error *error);
/* Run work in a read transaction: one moment of the store. Keep it short (seconds): an open reader
 * makes the file grow. */
BANYAN_MUST_CHECK enum banyan_status by_store_read(struct by_store *store, by_store_work *work,
                                                   void *context, struct banyan_error *error);
/* Number of the last committed write transaction, of any process: reads that begin later see all
 * of it. 0 where nothing can be read, or within a read of this thread. No system call. */
uint64_t by_store_last_txn(struct by_store *store);

/* -- logs: acts and operations under one log id are two logs, since a hostile device may write
 * both, and what is kept must not depend on which came first -- */
struct by_store_log {
    struct by_log_id log;
    uint32_t number; /* of this store alone */
    bool is_act_log;
    bool is_forked;   /* more than one tip */
    uint64_t tip_seq; /* highest; meaningless in an empty log: blocks are never empty, so a log has
                         entries */
    struct by_id tip; /* of the branch that arrived first at tip_seq */
    uint64_t tip_hlc;
};
/* BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status by_store_log_find(struct by_store_txn *txn,
                                                       const struct by_log_id *log, bool is_act_log,
                                                       struct by_store_log *out_log);
/* All logs in log-id order, of one id the records first. Stops with what visit returns unless
 * BANYAN_OK. BANYAN_ERR_DAMAGED after all others were visited when one is not as written. */
typedef enum banyan_status by_store_log_visit(void *context, const struct by_store_log *log);
BANYAN_MUST_CHECK enum banyan_status
by_store_logs(struct by_store_txn *txn, by_store_log_visit *visit, void *context);

/* -- writing -- */
/* What became of a run: it was new, it was all held, or part of it was (then only the new part was
 * written). */
enum by_store_verdict { BY_STORE_NEW, BY_STORE_HELD, BY_STORE_PART };
/*
 * Keep a run that has passed by_run_verify. Idempotent. A run that hangs on an entry that is not
 * held gives BANYAN_ERR_BROKEN_CHAIN (fetch what is before it first); one that hangs below the tip
 * begins a fork and is kept.  * A store whose index is damaged at the log's tip: BANYAN_ERR_DAMAGED
 * (by_store_repair_index). packed may be empty, then it is packed here. Where the run holds what a
 * damaged block held, it takes that block's place, under a new arrival number.
 */
BANYAN_MUST_CHECK enum banyan_status
by_store_append(struct by_store_txn *txn, const struct by_run *run, struct by_bytes packed,
                enum by_store_verdict *out_verdict);
/* Values of this node alone; name is ASCII of at most 500 characters. An empty value removes. */
BANYAN_MUST_CHECK enum banyan_status
by_store_local_put(struct by_store_txn *txn, const char *name, struct by_bytes value);
/* BANYAN_ERR_NOT_FOUND. out_value holds until the transaction ends. */
BANYAN_MUST_CHECK enum banyan_status
by_store_local_get(struct by_store_txn *txn, const char *name, struct by_bytes *out_value);

/* -- reading -- */
/* A block as read: run borrows from the store until the next read of a block in it. */
struct by_store_block {
    uint64_t arrival;
    uint32_t log_number;
    bool is_act_log;
    struct by_run run;
    struct by_bytes packed;
};
/* Arrival number that the next block will have; 0 in an empty store. */
uint64_t by_store_next_arrival(struct by_store_txn *txn);
/* First block with arrival >= from: BANYAN_ERR_NOT_FOUND past the last. A damaged block:
 * BANYAN_ERR_DAMAGED with out_block->arrival set, so that the caller can go on behind it. */
BANYAN_MUST_CHECK enum banyan_status
by_store_block_from(struct by_store_txn *txn, uint64_t from, struct by_store_block *out_block);
/* Blocks of one log in the order of (last seq, arrival), those with entries of seq >= from_seq.
 * BANYAN_ERR_DAMAGED after all others were visited when one is not as written;
 * BANYAN_ERR_NOT_FOUND for a log that is not held. */
typedef enum banyan_status by_store_block_visit(void *context, const struct by_store_block *block);
BANYAN_MUST_CHECK enum banyan_status
by_store_log_blocks(struct by_store_txn *txn, const struct by_log_id *log, bool is_act_log,
                    uint64_t from_seq, by_store_block_visit *visit, void *context);
/* The block that holds seq in a log without forks, as it was written and not unpacked; packed holds
 * until the transaction ends, or changes. BANYAN_ERR_NOT_FOUND; BANYAN_ERR_EXISTS for a log with
 * forks; BANYAN_ERR_DAMAGED where only by_store_log_blocks can tell whether it is as written. */
struct by_store_packed {
    struct by_block_base base;
    uint64_t last_seq;
    struct by_id tip;
    struct by_bytes packed;
};
BANYAN_MUST_CHECK enum banyan_status
by_store_log_packed(struct by_store_txn *txn, const struct by_log_id *log, bool is_act_log,
                    uint64_t seq, struct by_store_packed *out_block);
/* Each held operation of one record: entries whose links name exactly it, all branches, any order.
 * entry holds for the call. Damaged blocks are skipped and counted in out_damaged (may be NULL). */
typedef enum banyan_status by_store_entry_visit(void *context, const struct by_entry *entry);
BANYAN_MUST_CHECK enum banyan_status
by_store_record_entries(struct by_store_txn *txn, const struct by_record_name *name,
                        by_store_entry_visit *visit, void *context, size_t *out_damaged);
/* Headers of all entries of a log, for fork counting: entry.links and payload are empty; none
 * twice. As by_store_log_blocks where blocks are damaged. */
BANYAN_MUST_CHECK enum banyan_status
by_store_log_headers(struct by_store_txn *txn, const struct by_log_id *log, bool is_act_log,
                     by_store_entry_visit *visit, void *context);

/* -- care -- */
struct by_store_report {
    uint64_t logs, blocks, entries, bytes; /* that read well; bytes as packed */
    uint64_t damaged_blocks;               /* content is not what was written */
    uint64_t bad_seals;                    /* last seal of a block does not verify */
    uint64_t index_faults;                 /* an index lacks a row or has one too many */
    struct by_log_id first_damaged;        /* set when any of the above is */
    uint64_t first_damaged_seq;
};
/* Read everything: hashes, seals, both indexes. network: for seals. progress may be NULL: blocks
 * done of total. */
BANYAN_MUST_CHECK enum banyan_status
by_store_check(struct by_store *store, const struct by_id *network,
               void (*progress)(void *context, uint64_t done, uint64_t total), void *context,
               struct by_store_report *out_report, struct banyan_error *error);

/* The tables that tell where blocks are, made anew from the blocks: for a store with index faults.
 * One transaction. Damaged blocks stay known, so that appending the same run makes them good. A
 * block is lost when neither its row nor its head nor its content tells where it belongs: its log
 * may then end earlier than it did, and must not be written to by whoever owns it. */
struct by_store_repair {
    uint64_t blocks;         /* that have rows now */
    uint64_t damaged_blocks; /* of these; they cannot be read */
    uint64_t lost_blocks;
};
BANYAN_MUST_CHECK enum banyan_status by_store_repair_index(struct by_store *store,
                                                           struct by_store_repair *out_report,
                                                           struct banyan_error *error);

#endif
