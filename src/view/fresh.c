/*
 * Records that one new entry makes.
 *
 * Of many, one thread makes what is written of some while this one writes those before: merging and
 * folding takes about as long as SQLite does.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "os/os.h"
#include "record/field_value.h"
#include "view/project.h"
#include "view/update.h"

/* Records that are made ready together. */
#define BATCH_RECORDS 256u
/* One is written, one is made ready. */
#define BATCHES 2u
/* Up to so many times as many rows as a slice has records, those of a batch's stretch of fids are
 * read in one walk: each by itself would cost more. */
#define WALKED_TIMES 4u
/* Fewer are not worth a thread. */
#define THREAD_RECORDS (2u * BATCH_RECORDS)

struct fresh {
    struct by_touched touched;
    struct by_id name_hash;
};

struct ready {
    struct by_fresh *fresh; /* NULL where nothing is to be written */
    bool takes_long_way;
};
struct batch {
    struct by_arena arena;
    struct ready records[BATCH_RECORDS];
    size_t first, count;
    bool is_ready;
};

/* A slice at work. */
struct fresh_run {
    struct by_update *update;
    struct by_projection *projection;
    struct fresh *items;
    size_t count;
    struct batch *batches;
    pthread_mutex_t lock; /* over is_ready and is_ended */
    pthread_cond_t turn;
    bool is_ended;
    enum banyan_status status;
    bool walks; /* over the fids there are */
};

/* By hash, which is the order of fids: rows and indexes grow at their ends, and FTS5 need not flush
 * between two records. */
static int order_by_hash(const void *a, const void *b)
{
    return by_id_compare(&((const struct fresh *)a)->name_hash,
                         &((const struct fresh *)b)->name_hash);
}

/* Move those that may be fresh out of touched. */
static void take_fresh(struct by_update *update, struct fresh *fresh, size_t *out_count)
{
    size_t kept = 0, count = 0;
    for (size_t i = 0; i < update->touched_count; i++) {
        const struct by_touched *touched = &update->touched[i];
        if (!touched->is_only) {
            update->touched[kept++] = *touched;
            continue;
        }
        by_record_name_hash(&touched->name, &fresh[count].name_hash);
        fresh[count++].touched = *touched;
    }
    update->touched_count = kept;
    *out_count = count;
}

/* -- making ready -- */

/* What this device keeps under a name shows until its organisation puts it for all. */
static bool may_be_private(const struct by_update *update, const struct by_record_name *name,
                           const struct by_gathering *gathering)
{
    return update->private_txn != NULL && by_id_equal(&name->owner, &update->view->organisation) &&
           !by_gathered_is_put(gathering->operations, gathering->count, name);
}

static enum banyan_status prepare(const struct fresh_run *run, const struct fresh *item,
                                  struct by_arena *arena, struct ready *out_ready)
{
    const struct by_update *update = run->update;
    const struct by_record_name *name = &item->touched.name;
    struct by_gathering gathering = {.standings = &update->standings, .arena = arena};
    struct by_projection projection = *run->projection;
    struct banyan_error error = {.text = ""};
    enum banyan_status status = by_gathering_add(&gathering, item->touched.entry);
    *out_ready = (struct ready){.fresh = NULL};
    if (status != BANYAN_OK)
        return status;
    out_ready->takes_long_way = may_be_private(update, name, &gathering);
    if (out_ready->takes_long_way || gathering.count == 0)
        return BANYAN_OK;
    const struct by_gathered gathered = {.operations = gathering.operations,
                                         .count = gathering.count};
    projection.arena = arena;
    return by_fresh_prepare(&projection, name, &item->name_hash, &gathered, &out_ready->fresh,
                            &error);
}

static enum banyan_status prepare_batch(struct fresh_run *run, struct batch *batch, size_t first)
{
    enum banyan_status status = BANYAN_OK;
    size_t left = run->count - first;
    batch->first = first;
    batch->count = left < BATCH_RECORDS ? left : BATCH_RECORDS;
    by_arena_reset(&batch->arena);
    for (size_t i = 0; i < batch->count && status == BANYAN_OK; i++)
        status = prepare(run, &run->items[first + i], &batch->arena, &batch->records[i]);
    return status;
}

/* -- writing -- */

static int64_t fid_of(const struct fresh_run *run, size_t item)
{
    return by_view_fid(run->update->view, &run->items[item].name_hash);
}

static enum banyan_status has_row(struct fresh_run *run, size_t item, bool *out_has)
{
    struct by_view *view = run->update->view;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_RECORD_HAS_FID);
    by_bind_int(statement, 1, fid_of(run, item));
    enum banyan_status status = by_view_row(view, statement, run->update->error);
    *out_has = status == BANYAN_OK;
    if (status == BANYAN_OK)
        sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* Of a batch, which is in the order of fids. */
static enum banyan_status
walk(struct fresh_run *run, const struct batch *batch, bool out_have[BATCH_RECORDS])
{
    struct by_view *view = run->update->view;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_RECORD_FIDS);
    enum banyan_status status = BANYAN_OK;
    size_t at = 0;
    by_bind_int(statement, 1, fid_of(run, batch->first));
    by_bind_int(statement, 2, fid_of(run, batch->first + batch->count - 1));
    while ((status = by_view_row(view, statement, run->update->error)) == BANYAN_OK) {
        int64_t fid = sqlite3_column_int64(statement, 0);
        while (at < batch->count && fid_of(run, batch->first + at) < fid)
            at++;
        for (; at < batch->count && fid_of(run, batch->first + at) == fid; at++)
            out_have[at] = true;
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* A record has a row as soon as any of its operations counts, so one without has no others. The row
 * of another record with its fid makes it one for the long way. */
static enum banyan_status
find_known(struct fresh_run *run, const struct batch *batch, bool out_are_known[BATCH_RECORDS])
{
    enum banyan_status status = BANYAN_OK;
    memset(out_are_known, 0, BATCH_RECORDS * sizeof out_are_known[0]);
    if (run->walks)
        status = walk(run, batch, out_are_known);
    for (size_t i = 0; !run->walks && i < batch->count && status == BANYAN_OK; i++)
        status = has_row(run, batch->first + i, &out_are_known[i]);
    for (size_t i = 0; i < batch->count; i++) {
        size_t item = batch->first + i;
        out_are_known[i] |= item > 0 && fid_of(run, item - 1) == fid_of(run, item);
    }
    return status;
}

static enum banyan_status write_batch(struct fresh_run *run, const struct batch *batch)
{
    struct by_update *update = run->update;
    bool are_known[BATCH_RECORDS];
    enum banyan_status status = find_known(run, batch, are_known);
    for (size_t i = 0; i < batch->count && status == BANYAN_OK; i++) {
        const struct ready *ready = &batch->records[i];
        if (!are_known[i] && ready->fresh != NULL)
            status = by_fresh_write(ready->fresh, update->error);
        if (are_known[i] || ready->takes_long_way)
            update->touched[update->touched_count++] = run->items[batch->first + i].touched;
    }
    by_update_tell(update, batch->first + batch->count, run->count);
    return status;
}

/* -- one beside the other -- */

/* Wait until the batch is as said; false where all is over. */
static bool await(struct fresh_run *run, const struct batch *batch, bool is_ready)
{
    pthread_mutex_lock(&run->lock);
    while (batch->is_ready != is_ready && !run->is_ended)
        pthread_cond_wait(&run->turn, &run->lock);
    bool is_so = batch->is_ready == is_ready;
    pthread_mutex_unlock(&run->lock);
    return is_so;
}

static void
hand_over(struct fresh_run *run, struct batch *batch, bool is_ready, enum banyan_status status)
{
    pthread_mutex_lock(&run->lock);
    batch->is_ready = is_ready;
    if (status != BANYAN_OK) {
        run->status = run->status == BANYAN_OK ? status : run->status;
        run->is_ended = true;
    }
    pthread_cond_broadcast(&run->turn);
    pthread_mutex_unlock(&run->lock);
}

static void *prepare_all(void *context)
{
    struct fresh_run *run = context;
    size_t number = 0;
    by_os_thread_name("view");
    for (size_t first = 0; first < run->count; first += BATCH_RECORDS) {
        struct batch *batch = &run->batches[number++ % BATCHES];
        if (!await(run, batch, false))
            break;
        enum banyan_status status = prepare_batch(run, batch, first);
        hand_over(run, batch, status == BANYAN_OK, status);
        if (status != BANYAN_OK)
            break;
    }
    return NULL;
}

static enum banyan_status write_all(struct fresh_run *run)
{
    enum banyan_status status = BANYAN_OK;
    size_t number = 0;
    for (size_t first = 0; first < run->count && status == BANYAN_OK; first += BATCH_RECORDS) {
        struct batch *batch = &run->batches[number++ % BATCHES];
        if (!await(run, batch, true))
            return by_fail_plain(run->update->error, run->status);
        status = write_batch(run, batch);
        hand_over(run, batch, false, status);
    }
    return status;
}

static enum banyan_status run_alone(struct fresh_run *run)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t first = 0; first < run->count && status == BANYAN_OK; first += BATCH_RECORDS) {
        status = prepare_batch(run, run->batches, first);
        status = status == BANYAN_OK ? write_batch(run, run->batches)
                                     : by_fail_plain(run->update->error, status);
    }
    return status;
}

/* How many rows there are, about: those that went are counted too. */
static enum banyan_status choose_walk(struct fresh_run *run)
{
    struct by_view *view = run->update->view;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_RECORD_LAST_ROW);
    enum banyan_status status = by_view_row(view, statement, run->update->error);
    if (status == BANYAN_OK)
        run->walks =
            (uint64_t)sqlite3_column_int64(statement, 0) <= (uint64_t)run->count * WALKED_TIMES;
    sqlite3_reset(statement);
    return status;
}

static enum banyan_status run_all(struct fresh_run *run)
{
    pthread_t thread;
    if (run->count < THREAD_RECORDS || pthread_mutex_init(&run->lock, NULL) != 0)
        return run_alone(run);
    enum banyan_status status = BANYAN_OK;
    if (pthread_cond_init(&run->turn, NULL) != 0) {
        status = run_alone(run);
    } else {
        if (pthread_create(&thread, NULL, prepare_all, run) != 0) {
            status = run_alone(run);
        } else {
            status = write_all(run);
            (void)pthread_join(thread, NULL);
        }
        (void)pthread_cond_destroy(&run->turn);
    }
    (void)pthread_mutex_destroy(&run->lock);
    return status;
}

enum banyan_status
by_update_project_fresh(struct by_update *update, struct by_projection *projection)
{
    struct fresh_run run = {.update = update,
                            .projection = projection,
                            .items = calloc(update->touched_count + 1, sizeof run.items[0]),
                            .batches = calloc(BATCHES, sizeof run.batches[0])};
    enum banyan_status status = BANYAN_OK;
    if (run.items == NULL || run.batches == NULL) {
        status = by_fail_plain(update->error, BANYAN_ERR_MEMORY);
    } else {
        take_fresh(update, run.items, &run.count);
        update->fresh_count = run.count;
        if (run.count > 0)
            qsort(run.items, run.count, sizeof run.items[0], order_by_hash);
        status = choose_walk(&run);
        if (status == BANYAN_OK)
            status = run_all(&run);
        for (size_t i = 0; i < BATCHES; i++)
            by_arena_deinit(&run.batches[i].arena);
    }
    free(run.batches);
    free(run.items);
    return status;
}
