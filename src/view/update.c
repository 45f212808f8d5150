#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hlc.h"
#include "crypto/hash.h"
#include "record/field_value.h"
#include "view/digest.h"
#include "view/gather.h"
#include "view/gpkg.h"
#include "view/internal.h"
#include "view/project.h"

/* One slice is one transaction of the view and one read of the store, both about a second at most.
 */
#define SLICE_BLOCKS  256u
#define SLICE_RECORDS 16384u

/* Records are read in chunks. A chunk's operations are in memory together. */
#define CHUNK_RECORDS    1024u
#define CHUNK_OPERATIONS 4096u

/* A record to be merged in this slice. */
struct touched {
    struct by_record_name name;
    bool always; /* its operations may count as something else now */
};

struct update {
    struct by_view *view;
    struct by_store *store;
    const struct by_charter *charter;
    struct by_type_set *types;
    struct by_view_changes *changes;
    struct banyan_error *error;
    struct by_arena gathered; /* operations of one chunk of records */
    struct by_arena merged;   /* one record */
    /* of one slice */
    struct by_store_txn *txn;
    struct by_standings standings;
    struct touched *touched;
    size_t touched_count;
    size_t touched_capacity;
    uint64_t mark; /* first arrival that has not been looked at */
    bool is_done;
};

static enum banyan_status
add_touched(struct update *update, const struct by_record_name *name, bool always)
{
    if (update->touched_count == update->touched_capacity) {
        size_t capacity = update->touched_capacity == 0 ? 1024 : update->touched_capacity * 2;
        struct touched *grown = realloc(update->touched, capacity * sizeof grown[0]);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        update->touched = grown;
        update->touched_capacity = capacity;
    }
    update->touched[update->touched_count++] = (struct touched){*name, always};
    return BANYAN_OK;
}

/* Every record that an entry of the block names. */
static enum banyan_status
touch_block(struct update *update, const struct by_store_block *block, bool always)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < block->run.count && status == BANYAN_OK; i++) {
        const struct by_entry *entry = &block->run.entries[i];
        struct by_record_name name;
        if (entry->header.kind != BY_KIND_OPERATION ||
            by_op_links_name(entry->links, &name) != BANYAN_OK)
            continue;
        status = add_touched(update, &name, always);
    }
    return status;
}

/* -- the mark -- */

/* Arrival numbers belong to one store. When the block before the mark is not the one that was seen,
 * the store has been replaced, and everything is looked at again. */
static bool is_same_store(struct update *update, struct by_bytes mark_tip)
{
    struct by_store_block block;
    if (update->mark == 0)
        return true;
    if (update->mark > by_store_next_arrival(update->txn))
        return false;
    enum banyan_status status = by_store_block_from(update->txn, update->mark - 1, &block);
    if (status != BANYAN_OK || block.arrival != update->mark - 1)
        return status == BANYAN_ERR_DAMAGED;
    return by_bytes_equal(mark_tip, by_id_bytes(&block.run.entries[block.run.count - 1].id));
}

static enum banyan_status save_mark(struct update *update)
{
    struct by_store_block block;
    struct by_id tip = {{0}};
    if (update->mark > 0 && by_store_block_from(update->txn, update->mark - 1, &block) == BANYAN_OK)
        tip = block.run.entries[block.run.count - 1].id;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_MARK_SET);
    by_bind_int(statement, 1, (int64_t)update->mark);
    by_bind_blob(statement, 2, by_id_bytes(&tip));
    return by_view_run(update->view, statement, update->error);
}

/* -- standing of logs -- */

static enum banyan_status
save_standing(struct update *update, const struct by_log_standing *standing, bool again)
{
    uint8_t log[40], encoded[BY_STANDING_BYTES];
    by_log_id_put(log, &standing->log);
    by_standing_encode(standing, encoded);
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_PUT);
    by_bind_blob(statement, 1, by_bytes_of(log, sizeof log));
    by_bind_blob(statement, 2, by_bytes_of(encoded, sizeof encoded));
    if (again)
        by_bind_int(statement, 3, 0);
    return by_view_run(update->view, statement, update->error);
}

/* A log that counted and no longer does keeps a row with role none until its records are merged
 * again. */
static enum banyan_status lower_standing(struct update *update, const struct by_log_id *log)
{
    const struct by_log_standing none = {.log = *log, .role = BY_ROLE_NONE};
    return save_standing(update, &none, true);
}

/* A log as banyan_log has it. */
struct kept_log {
    struct by_log_id log;
    uint8_t standing[BY_STANDING_BYTES];
};

static enum banyan_status
read_kept_logs(struct update *update, struct kept_log **out_logs, size_t *out_count)
{
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_ALL);
    struct kept_log *logs = NULL;
    size_t count = 0, capacity = 0;
    enum banyan_status status = BANYAN_OK;
    while ((status = by_view_row(update->view, statement, update->error)) == BANYAN_OK) {
        struct by_bytes log = by_column_blob(statement, 0);
        struct by_bytes standing = by_column_blob(statement, 1);
        if (log.size != 40 || standing.size != BY_STANDING_BYTES) {
            status = by_view_damaged(update->view, update->error);
            break;
        }
        if (count == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            struct kept_log *grown = realloc(logs, capacity * sizeof logs[0]);
            if (grown == NULL) {
                status = BANYAN_ERR_MEMORY;
                break;
            }
            logs = grown;
        }
        by_log_id_get(log.data, &logs[count].log);
        memcpy(logs[count].standing, standing.data, BY_STANDING_BYTES);
        count++;
    }
    sqlite3_reset(statement);
    if (status != BANYAN_ERR_NOT_FOUND) {
        free(logs);
        return by_fail_plain(update->error, status);
    }
    *out_logs = logs;
    *out_count = count;
    return BANYAN_OK;
}

static bool is_kept_as(const struct kept_log *kept, const struct by_log_standing *standing)
{
    uint8_t encoded[BY_STANDING_BYTES];
    by_standing_encode(standing, encoded);
    return memcmp(encoded, kept->standing, sizeof encoded) == 0;
}

/* Both lists are in log-id order. Before the first block nothing has been merged, so nothing needs
 * to be again. */
static enum banyan_status
compare_standings(struct update *update, const struct kept_log *kept, size_t kept_count)
{
    enum banyan_status status = BANYAN_OK;
    size_t k = 0, s = 0;
    while (status == BANYAN_OK && (k < kept_count || s < update->standings.count)) {
        const struct by_log_standing *standing = &update->standings.items[s];
        int order = k == kept_count ? 1
                    : s == update->standings.count
                        ? -1
                        : by_log_id_compare(&kept[k].log, &standing->log);
        if (order < 0 && kept[k].standing[0] != BY_ROLE_NONE)
            status = lower_standing(update, &kept[k].log);
        else if (order > 0 || (order == 0 && !is_kept_as(&kept[k], standing)))
            status = save_standing(update, standing, update->mark > 0);
        k += order <= 0;
        s += order >= 0;
    }
    return status;
}

static enum banyan_status update_standings(struct update *update)
{
    struct kept_log *kept = NULL;
    size_t kept_count = 0;
    enum banyan_status status = read_kept_logs(update, &kept, &kept_count);
    if (status == BANYAN_OK)
        status = compare_standings(update, kept, kept_count);
    free(kept);
    return status;
}

/* -- touching -- */

/* Blocks of a log whose standing changed, from where the last slice stopped. */
struct again {
    struct update *update;
    uint64_t from_seq;
    bool is_cut;
};

static enum banyan_status touch_again(void *context, const struct by_store_block *block)
{
    struct again *again = context;
    uint64_t last_seq = block->run.base.first_seq + block->run.count - 1;
    /* Branches of a fork have blocks with the same last seq: never stop between them. */
    if (again->update->touched_count >= SLICE_RECORDS && last_seq >= again->from_seq) {
        again->is_cut = true;
        return BANYAN_ERR_NOT_FOUND;
    }
    again->from_seq = last_seq + 1;
    if (block->is_act_log || block->arrival >= again->update->mark)
        return BANYAN_OK;
    return touch_block(again->update, block, true);
}

static enum banyan_status
save_again(struct update *update, struct by_bytes log, const struct again *again)
{
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_AGAIN_SET);
    if (again->is_cut)
        by_bind_int(statement, 1, (int64_t)again->from_seq);
    by_bind_blob(statement, 2, log);
    return by_view_run(update->view, statement, update->error);
}

/* BANYAN_ERR_NOT_FOUND when no log is left. */
static enum banyan_status touch_changed_log(struct update *update)
{
    struct again again = {.update = update};
    struct by_log_id log;
    uint8_t log_bytes[40];
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_AGAIN);
    enum banyan_status status = by_view_row(update->view, statement, update->error);
    if (status != BANYAN_OK)
        return status;
    memcpy(log_bytes, by_column_blob(statement, 0).data, sizeof log_bytes);
    again.from_seq = (uint64_t)sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    by_log_id_get(log_bytes, &log);
    status = by_store_log_blocks(update->txn, &log, again.from_seq, touch_again, &again);
    /* Blocks that cannot be read have been passed over. */
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND && status != BANYAN_ERR_DAMAGED)
        return by_fail_plain(update->error, status);
    return save_again(update, by_bytes_of(log_bytes, sizeof log_bytes), &again);
}

static enum banyan_status touch_changed_logs(struct update *update)
{
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && update->touched_count < SLICE_RECORDS)
        status = touch_changed_log(update);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* New blocks. Entries of logs that do not count touch nothing: when their log begins to count, its
 * standing changes. */
static enum banyan_status touch_new_blocks(struct update *update)
{
    size_t blocks = 0;
    while (blocks++ < SLICE_BLOCKS && update->touched_count < SLICE_RECORDS) {
        struct by_store_block block;
        enum banyan_status status = by_store_block_from(update->txn, update->mark, &block);
        if (status == BANYAN_ERR_NOT_FOUND) {
            update->is_done = true;
            return BANYAN_OK;
        }
        if (status == BANYAN_ERR_DAMAGED) {
            update->changes->blocks_damaged++;
            update->mark = block.arrival + 1;
            continue;
        }
        if (status == BANYAN_OK && !block.is_act_log &&
            by_standings_find(&update->standings, &block.run.base.log) != NULL)
            status = touch_block(update, &block, false);
        if (status != BANYAN_OK)
            return by_fail_plain(update->error, status);
        update->mark = block.arrival + 1;
    }
    return BANYAN_OK;
}

/* -- merging -- */

/* By name, which is nearly the order of the blocks in the store. */
static int order_touched(const void *a, const void *b)
{
    const struct touched *left = a;
    const struct touched *right = b;
    int order = by_record_name_compare(&left->name, &right->name);
    return order != 0 ? order : (int)right->always - (int)left->always;
}

/* One record with what was read of it. */
struct gathered {
    const struct touched *touched;
    struct by_id name_hash;
    struct by_operation *operations;
    size_t count;
};

/* By hash, which is the order of fids: rows and indexes then grow at their ends, and FTS5 need not
 * flush between two records. */
static int order_gathered(const void *a, const void *b)
{
    return by_id_compare(&((const struct gathered *)a)->name_hash,
                         &((const struct gathered *)b)->name_hash);
}

static enum banyan_status gather_one(struct update *update, const struct by_record_name *name,
                                     struct by_operation **out_operations, size_t *out_count)
{
    enum banyan_status status = by_gather(update->txn, &update->standings, name, &update->gathered,
                                          out_operations, out_count, NULL);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(update->error, status);
}

/* The record that a fid goes back to is written again too. */
static enum banyan_status project_one(struct update *update, struct by_projection *projection,
                                      const struct gathered *gathered)
{
    struct by_operation *operations;
    size_t count;
    by_arena_reset(&update->merged);
    enum banyan_status status =
        by_project(projection, &gathered->touched->name, gathered->operations, gathered->count,
                   gathered->touched->always, update->error);
    if (status != BANYAN_OK || !projection->has_other)
        return status;
    struct by_record_name other = projection->other;
    by_arena_reset(&update->merged);
    status = gather_one(update, &other, &operations, &count);
    return status == BANYAN_OK
               ? by_project(projection, &other, operations, count, true, update->error)
               : status;
}

/* Read the records from *at on, as many as one chunk has. */
static enum banyan_status
gather_chunk(struct update *update, size_t *at, struct gathered *chunk, size_t *out_count)
{
    enum banyan_status status = BANYAN_OK;
    size_t operations = 0, count = 0;
    while (*at < update->touched_count && count < CHUNK_RECORDS && operations < CHUNK_OPERATIONS &&
           status == BANYAN_OK) {
        const struct touched *touched = &update->touched[(*at)++];
        struct gathered *gathered = &chunk[count];
        if (count > 0 && by_record_name_equal(&touched->name, &chunk[count - 1].touched->name))
            continue;
        gathered->touched = touched;
        by_record_name_hash(&touched->name, &gathered->name_hash);
        status = gather_one(update, &touched->name, &gathered->operations, &gathered->count);
        operations += gathered->count;
        count++;
    }
    *out_count = count;
    return status;
}

static enum banyan_status project_touched(struct update *update)
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

/* -- what the charter says -- */

static enum banyan_status put_member(struct update *update, const struct by_charter_org *org)
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

static enum banyan_status put_members(struct update *update, const struct by_id *charter_digest)
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

static enum banyan_status digest_types(struct update *update, struct by_id *out_digest)
{
    const struct by_value none = by_value_nil();
    const struct by_value *types = by_charter_types(update->charter);
    struct by_buffer bytes = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    enum banyan_status status = by_value_encode(types == NULL ? &none : types, &bytes);
    if (status == BANYAN_OK)
        by_hash_bytes(BY_TAG_CHECKSUM, by_buffer_bytes(&bytes), out_digest);
    by_buffer_deinit(&bytes);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(update->error, status);
}

/* Other types in force give other merges: from the first block again, and every row. */
static enum banyan_status start_anew(struct update *update, const struct by_id *types_digest)
{
    enum banyan_status status = by_view_exec(
        update->view, "DELETE FROM banyan_log; UPDATE record SET digest = zeroblob(32)",
        update->error);
    if (status != BANYAN_OK)
        return status;
    update->mark = 0;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_TYPES_SET);
    by_bind_blob(statement, 1, by_id_bytes(types_digest));
    return by_view_run(update->view, statement, update->error);
}

/* Where the view stands, and whether charter or types are others than then. BANYAN_ERR_DIFFERENT
 * for another store. */
static enum banyan_status compare_state(struct update *update)
{
    struct by_id charter_digest, types_digest;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_STATE_GET);
    enum banyan_status status = digest_types(update, &types_digest);
    if (status == BANYAN_OK)
        status = by_view_row(update->view, statement, update->error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? by_view_damaged(update->view, update->error)
                                              : status;
    by_charter_digest(update->charter, &charter_digest);
    update->mark = (uint64_t)sqlite3_column_int64(statement, 0);
    bool same_store = is_same_store(update, by_column_blob(statement, 1));
    bool same_charter = by_bytes_equal(by_column_blob(statement, 2), by_id_bytes(&charter_digest));
    bool same_types = by_bytes_equal(by_column_blob(statement, 3), by_id_bytes(&types_digest));
    sqlite3_reset(statement);
    if (!same_store)
        return BANYAN_ERR_DIFFERENT;
    if (!same_types)
        status = start_anew(update, &types_digest);
    if (status == BANYAN_OK && !same_charter)
        status = put_members(update, &charter_digest);
    return status;
}

/* -- slices -- */

static enum banyan_status finish(struct update *update)
{
    enum banyan_status status = by_digest_settle(update->view, update->error);
    if (status != BANYAN_OK)
        return status;
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_CHANGE_LAYERS);
    by_bind_text(statement, 1, by_bytes_of_text(BY_GPKG_LAST_CHANGE_NONE));
    return by_view_run(update->view, statement, update->error);
}

static enum banyan_status run_slice(struct update *update)
{
    uint64_t mark_before;
    enum banyan_status status = compare_state(update);
    if (status != BANYAN_OK)
        return status;
    mark_before = update->mark;
    status = by_standings_init(&update->standings, update->txn, update->charter);
    if (status != BANYAN_OK)
        return by_fail_plain(update->error, status);
    status = update_standings(update);
    if (status == BANYAN_OK)
        status = touch_changed_logs(update);
    if (status == BANYAN_OK)
        status = touch_new_blocks(update);
    bool has_work = update->touched_count > 0 || update->mark != mark_before;
    if (status == BANYAN_OK)
        status = project_touched(update);
    if (status == BANYAN_OK && update->mark != mark_before)
        status = save_mark(update);
    if (status == BANYAN_OK && update->is_done && has_work)
        status = finish(update);
    return status;
}

static enum banyan_status slice_in_store(void *context, struct by_store_txn *txn)
{
    struct update *update = context;
    update->txn = txn;
    update->touched_count = 0;
    update->is_done = false;
    enum banyan_status status = run_slice(update);
    by_standings_deinit(&update->standings);
    return status;
}

static enum banyan_status
slice_in_view(void *context, struct by_view *view, struct banyan_error *error)
{
    struct update *update = context;
    (void)view;
    return by_store_read(update->store, slice_in_store, update, error);
}

/* A view that turns out damaged, or of another store, is made anew once. */
static enum banyan_status run_slices(struct update *update)
{
    bool is_made_anew = false;
    enum banyan_status status;
    do {
        status = by_view_write(update->view, slice_in_view, update, update->error);
        if (!is_made_anew && (status == BANYAN_ERR_DIFFERENT || update->view->is_damaged)) {
            is_made_anew = true;
            update->is_done = false;
            *update->changes = (struct by_view_changes){0};
            status = by_view_reset(update->view, update->error);
        }
    } while (status == BANYAN_OK && !update->is_done);
    return status;
}

enum banyan_status by_view_update(struct by_view *view, struct by_store *store,
                                  const struct by_charter *charter,
                                  struct by_view_changes *out_changes, struct banyan_error *error)
{
    struct update update = {.view = view,
                            .store = store,
                            .charter = charter,
                            .changes = out_changes,
                            .error = error,
                            .gathered = BY_ARENA_INIT,
                            .merged = BY_ARENA_INIT};
    *out_changes = (struct by_view_changes){0};
    enum banyan_status status = by_type_set_new(by_charter_types(charter), &update.types);
    status = status == BANYAN_OK ? run_slices(&update) : by_fail_plain(error, status);
    by_type_set_free(update.types);
    by_arena_deinit(&update.gathered);
    by_arena_deinit(&update.merged);
    free(update.touched);
    return status;
}
