/*
 * Sentences at a terminal: where their lines are broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "output.h"

static const struct {
    const char *name;
    size_t columns; /* of the terminal; 0 = none */
    const char *format;
    const char *text;
    const char *want;
} cases[] = {
    {"without a terminal a sentence stays as it is written", 0,
     "They answer with a bundle file of {}; where they\ncan reach it, start banyan run.\n", "Búng",
     "They answer with a bundle file of Búng; where they\ncan reach it, start banyan run.\n"},
    {"at a terminal it is broken at spaces, wherever it was", 30,
     "They answer with a bundle file of {}; where they\ncan reach it, start banyan run.\n", "Búng",
     "They answer with a bundle file\nof Búng; where they can reach\nit, start banyan run.\n"},
    {"a line that ends a sentence ends there", 30, "Founded.\nHome: {}\n\nNext\n", "a",
     "Founded.\nHome: a\n\nNext\n"},
    {"a line that fits is not touched", 10, "0123456789\n", "", "0123456789\n"},
    {"a command is not broken", 20, "Run\n\n    banyan admit {} --digits\n", "Somebody",
     "Run\n\n    banyan admit Somebody --digits\n"},
    {"a word that is too long goes on alone", 8, "a {} b\n", "0123456789", "a\n0123456789\nb\n"},
    {"columns are counted, not bytes or styles", 8, "{bold}湄公河{plain} x {bold}{}{plain}\n", "yy",
     "\x1b[1m湄公河\x1b[0m x\n\x1b[1myy\x1b[0m\n"},
    {"a question without an end of line has none", 12, "Type group {} now: ", "3",
     "Type group 3\nnow: "},
};

static void sentences_are_broken_where_the_terminal_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *got = NULL;
        size_t size = 0;
        struct output out = {open_memstream(&got, &size), true, cases[i].columns};

        assert_non_null(out.stream);
        say(&out, cases[i].format, cases[i].text, NULL);
        fclose(out.stream);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s:\n%s", cases[i].name, got);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_are_broken_where_the_terminal_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
