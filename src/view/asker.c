#include "view/asker.h"

#include <stdlib.h>

#include "record/field_value.h"

#define SELECT_RECORD                                                                              \
    "SELECT r.name, r.id, r.type, r.label, r.owner, coalesce(m.name, ''), r.created, r.changed,"   \
    " r.document, r.heads, r.conflicts, r.proposals, r.fid FROM record r"                          \
    " LEFT JOIN member m ON m.organisation = r.owner WHERE r.deleted <> 1 AND r.type <> ''"

enum question { BY_ROW, BY_NAME, BY_FID, LABEL, CONFLICTS, PROPOSALS, QUESTION_COUNT };
static const char *const questions[] = {
    [BY_ROW] = SELECT_RECORD " AND r.rowid = ?1",
    [BY_NAME] = SELECT_RECORD " AND r.private = 0 AND r.fid = ?1 AND r.name = ?2",
    [BY_FID] = SELECT_RECORD " AND r.private = 0 AND r.fid = ?1 ORDER BY r.name",
    [LABEL] = "SELECT label FROM record WHERE fid = ?1 AND name = ?2 AND private = 0",
    [CONFLICTS] = "SELECT path, position, value FROM conflict WHERE fid = ?1 AND name = ?2"
                  " ORDER BY path, position",
    [PROPOSALS] = "SELECT entry, organisation, at, op, changes FROM proposal"
                  " WHERE fid = ?1 AND name = ?2 AND state = 'open' ORDER BY entry",
};

struct by_view_asker {
    struct by_view *view;
    struct banyan_error *error;
    struct by_query queries[QUESTION_COUNT]; /* prepared when they are asked first */
};

enum banyan_status by_view_asker_open(struct by_view *view, struct by_view_asker **out_asker,
                                      struct banyan_error *error)
{
    struct by_view_asker *asker = calloc(1, sizeof *asker);
    if (asker == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    asker->view = view;
    asker->error = error;
    *out_asker = asker;
    return BANYAN_OK;
}

void by_view_asker_close(struct by_view_asker *asker)
{
    if (asker == NULL)
        return;
    for (int i = 0; i < QUESTION_COUNT; i++)
        by_query_close(&asker->queries[i]);
    free(asker);
}

/* -- asking -- */

static enum banyan_status
prepare(struct by_view_asker *asker, enum question question, struct by_query **out_query)
{
    struct by_query *query = &asker->queries[question];
    *out_query = query;
    if (query->statement == NULL)
        return by_query_open(asker->view, by_bytes_of_text(questions[question]), 0, query,
                             asker->error);
    (void)sqlite3_reset(query->statement);
    return BANYAN_OK;
}

static enum banyan_status ask_name(struct by_view_asker *asker, enum question question,
                                   const struct by_record_name *name, struct by_query **out_query)
{
    uint8_t bytes[48];
    enum banyan_status status = prepare(asker, question, out_query);
    by_record_name_put(bytes, name);
    if (status == BANYAN_OK)
        by_bind_name(asker->view, (*out_query)->statement, by_bytes_of(bytes, sizeof bytes));
    return status;
}

/* -- whole records -- */

static enum banyan_status read_row(struct by_query *query, struct by_view_record *out_record)
{
    sqlite3_stmt *row = query->statement;
    struct by_bytes name = by_column_blob(row, 0);
    if (name.size != 48)
        return by_view_damaged(query->view, query->error);
    by_record_name_get(name.data, &out_record->name);
    out_record->id = by_column_text(row, 1);
    out_record->type = by_column_text(row, 2);
    out_record->label = by_column_text(row, 3);
    out_record->owner = by_column_text(row, 4);
    out_record->owner_name = by_column_text(row, 5);
    out_record->created = by_column_text(row, 6);
    out_record->changed = by_column_text(row, 7);
    out_record->document = by_column_text(row, 8);
    out_record->heads = by_column_blob(row, 9);
    out_record->conflicts = sqlite3_column_int64(row, 10);
    out_record->proposals = sqlite3_column_int64(row, 11);
    out_record->fid = sqlite3_column_int64(row, 12);
    return BANYAN_OK;
}

static enum banyan_status answer(struct by_query *query, struct by_view_record *out_record)
{
    enum banyan_status status = by_query_row(query);
    return status == BANYAN_OK ? read_row(query, out_record) : status;
}

enum banyan_status
by_view_asker_row(struct by_view_asker *asker, int64_t row, struct by_view_record *out_record)
{
    struct by_query *query;
    enum banyan_status status = prepare(asker, BY_ROW, &query);
    if (status != BANYAN_OK)
        return status;
    by_bind_int(query->statement, 1, row);
    return answer(query, out_record);
}

enum banyan_status by_view_asker_one(struct by_view_asker *asker, const struct by_record_name *name,
                                     by_view_visit *visit, void *context)
{
    struct by_view_record record;
    struct by_query *query;
    enum banyan_status status = ask_name(asker, BY_NAME, name, &query);
    if (status == BANYAN_OK)
        status = answer(query, &record);
    return status == BANYAN_OK ? visit(context, &record) : status;
}

enum banyan_status by_view_asker_one_of_fid(struct by_view_asker *asker, int64_t fid,
                                            by_view_visit *visit, void *context)
{
    struct by_view_record record;
    struct by_query *query;
    enum banyan_status status = prepare(asker, BY_FID, &query);
    if (status != BANYAN_OK)
        return status;
    by_bind_int(query->statement, 1, fid);
    status = answer(query, &record);
    return status == BANYAN_OK ? visit(context, &record) : status;
}

enum banyan_status by_view_asker_label(struct by_view_asker *asker,
                                       const struct by_record_name *name, struct by_buffer *out)
{
    struct by_query *query;
    enum banyan_status status = ask_name(asker, LABEL, name, &query);
    if (status == BANYAN_OK)
        status = by_query_row(query);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, by_column_text(query->statement, 0))
                               : status;
}

/* -- what stands beside a document -- */

static enum banyan_status
end_list(const struct by_query *query, enum banyan_status status, const struct by_json *json)
{
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    return json->status == BANYAN_OK ? BANYAN_OK : by_fail_plain(query->error, json->status);
}

enum banyan_status by_view_asker_conflicts(struct by_view_asker *asker,
                                           const struct by_record_name *name, struct by_buffer *out)
{
    struct by_query *query;
    struct by_json json;
    bool is_begun = false;
    enum banyan_status status = ask_name(asker, CONFLICTS, name, &query);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    while (status == BANYAN_OK && (status = by_query_row(query)) == BANYAN_OK) {
        if (by_query_int(query, 1) == 0) {
            if (is_begun)
                by_json_array_end(&json);
            by_json_key_bytes(&json, by_column_text(query->statement, 0));
            by_json_array_begin(&json);
            is_begun = true;
        }
        by_json_raw(&json, by_column_text(query->statement, 2));
    }
    if (is_begun)
        by_json_array_end(&json);
    by_json_object_end(&json);
    return end_list(query, status, &json);
}

enum banyan_status by_view_asker_proposals(struct by_view_asker *asker,
                                           const struct by_record_name *name, struct by_buffer *out)
{
    static const char *const keys[] = {"entry", "organisation", "at", "op", "changes"};
    struct by_query *query;
    struct by_json json;
    enum banyan_status status = ask_name(asker, PROPOSALS, name, &query);
    by_json_init(&json, out);
    by_json_array_begin(&json);
    while (status == BANYAN_OK && (status = by_query_row(query)) == BANYAN_OK) {
        by_json_object_begin(&json);
        for (int i = 0; i < 5; i++) {
            by_json_key(&json, keys[i]);
            if (i == 4)
                by_json_raw(&json, by_column_text(query->statement, i));
            else
                by_json_text(&json, by_column_text(query->statement, i));
        }
        by_json_object_end(&json);
    }
    by_json_array_end(&json);
    return end_list(query, status, &json);
}
