#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static const struct {
    const char *name;
    uint8_t bytes[11];
    size_t size;
    enum banyan_status want;
    uint64_t want_value;
} varints[] = {
    {"zero", {0x00}, 1, BANYAN_OK, 0},
    {"largest 1 byte", {0x7f}, 1, BANYAN_OK, 127},
    {"smallest 2 byte", {0x80, 0x01}, 2, BANYAN_OK, 128},
    {"largest 64 bit",
     {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
     10,
     BANYAN_OK,
     UINT64_MAX},
    {"65 bits",
     {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02},
     10,
     BANYAN_ERR_MALFORMED,
     0},
    {"11 bytes",
     {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0x00},
     11,
     BANYAN_ERR_MALFORMED,
     0},
    {"cut short", {0x80}, 1, BANYAN_ERR_TRUNCATED, 0},
    {"nothing", {0}, 0, BANYAN_ERR_TRUNCATED, 0},
    {"overlong zero", {0x80, 0x00}, 2, BANYAN_ERR_NOT_CANONICAL, 0},
    {"overlong 127", {0xff, 0x00}, 2, BANYAN_ERR_NOT_CANONICAL, 0},
};

static void varints_have_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof varints / sizeof varints[0]; i++) {
        struct by_cursor cursor = {by_bytes_of(varints[i].bytes, varints[i].size)};
        struct by_buffer out = BY_BUFFER_INIT(16);
        uint64_t value = 0;

        print_message("%s\n", varints[i].name);
        assert_int_equal(by_cursor_take_varint(&cursor, &value), varints[i].want);
        assert_true(value == varints[i].want_value);
        if (varints[i].want == BANYAN_OK) {
            assert_int_equal(cursor.rest.size, 0);
            assert_int_equal(by_buffer_append_varint(&out, value), BANYAN_OK);
            assert_true(by_bytes_equal(by_buffer_bytes(&out),
                                       by_bytes_of(varints[i].bytes, varints[i].size)));
        } else {
            assert_int_equal(cursor.rest.size, varints[i].size);
        }
        by_buffer_deinit(&out);
    }
}

static void a_buffer_stops_at_its_bound(void **state)
{
    (void)state;
    for (size_t size = 99; size <= 101; size++) {
        struct by_buffer buffer = BY_BUFFER_INIT(100);
        uint8_t bytes[101] = {0};

        assert_int_equal(by_buffer_append(&buffer, bytes, 50), BANYAN_OK);
        assert_int_equal(by_buffer_append(&buffer, bytes, size - 50),
                         size <= 100 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        assert_int_equal(buffer.size, size <= 100 ? size : 50);
        by_buffer_deinit(&buffer);
    }
}

static void a_buffer_of_bound_0_holds_nothing(void **state)
{
    struct by_buffer buffer = BY_BUFFER_INIT(0);
    char *text = NULL;

    (void)state;
    assert_int_equal(by_buffer_append(&buffer, "", 0), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&buffer, 1), BANYAN_ERR_TOO_LARGE);
    text = by_buffer_take_text(&buffer);
    assert_string_equal(text, "");
    free(text);
}

static void formats_append_and_texts_are_taken(void **state)
{
    struct by_buffer buffer = BY_BUFFER_INIT(12);
    char *text = NULL;

    (void)state;
    assert_int_equal(by_buffer_append_format(&buffer, "%s-%d", "abc", 12345678), BANYAN_OK);
    assert_int_equal(by_buffer_append_format(&buffer, "x"), BANYAN_ERR_TOO_LARGE);
    text = by_buffer_take_text(&buffer);
    assert_string_equal(text, "abc-12345678");
    assert_int_equal(buffer.size, 0);
    free(text);
    assert_int_equal(by_buffer_append_u8(&buffer, 7), BANYAN_OK);
    by_buffer_reset(&buffer);
    assert_int_equal(buffer.size, 0);
    by_buffer_deinit(&buffer);
}

static void order_is_bytewise_with_prefixes_first(void **state)
{
    static const char *const rising[] = {"", "a", "a\x01", "aa", "b", "\xc3\xa9"};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 6; j++) {
            int order = by_bytes_compare(by_bytes_of_text(rising[i]), by_bytes_of_text(rising[j]));

            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(
                by_bytes_equal(by_bytes_of_text(rising[i]), by_bytes_of_text(rising[j])), i == j);
        }
    }
    assert_true(by_bytes_equal((struct by_bytes){0}, by_bytes_of_text("")));
}

static void a_cursor_stays_where_it_cannot_take(void **state)
{
    struct by_cursor cursor = {by_bytes_of_text("abc")};
    struct by_bytes taken = {0};
    uint8_t byte = 0;

    (void)state;
    assert_int_equal(by_cursor_take(&cursor, 2, &taken), BANYAN_OK);
    assert_true(by_bytes_equal(taken, by_bytes_of_text("ab")));
    assert_int_equal(by_cursor_take(&cursor, 2, &taken), BANYAN_ERR_TRUNCATED);
    assert_int_equal(by_cursor_take_u8(&cursor, &byte), BANYAN_OK);
    assert_int_equal(byte, 'c');
    assert_int_equal(by_cursor_take_u8(&cursor, &byte), BANYAN_ERR_TRUNCATED);
    assert_int_equal(by_cursor_take(&cursor, 0, &taken), BANYAN_OK);
}

static void integers_stand_in_the_order_they_name(void **state)
{
    uint8_t at[8];
    char hex[17];

    (void)state;
    by_put_u64le(at, 0x0102030405060708u);
    by_hex(by_bytes_of(at, 8), hex);
    assert_string_equal(hex, "0807060504030201");
    assert_true(by_get_u64le(at) == 0x0102030405060708u);
    assert_true(by_get_u64be(at) == 0x0807060504030201u);
    assert_int_equal(by_get_u32le(at), 0x05060708);
    assert_int_equal(by_get_u32be(at), 0x08070605);
    assert_int_equal(by_get_u16le(at), 0x0708);
    by_put_u64be(at, 0x0102030405060708u);
    by_hex(by_bytes_of(at, 8), hex);
    assert_string_equal(hex, "0102030405060708");
    by_put_u32be(at, 0x0a0b0c0du);
    by_put_u32le(at + 4, 0x0a0b0c0du);
    by_hex(by_bytes_of(at, 8), hex);
    assert_string_equal(hex, "0a0b0c0d0d0c0b0a");
    by_put_u16le(at, 0xfe01u);
    by_hex(by_bytes_of(at, 2), hex);
    assert_string_equal(hex, "01fe");
}

static void hex_is_read_in_either_case_and_nothing_else_is(void **state)
{
    static const char *const others[] = {"",     "01f",  "01fe0", "01fg", "0x01",
                                         "01 e", "/1fe", ":1fe",  "@1fe", "`1fe"};
    const uint8_t wanted[] = {0x01, 0xfe};
    uint8_t at[2];

    (void)state;
    assert_true(by_hex_read(by_bytes_of_text("01fe"), at, sizeof at));
    assert_memory_equal(at, wanted, sizeof at);
    assert_true(by_hex_read(by_bytes_of_text("01Fe"), at, sizeof at));
    assert_memory_equal(at, wanted, sizeof at);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (by_hex_read(by_bytes_of_text(others[i]), at, sizeof at))
            fail_msg("%s is read", others[i]);
}

static void numbers_are_written_as_printf_writes_them(void **state)
{
    static const uint64_t numbers[] = {0,         1, 9, 10, 99, 100, 1234567890, UINT64_MAX - 1,
                                       UINT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char written[BY_U64_TEXT_BYTES], expected[BY_U64_TEXT_BYTES];
        int size = snprintf(expected, sizeof expected, "%" PRIu64, numbers[i]);

        assert_int_equal(by_u64_text(numbers[i], written), size);
        assert_string_equal(written, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_as_printf_writes_them),
        cmocka_unit_test(varints_have_one_form),
        cmocka_unit_test(a_buffer_stops_at_its_bound),
        cmocka_unit_test(a_buffer_of_bound_0_holds_nothing),
        cmocka_unit_test(formats_append_and_texts_are_taken),
        cmocka_unit_test(order_is_bytewise_with_prefixes_first),
        cmocka_unit_test(a_cursor_stays_where_it_cannot_take),
        cmocka_unit_test(integers_stand_in_the_order_they_name),
        cmocka_unit_test(hex_is_read_in_either_case_and_nothing_else_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
