#include <stdlib.h>

#include "record/field_value.h"
#include "view/kept.h"
#include "view/project.h"
#include "view/update.h"

/* Records are read in chunks. A chunk's operations are in memory together. */
#define CHUNK_RECORDS    1024u
#define CHUNK_OPERATIONS 4096u

static int order_numbers(uint64_t left, uint64_t right)
{
    return (left > right) - (left < right);
}

/* By name; of one name the one first that stands for all. */
static int order_by_name(const void *a, const void *b)
{
    const struct by_touched *left = a;
    const struct by_touched *right = b;
    int order = by_record_name_compare(&left->name, &right->name);
    if (order == 0)
        order = (int)right->always - (int)left->always;
    return order != 0 ? order : order_numbers(left->arrival, right->arrival);
}

/* By block, so that each is decoded once; names of one block may be any. */
static int order_by_arrival(const void *a, const void *b)
{
    const struct by_touched *left = a;
    const struct by_touched *right = b;
    int order = order_numbers(left->arrival, right->arrival);
    return order != 0 ? order : by_record_name_compare(&left->name, &right->name);
}

/* Each record once. */
static enum banyan_status order_touched(struct by_update *update)
{
    size_t kept = 0;
    if (update->touched_count == 0)
        return BANYAN_OK;
    qsort(update->touched, update->touched_count, sizeof update->touched[0], order_by_name);
    enum banyan_status status = by_kept_any(update->view, &update->has_kept, update->error);
    if (status == BANYAN_OK && update->has_kept)
        status = by_update_note_news(update);
    if (status != BANYAN_OK)
        return status;
    update->touched[0].is_only = update->touched[0].entry != NULL;
    for (size_t i = 1; i < update->touched_count; i++) {
        struct by_touched *last = &update->touched[kept];
        if (by_record_name_equal(&update->touched[i].name, &last->name)) {
            last->is_only = false;
            continue;
        }
        update->touched[++kept] = update->touched[i];
        update->touched[kept].is_only = update->touched[kept].entry != NULL;
    }
    update->touched_count = kept + 1;
    return BANYAN_OK;
}

/* One record with what was read of it. */
struct gathered {
    const struct by_touched *touched;
    struct by_id name_hash;
    struct by_gathered record;
    bool is_kept; /* its operations are read only where it turns out that they must be */
};

/* By hash, which is the order of fids: rows and indexes then grow at their ends, and FTS5 need not
 * flush between two records. */
static int order_gathered(const void *a, const void *b)
{
    return by_id_compare(&((const struct gathered *)a)->name_hash,
                         &((const struct gathered *)b)->name_hash);
}

static enum banyan_status gather_one(struct by_update *update, struct gathered *gathered)
{
    const struct by_sources sources = {.txn = update->txn,
                                       .standings = &update->standings,
                                       .private_txn = update->private_txn,
                                       .private_standings = &update->private_standings,
                                       .organisation = update->view->organisation};
    enum banyan_status status =
        by_gather_shown(&sources, &gathered->touched->name, &update->gathered, &gathered->record);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(update->error, status);
}

static enum banyan_status
project(struct by_update *update, struct by_projection *projection, const struct gathered *gathered)
{
    by_arena_reset(&update->merged);
    return by_project(projection, &gathered->touched->name, &gathered->record,
                      gathered->touched->always, update->error);
}

/* Of what is kept, and of what is new, where that is enough. */
static enum banyan_status project_kept(struct by_update *update, struct by_projection *projection,
                                       struct gathered *gathered, bool *out_is_done)
{
    struct by_gathering news;
    enum banyan_status status =
        by_update_gather_news(update, &gathered->touched->name, &news, out_is_done);
    if (status == BANYAN_OK && *out_is_done && news.count > 0) {
        by_arena_reset(&update->merged);
        status = by_project_onto(projection, &gathered->touched->name, news.operations, news.count,
                                 out_is_done, update->error);
    }
    return status == BANYAN_OK && !*out_is_done ? gather_one(update, gathered) : status;
}

/* The record that a fid goes back to is written again too. */
static enum banyan_status
project_one(struct by_update *update, struct by_projection *projection, struct gathered *gathered)
{
    bool is_done = false;
    enum banyan_status status = BANYAN_OK;
    projection->has_other = false;
    if (gathered->is_kept)
        status = project_kept(update, projection, gathered, &is_done);
    if (status == BANYAN_OK && !is_done)
        status = project(update, projection, gathered);
    if (status != BANYAN_OK || !projection->has_other)
        return status;
    const struct by_touched other = {.name = projection->other, .always = true};
    struct gathered again = {.touched = &other};
    status = gather_one(update, &again);
    projection->fid_is_vacant = true;
    if (status == BANYAN_OK)
        status = project(update, projection, &again);
    projection->fid_is_vacant = false;
    return status;
}

/* Read the records from *at on, as many as one chunk has. */
static enum banyan_status
gather_chunk(struct by_update *update, size_t *at, struct gathered *chunk, size_t *out_count)
{
    enum banyan_status status = BANYAN_OK;
    size_t operations = 0, count = 0;
    while (*at < update->touched_count && count < CHUNK_RECORDS && operations < CHUNK_OPERATIONS &&
           status == BANYAN_OK) {
        const struct by_touched *touched = &update->touched[(*at)++];
        struct gathered *gathered = &chunk[count];
        *gathered = (struct gathered){.touched = touched};
        by_record_name_hash(&touched->name, &gathered->name_hash);
        if (update->has_kept && !touched->always && !touched->is_private)
            status = by_kept_has(update->view, &touched->name, &gathered->is_kept, update->error);
        if (status == BANYAN_OK && !gathered->is_kept)
            status = gather_one(update, gathered);
        operations += gathered->record.count;
        count++;
    }
    *out_count = count;
    return status;
}

enum banyan_status by_update_project(struct by_update *update)
{
    struct by_projection projection = {.view = update->view,
                                       .types = update->types,
                                       .arena = &update->merged,
                                       .changes = update->changes};
    struct gathered *chunk = calloc(CHUNK_RECORDS, sizeof chunk[0]);
    enum banyan_status status =
        chunk == NULL ? by_fail_plain(update->error, BANYAN_ERR_MEMORY) : BANYAN_OK;
    size_t at = 0;
    if (status == BANYAN_OK)
        status = order_touched(update);
    if (status == BANYAN_OK)
        status = by_update_project_fresh(update, &projection);
    if (status == BANYAN_OK && update->touched_count > 0)
        qsort(update->touched, update->touched_count, sizeof update->touched[0], order_by_arrival);
    while (at < update->touched_count && status == BANYAN_OK) {
        size_t count = 0;
        by_arena_reset(&update->gathered);
        status = gather_chunk(update, &at, chunk, &count);
        if (count > 0)
            qsort(chunk, count, sizeof chunk[0], order_gathered);
        for (size_t i = 0; i < count && status == BANYAN_OK; i++)
            status = project_one(update, &projection, &chunk[i]);
    }
    free(chunk);
    return status;
}
