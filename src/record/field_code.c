/*
 * Reading codes, and helping who does not know them.
 */
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/field_parts.h"
#include "record/near.h"

#define ALLOWED_MAX     8u
#define SUGGESTIONS_MAX 3u

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

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool equals_without_case(struct by_bytes a, struct by_bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

/* A search through one list: what was typed, folded, and room to fold what it is held against. */
struct code_search {
    const struct by_code_list *list;
    struct by_buffer typed;
    struct by_buffer folded;
};

static enum banyan_status fold_label(struct code_search *search, const char *label)
{
    by_buffer_reset(&search->folded);
    return by_text_fold(by_bytes_of_text(label), &search->folded);
}

enum fit { FIT_NONE, FIT_NEAR, FIT_SAME };

/* How the code's labels fit what was typed. */
static enum banyan_status
fit_labels(struct code_search *search, const struct by_code *code, enum fit *out_fit)
{
    *out_fit = FIT_NONE;
    for (size_t i = 0; i < code->label_count; i++) {
        enum banyan_status status = fold_label(search, code->labels[i].text);
        struct by_bytes typed = by_buffer_bytes(&search->typed);
        struct by_bytes label = by_buffer_bytes(&search->folded);

        if (status != BANYAN_OK)
            return status;
        if (typed.size > 0 && by_bytes_equal(typed, label)) {
            *out_fit = FIT_SAME;
            return BANYAN_OK;
        }
        if (by_near_is(typed, label))
            *out_fit = FIT_NEAR;
    }
    if (*out_fit == FIT_NONE) {
        enum banyan_status status = fold_label(search, code->code);

        if (status != BANYAN_OK)
            return status;
        if (by_near_is(by_buffer_bytes(&search->typed), by_buffer_bytes(&search->folded)))
            *out_fit = FIT_NEAR;
    }
    return BANYAN_OK;
}

static const struct by_code *find_by_code(const struct by_code_list *list, struct by_bytes text)
{
    const struct by_code *found = by_code_find(list, text);

    for (size_t i = 0; i < list->code_count && found == NULL; i++)
        if (equals_without_case(by_bytes_of_text(list->codes[i].code), text))
            found = &list->codes[i];
    return found;
}

/* What a search by labels found: one that is the same, or some that are near. */
struct code_finding {
    const struct by_code *same;
    bool are_several_same;
    const struct by_code *near[SUGGESTIONS_MAX];
    size_t near_count;
};

static enum banyan_status search_labels(struct code_search *search, struct code_finding *finding)
{
    for (size_t i = 0; i < search->list->code_count; i++) {
        const struct by_code *code = &search->list->codes[i];
        enum fit fit = FIT_NONE;
        enum banyan_status status = fit_labels(search, code, &fit);

        if (status != BANYAN_OK)
            return status;
        if (fit == FIT_SAME) {
            finding->are_several_same = finding->same != NULL;
            finding->same = code;
        }
        if (fit == FIT_NEAR && finding->near_count < SUGGESTIONS_MAX)
            finding->near[finding->near_count++] = code;
    }
    return BANYAN_OK;
}

static enum banyan_status
append_suggestions(const struct code_finding *finding, struct by_buffer *words)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < finding->near_count && status == BANYAN_OK; i++) {
        const struct by_code *code = finding->near[i];

        status = by_buffer_append_format(words, "%s%s (%s)", i == 0 ? "; did you mean " : " or ",
                                         code->code,
                                         by_label_pick(code->labels, code->label_count, "en"));
    }
    if (status == BANYAN_OK && finding->near_count > 0)
        status = by_buffer_append_u8(words, '?');
    return status;
}

static enum banyan_status append_allowed(const struct by_reading *reading,
                                         const struct by_code_list *list, struct by_buffer *words)
{
    enum banyan_status status = by_buffer_append_format(words, "%s", " Allowed: ");

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
                                       const struct code_finding *finding)
{
    struct by_buffer words = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = append_suggestions(finding, &words);

    if (status == BANYAN_OK && finding->near_count == 0)
        status = by_buffer_append_u8(&words, '.');
    if (status == BANYAN_OK)
        status = append_allowed(reading, list, &words);
    if (status == BANYAN_OK)
        status = by_reading_fail(reading, "\"%.*s\" is no %s%.*s", by_excerpt_size(text),
                                 (const char *)text.data, what, (int)words.size,
                                 (const char *)words.data);
    by_buffer_deinit(&words);
    return status;
}

static enum banyan_status judge(const struct by_reading *reading, const char *what,
                                struct by_bytes text, const struct by_code_list *list,
                                const struct code_finding *finding, struct by_value *out_code)
{
    if (finding->are_several_same)
        return by_reading_fail(reading,
                               "\"%.*s\" is the label of several codes, %s among them; "
                               "give the code",
                               by_excerpt_size(text), (const char *)text.data, finding->same->code);
    if (finding->same == NULL)
        return fail_unknown(reading, what, text, list, finding);
    *out_code = by_value_literal(finding->same->code);
    return BANYAN_OK;
}

enum banyan_status by_read_code_of(const struct by_reading *reading, const char *list_name,
                                   const char *what, struct by_bytes text,
                                   struct by_value *out_code)
{
    const struct by_code_list *list = by_code_list_find(list_name);
    struct code_search search = {
        .list = list, .typed = BY_BUFFER_INIT(SIZE_MAX), .folded = BY_BUFFER_INIT(SIZE_MAX)};
    struct code_finding finding = {0};
    enum banyan_status status = BANYAN_OK;

    assert(list != NULL);
    finding.same = find_by_code(list, text);
    if (finding.same == NULL) {
        status = by_text_fold(text, &search.typed);
        if (status == BANYAN_OK)
            status = search_labels(&search, &finding);
    }
    by_buffer_deinit(&search.typed);
    by_buffer_deinit(&search.folded);
    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    return judge(reading, what, text, list, &finding, out_code);
}

enum banyan_status
by_read_code(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    char what[BY_FIELD_CODE_BYTES_MAX + sizeof "code of the list "];

    (void)snprintf(what, sizeof what, "code of the list %s", reading->field->list);
    return by_read_code_of(reading, reading->field->list, what, text, out_value);
}
