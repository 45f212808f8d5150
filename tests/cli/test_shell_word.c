/*
 * Words of commands that are copied into a shell: the shell itself is asked what it reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell_word.h"

static const char *const words[] = {
    "FACT",      "My Village",
    "-rf",       "$(echo x)",
    "`echo x`",  "A\"; echo x; \"",
    "it's",      "'",
    "\\",        "$HOME 'and' \"more\"",
    "Làng Tôi!", "*",
    "a\\$b",     "",
    "''''",
};

static void a_shell_reads_the_word_that_was_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct pool pool = {NULL};
        char got[256];
        FILE *shell = popen(pool_format(&pool, "printf %%s %s", shell_word(&pool, words[i])), "re");
        size_t size;

        assert_non_null(shell);
        size = fread(got, 1, sizeof got - 1, shell);
        got[size] = '\0';
        assert_int_equal(pclose(shell), 0);
        assert_string_equal(got, words[i]);
        pool_free(&pool);
    }
}

static void ordinary_names_stand_in_double_quotes(void **state)
{
    struct pool pool = {NULL};

    (void)state;
    assert_string_equal(shell_word(&pool, "My Village"), "\"My Village\"");
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shell_reads_the_word_that_was_meant),
        cmocka_unit_test(ordinary_names_stand_in_double_quotes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
