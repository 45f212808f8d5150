#include <string.h>

#include "store/internal.h"

/*
 * Building the tables that tell where blocks are anew, from the blocks.
 *
 * First every block gets a head that is right, from its row or from what is in it; then the rows
 * are made from the heads. A block that cannot be read keeps its row, so that it can be fetched
 * again.
 */

struct repairing {
    struct by_store_txn *txn;
    struct by_store_repair *report;
    struct by_block_reader reader;
    struct by_buffer position; /* key to go on from; empty at the start */
    struct by_buffer row;      /* a copy: changes move what LMDB holds */
};

static enum banyan_status
get_block(struct by_store_txn *txn, uint64_t arrival, struct by_bytes *out_value)
{
    uint8_t key[8] = {0};

    by_put_u64be(key, arrival);
    return by_row_get(txn, BY_TABLE_BLOCK, by_bytes_of(key, sizeof key), out_value);
}

/* Only of what reads well, or damage would pass for what was written. */
static void
sum_packed(struct repairing *repairing, struct by_bytes packed, struct by_block_head *head)
{
    struct by_block_base base = by_block_base_of(head);
    struct by_run run;

    memset(head->sum, 0, sizeof head->sum);
    if (by_block_read(&repairing->reader, &base, &head->row.tip, packed, &run) == BANYAN_OK)
        by_packed_sum(packed, head->sum);
}

/* value: the block as it is, its head aside. */
static enum banyan_status
put_head(struct repairing *repairing, struct by_block_head *head, struct by_bytes value)
{
    struct by_store_txn *txn = repairing->txn;
    uint8_t key[8] = {0};
    struct by_bytes copy = {0};
    uint8_t *bytes = by_arena_array(&txn->arena, 1, value.size);

    if (bytes == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(bytes, value.data, value.size);
    sum_packed(repairing,
               by_bytes_of(bytes + BY_BLOCK_HEAD_BYTES, value.size - BY_BLOCK_HEAD_BYTES), head);
    by_block_head_put(bytes, head);
    copy = by_bytes_of(bytes, value.size);
    by_put_u64be(key, head->row.arrival);
    return by_row_put(txn, BY_TABLE_BLOCK, by_bytes_of(key, sizeof key), copy);
}

/* -- heads -- */

/* A row that is as written tells the head of its block. */
static enum banyan_status mend_head(struct repairing *repairing, const struct by_row *at)
{
    struct by_block_head head = {0}, found;
    struct by_log_row log_row;
    struct by_bytes value = {0}, packed = {0};
    enum banyan_status status = by_run_row_parse(at->key, at->value, &head.row);

    if (status == BANYAN_OK)
        status = by_log_by_number(repairing->txn, head.row.log_number, &head.log, &log_row);
    head.is_act_log = status == BANYAN_OK && log_row.is_act_log;
    if (status == BANYAN_OK)
        status = get_block(repairing->txn, head.row.arrival, &value);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED ? BANYAN_OK : status;
    if (value.size <= BY_BLOCK_HEAD_BYTES ||
        by_block_head_parse(head.row.arrival, value, &found, &packed) == BANYAN_OK)
        return BANYAN_OK;
    return put_head(repairing, &head, value);
}

/* Without a row, what a damaged head tells is good when the block follows from it. */
static enum banyan_status
prove_head(struct repairing *repairing, struct by_bytes packed, struct by_block_head *head)
{
    struct by_block_base base = by_block_base_of(head);
    struct by_log_row log_row;
    struct by_run run;
    enum banyan_status status =
        by_block_read(&repairing->reader, &base, &head->row.tip, packed, &run);

    if (status != BANYAN_OK)
        return status;
    head->is_act_log = by_kind_is_act(run.entries[0].header.kind);
    status = by_log_row_get(repairing->txn, &head->log, head->is_act_log, &log_row);
    if (status == BANYAN_OK)
        head->row = by_run_row_of(&run, log_row.number, head->row.arrival);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_ERR_DAMAGED : status;
}

static enum banyan_status drop_block(struct repairing *repairing, struct by_bytes key)
{
    uint8_t copy[BY_KEY_BYTES_MAX];

    memcpy(copy, key.data, key.size);
    repairing->report->lost_blocks++;
    return by_row_remove(repairing->txn, BY_TABLE_BLOCK, by_bytes_of(copy, key.size));
}

/* The head of a block, put right. BANYAN_ERR_NOT_FOUND: nothing tells where it belongs, and it is
 * gone now. */
static enum banyan_status
settle_head(struct repairing *repairing, const struct by_row *at, struct by_block_head *out_head)
{
    struct by_bytes packed = {0};
    enum banyan_status status = BANYAN_ERR_DAMAGED;

    if (at->key.size == 8)
        status = by_block_head_parse(by_get_u64be(at->key.data), at->value, out_head, &packed);
    if (status == BANYAN_OK)
        return status;
    if (packed.size > 0)
        status = prove_head(repairing, packed, out_head);
    if (status == BANYAN_OK)
        return put_head(repairing, out_head, at->value);
    if (status != BANYAN_ERR_DAMAGED)
        return status;
    status = drop_block(repairing, at->key);
    return status == BANYAN_OK ? BANYAN_ERR_NOT_FOUND : status;
}

/* -- rows -- */

/* The two rows of a log, from the head of one of its blocks. Where the row is lost, so is whether
 * the log is forked: counting looks closer when it may be. */
static enum banyan_status settle_log(struct repairing *repairing, const struct by_block_head *head)
{
    struct by_store_txn *txn = repairing->txn;
    struct by_log_row row = {.number = head->row.log_number, .is_forked = true};
    struct by_log_id log;
    uint8_t key[4] = {0}, value[BY_LOG_KEY_BYTES];
    enum banyan_status status = by_log_by_number(txn, head->row.log_number, &log, &row);

    if (status != BANYAN_ERR_DAMAGED)
        return status;
    row = (struct by_log_row){
        .number = head->row.log_number, .is_act_log = head->is_act_log, .is_forked = true};
    by_put_u32be(key, row.number);
    by_log_key_put(value, &head->log, row.is_act_log);
    status = by_row_put(txn, BY_TABLE_LOG_NUMBER, by_bytes_of(key, sizeof key),
                        by_bytes_of(value, sizeof value));
    return status == BANYAN_OK ? by_log_row_put(txn, &head->log, &row) : status;
}

static enum banyan_status add_rows(struct repairing *repairing, const struct by_row *at)
{
    struct by_block_head head;
    struct by_run run;
    struct by_bytes value = {0};
    struct by_block_base base;
    enum banyan_status status = settle_head(repairing, at, &head);
    enum banyan_status found = BANYAN_OK;

    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    base = by_block_base_of(&head);
    status = get_block(repairing->txn, head.row.arrival, &value);
    if (status != BANYAN_OK)
        return status;
    found = by_block_read(
        &repairing->reader, &base, &head.row.tip,
        by_bytes_of(value.data + BY_BLOCK_HEAD_BYTES, value.size - BY_BLOCK_HEAD_BYTES), &run);
    if (found != BANYAN_OK && found != BANYAN_ERR_DAMAGED)
        return found;
    if (found == BANYAN_OK)
        status = settle_log(repairing, &head);
    if (status == BANYAN_OK)
        status = by_run_row_put(repairing->txn, &head.row);
    if (found != BANYAN_OK)
        repairing->report->damaged_blocks++;
    else if (status == BANYAN_OK)
        status = by_index_run(repairing->txn, head.row.log_number, &run);
    repairing->report->blocks++;
    return status;
}

/* -- walking a table that changes meanwhile -- */

typedef enum banyan_status repair_row(struct repairing *repairing, const struct by_row *row);

static enum banyan_status
read_from(struct repairing *repairing, enum by_table table, struct by_row *out_row)
{
    struct by_buffer *copy = &repairing->row;
    struct by_rows rows;
    struct by_row row;
    enum banyan_status status = by_rows_open(repairing->txn, table, &rows);

    if (status == BANYAN_OK)
        status = by_rows_seek(&rows, by_buffer_bytes(&repairing->position), &row);
    by_rows_close(&rows);
    if (status != BANYAN_OK)
        return status;
    by_buffer_reset(copy);
    status = by_buffer_append_bytes(copy, row.key);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(copy, row.value);
    out_row->key = by_bytes_of(copy->data, row.key.size);
    out_row->value = by_bytes_of(copy->data + row.key.size, row.value.size);
    return status;
}

/* Where to go on from: the least key behind this one. Keys out of order would never end. */
static enum banyan_status step_behind(struct repairing *repairing, struct by_bytes key)
{
    struct by_bytes position = by_buffer_bytes(&repairing->position);

    if (by_bytes_compare(key, position) < 0)
        return BANYAN_ERR_DAMAGED;
    by_buffer_reset(&repairing->position);
    if (by_buffer_append_bytes(&repairing->position, key) != BANYAN_OK)
        return BANYAN_ERR_MEMORY;
    return by_buffer_append_u8(&repairing->position, 0);
}

static enum banyan_status
each_row(struct repairing *repairing, enum by_table table, repair_row *repair)
{
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(&repairing->position);
    while (status == BANYAN_OK) {
        enum banyan_status found = read_from(repairing, table, &row);

        if (found != BANYAN_OK)
            return found == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : found;
        status = step_behind(repairing, row.key);
        if (status == BANYAN_OK)
            status = repair(repairing, &row);
    }
    return status;
}

/* -- all of it -- */

static enum banyan_status drop_bad_log(struct repairing *repairing, const struct by_row *at)
{
    struct by_log_id log;
    struct by_log_row row;
    bool is_act_log = false;
    enum banyan_status status = by_log_key_parse(at->key, &log, &is_act_log);

    if (status == BANYAN_OK)
        status = by_log_row_get(repairing->txn, &log, is_act_log, &row);
    return status == BANYAN_ERR_DAMAGED ? by_row_remove(repairing->txn, BY_TABLE_LOG, at->key)
                                        : status;
}

static enum banyan_status drop_bad_number(struct repairing *repairing, const struct by_row *at)
{
    struct by_log_id log;
    struct by_log_row row;
    enum banyan_status status = BANYAN_ERR_DAMAGED;

    if (at->key.size == 4)
        status = by_log_by_number(repairing->txn, by_get_u32be(at->key.data), &log, &row);
    return status == BANYAN_ERR_DAMAGED
               ? by_row_remove(repairing->txn, BY_TABLE_LOG_NUMBER, at->key)
               : status;
}

static enum banyan_status repair(void *context, struct by_store_txn *txn)
{
    struct repairing *repairing = context;
    enum banyan_status status = BANYAN_OK;

    repairing->txn = txn;
    memset(repairing->report, 0, sizeof *repairing->report);
    txn->store->tail.is_known = false;
    status = each_row(repairing, BY_TABLE_RUN, mend_head);
    if (status == BANYAN_OK)
        status = each_row(repairing, BY_TABLE_LOG, drop_bad_log);
    if (status == BANYAN_OK)
        status = by_table_clear(txn, BY_TABLE_RUN);
    if (status == BANYAN_OK)
        status = by_table_clear(txn, BY_TABLE_OPERATION);
    if (status == BANYAN_OK)
        status = each_row(repairing, BY_TABLE_BLOCK, add_rows);
    if (status == BANYAN_OK)
        status = each_row(repairing, BY_TABLE_LOG_NUMBER, drop_bad_number);
    if (status == BANYAN_OK)
        status = by_tail_move(txn, by_store_next_arrival(txn));
    /* What a walk meets and a look-up does not find: LMDB's own pages are damaged. */
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_ERR_DAMAGED : status;
}

enum banyan_status by_store_repair_index(struct by_store *store, struct by_store_repair *out_report,
                                         struct banyan_error *error)
{
    struct repairing repairing = {.report = out_report,
                                  .position = BY_BUFFER_INIT(1024),
                                  .row = BY_BUFFER_INIT(2 * BY_BLOCK_BYTES_MAX)};
    enum banyan_status status = by_block_reader_init(&repairing.reader);

    if (status == BANYAN_OK)
        status = by_store_write(store, repair, &repairing, error);
    else
        status = by_fail_plain(error, status);
    by_block_reader_deinit(&repairing.reader);
    by_buffer_deinit(&repairing.position);
    by_buffer_deinit(&repairing.row);
    return status;
}
