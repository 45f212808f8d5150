#include "view/project_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/hlc.h"
#include "record/digest.h"
#include "record/field_value.h"
#include "view/digest.h"
#include "view/document.h"
#include "view/id_tree.h"
#include "view/kept.h"
#include "view/shown.h"

#define DOCUMENT_BYTES_MAX (64u * 1024u * 1024u)

struct by_bytes by_project_name(const struct by_project_work *work)
{
    return by_bytes_of(work->name_bytes, BY_PROJECT_NAME_BYTES);
}

sqlite3_stmt *by_project_statement(const struct by_project_work *work, enum by_statement which)
{
    sqlite3_stmt *statement = by_view_statement(work->view, which);
    by_bind_int(statement, 1, work->fid);
    by_bind_blob(statement, 2, by_project_name(work));
    return statement;
}

bool by_project_is_shown(const struct by_project_work *work)
{
    return work->operation_count > 0 && work->merged.type.size > 0 &&
           work->merged.deletion != BY_DELETED_YES;
}

enum banyan_status by_project_read_before(struct by_project_work *work)
{
    struct by_project_before *before = &work->before;
    sqlite3_stmt *statement = by_project_statement(work, BY_STATEMENT_RECORD_GET);
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
static enum banyan_status compute_digest(struct by_project_work *work)
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
struct by_bytes by_project_digest(const struct by_project_work *work)
{
    return work->has_digest ? by_id_bytes(&work->digest) : by_bytes_of(NULL, 0);
}

/* -- merging -- */

static enum banyan_status write_texts(struct by_project_work *work)
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

static void count_conflicts(struct by_project_work *work)
{
    work->conflict_count = work->merged.deletion == BY_DELETED_CONFLICT;
    for (size_t i = 0; i < work->merged.path_count; i++)
        work->conflict_count += work->merged.paths[i].candidate_count > 1;
    for (size_t i = 0; i < work->merged.proposal_count; i++)
        work->open_proposal_count += work->merged.proposals[i].state == BY_PROPOSAL_OPEN;
    work->open_proposal_count += work->kept_proposal_count;
}

static enum banyan_status merge_operations(struct by_project_work *work)
{
    const struct by_projection *projection = work->projection;
    if (projection->as_of != NULL)
        return by_merge_until(&work->name, work->operations, work->operation_count,
                              *projection->as_of, projection->types, work->arena, &work->merged);
    return by_merge(&work->name, work->operations, work->operation_count, projection->types,
                    work->arena, &work->merged);
}

enum banyan_status by_project_describe(struct by_project_work *work)
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

static enum banyan_status merge(struct by_project_work *work)
{
    enum banyan_status status = merge_operations(work);
    return status == BANYAN_OK ? by_project_describe(work) : by_fail_plain(work->error, status);
}

void by_project_count_changes(const struct by_project_work *work)
{
    struct by_view_changes *changes = work->projection->changes;
    const struct by_project_before *before = &work->before;
    if (by_project_is_shown(work) && !before->exists)
        changes->records_new++;
    else if (before->is_shown && !by_project_is_shown(work))
        changes->records_deleted++;
    else if (by_project_is_shown(work) &&
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
static enum banyan_status keep(struct by_project_work *work)
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

void by_project_begin(struct by_project_work *work, const struct by_record_name *name)
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
    struct by_project_work work = {.projection = projection,
                                   .view = projection->view,
                                   .arena = projection->arena,
                                   .error = error,
                                   .name = *name,
                                   .gathered = gathered,
                                   .operations = gathered->operations,
                                   .operation_count = gathered->count,
                                   .always = always};
    by_project_begin(&work, name);
    enum banyan_status status = by_project_read_before(&work);
    if (status == BANYAN_OK)
        status = compute_digest(&work);
    if (status != BANYAN_OK || (gathered->count == 0 && !work.before.exists))
        return status;
    if (!always && !gathered->is_private && work.before.exists && !work.before.is_private &&
        by_bytes_equal(work.before.digest, by_project_digest(&work)))
        return BANYAN_OK;
    if (gathered->count > 0)
        status = merge(&work);
    if (status == BANYAN_OK)
        status = by_project_write_rows(&work);
    if (status == BANYAN_OK)
        status = keep(&work);
    if (status == BANYAN_OK && !by_bytes_equal(work.before.digest, by_project_digest(&work)))
        by_digest_touch(work.view, &work.name_hash);
    if (status == BANYAN_OK && !gathered->is_private)
        by_project_count_changes(&work);
    return status;
}

/* -- fresh ones -- */

struct by_fresh {
    struct by_project_work work;
    struct by_projection projection;
    struct by_gathered gathered;
};

enum banyan_status
by_fresh_prepare(const struct by_projection *projection, const struct by_record_name *name,
                 const struct by_id *name_hash, const struct by_gathered *gathered,
                 struct by_fresh **out_fresh, struct banyan_error *error)
{
    struct by_fresh *fresh = by_arena_alloc(projection->arena, sizeof *fresh);
    if (fresh == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    fresh->projection = *projection;
    fresh->gathered = *gathered;
    struct by_project_work *work = &fresh->work;
    *work = (struct by_project_work){.projection = &fresh->projection,
                                     .view = projection->view,
                                     .arena = projection->arena,
                                     .error = error,
                                     .name = *name,
                                     .name_hash = *name_hash,
                                     .fid = by_view_fid(projection->view, name_hash),
                                     .gathered = &fresh->gathered,
                                     .operations = gathered->operations,
                                     .operation_count = gathered->count};
    by_record_name_put(work->name_bytes, name);
    by_short_id_of_hash(name_hash, work->id);
    enum banyan_status status = compute_digest(work);
    if (status == BANYAN_OK)
        status = merge(work);
    if (status == BANYAN_OK && by_project_is_shown(work))
        status = by_project_make_shown(work);
    *out_fresh = fresh;
    return status;
}

enum banyan_status by_fresh_write(struct by_fresh *fresh, struct banyan_error *error)
{
    struct by_project_work *work = &fresh->work;
    work->error = error;
    enum banyan_status status = by_project_add_rows(work);
    if (status == BANYAN_OK) {
        by_digest_touch(work->view, &work->name_hash);
        by_project_count_changes(work);
    }
    return status;
}
