#include "trust/proof_stretches.h"

#include <stdlib.h>
#include <string.h>

#include "sync/proof.h"

struct putting {
    struct by_store_txn *txn;
    const struct by_entry *operations; /* of one log, by seq */
    bool *is_put;                      /* parallel to them */
    size_t count;
    uint64_t wanted_seq; /* of the first that is not put yet */
    bool is_found;
    struct by_buffer stretches;
    uint64_t stretch_count;
};

static void drop_body(struct by_entry *entry)
{
    entry->links = entry->payload = by_bytes_of(NULL, 0);
    memset(entry->salt, 0, sizeof entry->salt);
}

/* The first operation that stands at seq or behind. */
static size_t first_from(const struct putting *putting, uint64_t seq)
{
    size_t low = 0, high = putting->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (putting->operations[middle].header.seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Make whole what is one of the operations; whether any is. */
static bool take_operations(struct putting *putting, struct by_entry *entries, size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        uint64_t seq = entries[i].header.seq;

        drop_body(&entries[i]);
        for (size_t k = first_from(putting, seq);
             k < putting->count && putting->operations[k].header.seq == seq; k++) {
            if (putting->is_put[k] || !by_id_equal(&putting->operations[k].id, &entries[i].id))
                continue;
            entries[i] = putting->operations[k];
            putting->is_put[k] = any = true;
        }
    }
    return any;
}

static enum banyan_status put(struct putting *putting, const struct by_entry *entries, size_t count)
{
    size_t first = 0;

    while (first < count && entries[first].links.size == 0)
        first++;
    putting->stretch_count++;
    return by_proof_put_stretch(entries + first, count - first, &putting->stretches);
}

/* -- up to the next seal: within one block -- */

static enum banyan_status put_of_block(void *context, const struct by_store_block *block)
{
    struct putting *putting = context;
    struct by_entry entries[BY_BLOCK_ENTRIES_MAX];
    size_t from = 0;
    enum banyan_status status = BANYAN_OK;

    if (block->run.base.first_seq > putting->wanted_seq)
        return BANYAN_ERR_EXISTS; /* past it, on all branches */
    memcpy(entries, block->run.entries, block->run.count * sizeof entries[0]);
    for (size_t i = 0; i < block->run.count && status == BANYAN_OK; i++) {
        if (!by_entry_is_sealed(&entries[i]))
            continue;
        if (take_operations(putting, entries + from, i + 1 - from)) {
            status = put(putting, entries + from, i + 1 - from);
            putting->is_found = true;
        }
        from = i + 1;
    }
    return status;
}

static enum banyan_status put_sealed(struct putting *putting, const struct by_log_id *log)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < putting->count && status == BANYAN_OK; i++) {
        if (putting->is_put[i])
            continue;
        putting->wanted_seq = putting->operations[i].header.seq;
        putting->is_found = false;
        status = by_store_log_blocks(putting->txn, log, false, putting->wanted_seq, put_of_block,
                                     putting);
        if (status == BANYAN_ERR_EXISTS)
            status = BANYAN_OK;
        if (status == BANYAN_OK && !putting->is_put[i])
            status = BANYAN_ERR_NOT_FOUND;
    }
    return status;
}

/* -- up to a tip: back from it by prev -- */

struct headers {
    struct by_entry *entries;
    size_t count, capacity;
};

static enum banyan_status keep_header(void *context, const struct by_entry *entry)
{
    struct headers *headers = context;

    if (headers->count == headers->capacity) {
        size_t capacity = headers->capacity == 0 ? 256 : headers->capacity * 2;
        struct by_entry *grown = reallocarray(headers->entries, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        headers->entries = grown;
        headers->capacity = capacity;
    }
    headers->entries[headers->count++] = *entry;
    return BANYAN_OK;
}

static int order_by_id(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_entry *)a)->id, &((const struct by_entry *)b)->id);
}

static const struct by_entry *find(const struct headers *headers, const struct by_id *id)
{
    const struct by_entry wanted = {.id = *id};

    return headers->count == 0 ? NULL
                               : bsearch(&wanted, headers->entries, headers->count,
                                         sizeof *headers->entries, order_by_id);
}

static enum banyan_status
put_below(struct putting *putting, const struct headers *headers, const struct by_log_tip *tip)
{
    uint64_t least = putting->operations[0].header.seq;
    const struct by_entry *entry = find(headers, &tip->id);
    struct by_entry *chain = NULL;
    size_t room = 0, at = 0;
    enum banyan_status status = BANYAN_OK;

    if (entry == NULL || tip->seq < least)
        return BANYAN_OK;
    room = (size_t)(tip->seq - least + 1);
    if (room > headers->count)
        return BANYAN_ERR_BROKEN_CHAIN;
    chain = calloc(room, sizeof *chain);
    if (chain == NULL)
        return BANYAN_ERR_MEMORY;
    for (at = room; at > 0 && entry != NULL; entry = find(headers, &entry->header.prev))
        chain[--at] = *entry;
    if (take_operations(putting, chain + at, room - at))
        status = put(putting, chain + at, room - at);
    free(chain);
    return status;
}

static enum banyan_status put_cut(struct putting *putting, const struct by_charter_log *log)
{
    struct headers headers = {.count = 0};
    enum banyan_status status =
        by_store_log_headers(putting->txn, &log->log, false, keep_header, &headers);

    if (status == BANYAN_OK && headers.count > 1)
        qsort(headers.entries, headers.count, sizeof *headers.entries, order_by_id);
    for (size_t i = 0; i < log->tip_count && status == BANYAN_OK; i++)
        status = put_below(putting, &headers, &log->tips[i]);
    for (size_t i = 0; i < putting->count && status == BANYAN_OK; i++)
        if (!putting->is_put[i])
            status = BANYAN_ERR_NOT_FOUND;
    free(headers.entries);
    return status;
}

/* -- all logs -- */

enum banyan_status
by_proof_stretches_put(struct by_store_txn *txn, const struct by_charter *charter,
                       const struct by_entry *operations, size_t count, struct by_buffer *out)
{
    struct putting putting = {.txn = txn, .stretches = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX)};
    bool *is_put = calloc(count + 1, sizeof *is_put);
    enum banyan_status status = is_put == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i += putting.count) {
        const struct by_log_id *log = &operations[i].header.log;
        const struct by_charter_log *announced = by_charter_log_find(charter, log);

        putting.operations = operations + i;
        putting.is_put = is_put + i;
        for (putting.count = 0; i + putting.count < count &&
                                by_log_id_equal(&operations[i + putting.count].header.log, log);)
            putting.count++;
        status = announced != NULL && announced->is_cut ? put_cut(&putting, announced)
                                                        : put_sealed(&putting, log);
    }
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, putting.stretch_count);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_buffer_bytes(&putting.stretches));
    by_buffer_deinit(&putting.stretches);
    free(is_put);
    return status;
}
