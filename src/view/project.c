#include "view/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hlc.h"
#include "record/digest.h"
#include "record/field_value.h"
#include "record/merge_onto.h"
#include "view/digest.h"
#include "view/document.h"
#include "view/id_tree.h"
#include "view/kept.h"
#include "view/layer.h"
#include "view/shown.h"

#define DOCUMENT_BYTES_MAX (64u * 1024u * 1024u)
#define NAME_BYTES         48
#define HEX_BYTES          65

/* What the record table holds of the record before this projection. */
struct before {
    bool exists;
    bool is_shown;
    bool is_private;
    int64_t deleted;
    uint64_t conflict_count;
    struct by_bytes digest; /* in the arena, as is the document */
    struct by_bytes document;
};

/* One record on its way from operations to rows. */
struct work {
    struct by_projection *projection;
    struct by_view *view;
    struct by_arena *arena;
    struct banyan_error *error;
    struct by_record_name name;
    struct by_id name_hash;
    int64_t fid;
    uint8_t name_bytes[NAME_BYTES];
    char id[BY_SHORT_ID_BYTES];
    const struct by_gathered *gathered;
    const struct by_operation *operations; /* of it; of a kept record, heads and what is new */
    size_t operation_count;
    bool is_kept;                 /* merged onto what was kept */
    uint64_t kept_proposal_count; /* open ones that have their rows already */
    bool always;
    const struct by_id *ids; /* that the digest is over */
    struct by_id digest;
    bool has_digest;
    struct by_merged merged;
    struct by_value document;
    struct by_bytes json;       /* the document */
    const struct by_type *type; /* NULL when it is not shipped */
    struct by_bytes label;
    char owner[HEX_BYTES];
    char created[BY_DATE_TIME_BYTES];
    char changed[BY_DATE_TIME_BYTES];
    uint64_t conflict_count;
    uint64_t open_proposal_count;
    struct before before;
};

static struct by_bytes name_of(const struct work *work)
{
    return by_bytes_of(work->name_bytes, NAME_BYTES);
}

static bool is_shown(const struct work *work)
{
    return work->operation_count > 0 && work->merged.type.size > 0 &&
           work->merged.deletion != BY_DELETED_YES;
}

static enum banyan_status read_before(struct work *work)
{
    struct before *before = &work->before;
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_RECORD_GET);
    by_bind_blob(statement, 1, name_of(work));
    enum banyan_status status = by_view_row(work->view, statement, work->error);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status != BANYAN_OK)
        return status;
    before->exists = true;
    before->deleted = sqlite3_column_int64(statement, 1);
    before->is_shown = before->deleted != BY_DELETED_YES && by_column_text(statement, 0).size > 0;
    before->conflict_count = (uint64_t)sqlite3_column_int64(statement, 2);
    status = by_arena_copy(work->arena, by_column_blob(statement, 3), &before->digest);
    if (status == BANYAN_OK)
        status = by_arena_copy(work->arena, by_column_text(statement, 4), &before->document);
    before->is_private = sqlite3_column_int(statement, 5) != 0;
    sqlite3_reset(statement);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(work->error, status);
}

/* by_gather hands operations over in id order. */
static enum banyan_status compute_digest(struct work *work)
{
    const struct by_gathered *gathered = work->gathered;
    const struct by_operation *operations =
        gathered->is_private ? gathered->shared : gathered->operations;
    size_t count = gathered->is_private ? gathered->shared_count : gathered->count;
    struct by_id *ids = by_arena_array(work->arena, count + 1, sizeof ids[0]);
    if (ids == NULL)
        return by_fail_plain(work->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < count; i++)
        ids[i] = operations[i].id;
    work->has_digest = count > 0;
    work->ids = ids;
    by_record_digest(&work->name, ids, count, &work->digest);
    return BANYAN_OK;
}

/* What a private record has no digest by is empty. */
static struct by_bytes digest_of(const struct work *work)
{
    return work->has_digest ? by_id_bytes(&work->digest) : by_bytes_of(NULL, 0);
}

/* -- merging -- */

static enum banyan_status write_texts(struct work *work)
{
    struct by_buffer text = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    enum banyan_status status = by_json_write(&work->document, &text);
    if (status == BANYAN_OK)
        status = by_arena_copy(work->arena, by_buffer_bytes(&text), &work->json);
    by_buffer_reset(&text);
    if (status == BANYAN_OK)
        status = by_shown_label(work->type, &work->document, NULL, work->id, &text);
    if (status == BANYAN_OK)
        status = by_arena_copy(work->arena, by_buffer_bytes(&text), &work->label);
    by_buffer_deinit(&text);
    return status;
}

static void count_conflicts(struct work *work)
{
    work->conflict_count = work->merged.deletion == BY_DELETED_CONFLICT;
    for (size_t i = 0; i < work->merged.path_count; i++)
        work->conflict_count += work->merged.paths[i].candidate_count > 1;
    for (size_t i = 0; i < work->merged.proposal_count; i++)
        work->open_proposal_count += work->merged.proposals[i].state == BY_PROPOSAL_OPEN;
    work->open_proposal_count += work->kept_proposal_count;
}

static enum banyan_status merge_operations(struct work *work)
{
    const struct by_projection *projection = work->projection;
    if (projection->as_of != NULL)
        return by_merge_until(&work->name, work->operations, work->operation_count,
                              *projection->as_of, projection->types, work->arena, &work->merged);
    return by_merge(&work->name, work->operations, work->operation_count, projection->types,
                    work->arena, &work->merged);
}

/* What rows tell of the merge. */
static enum banyan_status describe(struct work *work)
{
    enum banyan_status status = by_merged_document(&work->merged, work->arena, &work->document);
    work->type = by_view_type(work->view, work->merged.type);
    if (status == BANYAN_OK)
        status = by_document_fit(work->type, &work->document, work->arena);
    if (status != BANYAN_OK)
        return by_fail_plain(work->error, status);
    by_hex(by_id_bytes(&work->merged.owner), work->owner);
    by_date_time_text(by_hlc_ms(work->merged.first_hlc), work->created);
    by_date_time_text(by_hlc_ms(work->merged.last_hlc), work->changed);
    count_conflicts(work);
    status = write_texts(work);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(work->error, status);
}

static enum banyan_status merge(struct work *work)
{
    enum banyan_status status = merge_operations(work);
    return status == BANYAN_OK ? describe(work) : by_fail_plain(work->error, status);
}

/* NULL where nobody is named. */
static void bind_person(sqlite3_stmt *statement, int at, const struct by_operation *by)
{
    if (by->person.size > 0)
        by_bind_text(statement, at, by->person);
}

/* -- conflicts -- */

static enum banyan_status put_conflict(struct work *work, struct by_bytes path, size_t position,
                                       const struct by_value *value, const struct by_operation *by)
{
    char organisation[HEX_BYTES], device[HEX_BYTES], entry[HEX_BYTES], at[BY_DATE_TIME_BYTES];
    struct by_buffer json = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    enum banyan_status status = by_json_write(value, &json);
    if (status != BANYAN_OK) {
        by_buffer_deinit(&json);
        return by_fail_plain(work->error, status);
    }
    by_hex(by_id_bytes(&by->organisation), organisation);
    by_hex(by_id_bytes(&by->device), device);
    by_hex(by_id_bytes(&by->id), entry);
    by_date_time_text(by_hlc_ms(by->hlc), at);
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_CONFLICT_PUT);
    by_bind_blob(statement, 1, name_of(work));
    by_bind_text(statement, 2, path);
    by_bind_int(statement, 3, (int64_t)position);
    by_bind_text(statement, 4, by_bytes_of_text(work->id));
    by_bind_text(statement, 5, by_buffer_bytes(&json));
    by_bind_text(statement, 6, by_bytes_of_text(organisation));
    by_bind_text(statement, 7, by_bytes_of_text(device));
    bind_person(statement, 8, by);
    by_bind_text(statement, 9, by_bytes_of_text(at));
    by_bind_text(statement, 10, by_bytes_of_text(entry));
    status = by_view_run(work->view, statement, work->error);
    by_buffer_deinit(&json);
    return status;
}

/* How many rows a path has by itself. */
static size_t count_candidates(const struct work *work, struct by_bytes path)
{
    for (size_t i = 0; i < work->merged.path_count; i++)
        if (by_bytes_equal(work->merged.paths[i].path, path))
            return work->merged.paths[i].candidate_count;
    return 0;
}

/* A deletion in conflict is shown as path "deleted", with yes or no per head, behind the values of
 * a field that somebody may have given that name. */
static enum banyan_status put_deletion_conflict(struct work *work)
{
    enum banyan_status status = BANYAN_OK;
    size_t position = count_candidates(work, by_bytes_of_text("deleted"));
    for (size_t i = 0; i < work->operation_count && status == BANYAN_OK; i++) {
        const struct by_operation *operation = &work->operations[i];
        if (bsearch(&operation->id, work->merged.heads, work->merged.head_count,
                    sizeof work->merged.heads[0], by_id_order) == NULL)
            continue;
        struct by_value value = by_value_bool(by_operation_deletes(operation));
        status = put_conflict(work, by_bytes_of_text("deleted"), position++, &value, operation);
    }
    return status;
}

static enum banyan_status put_conflicts(struct work *work)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < work->merged.path_count; i++) {
        const struct by_merged_path *path = &work->merged.paths[i];
        for (size_t c = 0; path->candidate_count > 1 && c < path->candidate_count; c++) {
            const struct by_candidate *candidate = &path->candidates[c];
            status = put_conflict(work, path->path, c, &candidate->value, candidate->by);
            if (status != BANYAN_OK)
                return status;
        }
    }
    return work->merged.deletion == BY_DELETED_CONFLICT ? put_deletion_conflict(work) : status;
}

/* -- proposals -- */

static const char *state_name(enum by_proposal_state state)
{
    switch (state) {
    case BY_PROPOSAL_OPEN:
        return "open";
    case BY_PROPOSAL_ACCEPTED:
        return "accepted";
    case BY_PROPOSAL_DECLINED:
        return "declined";
    }
    return "";
}

static enum banyan_status put_proposal(struct work *work, const struct by_proposal *proposal)
{
    const struct by_operation *by = proposal->operation;
    char organisation[HEX_BYTES], device[HEX_BYTES], entry[HEX_BYTES], at[BY_DATE_TIME_BYTES];
    struct by_buffer changes = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    enum banyan_status status =
        by_document_changes(by, work->operations, work->operation_count, &changes);
    if (status != BANYAN_OK) {
        by_buffer_deinit(&changes);
        return by_fail_plain(work->error, status);
    }
    by_hex(by_id_bytes(&by->organisation), organisation);
    by_hex(by_id_bytes(&by->device), device);
    by_hex(by_id_bytes(&by->id), entry);
    by_date_time_text(by_hlc_ms(by->hlc), at);
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_PROPOSAL_PUT);
    by_bind_blob(statement, 1, name_of(work));
    by_bind_text(statement, 2, by_bytes_of_text(entry));
    by_bind_text(statement, 3, by_bytes_of_text(work->id));
    by_bind_text(statement, 4, by_bytes_of_text(organisation));
    by_bind_text(statement, 5, by_bytes_of_text(device));
    bind_person(statement, 6, by);
    by_bind_text(statement, 7, by_bytes_of_text(at));
    by_bind_text(statement, 8, by_bytes_of_text(by_op_name(by->links.op)));
    by_bind_text(statement, 9, by_bytes_of_text(state_name(proposal->state)));
    by_bind_text(statement, 10, by_buffer_bytes(&changes));
    status = by_view_run(work->view, statement, work->error);
    by_buffer_deinit(&changes);
    return status;
}

static enum banyan_status put_proposals(struct work *work)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < work->merged.proposal_count && status == BANYAN_OK; i++)
        status = put_proposal(work, &work->merged.proposals[i]);
    return status;
}

/* -- rows -- */

static enum banyan_status remove_by_name(struct work *work, enum by_statement which)
{
    sqlite3_stmt *statement = by_view_statement(work->view, which);
    by_bind_blob(statement, 1, name_of(work));
    return by_view_run(work->view, statement, work->error);
}

/* Nothing below a record that was not there. */
static enum banyan_status remove_details(struct work *work)
{
    if (!work->before.exists)
        return BANYAN_OK;
    enum banyan_status status = remove_by_name(work, BY_STATEMENT_CONFLICT_REMOVE);
    return status == BANYAN_OK && !work->is_kept
               ? remove_by_name(work, BY_STATEMENT_PROPOSAL_REMOVE)
               : status;
}

static enum banyan_status put_record(struct work *work, enum by_statement which)
{
    const struct by_value *sharing = by_value_get(&work->document, "sharing");
    sqlite3_stmt *statement = by_view_statement(work->view, which);
    by_bind_blob(statement, 1, name_of(work));
    by_bind_int(statement, 2, work->fid);
    by_bind_text(statement, 3, by_bytes_of_text(work->id));
    by_bind_text(statement, 4, work->merged.type);
    by_bind_text(statement, 5, work->label);
    by_bind_text(statement, 6, by_bytes_of_text(work->owner));
    by_bind_int(statement, 7, work->merged.deletion);
    if (sharing != NULL && sharing->kind == BY_VALUE_TEXT)
        by_bind_text(statement, 8, sharing->bytes);
    by_bind_text(statement, 9, by_bytes_of_text(work->created));
    by_bind_text(statement, 10, by_bytes_of_text(work->changed));
    by_bind_int(statement, 11, (int64_t)work->conflict_count);
    by_bind_int(statement, 12, (int64_t)work->open_proposal_count);
    by_bind_text(statement, 13, work->json);
    by_bind_blob(
        statement, 14,
        by_bytes_of(work->merged.heads, work->merged.head_count * sizeof work->merged.heads[0]));
    by_bind_blob(statement, 15, digest_of(work));
    by_bind_int(statement, 16, work->gathered->is_private);
    return by_view_run(work->view, statement, work->error);
}

static enum banyan_status put_search(struct work *work)
{
    struct by_buffer folded = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    struct by_buffer tokens = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    enum banyan_status status = by_document_fold(work->type, &work->document, &folded);
    if (status == BANYAN_OK)
        status = by_document_tokens(by_buffer_bytes(&folded), &tokens);
    if (status != BANYAN_OK) {
        status = by_fail_plain(work->error, status);
        goto out;
    }
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_SEARCH_PUT);
    by_bind_int(statement, 1, work->fid);
    by_bind_text(statement, 2, by_buffer_bytes(&tokens));
    by_bind_text(statement, 3, by_buffer_bytes(&folded));
    by_bind_text(statement, 4, work->merged.type);
    by_bind_blob(statement, 5, name_of(work));
    status = by_view_run(work->view, statement, work->error);
out:
    by_buffer_deinit(&folded);
    by_buffer_deinit(&tokens);
    return status;
}

static enum banyan_status put_layer_row(struct work *work)
{
    const struct by_layer_row row = {
        .table = by_schema_find(&work->view->shape.schema, work->merged.type),
        .fid = work->fid,
        .id = work->id,
        .label = work->label,
        .owner = work->owner,
        .created = work->created,
        .changed = work->changed,
        .conflict_count = work->conflict_count,
        .document = &work->document};
    enum banyan_status status = put_search(work);
    if (status != BANYAN_OK || row.table == NULL)
        return status;
    return by_layer_put(work->view, &row, work->arena, work->error);
}

/* Whose rows those of a fid are: the lowest name among the shown records that have it. */
struct holder {
    bool exists;
    uint8_t name_bytes[NAME_BYTES];
    const struct by_table *table;
};

static enum banyan_status read_holder(struct work *work, struct holder *out_holder)
{
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_RECORD_SHOWN);
    *out_holder = (struct holder){.exists = false};
    by_bind_int(statement, 1, work->fid);
    enum banyan_status status = by_view_row(work->view, statement, work->error);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status != BANYAN_OK)
        return status;
    struct by_bytes name = by_column_blob(statement, 0);
    if (name.size == NAME_BYTES) {
        memcpy(out_holder->name_bytes, name.data, NAME_BYTES);
        out_holder->exists = true;
    }
    out_holder->table = by_schema_find(&work->view->shape.schema, by_column_text(statement, 1));
    sqlite3_reset(statement);
    return BANYAN_OK;
}

static bool holds(const struct work *work, const struct holder *holder)
{
    return holder->exists && memcmp(holder->name_bytes, work->name_bytes, NAME_BYTES) == 0;
}

static enum banyan_status remove_layer_row(struct work *work, const struct holder *holder)
{
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_SEARCH_REMOVE);
    by_bind_int(statement, 1, work->fid);
    enum banyan_status status = by_view_run(work->view, statement, work->error);
    if (status != BANYAN_OK || holder->table == NULL)
        return status;
    return by_layer_remove(work->view, holder->table, work->fid, work->error);
}

/* The record's rows; those of its fid only where it holds that, before or after. */
static enum banyan_status write_rows(struct work *work)
{
    struct holder before, after;
    enum banyan_status status = read_holder(work, &before);
    if (status == BANYAN_OK)
        status = remove_details(work);
    if (status == BANYAN_OK)
        status = work->operation_count > 0 ? put_record(work, BY_STATEMENT_RECORD_PUT)
                                           : remove_by_name(work, BY_STATEMENT_RECORD_REMOVE);
    if (status == BANYAN_OK && work->operation_count > 0)
        status = put_conflicts(work);
    if (status == BANYAN_OK && work->operation_count > 0)
        status = put_proposals(work);
    if (status == BANYAN_OK)
        status = read_holder(work, &after);
    bool moves = before.exists && (holds(work, &before) || holds(work, &after));
    if (status == BANYAN_OK && moves)
        status = remove_layer_row(work, &before);
    if (status != BANYAN_OK)
        return status;
    if (holds(work, &after))
        return put_layer_row(work);
    if (after.exists && holds(work, &before)) {
        work->projection->has_other = true;
        by_record_name_get(after.name_bytes, &work->projection->other);
    }
    return BANYAN_OK;
}

static void count_changes(const struct work *work)
{
    struct by_view_changes *changes = work->projection->changes;
    const struct before *before = &work->before;
    if (is_shown(work) && !before->exists)
        changes->records_new++;
    else if (before->is_shown && !is_shown(work))
        changes->records_deleted++;
    else if (is_shown(work) &&
             (!before->is_shown || before->deleted != (int64_t)work->merged.deletion ||
              before->conflict_count != work->conflict_count ||
              !by_bytes_equal(before->document, work->json)))
        changes->records_changed++;
    if (work->conflict_count > before->conflict_count)
        changes->conflicts_new += work->conflict_count - before->conflict_count;
}

/* -- what is kept -- */

/* Of many operations, so that one more need not read them all. A record has fewer than it had only
 * when its operations count as something else. */
static enum banyan_status keep(struct work *work)
{
    struct by_view *view = work->view;
    enum banyan_status status = BANYAN_OK;
    if (work->projection->as_of != NULL)
        return BANYAN_OK;
    if (!work->gathered->is_private && work->operation_count > BY_KEPT_ABOVE) {
        status = by_id_tree_write(view, &work->name, work->ids, work->operation_count, work->error);
        return status == BANYAN_OK
                   ? by_kept_put(view, &work->merged, work->open_proposal_count, work->operations,
                                 work->operation_count, work->arena, work->error)
                   : status;
    }
    if (!work->always && !work->gathered->is_private)
        return BANYAN_OK;
    status = by_kept_remove(view, &work->name, work->error);
    return status == BANYAN_OK ? by_id_tree_remove(view, &work->name, work->error) : status;
}

static void init_work(struct work *work, const struct by_record_name *name)
{
    by_record_name_put(work->name_bytes, name);
    by_record_name_hash(name, &work->name_hash);
    work->fid = by_view_fid(work->view, &work->name_hash);
    by_short_id_of_hash(&work->name_hash, work->id);
    work->projection->has_other = false;
}

enum banyan_status by_project(struct by_projection *projection, const struct by_record_name *name,
                              const struct by_gathered *gathered, bool always,
                              struct banyan_error *error)
{
    struct work work = {.projection = projection,
                        .view = projection->view,
                        .arena = projection->arena,
                        .error = error,
                        .name = *name,
                        .gathered = gathered,
                        .operations = gathered->operations,
                        .operation_count = gathered->count,
                        .always = always};
    init_work(&work, name);
    enum banyan_status status = read_before(&work);
    if (status == BANYAN_OK)
        status = compute_digest(&work);
    if (status != BANYAN_OK || (gathered->count == 0 && !work.before.exists))
        return status;
    if (!always && !gathered->is_private && work.before.exists && !work.before.is_private &&
        by_bytes_equal(work.before.digest, digest_of(&work)))
        return BANYAN_OK;
    if (gathered->count > 0)
        status = merge(&work);
    if (status == BANYAN_OK)
        status = write_rows(&work);
    if (status == BANYAN_OK)
        status = keep(&work);
    if (status == BANYAN_OK && !by_bytes_equal(work.before.digest, digest_of(&work)))
        by_digest_touch(work.view, &work.name_hash);
    if (status == BANYAN_OK && !gathered->is_private)
        count_changes(&work);
    return status;
}

enum banyan_status by_project_fresh(struct by_projection *projection,
                                    const struct by_record_name *name,
                                    const struct by_id *name_hash,
                                    const struct by_gathered *gathered, struct banyan_error *error)
{
    struct work work = {.projection = projection,
                        .view = projection->view,
                        .arena = projection->arena,
                        .error = error,
                        .name = *name,
                        .name_hash = *name_hash,
                        .fid = by_view_fid(projection->view, name_hash),
                        .gathered = gathered,
                        .operations = gathered->operations,
                        .operation_count = gathered->count};
    by_record_name_put(work.name_bytes, name);
    by_short_id_of_hash(name_hash, work.id);
    enum banyan_status status = compute_digest(&work);
    if (status == BANYAN_OK)
        status = merge(&work);
    if (status == BANYAN_OK)
        status = put_record(&work, BY_STATEMENT_RECORD_ADD);
    if (status == BANYAN_OK)
        status = put_conflicts(&work);
    if (status == BANYAN_OK)
        status = put_proposals(&work);
    if (status == BANYAN_OK && is_shown(&work))
        status = put_layer_row(&work);
    if (status == BANYAN_OK) {
        by_digest_touch(work.view, &work.name_hash);
        count_changes(&work);
    }
    return status;
}

/* -- one more on what is kept -- */

static bool removes_elements(const struct by_operation *operation)
{
    for (size_t i = 0; i < operation->links.touch_count; i++)
        if (operation->links.touches[i].how == BY_HOW_REMOVE)
            return true;
    return false;
}

/* Whether its row was of that state. */
static enum banyan_status close_row(struct work *work, const struct by_id *proposal,
                                    enum by_proposal_state from, enum by_proposal_state to,
                                    bool *out_was)
{
    char entry[HEX_BYTES];
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_PROPOSAL_CLOSE);
    by_hex(by_id_bytes(proposal), entry);
    by_bind_text(statement, 1, by_bytes_of_text(state_name(to)));
    by_bind_blob(statement, 2, name_of(work));
    by_bind_text(statement, 3, by_bytes_of_text(entry));
    by_bind_text(statement, 4, by_bytes_of_text(state_name(from)));
    enum banyan_status status = by_view_run(work->view, statement, work->error);
    *out_was = sqlite3_changes(work->view->db) > 0;
    return status;
}

/* Proposals that have their rows already. */
static enum banyan_status
close_rows(struct work *work, struct by_kept *kept, const struct by_operation *operation)
{
    bool is_accept = operation->links.op == BY_OP_ACCEPT, was = false;
    enum by_proposal_state to = is_accept ? BY_PROPOSAL_ACCEPTED : BY_PROPOSAL_DECLINED;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < operation->links.target_count && status == BANYAN_OK; i++) {
        const struct by_id *target = &operation->links.targets[i];
        status = close_row(work, target, BY_PROPOSAL_OPEN, to, &was);
        kept->open_proposal_count -= status == BANYAN_OK && was;
        if (status == BANYAN_OK && is_accept)
            status = close_row(work, target, BY_PROPOSAL_DECLINED, to, &was);
    }
    return status;
}

/* What a proposal takes back is told by the operations that added it. */
static enum banyan_status merge_onto(struct work *work, struct by_kept *kept,
                                     const struct by_operation *operations, size_t count,
                                     bool *out_is_done)
{
    *out_is_done = true;
    for (size_t i = 0; i < count && *out_is_done; i++) {
        enum by_onto onto;
        enum banyan_status status = by_merge_onto(&kept->merged, &operations[i],
                                                  work->projection->types, work->arena, &onto);
        if (status != BANYAN_OK)
            return by_fail_plain(work->error, status);
        *out_is_done = onto == BY_ONTO_DONE || onto == BY_ONTO_CLOSES ||
                       (onto == BY_ONTO_PROPOSAL && !removes_elements(&operations[i]));
        if (onto == BY_ONTO_CLOSES)
            status = close_rows(work, kept, &operations[i]);
        if (status != BANYAN_OK)
            return status;
    }
    return BANYAN_OK;
}

/* Rows tell of heads, and of what is new. */
static enum banyan_status take_operations(struct work *work, const struct by_kept *kept,
                                          const struct by_operation *operations, size_t count)
{
    struct by_operation *all =
        by_arena_array(work->arena, kept->head_count + count + 1, sizeof all[0]);
    if (all == NULL)
        return by_fail_plain(work->error, BANYAN_ERR_MEMORY);
    if (kept->head_count > 0)
        memcpy(all, kept->heads, kept->head_count * sizeof all[0]);
    if (count > 0)
        memcpy(all + kept->head_count, operations, count * sizeof all[0]);
    work->operations = all;
    work->operation_count = kept->head_count + count;
    return BANYAN_OK;
}

/* BANYAN_ERR_NOT_FOUND without a tree: nothing is changed then. */
static enum banyan_status
add_ids(struct work *work, const struct by_operation *operations, size_t count)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status =
            by_id_tree_add(work->view, &work->name, &operations[i].id, &work->digest, work->error);
    work->has_digest = true;
    return status;
}

static enum banyan_status write_onto(struct work *work)
{
    enum banyan_status status = describe(work);
    if (status == BANYAN_OK)
        status = write_rows(work);
    if (status == BANYAN_OK)
        status = by_kept_put(work->view, &work->merged, work->open_proposal_count, work->operations,
                             work->operation_count, work->arena, work->error);
    if (status == BANYAN_OK && !by_bytes_equal(work->before.digest, digest_of(work)))
        by_digest_touch(work->view, &work->name_hash);
    if (status == BANYAN_OK)
        count_changes(work);
    return status;
}

enum banyan_status by_project_onto(struct by_projection *projection,
                                   const struct by_record_name *name,
                                   const struct by_operation *operations, size_t count,
                                   bool *out_is_done, struct banyan_error *error)
{
    static const struct by_gathered shared = {.is_private = false};
    struct work work = {.projection = projection,
                        .view = projection->view,
                        .arena = projection->arena,
                        .error = error,
                        .name = *name,
                        .gathered = &shared,
                        .is_kept = true};
    struct by_kept kept;
    *out_is_done = false;
    init_work(&work, name);
    enum banyan_status status = by_kept_get(work.view, name, work.arena, &kept, error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    status = read_before(&work);
    if (status != BANYAN_OK || !work.before.exists || work.before.is_private)
        return status;
    status = merge_onto(&work, &kept, operations, count, out_is_done);
    if (status == BANYAN_OK && *out_is_done)
        status = add_ids(&work, operations, count);
    if (status == BANYAN_ERR_NOT_FOUND) {
        *out_is_done = false;
        status = BANYAN_OK;
    }
    if (status != BANYAN_OK || !*out_is_done)
        return status;
    work.merged = kept.merged;
    work.kept_proposal_count = kept.open_proposal_count;
    status = take_operations(&work, &kept, operations, count);
    return status == BANYAN_OK ? write_onto(&work) : status;
}
