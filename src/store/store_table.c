#include <string.h>

#include "store/internal.h"

MDB_val by_val(struct by_bytes bytes)
{
    /* LMDB takes keys and values as void *, and writes to neither. */
    return (MDB_val){.mv_size = bytes.size, .mv_data = (void *)(uintptr_t)bytes.data};
}

struct by_bytes by_val_bytes(MDB_val value)
{
    return by_bytes_of(value.mv_data, value.mv_size);
}

/* A key as LMDB sees it: the table, then the key within it. */
struct full_key {
    uint8_t bytes[BY_KEY_BYTES_MAX + 1];
    MDB_val val;
};

static enum banyan_status
make_key(enum by_table table, struct by_bytes key, struct full_key *out_key)
{
    if (key.size > BY_KEY_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    out_key->bytes[0] = (uint8_t)table;
    if (key.size > 0)
        memcpy(out_key->bytes + 1, key.data, key.size);
    out_key->val = (MDB_val){.mv_size = key.size + 1, .mv_data = out_key->bytes};
    return BANYAN_OK;
}

enum banyan_status by_row_get(struct by_store_txn *txn, enum by_table table, struct by_bytes key,
                              struct by_bytes *out_value)
{
    struct full_key full;
    MDB_val value = {0};
    enum banyan_status status = make_key(table, key, &full);

    if (status == BANYAN_OK)
        status = by_store_refused(txn, mdb_get(txn->txn, txn->store->tree, &full.val, &value));
    if (status == BANYAN_OK)
        *out_value = by_val_bytes(value);
    return status;
}

enum banyan_status by_row_put(struct by_store_txn *txn, enum by_table table, struct by_bytes key,
                              struct by_bytes value)
{
    struct full_key full;
    MDB_val content = by_val(value);
    enum banyan_status status = make_key(table, key, &full);

    if (status != BANYAN_OK)
        return status;
    return by_store_refused(txn, mdb_put(txn->txn, txn->store->tree, &full.val, &content, 0));
}

enum banyan_status by_row_append(struct by_store_txn *txn, enum by_table table, struct by_bytes key,
                                 size_t size, uint8_t **out_at)
{
    struct full_key full;
    MDB_val value = {.mv_size = size};
    enum banyan_status status = make_key(table, key, &full);

    if (status == BANYAN_OK)
        status = by_store_refused(
            txn, mdb_put(txn->txn, txn->store->tree, &full.val, &value, MDB_APPEND | MDB_RESERVE));
    if (status == BANYAN_OK)
        *out_at = value.mv_data;
    return status;
}

enum banyan_status by_row_remove(struct by_store_txn *txn, enum by_table table, struct by_bytes key)
{
    struct full_key full;
    enum banyan_status status = make_key(table, key, &full);

    if (status == BANYAN_OK)
        status = by_store_refused(txn, mdb_del(txn->txn, txn->store->tree, &full.val, NULL));
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* -- walking one table -- */

enum banyan_status
by_rows_open(struct by_store_txn *txn, enum by_table table, struct by_rows *out_rows)
{
    *out_rows = (struct by_rows){.txn = txn, .table = table};
    return by_store_refused(txn, mdb_cursor_open(txn->txn, txn->store->tree, &out_rows->cursor));
}

void by_rows_close(struct by_rows *rows)
{
    if (rows->cursor != NULL)
        mdb_cursor_close(rows->cursor);
    rows->cursor = NULL;
}

/* Move and take what is there, unless that is another table's. */
static enum banyan_status
take(struct by_rows *rows, MDB_val *key, MDB_cursor_op move, struct by_row *out_row)
{
    MDB_val value = {0};
    int code = mdb_cursor_get(rows->cursor, key, &value, move);

    if (code != 0)
        return by_store_refused(rows->txn, code);
    if (key->mv_size == 0 || *(const uint8_t *)key->mv_data != (uint8_t)rows->table)
        return BANYAN_ERR_NOT_FOUND;
    out_row->key = by_bytes_of((const uint8_t *)key->mv_data + 1, key->mv_size - 1);
    out_row->value = by_val_bytes(value);
    return BANYAN_OK;
}

enum banyan_status by_rows_seek(struct by_rows *rows, struct by_bytes key, struct by_row *out_row)
{
    struct full_key full;
    enum banyan_status status = make_key(rows->table, key, &full);

    return status == BANYAN_OK ? take(rows, &full.val, MDB_SET_RANGE, out_row) : status;
}

enum banyan_status by_rows_next(struct by_rows *rows, struct by_row *out_row)
{
    MDB_val key = {0};

    return take(rows, &key, MDB_NEXT, out_row);
}

enum banyan_status by_rows_before(struct by_rows *rows, struct by_bytes key, struct by_row *out_row)
{
    struct full_key full;
    MDB_val value = {0};
    enum banyan_status status = make_key(rows->table, key, &full);
    int code = 0;

    if (status != BANYAN_OK)
        return status;
    code = mdb_cursor_get(rows->cursor, &full.val, &value, MDB_SET_RANGE);
    if (code != 0 && code != MDB_NOTFOUND)
        return by_store_refused(rows->txn, code);
    return take(rows, &full.val, code == 0 ? MDB_PREV : MDB_LAST, out_row);
}

enum banyan_status by_table_clear(struct by_store_txn *txn, enum by_table table)
{
    struct by_rows rows;
    struct by_row row;
    enum banyan_status status = by_rows_open(txn, table, &rows);

    while (status == BANYAN_OK) {
        status = by_rows_seek(&rows, by_bytes_of(NULL, 0), &row);
        if (status == BANYAN_OK)
            status = by_store_refused(txn, mdb_cursor_del(rows.cursor, 0));
    }
    by_rows_close(&rows);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}
