/* Text of others, shown safely and in columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "banyan/text.h"

static void the_longest_beginning_fits_and_no_character_is_cut(void **state)
{
    static const struct {
        const char *claim;
        const char *text;
        size_t columns;
        const char *wanted;
    } cases[] = {
        {"nothing fits in no columns", "abc", 0, ""},
        {"one short", "abc", 2, "ab"},
        {"exactly", "abc", 3, "abc"},
        {"room to spare", "abc", 9, "abc"},
        {"empty", "", 3, ""},
        {"two bytes are one column", "ộộ", 1, "ộ"},
        {"wide characters are whole or not there", "水水", 3, "水"},
        {"a wide one does not fit in one", "水", 1, ""},
        {"marks stay with their character", "e\xcc\x81x", 1, "e\xcc\x81"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size = banyan_text_fit(cases[i].text, strlen(cases[i].text), cases[i].columns);
        print_message("%s\n", cases[i].claim);
        assert_int_equal(size, strlen(cases[i].wanted));
        assert_memory_equal(cases[i].text, cases[i].wanted, size);
    }
    assert_int_equal(banyan_text_fit(NULL, 0, 5), 0);
}

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(banyan_text_columns("abc", 3), 3);
    assert_int_equal(banyan_text_columns("水", 3), 2);
    assert_int_equal(banyan_text_columns(NULL, 0), 0);
}

static void what_controls_a_terminal_becomes_visible(void **state)
{
    static const char evil[] = "a\x1b[2Jb\nc";
    (void)state;

    struct banyan_text visible = banyan_text_visible(evil, sizeof evil - 1, false);
    assert_non_null(visible.data);
    assert_int_equal(strlen(visible.data), visible.size);
    assert_null(strchr(visible.data, '\x1b'));
    assert_null(strchr(visible.data, '\n'));
    banyan_text_free(&visible);
    assert_null(visible.data);
    visible = banyan_text_visible(evil, sizeof evil - 1, true);
    assert_non_null(strchr(visible.data, '\n'));
    banyan_text_free(&visible);
    visible = banyan_text_visible(NULL, 0, true);
    assert_int_equal(visible.size, 0);
    banyan_text_free(&visible);
    banyan_text_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_beginning_fits_and_no_character_is_cut),
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(what_controls_a_terminal_becomes_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
