#include "view/each.h"

#include <string.h>

#include "record/field_value.h"
#include "view/filter.h"
#include "view/reader.h"

#define SQL_BYTES_MAX (1024u * 1024u)
#define TYPES_MAX     1000u

/* -- SQL -- */

static enum banyan_status append_filters(struct by_view *view, const struct by_view_each *which,
                                         struct by_buffer *sql, struct banyan_error *error)
{
    const struct by_select select = {
        .view = view,
        .table = by_schema_find(&view->shape.schema, by_bytes_of_text(which->type)),
        .sql = sql,
        .error = error};
    if (select.table == NULL)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "records of %s cannot be chosen by their fields: this version does not know "
                       "the type",
                       which->type);
    enum banyan_status status =
        by_buffer_append_format(sql, " AND r.fid IN (SELECT fid FROM \"%s\" WHERE 1", which->type);
    for (size_t i = 0; i < which->filter_count && status == BANYAN_OK; i++)
        status = by_filter_append(&select, which->filters[i]);
    return status == BANYAN_OK ? by_buffer_append_u8(sql, ')') : status;
}

static const char select_records[] =
    "SELECT r.name, r.id, r.type, r.label, r.owner, coalesce(m.name, ''), r.created, r.changed,"
    " r.document, r.heads, r.conflicts, r.proposals FROM record r"
    " LEFT JOIN member m ON m.organisation = r.owner WHERE r.deleted <> 1 AND r.type <> ''"
    " AND r.private = 0";
/* Few are private, and an index has them: no row is looked at for it. */
static const char select_count[] =
    "SELECT count(*) FROM record r WHERE r.deleted <> 1 AND r.type <> ''"
    " AND r.rowid NOT IN (SELECT p.rowid FROM record p WHERE p.private = 1)";

static const char select_private[] =
    "SELECT count(*) FROM record r WHERE r.deleted <> 1 AND r.type <> '' AND r.private = 1";

static enum banyan_status write_sql(struct by_view *view, const struct by_view_each *which,
                                    const char *select, struct by_buffer *sql,
                                    struct banyan_error *error)
{
    enum banyan_status status = by_buffer_append_bytes(sql, by_bytes_of_text(select));
    if (status == BANYAN_OK && which->type != NULL)
        status = by_buffer_append_format(sql, " AND r.type = ");
    if (status == BANYAN_OK && which->type != NULL)
        status = by_sql_literal(by_bytes_of_text(which->type), sql);
    if (status == BANYAN_OK && which->filter_count > 0)
        status = append_filters(view, which, sql, error);
    return status;
}

static enum banyan_status open_each(struct by_view *view, const struct by_view_each *which,
                                    const char *select, const char *order,
                                    struct by_query *out_query, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    if (which->type != NULL)
        status = by_view_check_type(view, which->type, error);
    if (status == BANYAN_OK)
        status = write_sql(view, which, select, &sql, error);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&sql, by_bytes_of_text(order));
    status = status == BANYAN_OK ? status : by_fail_plain(error, status);
    if (status == BANYAN_OK)
        status = by_query_open(view, by_buffer_bytes(&sql), 0, out_query, error);
    by_buffer_deinit(&sql);
    return status;
}

static enum banyan_status count(struct by_view *view, const struct by_view_each *which,
                                const char *select, uint64_t *out_count, struct banyan_error *error)
{
    struct by_query query = {.view = view};
    enum banyan_status status = open_each(view, which, select, "", &query, error);
    if (status == BANYAN_OK)
        status = by_query_row(&query);
    *out_count = status == BANYAN_OK ? (uint64_t)by_query_int(&query, 0) : 0;
    by_query_close(&query);
    return status;
}

enum banyan_status by_view_each_count(struct by_view *view, const struct by_view_each *which,
                                      uint64_t *out_count, struct banyan_error *error)
{
    return count(view, which, select_count, out_count, error);
}

enum banyan_status by_view_each_private(struct by_view *view, const struct by_view_each *which,
                                        uint64_t *out_count, struct banyan_error *error)
{
    return count(view, which, select_private, out_count, error);
}

/* -- rows -- */

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
    return BANYAN_OK;
}

enum banyan_status by_view_each(struct by_view *view, const struct by_view_each *which,
                                by_view_visit *visit, void *context, struct banyan_error *error)
{
    struct by_query query = {.view = view};
    struct by_view_record record;
    enum banyan_status status =
        open_each(view, which, select_records, " ORDER BY r.type, r.name", &query, error);
    while (status == BANYAN_OK && (status = by_query_row(&query)) == BANYAN_OK) {
        status = read_row(&query, &record);
        if (status == BANYAN_OK)
            status = visit(context, &record);
    }
    by_query_close(&query);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_view_types(struct by_view *view, struct by_arena *arena,
                                 const char ***out_types, size_t *out_count,
                                 struct banyan_error *error)
{
    static const char sql[] = "SELECT DISTINCT type FROM record WHERE deleted <> 1 AND type <> ''"
                              " AND rowid NOT IN (SELECT p.rowid FROM record p WHERE"
                              " p.private = 1)"
                              " ORDER BY type";
    struct by_query query = {.view = view};
    const char **types = by_arena_array(arena, TYPES_MAX, sizeof *types);
    size_t count = 0;
    if (types == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_query_open(view, by_bytes_of_text(sql), 0, &query, error);
    while (status == BANYAN_OK && (status = by_query_row(&query)) == BANYAN_OK &&
           count < TYPES_MAX) {
        types[count] = by_arena_text(arena, by_column_text(query.statement, 0));
        if (types[count++] == NULL)
            status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    }
    by_query_close(&query);
    *out_types = types;
    *out_count = count;
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* -- what stands beside a document -- */

enum banyan_status by_view_label(struct by_view *view, const struct by_record_name *name,
                                 struct by_buffer *out, struct banyan_error *error)
{
    uint8_t bytes[48];
    by_record_name_put(bytes, name);
    sqlite3_stmt *statement =
        by_view_statement_of(view, BY_STATEMENT_LABEL_SHARED, by_bytes_of(bytes, sizeof bytes));
    enum banyan_status status = by_view_row(view, statement, error);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_column_text(statement, 0));
    sqlite3_reset(statement);
    return status;
}

static enum banyan_status open_of(struct by_view *view, const char *sql,
                                  const struct by_record_name *name, struct by_query *out_query,
                                  struct banyan_error *error)
{
    enum banyan_status status = by_query_open(view, by_bytes_of_text(sql), 0, out_query, error);
    uint8_t bytes[48];
    by_record_name_put(bytes, name);
    if (status == BANYAN_OK)
        by_bind_name(view, out_query->statement, by_bytes_of(bytes, sizeof bytes));
    return status;
}

enum banyan_status by_view_one(struct by_view *view, const struct by_record_name *name,
                               by_view_visit *visit, void *context, struct banyan_error *error)
{
    struct by_query query = {.view = view, .error = error};
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    struct by_view_record record;
    enum banyan_status status =
        by_buffer_append_format(&sql, "%s AND r.fid = ?1 AND r.name = ?2", select_records);
    status = status == BANYAN_OK ? by_buffer_append_u8(&sql, 0) : status;
    status = status == BANYAN_OK ? open_of(view, (const char *)sql.data, name, &query, error)
                                 : by_fail_plain(error, status);
    if (status == BANYAN_OK)
        status = by_query_row(&query);
    if (status == BANYAN_OK)
        status = read_row(&query, &record);
    if (status == BANYAN_OK)
        status = visit(context, &record);
    by_query_close(&query);
    by_buffer_deinit(&sql);
    return status;
}

static enum banyan_status
close_of(struct by_query *query, enum banyan_status status, const struct by_json *json)
{
    by_query_close(query);
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    return json->status == BANYAN_OK ? BANYAN_OK : by_fail_plain(query->error, json->status);
}

enum banyan_status by_view_record_conflicts(struct by_view *view, const struct by_record_name *name,
                                            struct by_buffer *out, struct banyan_error *error)
{
    struct by_query query = {.view = view, .error = error};
    struct by_json json;
    bool is_begun = false;
    enum banyan_status status = open_of(view,
                                        "SELECT path, position, value FROM conflict WHERE fid = ?1"
                                        " AND name = ?2 ORDER BY path, position",
                                        name, &query, error);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    while (status == BANYAN_OK && (status = by_query_row(&query)) == BANYAN_OK) {
        if (sqlite3_column_int64(query.statement, 1) == 0) {
            if (is_begun)
                by_json_array_end(&json);
            by_json_key_bytes(&json, by_column_text(query.statement, 0));
            by_json_array_begin(&json);
            is_begun = true;
        }
        by_json_raw(&json, by_column_text(query.statement, 2));
    }
    if (is_begun)
        by_json_array_end(&json);
    by_json_object_end(&json);
    return close_of(&query, status, &json);
}

enum banyan_status by_view_record_proposals(struct by_view *view, const struct by_record_name *name,
                                            struct by_buffer *out, struct banyan_error *error)
{
    static const char *const keys[] = {"entry", "organisation", "at", "op", "changes"};
    struct by_query query = {.view = view, .error = error};
    struct by_json json;
    enum banyan_status status = open_of(view,
                                        "SELECT entry, organisation, at, op, changes FROM proposal"
                                        " WHERE fid = ?1 AND name = ?2 AND state = 'open'"
                                        " ORDER BY entry",
                                        name, &query, error);
    by_json_init(&json, out);
    by_json_array_begin(&json);
    while (status == BANYAN_OK && (status = by_query_row(&query)) == BANYAN_OK) {
        by_json_object_begin(&json);
        for (int i = 0; i < 5; i++) {
            by_json_key(&json, keys[i]);
            if (i == 4)
                by_json_raw(&json, by_column_text(query.statement, i));
            else
                by_json_text(&json, by_column_text(query.statement, i));
        }
        by_json_object_end(&json);
    }
    by_json_array_end(&json);
    return close_of(&query, status, &json);
}
