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
static enum banyan_status
append_codes(const struct by_code *const *codes, size_t count, struct by_buffer *words)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status =
            by_buffer_append_format(words, "%s%s (%s)", i == 0 ? "" : " or ", codes[i]->code,
                                    by_label_pick(codes[i]->labels, codes[i]->label_count, "en"));
    return status;
}

static enum banyan_status
append_suggestions(const struct by_code_finding *finding, struct by_buffer *words)
{
    enum banyan_status status = BANYAN_OK;

    if (finding->near_count == 0)
        return by_buffer_append_u8(words, '.');
    status = by_buffer_append_format(words, "; did you mean ");
    if (status == BANYAN_OK)
        status = append_codes(finding->near, finding->near_count, words);
    return status == BANYAN_OK ? by_buffer_append_u8(words, '?') : status;
}

static enum banyan_status append_allowed(const struct by_reading *reading,
                                         const struct by_code_list *list, struct by_buffer *words)
{
    enum banyan_status status = by_buffer_append_format(words, " Allowed: ");

    for (size_t i = 0; i < list->code_count && i < ALLOWED_MAX && status == BANYAN_OK; i++)
        status = by_buffer_append_format(words, "%s%s", i == 0 ? "" : ", ", list->codes[i].code);
    if (status == BANYAN_OK && list->code_count > ALLOWED_MAX)
        status = by_buffer_append_format(
            words, " and %zu more; see: banyan types %s %s", list->code_count - ALLOWED_MAX,
            reading->field->type != NULL ? reading->field->type : "TYPE", reading->field->name);
    return status;
}

static enum banyan_status fail_unknown(const struct by_reading *reading, const char *what,
                                       struct by_bytes text, const struct by_code_list *list,
                                       const struct by_code_finding *finding)
{
    struct by_buffer words = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = append_suggestions(finding, &words);

    if (status == BANYAN_OK)
        status = append_allowed(reading, list, &words);
    if (status == BANYAN_OK)
        status = by_reading_fail(reading, "\"%.*s\" is no %s%.*s", by_excerpt_size(text),
                                 (const char *)text.data, what, (int)words.size,
                                 (const char *)words.data);
    by_buffer_deinit(&words);
    return status;
}

static enum banyan_status fail_several(const struct by_reading *reading, struct by_bytes text,
                                       const struct by_code_finding *finding)
{
    struct by_buffer words = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    size_t shown =
        finding->same_count < BY_CODES_FOUND_MAX ? finding->same_count : BY_CODES_FOUND_MAX;
    enum banyan_status status = append_codes(finding->same, shown, &words);

    if (status == BANYAN_OK && finding->same_count > shown)
        status = by_buffer_append_format(&words, " or %zu more", finding->same_count - shown);
    if (status == BANYAN_OK)
        status =
            by_reading_fail(reading, "\"%.*s\" may be %.*s; give the code", by_excerpt_size(text),
                            (const char *)text.data, (int)words.size, (const char *)words.data);
    by_buffer_deinit(&words);
    return status;
}

enum banyan_status by_read_code_of(const struct by_reading *reading,
                                   const struct by_code_list *list, const char *what,
                                   struct by_bytes text, struct by_value *out_code)
{
    struct by_code_finding finding;
    enum banyan_status status = by_code_search(list, text, &finding);

    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    if (finding.same_count > 1)
        return fail_several(reading, text, &finding);
    if (finding.same_count == 0)
        return fail_unknown(reading, what, text, list, &finding);
    *out_code = by_value_literal(finding.same[0]->code);
    return BANYAN_OK;
}

enum banyan_status
by_read_code(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    char what[BY_FIELD_CODE_BYTES_MAX + sizeof "code of the list "];

    (void)snprintf(what, sizeof what, "code of the list %s", reading->field->list->name);
    return by_read_code_of(reading, reading->field->list, what, text, out_value);
}
