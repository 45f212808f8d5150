#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/limits.h"
#include "codec/value.h"
#include "lib/shared.h"

static const struct {
    const char *name;
    const char *bytes;
    size_t size;
    enum banyan_status want;
} rows[] = {
#define ROW(name, bytes, want)                                                                     \
    {                                                                                              \
        name, bytes, sizeof(bytes) - 1, want                                                       \
    }
    ROW("nothing", "", BANYAN_ERR_TRUNCATED),
    ROW("nil", "\xc0", BANYAN_OK),
    ROW("two values", "\xc0\xc0", BANYAN_ERR_NOT_CANONICAL),
    ROW("never used", "\xc1", BANYAN_ERR_MALFORMED),
    ROW("largest one byte", "\x7f", BANYAN_OK),
    ROW("127 in uint 8", "\xcc\x7f", BANYAN_ERR_NOT_CANONICAL),
    ROW("128", "\xcc\x80", BANYAN_OK),
    ROW("255 in uint 16", "\xcd\x00\xff", BANYAN_ERR_NOT_CANONICAL),
    ROW("256", "\xcd\x01\x00", BANYAN_OK),
    ROW("65535 in uint 32", "\xce\x00\x00\xff\xff", BANYAN_ERR_NOT_CANONICAL),
    ROW("65536", "\xce\x00\x01\x00\x00", BANYAN_OK),
    ROW("2^32-1 in uint 64", "\xcf\x00\x00\x00\x00\xff\xff\xff\xff", BANYAN_ERR_NOT_CANONICAL),
    ROW("2^32", "\xcf\x00\x00\x00\x01\x00\x00\x00\x00", BANYAN_OK),
    ROW("2^64-1", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", BANYAN_OK),
    ROW("uint 64 cut short", "\xcf\xff\xff\xff", BANYAN_ERR_TRUNCATED),
    ROW("-32", "\xe0", BANYAN_OK),
    ROW("-32 in int 8", "\xd0\xe0", BANYAN_ERR_NOT_CANONICAL),
    ROW("-33", "\xd0\xdf", BANYAN_OK),
    ROW("5 in int 8", "\xd0\x05", BANYAN_ERR_NOT_CANONICAL),
    ROW("-128 in int 16", "\xd1\xff\x80", BANYAN_ERR_NOT_CANONICAL),
    ROW("-129", "\xd1\xff\x7f", BANYAN_OK),
    ROW("200 in int 16", "\xd1\x00\xc8", BANYAN_ERR_NOT_CANONICAL),
    ROW("-32768 in int 32", "\xd2\xff\xff\x80\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("-32769", "\xd2\xff\xff\x7f\xff", BANYAN_OK),
    ROW("-2^31 in int 64", "\xd3\xff\xff\xff\xff\x80\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("-2^31-1", "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff", BANYAN_OK),
    ROW("-2^63", "\xd3\x80\x00\x00\x00\x00\x00\x00\x00", BANYAN_OK),
    ROW("2^62 in int 64", "\xd3\x40\x00\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("0.5", "\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00", BANYAN_OK),
    ROW("0.5 in float 32", "\xca\x3f\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("1.0", "\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("0.0", "\xcb\x00\x00\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("-0.0", "\xcb\x80\x00\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("NaN", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("infinity", "\xcb\xff\xf0\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("2^53 as float", "\xcb\x43\x40\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("-2^53 as float", "\xcb\xc3\x40\x00\x00\x00\x00\x00\x00", BANYAN_ERR_NOT_CANONICAL),
    ROW("2^53+2 as float", "\xcb\x43\x40\x00\x00\x00\x00\x00\x01", BANYAN_OK),
    ROW("float cut short", "\xcb\x43", BANYAN_ERR_TRUNCATED),
    ROW("text",
        "\xa1"
        "a",
        BANYAN_OK),
    ROW("empty text", "\xa0", BANYAN_OK),
    ROW("text in str 8",
        "\xd9\x01"
        "a",
        BANYAN_ERR_NOT_CANONICAL),
    ROW("text cut short",
        "\xa2"
        "a",
        BANYAN_ERR_TRUNCATED),
    ROW("text with escape", "\xa1\x1b", BANYAN_ERR_BAD_TEXT),
    ROW("text not in form C",
        "\xa3"
        "e\xcc\x81",
        BANYAN_ERR_BAD_TEXT),
    ROW("text of 4 GiB", "\xdb\xff\xff\xff\xff", BANYAN_ERR_TOO_LARGE),
    ROW("bin", "\xc4\x01\xff", BANYAN_OK),
    ROW("bin in bin 16", "\xc5\x00\x01\xff", BANYAN_ERR_NOT_CANONICAL),
    ROW("bin of 4 GiB", "\xc6\xff\xff\xff\xff", BANYAN_ERR_TOO_LARGE),
    ROW("array of 4 Gi values", "\xdd\xff\xff\xff\xff", BANYAN_ERR_TOO_LARGE),
    ROW("array in array 16", "\xdc\x00\x01\xc0", BANYAN_ERR_NOT_CANONICAL),
    ROW("empty array and map", "\x92\x90\x80", BANYAN_OK),
    ROW("array cut short", "\x92\xc0", BANYAN_ERR_TRUNCATED),
    ROW("map of 4 Gi pairs", "\xdf\xff\xff\xff\xff", BANYAN_ERR_TOO_LARGE),
    ROW("keys rise",
        "\x83\xa1"
        "a\x01\xa2"
        "aa\x02\xa1"
        "b\x03",
        BANYAN_OK),
    ROW("keys fall",
        "\x82\xa1"
        "b\x01\xa1"
        "a\x02",
        BANYAN_ERR_NOT_CANONICAL),
    ROW("longer key first",
        "\x82\xa2"
        "aa\x01\xa1"
        "a\x02",
        BANYAN_ERR_NOT_CANONICAL),
    ROW("a key twice",
        "\x82\xa1"
        "a\x01\xa1"
        "a\x02",
        BANYAN_ERR_NOT_CANONICAL),
    ROW("values need not rise",
        "\x82\xa1"
        "a\xa1z\xa1"
        "b\xa1"
        "a",
        BANYAN_OK),
    ROW("keys of an inner map stand alone",
        "\x82\xa1"
        "m\x81\xa1"
        "a\x01\xa1"
        "n\x02",
        BANYAN_OK),
    ROW("integer key", "\x81\x01\x02", BANYAN_ERR_MALFORMED),
    ROW("array as key", "\x81\x90\x02", BANYAN_ERR_MALFORMED),
    ROW("bin key", "\x81\xc4\x01\x61\x02", BANYAN_ERR_MALFORMED),
    ROW("extension", "\xd4\x01\x02", BANYAN_ERR_MALFORMED),
    ROW("timestamp", "\xd6\xff\x00\x00\x00\x00", BANYAN_ERR_MALFORMED),
#undef ROW
};

static void one_value_has_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes bytes = by_bytes_of(rows[i].bytes, rows[i].size);
        struct by_arena arena = BY_ARENA_INIT;
        struct by_buffer again = BY_BUFFER_INIT(1000);
        struct by_value value = {0};

        print_message("%s\n", rows[i].name);
        assert_int_equal(by_scan(bytes, &by_scan_payload_limits), rows[i].want);
        assert_int_equal(by_value_decode(bytes, &by_scan_payload_limits, &arena, &value),
                         rows[i].want);
        if (rows[i].want == BANYAN_OK) {
            assert_int_equal(by_value_encode(&value, &again), BANYAN_OK);
            assert_true(by_bytes_equal(by_buffer_bytes(&again), bytes));
        }
        by_buffer_deinit(&again);
        by_arena_deinit(&arena);
    }
}

/* count times one byte, behind a head. */
static struct by_buffer repeated(const void *head, size_t head_size, int byte, size_t count)
{
    struct by_buffer out = BY_BUFFER_INIT(1000000);
    uint8_t *at = NULL;

    assert_int_equal(by_buffer_append(&out, head, head_size), BANYAN_OK);
    assert_int_equal(by_buffer_extend(&out, count, &at), BANYAN_OK);
    memset(at, byte, count);
    return out;
}

static void check_bound(struct by_buffer bytes, enum banyan_status want)
{
    assert_int_equal(by_scan(by_buffer_bytes(&bytes), &by_scan_payload_limits), want);
    by_buffer_deinit(&bytes);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    for (size_t depth = BY_DEPTH_MAX - 1; depth <= BY_DEPTH_MAX + 1; depth++) {
        struct by_buffer bytes = repeated("", 0, 0x91, depth);

        assert_int_equal(by_buffer_append_u8(&bytes, 0xc0), BANYAN_OK);
        check_bound(bytes, depth <= BY_DEPTH_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    }
}

static void strings_are_bounded(void **state)
{
    (void)state;
    for (size_t size = BY_STRING_BYTES_MAX - 1; size <= BY_STRING_BYTES_MAX + 1; size++) {
        enum banyan_status want = size <= BY_STRING_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE;
        uint8_t text[3] = {0xda, (uint8_t)(size >> 8), (uint8_t)size};
        uint8_t bin[3] = {0xc5, (uint8_t)(size >> 8), (uint8_t)size};

        check_bound(repeated(text, 3, 'x', size), want);
        check_bound(repeated(bin, 3, 0xff, size), want);
    }
}

static void payloads_are_bounded(void **state)
{
    (void)state;
    for (size_t size = BY_PAYLOAD_BYTES_MAX - 1; size <= BY_PAYLOAD_BYTES_MAX + 1; size++) {
        uint8_t head[3] = {0xdc, (uint8_t)((size - 3) >> 8), (uint8_t)(size - 3)};

        check_bound(repeated(head, 3, 0xc0, size - 3),
                    size <= BY_PAYLOAD_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    }
}

static void keys_are_bounded(void **state)
{
    (void)state;
    for (size_t count = BY_MAP_KEYS_MAX - 1; count <= BY_MAP_KEYS_MAX + 1; count++) {
        uint8_t head[3] = {0xde, (uint8_t)(count >> 8), (uint8_t)count};
        struct by_buffer bytes = repeated(head, 3, 0, 0);

        for (size_t i = 0; i < count; i++)
            assert_int_equal(by_buffer_append_format(&bytes, "\xa4%04zu\x01", i), BANYAN_OK);
        check_bound(bytes, count <= BY_MAP_KEYS_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    }
}

static void lists_of_links_are_bounded(void **state)
{
    (void)state;
    for (size_t count = BY_REMOVALS_MAX - 1; count <= BY_REMOVALS_MAX + 1; count++) {
        uint8_t head[3] = {0xdc, (uint8_t)(count >> 8), (uint8_t)count};
        struct by_buffer bytes = repeated(head, 3, 0xc0, count);

        assert_int_equal(by_scan(by_buffer_bytes(&bytes), &by_scan_links_limits),
                         count <= BY_REMOVALS_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&bytes);
    }
}

/* "c4-01-ff" to bytes. */
static struct by_buffer read_encoding(const char *hex)
{
    struct by_buffer out = BY_BUFFER_INIT(100000);

    while (*hex != 0) {
        char *end = NULL;

        assert_int_equal(by_buffer_append_u8(&out, (uint8_t)strtoul(hex, &end, 16)), BANYAN_OK);
        hex = *end == '-' ? end + 1 : end;
    }
    return out;
}

static size_t count_accepted(const json_t *encodings)
{
    size_t accepted = 0;
    size_t i = 0;
    const json_t *encoding = NULL;

    json_array_foreach(encodings, i, encoding)
    {
        struct by_buffer bytes = read_encoding(json_string_value(encoding));

        accepted += by_scan(by_buffer_bytes(&bytes), &by_scan_payload_limits) == BANYAN_OK;
        by_buffer_deinit(&bytes);
    }
    return accepted;
}

/* What payloads cannot say: extensions, and the suite's one map whose keys fall. */
static size_t count_sayable(const json_t *value)
{
    const json_t *map = json_object_get(value, "map");

    if (json_object_get(value, "ext") != NULL || json_object_get(value, "timestamp") != NULL)
        return 0;
    return json_object_get(map, "a") != NULL && json_object_get(map, "A") != NULL ? 0 : 1;
}

static void the_suite_has_one_accepted_encoding_per_value(void **state)
{
    size_t size = 0;
    char *text = test_shared_read("vectors/msgpack/msgpack-test-suite.json", NULL, &size);
    json_t *suite = NULL;
    const char *name = NULL;
    json_t *values = NULL;
    size_t i = 0;
    json_t *value = NULL;

    (void)state;
    if (text == NULL)
        skip();
    suite = json_loadb(text, size, 0, NULL);
    assert_non_null(suite);
    json_object_foreach(suite, name, values)
    {
        json_array_foreach(values, i, value)
        {
            size_t accepted = count_accepted(json_object_get(value, "msgpack"));

            if (accepted != count_sayable(value))
                fail_msg("%s, value %zu: %zu encodings", name, i, accepted);
        }
    }
    json_decref(suite);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_has_one_form),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(strings_are_bounded),
        cmocka_unit_test(payloads_are_bounded),
        cmocka_unit_test(keys_are_bounded),
        cmocka_unit_test(lists_of_links_are_bounded),
        cmocka_unit_test(the_suite_has_one_accepted_encoding_per_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
