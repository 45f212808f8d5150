#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * The text functions against the Unicode Consortium's normalisation test, against utf8proc over all
 * code points and compositions, and against a list of strings known to upset programs.
 */
#include <utf8proc.h>

#include "base/code_points.h"
#include "base/text.h"
#include "lib/shared.h"

/* "0044 0307" to UTF-8, up to the next semicolon; gives what stands behind it. */
static const char *read_column(const char *at, struct by_buffer *out)
{
    by_buffer_reset(out);
    while (*at != ';') {
        char *end = NULL;
        unsigned long code_point = strtoul(at, &end, 16);

        assert_int_equal(by_utf8_append((int32_t)code_point, out), BANYAN_OK);
        at = end;
        while (*at == ' ')
            at++;
    }
    return at + 1;
}

static bool is_character(int32_t code_point)
{
    return utf8proc_codepoint_valid(code_point) && code_point >= 0x20 &&
           !(code_point >= 0x7f && code_point < 0xa0);
}

static bool is_without_controls(struct by_bytes text)
{
    while (text.size > 0) {
        if (!is_character(by_utf8_take(&text)))
            return false;
    }
    return true;
}

/* Columns: source; NFC; NFD; NFKC; NFKD. Normal form C of the first three is the second, of the
 * others the fourth. */
static void check_line(const char *line, struct by_buffer columns[6])
{
    static const size_t want_of[5] = {1, 1, 1, 3, 3};
    const char *at = line;

    for (size_t i = 0; i < 5; i++)
        at = read_column(at, &columns[i]);
    for (size_t i = 0; i < 5; i++) {
        struct by_bytes text = by_buffer_bytes(&columns[i]);
        struct by_bytes want = by_buffer_bytes(&columns[want_of[i]]);

        if (!is_without_controls(text))
            continue;
        by_buffer_reset(&columns[5]);
        assert_int_equal(by_text_normalise(text, &columns[5]), BANYAN_OK);
        if (!by_bytes_equal(by_buffer_bytes(&columns[5]), want) ||
            (by_text_check(text) == BANYAN_OK) != by_bytes_equal(text, want))
            fail_msg("column %zu of %.60s", i + 1, line);
    }
}

static void normal_form_c_is_that_of_the_consortium(void **state)
{
    struct by_buffer columns[6] = {0};
    size_t size = 0;
    char *text = test_shared_read("vectors/unicode/NormalizationTest.txt.bz2", "bzcat", &size);
    size_t count = 0;

    (void)state;
    if (text == NULL)
        skip();
    for (size_t i = 0; i < 6; i++)
        columns[i].size_max = 4096;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (*line == '#' || *line == '@')
            continue;
        check_line(line, columns);
        count++;
    }
    print_message("%zu lines\n", count);
    assert_true(count > 18000);
    for (size_t i = 0; i < 6; i++)
        by_buffer_deinit(&columns[i]);
    free(text);
}

/* Whether our check says of a text what utf8proc says. */
static void compare_with_library(struct by_bytes text)
{
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t size = utf8proc_map(text.data, (utf8proc_ssize_t)text.size, &normal,
                                         (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    bool is_normal = false;

    assert_true(size >= 0);
    is_normal = by_bytes_equal(text, by_bytes_of(normal, (size_t)size));
    if ((by_text_check(text) == BANYAN_OK) != is_normal)
        fail_msg("differs for %.*s", (int)text.size, (const char *)text.data);
    free(normal);
}

static void compare_behind(const char *before, const int32_t *code_points, size_t count)
{
    struct by_buffer text = BY_BUFFER_INIT(200);

    assert_int_equal(by_buffer_append_bytes(&text, by_bytes_of_text(before)), BANYAN_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(by_utf8_append(code_points[i], &text), BANYAN_OK);
    compare_with_library(by_buffer_bytes(&text));
    by_buffer_deinit(&text);
}

/* Each code point alone, behind letters, behind marks of low and of high class, and taken apart. */
static void every_code_point_is_judged_as_the_library_does(void **state)
{
    static const char *const before[] = {
        "", "a", "\xe0\xba\x81", "a\xcc\xb4", "\xe1\x9f\x92", "\xe0\xba\x81\xe0\xbb\x88"};
    int32_t parts[32];

    (void)state;
    for (int32_t code_point = 0; code_point < 0x110000; code_point++) {
        utf8proc_ssize_t count = 0;
        int boundary = 0;

        if (!is_character(code_point))
            continue;
        for (size_t i = 0; i < (code_point < 0x20000 ? 6 : 1); i++)
            compare_behind(before[i], &code_point, 1);
        count = utf8proc_decompose_char(code_point, parts, 32, UTF8PROC_DECOMPOSE, &boundary);
        if (count > 1)
            compare_behind("", parts, (size_t)count);
    }
}

static void naughty_strings_come_out_as_clean_text(void **state)
{
    size_t size = 0;
    char *text = test_shared_read("vectors/blns/blns.txt", NULL, &size);
    size_t count = 0;

    (void)state;
    if (text == NULL)
        skip();
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        struct by_bytes raw = by_bytes_of_text(line);
        struct by_buffer normal = BY_BUFFER_INIT(100000);
        struct by_buffer shown = BY_BUFFER_INIT(100000);
        struct by_buffer folded = BY_BUFFER_INIT(100000);

        assert_int_equal(by_text_visible(raw, false, &shown), BANYAN_OK);
        assert_true(is_without_controls(by_buffer_bytes(&shown)));
        if (by_text_normalise(raw, &normal) == BANYAN_OK) {
            assert_int_equal(by_text_check(by_buffer_bytes(&normal)), BANYAN_OK);
            assert_int_equal(by_text_fold(by_buffer_bytes(&normal), &folded), BANYAN_OK);
        }
        by_buffer_deinit(&normal);
        by_buffer_deinit(&shown);
        by_buffer_deinit(&folded);
        count++;
    }
    assert_true(count > 500);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_form_c_is_that_of_the_consortium),
        cmocka_unit_test(every_code_point_is_judged_as_the_library_does),
        cmocka_unit_test(naughty_strings_come_out_as_clean_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
