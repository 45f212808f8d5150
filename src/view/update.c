#include "view/update.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/hlc.h"
#include "view/boxes.h"
#include "view/digest.h"
#include "view/gpkg.h"

/* -- the mark -- */

/* Arrival numbers belong to one store. When the block before the mark is not the one that was seen,
 * the store has been replaced, and everything is looked at again. */
static bool is_same_store(struct by_store_txn *txn, uint64_t mark, struct by_bytes mark_tip)
{
    struct by_store_block block;
    if (mark == 0)
        return true;
    if (txn == NULL || mark > by_store_next_arrival(txn))
        return false;
    enum banyan_status status = by_store_block_from(txn, mark - 1, &block);
    if (status != BANYAN_OK || block.arrival != mark - 1)
        return status == BANYAN_ERR_DAMAGED;
    return by_bytes_equal(mark_tip, by_id_bytes(&block.run.entries[block.run.count - 1].id));
}

static enum banyan_status save_mark(struct by_update *update, enum by_statement which,
                                    struct by_store_txn *txn, uint64_t mark)
{
    struct by_store_block block;
    struct by_id tip = {{0}};
    if (mark > 0 && by_store_block_from(txn, mark - 1, &block) == BANYAN_OK)
        tip = block.run.entries[block.run.count - 1].id;
    sqlite3_stmt *statement = by_view_statement(update->view, which);
    by_bind_int(statement, 1, (int64_t)mark);
    by_bind_blob(statement, 2, by_id_bytes(&tip));
    return by_view_run(update->view, statement, update->error);
}

/* -- what the charter says -- */

static enum banyan_status put_member(struct by_update *update, const struct by_charter_org *org)
{
    char id[65], admitted_by[65], since[BY_DATE_TIME_BYTES];
    by_hex(by_id_bytes(&org->profile.id), id);
    by_hex(by_id_bytes(&org->admitted_by), admitted_by);
    by_date_time_text(by_hlc_ms(org->since_hlc), since);
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_MEMBER_PUT);
    by_bind_text(statement, 1, by_bytes_of_text(id));
    by_bind_text(statement, 2, org->profile.name);
    by_bind_text(statement, 3, org->profile.kind);
    by_bind_text(statement, 4, org->profile.country);
    by_bind_text(statement, 5, by_bytes_of_text(by_role_name(org->role)));
    by_bind_text(statement, 6, by_bytes_of_text(since));
    if (!by_id_is_zero(&org->admitted_by))
        by_bind_text(statement, 7, by_bytes_of_text(admitted_by));
    by_bind_int(statement, 8, org->is_final);
    by_bind_int(statement, 9, org->is_suspended);
    return by_view_run(update->view, statement, update->error);
}

static enum banyan_status put_members(struct by_update *update, const struct by_id *charter_digest)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(update->charter, &count);
    enum banyan_status status = by_view_run(
        update->view, by_view_statement(update->view, BY_STATEMENT_MEMBER_CLEAR), update->error);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = put_member(update, &orgs[i]);
    if (status != BANYAN_OK)
        return status;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_CHARTER_SET);
    by_bind_blob(statement, 1, by_id_bytes(charter_digest));
    return by_view_run(update->view, statement, update->error);
}

static enum banyan_status save_types(struct by_update *update)
{
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_TYPES_SET);
    by_bind_blob(statement, 1, by_id_bytes(&update->view->shape.act));
    return by_view_run(update->view, statement, update->error);
}

/* The shape of the view is from here on that of the types in force. */
static enum banyan_status take_shape(struct by_update *update)
{
    if (by_shape_is_of(&update->view->shape, update->charter))
        return BANYAN_OK;
    if (!update->has_next)
        return by_fail_plain(update->error, BANYAN_ERR_MEMORY);
    update->before = update->view->shape;
    update->view->shape = update->next;
    update->has_next = false;
    update->has_before = true;
    update->types = update->view->shape.types;
    by_shape_finalize(&update->before);
    return BANYAN_OK;
}

/* Whether the tables in the file are those that the types in force ask for. */
static bool has_tables(const struct by_update *update, struct by_bytes act)
{
    const struct by_shape *wanted = by_shape_is_of(&update->view->shape, update->charter)
                                        ? &update->view->shape
                                        : &update->next;
    if (act.size > 0)
        return by_bytes_equal(act, by_id_bytes(&wanted->act));
    return update->tables_are_new || by_registry_is_shipped(wanted->registry);
}

/* Where the view stands, and whether the charter is another than then. BANYAN_ERR_DIFFERENT for
 * another store, or other types in force: they give other merges of everything. */
static enum banyan_status compare_state(struct by_update *update)
{
    struct by_id charter_digest;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_STATE_GET);
    enum banyan_status status = by_view_row(update->view, statement, update->error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? by_view_damaged(update->view, update->error)
                                              : status;
    by_charter_digest(update->charter, &charter_digest);
    update->mark = (uint64_t)sqlite3_column_int64(statement, 0);
    update->private_mark = (uint64_t)sqlite3_column_int64(statement, 4);
    update->view->boxes_are_late = sqlite3_column_int64(statement, 6) != 0;
    bool same_store =
        is_same_store(update->txn, update->mark, by_column_blob(statement, 1)) &&
        is_same_store(update->private_txn, update->private_mark, by_column_blob(statement, 5));
    bool same_charter = by_bytes_equal(by_column_blob(statement, 2), by_id_bytes(&charter_digest));
    bool is_first = by_column_blob(statement, 3).size == 0;
    bool same_types = has_tables(update, by_column_blob(statement, 3));
    sqlite3_reset(statement);
    if (!same_store || !same_types)
        return BANYAN_ERR_DIFFERENT;
    status = take_shape(update);
    if (status == BANYAN_OK && is_first)
        status = save_types(update);
    if (status == BANYAN_OK && !same_charter)
        status = put_members(update, &charter_digest);
    return status;
}

/* Another process may have made the tables anew: what reads them, also while that one is at work,
 * must know them. */
static enum banyan_status follow_file(struct by_update *update)
{
    if (by_shape_is_of(&update->view->shape, update->charter))
        return BANYAN_OK;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_STATE_GET);
    struct banyan_error ignored = {.text = ""};
    if (by_view_row(update->view, statement, &ignored) != BANYAN_OK)
        return BANYAN_OK; /* the update will tell */
    bool same = has_tables(update, by_column_blob(statement, 3));
    sqlite3_reset(statement);
    return same ? take_shape(update) : BANYAN_OK;
}

/* -- slices -- */

static enum banyan_status finish(struct by_update *update)
{
    enum banyan_status status = by_digest_settle(update->view, update->error);
    if (status != BANYAN_OK)
        return status;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_CHANGE_LAYERS);
    by_bind_text(statement, 1, by_bytes_of_text(BY_GPKG_LAST_CHANGE_NONE));
    return by_view_run(update->view, statement, update->error);
}

/* -- how far it has come: nothing to say of an update that finds nothing new -- */

static void tell_progress(struct by_update *update, uint64_t mark)
{
    const struct by_view *view = update->view;
    if (view->progress == NULL || update->end <= update->begun ||
        (mark != update->begun && mark <= update->told))
        return;
    update->told = mark;
    view->progress(view->progress_context, mark - update->begun, update->end - update->begun);
}

void by_update_tell(struct by_update *update, size_t written, size_t count)
{
    uint64_t blocks = update->mark - update->slice_begun;
    if (written > 0 && written < count)
        tell_progress(update, update->slice_begun + blocks * written / count);
}

static void note_way(struct by_update *update)
{
    bool is_first = !update->has_begun;
    if (is_first)
        update->begun = update->mark;
    update->has_begun = true;
    update->end = by_store_next_arrival(update->txn);
    if (update->end > update->until)
        update->end = update->until;
    if (is_first)
        tell_progress(update, update->begun);
}

/* The next slice may be larger where this one was of new records. */
static void set_next_slice(struct by_update *update, size_t touched_count)
{
    bool is_fresh =
        touched_count >= SLICE_RECORDS && update->fresh_count >= touched_count / 16 * 15;
    update->slice_records = is_fresh ? SLICE_RECORDS_FRESH : SLICE_RECORDS;
}

static enum banyan_status run_slice(struct by_update *update)
{
    enum banyan_status status = compare_state(update);
    if (status != BANYAN_OK)
        return status;
    note_way(update);
    const uint64_t mark_before = update->mark, private_before = update->private_mark;
    update->slice_begun = update->mark;
    status = by_standings_init(&update->standings, update->txn, update->charter);
    if (status != BANYAN_OK)
        return by_fail_plain(update->error, status);
    status = by_update_standings(update);
    if (status == BANYAN_OK)
        status = by_update_touch_again(update);
    if (status == BANYAN_OK)
        status = by_update_touch_new(update);
    if (status == BANYAN_OK)
        status = by_update_touch_private(update);
    bool has_work = update->touched_count > 0 || update->mark != mark_before ||
                    update->private_mark != private_before;
    const size_t touched_count = update->touched_count;
    by_digest_begin(update->view);
    by_boxes_begin(update->view);
    if (status == BANYAN_OK)
        status = by_update_project(update);
    set_next_slice(update, touched_count);
    if (status == BANYAN_OK)
        status = by_boxes_end(update->view, update->is_done, update->error);
    update->view->keeps_boxes = false;
    if (status == BANYAN_OK && update->mark != mark_before)
        status = save_mark(update, BY_STATEMENT_MARK_SET, update->txn, update->mark);
    if (status == BANYAN_OK && update->private_mark != private_before)
        status = save_mark(update, BY_STATEMENT_PRIVATE_MARK_SET, update->private_txn,
                           update->private_mark);
    /* The slice before may have ended with the last block, not knowing that it was. */
    if (status == BANYAN_OK && update->is_done && !has_work)
        status = by_digest_is_kept(update->view, &has_work, update->error);
    if (status == BANYAN_OK && !update->is_done)
        status = by_digest_keep(update->view, update->error);
    else if (status == BANYAN_OK && has_work)
        status = finish(update);
    return status;
}

static enum banyan_status slice_with_private(void *context, struct by_store_txn *txn)
{
    struct by_update *update = context;
    update->private_txn = txn;
    enum banyan_status status = by_standings_private(
        &update->private_standings, txn, &update->view->network, &update->view->organisation);
    if (status != BANYAN_OK)
        return by_fail_plain(update->error, status);
    status = run_slice(update);
    by_standings_deinit(&update->private_standings);
    return status;
}

static enum banyan_status slice_in_store(void *context, struct by_store_txn *txn)
{
    struct by_update *update = context;
    update->txn = txn;
    update->private_txn = NULL;
    update->touched_count = 0;
    by_arena_reset(&update->entries);
    update->entry_bytes = 0;
    update->is_done = false;
    enum banyan_status status =
        update->view->private_store == NULL
            ? run_slice(update)
            : by_store_read(update->view->private_store, slice_with_private, update, update->error);
    by_standings_deinit(&update->standings);
    return status;
}

static enum banyan_status
slice_in_view(void *context, struct by_view *view, struct banyan_error *error)
{
    struct by_update *update = context;
    (void)view;
    return by_store_read(update->store, slice_in_store, update, error);
}

/* Pages of the journal, before they are copied into the file. */
#define JOURNAL_PAGES      1000      /* SQLite's own measure */
#define JOURNAL_PAGES_MANY (1 << 15) /* 128 MiB: slices write many pages in turns */

/* A transaction each. */
static enum banyan_status slice_by_slice(struct by_update *update)
{
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && !update->is_done) {
        status = by_view_write(update->view, slice_in_view, update, update->error);
        sqlite3_wal_autocheckpoint(update->view->db,
                                   update->is_done ? JOURNAL_PAGES : JOURNAL_PAGES_MANY);
        if (status == BANYAN_OK)
            tell_progress(update, update->mark);
    }
    return status;
}

/* Empty and fill it in one transaction, so that nobody reads a part of the rows. */
static enum banyan_status
anew_in_view(void *context, struct by_view *view, struct banyan_error *error)
{
    struct by_update *update = context;
    *update->changes = (struct by_view_changes){0};
    update->is_done = update->has_begun = false;
    enum banyan_status status = take_shape(update);
    if (status == BANYAN_OK)
        status = by_view_empty(view, error);
    update->tables_are_new = true;
    while (status == BANYAN_OK && !update->is_done) {
        status = slice_in_view(update, view, error);
        if (status == BANYAN_OK)
            tell_progress(update, update->mark);
    }
    return status;
}

/* A damaged file cannot be emptied in a transaction. */
static enum banyan_status make_anew(struct by_update *update)
{
    enum banyan_status status = BANYAN_OK;
    if (!update->view->is_damaged)
        status = by_view_write(update->view, anew_in_view, update, update->error);
    if (!update->view->is_damaged)
        return status;
    *update->changes = (struct by_view_changes){0};
    update->is_done = update->has_begun = false;
    status = take_shape(update);
    if (status == BANYAN_OK)
        status = by_view_reset(update->view, update->error);
    update->tables_are_new = true;
    return status == BANYAN_OK ? slice_by_slice(update) : status;
}

/* A view that turns out damaged, or made under other premises, is made anew. */
static enum banyan_status run_slices(struct by_update *update)
{
    enum banyan_status status = slice_by_slice(update);
    return status == BANYAN_ERR_DIFFERENT || update->view->is_damaged ? make_anew(update) : status;
}

/* A transaction that was taken back has the old tables again. */
static void end_shapes(struct by_update *update, enum banyan_status status)
{
    if (update->has_before && status != BANYAN_OK && !update->view->is_damaged) {
        by_shape_deinit(&update->view->shape);
        update->view->shape = update->before;
    } else if (update->has_before) {
        by_shape_deinit(&update->before);
    }
    if (update->has_next)
        by_shape_deinit(&update->next);
}

static enum banyan_status run(struct by_view *view, struct by_store *store,
                              const struct by_charter *charter, uint64_t until,
                              enum banyan_status (*work)(struct by_update *update),
                              struct by_view_changes *out_changes, struct banyan_error *error)
{
    struct by_update update = {.view = view,
                               .store = store,
                               .charter = charter,
                               .types = view->shape.types,
                               .until = until,
                               .slice_records = SLICE_RECORDS,
                               .changes = out_changes,
                               .error = error,
                               .entries = BY_ARENA_INIT,
                               .gathered = BY_ARENA_INIT,
                               .merged = BY_ARENA_INIT};
    enum banyan_status status = BANYAN_OK;
    *out_changes = (struct by_view_changes){0};
    if (!by_shape_is_of(&view->shape, charter)) {
        status = by_shape_init(&update.next, charter);
        update.has_next = status == BANYAN_OK;
    }
    status = status == BANYAN_OK ? follow_file(&update) : by_fail_plain(error, status);
    if (status == BANYAN_OK)
        status = work(&update);
    /* Who reads while another process makes the first rows needs some names of tables. */
    if (status == BANYAN_ERR_BUSY && view->shape.types == NULL && update.has_next &&
        !update.has_before) {
        by_shape_deinit(&view->shape);
        view->shape = update.next;
        update.has_next = false;
    }
    end_shapes(&update, status);
    by_arena_deinit(&update.entries);
    by_arena_deinit(&update.gathered);
    by_arena_deinit(&update.merged);
    free(update.touched);
    free(update.news);
    return status;
}

enum banyan_status by_view_update(struct by_view *view, struct by_store *store,
                                  const struct by_charter *charter,
                                  struct by_view_changes *out_changes, struct banyan_error *error)
{
    return run(view, store, charter, UINT64_MAX, run_slices, out_changes, error);
}

enum banyan_status by_view_update_until(struct by_view *view, struct by_store *store,
                                        const struct by_charter *charter, uint64_t until,
                                        struct by_view_changes *out_changes,
                                        struct banyan_error *error)
{
    return run(view, store, charter, until, run_slices, out_changes, error);
}

enum banyan_status by_view_rebuild(struct by_view *view, struct by_store *store,
                                   const struct by_charter *charter,
                                   struct by_view_changes *out_changes, struct banyan_error *error)
{
    by_view_wait_long(view, true);
    enum banyan_status status =
        run(view, store, charter, UINT64_MAX, make_anew, out_changes, error);
    by_view_wait_long(view, false);
    return status;
}
