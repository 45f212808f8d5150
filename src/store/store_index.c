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

enum banyan_status
by_index_run(struct by_store_txn *txn, uint32_t log_number, const struct by_run *run)
{
    struct operation_key keys[BY_BLOCK_ENTRIES_MAX];
    size_t count = 0;
    enum banyan_status status = collect(log_number, run, keys, &count);

    for (size_t i = 0; status == BANYAN_OK && i < count; i++)
        status = by_row_put(txn, BY_TABLE_OPERATION,
                            by_bytes_of(keys[i].bytes, sizeof keys[i].bytes), by_bytes_of(NULL, 0));
    return status;
}

/* What stands in a damaged block cannot be found by record; that it is there stays known. */
static enum banyan_status index_read(struct by_store_txn *txn, const struct by_run_row *row)
{
    struct by_log_id log;
    struct by_log_row log_row;
    struct by_run run;
    struct by_bytes packed = {0};
    enum banyan_status status = by_log_by_number(txn, row->log_number, &log, &log_row);

    if (status == BANYAN_OK)
        status = by_block_load(txn, &log, row, &run, &packed);
    if (status == BANYAN_ERR_DAMAGED)
        return BANYAN_OK;
    return status == BANYAN_OK ? by_index_run(txn, row->log_number, &run) : status;
}

static enum banyan_status
index_rows(struct by_store_txn *txn, const struct by_tail *tail, uint64_t mark)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; status == BANYAN_OK && i < tail->count; i++) {
        status = by_run_row_put(txn, &tail->rows[i]);
        if (status == BANYAN_OK)
            status = index_read(txn, &tail->rows[i]);
    }
    return status == BANYAN_OK ? by_tail_move(txn, mark) : status;
}

enum banyan_status by_index_tail(struct by_store_txn *txn)
{
    struct by_tail *tail = NULL;
    enum banyan_status status = by_tail_get(txn, &tail);

    if (status == BANYAN_OK && tail->is_damaged)
        status = BANYAN_ERR_DAMAGED;
    if (status != BANYAN_OK || tail->count == 0)
        return status;
    return index_rows(txn, tail, tail->mark + tail->count);
}

enum banyan_status
by_index_block(struct by_store_txn *txn, const struct by_run_row *row, const struct by_run *run)
{
    struct by_tail *tail = NULL;
    enum banyan_status status = by_tail_get(txn, &tail);

    if (status == BANYAN_OK && tail->is_damaged)
        status = BANYAN_ERR_DAMAGED;
    if (status != BANYAN_OK)
        return status;
    if (run->count < BY_TAIL_ENTRIES_MAX && tail->count < BY_TAIL_BLOCKS_MAX) {
        by_tail_add(txn, row, by_kind_is_act(run->entries[0].header.kind));
        return BANYAN_OK;
    }
    status = by_run_row_put(txn, row);
    if (status == BANYAN_OK)
        status = by_index_run(txn, row->log_number, run);
    return status == BANYAN_OK ? index_rows(txn, tail, row->arrival + 1) : status;
}
