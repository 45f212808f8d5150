#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "sync/channel_hello.h"

static void a_hello_has_the_bytes_of_the_protocol_page(void **state)
{
    const struct by_hello hello = {1, 0x0203, 0x0405060708090a0bu};
    const uint8_t expected[BY_HELLO_BYTES] = {1,    0,    3,    2,    0x0b, 0x0a,
                                              0x09, 0x08, 0x07, 0x06, 0x05, 0x04};
    uint8_t bytes[BY_HELLO_BYTES];
    struct by_hello back;

    (void)state;
    by_hello_put(&hello, bytes);
    assert_memory_equal(bytes, expected, sizeof bytes);
    assert_int_equal(by_hello_get(by_bytes_of(bytes, sizeof bytes), 1, &back), BANYAN_OK);
    assert_int_equal(back.version_min, hello.version_min);
    assert_int_equal(back.version_max, hello.version_max);
    assert_true(back.features == hello.features);
}

static void a_hello_is_read_in_its_one_form(void **state)
{
    static const struct {
        uint16_t version_min, version_max;
        size_t size;
        enum banyan_status status;
    } rows[] = {
        {1, 3, BY_HELLO_BYTES - 1, BANYAN_ERR_TRUNCATED},
        {1, 3, BY_HELLO_BYTES, BANYAN_OK},
        {1, 3, BY_HELLO_BYTES + 1, BANYAN_ERR_NOT_CANONICAL},
        {1, 4, BY_HELLO_BYTES + 1, BANYAN_OK},
        {1, 4, BY_HELLO_BYTES_MAX - 1, BANYAN_OK},
        {1, 4, BY_HELLO_BYTES_MAX, BANYAN_OK},
        {1, 4, BY_HELLO_BYTES_MAX + 1, BANYAN_ERR_TOO_LARGE},
        {0, 3, BY_HELLO_BYTES, BANYAN_ERR_MALFORMED},
        {0, 0, BY_HELLO_BYTES, BANYAN_ERR_MALFORMED},
        {3, 3, BY_HELLO_BYTES, BANYAN_OK},
        {4, 3, BY_HELLO_BYTES, BANYAN_ERR_MALFORMED},
        {1, 65535, BY_HELLO_BYTES, BANYAN_OK},
        {1, 3, 0, BANYAN_ERR_TRUNCATED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct by_hello hello = {rows[i].version_min, rows[i].version_max, 0};
        uint8_t bytes[BY_HELLO_BYTES_MAX + 1] = {0};
        struct by_hello back;
        enum banyan_status status;

        by_hello_put(&hello, bytes);
        status = by_hello_get(by_bytes_of(bytes, rows[i].size), 3, &back);
        if (status != rows[i].status)
            fail_msg("row %zu: %s", i, banyan_status_name(status));
    }
}

static void the_highest_common_version_and_the_common_features_win(void **state)
{
    static const struct {
        struct by_hello a, b;
        uint16_t version; /* 0: none */
        uint64_t features;
    } rows[] = {
        {{1, 1, 0}, {1, 1, 0}, 1, 0},
        {{1, 3, 6}, {2, 5, 3}, 3, 2},
        {{1, 9, 1}, {4, 6, 1}, 6, 1},
        {{1, 2, 0}, {3, 4, 0}, 0, 0},
        {{1, 2, 0}, {2, 4, 0}, 2, 0},
        {{65535, 65535, UINT64_MAX}, {1, 65535, UINT64_MAX}, 65535, UINT64_MAX},
        {{65535, 65535, 0}, {1, 65534, 0}, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum banyan_status expected = rows[i].version > 0 ? BANYAN_OK : BANYAN_ERR_UPGRADE;
        uint16_t version[2] = {0, 0};
        uint64_t features[2] = {0, 0};

        assert_int_equal(by_hello_agree(&rows[i].a, &rows[i].b, &version[0], &features[0]),
                         expected);
        assert_int_equal(by_hello_agree(&rows[i].b, &rows[i].a, &version[1], &features[1]),
                         expected);
        for (size_t side = 0; side < 2; side++) {
            assert_int_equal(version[side], rows[i].version);
            assert_true(features[side] == rows[i].features);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_has_the_bytes_of_the_protocol_page),
        cmocka_unit_test(a_hello_is_read_in_its_one_form),
        cmocka_unit_test(the_highest_common_version_and_the_common_features_win),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
