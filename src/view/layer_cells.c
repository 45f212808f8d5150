/*
 * What stands in the columns of a record's row.
 */
#include <string.h>

#include "codec/json.h"
#include "record/field_value.h"
#include "view/layer.h"
#include "view/shown.h"

#define TEXT_BYTES_MAX (1024u * 1024u)

/* A row being made. */
struct making {
    const struct by_view *view;
    const struct by_layer_row *row;
    struct by_arena *arena;
    struct by_layer_cells *cells;
};

/* -- cells -- */

static struct by_cell *add(struct making *making, size_t column, enum by_cell_kind kind)
{
    struct by_cell *cell = &making->cells->cells[making->cells->count++];
    *cell = (struct by_cell){.column = (uint16_t)column, .kind = kind};
    return cell;
}

static void add_text(struct making *making, size_t column, struct by_bytes text)
{
    add(making, column, BY_CELL_TEXT)->bytes = text;
}

static void add_int(struct making *making, size_t column, int64_t integer)
{
    add(making, column, BY_CELL_INT)->integer = integer;
}

/* -- values -- */

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
    return by_buffer_append_bytes(text, by_bytes_of_text(short_id));
}

/* Lists as "a;b", references as short ids, geometries beside the layer's as GeoJSON. */
static enum banyan_status
add_as_text(struct making *making, size_t column, const struct by_value *value)
{
    struct by_buffer text = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    struct by_bytes copy;
    enum banyan_status status = BANYAN_OK;
    if (value->kind == BY_VALUE_TEXT) {
        add_text(making, column, value->bytes);
        return BANYAN_OK;
    }
    if (value->kind != BY_VALUE_ARRAY)
        status = append_element(value, &text);
    for (size_t i = 0; value->kind == BY_VALUE_ARRAY && i < value->array.count; i++) {
        if (status == BANYAN_OK && i > 0)
            status = by_buffer_append_u8(&text, ';');
        if (status == BANYAN_OK)
            status = append_element(&value->array.items[i], &text);
    }
    if (status == BANYAN_OK)
        status = by_arena_copy(making->arena, by_buffer_bytes(&text), &copy);
    if (status == BANYAN_OK)
        add_text(making, column, copy);
    by_buffer_deinit(&text);
    return status;
}

/* Numbers are kept as decimal text; the column's affinity makes the number, whatever the locale. */
static void add_decimal(struct making *making, size_t column, const struct by_value *value)
{
    if (value == NULL)
        return;
    if (value->kind == BY_VALUE_TEXT)
        add_text(making, column, value->bytes);
    if (value->kind == BY_VALUE_INT)
        add_int(making, column, value->integer);
    if (value->kind == BY_VALUE_FLOAT)
        add(making, column, BY_CELL_REAL)->real = value->real;
}

static void
add_part(struct making *making, size_t column, const struct by_value *value, const char *key)
{
    const struct by_value *part = by_value_get(value, key);
    if (part != NULL && part->kind == BY_VALUE_TEXT)
        add_text(making, column, part->bytes);
}

static void add_ref_fid(struct making *making, size_t column, const struct by_value *value)
{
    struct by_record_name name;
    struct by_id hash;
    if (value->kind != BY_VALUE_BIN || value->bytes.size != 48)
        return;
    by_record_name_get(value->bytes.data, &name);
    by_record_name_hash(&name, &hash);
    add_int(making, column, by_view_fid(making->view, &hash));
}

/* A geometry without any position is as good as none on a map. */
static enum banyan_status
add_geometry(struct making *making, size_t column, const struct by_value *value)
{
    struct by_buffer blob = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    struct by_envelope *box = &making->cells->box;
    struct by_bytes copy = {NULL, 0};
    enum banyan_status status = by_geometry_blob(value, &blob, box);
    bool is_nowhere = status == BANYAN_ERR_INVALID || (status == BANYAN_OK && box->is_empty);
    if (is_nowhere)
        status = BANYAN_OK;
    else if (status == BANYAN_OK)
        status = by_arena_copy(making->arena, by_buffer_bytes(&blob), &copy);
    if (status == BANYAN_OK && !is_nowhere) {
        add(making, column, BY_CELL_BLOB)->bytes = copy;
        making->cells->has_box = true;
    }
    by_buffer_deinit(&blob);
    return status;
}

static enum banyan_status add_value(struct making *making, size_t at, const struct by_value *value)
{
    const struct by_column *column = &making->row->table->columns[at];
    const struct by_value *text;
    switch (column->field->kind) {
    case BY_FIELD_INTEGER:
    case BY_FIELD_NUMBER:
        add_decimal(making, at, value);
        return BANYAN_OK;
    case BY_FIELD_QUANTITY:
        add_decimal(making, at, by_value_get(value, "value"));
        return BANYAN_OK;
    case BY_FIELD_MONEY:
        add_decimal(making, at, by_value_get(value, "amount"));
        return BANYAN_OK;
    case BY_FIELD_BOOL:
        if (value->kind == BY_VALUE_BOOL)
            add_int(making, at, value->boolean);
        return BANYAN_OK;
    case BY_FIELD_MLTEXT:
        text = by_shown_language(value, NULL, by_shown_record_language(making->row->document));
        if (text != NULL)
            add_text(making, at, text->bytes);
        return BANYAN_OK;
    case BY_FIELD_GEOMETRY:
        if (column == making->row->table->geometry)
            return add_geometry(making, at, value);
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
    return add_as_text(making, at, value);
}

/* -- columns -- */

static void add_own(struct making *making, size_t at)
{
    const struct by_layer_row *row = making->row;
    switch (row->table->columns[at].part) {
    case BY_COLUMN_FID:
        add_int(making, at, row->fid);
        break;
    case BY_COLUMN_ID:
        add_text(making, at, by_bytes_of_text(row->id));
        break;
    case BY_COLUMN_LABEL:
        add_text(making, at, row->label);
        break;
    case BY_COLUMN_OWNER:
        add_text(making, at, by_bytes_of_text(row->owner));
        break;
    case BY_COLUMN_CREATED:
        add_text(making, at, by_bytes_of_text(row->created));
        break;
    case BY_COLUMN_CHANGED:
        add_text(making, at, by_bytes_of_text(row->changed));
        break;
    case BY_COLUMN_CONFLICTS:
        add_int(making, at, (int64_t)row->conflict_count);
        break;
    case BY_COLUMN_VALUE:
    case BY_COLUMN_UNIT:
    case BY_COLUMN_CURRENCY:
    case BY_COLUMN_DATE:
    case BY_COLUMN_REF_FID:
        break;
    }
}

static enum banyan_status add_column(struct making *making, size_t at, const struct by_value *value)
{
    switch (making->row->table->columns[at].part) {
    case BY_COLUMN_VALUE:
        return add_value(making, at, value);
    case BY_COLUMN_UNIT:
        add_part(making, at, value, "unit");
        break;
    case BY_COLUMN_CURRENCY:
        add_part(making, at, value, "currency");
        break;
    case BY_COLUMN_DATE:
        add_part(making, at, value, "date");
        break;
    case BY_COLUMN_REF_FID:
        add_ref_fid(making, at, value);
        break;
    case BY_COLUMN_FID:
    case BY_COLUMN_ID:
    case BY_COLUMN_LABEL:
    case BY_COLUMN_OWNER:
    case BY_COLUMN_CREATED:
    case BY_COLUMN_CHANGED:
    case BY_COLUMN_CONFLICTS:
        break;
    }
    return BANYAN_OK;
}

/* A field's columns stand side by side. */
static enum banyan_status
add_field(struct making *making, const struct by_column *first, const struct by_value *value)
{
    const struct by_table *table = making->row->table;
    enum banyan_status status = BANYAN_OK;
    for (size_t at = (size_t)(first - table->columns);
         status == BANYAN_OK && at < table->column_count &&
         table->columns[at].field == first->field;
         at++)
        status = add_column(making, at, value);
    return status;
}

/* A document has few of a type's fields. */
static enum banyan_status add_document(struct making *making)
{
    const struct by_table *table = making->row->table;
    const struct by_value *document = making->row->document;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &document->map.pairs[i];
        if (pair->value.kind == BY_VALUE_NIL)
            continue;
        for (size_t k = by_table_find_field(table, pair->key);
             status == BANYAN_OK && k < table->field_count &&
             by_bytes_equal(by_bytes_of_text(table->fields[k]->field->name), pair->key);
             k++)
            status = add_field(making, table->fields[k], &pair->value);
    }
    return status;
}

enum banyan_status by_layer_make(const struct by_view *view, const struct by_layer_row *row,
                                 struct by_arena *arena, struct by_layer_cells *out_cells)
{
    struct making making = {.view = view, .row = row, .arena = arena, .cells = out_cells};
    *out_cells = (struct by_layer_cells){.table = row->table, .fid = row->fid};
    out_cells->cells = by_arena_array(arena, row->table->column_count, sizeof(struct by_cell));
    if (out_cells->cells == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < row->table->own_count; i++)
        add_own(&making, i);
    return add_document(&making);
}
