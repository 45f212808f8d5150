#include "codec/json.h"
#include "view/internal.h"
#include "view/near.h"

static void write_column(const struct by_column *column, struct by_json *json)
{
    by_json_object_begin(json);
    by_json_key(json, "name");
    by_json_literal(json, column->name);
    by_json_key(json, "sql_type");
    by_json_literal(json, column->sql_type);
    by_json_key(json, "field");
    if (column->field == NULL)
        by_json_null(json);
    else
        by_json_literal(json, column->field->name);
    by_json_object_end(json);
}

enum banyan_status by_view_columns(const struct by_registry *registry, const char *type,
                                   struct by_buffer *out, struct banyan_error *error)
{
    struct by_schema schema;
    struct by_json json;
    enum banyan_status status = by_schema_init(&schema, registry);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    const struct by_table *table = by_schema_find(&schema, by_bytes_of_text(type));
    if (table == NULL) {
        status = by_fail(error, BANYAN_ERR_NOT_FOUND, "type %s has no table of its own", type);
        goto out;
    }
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "table");
    by_json_literal(&json, table->type->name);
    by_json_key(&json, "columns");
    by_json_array_begin(&json);
    for (size_t i = 0; i < table->column_count; i++)
        write_column(&table->columns[i], &json);
    by_json_array_end(&json);
    by_json_object_end(&json);
    status = json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, json.status);
out:
    by_schema_deinit(&schema);
    return status;
}

enum banyan_status
by_view_check_type(struct by_view *view, const char *type, struct banyan_error *error)
{
    struct by_near near = {.wanted = by_bytes_of_text(type)};
    char names[BY_NEAR_TEXT_BYTES];
    if (by_schema_find(&view->shape.schema, near.wanted) != NULL)
        return BANYAN_OK;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_TYPE_KNOWN);
    by_bind_text(statement, 1, near.wanted);
    enum banyan_status status = by_view_row(view, statement, error);
    sqlite3_reset(statement);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    for (size_t i = 0; i < view->shape.schema.table_count; i++)
        by_near_offer(&near, view->shape.schema.tables[i].type->name);
    by_near_text(&near, error, names);
    return by_fail(error, BANYAN_ERR_INVALID,
                   "there is no type '%.64s'%s: banyan types lists them all", type, names);
}
