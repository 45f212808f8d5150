#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const struct {
    const char *text;
    bool keep_lines;
    const char *want;
    size_t columns; /* of text */
} rows[] = {
    {"", false, "", 0},
    {"abc", false, "abc", 3},
    {"\x1b]0;x\x07", false, "\\x1b]0;x\\x07", 4},
    {"a\nb\tc", false, "a\\x0ab\\x09c", 3},
    {"a\nb\tc\r", true, "a\nb\tc\\x0d", 3},
    {"\x7f\xc2\x9b", true, "\\x7fU+009B", 0},
    {"\xe2\x80\xaetxt.exe", false, "U+202Etxt.exe", 7},
    {"\xe2\x81\xa6\xe2\x81\xa9", false, "U+2066U+2069", 0},
    {"\xd8\x9c\xef\xbb\xbf", false, "U+061CU+FEFF", 0},
    {"\xf3\xa0\x81\x81", false, "U+E0041", 0},
    {"a\xff\xc0\xaf", false, "a\\xff\\xc0\\xaf", 4},
    {"\xe1\x9e", false, "\\xe1\\x9e", 2},
    {"Đồng", false, "Đồng", 4},
    {"中国", false, "中国", 4},
    {"ក\xe2\x80\x8bខ", false, "ក\xe2\x80\x8bខ", 2}, /* Khmer needs its zero-width space */
    {"ກໍ່", false, "ກໍ່", 1},
    {"ភា", false, "ភា", 2}, /* a vowel sign that stands beside its letter */
    {"a\xc2\xad"
     "b",
     false,
     "a\xc2\xad"
     "b",
     3},
};

static void nothing_shown_steers_a_terminal(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes text = by_bytes_of_text(rows[i].text);
        struct by_buffer out = BY_BUFFER_INIT(100);

        print_message("%s\n", rows[i].want);
        assert_int_equal(by_text_visible(text, rows[i].keep_lines, &out), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of_text(rows[i].want)));
        assert_int_equal(by_text_columns(text), rows[i].columns);
        by_buffer_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_shown_steers_a_terminal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
