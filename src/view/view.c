#include "view/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "os/os.h"
#include "view/gpkg.h"

/* Raise when the same operations give other rows: a view made by another version is made anew. */
#define VIEW_VERSION  1
#define SQL_BYTES_MAX (4u * 1024u * 1024u)
#define OPEN_WAIT_MS  5000
#define WRITE_WAIT_MS 250
/* KiB. A short-lived process may take more than a node that is always there. */
#define PAGE_CACHE_PRAGMA       "PRAGMA cache_size = -131072"
#define PAGE_CACHE_SMALL_PRAGMA "PRAGMA cache_size = -24576"

int64_t by_view_fid(const struct by_view *view, const struct by_id *name_hash)
{
    return (int64_t)((by_get_u64be(name_hash->bytes) & view->fid_mask) >> 1);
}

/* What tells a view from those of other versions, whatever types the network has. */
static enum banyan_status find_made_by(struct by_id *out_made_by)
{
    struct by_buffer text = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status =
        by_buffer_append_format(&text, "-- view %d, fold %u, types %s\n", VIEW_VERSION,
                                BY_TEXT_FOLD_VERSION, by_types_shipped_digest());
    if (status == BANYAN_OK)
        status = by_schema_shared_sql(&text);
    if (status == BANYAN_OK)
        status = by_gpkg_shared_sql(&text);
    if (status == BANYAN_OK)
        by_hash_bytes(BY_TAG_CHECKSUM, by_buffer_bytes(&text), out_made_by);
    by_buffer_deinit(&text);
    return status;
}

/* All that is run to make an empty view. */
static enum banyan_status creation_sql(struct by_view *view, struct by_buffer *out)
{
    enum banyan_status status =
        view->shape.layers == NULL ? by_shape_init(&view->shape, NULL) : BANYAN_OK;
    if (status == BANYAN_OK)
        status = by_schema_sql(&view->shape.schema, out);
    if (status == BANYAN_OK)
        status = by_gpkg_sql(&view->shape.schema, out);
    return status == BANYAN_OK ? by_buffer_append_u8(out, 0) : status;
}

/* Whether the file is a view of this network made by this version. BANYAN_ERR_BUSY and
 * BANYAN_ERR_MEMORY say nothing of that. */
static enum banyan_status
check_current(struct by_view *view, const struct by_id *made_by, struct banyan_error *error)
{
    sqlite3_stmt *statement = NULL;
    by_view_prepare(view, "SELECT made_by, network FROM banyan_state", &statement);
    enum banyan_status status = by_view_row(view, statement, error);
    if (status == BANYAN_OK &&
        (!by_bytes_equal(by_column_blob(statement, 0), by_id_bytes(made_by)) ||
         !by_bytes_equal(by_column_blob(statement, 1), by_id_bytes(&view->network))))
        status = BANYAN_ERR_DIFFERENT;
    sqlite3_finalize(statement);
    return status;
}

static enum banyan_status fill_empty(struct by_view *view, const char *sql,
                                     const struct by_id *made_by, struct banyan_error *error)
{
    enum banyan_status status = by_view_exec(view, sql, error);
    if (status != BANYAN_OK)
        return status;
    sqlite3_stmt *statement = NULL;
    by_view_prepare(view,
                    "INSERT INTO banyan_state (one, made_by, network, mark, private_mark)"
                    " VALUES (1, ?, ?, 0, 0)",
                    &statement);
    by_bind_blob(statement, 1, by_id_bytes(made_by));
    by_bind_blob(statement, 2, by_id_bytes(&view->network));
    status = by_view_run(view, statement, error);
    sqlite3_finalize(statement);
    return status;
}

/* Two processes may come here at once: the second finds the work done. */
static enum banyan_status create(struct by_view *view, const char *sql, const struct by_id *made_by,
                                 struct banyan_error *error)
{
    enum banyan_status status = by_view_exec(view, "BEGIN IMMEDIATE", error);
    if (status != BANYAN_OK)
        return status;
    struct banyan_error ignored = by_error_beside(error);
    if (check_current(view, made_by, &ignored) != BANYAN_OK)
        status = fill_empty(view, sql, made_by, error);
    if (status == BANYAN_OK)
        return by_view_exec(view, "COMMIT", error);
    sqlite3_exec(view->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

static enum banyan_status configure(struct by_view *view, struct banyan_error *error)
{
    sqlite3_busy_timeout(view->db, OPEN_WAIT_MS);
    by_sqlite_distrust(view->db);
    /* In WAL mode NORMAL never damages the file; a power cut may take back the last transactions,
     * rows and mark together. */
    enum banyan_status status = by_view_exec(view, "PRAGMA synchronous = NORMAL", error);
    if (status == BANYAN_OK)
        status = by_view_exec(view, "PRAGMA temp_store = MEMORY", error);
    /* The journal of a large update is not kept once it is in the file. */
    if (status == BANYAN_OK)
        status = by_view_exec(view, "PRAGMA journal_size_limit = 8388608", error);
    if (status == BANYAN_OK)
        status =
            by_view_exec(view, view->is_small ? PAGE_CACHE_SMALL_PRAGMA : PAGE_CACHE_PRAGMA, error);
    return status;
}

/* What is not a view is emptied: never what lies behind a link. */
static enum banyan_status open_file(struct by_view *view, struct banyan_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (by_os_file_is_shared(view->path)) {
        enum banyan_status status = by_os_file_remove(view->path, error);
        if (status != BANYAN_OK)
            return status;
    }
    int code = sqlite3_open_v2(view->path, &view->db, flags, NULL);
    if (view->db == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (code != SQLITE_OK)
        return by_fail(error, BANYAN_ERR_DISK, "the view %s cannot be opened: %s", view->path,
                       sqlite3_errmsg(view->db));
    return configure(view, error);
}

static void close_file(struct by_view *view)
{
    by_view_finalize(view);
    sqlite3_close(view->reader);
    sqlite3_close(view->db);
    view->reader = NULL;
    view->db = NULL;
}

/* For a file so damaged that SQLite cannot even empty it. */
static enum banyan_status replace_file(struct by_view *view, struct banyan_error *error)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    enum banyan_status status = BANYAN_OK;
    close_file(view);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] && status == BANYAN_OK; i++) {
        char *path = sqlite3_mprintf("%s%s", view->path, suffixes[i]);
        status =
            path == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : by_os_file_remove(path, error);
        sqlite3_free(path);
    }
    return status == BANYAN_OK ? open_file(view, error) : status;
}

/* Emptying in place leaves the file to those who have it open; they see the old rows until they
 * read again. */
static enum banyan_status empty_file(struct by_view *view, struct banyan_error *error)
{
    by_view_finalize(view);
    sqlite3_db_config(view->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
    int code = sqlite3_exec(view->db, "VACUUM", NULL, NULL, NULL);
    sqlite3_db_config(view->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    if (code == SQLITE_OK)
        return BANYAN_OK;
    enum banyan_status status = by_view_failed(view, error);
    return status == BANYAN_ERR_DAMAGED ? replace_file(view, error) : status;
}

/* The application id goes into the header before the tables, so that a reader who comes between
 * sees an empty GeoPackage. */
static enum banyan_status mark_as_geopackage(struct by_view *view, struct banyan_error *error)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   BY_GPKG_APPLICATION_ID, BY_GPKG_USER_VERSION);
    enum banyan_status status = by_view_exec(view, "PRAGMA journal_mode = WAL", error);
    return status == BANYAN_OK ? by_view_exec(view, sql, error) : status;
}

/* Make an empty view of the file, whatever is in it. */
static enum banyan_status
make_empty(struct by_view *view, const struct by_id *made_by, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = creation_sql(view, &sql);
    status = status == BANYAN_OK ? empty_file(view, error) : by_fail_plain(error, status);
    if (status == BANYAN_OK)
        status = mark_as_geopackage(view, error);
    if (status == BANYAN_OK)
        status = create(view, (const char *)sql.data, made_by, error);
    by_buffer_deinit(&sql);
    return status;
}

/* Make a current view of the file; emptied first when force is set, or when it is not one. */
static enum banyan_status make_current(struct by_view *view, bool force, struct banyan_error *error)
{
    struct by_id made_by;
    struct banyan_error reason = by_error_beside(error);
    sqlite3_busy_timeout(view->db, OPEN_WAIT_MS);
    enum banyan_status status = find_made_by(&made_by);
    if (status != BANYAN_OK) {
        status = by_fail_plain(error, status);
        goto out;
    }
    status = force ? BANYAN_ERR_DIFFERENT : check_current(view, &made_by, &reason);
    if (status == BANYAN_ERR_BUSY || status == BANYAN_ERR_MEMORY)
        status = by_fail(error, status, "%s", reason.text);
    else if (status != BANYAN_OK)
        status = make_empty(view, &made_by, error);
    if (status == BANYAN_OK)
        (void)sqlite3_wal_checkpoint_v2(view->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
out:
    view->is_damaged = false;
    by_view_wait_long(view, false);
    return status;
}

void by_view_wait_long(struct by_view *view, bool is_long)
{
    if (view->db != NULL)
        sqlite3_busy_timeout(view->db, is_long ? OPEN_WAIT_MS : WRITE_WAIT_MS);
}

enum banyan_status by_view_reset(struct by_view *view, struct banyan_error *error)
{
    return make_current(view, true, error);
}

/* Virtual tables first: each takes the tables that it keeps its rows in with it. */
static const char next_to_drop[] =
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC, name"
    " LIMIT 1";

static enum banyan_status drop_next(struct by_view *view, struct banyan_error *error)
{
    sqlite3_stmt *statement = NULL;
    char *sql = NULL;
    by_view_prepare(view, next_to_drop, &statement);
    enum banyan_status status = by_view_row(view, statement, error);
    if (status == BANYAN_OK)
        sql = sqlite3_mprintf("DROP %s \"%w\"", sqlite3_column_text(statement, 0),
                              sqlite3_column_text(statement, 1));
    sqlite3_finalize(statement);
    if (status == BANYAN_OK)
        status =
            sql == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : by_view_exec(view, sql, error);
    sqlite3_free(sql);
    return status;
}

enum banyan_status by_view_empty(struct by_view *view, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    struct by_id made_by;
    enum banyan_status status = find_made_by(&made_by);
    if (status == BANYAN_OK)
        status = creation_sql(view, &sql);
    if (status != BANYAN_OK) {
        status = by_fail_plain(error, status);
        goto out;
    }
    while (status == BANYAN_OK)
        status = drop_next(view, error);
    if (status == BANYAN_ERR_NOT_FOUND)
        status = fill_empty(view, (const char *)sql.data, &made_by, error);
out:
    by_buffer_deinit(&sql);
    return status;
}

static enum banyan_status init(struct by_view *view, const char *path, struct banyan_error *error)
{
    view->path = strdup(path);
    if (view->path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = open_file(view, error);
    if (status == BANYAN_ERR_DAMAGED)
        status = replace_file(view, error);
    return status == BANYAN_OK ? make_current(view, false, error) : status;
}

enum banyan_status by_view_open(const char *path, const struct by_id *network,
                                struct by_view **out_view, struct banyan_error *error)
{
    struct by_view *view = calloc(1, sizeof *view);
    if (view == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    view->network = *network;
    view->fid_mask = UINT64_MAX;
    enum banyan_status status = init(view, path, error);
    if (status != BANYAN_OK) {
        by_view_close(view);
        return status;
    }
    *out_view = view;
    return BANYAN_OK;
}

void by_view_keep_private(struct by_view *view, struct by_store *store,
                          const struct by_id *organisation)
{
    view->private_store = store;
    view->organisation = *organisation;
}

void by_view_watch(struct by_view *view, banyan_progress *progress, void *context)
{
    view->progress = progress;
    view->progress_context = context;
}

void by_view_stay_small(struct by_view *view)
{
    view->is_small = true;
    sqlite3_exec(view->db, PAGE_CACHE_SMALL_PRAGMA, NULL, NULL, NULL);
}

void by_view_close(struct by_view *view)
{
    if (view == NULL)
        return;
    close_file(view);
    by_shape_deinit(&view->shape);
    free(view->path);
    free(view);
}
