#include "view/reader.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "os/os.h"
#include "view/each.h"
#include "view/geometry.h"
#include "view/geometry_ask.h"
#include "view/near.h"

#define VALUE_BYTES_MAX      (64 * 1024 * 1024)
#define SQL_BYTES_MAX        (1024 * 1024)
#define STEPS_BETWEEN_CHECKS 20000
#define FOLD_BYTES_MAX       (1024u * 1024u)

/* -- what may be asked -- */

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; name != NULL && i < count; i++)
        if (sqlite3_stricmp(name, names[i]) == 0)
            return true;
    return false;
}

/* data_version is asked by FTS5 itself. */
static bool is_harmless_pragma(const char *name, const char *value)
{
    static const char *const with_value[] = {"table_info", "table_xinfo", "index_list",
                                             "index_info", "foreign_key_list"};
    static const char *const without_value[] = {"table_list", "data_version", "application_id",
                                                "user_version", "compile_options"};
    return is_among(name, with_value, sizeof with_value / sizeof with_value[0]) ||
           (value == NULL &&
            is_among(name, without_value, sizeof without_value / sizeof without_value[0]));
}

/* Virtual tables prepare writing statements of their own when they are opened: an R-tree those of
 * its parts, others one that describes them. This connection cannot run them, and a statement that
 * would is refused once it is prepared. */
static bool is_of_virtual_table(const char *table)
{
    return table != NULL &&
           (strncmp(table, "rtree_", 6) == 0 || strcmp(table, "sqlite_master") == 0);
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    (void)context;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
        return is_harmless_pragma(first, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return is_of_virtual_table(first) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

/* -- functions for comparisons -- */

static void result_folded(sqlite3_context *context, struct by_bytes text)
{
    struct by_buffer folded = BY_BUFFER_INIT(FOLD_BYTES_MAX);
    if (by_text_fold(text, &folded) == BANYAN_OK)
        sqlite3_result_text64(context, folded.size == 0 ? "" : (const char *)folded.data,
                              folded.size, SQLITE_TRANSIENT, SQLITE_UTF8);
    by_buffer_deinit(&folded);
}

static struct by_bytes argument(sqlite3_value *value)
{
    const void *data = sqlite3_value_text(value);
    return by_bytes_of(data, data == NULL ? 0 : (size_t)sqlite3_value_bytes(value));
}

/* banyan_fold(text): the form in which texts are searched and compared. */
static void fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_NULL)
        result_folded(context, argument(values[0]));
}

static bool is_folded_as(struct by_bytes text, struct by_bytes folded)
{
    struct by_buffer own = BY_BUFFER_INIT(FOLD_BYTES_MAX);
    bool equal =
        by_text_fold(text, &own) == BANYAN_OK && by_bytes_equal(by_buffer_bytes(&own), folded);
    by_buffer_deinit(&own);
    return equal;
}

/* banyan_has(list, folded): whether "a;b" has an element that folds to this. */
static void has_element(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct by_bytes list = argument(values[0]);
    struct by_bytes folded = argument(values[1]);
    bool found = false;
    size_t begin = 0;
    (void)count;
    for (size_t i = 0; i <= list.size && list.size > 0 && !found; i++) {
        if (i < list.size && list.data[i] != ';')
            continue;
        found = is_folded_as(by_bytes_of(list.data + begin, i - begin), folded);
        begin = i + 1;
    }
    sqlite3_result_int(context, found);
}

static struct by_bytes blob_argument(sqlite3_value *value)
{
    const void *data = sqlite3_value_type(value) == SQLITE_BLOB ? sqlite3_value_blob(value) : NULL;
    return by_bytes_of(data, data == NULL ? 0 : (size_t)sqlite3_value_bytes(value));
}

/* banyan_holds(geometry, latitude, longitude): whether it is an area that holds the place. */
static void holds_place(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct by_bytes blob = blob_argument(values[0]);
    (void)count;
    if (blob.size > 0 && sqlite3_value_type(values[1]) != SQLITE_NULL &&
        sqlite3_value_type(values[2]) != SQLITE_NULL)
        sqlite3_result_int(context, by_geometry_holds(blob, sqlite3_value_double(values[2]),
                                                      sqlite3_value_double(values[1])));
}

/* banyan_metres(geometry, latitude, longitude): how far it is from the place; NULL where it is
 * nowhere. */
static void metres_to_place(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct by_bytes blob = blob_argument(values[0]);
    double metres = -1;
    (void)count;
    if (blob.size > 0 && sqlite3_value_type(values[1]) != SQLITE_NULL &&
        sqlite3_value_type(values[2]) != SQLITE_NULL)
        metres = by_geometry_metres(blob, sqlite3_value_double(values[2]),
                                    sqlite3_value_double(values[1]));
    if (metres >= 0)
        sqlite3_result_double(context, metres);
}

/* banyan_lies_in(geometry, area): whether the middle of its box lies in the area. */
static void lies_in_area(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct by_envelope box;
    (void)count;
    if (by_geometry_blob_box(blob_argument(values[0]), &box))
        sqlite3_result_int(context,
                           by_geometry_holds(blob_argument(values[1]), (box.min_x + box.max_x) / 2,
                                             (box.min_y + box.max_y) / 2));
}

static int add_functions(sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int code = sqlite3_create_function(db, "banyan_fold", 1, flags, NULL, fold, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(db, "banyan_has", 2, flags, NULL, has_element, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(db, "banyan_holds", 3, flags, NULL, holds_place, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function(db, "banyan_metres", 3, flags, NULL, metres_to_place, NULL,
                                       NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_create_function(db, "banyan_lies_in", 2, flags, NULL, lies_in_area, NULL, NULL);
    return code;
}

/* -- the connection -- */

static enum banyan_status open_reader(struct by_view *view, struct banyan_error *error)
{
    if (view->reader != NULL)
        return BANYAN_OK;
    int code = sqlite3_open_v2(view->path, &view->reader,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        by_sqlite_distrust(view->reader);
    if (code == SQLITE_OK)
        code = sqlite3_exec(view->reader, "PRAGMA query_only = 1", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = add_functions(view->reader);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(view->reader, authorize, NULL);
    if (code != SQLITE_OK) {
        enum banyan_status status = by_sqlite_failed(view->reader, error);
        sqlite3_close(view->reader);
        view->reader = NULL;
        return status;
    }
    sqlite3_busy_timeout(view->reader, 1000);
    sqlite3_limit(view->reader, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
    sqlite3_limit(view->reader, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX);
    sqlite3_limit(view->reader, SQLITE_LIMIT_ATTACHED, 0);
    return BANYAN_OK;
}

enum banyan_status by_reader_begin_within(struct by_view *view, struct banyan_error *error)
{
    int code = SQLITE_OK;
    view->is_within = true;
    if (!view->has_functions)
        code = add_functions(view->db);
    view->has_functions = code == SQLITE_OK;
    if (code == SQLITE_OK)
        code = sqlite3_exec(view->db, "PRAGMA query_only = 1", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(view->db, authorize, NULL);
    return code == SQLITE_OK ? BANYAN_OK : by_view_failed(view, error);
}

void by_reader_end_within(struct by_view *view)
{
    view->is_within = false;
    (void)sqlite3_set_authorizer(view->db, NULL, NULL);
    (void)sqlite3_exec(view->db, "PRAGMA query_only = 0", NULL, NULL, NULL);
}

static sqlite3 *connection(const struct by_view *view)
{
    return view->is_within ? view->db : view->reader;
}

/* -- failures in words -- */

static void offer_names(const struct by_schema *schema, bool columns, struct by_near *near)
{
    static const char *const shared[] = {"record", "conflict", "proposal", "member", "search"};
    for (size_t i = 0; i < sizeof shared / sizeof shared[0] && !columns; i++)
        by_near_offer(near, shared[i]);
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct by_table *table = &schema->tables[i];
        if (!columns)
            by_near_offer(near, table->type->name);
        for (size_t c = 0; c < table->column_count && columns; c++)
            by_near_offer(near, table->columns[c].name);
    }
}

static enum banyan_status fail_sql(struct by_view *view, struct banyan_error *error)
{
    const char *message = sqlite3_errmsg(connection(view));
    const char *const prefixes[] = {"no such table: ", "no such column: "};
    char names[BY_NEAR_TEXT_BYTES] = "";
    for (size_t i = 0; i < 2; i++) {
        const char *wanted = message + strlen(prefixes[i]);
        if (strncmp(message, prefixes[i], strlen(prefixes[i])) != 0)
            continue;
        struct by_near near = {.wanted = by_bytes_of_text(wanted)};
        offer_names(&view->shape.schema, i == 1, &near);
        by_near_text(&near, error, names);
        return i == 0 ? by_fail(error, BANYAN_ERR_USAGE,
                                "this SQL does not work here: no such table: %s%s", wanted, names)
                      : by_fail(error, BANYAN_ERR_USAGE,
                                "this SQL does not work here: no such column: %s%s", wanted, names);
    }
    return by_fail(error, BANYAN_ERR_USAGE, "this SQL does not work here: %s", message);
}

static enum banyan_status fail_query(struct by_query *query)
{
    int code = sqlite3_errcode(query->db) & 0xff;
    if (code == SQLITE_INTERRUPT)
        return by_fail(query->error, BANYAN_ERR_TOO_LARGE,
                       "the query was stopped after %.1f s: ask for less at once",
                       (double)query->time_ms / 1000);
    if (code == SQLITE_AUTH)
        return by_fail(query->error, BANYAN_ERR_USAGE, "only reading is possible here: SELECT ...");
    if (code == SQLITE_ERROR || code == SQLITE_MISMATCH || code == SQLITE_RANGE)
        return fail_sql(query->view, query->error);
    return by_sqlite_failed(query->db, query->error);
}

/* -- running -- */

static int is_time_over(void *context)
{
    const struct by_query *query = context;
    return by_os_wall_ms() > query->ends_ms;
}

static bool is_blank(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr(" \t\r\n;", text.data[i]) == NULL || text.data[i] == '\0')
            return false;
    return true;
}

static enum banyan_status check_prepared(struct by_query *query, struct by_bytes tail)
{
    if (query->statement == NULL)
        return by_fail(query->error, BANYAN_ERR_USAGE, "there is no SQL in this: SELECT ...");
    if (!is_blank(tail))
        return by_fail(query->error, BANYAN_ERR_USAGE, "one statement at a time, please");
    if (sqlite3_stmt_readonly(query->statement) == 0)
        return by_fail(query->error, BANYAN_ERR_USAGE, "only reading is possible here: SELECT ...");
    return BANYAN_OK;
}

enum banyan_status by_query_open(struct by_view *view, struct by_bytes sql, uint64_t time_ms,
                                 struct by_query *out_query, struct banyan_error *error)
{
    const char *tail = NULL;
    *out_query = (struct by_query){.view = view, .time_ms = time_ms, .error = error};
    enum banyan_status status = view->is_within ? BANYAN_OK : open_reader(view, error);
    if (status != BANYAN_OK)
        return status;
    out_query->db = connection(view);
    if (sql.size > SQL_BYTES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "this SQL is too long");
    int code = sqlite3_prepare_v2(out_query->db, (const char *)sql.data, (int)sql.size,
                                  &out_query->statement, &tail);
    if (code != SQLITE_OK)
        return fail_query(out_query);
    size_t used = (size_t)(tail - (const char *)sql.data);
    status = check_prepared(out_query, by_bytes_of(sql.data + used, sql.size - used));
    if (status != BANYAN_OK)
        by_query_close(out_query);
    return status;
}

enum banyan_status by_query_row(struct by_query *query)
{
    if (query->time_ms > 0 && query->ends_ms == 0) {
        query->ends_ms = by_os_wall_ms() + query->time_ms;
        sqlite3_progress_handler(query->db, STEPS_BETWEEN_CHECKS, is_time_over, query);
    }
    int code = sqlite3_step(query->statement);
    if (code == SQLITE_ROW)
        return BANYAN_OK;
    return code == SQLITE_DONE ? BANYAN_ERR_NOT_FOUND : fail_query(query);
}

void by_query_close(struct by_query *query)
{
    if (query->db != NULL)
        sqlite3_progress_handler(query->db, 0, NULL, NULL);
    sqlite3_finalize(query->statement);
    query->statement = NULL;
}

/* Text that SQL made of bytes may be no UTF-8. */
static void write_text(struct by_bytes text, struct by_json *json)
{
    struct by_buffer visible = BY_BUFFER_INIT(VALUE_BYTES_MAX);
    if (by_text_check(text) != BANYAN_OK && by_text_visible(text, true, &visible) == BANYAN_OK)
        text = by_buffer_bytes(&visible);
    by_json_text(json, text);
    by_buffer_deinit(&visible);
}

void by_query_value(struct by_query *query, int at, struct by_json *json)
{
    struct by_value number;
    switch (sqlite3_column_type(query->statement, at)) {
    case SQLITE_INTEGER:
        by_json_int(json, sqlite3_column_int64(query->statement, at));
        return;
    case SQLITE_FLOAT:
        number = by_value_real(sqlite3_column_double(query->statement, at));
        if (isfinite(sqlite3_column_double(query->statement, at)))
            by_json_value(json, &number);
        else
            by_json_null(json);
        return;
    case SQLITE_TEXT:
        write_text(by_column_text(query->statement, at), json);
        return;
    case SQLITE_BLOB:
        by_json_hex(json, by_column_blob(query->statement, at));
        return;
    default:
        by_json_null(json);
    }
}

/* -- several queries on one state -- */

/* The authorizer refuses transactions to people. */
static enum banyan_status
step_aside(struct by_view *view, const char *sql, struct banyan_error *error)
{
    sqlite3_set_authorizer(view->reader, NULL, NULL);
    int code = sqlite3_exec(view->reader, sql, NULL, NULL, NULL);
    sqlite3_set_authorizer(view->reader, authorize, NULL);
    return code == SQLITE_OK ? BANYAN_OK : by_sqlite_failed(view->reader, error);
}

enum banyan_status by_view_hold(struct by_view *view, struct banyan_error *error)
{
    enum banyan_status status = open_reader(view, error);
    return status == BANYAN_OK ? step_aside(view, "BEGIN", error) : status;
}

void by_view_release(struct by_view *view)
{
    if (view->reader != NULL)
        (void)step_aside(view, "ROLLBACK", NULL);
}

int64_t by_query_int(struct by_query *query, int at)
{
    return sqlite3_column_int64(query->statement, at);
}
