#include "view/filter.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "record/field_value.h"
#include "record/operation.h"
#include "view/near.h"

#define FOLD_BYTES_MAX (64u * 1024u)

const char *const by_record_columns[] = {"id",      "type",    "label",    "owner",
                                         "created", "changed", "conflicts"};

enum banyan_status by_sql_literal(struct by_bytes text, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, '\'');
    for (size_t i = 0; i < text.size && text.data[i] != 0 && status == BANYAN_OK; i++) {
        if (text.data[i] == '\'')
            status = by_buffer_append_u8(out, '\'');
        if (status == BANYAN_OK)
            status = by_buffer_append_u8(out, text.data[i]);
    }
    return status == BANYAN_OK ? by_buffer_append_u8(out, '\'') : status;
}

static enum banyan_status append_folded(struct by_bytes text, struct by_buffer *out)
{
    struct by_buffer folded = BY_BUFFER_INIT(FOLD_BYTES_MAX);
    enum banyan_status status = by_text_fold(text, &folded);
    if (status == BANYAN_OK)
        status = by_sql_literal(by_buffer_bytes(&folded), out);
    by_buffer_deinit(&folded);
    return status;
}

static void
fail_unknown(const struct by_select *select, struct by_bytes name, const struct by_near *near)
{
    char names[BY_NEAR_TEXT_BYTES];
    by_near_text(near, select->error, names);
    int size = (int)(name.size > 64 ? 64 : name.size);
    if (select->table == NULL)
        (void)by_fail(select->error, BANYAN_ERR_INVALID,
                      "the list of records has no field '%.*s'%s", size, (const char *)name.data,
                      names);
    else
        (void)by_fail(select->error, BANYAN_ERR_INVALID,
                      "a record of type %s has no field '%.*s'%s: banyan types %s lists them all",
                      select->table->type->name, size, (const char *)name.data, names,
                      select->table->type->name);
}

const struct by_column *by_filter_column(const struct by_select *select, struct by_bytes name)
{
    const struct by_column *column = by_table_column(select->table, name);
    if (column == NULL && by_bytes_equal(name, by_bytes_of_text("label")))
        column = by_table_column(select->table, by_bytes_of_text("record_label"));
    if (column != NULL)
        return column;
    struct by_near near = {.wanted = name};
    for (size_t i = 0; i < select->table->column_count; i++)
        by_near_offer(&near, select->table->columns[i].name);
    fail_unknown(select, name, &near);
    return NULL;
}

const char *by_filter_record_column(const struct by_select *select, struct by_bytes name)
{
    struct by_near near = {.wanted = name};
    for (size_t i = 0; i < BY_RECORD_COLUMN_COUNT; i++) {
        if (by_bytes_equal(name, by_bytes_of_text(by_record_columns[i])))
            return by_record_columns[i];
        by_near_offer(&near, by_record_columns[i]);
    }
    fail_unknown(select, name, &near);
    return NULL;
}

/* -- one kind of comparison each: column is the quoted name -- */

static enum banyan_status
append_exact(struct by_buffer *sql, const char *column, struct by_bytes value)
{
    enum banyan_status status = by_buffer_append_format(sql, "%s = ", column);
    return status == BANYAN_OK ? by_sql_literal(value, sql) : status;
}

static enum banyan_status
append_text(struct by_buffer *sql, const char *column, struct by_bytes value)
{
    enum banyan_status status = by_buffer_append_format(sql, "banyan_fold(%s) = ", column);
    return status == BANYAN_OK ? append_folded(value, sql) : status;
}

/* The column has one language, the document all. */
static enum banyan_status append_mltext(const struct by_select *select, const char *column,
                                        const struct by_field *field, struct by_bytes value)
{
    struct by_buffer *sql = select->sql;
    enum banyan_status status = append_text(sql, column, value);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(
            sql,
            " OR EXISTS (SELECT 1 FROM record r, json_each(r.document, '$.\"%s\"') l"
            " WHERE r.fid = \"%s\".fid AND r.type = '%s' AND banyan_fold(l.value) = ",
            field->name, select->table->type->name, select->table->type->name);
    if (status == BANYAN_OK)
        status = append_folded(value, sql);
    return status == BANYAN_OK ? by_buffer_append_format(sql, ")") : status;
}

static enum banyan_status
append_code_in_list(struct by_buffer *sql, const char *column, struct by_bytes value)
{
    enum banyan_status status =
        by_buffer_append_format(sql, "instr(';' || %s || ';', ';' || ", column);
    if (status == BANYAN_OK)
        status = by_sql_literal(value, sql);
    return status == BANYAN_OK ? by_buffer_append_format(sql, " || ';') > 0") : status;
}

static enum banyan_status
append_text_in_list(struct by_buffer *sql, const char *column, struct by_bytes value)
{
    enum banyan_status status = by_buffer_append_format(sql, "banyan_has(%s, ", column);
    if (status == BANYAN_OK)
        status = append_folded(value, sql);
    return status == BANYAN_OK ? by_buffer_append_format(sql, ")") : status;
}

/* A year finds its months and days. */
static enum banyan_status
append_date(struct by_buffer *sql, const char *column, struct by_bytes value)
{
    enum banyan_status status = append_exact(sql, column, value);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(sql, " OR substr(%s, 1, %zu) = ", column, value.size + 1);
    if (status == BANYAN_OK)
        status = by_sql_literal(value, sql);
    return status == BANYAN_OK ? by_buffer_append_format(sql, " || '-'") : status;
}

/* NULL for plain numbers. */
static const char *unit_column(const struct by_table *table, const struct by_field *field)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].field == field && (table->columns[i].part == BY_COLUMN_UNIT ||
                                                 table->columns[i].part == BY_COLUMN_CURRENCY))
            return table->columns[i].name;
    return NULL;
}

/* "12" or "12 ha". */
static enum banyan_status append_number(const struct by_select *select, const char *column,
                                        const struct by_field *field, struct by_bytes value)
{
    const char *unit = unit_column(select->table, field);
    struct by_buffer *sql = select->sql;
    const uint8_t *space = memchr(value.data, ' ', value.size);
    size_t digits = space == NULL ? value.size : (size_t)(space - value.data);
    struct by_bytes number = by_bytes_of(value.data, digits);
    if (!by_decimal_is(number) || (space != NULL && unit == NULL))
        return by_fail(select->error, BANYAN_ERR_INVALID, "%s: '%.*s' is no number", field->name,
                       (int)(value.size > 64 ? 64 : value.size), (const char *)value.data);
    enum banyan_status status = by_buffer_append_format(sql, "%s = %.*s", column, (int)number.size,
                                                        (const char *)number.data);
    if (status != BANYAN_OK || space == NULL)
        return status;
    status = by_buffer_append_format(sql, " AND \"%s\" = ", unit);
    return status == BANYAN_OK
               ? by_sql_literal(by_bytes_of(space + 1, value.size - digits - 1), sql)
               : status;
}

static enum banyan_status append_bool(const struct by_select *select, const char *column,
                                      const struct by_field *field, struct by_bytes value)
{
    bool yes = by_bytes_equal(value, by_bytes_of_text("yes"));
    if (!yes && !by_bytes_equal(value, by_bytes_of_text("no")))
        return by_fail(select->error, BANYAN_ERR_INVALID, "%s: yes or no, please", field->name);
    return by_buffer_append_format(select->sql, "%s = %d", column, yes);
}

static enum banyan_status append_ref(const struct by_select *select, const char *column,
                                     enum by_field_kind kind, struct by_bytes value)
{
    struct by_record_name name;
    char short_id[BY_SHORT_ID_BYTES];
    enum banyan_status status = by_view_find(select->view, value, &name, select->error);
    if (status != BANYAN_OK)
        return status;
    by_record_short_id(&name, short_id);
    return kind == BY_FIELD_REF
               ? append_exact(select->sql, column, by_bytes_of_text(short_id))
               : append_code_in_list(select->sql, column, by_bytes_of_text(short_id));
}

static enum banyan_status append_one_code(const struct by_select *select, const char *column,
                                          enum by_field_kind kind, struct by_bytes code)
{
    return kind == BY_FIELD_CODE ? append_exact(select->sql, column, code)
                                 : append_code_in_list(select->sql, column, code);
}

/* A code, or what it is called in any language, as when writing it; and what was typed, which a
 * record of others may hold. */
static enum banyan_status append_code(const struct by_select *select, const char *column,
                                      const struct by_field *field, struct by_bytes value)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_field one = *field;
    struct by_value code;
    one.kind = BY_FIELD_CODE;
    enum banyan_status status =
        by_field_value_parse(&one, value, NULL, &arena, &code, select->error);
    if (status == BANYAN_OK)
        status = append_one_code(select, column, field->kind, code.bytes);
    if (status == BANYAN_OK && !by_bytes_equal(code.bytes, value)) {
        status = by_buffer_append_format(select->sql, " OR ");
        if (status == BANYAN_OK)
            status = append_one_code(select, column, field->kind, value);
    }
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status append_field(const struct by_select *select, const char *column,
                                       const struct by_field *field, struct by_bytes value)
{
    switch (field->kind) {
    case BY_FIELD_TEXT:
    case BY_FIELD_URL:
        return append_text(select->sql, column, value);
    case BY_FIELD_MLTEXT:
        return append_mltext(select, column, field, value);
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
        return append_code(select, column, field, value);
    case BY_FIELD_TEXTS:
        return append_text_in_list(select->sql, column, value);
    case BY_FIELD_DATE:
        return append_date(select->sql, column, value);
    case BY_FIELD_INTEGER:
    case BY_FIELD_NUMBER:
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
        return append_number(select, column, field, value);
    case BY_FIELD_BOOL:
        return append_bool(select, column, field, value);
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
        return append_ref(select, column, field->kind, value);
    case BY_FIELD_GEOMETRY:
        break;
    }
    return by_fail(select->error, BANYAN_ERR_INVALID,
                   "%s is a geometry: only %s= (records without one) can be asked for", field->name,
                   field->name);
}

static enum banyan_status
append_of_type(const struct by_select *select, struct by_bytes name, struct by_bytes value)
{
    const struct by_column *column = by_filter_column(select, name);
    struct by_buffer quoted = BY_BUFFER_INIT(2 * BY_PATH_BYTES_MAX + 8);
    if (column == NULL)
        return BANYAN_ERR_INVALID;
    enum banyan_status status = by_sql_name(column->name, &quoted);
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&quoted, 0);
    const char *sql_name = (const char *)quoted.data;
    if (status != BANYAN_OK)
        status = by_fail_plain(select->error, status);
    else if (value.size == 0)
        status = by_buffer_append_format(select->sql, "%s IS NULL", sql_name);
    else if (column->part == BY_COLUMN_LABEL)
        status = append_text(select->sql, sql_name, value);
    else if (column->part == BY_COLUMN_VALUE)
        status = append_field(select, sql_name, column->field, value);
    else
        status = append_exact(select->sql, sql_name, value);
    by_buffer_deinit(&quoted);
    return status;
}

/* Over table record a field is looked up in the document. */
static enum banyan_status
append_of_record(const struct by_select *select, struct by_bytes name, struct by_bytes value)
{
    char column[BY_PATH_BYTES_MAX + 64];
    for (size_t i = 0; i < BY_RECORD_COLUMN_COUNT; i++)
        if (by_bytes_equal(name, by_bytes_of_text(by_record_columns[i])))
            return strcmp(by_record_columns[i], "label") == 0
                       ? append_text(select->sql, "label", value)
                       : append_exact(select->sql, by_record_columns[i], value);
    if (!by_path_is(name))
        return by_filter_record_column(select, name) == NULL ? BANYAN_ERR_INVALID : BANYAN_OK;
    struct by_bytes field, language;
    by_path_split(name, &field, &language);
    (void)snprintf(column, sizeof column, "json_extract(document, '$.\"%.*s\"%s%.*s%s')",
                   (int)field.size, (const char *)field.data, language.size == 0 ? "" : ".\"",
                   (int)language.size, language.size == 0 ? "" : (const char *)language.data,
                   language.size == 0 ? "" : "\"");
    return value.size == 0 ? by_buffer_append_format(select->sql, "%s IS NULL", column)
                           : append_text(select->sql, column, value);
}

enum banyan_status by_filter_append(const struct by_select *select, const char *filter)
{
    const char *equals = strchr(filter, '=');
    if (equals == NULL || equals == filter)
        return by_fail(select->error, BANYAN_ERR_USAGE,
                       "'%.64s' is no filter: filters look like country=KHM", filter);
    struct by_bytes name = by_bytes_of(filter, (size_t)(equals - filter));
    struct by_bytes value = by_bytes_of_text(equals + 1);
    enum banyan_status status = by_buffer_append_format(select->sql, " AND (");
    if (status == BANYAN_OK)
        status = select->table == NULL ? append_of_record(select, name, value)
                                       : append_of_type(select, name, value);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(select->sql, ")");
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(select->error, status);
}
