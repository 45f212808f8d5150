#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/near.h"

static void distances_count_changes(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {{"", "", 0},
                {"", "abc", 3},
                {"abc", "abc", 0},
                {"abc", "abd", 1},
                {"abc", "acb", 1},
                {"abc", "ab", 1},
                {"ca", "abc", 3},
                {"cambodja", "cambodia", 1},
                {"kitten", "sitting", 3}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct by_bytes a = by_bytes_of_text(rows[i].a);
        struct by_bytes b = by_bytes_of_text(rows[i].b);

        assert_int_equal(by_near_distance(a, b), rows[i].distance);
        assert_int_equal(by_near_distance(b, a), rows[i].distance);
    }
}

static void words_past_64_bytes_are_far_from_everything(void **state)
{
    char word[65];

    (void)state;
    memset(word, 'a', sizeof word);
    assert_int_equal(by_near_distance(by_bytes_of(word, 64), by_bytes_of(word, 63)), 1);
    assert_int_equal(by_near_distance(by_bytes_of(word, 65), by_bytes_of(word, 64)), SIZE_MAX);
    assert_false(by_near_is(by_bytes_of(word, 65), by_bytes_of(word, 64)));
}

static void near_is_a_beginning_or_a_few_slips(void **state)
{
    (void)state;
    assert_true(by_near_is(by_bytes_of_text("tagz"), by_bytes_of_text("tags")));
    assert_true(by_near_is(by_bytes_of_text("start"), by_bytes_of_text("start_date")));
    assert_false(by_near_is(by_bytes_of_text("st"), by_bytes_of_text("start_date")));
    assert_false(by_near_is(by_bytes_of_text("area"), by_bytes_of_text("tags")));
    assert_false(by_near_is(by_bytes_of_text(""), by_bytes_of_text("tags")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_count_changes),
        cmocka_unit_test(words_past_64_bytes_are_far_from_everything),
        cmocka_unit_test(near_is_a_beginning_or_a_few_slips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
