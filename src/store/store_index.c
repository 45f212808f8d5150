#include <stdlib.h>
#include <string.h>

#include "log/links.h"
#include "store/internal.h"

struct operation_key {
    uint8_t bytes[BY_OPERATION_KEY_BYTES];
};

void by_operation_key_put(uint8_t out_key[BY_OPERATION_KEY_BYTES],
                          const struct by_record_name *name, uint32_t log_number, uint64_t seq)
{
    memcpy(out_key, name->uuid.bytes, 16);
    memcpy(out_key + 16, name->owner.bytes, 8);
    by_put_u32be(out_key + BY_OPERATION_PREFIX_BYTES, log_number);
    by_put_u64be(out_key + 28, seq);
}

static int order(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct operation_key));
}

static enum banyan_status collect(uint32_t log_number, const struct by_run *run,
                                  struct operation_key *out_keys, size_t *out_count)
{
    *out_count = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct by_entry *entry = &run->entries[i];
        struct by_record_name name;
        enum banyan_status status = BANYAN_OK;

        if (entry->header.kind != BY_KIND_OPERATION)
            continue;
        status = by_op_links_name(entry->links, &name);
        if (status != BANYAN_OK)
            return status;
        by_operation_key_put(out_keys[(*out_count)++].bytes, &name, log_number, entry->header.seq);
    }
    qsort(out_keys, *out_count, sizeof *out_keys, order);
    return BANYAN_OK;
}

/* Keys behind the last one held can be appended, which leaves full pages; names begin with time, so
 * it is the common case. */
static unsigned choose_flags(MDB_cursor *cursor, const struct operation_key *first)
{
    MDB_val key = {0};
    MDB_val value = {0};
    int code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);

    if (code == MDB_NOTFOUND)
        return MDB_APPEND;
    if (code == 0 &&
        by_bytes_compare(by_val_bytes(key), by_bytes_of(first->bytes, sizeof first->bytes)) < 0)
        return MDB_APPEND;
    return MDB_NOOVERWRITE;
}

enum banyan_status
by_index_run(struct by_store_txn *txn, uint32_t log_number, const struct by_run *run)
{
    struct operation_key keys[BY_BLOCK_ENTRIES_MAX];
    MDB_cursor *cursor = NULL;
    MDB_val value = {0};
    size_t count = 0;
    unsigned flags = 0;
    int code = 0;
    enum banyan_status status = collect(log_number, run, keys, &count);

    if (status != BANYAN_OK || count == 0)
        return status;
    code = mdb_cursor_open(txn->txn, txn->store->tables[BY_TABLE_OPERATION], &cursor);
    if (code != 0)
        return by_store_refused(txn, code);
    flags = choose_flags(cursor, &keys[0]);
    for (size_t i = 0; code == 0 && i < count; i++) {
        MDB_val key = by_val(by_bytes_of(keys[i].bytes, sizeof keys[i].bytes));

        code = mdb_cursor_put(cursor, &key, &value, flags);
        /* Another branch has an operation of the same record at the same place. */
        if (code == MDB_KEYEXIST && flags == MDB_NOOVERWRITE)
            code = 0;
    }
    mdb_cursor_close(cursor);
    return by_store_refused(txn, code);
}

/* -- reading by record -- */

struct gathering {
    struct by_store_txn *txn;
    const struct by_record_name *name;
    by_store_entry_visit *visit;
    void *context;
    size_t damaged;
    uint64_t last_damaged; /* arrival + 1 of the block counted last: it is met once per operation */
    uint32_t log_number;
    bool has_log;
    struct by_log_id log;
    struct by_log_row log_row;
};

static void count_damage(struct gathering *gathering, uint64_t arrival)
{
    if (gathering->last_damaged != arrival + 1)
        gathering->damaged++;
    gathering->last_damaged = arrival + 1;
}

static bool is_wanted(const struct gathering *gathering, const struct by_entry *entry)
{
    struct by_record_name name;

    return entry->header.kind == BY_KIND_OPERATION &&
           by_op_links_name(entry->links, &name) == BANYAN_OK &&
           by_record_name_equal(&name, gathering->name);
}

/* Hand on the entry at seq of a block that reads well, unless it is another record's or was handed
 * on already. */
static enum banyan_status offer(struct gathering *gathering, const struct by_run_row *row,
                                const struct by_run *run, uint64_t seq)
{
    const struct by_entry *entry = &run->entries[seq - row->first_seq];
    struct by_run again;
    struct by_bytes packed = {0};
    bool is_repeated = false;
    enum banyan_status status = BANYAN_OK;

    if (!is_wanted(gathering, entry))
        return BANYAN_OK;
    if (!gathering->log_row.is_forked)
        return gathering->visit(gathering->context, entry);
    status = by_entry_is_repeated(gathering->txn, &gathering->log, row, entry, &is_repeated);
    if (status != BANYAN_OK || is_repeated)
        return status;
    /* Looking at the other branches may have taken the block's memory. */
    status = by_block_load(gathering->txn, &gathering->log, row, &again, &packed);
    if (status != BANYAN_OK)
        return status;
    return gathering->visit(gathering->context, &again.entries[seq - row->first_seq]);
}

static enum banyan_status visit_place(struct gathering *gathering, uint64_t seq)
{
    struct by_runs runs;
    struct by_run_row row;
    struct by_run run;
    struct by_bytes packed = {0};
    bool has_found = false;
    enum banyan_status status =
        by_runs_open(gathering->txn, gathering->log_number, seq, seq, &runs);

    /* A log that is not forked holds one entry at a place. */
    while (status == BANYAN_OK && (!has_found || gathering->log_row.is_forked)) {
        enum banyan_status loaded = by_runs_next(&runs, &row);

        if (loaded == BANYAN_ERR_NOT_FOUND)
            break;
        if (loaded == BANYAN_OK)
            loaded = by_block_load(gathering->txn, &gathering->log, &row, &run, &packed);
        if (loaded == BANYAN_OK) {
            has_found = true;
            status = offer(gathering, &row, &run, seq);
        } else if (loaded == BANYAN_ERR_DAMAGED) {
            count_damage(gathering, row.arrival);
        } else {
            status = loaded;
        }
    }
    by_runs_close(&runs);
    return status;
}

static enum banyan_status visit_row(struct gathering *gathering, const uint8_t *key)
{
    uint32_t number = by_get_u32be(key + BY_OPERATION_PREFIX_BYTES);

    if (!gathering->has_log || gathering->log_number != number) {
        enum banyan_status status =
            by_log_by_number(gathering->txn, number, &gathering->log, &gathering->log_row);

        gathering->has_log = status == BANYAN_OK;
        gathering->log_number = number;
        if (status == BANYAN_ERR_DAMAGED) {
            gathering->damaged++;
            return BANYAN_OK;
        }
        if (status != BANYAN_OK)
            return status;
    }
    return visit_place(gathering, by_get_u64be(key + 28));
}

static enum banyan_status visit_rows(struct gathering *gathering, MDB_cursor *cursor)
{
    uint8_t start[BY_OPERATION_KEY_BYTES] = {0};
    MDB_val key = by_val(by_bytes_of(start, BY_OPERATION_PREFIX_BYTES));
    MDB_val value = {0};
    int code = 0;

    by_operation_key_put(start, gathering->name, 0, 0);
    code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (code == 0 && key.mv_size == BY_OPERATION_KEY_BYTES &&
           memcmp(key.mv_data, start, BY_OPERATION_PREFIX_BYTES) == 0) {
        enum banyan_status status = visit_row(gathering, key.mv_data);

        if (status != BANYAN_OK)
            return status;
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    return code == MDB_NOTFOUND ? BANYAN_OK : by_store_refused(gathering->txn, code);
}

enum banyan_status
by_store_record_entries(struct by_store_txn *txn, const struct by_record_name *name,
                        by_store_entry_visit *visit, void *context, size_t *out_damaged)
{
    struct gathering gathering = {.txn = txn, .name = name, .visit = visit, .context = context};
    MDB_cursor *cursor = NULL;
    enum banyan_status status = by_store_refused(
        txn, mdb_cursor_open(txn->txn, txn->store->tables[BY_TABLE_OPERATION], &cursor));

    if (status == BANYAN_OK)
        status = visit_rows(&gathering, cursor);
    if (cursor != NULL)
        mdb_cursor_close(cursor);
    if (out_damaged != NULL)
        *out_damaged = gathering.damaged;
    return status;
}
