#include "view/each.h"

#include <string.h>

#include "record/field_value.h"
#include "view/asker.h"
#include "view/filter.h"

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

/* Where they are alone: what is sorted is small, whatever the documents are. */
static const char select_rows[] =
    "SELECT r.rowid FROM record r WHERE r.deleted <> 1 AND r.type <> ''"
    " AND r.rowid NOT IN (SELECT p.rowid FROM record p WHERE p.private = 1)";
static const char select_own_rows[] =
    "SELECT r.rowid FROM record r WHERE r.deleted <> 1 AND r.type <> '' AND r.private = 1";
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

enum banyan_status by_view_each(struct by_view *view, const struct by_view_each *which,
                                by_view_visit *visit, void *context, struct banyan_error *error)
{
    struct by_query rows = {.view = view};
    struct by_view_asker *asker = NULL;
    enum banyan_status status = open_each(
        view, which, which->is_private ? select_own_rows : select_rows,
        which->type == NULL ? " ORDER BY r.type, r.name" : " ORDER BY r.name", &rows, error);
    if (status == BANYAN_OK)
        status = by_view_asker_open(view, &asker, error);
    while (status == BANYAN_OK && (status = by_query_row(&rows)) == BANYAN_OK) {
        struct by_view_record record;
        status = by_view_asker_row(asker, by_query_int(&rows, 0), &record);
        if (status == BANYAN_OK)
            status = visit(context, &record);
        else if (status == BANYAN_ERR_NOT_FOUND)
            status = by_view_damaged(view, error);
    }
    by_view_asker_close(asker);
    by_query_close(&rows);
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
