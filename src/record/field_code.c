/*
 * Reading codes, and helping who does not know them.
 */
#include "base/error.h"
#include "base/limits.h"
#include "record/code_search.h"
#include "record/field_parts.h"

#define ALLOWED_MAX 8u

bool by_is_code(const struct by_value *value)
{
    if (value->kind != BY_VALUE_TEXT || value->bytes.size == 0 ||
        value->bytes.size > BY_FIELD_CODE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < value->bytes.size; i++) {
        uint8_t c = value->bytes.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '.' && c != '-')
            return false;
    }
    return true;
}

/* "KHM (Cambodia) or VNM (Vietnam)" */
static enum banyan_status append_codes(const struct by_reading *reading,
                                       const struct by_code *const *codes, size_t count,
                                       struct by_buffer *words)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = by_buffer_append_format(
            words, "%s%s (%s)", i == 0 ? "" : by_words(reading->error, " or "), codes[i]->code,
            by_label_pick(codes[i]->labels, codes[i]->label_count, by_language_of(reading->error)));
    return status;
}

/* What the text is not. */
static enum banyan_status append_unknown(const struct by_reading *reading, enum by_code_use use,
                                         const char *list, const char *text,
                                         struct by_buffer *words)
{
    const struct banyan_error *error = reading->error;

    switch (use) {
    case BY_CODE_OF_LIST:
        return by_buffer_append_format(words, by_words(error, "\"%s\" is no code of the list %s"),
                                       text, list);
    case BY_CODE_UNIT:
        return by_buffer_append_format(words, by_words(error, "\"%s\" is no unit"), text);
    case BY_CODE_CURRENCY:
        return by_buffer_append_format(words, by_words(error, "\"%s\" is no currency"), text);
    }
    return BANYAN_ERR_USAGE;
}

static enum banyan_status append_near(const struct by_reading *reading,
                                      const struct by_code_finding *finding,
                                      struct by_buffer *words)
{
    struct by_buffer near = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = append_codes(reading, finding->near, finding->near_count, &near);

    if (status == BANYAN_OK && near.size > 0)
        status = by_buffer_append_format(words, by_words(reading->error, "; did you mean %s?"),
                                         (const char *)near.data);
    else if (status == BANYAN_OK)
        status = by_buffer_append_u8(words, '.');
    by_buffer_deinit(&near);
    return status;
}

static enum banyan_status append_allowed(const struct by_reading *reading,
                                         const struct by_code_list *list, struct by_buffer *words)
{
    struct by_buffer codes = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < list->code_count && i < ALLOWED_MAX && status == BANYAN_OK; i++)
        status = by_buffer_append_format(&codes, "%s%s", i == 0 ? "" : ", ", list->codes[i].code);
    if (status == BANYAN_OK && list->code_count <= ALLOWED_MAX)
        status = by_buffer_append_format(words, by_words(reading->error, " Allowed: %s"),
                                         (const char *)codes.data);
    else if (status == BANYAN_OK)
        status = by_buffer_append_format(
            words, by_words(reading->error, " Allowed: %s and %zu more; see: banyan types %s %s"),
            (const char *)codes.data, list->code_count - ALLOWED_MAX,
            reading->field->type != NULL ? reading->field->type : "TYPE", reading->field->name);
    by_buffer_deinit(&codes);
    return status;
}

static enum banyan_status fail_unknown(const struct by_reading *reading, enum by_code_use use,
                                       struct by_bytes text, const struct by_code_list *list,
                                       const struct by_code_finding *finding)
{
    struct by_buffer words = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    char excerpt[64];

    (void)snprintf(excerpt, sizeof excerpt, "%.*s", by_excerpt_size(text), (const char *)text.data);
    status = append_unknown(reading, use, list->name, excerpt, &words);
    if (status == BANYAN_OK)
        status = append_near(reading, finding, &words);
    if (status == BANYAN_OK)
        status = append_allowed(reading, list, &words);
    if (status == BANYAN_OK)
        status = by_reading_fail(reading, "%s", (const char *)words.data);
    by_buffer_deinit(&words);
    return status;
}

static enum banyan_status fail_several(const struct by_reading *reading, struct by_bytes text,
                                       const struct by_code_finding *finding)
{
    struct by_buffer words = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    size_t shown =
        finding->same_count < BY_CODES_FOUND_MAX ? finding->same_count : BY_CODES_FOUND_MAX;
    enum banyan_status status = append_codes(reading, finding->same, shown, &words);

    if (status == BANYAN_OK && finding->same_count > shown)
        status = by_buffer_append_format(&words, by_words(reading->error, " or %zu more"),
                                         finding->same_count - shown);
    if (status == BANYAN_OK)
        status =
            by_reading_fail(reading, "\"%.*s\" may be %.*s; give the code", by_excerpt_size(text),
                            (const char *)text.data, (int)words.size, (const char *)words.data);
    by_buffer_deinit(&words);
    return status;
}

enum banyan_status by_read_code_of(const struct by_reading *reading,
                                   const struct by_code_list *list, enum by_code_use use,
                                   struct by_bytes text, struct by_value *out_code)
{
    struct by_code_memory *memory = reading->resolver == NULL ? NULL : reading->resolver->codes;
    struct by_code_finding finding;
    enum banyan_status status = by_code_search_again(memory, list, text, &finding);

    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    if (finding.same_count > 1)
        return fail_several(reading, text, &finding);
    if (finding.same_count == 0)
        return fail_unknown(reading, use, text, list, &finding);
    *out_code = by_value_literal(finding.same[0]->code);
    return BANYAN_OK;
}

enum banyan_status
by_read_code(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    return by_read_code_of(reading, reading->field->list, BY_CODE_OF_LIST, text, out_value);
}
