#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/decimal.h"

static const struct {
    const char *text;
    const char *normal; /* NULL: no decimal */
} rows[] = {
    {"0", "0"},
    {"-0", "0"},
    {"0.0", "0"},
    {"-0.00", "0"},
    {"1", "1"},
    {"1.0", "1"},
    {"1.50", "1.5"},
    {"-12.340", "-12.34"},
    {"100", "100"},
    {"0.001", "0.001"},
    {"123456789012345678901234567890123456789", "123456789012345678901234567890123456789"},
    {"1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890"},
    {"12345678901234567890123456789012345678901", NULL},
    {"", NULL},
    {"-", NULL},
    {".", NULL},
    {".5", NULL},
    {"5.", NULL},
    {"00", NULL},
    {"01", NULL},
    {"-01.5", NULL},
    {"1e5", NULL},
    {"+1", NULL},
    {"1,5", NULL},
    {"1.5.1", NULL},
    {" 1", NULL},
    {"--1", NULL},
    {"\xd9\xa1", NULL},
};

static void equal_numbers_have_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes text = by_bytes_of_text(rows[i].text);
        struct by_buffer out = BY_BUFFER_INIT(64);

        print_message("%s\n", rows[i].text);
        assert_int_equal(by_decimal_is(text), rows[i].normal != NULL);
        assert_int_equal(by_decimal_normal(text, &out),
                         rows[i].normal != NULL ? BANYAN_OK : BANYAN_ERR_INVALID);
        assert_true(by_bytes_equal(by_buffer_bytes(&out),
                                   by_bytes_of_text(rows[i].normal ? rows[i].normal : "")));
        by_buffer_deinit(&out);
    }
}

static void decimals_of_any_length_are_compared_as_numbers(void **state)
{
    /* From the least to the most; those of one row are equal. */
    static const char *const order[][3] = {
        {"-1234567890123456789012345678901234567"},
        {"-12.5", "-12.50"},
        {"-12"},
        {"-0.001"},
        {"0", "-0", "0.00"},
        {"0.0009"},
        {"0.001", "0.0010"},
        {"0.01"},
        {"9", "9.0"},
        {"9.99"},
        {"10"},
        {"123456789012345678901234567890123456788"},
        {"123456789012345678901234567890123456789"},
    };
    size_t count = sizeof order / sizeof order[0];

    (void)state;
    for (size_t i = 0; i < count * 3; i++)
        for (size_t k = 0; k < count * 3; k++) {
            const char *a = order[i / 3][i % 3];
            const char *b = order[k / 3][k % 3];
            int expected = (i / 3 > k / 3) - (i / 3 < k / 3);
            int found = 0;

            if (a == NULL || b == NULL)
                continue;
            found = by_decimal_compare(by_bytes_of_text(a), by_bytes_of_text(b));
            if ((found > 0) - (found < 0) != expected)
                fail_msg("%s to %s: %d", a, b, found);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_numbers_have_one_form),
        cmocka_unit_test(decimals_of_any_length_are_compared_as_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
