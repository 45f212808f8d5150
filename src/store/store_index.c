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

static enum banyan_status
index_run(struct by_store_txn *txn, uint32_t log_number, const struct by_run *run)
{
    struct operation_key keys[BY_BLOCK_ENTRIES_MAX];
    size_t count = 0;
    enum banyan_status status = collect(log_number, run, keys, &count);

    for (size_t i = 0; status == BANYAN_OK && i < count; i++)
        status = by_row_put(txn, BY_TABLE_OPERATION,
                            by_bytes_of(keys[i].bytes, sizeof keys[i].bytes), by_bytes_of(NULL, 0));
    return status;
}

/* -- the tail -- */

static struct by_bytes mark_key(void)
{
    return by_bytes_of_text("indexed");
}

enum banyan_status by_index_mark(struct by_store_txn *txn, uint64_t *out_mark)
{
    struct by_bytes value = {0};
    enum banyan_status status = by_row_get(txn, BY_TABLE_STORE, mark_key(), &value);

    *out_mark = 0;
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status == BANYAN_OK && value.size != 8)
        return BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        *out_mark = by_get_u64le(value.data);
    return status;
}

/* Blocks from mark up to, not with, arrival. Damaged ones have nothing to index. */
static enum banyan_status index_tail(struct by_store_txn *txn, uint64_t mark, uint64_t arrival)
{
    struct by_store_block block;

    while (mark < arrival) {
        enum banyan_status status = by_store_block_from(txn, mark, &block);

        if (status == BANYAN_OK && block.arrival < arrival)
            status = index_run(txn, block.log_number, &block.run);
        if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
            return status;
        mark = block.arrival + 1;
    }
    return BANYAN_OK;
}

enum banyan_status by_index_block(struct by_store_txn *txn, uint32_t log_number,
                                  const struct by_run *run, uint64_t arrival)
{
    uint8_t value[8] = {0};
    uint64_t mark = 0;
    enum banyan_status status = by_index_mark(txn, &mark);

    if (status != BANYAN_OK)
        return status;
    if (run->count < BY_TAIL_ENTRIES_MAX && arrival - mark < BY_TAIL_BLOCKS_MAX)
        return BANYAN_OK;
    status = index_tail(txn, mark, arrival);
    if (status == BANYAN_OK)
        status = index_run(txn, log_number, run);
    by_put_u64le(value, arrival + 1);
    return status == BANYAN_OK
               ? by_row_put(txn, BY_TABLE_STORE, mark_key(), by_bytes_of(value, sizeof value))
               : status;
}
