#include <string.h>

#include "base/text.h"
#include "view/filter.h"
#include "view/list_place.h"
#include "view/reader.h"

#define SQL_BYTES_MAX (1024u * 1024u)
#define COLUMNS_MAX   256u
#define OWN_COLUMNS   6u /* of the type's own choice, id and name among them */

/* A list on its way to SQL and back. Columns 0 and 1 of the answer are always the id, and whether
 * the record is private. */
struct listing {
    const struct by_view_list *list;
    struct by_select select;
    struct by_list_place place;
    const char *type;                            /* NULL = all */
    const struct by_column *chosen[COLUMNS_MAX]; /* over a type's table */
    const char *names[COLUMNS_MAX];              /* of the columns, both ways */
    size_t count;
};

/* Once: columns are keys of the rows. */
static enum banyan_status choose_one(struct listing *listing, const struct by_column *column)
{
    for (size_t i = 0; i < listing->count; i++)
        if (listing->chosen[i] == column)
            return BANYAN_OK;
    if (listing->count == COLUMNS_MAX)
        return by_fail(listing->select.error, BANYAN_ERR_TOO_LARGE, "a list has at most %u columns",
                       COLUMNS_MAX);
    listing->chosen[listing->count] = column;
    listing->names[listing->count++] = column->name;
    return BANYAN_OK;
}

/* A quantity is nothing without its unit, nor an amount without its currency. */
static enum banyan_status choose(struct listing *listing, const struct by_column *column)
{
    const struct by_table *table = listing->select.table;
    const struct by_column *next = column + 1;
    enum banyan_status status = choose_one(listing, column);
    if (status == BANYAN_OK && column->part == BY_COLUMN_VALUE &&
        next < table->columns + table->column_count && next->field == column->field &&
        (next->part == BY_COLUMN_UNIT || next->part == BY_COLUMN_CURRENCY))
        status = choose_one(listing, next);
    return status;
}

static bool is_short(enum by_field_kind kind)
{
    return kind == BY_FIELD_CODE || kind == BY_FIELD_CODES || kind == BY_FIELD_DATE ||
           kind == BY_FIELD_INTEGER || kind == BY_FIELD_QUANTITY || kind == BY_FIELD_MONEY ||
           kind == BY_FIELD_BOOL;
}

/* Id, name, what is required, then what is short. */
static enum banyan_status choose_own(struct listing *listing)
{
    const struct by_table *table = listing->select.table;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < table->column_count && status == BANYAN_OK; i++)
        if (table->columns[i].part == BY_COLUMN_ID || table->columns[i].part == BY_COLUMN_LABEL)
            status = choose(listing, &table->columns[i]);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < table->column_count && status == BANYAN_OK; i++) {
            const struct by_column *column = &table->columns[i];
            const struct by_field *field = column->field;
            if (field == NULL || listing->count >= OWN_COLUMNS || !is_short(field->kind) ||
                field->required != (pass == 0) || column->part != BY_COLUMN_VALUE)
                continue;
            status = choose(listing, column);
        }
    return status;
}

static enum banyan_status choose_given(struct listing *listing)
{
    const struct by_select *select = &listing->select;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < listing->list->column_count && status == BANYAN_OK; i++) {
        struct by_bytes name = by_bytes_of_text(listing->list->columns[i]);
        if (select->table != NULL) {
            const struct by_column *column = by_filter_column(select, name);
            status = column == NULL ? BANYAN_ERR_INVALID : choose(listing, column);
        } else {
            const char *column = by_filter_record_column(select, name);
            if (column == NULL || listing->count == COLUMNS_MAX)
                return BANYAN_ERR_INVALID;
            listing->names[listing->count++] = column;
        }
    }
    return status;
}

static enum banyan_status choose_columns(struct listing *listing)
{
    if (listing->list->columns != NULL && listing->list->column_count > 0)
        return choose_given(listing);
    if (listing->select.table != NULL)
        return choose_own(listing);
    for (size_t i = 0; i < BY_RECORD_COLUMN_COUNT; i++)
        if (listing->type == NULL || strcmp(by_record_columns[i], "type") != 0)
            listing->names[listing->count++] = by_record_columns[i];
    return BANYAN_OK;
}

/* -- SQL -- */

static bool is_owner(const struct listing *listing, size_t at)
{
    const struct by_column *column = listing->chosen[at];
    return column == NULL ? strcmp(listing->names[at], "owner") == 0
                          : column->part == BY_COLUMN_OWNER;
}

/* An organisation's id says nothing to people; its name stands for it where it is known. */
static enum banyan_status append_owner(const struct listing *listing, size_t at)
{
    const char *name = listing->names[at];
    return by_buffer_append_format(
        listing->select.sql,
        ", coalesce((SELECT m.name FROM member m WHERE m.organisation = %s), %s)", name, name);
}

/* A multilingual text in the language asked for, where the document has it. */
static enum banyan_status append_column(struct listing *listing, size_t at)
{
    struct by_buffer *sql = listing->select.sql;
    const struct by_column *column = listing->chosen[at];
    const char *language = listing->list->language;
    if (is_owner(listing, at))
        return append_owner(listing, at);
    enum banyan_status status = by_buffer_append_format(sql, ", ");
    bool translated = column != NULL && column->field != NULL &&
                      column->field->kind == BY_FIELD_MLTEXT && language != NULL &&
                      by_text_is_language(by_bytes_of_text(language));
    if (status == BANYAN_OK && translated)
        status = by_buffer_append_format(
            sql,
            "coalesce((SELECT json_extract(r.document, '$.\"%s\".\"%s\"') FROM record r WHERE"
            " r.fid = \"%s\".fid AND r.type = '%s'), ",
            column->field->name, language, listing->type, listing->type);
    if (status == BANYAN_OK)
        status = by_sql_name(listing->names[at], sql);
    return status == BANYAN_OK && translated ? by_buffer_append_format(sql, ")") : status;
}

/* Few records say that they are private: of these the record table tells whether they are. */
static enum banyan_status append_private(struct listing *listing)
{
    const struct by_table *table = listing->select.table;
    const struct by_column *sharing =
        table == NULL ? NULL : by_table_column(table, by_bytes_of_text("sharing"));
    if (sharing == NULL)
        return by_buffer_append_format(listing->select.sql, ", private");
    return by_buffer_append_format(
        listing->select.sql,
        ", CASE WHEN \"%s\" = 'private' THEN (SELECT r.private FROM record r WHERE"
        " r.fid = \"%s\".fid AND r.id = \"%s\".id AND r.type = '%s') ELSE 0 END",
        sharing->name, listing->type, listing->type, listing->type);
}

static enum banyan_status append_from(struct listing *listing)
{
    struct by_buffer *sql = listing->select.sql;
    enum banyan_status status = by_buffer_append_format(sql, " FROM ");
    if (listing->select.table != NULL)
        return status == BANYAN_OK ? by_buffer_append_format(sql, "\"%s\" WHERE 1", listing->type)
                                   : status;
    if (status == BANYAN_OK)
        status = by_buffer_append_format(sql, "record WHERE type <> '' AND deleted %s 1",
                                         listing->list->deleted ? "=" : "<>");
    if (status == BANYAN_OK && listing->type != NULL) {
        status = by_buffer_append_format(sql, " AND type = ");
        if (status == BANYAN_OK)
            status = by_sql_literal(by_bytes_of_text(listing->type), sql);
    }
    return status;
}

static enum banyan_status append_order(struct listing *listing)
{
    struct by_select *select = &listing->select;
    const char *label = select->table == NULL ? "label" : "record_label";
    const char *last = select->table == NULL ? "name" : "fid";
    const char *sort = listing->list->sort;
    if (sort == NULL && listing->list->near != NULL) {
        enum banyan_status status = by_buffer_append_format(select->sql, " ORDER BY ");
        if (status == BANYAN_OK)
            status = by_list_place_metres(select, &listing->place);
        return status == BANYAN_OK ? by_buffer_append_format(select->sql, ", %s", last) : status;
    }
    if (sort == NULL)
        return by_buffer_append_format(select->sql, " ORDER BY banyan_fold(%s), %s, %s", label,
                                       label, last);
    bool descending = sort[0] == '-';
    struct by_bytes wanted = by_bytes_of_text(sort + descending);
    const char *name;
    if (select->table == NULL) {
        name = by_filter_record_column(select, wanted);
    } else {
        const struct by_column *column = by_filter_column(select, wanted);
        name = column == NULL ? NULL : column->name;
    }
    if (name == NULL)
        return BANYAN_ERR_INVALID;
    return by_buffer_append_format(select->sql, " ORDER BY \"%s\" IS NULL, \"%s\"%s, %s", name,
                                   name, descending ? " DESC" : "", last);
}

static enum banyan_status write_sql(struct listing *listing)
{
    struct by_select *select = &listing->select;
    enum banyan_status status = by_buffer_append_format(select->sql, "SELECT id");
    if (status == BANYAN_OK)
        status = append_private(listing);
    if (status == BANYAN_OK && listing->list->near != NULL) {
        status = by_buffer_append_format(select->sql, ", ");
        if (status == BANYAN_OK)
            status = by_list_place_metres(select, &listing->place);
    }
    for (size_t i = 0; i < listing->count && status == BANYAN_OK; i++)
        status = append_column(listing, i);
    if (status == BANYAN_OK)
        status = append_from(listing);
    for (size_t i = 0; i < listing->list->filter_count && status == BANYAN_OK; i++)
        status = by_filter_append(select, listing->list->filters[i]);
    if (status == BANYAN_OK)
        status = by_list_place_where(select, &listing->place);
    /* The line break ends a comment in what a person wrote. */
    if (status == BANYAN_OK && listing->list->where != NULL)
        status = by_buffer_append_format(select->sql, " AND (%s\n)", listing->list->where);
    if (status == BANYAN_OK)
        status = append_order(listing);
    if (status == BANYAN_OK && listing->list->limit > 0)
        status = by_buffer_append_format(select->sql, " LIMIT %llu",
                                         (unsigned long long)listing->list->limit);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(select->error, status);
}

/* -- answer -- */

static const char *own_label(const char *name)
{
    static const struct {
        const char *name, *label;
    } labels[] = {{"id", N_("Id")},
                  {"type", N_("Type")},
                  {"label", N_("Name")},
                  {"owner", N_("Owner")},
                  {"created", N_("Created")},
                  {"changed", N_("Changed")},
                  {"conflicts", N_("Conflicts")},
                  {"record_label", N_("Name")},
                  {"record_owner", N_("Owner")},
                  {"record_created", N_("Created")},
                  {"record_changed", N_("Changed")},
                  {"record_conflicts", N_("Conflicts")}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i].name, name) == 0)
            return labels[i].label;
    return name;
}

static const char *column_label(const struct listing *listing, size_t at)
{
    const struct by_column *column = listing->chosen[at];
    if (column == NULL || column->field == NULL)
        return by_words(listing->select.error, own_label(listing->names[at]));
    if (column->part != BY_COLUMN_VALUE)
        return column->name;
    const char *label =
        by_label_pick(column->field->labels, column->field->label_count, listing->list->language);
    return *label == '\0' ? column->name : label;
}

static void write_columns(const struct listing *listing, struct by_json *json)
{
    by_json_key(json, "columns");
    by_json_array_begin(json);
    for (size_t i = 0; i < listing->count; i++) {
        by_json_object_begin(json);
        by_json_key(json, "name");
        by_json_literal(json, listing->names[i]);
        by_json_key(json, "label");
        by_json_literal(json, column_label(listing, i));
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static bool is_id(const char *name)
{
    return strcmp(name, "id") == 0;
}

static void write_row(const struct listing *listing, struct by_query *query, struct by_json *json)
{
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_query_value(query, 0, json);
    by_json_key(json, "private");
    by_json_bool(json, by_query_int(query, 1) != 0);
    int first = 2;
    if (listing->list->near != NULL) {
        by_json_key(json, "metres");
        by_query_value(query, first++, json);
    }
    for (size_t i = 0; i < listing->count; i++) {
        if (is_id(listing->names[i]))
            continue;
        by_json_key(json, listing->names[i]);
        by_query_value(query, (int)i + first, json);
    }
    by_json_object_end(json);
}

static enum banyan_status
write_answer(const struct listing *listing, struct by_query *query, struct by_buffer *out)
{
    struct by_json json;
    int64_t count = 0;
    enum banyan_status status = BANYAN_OK;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    write_columns(listing, &json);
    by_json_key(&json, "rows");
    by_json_array_begin(&json);
    while (json.status == BANYAN_OK && (status = by_query_row(query)) == BANYAN_OK) {
        write_row(listing, query, &json);
        count++;
    }
    by_json_array_end(&json);
    by_json_key(&json, "count");
    by_json_int(&json, count);
    by_json_object_end(&json);
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    return json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(query->error, json.status);
}

/* A type that is not shipped has its records in table record only. */
static enum banyan_status find_table(struct by_view *view, const char *type, bool deleted,
                                     const struct by_table **out_table, struct banyan_error *error)
{
    *out_table = NULL;
    if (type == NULL)
        return BANYAN_OK;
    const struct by_table *table = by_schema_find(&view->shape.schema, by_bytes_of_text(type));
    if (table != NULL) {
        *out_table = deleted ? NULL : table;
        return BANYAN_OK;
    }
    return by_view_check_type(view, type, error);
}

enum banyan_status by_view_list(struct by_view *view, const struct by_view_list *list,
                                struct by_buffer *out, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    struct by_query query = {.view = view};
    struct listing listing = {
        .list = list, .select = {.view = view, .sql = &sql, .error = error}, .type = list->type};
    enum banyan_status status =
        find_table(view, list->type, list->deleted, &listing.select.table, error);
    if (status == BANYAN_OK)
        status = by_list_place_read(&listing.select, list, &listing.place);
    if (status == BANYAN_OK)
        status = choose_columns(&listing);
    if (status == BANYAN_OK)
        status = write_sql(&listing);
    if (status == BANYAN_OK)
        status = by_query_open(view, by_buffer_bytes(&sql), 0, &query, error);
    if (status == BANYAN_OK)
        status = write_answer(&listing, &query, out);
    by_query_close(&query);
    by_buffer_deinit(&sql);
    return status;
}
