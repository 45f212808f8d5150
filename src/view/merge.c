#include <stdlib.h>

#include "record/field_value.h"
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

/* Each record once, in the order in which blocks are read. */
static void order_touched(struct by_update *update)
{
    size_t kept = 0;
    if (update->touched_count == 0)
        return;
    qsort(update->touched, update->touched_count, sizeof update->touched[0], order_by_name);
    for (size_t i = 1; i < update->touched_count; i++)
        if (!by_record_name_equal(&update->touched[i].name, &update->touched[kept].name))
            update->touched[++kept] = update->touched[i];
    update->touched_count = kept + 1;
    qsort(update->touched, update->touched_count, sizeof update->touched[0], order_by_arrival);
}

/* One record with what was read of it. */
struct gathered {
    const struct by_touched *touched;
    struct by_id name_hash;
    struct by_gathered record;
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

/* The record that a fid goes back to is written again too. */
static enum banyan_status project_one(struct by_update *update, struct by_projection *projection,
                                      const struct gathered *gathered)
{
    enum banyan_status status = project(update, projection, gathered);
    if (status != BANYAN_OK || !projection->has_other)
        return status;
    const struct by_touched other = {.name = projection->other, .always = true};
    struct gathered again = {.touched = &other};
    status = gather_one(update, &again);
    return status == BANYAN_OK ? project(update, projection, &again) : status;
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
        gathered->touched = touched;
        by_record_name_hash(&touched->name, &gathered->name_hash);
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
    order_touched(update);
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
