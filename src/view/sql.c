#include "view/reader.h"

static void write_columns(struct by_query *query, struct by_json *json)
{
    by_json_key(json, "columns");
    by_json_array_begin(json);
    for (int i = 0; i < sqlite3_column_count(query->statement); i++)
        by_json_text(json, by_bytes_of_text(sqlite3_column_name(query->statement, i)));
    by_json_array_end(json);
}

static void write_row(struct by_query *query, struct by_json *json)
{
    by_json_array_begin(json);
    for (int i = 0; i < sqlite3_column_count(query->statement); i++)
        by_query_value(query, i, json);
    by_json_array_end(json);
}

/* Up to limit rows; *out_more when there were others. */
static enum banyan_status
write_rows(struct by_query *query, uint64_t limit, struct by_json *json, bool *out_more)
{
    enum banyan_status status = BANYAN_OK;
    *out_more = false;
    by_json_key(json, "rows");
    by_json_array_begin(json);
    for (uint64_t i = 0; json->status == BANYAN_OK; i++) {
        status = by_query_row(query);
        *out_more = status == BANYAN_OK && limit > 0 && i == limit;
        if (status != BANYAN_OK || *out_more)
            break;
        write_row(query, json);
    }
    by_json_array_end(json);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_view_sql(struct by_view *view, const char *sql, uint64_t limit,
                               uint64_t time_ms, struct by_buffer *out, struct banyan_error *error)
{
    struct by_query query;
    struct by_json json;
    bool more;
    enum banyan_status status = by_query_open(view, by_bytes_of_text(sql), time_ms, &query, error);
    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    write_columns(&query, &json);
    status = write_rows(&query, limit, &json, &more);
    by_json_key(&json, "more");
    by_json_bool(&json, more);
    by_json_object_end(&json);
    by_query_close(&query);
    if (status == BANYAN_OK && json.status == BANYAN_ERR_TOO_LARGE)
        return by_fail(error, json.status, "the answer is too large: ask for less at once");
    return status == BANYAN_OK ? json.status : status;
}
