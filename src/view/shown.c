#include "view/shown.h"

#include <string.h>

#include "base/limits.h"
#include "record/field_value.h"
#include "view/internal.h"

#define LABEL_BYTES_MAX 160u

static const struct by_value *text_at(const struct by_value *map, struct by_bytes key)
{
    const struct by_value *text = by_value_get_bytes(map, key);
    return text != NULL && text->kind == BY_VALUE_TEXT && text->bytes.size > 0 ? text : NULL;
}

const struct by_value *
by_shown_language(const struct by_value *map, const char *language, struct by_bytes record_language)
{
    const struct by_value *text = NULL;
    if (map->kind == BY_VALUE_TEXT)
        return map;
    if (map->kind != BY_VALUE_MAP)
        return NULL;
    if (language != NULL)
        text = text_at(map, by_bytes_of_text(language));
    if (text == NULL && record_language.size > 0)
        text = text_at(map, record_language);
    if (text == NULL)
        text = text_at(map, by_bytes_of_text("en"));
    for (size_t i = 0; i < map->map.count && text == NULL; i++)
        text = text_at(map, map->map.pairs[i].key);
    return text;
}

struct by_bytes by_shown_record_language(const struct by_value *document)
{
    const struct by_value *language = by_value_get(document, "language");
    return language != NULL && language->kind == BY_VALUE_TEXT ? language->bytes
                                                               : by_bytes_of(NULL, 0);
}

/* Cut between characters. */
enum banyan_status by_shown_line(struct by_bytes text, struct by_buffer *out)
{
    size_t size = 0;
    while (size < text.size && text.data[size] != '\n')
        size++;
    bool is_cut = size < text.size || size > LABEL_BYTES_MAX;
    if (size > LABEL_BYTES_MAX) {
        size = LABEL_BYTES_MAX;
        while (size > 0 && (text.data[size] & 0xC0) == 0x80)
            size--;
    }
    enum banyan_status status = by_buffer_append(out, text.data, size);
    return status == BANYAN_OK && is_cut ? by_buffer_append_format(out, "…") : status;
}

static const struct by_value *
named_text(const struct by_value *document, const char *field, const char *language)
{
    const struct by_value *value = by_value_get(document, field);
    if (value == NULL)
        return NULL;
    value = by_shown_language(value, language, by_shown_record_language(document));
    return value != NULL && value->bytes.size > 0 ? value : NULL;
}

/* The fields that a type is named by, ", " between those that say something. Reset when none does.
 */
static enum banyan_status append_named_by(const struct by_type *type,
                                          const struct by_value *document, const char *language,
                                          struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < type->named_by_count && status == BANYAN_OK; i++) {
        struct by_bytes name = by_bytes_of_text(type->named_by[i]);
        const struct by_field *field = by_type_field_find(type, name);
        const struct by_value *value = by_value_get_bytes(document, name);
        if (value == NULL)
            continue;
        if (out->size > 0)
            status = by_buffer_append_format(out, ", ");
        if (field->kind == BY_FIELD_MLTEXT)
            value = by_shown_language(value, language, by_shown_record_language(document));
        if (status == BANYAN_OK && value != NULL)
            status = by_field_value_text(field, value, language, out);
    }
    return status;
}

static enum banyan_status label_by_fields(const struct by_type *type,
                                          const struct by_value *document, const char *language,
                                          const char *short_id, struct by_buffer *out)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_DOCUMENT_BYTES_MAX);
    char own[BY_FIELD_CODE_BYTES_MAX + 1];
    struct by_bytes record_language = by_shown_record_language(document);
    if (language == NULL && record_language.size > 0 && record_language.size < sizeof own) {
        memcpy(own, record_language.data, record_language.size);
        own[record_language.size] = '\0';
        language = own;
    }
    enum banyan_status status = append_named_by(type, document, language, &text);
    if (status == BANYAN_OK)
        status =
            by_shown_line(text.size > 0 ? by_buffer_bytes(&text) : by_bytes_of_text(short_id), out);
    by_buffer_deinit(&text);
    return status;
}

enum banyan_status by_shown_label(const struct by_type *type, const struct by_value *document,
                                  const char *language, const char *short_id, struct by_buffer *out)
{
    const struct by_value *text = NULL;
    if (type != NULL && type->named_by_count > 0)
        return label_by_fields(type, document, language, short_id, out);
    for (size_t i = 0; type != NULL && i < type->field_count && text == NULL; i++)
        if (type->fields[i].kind == BY_FIELD_MLTEXT || type->fields[i].kind == BY_FIELD_TEXT)
            text = named_text(document, type->fields[i].name, language);
    if (text == NULL)
        text = named_text(document, "name", language);
    if (text == NULL)
        text = named_text(document, "title", language);
    return by_shown_line(text != NULL ? text->bytes : by_bytes_of_text(short_id), out);
}

const struct by_field *by_shown_field(const struct by_type *type, struct by_bytes path)
{
    struct by_bytes name, language;
    by_path_split(path, &name, &language);
    return by_type_field_find(type, name);
}

enum banyan_status by_shown_path(const struct by_type *type, struct by_bytes path,
                                 const char *language, struct by_buffer *out)
{
    struct by_bytes name, path_language;
    const struct by_field *field = by_shown_field(type, path);
    const char *label =
        field == NULL ? "" : by_label_pick(field->labels, field->label_count, language);
    by_path_split(path, &name, &path_language);
    if (*label == '\0')
        return by_buffer_append_bytes(out, path);
    if (path_language.size == 0)
        return by_buffer_append_format(out, "%s", label);
    return by_buffer_append_format(out, "%s (%.*s)", label, (int)path_language.size,
                                   (const char *)path_language.data);
}

/* Documents hold references as the hex of the name. */
static enum banyan_status append_reference(struct by_view *view, const struct by_value *value,
                                           const char *language, struct by_buffer *out)
{
    uint8_t name_bytes[48] = {0};
    struct by_record_name name;
    char short_id[BY_SHORT_ID_BYTES];
    if (value->kind != BY_VALUE_TEXT || !by_hex_read(value->bytes, name_bytes, sizeof name_bytes))
        return by_json_write(value, out);
    by_record_name_get(name_bytes, &name);
    by_record_short_id(&name, short_id);
    if (view == NULL)
        return by_buffer_append_format(out, "%s", short_id);
    sqlite3_stmt *statement = by_view_statement_of(view, BY_STATEMENT_RECORD_LABEL,
                                                   by_bytes_of(name_bytes, sizeof name_bytes));
    if (by_view_row(view, statement, NULL) != BANYAN_OK)
        return by_buffer_append_format(out, "%s", short_id);
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value document;
    const struct by_type *type = by_view_type(view, by_column_text(statement, 0));
    enum banyan_status status =
        by_json_parse(by_column_text(statement, 1), &arena, &document, NULL);
    sqlite3_reset(statement);
    if (status == BANYAN_OK)
        status = by_shown_label(type, &document, language, short_id, out);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_shown_text(struct by_view *view, const struct by_type *type,
                                 struct by_bytes path, const struct by_value *value,
                                 const char *language, struct by_buffer *out)
{
    const struct by_field *field = by_shown_field(type, path);
    if (value->kind == BY_VALUE_NIL)
        return BANYAN_OK;
    if (field != NULL && field->kind == BY_FIELD_REF)
        return append_reference(view, value, language, out);
    if (field != NULL && field->kind == BY_FIELD_REFS && value->kind == BY_VALUE_ARRAY) {
        enum banyan_status status = BANYAN_OK;
        for (size_t i = 0; i < value->array.count && status == BANYAN_OK; i++) {
            status = by_buffer_append_format(out, i == 0 ? "" : "; ");
            if (status == BANYAN_OK)
                status = append_reference(view, &value->array.items[i], language, out);
        }
        return status;
    }
    if (value->kind == BY_VALUE_TEXT && (field == NULL || field->kind == BY_FIELD_MLTEXT))
        return by_buffer_append_bytes(out, value->bytes);
    return field == NULL ? by_json_write(value, out)
                         : by_field_value_text(field, value, language, out);
}

enum banyan_status by_shown_record(const struct by_type *type, struct by_bytes document,
                                   const char *short_id, const char *language,
                                   struct by_arena *arena, struct by_value *out_document,
                                   struct by_json *json)
{
    struct by_buffer label = BY_BUFFER_INIT(4 * LABEL_BYTES_MAX);
    enum banyan_status status = by_json_parse(document, arena, out_document, NULL);
    if (status == BANYAN_OK)
        status = by_shown_label(type, out_document, language, short_id, &label);
    if (status == BANYAN_OK) {
        by_json_key(json, "label");
        by_json_text(json, by_buffer_bytes(&label));
    }
    by_buffer_deinit(&label);
    return status;
}

enum banyan_status by_shown_member(struct by_view *view, struct by_bytes organisation,
                                   struct by_json *json, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_MEMBER_NAME);
    by_bind_text(statement, 1, organisation);
    enum banyan_status status = by_view_row(view, statement, error);
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_text(json, organisation);
    by_json_key(json, "name");
    by_json_text(json, status == BANYAN_OK ? by_column_text(statement, 0) : by_bytes_of(NULL, 0));
    by_json_object_end(json);
    sqlite3_reset(statement);
    return BANYAN_OK;
}
