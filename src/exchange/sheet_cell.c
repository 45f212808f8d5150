/*
 * What stands in one cell of a table of records.
 */
#include <string.h>

#include "codec/json.h"
#include "exchange/geometry.h"
#include "exchange/sheet.h"
#include "record/field_value.h"
#include "record/operation.h"

struct cell {
    const struct by_sheet_column *column;
    const struct by_sheet_options *options;
    const struct by_ref_texts *refs;
    struct by_buffer *out;
    enum by_cell_kind kind;
};

static enum banyan_status put_text(struct cell *cell, const struct by_value *text)
{
    if (text == NULL || text->kind != BY_VALUE_TEXT)
        return BANYAN_OK;
    cell->kind = BY_CELL_TEXT;
    return by_buffer_append_bytes(cell->out, text->bytes);
}

static enum banyan_status put_number(struct cell *cell, const struct by_value *number)
{
    enum banyan_status status = put_text(cell, number);

    if (cell->kind == BY_CELL_TEXT)
        cell->kind = BY_CELL_NUMBER;
    return status;
}

/* A value that has no column of its own form: as it is, or as JSON. */
static enum banyan_status put_any(struct cell *cell, const struct by_value *value)
{
    if (value->kind == BY_VALUE_TEXT)
        return put_text(cell, value);
    cell->kind = value->kind == BY_VALUE_INT ? BY_CELL_NUMBER : BY_CELL_TEXT;
    return by_json_write(value, cell->out);
}

static enum banyan_status put_code(struct cell *cell, const struct by_value *value)
{
    const struct by_code *code = NULL;

    if (cell->options->has_labels && cell->column->field->list != NULL &&
        value->kind == BY_VALUE_TEXT)
        code = by_code_find(cell->column->field->list, value->bytes);
    if (code == NULL)
        return put_text(cell, value);
    cell->kind = BY_CELL_TEXT;
    return by_buffer_append_bytes(
        cell->out,
        by_bytes_of_text(by_label_pick(code->labels, code->label_count, cell->options->language)));
}

static enum banyan_status put_ref(struct cell *cell, const struct by_value *value)
{
    struct by_record_name name;
    char id[BY_SHORT_ID_BYTES];
    enum banyan_status status = BANYAN_ERR_NOT_FOUND;

    if (value->kind == BY_VALUE_BIN && value->bytes.size == 48)
        by_record_name_get(value->bytes.data, &name);
    else if (value->kind != BY_VALUE_TEXT || !by_record_name_read(value->bytes, &name))
        return put_any(cell, value);
    cell->kind = BY_CELL_TEXT;
    if (cell->refs != NULL)
        status = cell->refs->find(cell->refs->context, &name, cell->out);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    by_record_short_id(&name, id);
    return by_buffer_append_bytes(cell->out, by_bytes_of_text(id));
}

static enum banyan_status put_list(struct cell *cell, const struct by_value *list)
{
    enum by_field_kind kind = cell->column->field->kind;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < list->array.count && status == BANYAN_OK; i++) {
        const struct by_value *element = &list->array.items[i];

        if (i > 0)
            status = by_buffer_append(cell->out, "; ", 2);
        if (status != BANYAN_OK)
            break;
        status = kind == BY_FIELD_CODES  ? put_code(cell, element)
                 : kind == BY_FIELD_REFS ? put_ref(cell, element)
                                         : put_any(cell, element);
    }
    if (list->array.count > 0)
        cell->kind = BY_CELL_TEXT;
    return status;
}

static enum banyan_status put_bool(struct cell *cell, bool boolean)
{
    const struct by_field *field = cell->column->field;
    const struct by_value value = by_value_bool(boolean);

    cell->kind = BY_CELL_TEXT;
    return by_field_value_text(
        field, &value, cell->options->has_labels ? cell->options->language : "en", cell->out);
}

/* Whether a list has one code. */
static enum banyan_status put_choice(struct cell *cell, const struct by_value *list)
{
    bool is_chosen = false;

    for (size_t i = 0; list->kind == BY_VALUE_ARRAY && i < list->array.count; i++)
        is_chosen =
            is_chosen ||
            (list->array.items[i].kind == BY_VALUE_TEXT && cell->column->choice != NULL &&
             by_bytes_equal(list->array.items[i].bytes, by_bytes_of_text(cell->column->choice)));
    cell->kind = BY_CELL_NUMBER;
    return by_buffer_append_u8(cell->out, is_chosen ? '1' : '0');
}

/* -- by part -- */

/* Latitude stands second. */
static enum banyan_status put_half(struct cell *cell, const struct by_value *geometry, size_t at)
{
    const struct by_value *type = by_value_get(geometry, "type");
    const struct by_value *position = by_value_get(geometry, "coordinates");

    if (type == NULL || type->kind != BY_VALUE_TEXT || position == NULL ||
        !by_bytes_equal(type->bytes, by_bytes_of_text("Point")) ||
        position->kind != BY_VALUE_ARRAY || position->array.count != 2)
        return BANYAN_OK;
    cell->kind = BY_CELL_NUMBER;
    return by_json_write(&position->array.items[at], cell->out);
}

/* What two columns have no room for. */
static enum banyan_status put_shape(struct cell *cell, const struct by_value *geometry)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value turned;
    enum banyan_status status = put_half(cell, geometry, 0);

    by_buffer_reset(cell->out);
    if (cell->kind != BY_CELL_EMPTY && !cell->options->has_whole_places) {
        cell->kind = BY_CELL_EMPTY;
        return status;
    }
    cell->kind = BY_CELL_TEXT;
    if (status == BANYAN_OK)
        status = by_geometry_turn(geometry, &arena, &turned);
    if (status == BANYAN_OK)
        status = by_json_write(&turned, cell->out);
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status put_date(struct cell *cell, const struct by_value *date)
{
    enum banyan_status status = put_text(cell, date);

    if (cell->kind == BY_CELL_TEXT && date->bytes.size == 10)
        cell->kind = BY_CELL_DAY;
    return status;
}

static enum banyan_status put_whole(struct cell *cell, const struct by_value *value)
{
    const struct by_field *field = cell->column->field;

    if (field == NULL)
        return put_any(cell, value);
    switch (field->kind) {
    case BY_FIELD_CODE:
        return put_code(cell, value);
    case BY_FIELD_CODES:
    case BY_FIELD_REFS:
    case BY_FIELD_TEXTS:
        return value->kind == BY_VALUE_ARRAY ? put_list(cell, value) : put_any(cell, value);
    case BY_FIELD_REF:
        return put_ref(cell, value);
    case BY_FIELD_BOOL:
        return value->kind == BY_VALUE_BOOL ? put_bool(cell, value->boolean) : put_any(cell, value);
    case BY_FIELD_QUANTITY:
        return put_number(cell, by_value_get(value, "value"));
    case BY_FIELD_MONEY:
        return put_number(cell, by_value_get(value, "amount"));
    case BY_FIELD_NUMBER:
        return value->kind == BY_VALUE_TEXT ? put_number(cell, value) : put_any(cell, value);
    case BY_FIELD_GEOMETRY:
        return put_shape(cell, value);
    case BY_FIELD_DATE:
        return value->kind == BY_VALUE_TEXT ? put_date(cell, value) : put_any(cell, value);
    case BY_FIELD_TEXT:
    case BY_FIELD_MLTEXT:
    case BY_FIELD_INTEGER:
    case BY_FIELD_URL:
        break;
    }
    return put_any(cell, value);
}

static enum banyan_status put(struct cell *cell, const struct by_value *value)
{
    switch (cell->column->part) {
    case BY_PART_ALL:
        return put_whole(cell, value);
    case BY_PART_LATITUDE:
        return put_half(cell, value, 1);
    case BY_PART_LONGITUDE:
        return put_half(cell, value, 0);
    case BY_PART_UNIT: {
        const struct by_value *unit = by_value_get(value, "unit");

        return unit == NULL ? BANYAN_OK : put_code(cell, unit);
    }
    case BY_PART_CURRENCY:
        return put_text(cell, by_value_get(value, "currency"));
    case BY_PART_DAY:
        return put_text(cell, by_value_get(value, "date"));
    case BY_PART_POLYGON:
    case BY_PART_CHOICE:
        return put_choice(cell, value);
    }
    return BANYAN_OK;
}

enum banyan_status by_sheet_cell(const struct by_sheet_column *column,
                                 const struct by_sheet_options *options,
                                 const struct by_value *document, const struct by_ref_texts *refs,
                                 struct by_buffer *out, enum by_cell_kind *out_kind)
{
    struct cell cell = {.column = column, .options = options, .refs = refs, .out = out};
    struct by_bytes field, language;
    const struct by_value *value = NULL;
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(out);
    by_path_split(by_bytes_of_text(column->path), &field, &language);
    value = column->field == NULL ? by_value_get_bytes(document, by_bytes_of_text(column->path))
                                  : by_value_get_bytes(document, field);
    if (value != NULL && column->field != NULL && column->field->kind == BY_FIELD_MLTEXT &&
        value->kind == BY_VALUE_MAP)
        value = by_value_get_bytes(value, language);
    if (value != NULL)
        status = put(&cell, value);
    *out_kind = cell.kind;
    return status;
}
