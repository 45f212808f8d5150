#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/json.h"

#define ONES       UINT64_C(0x0101010101010101)
#define REAL_BYTES 40u /* of %.17g with room to spare, whatever the decimal point */

void by_json_init(struct by_json *json, struct by_buffer *out)
{
    *json = (struct by_json){.out = out};
}

static void put(struct by_json *json, const void *data, size_t size)
{
    if (json->status == BANYAN_OK)
        json->status = by_buffer_append(json->out, data, size);
}

static void put_char(struct by_json *json, char c)
{
    put(json, &c, 1);
}

/* What stands before any value: the comma after the one before. */
static void begin_value(struct by_json *json)
{
    if (json->need_comma[json->depth])
        put_char(json, ',');
    json->need_comma[json->depth] = true;
}

static void open_level(struct by_json *json, char bracket)
{
    begin_value(json);
    put_char(json, bracket);
    assert(json->depth < BY_JSON_DEPTH_MAX);
    json->need_comma[++json->depth] = false;
}

static void close_level(struct by_json *json, char bracket)
{
    assert(json->depth > 0);
    json->depth--;
    put_char(json, bracket);
}

void by_json_object_begin(struct by_json *json)
{
    open_level(json, '{');
}

void by_json_object_end(struct by_json *json)
{
    close_level(json, '}');
}

void by_json_array_begin(struct by_json *json)
{
    open_level(json, '[');
}

void by_json_array_end(struct by_json *json)
{
    close_level(json, ']');
}

static void put_escape(struct by_json *json, uint8_t c)
{
    char escape[8];

    switch (c) {
    case '"':
        put(json, "\\\"", 2);
        return;
    case '\\':
        put(json, "\\\\", 2);
        return;
    case '\n':
        put(json, "\\n", 2);
        return;
    case '\t':
        put(json, "\\t", 2);
        return;
    default:
        (void)snprintf(escape, sizeof escape, "\\u%04x", c);
        put(json, escape, 6);
        return;
    }
}

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* Whether one of eight bytes is zero. */
static uint64_t has_zero(uint64_t word)
{
    return (word - ONES) & ~word & ONES * 0x80u;
}

/* Whether a text is written as it is, looked at eight bytes at a time. */
static bool is_plain_text(struct by_bytes text)
{
    uint64_t word = 0;
    size_t i = 0;

    for (; text.size - i >= sizeof word; i += sizeof word) {
        memcpy(&word, text.data + i, sizeof word);
        if ((((word - ONES * 0x20u) & ~word & ONES * 0x80u) | has_zero(word ^ ONES * '"') |
             has_zero(word ^ ONES * '\\') | has_zero(word ^ ONES * 0x7fu)) != 0)
            return false;
    }
    while (i < text.size && is_plain(text.data[i]))
        i++;
    return i == text.size;
}

static void put_plain(struct by_json *json, struct by_bytes text)
{
    uint8_t *at = NULL;

    if (json->status == BANYAN_OK)
        json->status = by_buffer_extend(json->out, text.size + 2, &at);
    if (json->status != BANYAN_OK)
        return;
    at[0] = '"';
    if (text.size > 0)
        memcpy(at + 1, text.data, text.size);
    at[text.size + 1] = '"';
}

static void put_string(struct by_json *json, struct by_bytes text)
{
    size_t from = 0;

    if (is_plain_text(text)) {
        put_plain(json, text);
        return;
    }
    put_char(json, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];

        if (is_plain(c))
            continue;
        if (i > from)
            put(json, text.data + from, i - from);
        put_escape(json, c);
        from = i + 1;
    }
    if (text.size > from)
        put(json, text.data + from, text.size - from);
    put_char(json, '"');
}

void by_json_key_bytes(struct by_json *json, struct by_bytes key)
{
    begin_value(json);
    put_string(json, key);
    put_char(json, ':');
    json->need_comma[json->depth] = false;
}

void by_json_key(struct by_json *json, const char *key)
{
    by_json_key_bytes(json, by_bytes_of_text(key));
}

void by_json_text(struct by_json *json, struct by_bytes text)
{
    begin_value(json);
    put_string(json, text);
}

void by_json_literal(struct by_json *json, const char *text)
{
    by_json_text(json, by_bytes_of_text(text));
}

void by_json_member(struct by_json *json, const char *key, const char *text)
{
    by_json_key(json, key);
    if (text == NULL)
        by_json_null(json);
    else
        by_json_literal(json, text);
}

void by_json_raw(struct by_json *json, struct by_bytes text)
{
    begin_value(json);
    put(json, text.data, text.size);
}

static void put_word(struct by_json *json, const char *word)
{
    by_json_raw(json, by_bytes_of_text(word));
}

static void put_unsigned(struct by_json *json, bool is_negative, uint64_t integer)
{
    char text[24];
    size_t at = sizeof text;

    do {
        text[--at] = (char)('0' + integer % 10);
        integer /= 10;
    } while (integer > 0);
    if (is_negative)
        text[--at] = '-';
    by_json_raw(json, by_bytes_of(text + at, sizeof text - at));
}

void by_json_int(struct by_json *json, int64_t integer)
{
    put_unsigned(json, integer < 0, integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer);
}

void by_json_bool(struct by_json *json, bool boolean)
{
    put_word(json, boolean ? "true" : "false");
}

void by_json_null(struct by_json *json)
{
    put_word(json, "null");
}

void by_json_hex(struct by_json *json, struct by_bytes bytes)
{
    char digits[3];

    begin_value(json);
    put_char(json, '"');
    for (size_t i = 0; i < bytes.size; i++) {
        by_hex(by_bytes_of(bytes.data + i, 1), digits);
        put(json, digits, 2);
    }
    put_char(json, '"');
}

/* Of a number of few decimals: one of at most 15 digits is printed as it was read, and a quotient
 * of two numbers that are exact is rounded as reading rounds it. Gives how many bytes; 0 where
 * printf has to. */
static size_t write_short(double real, char out[REAL_BYTES])
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    const double magnitude = fabs(real), limit = 1e15;
    char digits[24];
    size_t decimals = 0, size = 0, used = 0;
    double scaled = rint(magnitude);

    if (magnitude >= limit || (magnitude < 1e-4 && magnitude > 0))
        return 0;
    while (scaled / powers[decimals] != magnitude) {
        if (++decimals == sizeof powers / sizeof powers[0])
            return 0;
        scaled = rint(magnitude * powers[decimals]);
        if (scaled >= limit)
            return 0;
    }
    for (uint64_t rest = (uint64_t)scaled; rest > 0 || used <= decimals; rest /= 10)
        digits[used++] = (char)('0' + rest % 10);
    if (signbit(real))
        out[size++] = '-';
    while (used > 0) {
        if (used == decimals)
            out[size++] = '.';
        out[size++] = digits[--used];
    }
    if (decimals == 0) {
        out[size++] = '.';
        out[size++] = '0';
    }
    return size;
}

/* Shortest digits that read back as the same number. printf and strtod share the locale's decimal
 * point, which can be several bytes: what is no digit, sign or exponent becomes one ".". */
static void put_real(struct by_json *json, double real)
{
    char raw[REAL_BYTES];
    char text[REAL_BYTES + 2];
    size_t size = 0;
    bool is_plain = true; /* would read back as an integer */

    size = write_short(real, text);
    if (size > 0) {
        by_json_raw(json, by_bytes_of(text, size));
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(raw, sizeof raw, "%.*g", digits, real);
        if (strtod(raw, NULL) == real)
            break;
    }
    for (const char *at = raw; *at != 0; at++) {
        bool is_known = (*at >= '0' && *at <= '9') || *at == '-' || *at == '+' || *at == 'e';

        is_plain = is_plain && is_known && *at != 'e';
        if (is_known)
            text[size++] = *at;
        else if (text[size - 1] != '.')
            text[size++] = '.';
    }
    if (is_plain) {
        text[size++] = '.';
        text[size++] = '0';
    }
    by_json_raw(json, by_bytes_of(text, size));
}

/* Whether a value may nest once more: its depth is foreign, so it is refused, not asserted. */
static bool has_room(struct by_json *json)
{
    if (json->depth == BY_JSON_DEPTH_MAX && json->status == BANYAN_OK)
        json->status = BANYAN_ERR_TOO_LARGE;
    return json->depth < BY_JSON_DEPTH_MAX;
}

static void write_array(struct by_json *json, const struct by_value *array)
{
    if (!has_room(json))
        return;
    by_json_array_begin(json);
    for (size_t i = 0; i < array->array.count; i++)
        by_json_value(json, &array->array.items[i]);
    by_json_array_end(json);
}

static void write_map(struct by_json *json, const struct by_value *map)
{
    if (!has_room(json))
        return;
    by_json_object_begin(json);
    for (size_t i = 0; i < map->map.count; i++) {
        by_json_key_bytes(json, map->map.pairs[i].key);
        by_json_value(json, &map->map.pairs[i].value);
    }
    by_json_object_end(json);
}

void by_json_value(struct by_json *json, const struct by_value *value)
{
    switch (value->kind) {
    case BY_VALUE_NIL:
        by_json_null(json);
        return;
    case BY_VALUE_BOOL:
        by_json_bool(json, value->boolean);
        return;
    case BY_VALUE_INT:
        by_json_int(json, value->integer);
        return;
    case BY_VALUE_UINT:
        put_unsigned(json, false, value->unsigned_integer);
        return;
    case BY_VALUE_FLOAT:
        if (isfinite(value->real))
            put_real(json, value->real);
        else if (json->status == BANYAN_OK)
            json->status = BANYAN_ERR_INVALID;
        return;
    case BY_VALUE_TEXT:
        by_json_text(json, value->bytes);
        return;
    case BY_VALUE_BIN:
        by_json_hex(json, value->bytes);
        return;
    case BY_VALUE_ARRAY:
        write_array(json, value);
        return;
    case BY_VALUE_MAP:
        write_map(json, value);
        return;
    }
}

enum banyan_status by_json_write(const struct by_value *value, struct by_buffer *out)
{
    struct by_json json;
    size_t size_before = out->size;

    by_json_init(&json, out);
    by_json_value(&json, value);
    if (json.status != BANYAN_OK)
        out->size = size_before;
    return json.status;
}
