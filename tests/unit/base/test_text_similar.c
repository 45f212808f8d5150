#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text_similar.h"

static unsigned alike(const char *a, const char *b)
{
    struct by_trigrams left;
    struct by_trigrams right;

    by_trigrams_of(by_bytes_of_text(a), &left);
    by_trigrams_of(by_bytes_of_text(b), &right);
    assert_int_equal(by_trigrams_alike(&left, &right), by_trigrams_alike(&right, &left));
    return by_trigrams_alike(&left, &right);
}

static void texts_are_as_alike_as_the_runs_they_share(void **state)
{
    (void)state;
    assert_int_equal(alike("con bung", "con bung"), 100);
    assert_int_equal(alike("a", "a"), 100);
    assert_int_equal(alike("abc", "xyz"), 0);
    assert_int_equal(alike("", ""), 0);
    assert_int_equal(alike("", "abc"), 0);
    /* __a _ab abc bc_ and __a _ab abd bd_: two of six */
    assert_int_equal(alike("abc", "abd"), 33);
    assert_true(alike("rung ngap man con bung", "rung ngap man con bun") >= 80);
    assert_true(alike("kampong phluk community", "kompong phluk community") >= 75);
    assert_true(alike("ho ba be", "ho hoa binh") < 80);
    /* characters, not bytes */
    assert_int_equal(alike("кам", "кан"), 33);
    assert_int_equal(alike("ab\xff", "ab"), 100);
}

static void a_text_takes_part_up_to_its_bound(void **state)
{
    char text[BY_SIMILAR_CHARACTERS_MAX + 3];
    struct by_trigrams trigrams;

    (void)state;
    for (size_t size = BY_SIMILAR_CHARACTERS_MAX - 1; size <= BY_SIMILAR_CHARACTERS_MAX + 1;
         size++) {
        for (size_t i = 0; i < size; i++)
            text[i] = (char)('!' + i * i % 90);
        by_trigrams_of(by_bytes_of(text, size), &trigrams);
        assert_in_range(trigrams.count, 1, BY_SIMILAR_CHARACTERS_MAX + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_as_alike_as_the_runs_they_share),
        cmocka_unit_test(a_text_takes_part_up_to_its_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
