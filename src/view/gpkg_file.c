#include "view/gpkg_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "view/geometry.h"
#include "view/gpkg.h"
#include "view/internal.h"

#define SQL_BYTES_MAX (1024u * 1024u)
#define GEOMETRY      "geometry"
#define CHANGED_BYTES 32

struct by_gpkg_file {
    sqlite3 *db;
    sqlite3_stmt *row, *box; /* of the layer at work */
    char *layer;             /* its table; NULL before the first */
    bool has_places;
    int cell; /* the next one's place in row */
    int64_t fid;
    struct by_envelope extent;
    char changed[CHANGED_BYTES]; /* the last of its rows */
    struct by_buffer blob;
};

/* -- SQLite -- */

static enum banyan_status failed(struct by_gpkg_file *file, struct banyan_error *error)
{
    int code = sqlite3_errcode(file->db) & 0xff;

    if (code == SQLITE_FULL)
        return by_fail(error, BANYAN_ERR_FULL,
                       "the GeoPackage cannot be written: there is no room left on the disk");
    return by_fail(error, BANYAN_ERR_DISK, "the GeoPackage cannot be written: %s",
                   sqlite3_errmsg(file->db));
}

static enum banyan_status
run_sql(struct by_gpkg_file *file, const char *sql, struct banyan_error *error)
{
    return sqlite3_exec(file->db, sql, NULL, NULL, NULL) == SQLITE_OK ? BANYAN_OK
                                                                      : failed(file, error);
}

/* Takes over what sql holds. */
static enum banyan_status run_buffer(struct by_gpkg_file *file, struct by_buffer *sql,
                                     enum banyan_status status, struct banyan_error *error)
{
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(sql, 0);
    status = status == BANYAN_OK ? run_sql(file, (const char *)sql->data, error)
                                 : by_fail_plain(error, status);
    by_buffer_deinit(sql);
    return status;
}

static enum banyan_status prepare(struct by_gpkg_file *file, struct by_buffer *sql,
                                  enum banyan_status status, sqlite3_stmt **out_statement,
                                  struct banyan_error *error)
{
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(sql, 0);
    if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    else if (sqlite3_prepare_v2(file->db, (const char *)sql->data, -1, out_statement, NULL) !=
             SQLITE_OK)
        status = failed(file, error);
    by_buffer_deinit(sql);
    return status;
}

/* Run once with texts bound in turn; NULL is NULL. */
static enum banyan_status run_with(struct by_gpkg_file *file, const char *sql,
                                   const char *const *texts, int count, struct banyan_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool is_done = sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL) == SQLITE_OK;

    for (int i = 0; i < count && is_done; i++)
        is_done = sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_STATIC) == SQLITE_OK;
    is_done = is_done && sqlite3_step(statement) == SQLITE_DONE;
    (void)sqlite3_finalize(statement);
    return is_done ? BANYAN_OK : failed(file, error);
}

/* -- the file -- */

/* Nobody else knows of the file before it is whole: no journal is needed. */
static enum banyan_status begin(struct by_gpkg_file *file, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = by_buffer_append_format(
        &sql,
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = %d;"
        " PRAGMA user_version = %d; BEGIN;\n",
        BY_GPKG_APPLICATION_ID, BY_GPKG_USER_VERSION);

    if (status == BANYAN_OK)
        status = by_gpkg_shared_sql(&sql);
    if (status == BANYAN_OK)
        status = by_gpkg_titles_sql(&sql);
    return run_buffer(file, &sql, status, error);
}

enum banyan_status
by_gpkg_file_new(const char *path, struct by_gpkg_file **out_file, struct banyan_error *error)
{
    struct by_gpkg_file *file = calloc(1, sizeof *file);
    enum banyan_status status = BANYAN_OK;

    if (file == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    file->blob = (struct by_buffer)BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    if (sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK)
        status = failed(file, error);
    /* The triggers of the standard are for others: they call functions that SQLite has not. */
    if (status == BANYAN_OK)
        by_sqlite_distrust(file->db);
    if (status == BANYAN_OK)
        status = begin(file, error);
    if (status == BANYAN_OK)
        *out_file = file;
    else
        by_gpkg_file_drop(file);
    return status;
}

void by_gpkg_file_drop(struct by_gpkg_file *file)
{
    if (file == NULL)
        return;
    (void)sqlite3_finalize(file->row);
    (void)sqlite3_finalize(file->box);
    (void)sqlite3_close(file->db);
    by_buffer_deinit(&file->blob);
    free(file->layer);
    free(file);
}

/* -- a layer -- */

static enum banyan_status end_layer(struct by_gpkg_file *file, struct banyan_error *error)
{
    char extent[256] = "NULL, NULL, NULL, NULL";
    char sql[512];
    const char *texts[] = {file->changed, file->layer};
    const struct by_envelope *box = &file->extent;

    (void)sqlite3_finalize(file->row);
    (void)sqlite3_finalize(file->box);
    file->row = file->box = NULL;
    if (file->layer == NULL)
        return BANYAN_OK;
    if (!box->is_empty)
        (void)snprintf(extent, sizeof extent, "%.17g, %.17g, %.17g, %.17g", box->min_x, box->min_y,
                       box->max_x, box->max_y);
    (void)snprintf(sql, sizeof sql,
                   "UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = (%s),"
                   " last_change = ?1 WHERE table_name = ?2",
                   extent);
    return run_with(file, sql, texts, 2, error);
}

/* Tables that the standard or SQLite keep for themselves. */
static char *name_table(const char *name)
{
    static const char *const kept[] = {"gpkg_", "rtree_", "sqlite_"};
    const char *before = "";
    size_t size = strlen(name) + sizeof "banyan_";
    char *table = malloc(size);

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (strncasecmp(name, kept[i], strlen(kept[i])) == 0)
            before = "banyan_";
    if (table != NULL)
        (void)snprintf(table, size, "%s%s", before, name);
    return table;
}

static bool is_taken(char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return strcasecmp(name, "fid") == 0 || strcasecmp(name, GEOMETRY) == 0 || name[0] == 0;
}

/* SQLite tells names apart but for case. */
static enum banyan_status
name_columns(const struct by_gpkg_layer *layer, char **names, struct by_arena *arena)
{
    for (size_t i = 0; i < layer->column_count; i++) {
        size_t size = strlen(layer->columns[i].name), room = size + layer->column_count + 3;

        names[i] = by_arena_alloc(arena, room);
        if (names[i] == NULL)
            return BANYAN_ERR_MEMORY;
        (void)snprintf(names[i], room, "%s", layer->columns[i].name);
        while (is_taken(names, i, names[i]) && size + 2 < room) {
            names[i][size++] = '_';
            names[i][size] = 0;
        }
    }
    return BANYAN_OK;
}

static enum banyan_status create_table(struct by_gpkg_file *file, const struct by_gpkg_layer *layer,
                                       char *const *names, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = by_buffer_append_format(&sql, "CREATE TABLE ");

    if (status == BANYAN_OK)
        status = by_sql_name(file->layer, &sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&sql, " (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if (status == BANYAN_OK && layer->has_places)
        status = by_buffer_append_format(&sql, ", " GEOMETRY " GEOMETRY");
    for (size_t i = 0; i < layer->column_count && status == BANYAN_OK; i++) {
        status = by_buffer_append_format(&sql, ", ");
        if (status == BANYAN_OK)
            status = by_sql_name(names[i], &sql);
        if (status == BANYAN_OK)
            status = by_buffer_append_format(&sql, " %s", layer->columns[i].type);
    }
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&sql, ");");
    return run_buffer(file, &sql, status, error);
}

static enum banyan_status declare(struct by_gpkg_file *file, const struct by_gpkg_layer *layer,
                                  char *const *names, struct banyan_error *error)
{
    const char *contents[] = {file->layer, layer->has_places ? "features" : "attributes",
                              layer->title, layer->has_places ? "4326" : NULL};
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    const struct by_type type = {.name = file->layer};
    const struct by_column geometry = {.name = GEOMETRY};
    const struct by_table table = {.type = &type, .geometry = &geometry};
    enum banyan_status status =
        run_with(file,
                 "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
                 " VALUES (?1, ?2, iif(?3 IN (SELECT identifier FROM gpkg_contents), ?1, ?3),"
                 " CAST(?4 AS INTEGER))",
                 contents, 4, error);

    for (size_t i = 0; i < layer->column_count && status == BANYAN_OK; i++) {
        const char *texts[] = {file->layer, names[i], layer->columns[i].title};

        status = run_with(file,
                          "INSERT OR IGNORE INTO gpkg_data_columns (table_name, column_name, name,"
                          " title) VALUES (?1, ?2, iif(EXISTS (SELECT 1 FROM gpkg_data_columns"
                          " WHERE table_name = ?1 AND name = ?3), ?3 || ' (' || ?2 || ')', ?3),"
                          " ?3)",
                          texts, 3, error);
    }
    if (status != BANYAN_OK || !layer->has_places)
        return status;
    return run_buffer(file, &sql, by_gpkg_layer_sql(&table, &sql), error);
}

static enum banyan_status prepare_row(struct by_gpkg_file *file, const struct by_gpkg_layer *layer,
                                      struct banyan_error *error)
{
    size_t count = 1 + layer->column_count + layer->has_places;
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = by_buffer_append_format(&sql, "INSERT INTO ");

    if (status == BANYAN_OK)
        status = by_sql_name(file->layer, &sql);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = by_buffer_append_format(&sql, i == 0 ? " VALUES (?" : ", ?");
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&sql, ")");
    return prepare(file, &sql, status, &file->row, error);
}

static enum banyan_status prepare_box(struct by_gpkg_file *file, struct banyan_error *error)
{
    const struct by_type type = {.name = file->layer};
    const struct by_column geometry = {.name = GEOMETRY};
    const struct by_table table = {.type = &type, .geometry = &geometry};
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = by_buffer_append_format(&sql, "INSERT INTO ");

    if (status == BANYAN_OK)
        status = by_gpkg_rtree_name(&table, NULL, &sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&sql, " VALUES (?, ?, ?, ?, ?)");
    return prepare(file, &sql, status, &file->box, error);
}

enum banyan_status by_gpkg_file_layer(struct by_gpkg_file *file, const struct by_gpkg_layer *layer,
                                      struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    char **names = by_arena_array(&arena, layer->column_count + 1, sizeof *names);
    enum banyan_status status = end_layer(file, error);

    free(file->layer);
    file->layer = name_table(layer->name);
    file->has_places = layer->has_places;
    file->fid = 0;
    file->cell = 1;
    file->extent = (struct by_envelope){.is_empty = true};
    (void)snprintf(file->changed, sizeof file->changed, "%s", BY_GPKG_LAST_CHANGE_NONE);
    if (status == BANYAN_OK && layer->column_count > BY_GPKG_COLUMNS_MAX)
        status = by_fail(error, BANYAN_ERR_TOO_LARGE,
                         "a GeoPackage has no room for so many columns: choose fewer records");
    if (status == BANYAN_OK &&
        (names == NULL || file->layer == NULL || name_columns(layer, names, &arena) != BANYAN_OK))
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (status == BANYAN_OK)
        status = create_table(file, layer, names, error);
    if (status == BANYAN_OK)
        status = declare(file, layer, names, error);
    if (status == BANYAN_OK)
        status = prepare_row(file, layer, error);
    if (status == BANYAN_OK && layer->has_places)
        status = prepare_box(file, error);
    by_arena_deinit(&arena);
    return status;
}

/* -- rows -- */

void by_gpkg_file_cell(struct by_gpkg_file *file, struct by_bytes text)
{
    int at = ++file->cell + file->has_places;

    if (text.data != NULL)
        (void)sqlite3_bind_text64(file->row, at, (const char *)text.data, text.size, SQLITE_STATIC,
                                  SQLITE_UTF8);
}

static void widen(struct by_envelope *extent, const struct by_envelope *box)
{
    if (extent->is_empty) {
        *extent = *box;
        return;
    }
    extent->min_x = box->min_x < extent->min_x ? box->min_x : extent->min_x;
    extent->max_x = box->max_x > extent->max_x ? box->max_x : extent->max_x;
    extent->min_y = box->min_y < extent->min_y ? box->min_y : extent->min_y;
    extent->max_y = box->max_y > extent->max_y ? box->max_y : extent->max_y;
}

static enum banyan_status
put_box(struct by_gpkg_file *file, const struct by_envelope *box, struct banyan_error *error)
{
    (void)sqlite3_bind_int64(file->box, 1, file->fid);
    (void)sqlite3_bind_double(file->box, 2, box->min_x);
    (void)sqlite3_bind_double(file->box, 3, box->max_x);
    (void)sqlite3_bind_double(file->box, 4, box->min_y);
    (void)sqlite3_bind_double(file->box, 5, box->max_y);
    if (sqlite3_step(file->box) != SQLITE_DONE)
        return failed(file, error);
    (void)sqlite3_reset(file->box);
    widen(&file->extent, box);
    return BANYAN_OK;
}

/* "2026-01-31T00:00:00Z": the standard wants parts of seconds too. */
static void note_change(struct by_gpkg_file *file, struct by_bytes changed)
{
    char text[CHANGED_BYTES];

    if (changed.size != 20)
        return;
    (void)snprintf(text, sizeof text, "%.19s.000Z", (const char *)changed.data);
    if (strcmp(text, file->changed) > 0)
        memcpy(file->changed, text, sizeof text);
}

enum banyan_status by_gpkg_file_row(struct by_gpkg_file *file, const struct by_value *place,
                                    struct by_bytes changed, struct banyan_error *error)
{
    struct by_envelope box = {.is_empty = true};
    enum banyan_status status = BANYAN_OK;

    file->fid++;
    file->cell = 1;
    by_buffer_reset(&file->blob);
    if (file->has_places && place != NULL)
        status = by_geometry_blob(place, &file->blob, &box);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    (void)sqlite3_bind_int64(file->row, 1, file->fid);
    if (file->blob.size > 0)
        (void)sqlite3_bind_blob64(file->row, 2, file->blob.data, file->blob.size, SQLITE_STATIC);
    if (sqlite3_step(file->row) != SQLITE_DONE)
        return failed(file, error);
    (void)sqlite3_reset(file->row);
    (void)sqlite3_clear_bindings(file->row);
    note_change(file, changed);
    return box.is_empty ? BANYAN_OK : put_box(file, &box, error);
}

enum banyan_status by_gpkg_file_close(struct by_gpkg_file *file, struct banyan_error *error)
{
    enum banyan_status status = end_layer(file, error);

    if (status == BANYAN_OK)
        status = run_sql(file, "COMMIT", error);
    by_gpkg_file_drop(file);
    return status;
}
