#include <string.h>

#include "store/internal.h"

static enum banyan_status describe(struct by_store_txn *txn, const struct by_log_id *log,
                                   const struct by_log_row *row, struct by_store_log *out_log)
{
    struct by_run_row tip;
    enum banyan_status status = by_runs_tip(txn, row->number, &tip);

    if (status != BANYAN_OK)
        return status;
    *out_log = (struct by_store_log){.log = *log,
                                     .number = row->number,
                                     .is_act_log = row->is_act_log,
                                     .is_forked = row->is_forked,
                                     .tip_seq = tip.last_seq,
                                     .tip = tip.tip,
                                     .tip_hlc = tip.tip_hlc};
    return BANYAN_OK;
}

enum banyan_status by_store_log_find(struct by_store_txn *txn, const struct by_log_id *log,
                                     bool is_act_log, struct by_store_log *out_log)
{
    struct by_log_row row;
    enum banyan_status status = by_log_row_get(txn, log, is_act_log, &row);

    return status == BANYAN_OK ? describe(txn, log, &row, out_log) : status;
}

/* The log of a row. */
static enum banyan_status visit_row(struct by_store_txn *txn, struct by_bytes key,
                                    by_store_log_visit *visit, void *context, bool *out_is_damaged)
{
    struct by_log_id id;
    struct by_store_log log;
    bool is_act_log = false;
    enum banyan_status status = by_log_key_parse(key, &id, &is_act_log);

    if (status == BANYAN_OK)
        status = by_store_log_find(txn, &id, is_act_log, &log);
    if (status == BANYAN_ERR_DAMAGED) {
        *out_is_damaged = true;
        return BANYAN_OK;
    }
    return status == BANYAN_OK ? visit(context, &log) : status;
}

enum banyan_status by_store_logs(struct by_store_txn *txn, by_store_log_visit *visit, void *context)
{
    struct by_rows rows;
    struct by_row row;
    bool is_damaged = false;
    enum banyan_status status = by_rows_open(txn, BY_TABLE_LOG, &rows);
    enum banyan_status found = BANYAN_OK;

    if (status == BANYAN_OK)
        found = by_rows_seek(&rows, by_bytes_of(NULL, 0), &row);
    while (status == BANYAN_OK && found == BANYAN_OK) {
        status = visit_row(txn, row.key, visit, context, &is_damaged);
        if (status == BANYAN_OK)
            found = by_rows_next(&rows, &row);
    }
    by_rows_close(&rows);
    if (status == BANYAN_OK && found != BANYAN_OK && found != BANYAN_ERR_NOT_FOUND)
        status = found;
    return status == BANYAN_OK && is_damaged ? BANYAN_ERR_DAMAGED : status;
}

/* -- local values -- */

enum banyan_status
by_store_local_put(struct by_store_txn *txn, const char *name, struct by_bytes value)
{
    struct by_bytes key = by_bytes_of_text(name);
    uint8_t *row = NULL;

    if (value.size == 0)
        return by_row_remove(txn, BY_TABLE_LOCAL, key);
    row = by_arena_array(&txn->arena, 1, value.size + BY_CHECKSUM_BYTES);
    if (row == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(row, value.data, value.size);
    by_checksum(BY_TABLE_LOCAL, key, value, row + value.size);
    return by_row_put(txn, BY_TABLE_LOCAL, key, by_bytes_of(row, value.size + BY_CHECKSUM_BYTES));
}

enum banyan_status
by_store_local_get(struct by_store_txn *txn, const char *name, struct by_bytes *out_value)
{
    struct by_bytes key = by_bytes_of_text(name);
    struct by_bytes row = {0}, value = {0};
    enum banyan_status status = by_row_get(txn, BY_TABLE_LOCAL, key, &row);

    if (status == BANYAN_OK)
        status = by_checksum_strip(BY_TABLE_LOCAL, key, row, &value);
    if (status != BANYAN_OK)
        return status;
    /* Copied: LMDB moves what it handed out at the next change of a transaction. */
    return by_arena_copy(&txn->arena, value, out_value);
}
