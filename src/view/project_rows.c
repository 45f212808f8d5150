#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hlc.h"
#include "view/document.h"
#include "view/project_parts.h"

#define DOCUMENT_BYTES_MAX (64u * 1024u * 1024u)

/* NULL where nobody is named. */
static void bind_person(sqlite3_stmt *statement, int at, const struct by_operation *by)
{
    if (by->person.size > 0)
        by_bind_text(statement, at, by->person);
}

/* -- conflicts -- */

static enum banyan_status put_conflict(struct by_project_work *work, struct by_bytes path,
                                       size_t position, const struct by_value *value,
                                       const struct by_operation *by)
{
    char organisation[BY_PROJECT_HEX_BYTES], device[BY_PROJECT_HEX_BYTES],
        entry[BY_PROJECT_HEX_BYTES], at[BY_DATE_TIME_BYTES];
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
    by_bind_blob(statement, 1, by_project_name(work));
    by_bind_text(statement, 2, path);
    by_bind_int(statement, 3, (int64_t)position);
    by_bind_int(statement, 4, work->fid);
    by_bind_text(statement, 5, by_bytes_of_text(work->id));
    by_bind_text(statement, 6, by_buffer_bytes(&json));
    by_bind_text(statement, 7, by_bytes_of_text(organisation));
    by_bind_text(statement, 8, by_bytes_of_text(device));
    bind_person(statement, 9, by);
    by_bind_text(statement, 10, by_bytes_of_text(at));
    by_bind_text(statement, 11, by_bytes_of_text(entry));
    status = by_view_run(work->view, statement, work->error);
    by_buffer_deinit(&json);
    return status;
}

/* How many rows a path has by itself. */
static size_t count_candidates(const struct by_project_work *work, struct by_bytes path)
{
    for (size_t i = 0; i < work->merged.path_count; i++)
        if (by_bytes_equal(work->merged.paths[i].path, path))
            return work->merged.paths[i].candidate_count;
    return 0;
}

/* A deletion in conflict is shown as path "deleted", with yes or no per head, behind the values of
 * a field that somebody may have given that name. */
static enum banyan_status put_deletion_conflict(struct by_project_work *work)
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

static enum banyan_status put_conflicts(struct by_project_work *work)
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

static enum banyan_status
put_proposal(struct by_project_work *work, const struct by_proposal *proposal)
{
    const struct by_operation *by = proposal->operation;
    char organisation[BY_PROJECT_HEX_BYTES], device[BY_PROJECT_HEX_BYTES],
        entry[BY_PROJECT_HEX_BYTES], at[BY_DATE_TIME_BYTES];
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
    by_bind_blob(statement, 1, by_project_name(work));
    by_bind_text(statement, 2, by_bytes_of_text(entry));
    by_bind_int(statement, 3, work->fid);
    by_bind_text(statement, 4, by_bytes_of_text(work->id));
    by_bind_text(statement, 5, by_bytes_of_text(organisation));
    by_bind_text(statement, 6, by_bytes_of_text(device));
    bind_person(statement, 7, by);
    by_bind_text(statement, 8, by_bytes_of_text(at));
    by_bind_text(statement, 9, by_bytes_of_text(by_op_name(by->links.op)));
    by_bind_text(statement, 10, by_bytes_of_text(state_name(proposal->state)));
    by_bind_text(statement, 11, by_buffer_bytes(&changes));
    status = by_view_run(work->view, statement, work->error);
    by_buffer_deinit(&changes);
    return status;
}

static enum banyan_status put_proposals(struct by_project_work *work)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < work->merged.proposal_count && status == BANYAN_OK; i++)
        status = put_proposal(work, &work->merged.proposals[i]);
    return status;
}

/* -- rows -- */

static enum banyan_status remove_by_name(struct by_project_work *work, enum by_statement which)
{
    sqlite3_stmt *statement = by_view_statement(work->view, which);
    by_bind_blob(statement, 1, by_project_name(work));
    return by_view_run(work->view, statement, work->error);
}

static enum banyan_status
cut_into_tokens(struct by_bytes folded, struct by_arena *arena, struct by_bytes *out_tokens)
{
    struct by_buffer tokens = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    enum banyan_status status = by_document_tokens(folded, &tokens);
    if (status == BANYAN_OK)
        status = by_arena_copy(arena, by_buffer_bytes(&tokens), out_tokens);
    by_buffer_deinit(&tokens);
    return status;
}

/* Nothing below a record that was not there. */
static enum banyan_status remove_details(struct by_project_work *work)
{
    if (!work->before.exists)
        return BANYAN_OK;
    enum banyan_status status = remove_by_name(work, BY_STATEMENT_CONFLICT_REMOVE);
    return status == BANYAN_OK && !work->is_kept
               ? remove_by_name(work, BY_STATEMENT_PROPOSAL_REMOVE)
               : status;
}

static enum banyan_status fold(struct by_project_work *work)
{
    struct by_buffer folded = BY_BUFFER_INIT(DOCUMENT_BYTES_MAX);
    enum banyan_status status = by_document_fold(work->type, &work->document, &folded);
    if (status == BANYAN_OK)
        status = by_arena_copy(work->arena, by_buffer_bytes(&folded), &work->folded);
    by_buffer_deinit(&folded);
    return status == BANYAN_OK ? cut_into_tokens(work->folded, work->arena, &work->tokens) : status;
}

static enum banyan_status make_cells(struct by_project_work *work)
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
    return row.table == NULL ? BANYAN_OK
                             : by_layer_make(work->view, &row, work->arena, &work->cells);
}

enum banyan_status by_project_make_shown(struct by_project_work *work)
{
    if (work->is_made)
        return BANYAN_OK;
    enum banyan_status status = fold(work);
    if (status == BANYAN_OK)
        status = make_cells(work);
    work->is_made = status == BANYAN_OK;
    return status == BANYAN_OK ? status : by_fail_plain(work->error, status);
}

/* What has no rows in search is not folded. */
static enum banyan_status put_record(struct by_project_work *work, enum by_statement which)
{
    const struct by_value *sharing = by_value_get(&work->document, "sharing");
    if (by_project_is_shown(work)) {
        enum banyan_status status = by_project_make_shown(work);
        if (status != BANYAN_OK)
            return status;
    }
    sqlite3_stmt *statement = by_project_statement(work, which);
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
    by_bind_text(statement, 14, work->folded);
    by_bind_blob(
        statement, 15,
        by_bytes_of(work->merged.heads, work->merged.head_count * sizeof work->merged.heads[0]));
    by_bind_blob(statement, 16, by_project_digest(work));
    by_bind_int(statement, 17, work->gathered->is_private);
    return by_view_run(work->view, statement, work->error);
}

static enum banyan_status put_search(struct by_project_work *work)
{
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_SEARCH_PUT);
    by_bind_int(statement, 1, work->fid);
    by_bind_text(statement, 2, work->tokens);
    return by_view_run(work->view, statement, work->error);
}

/* The index of words keeps no text: it has to be told what it was given. */
static enum banyan_status remove_search(struct by_project_work *work, struct by_bytes folded)
{
    struct by_bytes tokens;
    enum banyan_status status = cut_into_tokens(folded, work->arena, &tokens);
    if (status != BANYAN_OK)
        return by_fail_plain(work->error, status);
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_SEARCH_REMOVE);
    by_bind_int(statement, 1, work->fid);
    by_bind_text(statement, 2, tokens);
    return by_view_run(work->view, statement, work->error);
}

static enum banyan_status put_layer_row(struct by_project_work *work)
{
    enum banyan_status status = by_project_make_shown(work);
    if (status == BANYAN_OK)
        status = put_search(work);
    return status == BANYAN_OK && work->cells.table != NULL
               ? by_layer_put(work->view, &work->cells, work->error)
               : status;
}

/* Whose rows those of a fid are: the lowest name among the shown records that have it. */
struct holder {
    bool exists;
    uint8_t name_bytes[BY_PROJECT_NAME_BYTES];
    const struct by_table *table;
    struct by_bytes folded; /* in the arena */
};

static enum banyan_status read_holder(struct by_project_work *work, struct holder *out_holder)
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
    if (name.size == BY_PROJECT_NAME_BYTES) {
        memcpy(out_holder->name_bytes, name.data, BY_PROJECT_NAME_BYTES);
        out_holder->exists = true;
    }
    out_holder->table = by_schema_find(&work->view->shape.schema, by_column_text(statement, 1));
    status = by_arena_copy(work->arena, by_column_text(statement, 2), &out_holder->folded);
    sqlite3_reset(statement);
    return status == BANYAN_OK ? status : by_fail_plain(work->error, status);
}

static bool holds(const struct by_project_work *work, const struct holder *holder)
{
    return holder->exists &&
           memcmp(holder->name_bytes, work->name_bytes, BY_PROJECT_NAME_BYTES) == 0;
}

static enum banyan_status
remove_layer_row(struct by_project_work *work, const struct holder *holder)
{
    enum banyan_status status = remove_search(work, holder->folded);
    if (status != BANYAN_OK || holder->table == NULL)
        return status;
    return by_layer_remove(work->view, holder->table, work->fid, work->error);
}

static enum banyan_status put_or_remove_record(struct by_project_work *work)
{
    if (work->operation_count > 0)
        return put_record(work, work->before.exists ? BY_STATEMENT_RECORD_CHANGE
                                                    : BY_STATEMENT_RECORD_ADD);
    return by_view_run(work->view, by_project_statement(work, BY_STATEMENT_RECORD_REMOVE),
                       work->error);
}

enum banyan_status by_project_write_rows(struct by_project_work *work)
{
    struct holder before, after;
    enum banyan_status status = read_holder(work, &before);
    if (status == BANYAN_OK)
        status = remove_details(work);
    if (status == BANYAN_OK)
        status = put_or_remove_record(work);
    if (status == BANYAN_OK && work->operation_count > 0)
        status = put_conflicts(work);
    if (status == BANYAN_OK && work->operation_count > 0)
        status = put_proposals(work);
    if (status == BANYAN_OK)
        status = read_holder(work, &after);
    bool moves = before.exists && !work->projection->fid_is_vacant &&
                 (holds(work, &before) || holds(work, &after));
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

enum banyan_status by_project_close_row(struct by_project_work *work, const struct by_id *proposal,
                                        enum by_proposal_state from, enum by_proposal_state to,
                                        bool *out_was)
{
    char entry[BY_PROJECT_HEX_BYTES];
    sqlite3_stmt *statement = by_view_statement(work->view, BY_STATEMENT_PROPOSAL_CLOSE);
    by_hex(by_id_bytes(proposal), entry);
    by_bind_text(statement, 1, by_bytes_of_text(state_name(to)));
    by_bind_blob(statement, 2, by_project_name(work));
    by_bind_text(statement, 3, by_bytes_of_text(entry));
    by_bind_text(statement, 4, by_bytes_of_text(state_name(from)));
    enum banyan_status status = by_view_run(work->view, statement, work->error);
    *out_was = sqlite3_changes(work->view->db) > 0;
    return status;
}

enum banyan_status by_project_add_rows(struct by_project_work *work)
{
    enum banyan_status status = put_record(work, BY_STATEMENT_RECORD_ADD);
    if (status == BANYAN_OK)
        status = put_conflicts(work);
    if (status == BANYAN_OK)
        status = put_proposals(work);
    return status == BANYAN_OK && by_project_is_shown(work) ? put_layer_row(work) : status;
}
