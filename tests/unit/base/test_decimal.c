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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equal_numbers_have_one_form)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
