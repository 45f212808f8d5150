#include "view/layer.h"

#include <stdlib.h>
#include <string.h>

#include "view/boxes.h"

#define SQL_BYTES_MAX (64u * 1024u)

static struct by_layer *layer_of(struct by_view *view, const struct by_table *table)
{
    return &view->shape.layers[table - view->shape.schema.tables];
}

/* -- statements -- */

/* INSERT of the columns that the cells are of, in their order. */
static enum banyan_status put_sql(const struct by_layer_cells *cells, struct by_buffer *sql)
{
    const struct by_table *table = cells->table;
    enum banyan_status status = by_buffer_append_format(sql, "INSERT INTO ");
    if (status == BANYAN_OK)
        status = by_sql_name(table->type->name, sql);
    for (size_t i = 0; i < cells->count && status == BANYAN_OK; i++) {
        status = by_buffer_append_format(sql, i == 0 ? " (" : ", ");
        if (status == BANYAN_OK)
            status = by_sql_name(table->columns[cells->cells[i].column].name, sql);
    }
    if (status == BANYAN_OK)
        status = by_buffer_append_format(sql, ") VALUES (?");
    for (size_t i = 1; i < cells->count && status == BANYAN_OK; i++)
        status = by_buffer_append_format(sql, ", ?");
    return status == BANYAN_OK ? by_buffer_append_format(sql, ")") : status;
}

static enum banyan_status put_all_sql(const struct by_table *table, struct by_buffer *sql)
{
    enum banyan_status status = by_buffer_append_format(sql, "INSERT INTO ");
    if (status == BANYAN_OK)
        status = by_sql_name(table->type->name, sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(sql, " VALUES (?");
    for (size_t i = 1; i < table->column_count && status == BANYAN_OK; i++)
        status = by_buffer_append_format(sql, ", ?");
    return status == BANYAN_OK ? by_buffer_append_format(sql, ")") : status;
}

static enum banyan_status remove_sql(const struct by_table *table, struct by_buffer *sql)
{
    enum banyan_status status = by_buffer_append_format(sql, "DELETE FROM ");
    if (status == BANYAN_OK)
        status = by_sql_name(table->type->name, sql);
    return status == BANYAN_OK ? by_buffer_append_format(sql, " WHERE fid = ?") : status;
}

/* The statement of one slot, its SQL written only on the first call. */
static enum banyan_status
prepare(struct by_view *view, const struct by_table *table,
        enum banyan_status (*write_sql)(const struct by_table *table, struct by_buffer *sql),
        sqlite3_stmt **slot)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = *slot == NULL ? write_sql(table, &sql) : BANYAN_OK;
    if (status == BANYAN_OK)
        by_view_prepare(view, (const char *)sql.data, slot);
    by_buffer_deinit(&sql);
    return status;
}

void by_layer_finalize(struct by_layer *layer)
{
    sqlite3_finalize(layer->put);
    sqlite3_finalize(layer->remove);
    sqlite3_finalize(layer->box_put);
    sqlite3_finalize(layer->box_remove);
    sqlite3_finalize(layer->put_some);
    free(layer->some);
    free(layer->boxes);
    *layer = (struct by_layer){.put = NULL};
}

/* -- rows with the same columns -- */

static bool has_columns(const struct by_layer *layer, const struct by_layer_cells *cells)
{
    if (layer->some_count != cells->count)
        return false;
    for (size_t i = 0; i < cells->count; i++)
        if (layer->some[i] != cells->cells[i].column)
            return false;
    return true;
}

static enum banyan_status note_columns(struct by_layer *layer, const struct by_layer_cells *cells)
{
    uint16_t *some = realloc(layer->some, (cells->count + 1) * sizeof some[0]);
    if (some == NULL)
        return BANYAN_ERR_MEMORY;
    layer->some = some;
    layer->some_count = cells->count;
    for (size_t i = 0; i < cells->count; i++)
        some[i] = cells->cells[i].column;
    sqlite3_finalize(layer->put_some);
    layer->put_some = NULL;
    return BANYAN_OK;
}

/* A type has some hundred columns and a row few of them: to leave out what is NULL costs half as
 * much, but wants a statement of its own. Rows that have the columns of the row before get one, as
 * those of one import do. NULL in out_statement: this row has others. */
static enum banyan_status prepare_some(struct by_view *view, struct by_layer *layer,
                                       const struct by_layer_cells *cells,
                                       sqlite3_stmt **out_statement)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    *out_statement = NULL;
    if (!has_columns(layer, cells))
        return note_columns(layer, cells);
    if (layer->put_some == NULL)
        status = put_sql(cells, &sql);
    if (status == BANYAN_OK && layer->put_some == NULL)
        status = by_buffer_append_u8(&sql, 0);
    if (status == BANYAN_OK)
        *out_statement = by_view_prepare(view, (const char *)sql.data, &layer->put_some);
    by_buffer_deinit(&sql);
    return status;
}

static void bind(sqlite3_stmt *statement, int at, const struct by_cell *cell)
{
    switch (cell->kind) {
    case BY_CELL_TEXT:
        by_bind_text(statement, at, cell->bytes);
        break;
    case BY_CELL_BLOB:
        by_bind_blob(statement, at, cell->bytes);
        break;
    case BY_CELL_INT:
        by_bind_int(statement, at, cell->integer);
        break;
    case BY_CELL_REAL:
        (void)sqlite3_bind_double(statement, at, cell->real);
        break;
    }
}

enum banyan_status
by_layer_put(struct by_view *view, const struct by_layer_cells *cells, struct banyan_error *error)
{
    struct by_layer *layer = layer_of(view, cells->table);
    sqlite3_stmt *some = NULL;
    enum banyan_status status = prepare_some(view, layer, cells, &some);
    if (status == BANYAN_OK && some == NULL)
        status = prepare(view, cells->table, put_all_sql, &layer->put);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    for (size_t i = 0; i < cells->count; i++)
        bind(some != NULL ? some : layer->put,
             some != NULL ? (int)i + 1 : cells->cells[i].column + 1, &cells->cells[i]);
    status = by_view_run(view, some != NULL ? some : layer->put, error);
    return status == BANYAN_OK && cells->has_box
               ? by_box_put(view, cells->table, cells->fid, &cells->box, error)
               : status;
}

enum banyan_status by_layer_remove(struct by_view *view, const struct by_table *table, int64_t fid,
                                   struct banyan_error *error)
{
    struct by_layer *layer = layer_of(view, table);
    enum banyan_status status = prepare(view, table, remove_sql, &layer->remove);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    by_bind_int(layer->remove, 1, fid);
    status = by_view_run(view, layer->remove, error);
    if (status == BANYAN_OK && table->geometry != NULL)
        status = by_box_remove(view, table, fid, error);
    return status;
}
