/* Records that one new entry makes. */
#include <stdlib.h>

#include "record/field_value.h"
#include "view/project.h"
#include "view/update.h"

struct fresh {
    struct by_touched touched;
    struct by_id name_hash;
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

/* A record has a row as soon as any of its operations counts, so one without has no others. The row
 * of another record with its fid makes it one for the long way. */
static enum banyan_status
is_unknown(struct by_update *update, const struct fresh *fresh, bool *out_is_so)
{
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_RECORD_HAS_FID);
    by_bind_int(statement, 1, by_view_fid(update->view, &fresh->name_hash));
    enum banyan_status status = by_view_row(update->view, statement, update->error);
    *out_is_so = status == BANYAN_ERR_NOT_FOUND;
    if (status == BANYAN_OK)
        sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* What this device keeps under a name shows until its organisation puts it for all. */
static bool may_be_private(const struct by_update *update, const struct by_record_name *name,
                           const struct by_gathering *gathering)
{
    return update->private_txn != NULL && by_id_equal(&name->owner, &update->view->organisation) &&
           !by_gathered_is_put(gathering->operations, gathering->count, name);
}

static enum banyan_status project(struct by_update *update, struct by_projection *projection,
                                  const struct fresh *fresh, bool *out_is_done)
{
    const struct by_record_name *name = &fresh->touched.name;
    struct by_gathering gathering = {.standings = &update->standings, .arena = &update->merged};
    enum banyan_status status = is_unknown(update, fresh, out_is_done);
    if (status != BANYAN_OK || !*out_is_done)
        return status;
    by_arena_reset(&update->merged);
    status = by_gathering_add(&gathering, fresh->touched.entry);
    if (status != BANYAN_OK)
        return by_fail_plain(update->error, status);
    *out_is_done = !may_be_private(update, name, &gathering);
    if (!*out_is_done || gathering.count == 0)
        return BANYAN_OK;
    const struct by_gathered gathered = {.operations = gathering.operations, .count = 1};
    return by_project_fresh(projection, name, &fresh->name_hash, &gathered, update->error);
}

enum banyan_status
by_update_project_fresh(struct by_update *update, struct by_projection *projection)
{
    size_t count = 0;
    struct fresh *fresh = calloc(update->touched_count + 1, sizeof fresh[0]);
    if (fresh == NULL)
        return by_fail_plain(update->error, BANYAN_ERR_MEMORY);
    enum banyan_status status = BANYAN_OK;
    take_fresh(update, fresh, &count);
    if (count > 0)
        qsort(fresh, count, sizeof fresh[0], order_by_hash);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        bool is_done = false;
        status = project(update, projection, &fresh[i], &is_done);
        if (!is_done)
            update->touched[update->touched_count++] = fresh[i].touched;
    }
    free(fresh);
    return status;
}
