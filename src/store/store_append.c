#include <string.h>

#include "store/internal.h"

/* What is known about a run before any of it is written. Places count from the entry that the run
 * hangs on: 0 is that entry, i + 1 is the run's own entry i. */
struct appending {
    struct by_store_txn *txn;
    const struct by_run *run;
    struct by_bytes packed;
    struct by_log_row log;
    struct by_run_row tip;
    bool has_known;
    size_t known; /* highest place that is on a chain held here, readable or not */
    size_t held;  /* so many entries at the start are held in blocks that read well */
    struct by_run_row mended[BY_BLOCK_ENTRIES_MAX]; /* damaged blocks that the run makes good */
    size_t mended_count;
};

static const struct by_id *id_at(const struct by_run *run, size_t place)
{
    return place == 0 ? &run->base.prev : &run->entries[place - 1].id;
}

static bool is_act_run(const struct by_run *run)
{
    return by_kind_is_act(run->entries[0].header.kind);
}

static uint64_t last_seq_of(const struct by_run *run)
{
    return run->base.first_seq + (run->count - 1);
}

/* Whether the entry of that id at that seq is the one the run hangs on or one of its own. */
static bool
find_place(const struct by_run *run, uint64_t seq, const struct by_id *id, size_t *out_place)
{
    uint64_t first = run->base.first_seq;

    if (seq + 1 < first || seq > last_seq_of(run) || (seq + 1 == first && first == 0))
        return false;
    *out_place = (size_t)(seq + 1 - first);
    return by_id_equal(id_at(run, *out_place), id);
}

static void note_known(struct appending *appending, size_t place)
{
    if (!appending->has_known || place > appending->known)
        appending->known = place;
    appending->has_known = true;
}

/* A row tells two ids without its block: its tip and the entry it hangs on. */
static void note_row(struct appending *appending, const struct by_run_row *row, bool is_damaged)
{
    const struct by_run *run = appending->run;
    size_t place = 0;

    if (row->first_seq > 0 && find_place(run, row->first_seq - 1, &row->prev, &place))
        note_known(appending, place);
    if (!find_place(run, row->last_seq, &row->tip, &place))
        return;
    note_known(appending, place);
    if (is_damaged && place > 0 && row->first_seq >= run->base.first_seq &&
        appending->mended_count < BY_BLOCK_ENTRIES_MAX)
        appending->mended[appending->mended_count++] = *row;
}

static void note_block(struct appending *appending, const struct by_run *block)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct by_entry *entry = &block->entries[i];
        size_t place = 0;

        if (!find_place(appending->run, entry->header.seq, &entry->id, &place))
            continue;
        note_known(appending, place);
        if (place == appending->held + 1)
            appending->held++;
    }
}

/* Look at every held block near the run. Rows come by last seq, so what is held of the run's own
 * chain is met in order. */
static enum banyan_status look_around(struct appending *appending)
{
    const struct by_run *run = appending->run;
    uint64_t first = run->base.first_seq;
    struct by_runs runs;
    struct by_run_row row;
    enum banyan_status status = by_runs_open(appending->txn, appending->log.number,
                                             first > 0 ? first - 1 : 0, last_seq_of(run), &runs);

    while (status == BANYAN_OK) {
        struct by_run block;
        struct by_bytes packed = {0};

        status = by_runs_next(&runs, &row);
        if (status == BANYAN_ERR_DAMAGED) {
            status = BANYAN_OK;
            continue;
        }
        if (status != BANYAN_OK)
            break;
        status = by_block_load(appending->txn, &run->base.log, &row, &block, &packed);
        note_row(appending, &row, status == BANYAN_ERR_DAMAGED);
        if (status == BANYAN_OK)
            note_block(appending, &block);
        else if (status == BANYAN_ERR_DAMAGED)
            status = BANYAN_OK;
    }
    by_runs_close(&runs);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static bool extends_tip(const struct appending *appending)
{
    const struct by_run *run = appending->run;

    return run->base.first_seq > 0 && run->base.first_seq - 1 == appending->tip.last_seq &&
           by_id_equal(&run->base.prev, &appending->tip.tip);
}

/* The run leaves the chain held here: it knows a place that is neither its own end nor the tip.
 * Where damage hides what is held, a fork is assumed: counting then looks closer. */
static bool begins_fork(const struct appending *appending)
{
    if (!appending->has_known)
        return true;
    return appending->known != appending->run->count &&
           !by_id_equal(id_at(appending->run, appending->known), &appending->tip.tip);
}

/* Numbers are given in turn and never taken back. */
static enum banyan_status next_number(struct by_store_txn *txn, uint32_t *out_number)
{
    static const uint8_t behind[5] = {255, 255, 255, 255, 255};
    struct by_rows rows;
    struct by_row row;
    enum banyan_status status = by_rows_open(txn, BY_TABLE_LOG_NUMBER, &rows);

    *out_number = 0;
    if (status == BANYAN_OK)
        status = by_rows_before(&rows, by_bytes_of(behind, sizeof behind), &row);
    by_rows_close(&rows);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status == BANYAN_OK && row.key.size != 4)
        status = BANYAN_ERR_DAMAGED;
    if (status != BANYAN_OK)
        return status;
    *out_number = by_get_u32be(row.key.data) + 1;
    /* The number behind the last must be one too: reading looks for it. */
    return *out_number < UINT32_MAX ? BANYAN_OK : BANYAN_ERR_FULL;
}

static enum banyan_status number_log(struct appending *appending)
{
    struct by_store_txn *txn = appending->txn;
    const struct by_log_id *log = &appending->run->base.log;
    uint8_t key[4] = {0}, value[BY_LOG_KEY_BYTES];
    enum banyan_status status = next_number(txn, &appending->log.number);

    if (status != BANYAN_OK)
        return status;
    appending->log.is_act_log = is_act_run(appending->run);
    by_put_u32be(key, appending->log.number);
    by_log_key_put(value, log, appending->log.is_act_log);
    status = by_row_put(txn, BY_TABLE_LOG_NUMBER, by_bytes_of(key, sizeof key),
                        by_bytes_of(value, sizeof value));
    return status == BANYAN_OK ? by_log_row_put(txn, log, &appending->log) : status;
}

static enum banyan_status
put_block(struct by_store_txn *txn, const struct by_block_head *head, struct by_bytes packed)
{
    uint8_t number[8] = {0};
    uint8_t *at = NULL;
    enum banyan_status status = BANYAN_OK;

    by_put_u64be(number, head->row.arrival);
    status = by_row_append(txn, BY_TABLE_BLOCK, by_bytes_of(number, sizeof number),
                           BY_BLOCK_HEAD_BYTES + packed.size, &at);
    if (status != BANYAN_OK)
        return status;
    by_block_head_put(at, head);
    memcpy(at + BY_BLOCK_HEAD_BYTES, packed.data, packed.size);
    return BANYAN_OK;
}

static enum banyan_status
pack(struct by_store *store, const struct by_run *run, struct by_bytes *out_packed)
{
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(&store->packed);
    status = by_block_pack(run, &store->zip, &store->packed);
    *out_packed = by_buffer_bytes(&store->packed);
    return status;
}

static enum banyan_status write_run(struct by_store_txn *txn, uint32_t log_number,
                                    const struct by_run *run, struct by_bytes packed)
{
    struct by_block_head head = {.log = run->base.log,
                                 .is_act_log = is_act_run(run),
                                 .row = by_run_row_of(run, log_number, by_store_next_arrival(txn))};
    struct by_tail *tail = NULL;
    /* Read before the block is there, or the block would be in it twice. */
    enum banyan_status status = by_tail_get(txn, &tail);

    if (status == BANYAN_OK && packed.size == 0)
        status = pack(txn->store, run, &packed);
    by_packed_sum(packed, head.sum);
    if (status == BANYAN_OK)
        status = put_block(txn, &head, packed);
    return status == BANYAN_OK ? by_index_block(txn, &head.row, run) : status;
}

/* The run's entries behind the held ones. */
static enum banyan_status write_rest(const struct appending *appending)
{
    const struct by_run *run = appending->run;
    struct by_run rest = *run;

    if (appending->held == 0)
        return write_run(appending->txn, appending->log.number, run, appending->packed);
    rest.base.first_seq += appending->held;
    rest.base.prev = *id_at(run, appending->held);
    rest.entries += appending->held;
    rest.count -= appending->held;
    return write_run(appending->txn, appending->log.number, &rest, by_bytes_of(NULL, 0));
}

static enum banyan_status remove_mended(const struct appending *appending)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; status == BANYAN_OK && i < appending->mended_count; i++) {
        const struct by_run_row *row = &appending->mended[i];
        uint8_t key[BY_RUN_KEY_BYTES], arrival[8];

        by_run_key_put(key, row->log_number, row->last_seq, row->arrival);
        by_put_u64be(arrival, row->arrival);
        status = by_row_remove(appending->txn, BY_TABLE_RUN, by_bytes_of(key, sizeof key));
        if (status == BANYAN_OK)
            status =
                by_row_remove(appending->txn, BY_TABLE_BLOCK, by_bytes_of(arrival, sizeof arrival));
    }
    return status;
}

/* A run that does not simply follow the tip. */
static enum banyan_status
append_beside(struct appending *appending, enum by_store_verdict *out_verdict)
{
    const struct by_run *run = appending->run;
    enum banyan_status status = look_around(appending);

    if (status != BANYAN_OK)
        return status;
    if (!appending->has_known && run->base.first_seq > 0)
        return BANYAN_ERR_BROKEN_CHAIN;
    *out_verdict = appending->held == run->count ? BY_STORE_HELD
                   : appending->held > 0         ? BY_STORE_PART
                                                 : BY_STORE_NEW;
    if (*out_verdict == BY_STORE_HELD)
        return BANYAN_OK;
    if (!appending->log.is_forked && begins_fork(appending)) {
        appending->log.is_forked = true;
        status = by_log_row_put(appending->txn, &run->base.log, &appending->log);
    }
    /* What is removed must not leave a gap in the tail. */
    if (status == BANYAN_OK && appending->mended_count > 0)
        status = by_index_tail(appending->txn);
    if (status == BANYAN_OK)
        status = write_rest(appending);
    return status == BANYAN_OK ? remove_mended(appending) : status;
}

enum banyan_status by_store_append(struct by_store_txn *txn, const struct by_run *run,
                                   struct by_bytes packed, enum by_store_verdict *out_verdict)
{
    struct appending appending = {.txn = txn, .run = run, .packed = packed};
    enum banyan_status status =
        by_log_row_get(txn, &run->base.log, is_act_run(run), &appending.log);

    *out_verdict = BY_STORE_NEW;
    if (status == BANYAN_ERR_NOT_FOUND) {
        if (run->base.first_seq > 0)
            return BANYAN_ERR_BROKEN_CHAIN;
        status = number_log(&appending);
        return status == BANYAN_OK ? write_rest(&appending) : status;
    }
    if (status == BANYAN_OK)
        status = by_runs_tip(txn, appending.log.number, &appending.tip);
    if (status != BANYAN_OK)
        return status;
    return extends_tip(&appending) ? write_rest(&appending)
                                   : append_beside(&appending, out_verdict);
}
