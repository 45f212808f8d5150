#include <string.h>

#include "log/links.h"
#include "store/internal.h"

/* Reading every operation of one record: through the index, then through the tail behind it. */

struct gathering {
    struct by_store_txn *txn;
    const struct by_record_name *name;
    by_store_entry_visit *visit;
    void *context;
    struct by_tail *tail;
    uint64_t mark; /* where the tail begins */
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
                                const struct by_run *run, uint64_t seq, bool is_alone)
{
    const struct by_entry *entry = &run->entries[seq - row->first_seq];
    struct by_run again;
    struct by_bytes packed = {0};
    bool is_repeated = false;
    enum banyan_status status = BANYAN_OK;

    if (!is_wanted(gathering, entry))
        return BANYAN_OK;
    if (is_alone)
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
    bool is_forked = gathering->log_row.is_forked;
    bool has_found = false, has_passed = false;
    enum banyan_status status =
        by_runs_open(gathering->txn, gathering->log_number, seq, seq, &runs);

    /* A log that is not forked holds one entry at a place. */
    while (status == BANYAN_OK && (!has_found || is_forked)) {
        enum banyan_status loaded = by_runs_next(&runs, &row);

        if (loaded == BANYAN_ERR_NOT_FOUND)
            break;
        if (row.arrival >= gathering->mark) {
            has_passed = true;
            continue;
        }
        if (loaded == BANYAN_OK)
            loaded = by_block_load(gathering->txn, &gathering->log, &row, &run, &packed);
        if (loaded == BANYAN_OK) {
            has_found = true;
            status = offer(gathering, &row, &run, seq, !is_forked && !has_passed);
        } else if (loaded == BANYAN_ERR_DAMAGED) {
            count_damage(gathering, row.arrival);
        } else {
            status = loaded;
        }
    }
    by_runs_close(&runs);
    return status;
}

static enum banyan_status choose_log(struct gathering *gathering, uint32_t number)
{
    enum banyan_status status = BANYAN_OK;

    if (gathering->has_log && gathering->log_number == number)
        return BANYAN_OK;
    status = by_log_by_number(gathering->txn, number, &gathering->log, &gathering->log_row);
    gathering->has_log = status == BANYAN_OK;
    gathering->log_number = number;
    return status;
}

static enum banyan_status visit_row(struct gathering *gathering, const uint8_t *key)
{
    enum banyan_status status =
        choose_log(gathering, by_get_u32be(key + BY_OPERATION_PREFIX_BYTES));

    if (status == BANYAN_ERR_DAMAGED) {
        gathering->damaged++;
        return BANYAN_OK;
    }
    return status == BANYAN_OK ? visit_place(gathering, by_get_u64be(key + 28)) : status;
}

static enum banyan_status visit_rows(struct gathering *gathering)
{
    uint8_t start[BY_OPERATION_KEY_BYTES] = {0};
    struct by_rows rows;
    struct by_row row;
    enum banyan_status status = by_rows_open(gathering->txn, BY_TABLE_OPERATION, &rows);
    enum banyan_status found = BANYAN_OK;

    by_operation_key_put(start, gathering->name, 0, 0);
    if (status == BANYAN_OK)
        found = by_rows_seek(&rows, by_bytes_of(start, BY_OPERATION_PREFIX_BYTES), &row);
    while (status == BANYAN_OK && found == BANYAN_OK && row.key.size == BY_OPERATION_KEY_BYTES &&
           memcmp(row.key.data, start, BY_OPERATION_PREFIX_BYTES) == 0) {
        status = visit_row(gathering, row.key.data);
        if (status == BANYAN_OK)
            found = by_rows_next(&rows, &row);
    }
    by_rows_close(&rows);
    if (status == BANYAN_OK && found != BANYAN_OK && found != BANYAN_ERR_NOT_FOUND)
        status = found;
    return status;
}

/* Operations of the record in one block of the tail. */
static enum banyan_status
visit_block(struct gathering *gathering, const struct by_store_block *block)
{
    struct by_run_row row = by_run_row_of(&block->run, block->log_number, block->arrival);
    enum banyan_status status = choose_log(gathering, block->log_number);

    if (!gathering->tail->is_damaged && block->arrival - gathering->mark < gathering->tail->count)
        by_tail_note(gathering->tail, block->arrival, &block->run);
    for (size_t i = 0; status == BANYAN_OK && i <= row.last_seq - row.first_seq; i++) {
        struct by_run run;
        struct by_bytes packed = {0};

        /* Again for each: the one before may have taken the block's memory. */
        status = by_block_load(gathering->txn, &gathering->log, &row, &run, &packed);
        if (status == BANYAN_OK)
            status = offer(gathering, &row, &run, row.first_seq + i, false);
    }
    return status;
}

/* The first block of the tail from arrival on that may have the record, or the one behind the tail.
 * Where damage hides what the tail has, each has to be looked at. */
static uint64_t pass_others(const struct gathering *gathering, uint64_t arrival)
{
    const struct by_tail *tail = gathering->tail;

    while (!tail->is_damaged && arrival < tail->mark + tail->count &&
           !by_tail_may_have(tail, arrival, gathering->name))
        arrival++;
    return arrival;
}

static enum banyan_status visit_tail(struct gathering *gathering)
{
    const struct by_tail *tail = gathering->tail;
    uint64_t from = pass_others(gathering, tail->mark);
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && (tail->is_damaged || from < tail->mark + tail->count)) {
        struct by_store_block block;
        enum banyan_status found = by_store_block_from(gathering->txn, from, &block);

        if (found == BANYAN_ERR_NOT_FOUND)
            break;
        if (found == BANYAN_OK)
            status = visit_block(gathering, &block);
        else if (found == BANYAN_ERR_DAMAGED)
            count_damage(gathering, block.arrival);
        else
            status = found;
        from = pass_others(gathering, block.arrival + 1);
    }
    return status;
}

enum banyan_status
by_store_record_entries(struct by_store_txn *txn, const struct by_record_name *name,
                        by_store_entry_visit *visit, void *context, size_t *out_damaged)
{
    struct gathering gathering = {.txn = txn, .name = name, .visit = visit, .context = context};
    struct by_tail *tail = NULL;
    enum banyan_status status = by_tail_get(txn, &tail);

    if (status == BANYAN_OK) {
        gathering.tail = tail;
        gathering.mark = tail->mark;
        status = visit_rows(&gathering);
    }
    if (status == BANYAN_OK)
        status = visit_tail(&gathering);
    if (out_damaged != NULL)
        *out_damaged = gathering.damaged;
    return status;
}
