#include <string.h>

#include "log/links.h"
#include "store/internal.h"

/* Rows read in one transaction: well under a second, so that writers can use old pages again. */
#define SLICE_ROWS 512u

struct checking {
    struct by_store_txn *txn;
    const struct by_id *network;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
    struct by_store_report *report;
    struct by_block_reader reader; /* not the cache: this is about the disk */
    struct by_buffer position;     /* key to go on from; empty at the start */
    uint64_t tail_first, tail_end; /* arrivals looked at as the tail */
    uint64_t done, total;
    bool is_finished;
};

typedef enum banyan_status
check_row(struct checking *checking, struct by_bytes key, struct by_bytes value);

static void
note(struct checking *checking, uint64_t *count, const struct by_log_id *log, uint64_t seq)
{
    struct by_store_report *report = checking->report;

    if (report->damaged_blocks + report->bad_seals + report->index_faults == 0) {
        report->first_damaged_seq = seq;
        if (log != NULL)
            report->first_damaged = *log;
    }
    (*count)++;
}

/* -- blocks, in the order of the run table -- */

static enum banyan_status
check_operations(struct checking *checking, uint32_t log_number, const struct by_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct by_entry *entry = &run->entries[i];
        uint8_t key[BY_OPERATION_KEY_BYTES];
        struct by_record_name name;
        struct by_bytes value = {0};
        enum banyan_status status = BANYAN_OK;

        if (entry->header.kind != BY_KIND_OPERATION ||
            by_op_links_name(entry->links, &name) != BANYAN_OK)
            continue;
        by_operation_key_put(key, &name, log_number, entry->header.seq);
        status =
            by_row_get(checking->txn, BY_TABLE_OPERATION, by_bytes_of(key, sizeof key), &value);
        if (status == BANYAN_ERR_NOT_FOUND)
            note(checking, &checking->report->index_faults, &run->base.log, entry->header.seq);
        else if (status != BANYAN_OK)
            return status;
    }
    return BANYAN_OK;
}

static enum banyan_status read_block(struct checking *checking, const struct by_log_id *log,
                                     const struct by_run_row *row, struct by_run *out_run)
{
    uint8_t key[8];
    struct by_bytes value = {0}, packed = {0};
    struct by_block_head head = {0};
    struct by_block_base base;
    enum banyan_status status = BANYAN_OK;

    by_put_u64be(key, row->arrival);
    status = by_row_get(checking->txn, BY_TABLE_BLOCK, by_bytes_of(key, sizeof key), &value);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        status = by_block_head_parse(row->arrival, value, &head, &packed);
    if (status == BANYAN_OK && !by_block_is_of_row(&head, log, row))
        status = BANYAN_ERR_DAMAGED;
    base = by_block_base_of(&head);
    if (status == BANYAN_OK)
        status = by_block_read(&checking->reader, &base, &row->tip, packed, out_run);
    if (status == BANYAN_OK && row->first_seq + (out_run->count - 1) != row->last_seq)
        status = BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        checking->report->bytes += value.size;
    return status;
}

/* parsed: whether the row is as written. */
static enum banyan_status check_block(struct checking *checking, const struct by_run_row *row,
                                      enum banyan_status parsed, bool is_indexed)
{
    struct by_store_report *report = checking->report;
    struct by_log_id log = {0};
    struct by_log_row log_row;
    struct by_run run;
    enum banyan_status status = by_log_by_number(checking->txn, row->log_number, &log, &log_row);

    if (status == BANYAN_ERR_DAMAGED)
        note(checking, &report->index_faults, NULL, row->last_seq);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_DAMAGED ? BANYAN_OK : status;
    status = parsed == BANYAN_OK ? read_block(checking, &log, row, &run) : parsed;
    if (status == BANYAN_ERR_DAMAGED) {
        note(checking, &report->damaged_blocks, &log,
             parsed == BANYAN_OK ? row->first_seq : row->last_seq);
        return BANYAN_OK;
    }
    if (status != BANYAN_OK)
        return status;
    report->blocks++;
    report->entries += run.count;
    if (by_entry_verify_seal(&run.entries[run.count - 1], checking->network) != BANYAN_OK)
        note(checking, &report->bad_seals, &log, row->last_seq);
    return is_indexed ? check_operations(checking, row->log_number, &run) : BANYAN_OK;
}

static enum banyan_status
check_run_row(struct checking *checking, struct by_bytes key, struct by_bytes value)
{
    struct by_run_row row;
    enum banyan_status parsed = by_run_row_parse(key, value, &row);
    enum banyan_status status = BANYAN_OK;

    /* Blocks of the tail may have been given their rows since. */
    if (parsed != BANYAN_OK || row.arrival < checking->tail_first ||
        row.arrival >= checking->tail_end)
        status = check_block(checking, &row, parsed, true);
    checking->done++;
    if (checking->total < checking->done)
        checking->total = checking->done;
    if (status == BANYAN_OK && checking->progress != NULL)
        checking->progress(checking->context, checking->done, checking->total);
    return status;
}

/* -- the tail, whose blocks have no rows -- */

static enum banyan_status check_tail(void *context, struct by_store_txn *txn)
{
    struct checking *checking = context;
    struct by_tail *tail = NULL;
    enum banyan_status status = BANYAN_OK;

    /* Not what is remembered: this is about the disk. */
    txn->store->tail.is_known = false;
    status = by_tail_get(txn, &tail);
    checking->txn = txn;
    checking->tail_first = status == BANYAN_OK ? tail->mark : 0;
    checking->tail_end = checking->tail_first;
    if (status == BANYAN_OK && tail->is_damaged)
        note(checking, &checking->report->index_faults, NULL, 0);
    for (size_t i = 0; status == BANYAN_OK && i < tail->count; i++) {
        checking->tail_end = tail->rows[i].arrival + 1;
        checking->done++;
        status = check_block(checking, &tail->rows[i], BANYAN_OK, false);
    }
    return status;
}

/* -- rows of the operation index -- */

static bool is_named(const struct by_entry *entry, const uint8_t prefix[BY_OPERATION_PREFIX_BYTES])
{
    uint8_t key[BY_OPERATION_KEY_BYTES];
    struct by_record_name name;

    if (entry->header.kind != BY_KIND_OPERATION ||
        by_op_links_name(entry->links, &name) != BANYAN_OK)
        return false;
    by_operation_key_put(key, &name, 0, 0);
    return memcmp(key, prefix, BY_OPERATION_PREFIX_BYTES) == 0;
}

/* Whether some branch has such an operation at seq. A damaged block may be the one that has. */
static enum banyan_status find_operation(struct checking *checking, const struct by_log_id *log,
                                         uint32_t log_number, const uint8_t *key, bool *out_found)
{
    uint64_t seq = by_get_u64be(key + 28);
    struct by_runs runs;
    struct by_run_row row;
    struct by_run run;
    struct by_bytes packed = {0};
    enum banyan_status status = by_runs_open(checking->txn, log_number, seq, seq, &runs);

    *out_found = false;
    while (status == BANYAN_OK && !*out_found) {
        status = by_runs_next(&runs, &row);
        if (status == BANYAN_OK)
            status = by_block_load(checking->txn, log, &row, &run, &packed);
        if (status == BANYAN_OK) {
            *out_found = is_named(&run.entries[seq - row.first_seq], key);
        } else if (status == BANYAN_ERR_DAMAGED) {
            *out_found = true;
            status = BANYAN_OK;
        }
    }
    by_runs_close(&runs);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static enum banyan_status
check_operation_row(struct checking *checking, struct by_bytes key, struct by_bytes value)
{
    struct by_log_id log;
    struct by_log_row log_row;
    bool is_found = false;
    enum banyan_status status = BANYAN_ERR_DAMAGED;
    uint32_t number = 0;

    if (key.size == BY_OPERATION_KEY_BYTES && value.size == 0) {
        number = by_get_u32be(key.data + BY_OPERATION_PREFIX_BYTES);
        status = by_log_by_number(checking->txn, number, &log, &log_row);
    }
    if (status == BANYAN_OK)
        status = find_operation(checking, &log, number, key.data, &is_found);
    else if (status == BANYAN_ERR_DAMAGED)
        status = BANYAN_OK;
    if (status == BANYAN_OK && !is_found)
        note(checking, &checking->report->index_faults, NULL, 0);
    return status;
}

/* -- walking a table in slices -- */

struct slice {
    struct checking *checking;
    enum by_table table;
    check_row *check;
};

static enum banyan_status walk(const struct slice *slice, struct by_rows *rows)
{
    struct checking *checking = slice->checking;
    struct by_row row;
    enum banyan_status found = by_rows_seek(rows, by_buffer_bytes(&checking->position), &row);

    for (unsigned i = 0; found == BANYAN_OK && i < SLICE_ROWS; i++) {
        enum banyan_status status = slice->check(checking, row.key, row.value);

        if (status != BANYAN_OK)
            return status;
        found = by_rows_next(rows, &row);
    }
    checking->is_finished = found == BANYAN_ERR_NOT_FOUND;
    if (found != BANYAN_OK)
        return checking->is_finished ? BANYAN_OK : found;
    by_buffer_reset(&checking->position);
    return by_buffer_append_bytes(&checking->position, row.key);
}

static enum banyan_status walk_slice(void *context, struct by_store_txn *txn)
{
    struct slice *slice = context;
    struct by_rows rows;
    enum banyan_status status = by_rows_open(txn, slice->table, &rows);

    slice->checking->txn = txn;
    slice->checking->total = by_store_next_arrival(txn);
    if (status == BANYAN_OK)
        status = walk(slice, &rows);
    by_rows_close(&rows);
    return status;
}

static enum banyan_status check_table(struct by_store *store, struct checking *checking,
                                      enum by_table table, check_row *check,
                                      struct banyan_error *error)
{
    struct slice slice = {.checking = checking, .table = table, .check = check};
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(&checking->position);
    checking->is_finished = false;
    while (status == BANYAN_OK && !checking->is_finished)
        status = by_store_read(store, walk_slice, &slice, error);
    return status;
}

/* -- what only counting shows -- */

static enum banyan_status count_log(void *context, const struct by_store_log *log)
{
    struct checking *checking = context;

    (void)log;
    checking->report->logs++;
    return BANYAN_OK;
}

static enum banyan_status
count_rows(struct by_store_txn *txn, enum by_table table, uint64_t *out_count)
{
    struct by_rows rows;
    struct by_row row;
    enum banyan_status status = by_rows_open(txn, table, &rows);

    *out_count = 0;
    if (status == BANYAN_OK)
        status = by_rows_seek(&rows, by_bytes_of(NULL, 0), &row);
    while (status == BANYAN_OK) {
        (*out_count)++;
        status = by_rows_next(&rows, &row);
    }
    by_rows_close(&rows);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static enum banyan_status check_counts(void *context, struct by_store_txn *txn)
{
    struct checking *checking = context;
    struct by_store_report *report = checking->report;
    struct by_tail *tail = NULL;
    uint64_t blocks = 0, runs = 0, logs = 0, numbers = 0;
    enum banyan_status status = by_tail_get(txn, &tail);

    if (status == BANYAN_OK)
        status = count_rows(txn, BY_TABLE_BLOCK, &blocks);
    if (status == BANYAN_OK)
        status = count_rows(txn, BY_TABLE_RUN, &runs);
    if (status == BANYAN_OK)
        status = count_rows(txn, BY_TABLE_LOG, &logs);
    if (status == BANYAN_OK)
        status = count_rows(txn, BY_TABLE_LOG_NUMBER, &numbers);
    if (status == BANYAN_OK)
        status = by_store_logs(txn, count_log, checking);
    if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
        return status;
    /* Each row of run has been found to have its block: more blocks than rows have none. Fewer are
     * counted as damaged. */
    for (uint64_t i = runs + tail->count; !tail->is_damaged && i < blocks; i++)
        note(checking, &report->index_faults, NULL, 0);
    if (status == BANYAN_ERR_DAMAGED || logs != numbers)
        note(checking, &report->index_faults, NULL, 0);
    return BANYAN_OK;
}

enum banyan_status by_store_check(struct by_store *store, const struct by_id *network,
                                  void (*progress)(void *context, uint64_t done, uint64_t total),
                                  void *context, struct by_store_report *out_report,
                                  struct banyan_error *error)
{
    struct checking checking = {.network = network,
                                .progress = progress,
                                .context = context,
                                .report = out_report,
                                .position = BY_BUFFER_INIT(1024)};
    enum banyan_status status = BANYAN_OK;

    memset(out_report, 0, sizeof *out_report);
    status = by_block_reader_init(&checking.reader);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    status = by_store_read(store, check_tail, &checking, error);
    if (status == BANYAN_OK)
        status = check_table(store, &checking, BY_TABLE_RUN, check_run_row, error);
    if (status == BANYAN_OK)
        status = check_table(store, &checking, BY_TABLE_OPERATION, check_operation_row, error);
    if (status == BANYAN_OK)
        status = by_store_read(store, check_counts, &checking, error);
    by_block_reader_deinit(&checking.reader);
    by_buffer_deinit(&checking.position);
    return status;
}
