#include "view/layer.h"

#include <string.h>

#include "codec/json.h"
#include "record/field_value.h"
#include "view/boxes.h"
#include "view/shown.h"

#define TEXT_BYTES_MAX (1024u * 1024u)
#define SQL_BYTES_MAX  (64u * 1024u)

static struct by_layer *layer_of(struct by_view *view, const struct by_table *table)
{
    return &view->shape.layers[table - view->shape.schema.tables];
}

static enum banyan_status put_sql(const struct by_table *table, struct by_buffer *sql)
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

/* Keeps what is bound until the statement has run. */
static enum banyan_status
bind_buffer(sqlite3_stmt *statement, int at, struct by_buffer *text, struct by_arena *scratch)
{
    struct by_bytes copy;
    enum banyan_status status = by_arena_copy(scratch, by_buffer_bytes(text), &copy);
    if (status == BANYAN_OK)
        by_bind_text(statement, at, copy);
    return status;
}

static enum banyan_status append_element(const struct by_value *element, struct by_buffer *text)
{
    struct by_record_name name;
    char short_id[BY_SHORT_ID_BYTES];
    if (element->kind == BY_VALUE_TEXT)
        return by_buffer_append_bytes(text, element->bytes);
    if (element->kind != BY_VALUE_BIN || element->bytes.size != 48)
        return by_json_write(element, text);
    by_record_name_get(element->bytes.data, &name);
    by_record_short_id(&name, short_id);
    return by_buffer_append_format(text, "%s", short_id);
}

/* Lists as "a;b", references as short ids, geometries beside the layer's as GeoJSON. */
static enum banyan_status bind_as_text(sqlite3_stmt *statement, int at,
                                       const struct by_value *value, struct by_arena *scratch)
{
    struct by_buffer text = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    if (value->kind != BY_VALUE_ARRAY)
        status = append_element(value, &text);
    for (size_t i = 0; value->kind == BY_VALUE_ARRAY && i < value->array.count; i++) {
        if (status == BANYAN_OK && i > 0)
            status = by_buffer_append_u8(&text, ';');
        if (status == BANYAN_OK)
            status = append_element(&value->array.items[i], &text);
    }
    if (status == BANYAN_OK)
        status = bind_buffer(statement, at, &text, scratch);
    by_buffer_deinit(&text);
    return status;
}

/* Numbers are kept as decimal text; the column's affinity makes the number, whatever the locale. */
static void bind_decimal(sqlite3_stmt *statement, int at, const struct by_value *value)
{
    if (value != NULL && value->kind == BY_VALUE_TEXT)
        by_bind_text(statement, at, value->bytes);
    if (value != NULL && value->kind == BY_VALUE_INT)
        by_bind_int(statement, at, value->integer);
    if (value != NULL && value->kind == BY_VALUE_FLOAT)
        (void)sqlite3_bind_double(statement, at, value->real);
}

static void
bind_part(sqlite3_stmt *statement, int at, const struct by_value *value, const char *key)
{
    const struct by_value *part = by_value_get(value, key);
    if (part != NULL && part->kind == BY_VALUE_TEXT)
        by_bind_text(statement, at, part->bytes);
}

static void
bind_ref_fid(struct by_view *view, sqlite3_stmt *statement, int at, const struct by_value *value)
{
    struct by_record_name name;
    struct by_id hash;
    if (value->kind != BY_VALUE_BIN || value->bytes.size != 48)
        return;
    by_record_name_get(value->bytes.data, &name);
    by_record_name_hash(&name, &hash);
    by_bind_int(statement, at, by_view_fid(view, &hash));
}

/* A geometry without any position is as good as none on a map. */
static enum banyan_status
bind_geometry(struct by_view *view, const struct by_layer_row *row, sqlite3_stmt *statement, int at,
              const struct by_value *value, struct by_arena *scratch, struct banyan_error *error)
{
    struct by_buffer blob = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    struct by_envelope box;
    struct by_bytes copy;
    enum banyan_status status = by_geometry_blob(value, &blob, &box);
    if (status == BANYAN_ERR_INVALID || (status == BANYAN_OK && box.is_empty)) {
        status = BANYAN_OK;
        goto out;
    }
    if (status == BANYAN_OK)
        status = by_arena_copy(scratch, by_buffer_bytes(&blob), &copy);
    if (status != BANYAN_OK) {
        status = by_fail_plain(error, status);
        goto out;
    }
    by_bind_blob(statement, at, copy);
    status = by_box_put(view, row->table, row->fid, &box, error);
out:
    by_buffer_deinit(&blob);
    return status;
}

static enum banyan_status bind_value(struct by_view *view, const struct by_layer_row *row,
                                     const struct by_column *column, sqlite3_stmt *statement,
                                     int at, const struct by_value *value, struct by_arena *scratch,
                                     struct banyan_error *error)
{
    const struct by_value *text;
    switch (column->field->kind) {
    case BY_FIELD_INTEGER:
    case BY_FIELD_NUMBER:
        bind_decimal(statement, at, value);
        return BANYAN_OK;
    case BY_FIELD_QUANTITY:
        bind_decimal(statement, at, by_value_get(value, "value"));
        return BANYAN_OK;
    case BY_FIELD_MONEY:
        bind_decimal(statement, at, by_value_get(value, "amount"));
        return BANYAN_OK;
    case BY_FIELD_BOOL:
        if (value->kind == BY_VALUE_BOOL)
            by_bind_int(statement, at, value->boolean);
        return BANYAN_OK;
    case BY_FIELD_MLTEXT:
        text = by_shown_language(value, NULL, by_shown_record_language(row->document));
        if (text != NULL)
            by_bind_text(statement, at, text->bytes);
        return BANYAN_OK;
    case BY_FIELD_GEOMETRY:
        if (column == row->table->geometry)
            return bind_geometry(view, row, statement, at, value, scratch, error);
        break;
    case BY_FIELD_TEXT:
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
    case BY_FIELD_DATE:
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
    case BY_FIELD_URL:
    case BY_FIELD_TEXTS:
        break;
    }
    enum banyan_status status = bind_as_text(statement, at, value, scratch);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, status);
}

static void
bind_own(const struct by_layer_row *row, enum by_column_part part, sqlite3_stmt *statement, int at)
{
    switch (part) {
    case BY_COLUMN_FID:
        by_bind_int(statement, at, row->fid);
        break;
    case BY_COLUMN_ID:
        by_bind_text(statement, at, by_bytes_of_text(row->id));
        break;
    case BY_COLUMN_LABEL:
        by_bind_text(statement, at, row->label);
        break;
    case BY_COLUMN_OWNER:
        by_bind_text(statement, at, by_bytes_of_text(row->owner));
        break;
    case BY_COLUMN_CREATED:
        by_bind_text(statement, at, by_bytes_of_text(row->created));
        break;
    case BY_COLUMN_CHANGED:
        by_bind_text(statement, at, by_bytes_of_text(row->changed));
        break;
    case BY_COLUMN_CONFLICTS:
        by_bind_int(statement, at, (int64_t)row->conflict_count);
        break;
    case BY_COLUMN_VALUE:
    case BY_COLUMN_UNIT:
    case BY_COLUMN_CURRENCY:
    case BY_COLUMN_DATE:
    case BY_COLUMN_REF_FID:
        break;
    }
}

static enum banyan_status bind_column(struct by_view *view, const struct by_layer_row *row,
                                      const struct by_column *column, sqlite3_stmt *statement,
                                      int at, const struct by_value *value,
                                      struct by_arena *scratch, struct banyan_error *error)
{
    if (column->part == BY_COLUMN_VALUE)
        return bind_value(view, row, column, statement, at, value, scratch, error);
    if (column->part == BY_COLUMN_UNIT)
        bind_part(statement, at, value, "unit");
    if (column->part == BY_COLUMN_CURRENCY)
        bind_part(statement, at, value, "currency");
    if (column->part == BY_COLUMN_DATE)
        bind_part(statement, at, value, "date");
    if (column->part == BY_COLUMN_REF_FID)
        bind_ref_fid(view, statement, at, value);
    return BANYAN_OK;
}

/* A field's columns stand side by side. */
static enum banyan_status bind_field(struct by_view *view, const struct by_layer_row *row,
                                     const struct by_column *first, sqlite3_stmt *statement,
                                     const struct by_value *value, struct by_arena *scratch,
                                     struct banyan_error *error)
{
    const struct by_column *columns = row->table->columns;
    enum banyan_status status = BANYAN_OK;
    for (const struct by_column *column = first;
         status == BANYAN_OK && column < columns + row->table->column_count &&
         column->field == first->field;
         column++)
        status = bind_column(view, row, column, statement, (int)(column - columns) + 1, value,
                             scratch, error);
    return status;
}

/* What a document does not have stays unbound, which is NULL: it has few of a type's fields. */
static enum banyan_status bind_document(struct by_view *view, const struct by_layer_row *row,
                                        sqlite3_stmt *statement, struct by_arena *scratch,
                                        struct banyan_error *error)
{
    const struct by_table *table = row->table;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < row->document->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &row->document->map.pairs[i];
        if (pair->value.kind == BY_VALUE_NIL)
            continue;
        for (size_t k = by_table_find_field(table, pair->key);
             status == BANYAN_OK && k < table->field_count &&
             by_bytes_equal(by_bytes_of_text(table->fields[k]->field->name), pair->key);
             k++)
            status =
                bind_field(view, row, table->fields[k], statement, &pair->value, scratch, error);
    }
    return status;
}

enum banyan_status by_layer_put(struct by_view *view, const struct by_layer_row *row,
                                struct by_arena *scratch, struct banyan_error *error)
{
    struct by_layer *layer = layer_of(view, row->table);
    enum banyan_status status = prepare(view, row->table, put_sql, &layer->put);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    for (size_t i = 0; i < row->table->own_count; i++)
        bind_own(row, row->table->columns[i].part, layer->put, (int)i + 1);
    status = bind_document(view, row, layer->put, scratch, error);
    return status == BANYAN_OK ? by_view_run(view, layer->put, error) : status;
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
