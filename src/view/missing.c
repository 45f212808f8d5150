/*
 * What records still lack for a purpose. One query per type over its table: a column is empty, and
 * what is expected is expected of this record.
 */
#include <stdlib.h>
#include <string.h>

#include "record/code_search.h"
#include "view/filter.h"
#include "view/reader.h"

#define SQL_BYTES_MAX (1024u * 1024u)
#define OWN_COLUMNS   4 /* of the query, before one for each field */

/* A field of a type that the purpose expects, and how many records lack it. */
struct wanted {
    const struct by_field *field;
    int64_t lacking;
};
/* One type at work. */
struct asking {
    const struct by_table *table;
    struct wanted *wanted;
    size_t wanted_count;
    int64_t record_count;
    int64_t complete_count;
};
struct search {
    struct by_view *view;
    const struct by_view_missing *missing;
    const struct by_code *purpose;
    struct asking *askings;
    size_t asking_count;
    int64_t row_count; /* records that lack something */
    struct by_json *json;
    struct banyan_error *error;
};

/* ---- what is asked ----------------------------------------------------------------------- */

static bool is_for(const struct by_expected *expected, const struct by_code *purpose)
{
    return strcmp(expected->purpose, purpose->code) == 0;
}

static bool is_wanted(const struct by_field *field, const struct by_code *purpose)
{
    for (size_t i = 0; i < field->expected_count; i++)
        if (is_for(&field->expected[i], purpose))
            return true;
    return false;
}

static enum banyan_status
init_asking(struct asking *asking, const struct by_table *table, const struct by_code *purpose)
{
    const struct by_type *type = table->type;
    *asking = (struct asking){.table = table};
    asking->wanted = calloc(type->field_count + 1, sizeof asking->wanted[0]);
    if (asking->wanted == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < type->field_count; i++)
        if (is_wanted(&type->fields[i], purpose))
            asking->wanted[asking->wanted_count++].field = &type->fields[i];
    return BANYAN_OK;
}

static enum banyan_status
fail_purpose(const char *name, const struct by_code_list *list, struct banyan_error *error)
{
    struct by_buffer known = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < list->code_count && status == BANYAN_OK; i++)
        status = by_buffer_append_format(&known, "%s%s", i == 0 ? "" : ", ", list->codes[i].code);
    if (status == BANYAN_OK)
        status = by_fail(error, BANYAN_ERR_INVALID, "there is no purpose '%.64s'; there are %.*s",
                         name, (int)known.size, (const char *)known.data);
    by_buffer_deinit(&known);
    return status;
}

static enum banyan_status find_purpose(const struct by_view *view, const char *name,
                                       const struct by_code **out_purpose,
                                       struct banyan_error *error)
{
    const struct by_code_list *list = by_view_list_of_codes(view, "purpose");
    struct by_code_finding finding;
    enum banyan_status status = by_code_search(list, by_bytes_of_text(name), &finding);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    *out_purpose = finding.same[0];
    return finding.same_count == 1 ? BANYAN_OK : fail_purpose(name, list, error);
}

/* The types of which the purpose expects something: the one asked for, or all. */
static enum banyan_status choose_types(struct search *search)
{
    const struct by_schema *schema = &search->view->shape.schema;
    const char *only = search->missing->type;
    enum banyan_status status =
        only == NULL ? BANYAN_OK : by_view_check_type(search->view, only, search->error);
    search->askings = calloc(schema->table_count + 1, sizeof search->askings[0]);
    if (status == BANYAN_OK && search->askings == NULL)
        status = by_fail_plain(search->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < schema->table_count && status == BANYAN_OK; i++) {
        struct asking *asking = &search->askings[search->asking_count];
        if (only != NULL && strcmp(schema->tables[i].type->name, only) != 0)
            continue;
        status = init_asking(asking, &schema->tables[i], search->purpose);
        if (status != BANYAN_OK)
            return by_fail_plain(search->error, status);
        search->asking_count += asking->wanted_count > 0;
        if (asking->wanted_count == 0)
            free(asking->wanted);
    }
    if (status == BANYAN_OK && search->asking_count == 0)
        status = by_fail(search->error, BANYAN_ERR_INVALID,
                         "nothing of a record of type %s is expected for %s", only,
                         search->purpose->code);
    return status;
}

/* ---- SQL --------------------------------------------------------------------------------- */

static enum banyan_status append_name(const struct by_select *select, const char *field)
{
    const struct by_column *column = by_table_column(select->table, by_bytes_of_text(field));
    assert(column != NULL);
    return by_sql_name(column->name, select->sql);
}

/* An empty list is a text without anything in it. */
static enum banyan_status append_is_empty(const struct by_select *select, const char *field)
{
    enum banyan_status status = by_buffer_append_format(select->sql, "coalesce(");
    if (status == BANYAN_OK)
        status = append_name(select, field);
    return status == BANYAN_OK ? by_buffer_append_format(select->sql, ", '') = ''") : status;
}

static enum banyan_status
append_condition(const struct by_select *select, const struct by_expected *expected)
{
    if (expected->field == NULL)
        return by_buffer_append_format(select->sql, "1");
    if (expected->code_count == 0)
        return append_is_empty(select, expected->field);
    enum banyan_status status = append_name(select, expected->field);
    for (size_t i = 0; i < expected->code_count && status == BANYAN_OK; i++) {
        status = by_buffer_append_format(select->sql, i == 0 ? " IN (" : ", ");
        if (status == BANYAN_OK)
            status = by_sql_literal(by_bytes_of_text(expected->codes[i]), select->sql);
    }
    return status == BANYAN_OK ? by_buffer_append_format(select->sql, ")") : status;
}

/* 1 where the record lacks the field. */
static enum banyan_status append_lacks(const struct by_select *select, const struct by_field *field,
                                       const struct by_code *purpose)
{
    size_t count = 0;
    enum banyan_status status = by_buffer_append_format(select->sql, ", ");
    if (status == BANYAN_OK)
        status = append_is_empty(select, field->name);
    for (size_t i = 0; i < field->expected_count && status == BANYAN_OK; i++) {
        if (!is_for(&field->expected[i], purpose))
            continue;
        status = by_buffer_append_format(select->sql, count++ == 0 ? " AND coalesce(" : " OR ");
        if (status == BANYAN_OK)
            status = append_condition(select, &field->expected[i]);
    }
    return status == BANYAN_OK ? by_buffer_append_format(select->sql, ", 0)") : status;
}

static enum banyan_status
write_sql(const struct search *search, const struct asking *asking, const struct by_select *select)
{
    const char *type = asking->table->type->name;
    enum banyan_status status = by_buffer_append_format(
        select->sql, "SELECT id, record_label, record_owner, (SELECT m.name FROM member m WHERE"
                     " m.organisation = record_owner)");
    for (size_t i = 0; i < asking->wanted_count && status == BANYAN_OK; i++)
        status = append_lacks(select, asking->wanted[i].field, search->purpose);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(select->sql, " FROM \"%s\" WHERE 1", type);
    for (size_t i = 0; i < search->missing->filter_count && status == BANYAN_OK; i++)
        status = by_filter_append(select, search->missing->filters[i]);
    return status == BANYAN_OK ? by_buffer_append_format(select->sql, " ORDER BY record_label, fid")
                               : status;
}

/* ---- answer ------------------------------------------------------------------------------ */

static void
write_label(struct by_json *json, const struct by_label *labels, size_t count, const char *language)
{
    by_json_key(json, "label");
    by_json_literal(json, by_label_pick(labels, count, language));
}

static void write_field(const struct search *search, const struct by_field *field)
{
    by_json_key(search->json, "field");
    by_json_literal(search->json, field->name);
    write_label(search->json, field->labels, field->label_count, search->missing->language);
}

static void write_owner(const struct search *search, struct by_query *query)
{
    by_json_key(search->json, "owner");
    by_json_object_begin(search->json);
    by_json_key(search->json, "id");
    by_query_value(query, 2, search->json);
    by_json_key(search->json, "name");
    by_json_text(search->json, by_column_text(query->statement, 3));
    by_json_object_end(search->json);
}

static void
write_row(const struct search *search, const struct asking *asking, struct by_query *query)
{
    struct by_json *json = search->json;
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_query_value(query, 0, json);
    by_json_key(json, "type");
    by_json_literal(json, asking->table->type->name);
    by_json_key(json, "label");
    by_query_value(query, 1, json);
    write_owner(search, query);
    by_json_key(json, "missing");
    by_json_array_begin(json);
    for (size_t i = 0; i < asking->wanted_count; i++) {
        if (sqlite3_column_int(query->statement, OWN_COLUMNS + (int)i) == 0)
            continue;
        by_json_object_begin(json);
        write_field(search, asking->wanted[i].field);
        by_json_object_end(json);
    }
    by_json_array_end(json);
    by_json_object_end(json);
}

/* Counts in any case; whether the record lacks something. */
static bool count_lacking(struct asking *asking, struct by_query *query)
{
    bool lacks = false;
    for (size_t i = 0; i < asking->wanted_count; i++) {
        int one = sqlite3_column_int(query->statement, OWN_COLUMNS + (int)i) != 0;
        asking->wanted[i].lacking += one;
        lacks = lacks || one;
    }
    asking->record_count++;
    asking->complete_count += !lacks;
    return lacks;
}

static enum banyan_status ask(struct search *search, struct asking *asking)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    struct by_query query = {.view = search->view};
    struct by_select select = {search->view, asking->table, &sql, search->error};
    uint64_t limit = search->missing->limit;
    enum banyan_status status = write_sql(search, asking, &select);
    if (status == BANYAN_OK)
        status = by_query_open(search->view, by_buffer_bytes(&sql), 0, &query, search->error);
    else
        status = by_fail_plain(search->error, status);
    while (status == BANYAN_OK && search->json->status == BANYAN_OK) {
        status = by_query_row(&query);
        if (status == BANYAN_OK && count_lacking(asking, &query) &&
            (limit == 0 || (uint64_t)search->row_count++ < limit))
            write_row(search, asking, &query);
    }
    by_query_close(&query);
    by_buffer_deinit(&sql);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* Types whose records lack nothing count too: they are what is done. */
static void write_counts(const struct search *search)
{
    struct by_json *json = search->json;
    by_json_key(json, "types");
    by_json_array_begin(json);
    for (size_t i = 0; i < search->asking_count; i++) {
        const struct asking *asking = &search->askings[i];
        const struct by_type *type = asking->table->type;
        by_json_object_begin(json);
        by_json_key(json, "type");
        by_json_literal(json, type->name);
        write_label(json, type->labels, type->label_count, search->missing->language);
        by_json_key(json, "records");
        by_json_int(json, asking->record_count);
        by_json_key(json, "complete");
        by_json_int(json, asking->complete_count);
        by_json_key(json, "fields");
        by_json_array_begin(json);
        for (size_t k = 0; k < asking->wanted_count; k++) {
            by_json_object_begin(json);
            write_field(search, asking->wanted[k].field);
            by_json_key(json, "missing");
            by_json_int(json, asking->wanted[k].lacking);
            by_json_object_end(json);
        }
        by_json_array_end(json);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static enum banyan_status write_answer(struct search *search)
{
    struct by_json *json = search->json;
    enum banyan_status status = BANYAN_OK;
    int64_t lacking = 0;
    by_json_object_begin(json);
    by_json_key(json, "purpose");
    by_json_literal(json, search->purpose->code);
    write_label(json, search->purpose->labels, search->purpose->label_count,
                search->missing->language);
    by_json_key(json, "rows");
    by_json_array_begin(json);
    for (size_t i = 0; i < search->asking_count && status == BANYAN_OK; i++) {
        status = ask(search, &search->askings[i]);
        lacking += search->askings[i].record_count - search->askings[i].complete_count;
    }
    by_json_array_end(json);
    by_json_key(json, "count");
    by_json_int(json, lacking);
    write_counts(search);
    by_json_object_end(json);
    if (status != BANYAN_OK)
        return status;
    return json->status == BANYAN_OK ? BANYAN_OK : by_fail_plain(search->error, json->status);
}

static void write_purpose(const struct by_schema *schema, const struct by_code *purpose,
                          const char *language, struct by_json *json)
{
    by_json_object_begin(json);
    by_json_key(json, "purpose");
    by_json_literal(json, purpose->code);
    write_label(json, purpose->labels, purpose->label_count, language);
    by_json_key(json, "types");
    by_json_array_begin(json);
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct by_type *type = schema->tables[i].type;
        bool asks = false;
        for (size_t k = 0; k < type->field_count && !asks; k++)
            asks = is_wanted(&type->fields[k], purpose);
        if (asks)
            by_json_literal(json, type->name);
    }
    by_json_array_end(json);
    by_json_object_end(json);
}

static enum banyan_status
list_purposes(const struct by_view *view, const char *language, struct by_json *json)
{
    const struct by_code_list *list = by_view_list_of_codes(view, "purpose");
    by_json_object_begin(json);
    by_json_key(json, "purposes");
    by_json_array_begin(json);
    for (size_t i = 0; i < list->code_count; i++)
        write_purpose(&view->shape.schema, &list->codes[i], language, json);
    by_json_array_end(json);
    by_json_object_end(json);
    return json->status;
}

enum banyan_status by_view_missing(struct by_view *view, const struct by_view_missing *missing,
                                   struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;
    by_json_init(&json, out);
    if (missing->purpose == NULL) {
        enum banyan_status listed = list_purposes(view, missing->language, &json);
        return listed == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, listed);
    }
    struct search search = {.view = view, .missing = missing, .json = &json, .error = error};
    enum banyan_status status = find_purpose(view, missing->purpose, &search.purpose, error);
    if (status == BANYAN_OK)
        status = choose_types(&search);
    if (status == BANYAN_OK)
        status = write_answer(&search);
    for (size_t i = 0; i < search.asking_count; i++)
        free(search.askings[i].wanted);
    free(search.askings);
    return status;
}
