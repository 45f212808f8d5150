#include "view/as_of.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/hlc.h"
#include "record/field_value.h"
#include "view/gather.h"
#include "view/internal.h"
#include "view/project.h"
#include "view/reader.h"

/* The past at work. */
struct past {
    struct by_view *view;
    struct by_store *store;
    const struct by_charter *charter;
    const char *type; /* NULL: all */
    uint64_t last_hlc;
    struct by_standings standings, private_standings;
    struct by_sources sources;
    struct by_record_name *names; /* of the records that changed since, in the order of fids */
    size_t name_count;
    size_t name_capacity;
    struct by_arena gathered, merged; /* of one record */
    by_view_past_work *work;
    void *context;
    bool is_done;
    struct banyan_error *error;
};

static enum banyan_status add_name(struct past *past, struct by_bytes name)
{
    if (name.size != 48)
        return by_view_damaged(past->view, past->error);
    if (past->name_count == past->name_capacity) {
        size_t capacity = past->name_capacity == 0 ? 1024 : past->name_capacity * 2;
        struct by_record_name *grown = realloc(past->names, capacity * sizeof grown[0]);
        if (grown == NULL)
            return by_fail_plain(past->error, BANYAN_ERR_MEMORY);
        past->names = grown;
        past->name_capacity = capacity;
    }
    by_record_name_get(name.data, &past->names[past->name_count++]);
    return BANYAN_OK;
}

/* Rows tell when a record was changed to the second. */
static enum banyan_status find_changed(struct past *past)
{
    char at[BY_DATE_TIME_BYTES];
    by_date_time_text(by_hlc_ms(past->last_hlc), at);
    sqlite3_stmt *statement = by_view_statement(past->view, BY_STATEMENT_CHANGED_SINCE);
    by_bind_text(statement, 1, by_bytes_of_text(at));
    if (past->type != NULL)
        by_bind_text(statement, 2, by_bytes_of_text(past->type));
    enum banyan_status status;
    while ((status = by_view_row(past->view, statement, past->error)) == BANYAN_OK) {
        status = add_name(past, by_column_blob(statement, 0));
        if (status != BANYAN_OK)
            break;
    }
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static enum banyan_status
project_one(struct past *past, struct by_projection *projection, const struct by_record_name *name)
{
    struct by_gathered gathered;
    by_arena_reset(&past->gathered);
    by_arena_reset(&past->merged);
    enum banyan_status status = by_gather_shown(&past->sources, name, &past->gathered, &gathered);
    return status == BANYAN_OK ? by_project(projection, name, &gathered, true, past->error)
                               : by_fail_plain(past->error, status);
}

/* The record that a fid goes back to has its rows again as they are: where it changed since, its
 * turn comes or was. */
static enum banyan_status project(struct past *past)
{
    struct by_view_changes changes = {0};
    struct by_projection projection = {.view = past->view,
                                       .types = past->view->shape.types,
                                       .arena = &past->merged,
                                       .changes = &changes,
                                       .as_of = &past->last_hlc};
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < past->name_count && status == BANYAN_OK; i++) {
        status = project_one(past, &projection, &past->names[i]);
        if (status == BANYAN_OK && projection.has_other) {
            struct by_record_name other = projection.other;
            projection.fid_is_vacant = true;
            status = project_one(past, &projection, &other);
            projection.fid_is_vacant = false;
        }
    }
    return status;
}

static enum banyan_status make_rows(struct past *past)
{
    enum banyan_status status = find_changed(past);
    return status == BANYAN_OK ? project(past) : status;
}

static enum banyan_status make_private(void *context, struct by_store_txn *txn)
{
    struct past *past = context;
    past->sources.private_txn = txn;
    past->sources.private_standings = &past->private_standings;
    enum banyan_status status = by_standings_private(
        &past->private_standings, txn, &past->view->network, &past->view->organisation);
    if (status != BANYAN_OK)
        return by_fail_plain(past->error, status);
    status = make_rows(past);
    by_standings_deinit(&past->private_standings);
    return status;
}

static enum banyan_status make_past(void *context, struct by_store_txn *txn)
{
    struct past *past = context;
    struct by_store *private_store = past->view->private_store;
    past->sources = (struct by_sources){
        .txn = txn, .standings = &past->standings, .organisation = past->view->organisation};
    enum banyan_status status = by_standings_init(&past->standings, txn, past->charter);
    if (status != BANYAN_OK)
        return by_fail_plain(past->error, status);
    status = private_store == NULL ? make_rows(past)
                                   : by_store_read(private_store, make_private, past, past->error);
    by_standings_deinit(&past->standings);
    return status;
}

/* Never ends well, so that the transaction is taken back. */
static enum banyan_status
work_in_view(void *context, struct by_view *view, struct banyan_error *error)
{
    struct past *past = context;
    enum banyan_status status = by_store_read(past->store, make_past, past, error);
    if (status != BANYAN_OK)
        return status;
    status = by_reader_begin_within(view, error);
    if (status == BANYAN_OK)
        status = past->work(past->context, view, error);
    by_reader_end_within(view);
    past->is_done = status == BANYAN_OK;
    return past->is_done ? BANYAN_ERR_DIFFERENT : status;
}

enum banyan_status by_view_as_of(struct by_view *view, struct by_store *store,
                                 const struct by_charter *charter, const char *type,
                                 uint64_t last_hlc, by_view_past_work *work, void *context,
                                 struct banyan_error *error)
{
    struct past past = {.view = view,
                        .store = store,
                        .charter = charter,
                        .type = type,
                        .last_hlc = last_hlc,
                        .gathered = BY_ARENA_INIT,
                        .merged = BY_ARENA_INIT,
                        .work = work,
                        .context = context,
                        .error = error};
    enum banyan_status status;
    if (view->shape.types == NULL) /* another process is at the first update */
        return by_fail_plain(error, BANYAN_ERR_BUSY);
    by_view_wait_long(view, true);
    status = by_view_write(view, work_in_view, &past, error);
    by_view_wait_long(view, false);
    by_arena_deinit(&past.gathered);
    by_arena_deinit(&past.merged);
    free(past.names);
    return past.is_done ? BANYAN_OK : status;
}

struct listing {
    const struct by_view_list *list;
    struct by_buffer *out;
};

static enum banyan_status run_list(void *context, struct by_view *view, struct banyan_error *error)
{
    const struct listing *listing = context;
    return by_view_list(view, listing->list, listing->out, error);
}

enum banyan_status by_view_list_as_of(struct by_view *view, struct by_store *store,
                                      const struct by_charter *charter,
                                      const struct by_view_list *list, uint64_t last_hlc,
                                      struct by_buffer *out, struct banyan_error *error)
{
    struct listing listing = {.list = list, .out = out};
    return by_view_as_of(view, store, charter, list->type, last_hlc, run_list, &listing, error);
}
