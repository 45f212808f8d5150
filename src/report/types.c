/* The types of records, for people. */
#include <string.h>

#include "core/answer.h"
#include "core/counts.h"
#include "report/report.h"
#include "view/near.h"

struct writing {
    struct by_json *json;
    const struct by_registry *registry;
    const char *language;
    const struct by_value *records; /* map type -> count; NULL = not counted */
};

static void
write_label(struct by_json *json, const struct by_label *labels, size_t count, const char *language)
{
    by_json_key(json, "label");
    by_json_literal(json, by_label_pick(labels, count, language));
}

static void write_row(const struct writing *writing, const struct by_type *type)
{
    const struct by_value *count =
        writing->records == NULL ? NULL : by_value_get(writing->records, type->name);

    by_json_object_begin(writing->json);
    by_json_key(writing->json, "name");
    by_json_literal(writing->json, type->name);
    write_label(writing->json, type->labels, type->label_count, writing->language);
    by_json_key(writing->json, "fields");
    by_json_int(writing->json, (int64_t)type->field_count);
    by_json_key(writing->json, "records");
    by_json_int(writing->json, count == NULL ? 0 : count->integer);
    by_json_object_end(writing->json);
}

/* A text that may be missing: nothing is written then. */
static void write_some(struct by_json *json, const char *key, const char *text)
{
    if (text == NULL)
        return;
    by_json_key(json, key);
    by_json_literal(json, text);
}

static void
write_texts(struct by_json *json, const char *key, const char *const *texts, size_t count)
{
    if (count == 0)
        return;
    by_json_key(json, key);
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        by_json_literal(json, texts[i]);
    by_json_array_end(json);
}

/* What few codes have is written where they have it. */
static void write_more(struct by_json *json, const struct by_code_more *more)
{
    write_some(json, "since", more->since);
    write_some(json, "until", more->until);
    write_texts(json, "replaced_by", more->replaced_by, more->replaced_by_count);
    write_texts(json, "aliases", more->aliases, more->alias_count);
    if (more->outside_count == 0)
        return;
    by_json_key(json, "outside");
    by_json_object_begin(json);
    for (size_t i = 0; i < more->outside_count; i++)
        write_some(json, more->outside[i].standard, more->outside[i].value);
    by_json_object_end(json);
}

static void write_codes(const struct writing *writing, const struct by_field *field)
{
    const struct by_code_list *list = field->list;

    by_json_key(writing->json, "codes");
    by_json_array_begin(writing->json);
    for (size_t i = 0; list != NULL && i < list->code_count; i++) {
        const struct by_code *code = &list->codes[i];
        by_json_object_begin(writing->json);
        by_json_key(writing->json, "code");
        by_json_literal(writing->json, code->code);
        write_label(writing->json, code->labels, code->label_count, writing->language);
        if (code->more != NULL)
            write_more(writing->json, code->more);
        by_json_object_end(writing->json);
    }
    by_json_array_end(writing->json);
}

/* A purpose once, whatever its conditions: banyan_missing weighs those. */
static void write_purposes(struct by_json *json, const struct by_field *field)
{
    by_json_key(json, "expected_for");
    by_json_array_begin(json);
    for (size_t i = 0; i < field->expected_count; i++) {
        bool is_told = false;

        for (size_t k = 0; k < i; k++)
            is_told =
                is_told || strcmp(field->expected[k].purpose, field->expected[i].purpose) == 0;
        if (!is_told)
            by_json_literal(json, field->expected[i].purpose);
    }
    by_json_array_end(json);
}

static void write_field(const struct writing *writing, const struct by_field *field)
{
    struct by_json *json = writing->json;

    by_json_object_begin(json);
    by_json_key(json, "name");
    by_json_literal(json, field->name);
    write_label(json, field->labels, field->label_count, writing->language);
    by_json_key(json, "kind");
    by_json_literal(json, by_field_kind_name(field->kind));
    by_json_key(json, "list");
    if (field->list == NULL || field->list->name[0] == '\0')
        by_json_null(json);
    else
        by_json_literal(json, field->list->name);
    by_json_key(json, "refers_to");
    if (field->ref_type == NULL)
        by_json_null(json);
    else
        by_json_literal(json, field->ref_type);
    write_some(json, "min", field->min);
    write_some(json, "max", field->max);
    by_json_key(json, "required");
    by_json_bool(json, field->required);
    write_purposes(json, field);
    write_codes(writing, field);
    by_json_object_end(json);
}

/* "table" and "columns" come from the view, which makes them. */
static enum banyan_status
write_table(const struct writing *writing, const char *type, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer text = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    struct by_value table;
    enum banyan_status status = by_view_columns(writing->registry, type, &text, error);

    if (status == BANYAN_OK)
        status = by_json_parse(by_buffer_bytes(&text), &arena, &table, error);
    if (status == BANYAN_OK) {
        by_json_key(writing->json, "table");
        by_json_value(writing->json, by_value_get(&table, "table"));
        by_json_key(writing->json, "columns");
        by_json_value(writing->json, by_value_get(&table, "columns"));
    }
    by_buffer_deinit(&text);
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status
write_type(const struct writing *writing, const struct by_type *type, struct banyan_error *error)
{
    size_t envelope_count;
    const struct by_field *envelope = by_type_envelope(&envelope_count);
    struct by_json *json = writing->json;

    by_json_object_begin(json);
    by_json_key(json, "name");
    by_json_literal(json, type->name);
    write_label(json, type->labels, type->label_count, writing->language);
    by_json_key(json, "version");
    by_json_int(json, type->version);
    by_json_key(json, "open");
    by_json_bool(json, type->is_open);
    by_json_key(json, "sharing");
    by_json_literal(json, type->sharing == NULL ? "members" : type->sharing);
    by_json_key(json, "fields");
    by_json_array_begin(json);
    for (size_t i = 0; i < type->field_count; i++)
        write_field(writing, &type->fields[i]);
    for (size_t i = 0; i < envelope_count; i++)
        write_field(writing, &envelope[i]);
    by_json_array_end(json);
    enum banyan_status status = write_table(writing, type->name, error);
    by_json_object_end(json);
    return status;
}

static enum banyan_status write_all(const struct writing *writing)
{
    size_t count;
    const struct by_type *const *types = by_registry_types(writing->registry, &count);

    by_json_array_begin(writing->json);
    for (size_t i = 0; i < count; i++)
        write_row(writing, types[i]);
    by_json_array_end(writing->json);
    return BANYAN_OK;
}

static enum banyan_status
refuse(const struct by_registry *registry, const char *name, struct banyan_error *error)
{
    struct by_near near = {.wanted = by_bytes_of_text(name)};
    char words[BY_NEAR_TEXT_BYTES];
    size_t count;
    const struct by_type *const *types = by_registry_types(registry, &count);

    for (size_t i = 0; i < count; i++)
        by_near_offer(&near, types[i]->name);
    by_near_text(&near, error, words);
    return by_fail(error, BANYAN_ERR_NOT_FOUND,
                   "there is no type '%s'%s: banyan types lists them all", name, words);
}

/* type NULL: all, with how many records there are where there is a node. */
static enum banyan_status
write(struct writing *writing, struct by_node *node, const char *type, struct banyan_error *error)
{
    const struct by_type *found =
        type == NULL ? NULL : by_registry_type(writing->registry, by_bytes_of_text(type));
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value counts;
    enum banyan_status status = BANYAN_OK;

    if (type != NULL)
        return found == NULL ? refuse(writing->registry, type, error)
                             : write_type(writing, found, error);
    if (node != NULL) {
        status = by_node_view(node, NULL, error);
        if (status == BANYAN_OK)
            status = by_counts_read(node, &arena, &counts, error);
        if (status == BANYAN_OK)
            writing->records = by_value_get(&counts, "records");
        writing->registry = node->registry;
    }
    if (status == BANYAN_OK)
        status = write_all(writing);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_report_types(struct by_node *node, const char *type, const char *language,
                                   struct by_buffer *out, struct banyan_error *error)
{
    struct by_registry *shipped = NULL;
    struct by_json json;
    enum banyan_status status = node == NULL ? by_registry_new(NULL, &shipped) : BANYAN_OK;
    struct writing writing = {.json = &json,
                              .registry = node == NULL ? shipped : node->registry,
                              .language = language == NULL ? "en" : language};

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    by_json_init(&json, out);
    status = write(&writing, node, type, error);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
    by_registry_free(shipped);
    return status;
}
