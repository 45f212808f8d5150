/*
 * What the files of the store share: the environment, one transaction, the tables, their rows.
 *
 * Rows that nothing else would vouch for (run, log, local, the head of a block) end in 8 bytes of
 * checksum over table, key and value, since LMDB notices few of the bits a disk can turn. What is
 * in a block vouches for itself: it is hashed entry by entry.
 */
#ifndef BY_STORE_INTERNAL_H
#define BY_STORE_INTERNAL_H

#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "os/os.h"
#include "store/cache.h"
#include "store/store.h"

/* Everything lies in one tree, each table under its own first byte: a commit then writes one path,
 * and beside it only the leaves it changed. Blocks come last, so that they can be appended. */
enum by_table {
    BY_TABLE_STORE = 1, /* of the store itself: "format" -> u32le, "indexed" -> u64le ‖ checksum */
    BY_TABLE_LOCAL,
    BY_TABLE_LOG,
    BY_TABLE_LOG_NUMBER,
    BY_TABLE_OPERATION,
    BY_TABLE_RUN,
    BY_TABLE_BLOCK
};

/* One block as the run table knows it. */
struct by_run_row {
    uint32_t log_number;
    uint64_t last_seq;
    uint64_t arrival;
    uint64_t first_seq;
    struct by_id prev;
    struct by_id tip;
    uint64_t tip_hlc;
};
/*
 * Small blocks are indexed some at a time: an entry added alone would else cost two further pages
 * at each commit. The last few blocks of the store are its tail: they have rows in neither run nor
 * op, and their heads are read instead. Their arrivals follow each other without a gap, up to the
 * last block of all, so that none can be lost without a word.
 */
#define BY_TAIL_BLOCKS_MAX 32u
/* Blocks smaller than this may wait in the tail. */
#define BY_TAIL_ENTRIES_MAX 8u

/* The records that a block of the tail names, once it was read: by the random end of their UUIDs,
 * so that another record may seem to be there. */
struct by_tail_names {
    bool are_known;
    size_t count;
    uint64_t uuid_ends[BY_TAIL_ENTRIES_MAX - 1];
};

struct by_tail {
    bool is_known;
    uint64_t as_of;  /* the transaction whose tail this is */
    bool is_changed; /* by the transaction that is open */
    uint64_t mark;   /* the first arrival that is not indexed */
    bool is_damaged; /* a block of it cannot be told: none of its log may count as the tip */
    struct by_run_row rows[BY_TAIL_BLOCKS_MAX];
    bool is_act[BY_TAIL_BLOCKS_MAX]; /* of an act log, so that no record is in it */
    struct by_tail_names names[BY_TAIL_BLOCKS_MAX];
    size_t count;
};

/* What the handles of one store in this process have in common. */
struct by_store_share {
    MDB_env *env;
    MDB_dbi tree;
    struct by_os_hold *hold; /* LMDB breaks when one process opens a store twice */
    /* Held for reading by whoever has a transaction open, or looks at the map; for writing where
     * the map moves. */
    pthread_rwlock_t map_lock;
    bool is_unmapped; /* growing failed half-way: nothing can be read any more */
    atomic_uint handles;
};

/* One thread's handle. */
struct by_store {
    struct by_store_share *share;
    MDB_env *env; /* the share's, as is tree */
    MDB_dbi tree;
    struct by_block_cache cache;
    struct by_tail tail;
    struct by_zip zip;       /* for packing */
    struct by_buffer packed; /* the block being packed */
    bool is_in_txn;
};

struct by_store_txn {
    struct by_store *store;
    MDB_txn *txn;
    bool is_write;
    struct by_arena arena; /* values handed out until the transaction ends */
    int refusal;           /* first LMDB code that was no success and no plain "not found" */
};

/* -- store_share.c -- */
/* One handle; *out_share has neither environment nor hold yet. */
BANYAN_MUST_CHECK enum banyan_status by_share_new(struct by_store_share **out_share);
/* With the last handle all is closed. NULL is fine. */
void by_share_drop(struct by_store_share *share);
/* mdb_txn_begin, also after another process has made the file larger than what this one maps.
 * ENOMEM also once the map is lost. Unless it fails, by_share_leave follows the transaction's end.
 */
int by_share_begin(struct by_store_share *share, unsigned flags, MDB_txn **out_txn);
void by_share_leave(struct by_store_share *share);
/* Twice the room. Waits until no thread of this process has a transaction open. */
BANYAN_MUST_CHECK enum banyan_status
by_share_grow(struct by_store_share *share, struct banyan_error *error);
uint64_t by_share_last_txn(struct by_store_share *share);

/* -- store_txn.c -- */
/* LMDB code to status; remembered in the transaction for words and for growing. */
enum banyan_status by_store_refused(struct by_store_txn *txn, int code);
/* A sentence such as "cannot read the store", and behind it what LMDB says. */
enum banyan_status by_store_fail(struct banyan_error *error, int code, const char *sentence);

/* -- store_table.c -- */
MDB_val by_val(struct by_bytes bytes);
struct by_bytes by_val_bytes(MDB_val value);

/* LMDB's own bound is 511, one of which names the table. */
#define BY_KEY_BYTES_MAX 510u
/* The value of key: BANYAN_ERR_NOT_FOUND. Holds until the next change in the transaction. */
BANYAN_MUST_CHECK enum banyan_status by_row_get(struct by_store_txn *txn, enum by_table table,
                                                struct by_bytes key, struct by_bytes *out_value);
BANYAN_MUST_CHECK enum banyan_status by_row_put(struct by_store_txn *txn, enum by_table table,
                                                struct by_bytes key, struct by_bytes value);
/* A row behind all others of all tables; *out_at has room for size bytes until the next change. */
BANYAN_MUST_CHECK enum banyan_status by_row_append(struct by_store_txn *txn, enum by_table table,
                                                   struct by_bytes key, size_t size,
                                                   uint8_t **out_at);
/* BANYAN_OK also when there was none. */
BANYAN_MUST_CHECK enum banyan_status
by_row_remove(struct by_store_txn *txn, enum by_table table, struct by_bytes key);
BANYAN_MUST_CHECK enum banyan_status by_table_clear(struct by_store_txn *txn, enum by_table table);

/* A walk through one table. Rows hold until the next change in the transaction. */
struct by_rows {
    struct by_store_txn *txn;
    enum by_table table;
    MDB_cursor *cursor;
};
struct by_row {
    struct by_bytes key; /* within the table */
    struct by_bytes value;
};
BANYAN_MUST_CHECK enum banyan_status
by_rows_open(struct by_store_txn *txn, enum by_table table, struct by_rows *out_rows);
void by_rows_close(struct by_rows *rows);
/* The first row from key on; the one behind the last taken; the last one before key. Each
 * BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status
by_rows_seek(struct by_rows *rows, struct by_bytes key, struct by_row *out_row);
BANYAN_MUST_CHECK enum banyan_status by_rows_next(struct by_rows *rows, struct by_row *out_row);
BANYAN_MUST_CHECK enum banyan_status
by_rows_before(struct by_rows *rows, struct by_bytes key, struct by_row *out_row);

/* -- store_row.c -- */
#define BY_CHECKSUM_BYTES 8
#define BY_LOG_KEY_BYTES  41
#define BY_RUN_KEY_BYTES  20

struct by_log_row {
    uint32_t number;
    bool is_act_log;
    bool is_forked;
};
void by_checksum(enum by_table table, struct by_bytes key, struct by_bytes value,
                 uint8_t out_checksum[BY_CHECKSUM_BYTES]);
/* What stands before the checksum. BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status by_checksum_strip(enum by_table table, struct by_bytes key,
                                                       struct by_bytes row,
                                                       struct by_bytes *out_value);

void by_run_key_put(uint8_t out_key[BY_RUN_KEY_BYTES], uint32_t log_number, uint64_t last_seq,
                    uint64_t arrival);
BANYAN_MUST_CHECK enum banyan_status
by_run_row_put(struct by_store_txn *txn, const struct by_run_row *row);
/* BANYAN_ERR_DAMAGED; the key's parts are set all the same when the key has its size. */
BANYAN_MUST_CHECK enum banyan_status
by_run_row_parse(struct by_bytes key, struct by_bytes value, struct by_run_row *out_row);
void by_log_key_put(uint8_t out_key[BY_LOG_KEY_BYTES], const struct by_log_id *log,
                    bool is_act_log);
/* BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status
by_log_key_parse(struct by_bytes key, struct by_log_id *out_log, bool *out_is_act_log);
BANYAN_MUST_CHECK enum banyan_status
by_log_row_put(struct by_store_txn *txn, const struct by_log_id *log, const struct by_log_row *row);
BANYAN_MUST_CHECK enum banyan_status by_log_row_get(struct by_store_txn *txn,
                                                    const struct by_log_id *log, bool is_act_log,
                                                    struct by_log_row *out_row);
/* The log that carries a number. BANYAN_ERR_DAMAGED when there is none. */
BANYAN_MUST_CHECK enum banyan_status by_log_by_number(struct by_store_txn *txn, uint32_t number,
                                                      struct by_log_id *out_log,
                                                      struct by_log_row *out_row);

/* What stands before the packed bytes in a block: what its row in run tells, and a checksum of
 * them. Where that fits, they are what was written, and need not be unpacked to know it. Where it
 * does not, they may be all the same: only unpacking tells. */
#define BY_BLOCK_HEAD_BYTES 149
struct by_block_head {
    struct by_log_id log;
    bool is_act_log;
    struct by_run_row row;
    uint8_t sum[BY_CHECKSUM_BYTES];
};
void by_packed_sum(struct by_bytes packed, uint8_t out_sum[BY_CHECKSUM_BYTES]);
void by_block_head_put(uint8_t out_bytes[BY_BLOCK_HEAD_BYTES], const struct by_block_head *head);
/* BANYAN_ERR_DAMAGED; the parts are set all the same when the value is long enough. */
BANYAN_MUST_CHECK enum banyan_status by_block_head_parse(uint64_t arrival, struct by_bytes value,
                                                         struct by_block_head *out_head,
                                                         struct by_bytes *out_packed);
/* Whether block and row tell the same. */
bool by_block_is_of_row(const struct by_block_head *head, const struct by_log_id *log,
                        const struct by_run_row *row);
struct by_block_base by_block_base_of(const struct by_block_head *head);
struct by_run_row by_run_row_of(const struct by_run *run, uint32_t log_number, uint64_t arrival);

/* -- store_runs.c: the rows of one log that hold a seq of first to last, by (last seq, arrival);
 * those of the tail among them -- */
struct by_runs {
    struct by_rows rows;
    uint32_t log_number;
    uint64_t first, last;
    bool has_begun;
    const struct by_tail *tail;
    bool is_behind; /* a row of the tail was taken: at_seq, at_arrival */
    uint64_t at_seq, at_arrival;
    bool has_ahead; /* the next row of the table has been looked at */
    enum banyan_status ahead_status;
    struct by_run_row ahead;
    bool has_told; /* of a tail that is damaged */
};
BANYAN_MUST_CHECK enum banyan_status by_runs_open(struct by_store_txn *txn, uint32_t log_number,
                                                  uint64_t first, uint64_t last,
                                                  struct by_runs *out_runs);
/* BANYAN_ERR_NOT_FOUND at the end; BANYAN_ERR_DAMAGED for a row that is not as written, the next
 * call goes on behind it. A damaged tail is told of once, at the end, as arrival UINT64_MAX. */
BANYAN_MUST_CHECK enum banyan_status by_runs_next(struct by_runs *runs, struct by_run_row *out_row);
void by_runs_close(struct by_runs *runs);
/* The row of the highest seq that arrived first. BANYAN_ERR_DAMAGED when there is none, and when a
 * damaged tail may hold a higher one. */
BANYAN_MUST_CHECK enum banyan_status
by_runs_tip(struct by_store_txn *txn, uint32_t log_number, struct by_run_row *out_row);

/* -- store_read.c -- */
/* The block of a row, hashed again and compared with the row. BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status
by_block_load(struct by_store_txn *txn, const struct by_log_id *log, const struct by_run_row *row,
              struct by_run *out_run, struct by_bytes *out_packed);
/* Whether a row before this one in the order of the table holds the same entry. Reads blocks: entry
 * may be gone from the cache afterwards. */
BANYAN_MUST_CHECK enum banyan_status
by_entry_is_repeated(struct by_store_txn *txn, const struct by_log_id *log,
                     const struct by_run_row *row, const struct by_entry *entry,
                     bool *out_is_repeated);

/* -- store_index.c -- */
#define BY_OPERATION_PREFIX_BYTES 24
#define BY_OPERATION_KEY_BYTES    36
void by_operation_key_put(uint8_t out_key[BY_OPERATION_KEY_BYTES],
                          const struct by_record_name *name, uint32_t log_number, uint64_t seq);
/* The op rows of a run. */
BANYAN_MUST_CHECK enum banyan_status
by_index_run(struct by_store_txn *txn, uint32_t log_number, const struct by_run *run);
/* The run has just been written, as the last block. BANYAN_ERR_DAMAGED when the tail is. */
BANYAN_MUST_CHECK enum banyan_status
by_index_block(struct by_store_txn *txn, const struct by_run_row *row, const struct by_run *run);
/* Leave nothing in the tail. */
BANYAN_MUST_CHECK enum banyan_status by_index_tail(struct by_store_txn *txn);

/* -- store_tail.c -- */
/* The tail as the transaction sees it. Holds until the transaction ends. */
BANYAN_MUST_CHECK enum banyan_status
by_tail_get(struct by_store_txn *txn, struct by_tail **out_tail);
/* All blocks before mark are indexed: the tail is empty. */
BANYAN_MUST_CHECK enum banyan_status by_tail_move(struct by_store_txn *txn, uint64_t mark);
void by_tail_add(struct by_store_txn *txn, const struct by_run_row *row, bool is_act);
/* Remember what a block names that was read as by_block_load does. */
void by_tail_note(struct by_tail *tail, uint64_t arrival, const struct by_run *run);
/* Whether a block of a tail that is not damaged may have operations of the record. */
bool by_tail_may_have(const struct by_tail *tail, uint64_t arrival,
                      const struct by_record_name *name);
/* What is remembered of the tail, once a transaction has ended. */
void by_tail_settle(struct by_tail *tail, uint64_t number, bool is_committed);

#endif
