#include <stdlib.h>

#include "record/field_value.h"
#include "view/project.h"
#include "view/update.h"

/* Records are read in chunks. A chunk's operations are in memory together. */
#define CHUNK_RECORDS    1024u
#define CHUNK_OPERATIONS 4096u

/* By name, which is nearly the order of the blocks in the store. */
static int order_touched(const void *a, const void *b)
{
    const struct by_touched *left = a;
    const struct by_touched *right = b;
    int order = by_record_name_compare(&left->name, &right->name);
    return order != 0 ? order : (int)right->always - (int)left->always;
}

/* One record with what was read of it. */
struct gathered {
    const struct by_touched *touched;
    struct by_id name_hash;
    struct by_operation *operations;
    size_t count;
    bool is_private; /* then what the network's logs hold upon its name stands beside */
    const struct by_operation *shared;
    size_t shared_count;
};

/* By hash, which is the order of fids: rows and indexes then grow at their ends, and FTS5 need not
 * flush between two records. */
static int order_gathered(const void *a, const void *b)
{
    return by_id_compare(&((const struct gathered *)a)->name_hash,
                         &((const struct gathered *)b)->name_hash);
}

/* Whether the record is one that this device may keep for itself: its own organisation's, and not
 * put into the logs of the network. */
static bool may_be_private(const struct by_update *update, const struct gathered *gathered)
{
    const struct by_record_name *name = &gathered->touched->name;
    return update->private_txn != NULL && by_id_equal(&name->owner, &update->view->organisation) &&
           !by_gathered_is_put(gathered->operations, gathered->count, name);
}

static enum banyan_status gather_one(struct by_update *update, struct gathered *gathered)
{
    const struct by_record_name *name = &gathered->touched->name;
    struct by_operation *operations = NULL;
    size_t count = 0;
    gathered->is_private = false;
    enum banyan_status status = by_gather(update->txn, &update->standings, name, &update->gathered,
                                          &gathered->operations, &gathered->count, NULL);
    if (status == BANYAN_OK && may_be_private(update, gathered))
        status = by_gather(update->private_txn, &update->private_standings, name, &update->gathered,
                           &operations, &count, NULL);
    if (status == BANYAN_OK && count > 0) {
        gathered->shared = gathered->operations;
        gathered->shared_count = gathered->count;
        gathered->operations = operations;
        gathered->count = count;
        gathered->is_private = true;
    }
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(update->error, status);
}

static enum banyan_status
project(struct by_update *update, struct by_projection *projection, const struct gathered *gathered)
{
    by_arena_reset(&update->merged);
    projection->is_private = gathered->is_private;
    projection->shared = gathered->shared;
    projection->shared_count = gathered->shared_count;
    return by_project(projection, &gathered->touched->name, gathered->operations, gathered->count,
                      gathered->touched->always, update->error);
}

/* The record that a fid goes back to is written again too. */
static enum banyan_status project_one(struct by_update *update, struct by_projection *projection,
                                      const struct gathered *gathered)
{
    enum banyan_status status = project(update, projection, gathered);
    if (status != BANYAN_OK || !projection->has_other)
        return status;
    const struct by_touched other = {projection->other, true};
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
        if (count > 0 && by_record_name_equal(&touched->name, &chunk[count - 1].touched->name))
            continue;
        gathered->touched = touched;
        by_record_name_hash(&touched->name, &gathered->name_hash);
        status = gather_one(update, gathered);
        operations += gathered->count;
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
    if (update->touched_count > 0)
        qsort(update->touched, update->touched_count, sizeof update->touched[0], order_touched);
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
