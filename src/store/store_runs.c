#include "store/internal.h"

enum banyan_status by_runs_open(struct by_store_txn *txn, uint32_t log_number, uint64_t first,
                                uint64_t last, struct by_runs *out_runs)
{
    *out_runs =
        (struct by_runs){.txn = txn, .log_number = log_number, .first = first, .last = last};
    return by_store_refused(
        txn, mdb_cursor_open(txn->txn, txn->store->tables[BY_TABLE_RUN], &out_runs->cursor));
}

/* A block has at most BY_BLOCK_ENTRIES_MAX entries: one that ends later than this begins behind
 * last. */
static uint64_t end_of_search(uint64_t last)
{
    return last > UINT64_MAX - BY_BLOCK_ENTRIES_MAX ? UINT64_MAX : last + BY_BLOCK_ENTRIES_MAX - 1;
}

enum banyan_status by_runs_next(struct by_runs *runs, struct by_run_row *out_row)
{
    for (;;) {
        uint8_t start[BY_RUN_KEY_BYTES];
        MDB_val key = {.mv_size = sizeof start, .mv_data = start};
        MDB_val value = {0};
        enum banyan_status status = BANYAN_OK;
        int code = 0;

        by_run_key_put(start, runs->log_number, runs->first, 0);
        code =
            mdb_cursor_get(runs->cursor, &key, &value, runs->has_begun ? MDB_NEXT : MDB_SET_RANGE);
        runs->has_begun = true;
        if (code != 0)
            return by_store_refused(runs->txn, code);
        status = by_run_row_parse(by_val_bytes(key), by_val_bytes(value), out_row);
        if (out_row->log_number != runs->log_number ||
            out_row->last_seq > end_of_search(runs->last))
            return BANYAN_ERR_NOT_FOUND;
        if (status != BANYAN_OK || out_row->first_seq <= runs->last)
            return status;
    }
}

void by_runs_close(struct by_runs *runs)
{
    if (runs->cursor != NULL)
        mdb_cursor_close(runs->cursor);
    runs->cursor = NULL;
}

/* The last row of a log, whichever branch it is of. */
static int seek_last(MDB_cursor *cursor, uint32_t log_number, MDB_val *key, MDB_val *value)
{
    uint8_t behind[BY_RUN_KEY_BYTES];
    int code = 0;

    by_run_key_put(behind, log_number + 1, 0, 0);
    *key = (MDB_val){.mv_size = sizeof behind, .mv_data = behind};
    code = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
    if (code == MDB_NOTFOUND)
        return mdb_cursor_get(cursor, key, value, MDB_LAST);
    return code == 0 ? mdb_cursor_get(cursor, key, value, MDB_PREV) : code;
}

enum banyan_status
by_runs_tip(struct by_store_txn *txn, uint32_t log_number, struct by_run_row *out_row)
{
    struct by_runs runs = {0};
    MDB_val key, value;
    uint64_t last_seq = 0;
    enum banyan_status status = by_runs_open(txn, log_number, 0, 0, &runs);

    if (status != BANYAN_OK)
        return status;
    status = by_store_refused(txn, seek_last(runs.cursor, log_number, &key, &value));
    if (status != BANYAN_OK || key.mv_size != BY_RUN_KEY_BYTES) {
        status = status == BANYAN_OK ? BANYAN_ERR_DAMAGED : status;
        goto out;
    }
    last_seq = by_get_u64be((const uint8_t *)key.mv_data + 4);
    if (by_get_u32be(key.mv_data) != log_number) {
        status = BANYAN_ERR_DAMAGED;
        goto out;
    }
    runs.first = runs.last = last_seq;
    status = by_runs_next(&runs, out_row);
out:
    by_runs_close(&runs);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_ERR_DAMAGED : status;
}
