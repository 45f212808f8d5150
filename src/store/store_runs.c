#include "store/internal.h"

enum banyan_status by_runs_open(struct by_store_txn *txn, uint32_t log_number, uint64_t first,
                                uint64_t last, struct by_runs *out_runs)
{
    struct by_tail *tail = NULL;
    enum banyan_status status = by_tail_get(txn, &tail);

    *out_runs =
        (struct by_runs){.log_number = log_number, .first = first, .last = last, .tail = tail};
    return status == BANYAN_OK ? by_rows_open(txn, BY_TABLE_RUN, &out_runs->rows) : status;
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

static enum banyan_status next_in_table(struct by_runs *runs, struct by_run_row *out_row)
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

static bool is_before(const struct by_run_row *row, uint64_t last_seq, uint64_t arrival)
{
    return row->last_seq != last_seq ? row->last_seq < last_seq : row->arrival < arrival;
}

/* The first one behind what was taken. NULL when there is none. */
static const struct by_run_row *next_in_tail(const struct by_runs *runs)
{
    const struct by_run_row *next = NULL;

    for (size_t i = 0; i < runs->tail->count; i++) {
        const struct by_run_row *row = &runs->tail->rows[i];

        if (row->log_number != runs->log_number || row->last_seq < runs->first ||
            row->first_seq > runs->last)
            continue;
        if (runs->is_behind &&
            (row->arrival == runs->at_arrival || is_before(row, runs->at_seq, runs->at_arrival)))
            continue;
        if (next == NULL || is_before(row, next->last_seq, next->arrival))
            next = row;
    }
    return next;
}

static enum banyan_status tell_damage(struct by_runs *runs, struct by_run_row *out_row)
{
    if (!runs->tail->is_damaged || runs->has_told)
        return BANYAN_ERR_NOT_FOUND;
    runs->has_told = true;
    *out_row = (struct by_run_row){.log_number = runs->log_number, .arrival = UINT64_MAX};
    return BANYAN_ERR_DAMAGED;
}

enum banyan_status by_runs_next(struct by_runs *runs, struct by_run_row *out_row)
{
    const struct by_run_row *waiting = next_in_tail(runs);

    if (!runs->has_ahead)
        runs->ahead_status = next_in_table(runs, &runs->ahead);
    runs->has_ahead = true;
    if (waiting != NULL && (runs->ahead_status == BANYAN_ERR_NOT_FOUND ||
                            (runs->ahead_status == BANYAN_OK &&
                             is_before(waiting, runs->ahead.last_seq, runs->ahead.arrival)))) {
        runs->is_behind = true;
        runs->at_seq = waiting->last_seq;
        runs->at_arrival = waiting->arrival;
        *out_row = *waiting;
        return BANYAN_OK;
    }
    if (runs->ahead_status == BANYAN_ERR_NOT_FOUND)
        return tell_damage(runs, out_row);
    runs->has_ahead = false;
    *out_row = runs->ahead;
    return runs->ahead_status;
}

void by_runs_close(struct by_runs *runs)
{
    by_rows_close(&runs->rows);
}

/* The highest seq of a log in the table, whichever branch it is of. */
static enum banyan_status find_last_seq(struct by_runs *runs, uint64_t *out_seq)
{
    uint8_t behind[BY_RUN_KEY_BYTES] = {0};
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    by_run_key_put(behind, runs->log_number + 1, 0, 0);
    status = by_rows_before(&runs->rows, by_bytes_of(behind, sizeof behind), &row);
    if (status != BANYAN_OK)
        return status;
    if (row.key.size != BY_RUN_KEY_BYTES)
        return BANYAN_ERR_DAMAGED;
    if (by_get_u32be(row.key.data) != runs->log_number)
        return BANYAN_ERR_NOT_FOUND;
    *out_seq = by_get_u64be(row.key.data + 4);
    return BANYAN_OK;
}

enum banyan_status
by_runs_tip(struct by_store_txn *txn, uint32_t log_number, struct by_run_row *out_row)
{
    struct by_runs runs;
    uint64_t seq = 0;
    enum banyan_status status = by_runs_open(txn, log_number, 0, UINT64_MAX, &runs);

    if (status == BANYAN_OK && runs.tail->is_damaged)
        status = BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        status = find_last_seq(&runs, &seq);
    if (status == BANYAN_ERR_NOT_FOUND)
        status = BANYAN_OK;
    for (size_t i = 0; status == BANYAN_OK && i < runs.tail->count; i++) {
        if (runs.tail->rows[i].log_number == log_number && runs.tail->rows[i].last_seq > seq)
            seq = runs.tail->rows[i].last_seq;
    }
    runs.first = runs.last = seq;
    if (status == BANYAN_OK)
        status = by_runs_next(&runs, out_row);
    by_runs_close(&runs);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_ERR_DAMAGED : status;
}
