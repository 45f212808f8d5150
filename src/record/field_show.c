/*
 * Values as short texts for tables.
 */
#include "codec/json.h"
#include "record/field_parts.h"

static enum banyan_status show_code(const struct by_field *field, const struct by_value *value,
                                    const char *language, struct by_buffer *out)
{
    const struct by_code *code =
        field->list != NULL ? by_code_find(field->list, value->bytes) : NULL;

    if (code == NULL)
        return by_buffer_append_bytes(out, value->bytes);
    return by_buffer_append_bytes(
        out, by_bytes_of_text(by_label_pick(code->labels, code->label_count, language)));
}

static enum banyan_status show_ref(const struct by_value *value, struct by_buffer *out)
{
    struct by_record_name name;
    char text[BY_SHORT_ID_BYTES];

    by_record_name_get(value->bytes.data, &name);
    by_record_short_id(&name, text);
    return by_buffer_append_bytes(out, by_bytes_of_text(text));
}

static enum banyan_status show_element(const struct by_field *field, const struct by_value *value,
                                       const char *language, struct by_buffer *out)
{
    if (field->kind == BY_FIELD_REFS)
        return show_ref(value, out);
    if (field->kind == BY_FIELD_CODES)
        return show_code(field, value, language, out);
    return by_buffer_append_bytes(out, value->bytes);
}

static enum banyan_status show_list(const struct by_field *field, const struct by_value *array,
                                    const char *language, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < array->array.count && status == BANYAN_OK; i++) {
        if (i > 0)
            status = by_buffer_append(out, "; ", 2);
        if (status == BANYAN_OK)
            status = show_element(field, &array->array.items[i], language, out);
    }
    return status;
}

static enum banyan_status
show_language(const struct by_value *map, const char *language, struct by_buffer *out)
{
    const struct by_value *text = language != NULL ? by_value_get(map, language) : NULL;

    if (text == NULL)
        text = by_value_get(map, "en");
    if (text == NULL)
        text = &map->map.pairs[0].value;
    return by_buffer_append_bytes(out, text->bytes);
}

static enum banyan_status show_bool(bool boolean, const char *language, struct by_buffer *out)
{
    static const struct by_label yes[] = {{"en", "yes"}, {"vi", "có"}, {"ru", "да"}};
    static const struct by_label no[] = {{"en", "no"}, {"vi", "không"}, {"ru", "нет"}};

    return by_buffer_append_bytes(out,
                                  by_bytes_of_text(by_label_pick(boolean ? yes : no, 3, language)));
}

/* The members of a map that are there, with a space between: "1500 USD 2020-01-31". */
static enum banyan_status
show_members(const struct by_value *map, const char *const *keys, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; keys[i] != NULL && status == BANYAN_OK; i++) {
        const struct by_value *member = by_value_get(map, keys[i]);

        if (member == NULL)
            continue;
        if (i > 0)
            status = by_buffer_append_u8(out, ' ');
        if (status == BANYAN_OK)
            status = by_buffer_append_bytes(out, member->bytes);
    }
    return status;
}

/* Of a field that is not known, or a value of another form than its kind. */
static enum banyan_status show_any(const struct by_value *value, struct by_buffer *out)
{
    if (value->kind == BY_VALUE_TEXT)
        return by_buffer_append_bytes(out, value->bytes);
    return by_json_write(value, out);
}

static enum banyan_status show_kind(const struct by_field *field, const struct by_value *value,
                                    const char *language, struct by_buffer *out)
{
    static const char *const quantity_keys[] = {"value", "unit", NULL};
    static const char *const money_keys[] = {"amount", "currency", "date", NULL};

    switch (field->kind) {
    case BY_FIELD_MLTEXT:
        return show_language(value, language, out);
    case BY_FIELD_CODE:
        return show_code(field, value, language, out);
    case BY_FIELD_CODES:
    case BY_FIELD_REFS:
    case BY_FIELD_TEXTS:
        return show_list(field, value, language, out);
    case BY_FIELD_QUANTITY:
        return show_members(value, quantity_keys, out);
    case BY_FIELD_MONEY:
        return show_members(value, money_keys, out);
    case BY_FIELD_GEOMETRY:
        return by_geometry_text(value, language, out);
    case BY_FIELD_REF:
        return show_ref(value, out);
    case BY_FIELD_BOOL:
        return show_bool(value->boolean, language, out);
    case BY_FIELD_TEXT:
    case BY_FIELD_DATE:
    case BY_FIELD_INTEGER:
    case BY_FIELD_NUMBER:
    case BY_FIELD_URL:
        return show_any(value, out);
    }
    return BANYAN_OK;
}

enum banyan_status by_field_value_text(const struct by_field *field, const struct by_value *value,
                                       const char *language, struct by_buffer *out)
{
    if (value->kind == BY_VALUE_NIL)
        return BANYAN_OK;
    if (field == NULL || !by_field_value_is(field->kind, value))
        return show_any(value, out);
    return show_kind(field, value, language, out);
}
