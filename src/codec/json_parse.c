#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "codec/json.h"

/* What a conversion carries down the tree. */
struct reading {
    struct by_arena *arena;
    struct by_buffer text; /* one string at a time */
    struct banyan_error *error;
    bool is_raw; /* strings are taken as they are */
};

/* The greatest nesting of text, seen without parsing it: brackets outside strings. */
static size_t measure_depth(struct by_bytes json)
{
    size_t depth = 0;
    size_t deepest = 0;
    bool in_string = false;

    for (size_t i = 0; i < json.size; i++) {
        uint8_t c = json.data[i];

        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '[' || c == '{'))
            deepest = ++depth > deepest ? depth : deepest;
        else if (!in_string && (c == ']' || c == '}'))
            depth -= depth > 0 ? 1 : 0;
    }
    return deepest;
}

static enum banyan_status
take_text(struct reading *reading, const char *text, size_t size, struct by_bytes *out_text)
{
    enum banyan_status status = BANYAN_OK;

    if (reading->is_raw) {
        status = by_arena_copy(reading->arena, by_bytes_of(text, size), out_text);
        return status == BANYAN_OK ? status : by_fail_plain(reading->error, status);
    }
    by_buffer_reset(&reading->text);
    status = by_text_normalise(by_bytes_of(text, size), &reading->text);
    if (status == BANYAN_ERR_BAD_TEXT)
        return by_fail(reading->error, status,
                       "A text holds control characters or invalid UTF-8: \"%.*s\".",
                       (int)(size < 60 ? size : 60), text);
    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    status = by_arena_copy(reading->arena, by_buffer_bytes(&reading->text), out_text);
    return status == BANYAN_OK ? status : by_fail_plain(reading->error, status);
}

static enum banyan_status
take_array(struct reading *reading, const json_t *json, struct by_value *out_value);
static enum banyan_status
take_object(struct reading *reading, json_t *json, struct by_value *out_value);

/* Recursion ends with the depth that measure_depth let through. */
static enum banyan_status
take_value(struct reading *reading, json_t *json, struct by_value *out_value)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return take_object(reading, json, out_value);
    case JSON_ARRAY:
        return take_array(reading, json, out_value);
    case JSON_STRING:
        *out_value = by_value_text((struct by_bytes){0});
        return take_text(reading, json_string_value(json), json_string_length(json),
                         &out_value->bytes);
    case JSON_INTEGER:
        *out_value = by_value_int(json_integer_value(json));
        return BANYAN_OK;
    case JSON_REAL:
        *out_value = by_value_real(json_real_value(json));
        return BANYAN_OK;
    case JSON_TRUE:
    case JSON_FALSE:
        *out_value = by_value_bool(json_is_true(json));
        return BANYAN_OK;
    case JSON_NULL:
        break;
    }
    *out_value = by_value_nil();
    return BANYAN_OK;
}

static enum banyan_status
take_array(struct reading *reading, const json_t *json, struct by_value *out_value)
{
    struct by_value array = by_value_array(reading->arena, json_array_size(json));
    enum banyan_status status = BANYAN_OK;

    if (array.array.items == NULL && array.array.count > 0)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; status == BANYAN_OK && i < array.array.count; i++)
        status = take_value(reading, json_array_get(json, i), &array.array.items[i]);
    *out_value = array;
    return status;
}

static enum banyan_status
take_object(struct reading *reading, json_t *json, struct by_value *out_value)
{
    struct by_value map = by_value_map(reading->arena, json_object_size(json));
    enum banyan_status status = BANYAN_OK;
    void *iterator = json_object_iter(json);

    if (map.map.pairs == NULL && map.map.count > 0)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; status == BANYAN_OK && i < map.map.count; i++) {
        const char *key = json_object_iter_key(iterator);

        status = take_text(reading, key, strlen(key), &map.map.pairs[i].key);
        if (status == BANYAN_OK)
            status = take_value(reading, json_object_iter_value(iterator), &map.map.pairs[i].value);
        iterator = json_object_iter_next(json, iterator);
    }
    if (status == BANYAN_OK && by_value_map_sort(&map) != BANYAN_OK)
        status = by_fail(reading->error, BANYAN_ERR_MALFORMED,
                         "An object has two keys that are one in normal form C.");
    *out_value = map;
    return status;
}

/* jansson names its own options where it refuses a NUL, and speaks English. */
static const char *reason_text(const json_error_t *reason, const struct banyan_error *error)
{
    enum json_error_code code = json_error_code(reason);

    if (code == json_error_null_character || code == json_error_null_byte_in_key)
        return by_words(error, N_("a text holds a NUL character"));
    if (code == json_error_duplicate_key)
        return by_words(error, N_("an object has a key twice"));
    if (code == json_error_numeric_overflow)
        return by_words(error, N_("a number is too large"));
    if (code == json_error_invalid_utf8)
        return by_words(error, N_("a text is no UTF-8"));
    return reason->text;
}

static enum banyan_status fail_parse(const json_error_t *reason, struct banyan_error *error)
{
    if (json_error_code(reason) == json_error_out_of_memory)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    return by_fail(error, BANYAN_ERR_MALFORMED, "This is not valid JSON: line %d, column %d: %s.",
                   reason->line, reason->column, reason_text(reason, error));
}

static enum banyan_status parse(struct by_bytes json, bool is_raw, struct by_arena *arena,
                                struct by_value *out_value, struct banyan_error *error)
{
    struct reading reading = {.arena = arena,
                              .text = BY_BUFFER_INIT(4 * BY_JSON_BYTES_MAX),
                              .error = error,
                              .is_raw = is_raw};
    struct by_value value = by_value_nil();
    enum banyan_status status = BANYAN_OK;
    json_error_t reason = {0};
    json_t *tree = NULL;

    if (json.size > BY_JSON_BYTES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "The JSON is longer than %u bytes.",
                       BY_JSON_BYTES_MAX);
    if (measure_depth(json) > BY_JSON_DEPTH_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "The JSON is nested deeper than %u levels.",
                       BY_JSON_DEPTH_MAX);
    /* jansson takes a NUL for the end and what stands behind it for nothing */
    if (json.size > 0 && memchr(json.data, 0, json.size) != NULL)
        return by_fail(error, BANYAN_ERR_MALFORMED, "This is not valid JSON: it holds a NUL byte.");
    tree = json_loadb(json.size > 0 ? (const char *)json.data : "", json.size,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &reason);
    if (tree == NULL)
        return fail_parse(&reason, error);
    status = take_value(&reading, tree, &value);
    if (status == BANYAN_OK)
        *out_value = value;
    json_decref(tree);
    by_buffer_deinit(&reading.text);
    return status;
}

enum banyan_status by_json_parse(struct by_bytes json, struct by_arena *arena,
                                 struct by_value *out_value, struct banyan_error *error)
{
    return parse(json, false, arena, out_value, error);
}

enum banyan_status by_json_parse_foreign(struct by_bytes json, struct by_arena *arena,
                                         struct by_value *out_value, struct banyan_error *error)
{
    return parse(json, true, arena, out_value, error);
}
