#include <string.h>

#include "store/internal.h"

enum banyan_status by_block_load(struct by_store_txn *txn, const struct by_log_id *log,
                                 const struct by_run_row *row, struct by_run *out_run,
                                 struct by_bytes *out_packed)
{
    uint8_t key[8];
    struct by_bytes value = {0};
    struct by_block_head head = {0};
    struct by_block_base base;
    enum banyan_status status = BANYAN_OK;

    by_put_u64be(key, row->arrival);
    status = by_row_get(txn, BY_TABLE_BLOCK, by_bytes_of(key, sizeof key), &value);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        status = by_block_head_parse(row->arrival, value, &head, out_packed);
    if (status == BANYAN_OK && !by_block_is_of_row(&head, log, row))
        status = BANYAN_ERR_DAMAGED;
    base = by_block_base_of(&head);
    if (status == BANYAN_OK)
        status = by_block_cache_read(&txn->store->cache, row->arrival, &base, &row->tip,
                                     *out_packed, out_run);
    if (status == BANYAN_OK && row->first_seq + (out_run->count - 1) != row->last_seq)
        status = BANYAN_ERR_DAMAGED;
    return status;
}

enum banyan_status by_entry_is_repeated(struct by_store_txn *txn, const struct by_log_id *log,
                                        const struct by_run_row *row, const struct by_entry *entry,
                                        bool *out_is_repeated)
{
    uint64_t seq = entry->header.seq;
    struct by_id id = entry->id;
    struct by_runs runs;
    struct by_run_row other;
    struct by_run run;
    struct by_bytes packed = {0};
    enum banyan_status status = by_runs_open(txn, row->log_number, seq, seq, &runs);

    *out_is_repeated = false;
    while (status == BANYAN_OK && !*out_is_repeated) {
        status = by_runs_next(&runs, &other);
        if (status == BANYAN_OK && other.arrival == row->arrival)
            break;
        if (status == BANYAN_OK)
            status = by_block_load(txn, log, &other, &run, &packed);
        if (status == BANYAN_OK)
            *out_is_repeated = by_id_equal(&run.entries[seq - other.first_seq].id, &id);
        else if (status == BANYAN_ERR_DAMAGED)
            status = BANYAN_OK;
    }
    by_runs_close(&runs);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* -- by arrival -- */

uint64_t by_store_next_arrival(struct by_store_txn *txn)
{
    static const uint8_t behind[9] = {255, 255, 255, 255, 255, 255, 255, 255, 255};
    struct by_rows rows;
    struct by_row row;
    uint64_t next = 0;
    enum banyan_status status = by_rows_open(txn, BY_TABLE_BLOCK, &rows);

    if (status == BANYAN_OK)
        status = by_rows_before(&rows, by_bytes_of(behind, sizeof behind), &row);
    if (status == BANYAN_OK && row.key.size == 8)
        next = by_get_u64be(row.key.data) + 1;
    by_rows_close(&rows);
    return next;
}

/* Whether the run table tells the same of a block that came out of the block table. In the tail it
 * tells nothing. */
static enum banyan_status compare_row(struct by_store_txn *txn, const struct by_block_head *head)
{
    uint8_t key[BY_RUN_KEY_BYTES] = {0};
    struct by_bytes name = by_bytes_of(key, sizeof key);
    struct by_bytes value = {0};
    struct by_run_row row;
    struct by_tail *tail = NULL;
    enum banyan_status status = by_tail_get(txn, &tail);

    if (status != BANYAN_OK || head->row.arrival >= tail->mark)
        return status;
    by_run_key_put(key, head->row.log_number, head->row.last_seq, head->row.arrival);
    status = by_row_get(txn, BY_TABLE_RUN, name, &value);
    if (status == BANYAN_OK)
        status = by_run_row_parse(name, value, &row);
    if (status == BANYAN_ERR_NOT_FOUND ||
        (status == BANYAN_OK && !by_block_is_of_row(head, &head->log, &row)))
        return BANYAN_ERR_DAMAGED;
    return status;
}

static enum banyan_status
read_block(struct by_store_txn *txn, struct by_bytes value, struct by_store_block *block)
{
    struct by_block_head head;
    struct by_block_base base;
    struct by_log_row log_row = {0};
    enum banyan_status status = by_block_head_parse(block->arrival, value, &head, &block->packed);

    if (status == BANYAN_OK)
        status = by_log_row_get(txn, &head.log, head.is_act_log, &log_row);
    if (status == BANYAN_ERR_NOT_FOUND ||
        (status == BANYAN_OK && log_row.number != head.row.log_number))
        return BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        status = compare_row(txn, &head);
    if (status != BANYAN_OK)
        return status;
    block->log_number = log_row.number;
    block->is_act_log = log_row.is_act_log;
    base = by_block_base_of(&head);
    status = by_block_cache_read(&txn->store->cache, block->arrival, &base, &head.row.tip,
                                 block->packed, &block->run);
    if (status == BANYAN_OK && head.row.first_seq + (block->run.count - 1) != head.row.last_seq)
        return BANYAN_ERR_DAMAGED;
    return status;
}

enum banyan_status
by_store_block_from(struct by_store_txn *txn, uint64_t from, struct by_store_block *out_block)
{
    uint8_t start[8] = {0};
    struct by_rows rows;
    struct by_row row;
    enum banyan_status status = by_rows_open(txn, BY_TABLE_BLOCK, &rows);

    memset(out_block, 0, sizeof *out_block);
    out_block->arrival = from;
    by_put_u64be(start, from);
    if (status == BANYAN_OK)
        status = by_rows_seek(&rows, by_bytes_of(start, sizeof start), &row);
    /* A key that damage has changed is no place to go on from: checking finds what it stood for. */
    while (status == BANYAN_OK && (row.key.size != 8 || by_get_u64be(row.key.data) < from))
        status = by_rows_next(&rows, &row);
    by_rows_close(&rows);
    if (status != BANYAN_OK)
        return status;
    out_block->arrival = by_get_u64be(row.key.data);
    return read_block(txn, row.value, out_block);
}

/* -- by log -- */

enum banyan_status by_store_log_blocks(struct by_store_txn *txn, const struct by_log_id *log,
                                       bool is_act_log, uint64_t from_seq,
                                       by_store_block_visit *visit, void *context)
{
    struct by_log_row log_row;
    struct by_runs runs = {0};
    struct by_run_row row;
    bool is_damaged = false;
    enum banyan_status status = by_log_row_get(txn, log, is_act_log, &log_row);

    if (status == BANYAN_OK)
        status = by_runs_open(txn, log_row.number, from_seq, UINT64_MAX, &runs);
    while (status == BANYAN_OK) {
        struct by_store_block block = {.log_number = log_row.number,
                                       .is_act_log = log_row.is_act_log};
        enum banyan_status loaded = by_runs_next(&runs, &row);

        if (loaded == BANYAN_ERR_NOT_FOUND)
            break;
        block.arrival = row.arrival;
        if (loaded == BANYAN_OK)
            loaded = by_block_load(txn, log, &row, &block.run, &block.packed);
        if (loaded == BANYAN_OK)
            status = visit(context, &block);
        else if (loaded == BANYAN_ERR_DAMAGED)
            is_damaged = true;
        else
            status = loaded;
    }
    by_runs_close(&runs);
    return status == BANYAN_OK && is_damaged ? BANYAN_ERR_DAMAGED : status;
}

static enum banyan_status load_packed(struct by_store_txn *txn, const struct by_log_id *log,
                                      const struct by_run_row *row,
                                      struct by_store_packed *out_block)
{
    uint8_t key[8], sum[BY_CHECKSUM_BYTES];
    struct by_bytes value = {0};
    struct by_block_head head = {0};
    enum banyan_status status = BANYAN_OK;

    by_put_u64be(key, row->arrival);
    status = by_row_get(txn, BY_TABLE_BLOCK, by_bytes_of(key, sizeof key), &value);
    if (status == BANYAN_OK)
        status = by_block_head_parse(row->arrival, value, &head, &out_block->packed);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_ERR_DAMAGED : status;
    by_packed_sum(out_block->packed, sum);
    if (!by_block_is_of_row(&head, log, row) || memcmp(sum, head.sum, sizeof sum) != 0)
        return BANYAN_ERR_DAMAGED;
    out_block->base = by_block_base_of(&head);
    out_block->last_seq = row->last_seq;
    out_block->tip = row->tip;
    return BANYAN_OK;
}

enum banyan_status by_store_log_packed(struct by_store_txn *txn, const struct by_log_id *log,
                                       bool is_act_log, uint64_t seq,
                                       struct by_store_packed *out_block)
{
    struct by_log_row log_row;
    struct by_runs runs = {0};
    struct by_run_row row;
    enum banyan_status status = by_log_row_get(txn, log, is_act_log, &log_row);

    if (status == BANYAN_OK && log_row.is_forked)
        return BANYAN_ERR_EXISTS;
    if (status == BANYAN_OK)
        status = by_runs_open(txn, log_row.number, seq, seq, &runs);
    if (status == BANYAN_OK)
        status = by_runs_next(&runs, &row);
    if (status == BANYAN_OK)
        status = load_packed(txn, log, &row, out_block);
    by_runs_close(&runs);
    return status;
}

struct header_walk {
    struct by_store_txn *txn;
    by_store_entry_visit *visit;
    void *context;
    bool has_begun;
    uint64_t highest_seq; /* of the blocks before */
};

static enum banyan_status visit_headers(void *context, const struct by_store_block *block)
{
    struct header_walk *walk = context;
    struct by_entry entries[BY_BLOCK_ENTRIES_MAX];
    struct by_log_id log = block->run.base.log;
    struct by_run_row row = {.log_number = block->log_number, .arrival = block->arrival};
    size_t count = block->run.count;
    enum banyan_status status = BANYAN_OK;

    /* Copied: looking at other blocks may take this one's memory. */
    memcpy(entries, block->run.entries, count * sizeof entries[0]);
    for (size_t i = 0; status == BANYAN_OK && i < count; i++) {
        bool is_repeated = false;

        entries[i].links = entries[i].payload = by_bytes_of(NULL, 0);
        /* Only entries beside earlier ones can have been met before. */
        if (walk->has_begun && entries[i].header.seq <= walk->highest_seq)
            status = by_entry_is_repeated(walk->txn, &log, &row, &entries[i], &is_repeated);
        if (status == BANYAN_OK && !is_repeated)
            status = walk->visit(walk->context, &entries[i]);
    }
    /* Blocks come in the order of their last seq. */
    walk->highest_seq = entries[count - 1].header.seq;
    walk->has_begun = true;
    return status;
}

enum banyan_status by_store_log_headers(struct by_store_txn *txn, const struct by_log_id *log,
                                        bool is_act_log, by_store_entry_visit *visit, void *context)
{
    struct header_walk walk = {.txn = txn, .visit = visit, .context = context};

    return by_store_log_blocks(txn, log, is_act_log, 0, visit_headers, &walk);
}
