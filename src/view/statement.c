#include "record/field_value.h"
#include "view/internal.h"

static const char *const statement_sql[] = {
#define X(name, sql) sql,
    BY_STATEMENT_MAP(X)
#undef X
};

void by_sqlite_distrust(sqlite3 *db)
{
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

sqlite3_stmt *by_view_prepare(struct by_view *view, const char *sql, sqlite3_stmt **slot)
{
    if (*slot == NULL)
        (void)sqlite3_prepare_v3(view->db, sql, -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
    if (*slot != NULL) {
        sqlite3_reset(*slot);
        sqlite3_clear_bindings(*slot);
    }
    return *slot;
}

sqlite3_stmt *by_view_statement(struct by_view *view, enum by_statement which)
{
    return by_view_prepare(view, statement_sql[which], &view->statements[which]);
}

void by_view_finalize(struct by_view *view)
{
    for (size_t i = 0; i < BY_STATEMENT_COUNT; i++) {
        sqlite3_finalize(view->statements[i]);
        view->statements[i] = NULL;
    }
    by_shape_finalize(&view->shape);
}

void by_bind_name(struct by_view *view, sqlite3_stmt *statement, struct by_bytes name)
{
    struct by_record_name read;
    struct by_id hash;
    if (statement == NULL || name.size != 48)
        return; /* unbound is NULL, which equals nothing */
    by_record_name_get(name.data, &read);
    by_record_name_hash(&read, &hash);
    by_bind_int(statement, 1, by_view_fid(view, &hash));
    (void)sqlite3_bind_blob(statement, 2, name.data, (int)name.size, SQLITE_TRANSIENT);
}

sqlite3_stmt *
by_view_statement_of(struct by_view *view, enum by_statement which, struct by_bytes name)
{
    sqlite3_stmt *statement = by_view_statement(view, which);
    by_bind_name(view, statement, name);
    return statement;
}

/* A plain SQL error in our own statements means that the file lacks what we made in it. */
static enum banyan_status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return BANYAN_ERR_BUSY;
    case SQLITE_NOMEM:
        return BANYAN_ERR_MEMORY;
    case SQLITE_FULL:
        return BANYAN_ERR_FULL;
    case SQLITE_TOOBIG:
        return BANYAN_ERR_TOO_LARGE;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return BANYAN_ERR_DISK;
    default:
        return BANYAN_ERR_DAMAGED;
    }
}

enum banyan_status by_sqlite_failed(sqlite3 *db, struct banyan_error *error)
{
    enum banyan_status status = status_of(sqlite3_errcode(db));
    if (status == BANYAN_ERR_BUSY)
        return by_fail(error, status, "another process is writing the view: try again");
    if (status == BANYAN_ERR_DAMAGED)
        return by_fail(error, status, "the view is damaged (%s): banyan rebuild makes it anew",
                       sqlite3_errmsg(db));
    return by_fail(error, status, "the view cannot be used: %s", sqlite3_errmsg(db));
}

enum banyan_status by_view_failed(struct by_view *view, struct banyan_error *error)
{
    enum banyan_status status = by_sqlite_failed(view->db, error);
    view->is_damaged = view->is_damaged || status == BANYAN_ERR_DAMAGED;
    return status;
}

enum banyan_status by_view_damaged(struct by_view *view, struct banyan_error *error)
{
    view->is_damaged = true;
    return by_fail(error, BANYAN_ERR_DAMAGED,
                   "the view is damaged (a row is cut): banyan rebuild makes it anew");
}

enum banyan_status
by_view_row(struct by_view *view, sqlite3_stmt *statement, struct banyan_error *error)
{
    int code = statement == NULL ? SQLITE_ERROR : sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return BANYAN_OK;
    enum banyan_status status =
        code == SQLITE_DONE ? BANYAN_ERR_NOT_FOUND : by_view_failed(view, error);
    sqlite3_reset(statement);
    return status;
}

enum banyan_status
by_view_run(struct by_view *view, sqlite3_stmt *statement, struct banyan_error *error)
{
    enum banyan_status status = by_view_row(view, statement, error);
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_view_exec(struct by_view *view, const char *sql, struct banyan_error *error)
{
    int code = sqlite3_exec(view->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? BANYAN_OK : by_view_failed(view, error);
}

/* A binding fails when memory is out or a statement has fewer places: the step then fails on the
 * NOT NULL columns, or the schema test does. */
void by_bind_text(sqlite3_stmt *statement, int at, struct by_bytes text)
{
    const char *data = text.size == 0 ? "" : (const char *)text.data;
    (void)sqlite3_bind_text64(statement, at, data, text.size, SQLITE_STATIC, SQLITE_UTF8);
}

void by_bind_blob(sqlite3_stmt *statement, int at, struct by_bytes blob)
{
    (void)sqlite3_bind_blob64(statement, at, blob.size == 0 ? (const void *)"" : blob.data,
                              blob.size, SQLITE_STATIC);
}

void by_bind_int(sqlite3_stmt *statement, int at, int64_t integer)
{
    (void)sqlite3_bind_int64(statement, at, integer);
}

struct by_bytes by_column_text(sqlite3_stmt *statement, int at)
{
    const void *data = sqlite3_column_text(statement, at);
    return by_bytes_of(data, data == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, at));
}

struct by_bytes by_column_blob(sqlite3_stmt *statement, int at)
{
    const void *data = sqlite3_column_blob(statement, at);
    return by_bytes_of(data, data == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, at));
}

enum banyan_status
by_view_write(struct by_view *view, by_view_work *work, void *context, struct banyan_error *error)
{
    enum banyan_status status =
        by_view_run(view, by_view_statement(view, BY_STATEMENT_BEGIN), error);
    if (status != BANYAN_OK)
        return status;
    status = work(context, view, error);
    if (status == BANYAN_OK)
        status = by_view_run(view, by_view_statement(view, BY_STATEMENT_COMMIT), error);
    if (status != BANYAN_OK && sqlite3_get_autocommit(view->db) == 0) {
        struct banyan_error ignored; /* the first failure is the one to tell */
        enum banyan_status rolled_back =
            by_view_run(view, by_view_statement(view, BY_STATEMENT_ROLLBACK), &ignored);
        (void)rolled_back;
    }
    return status;
}
