#include "store/internal.h"

enum banyan_status by_runs_open(struct by_store_txn *txn, uint32_t log_number, uint64_t first,
                                uint64_t last, struct by_runs *out_runs)
{
    *out_runs = (struct by_runs){.log_number = log_number, .first = first, .last = last};
    return by_rows_open(txn, BY_TABLE_RUN, &out_runs->rows);
}

/* A block has at most BY_BLOCK_ENTRIES_MAX entries: one that ends later than this begins behind
 * last. */
static uint64_t end_of_search(uint64_t last)
{
    return last > UINT64_MAX - BY_BLOCK_ENTRIES_MAX ? UINT64_MAX : last + BY_BLOCK_ENTRIES_MAX - 1;
}

static enum banyan_status step(struct by_runs *runs, struct by_row *out_row)
{
    uint8_t key[BY_RUN_KEY_BYTES] = {0};

    if (runs->has_begun)
        return by_rows_next(&runs->rows, out_row);
    runs->has_begun = true;
    by_run_key_put(key, runs->log_number, runs->first, 0);
    return by_rows_seek(&runs->rows, by_bytes_of(key, sizeof key), out_row);
}

enum banyan_status by_runs_next(struct by_runs *runs, struct by_run_row *out_row)
{
    for (;;) {
        struct by_row row;
        enum banyan_status status = step(runs, &row);

        if (status != BANYAN_OK)
            return status;
        status = by_run_row_parse(row.key, row.value, out_row);
        if (out_row->log_number != runs->log_number ||
            out_row->last_seq > end_of_search(runs->last))
            return BANYAN_ERR_NOT_FOUND;
        if (status != BANYAN_OK || out_row->first_seq <= runs->last)
            return status;
    }
}

void by_runs_close(struct by_runs *runs)
{
    by_rows_close(&runs->rows);
}

/* The highest seq of a log, whichever branch it is of. */
static enum banyan_status find_last_seq(struct by_runs *runs, uint64_t *out_seq)
{
    uint8_t behind[BY_RUN_KEY_BYTES] = {0};
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    by_run_key_put(behind, runs->log_number + 1, 0, 0);
    status = by_rows_before(&runs->rows, by_bytes_of(behind, sizeof behind), &row);
    if (status != BANYAN_OK)
        return status;
    if (row.key.size != BY_RUN_KEY_BYTES || by_get_u32be(row.key.data) != runs->log_number)
        return BANYAN_ERR_DAMAGED;
    *out_seq = by_get_u64be(row.key.data + 4);
    return BANYAN_OK;
}

enum banyan_status
by_runs_tip(struct by_store_txn *txn, uint32_t log_number, struct by_run_row *out_row)
{
    struct by_runs runs;
    uint64_t seq = 0;
    enum banyan_status status = by_runs_open(txn, log_number, 0, 0, &runs);

    if (status == BANYAN_OK)
        status = find_last_seq(&runs, &seq);
    runs.first = runs.last = seq;
    if (status == BANYAN_OK)
        status = by_runs_next(&runs, out_row);
    by_runs_close(&runs);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_ERR_DAMAGED : status;
}
