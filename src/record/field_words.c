/*
 * Reading texts, yes and no, addresses and references.
 */
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "codec/json.h"
#include "record/field_parts.h"

enum banyan_status
by_read_text(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    if (text.size > BY_STRING_BYTES_MAX)
        return by_reading_fail(reading, "%zu bytes are more than a text may have, %u", text.size,
                               BY_STRING_BYTES_MAX);
    *out_value = by_value_text(text);
    return BANYAN_OK;
}

/* A text is that of one language, whose path the caller knows; {"vi": ...} is all languages. */
enum banyan_status
by_read_mltext(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct by_value map = by_value_nil();

    if (text.data[0] != '{' || by_json_parse(text, reading->arena, &map, NULL) != BANYAN_OK)
        return by_read_text(reading, text, out_value);
    if (!by_field_value_is(BY_FIELD_MLTEXT, &map))
        return by_reading_fail(reading, "languages are given as in {\"vi\": \"...\", \"en\": "
                                        "\"...\"}");
    *out_value = map;
    return BANYAN_OK;
}

static bool is_one_of(struct by_bytes word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (by_bytes_equal(word, by_bytes_of_text(*words)))
            return true;
    return false;
}

enum banyan_status
by_read_bool(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    /* As by_text_fold leaves them. */
    static const char *const yes[] = {"yes", "true", "1", "co", "да", NULL};
    static const char *const no[] = {"no", "false", "0", "khong", "нет", NULL};
    struct by_buffer folded = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    enum banyan_status status = by_text_fold(text, &folded);
    bool is_yes = is_one_of(by_buffer_bytes(&folded), yes);
    bool is_known = is_yes || is_one_of(by_buffer_bytes(&folded), no);

    by_buffer_deinit(&folded);
    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    if (!is_known)
        return by_reading_fail(reading, "\"%.*s\" is neither yes nor no", by_excerpt_size(text),
                               (const char *)text.data);
    *out_value = by_value_bool(is_yes);
    return BANYAN_OK;
}

static bool begins_with(struct by_bytes text, const char *start)
{
    size_t size = strlen(start);

    return text.size > size && memcmp(text.data, start, size) == 0;
}

bool by_is_url(struct by_bytes text)
{
    if (text.size > BY_FIELD_URL_BYTES_MAX ||
        !(begins_with(text, "https://") || begins_with(text, "http://")))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ')
            return false;
    return true;
}

enum banyan_status
by_read_url(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    if (!by_is_url(text))
        return by_reading_fail(reading,
                               "\"%.*s\" is no address; it begins with https:// or http:// and "
                               "has no spaces",
                               by_excerpt_size(text), (const char *)text.data);
    *out_value = by_value_text(text);
    return BANYAN_OK;
}

enum banyan_status
by_read_ref(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    const char *type = reading->field->ref_type;
    struct banyan_error why = by_error_beside(reading->error);
    struct by_record_name name = {0};
    uint8_t *bytes = by_arena_alloc(reading->arena, 48);
    enum banyan_status status = BANYAN_ERR_NOT_FOUND;

    if (bytes == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    if (reading->resolver != NULL)
        status = reading->resolver->find(reading->resolver->context, type, text, &name, &why);
    if (status == BANYAN_ERR_NOT_FOUND && why.text[0] == 0)
        return type == NULL
                   ? by_reading_fail(reading, "there is no record with the id or name \"%.*s\"",
                                     by_excerpt_size(text), (const char *)text.data)
                   : by_reading_fail(reading, "there is no %s with the id or name \"%.*s\"", type,
                                     by_excerpt_size(text), (const char *)text.data);
    if (status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_INVALID)
        return by_reading_fail(reading, "%s", why.text);
    if (status != BANYAN_OK)
        return by_fail(reading->error, status, "%s", why.text);
    by_record_name_put(bytes, &name);
    *out_value = by_value_bin(by_bytes_of(bytes, 48));
    return BANYAN_OK;
}
