/*
 * Asking another program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "process.h"

static const struct {
    const char *script, *last_line;
    int exit_code;
} scripts[] = {
    {"echo one; echo two >&2", "two", 0},
    {"echo 'why not'; echo; exit 3", "why not", 3},
    {"exit 1", "", 1},
    {"cat", "", 0}, // there is nothing to read
    {"kill -TERM $$", "", 128 + 15},
    {"printf ' \\n\\t\\n'", "", 0},
};

static void a_program_tells_what_it_prints_and_how_it_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        const char *const argv[] = {"sh", "-c", scripts[i].script, NULL};
        struct pool pool = {0};
        struct process_end end = process_run(&pool, argv);

        print_message("  %s\n", scripts[i].script);
        assert_true(end.was_run);
        assert_int_equal(end.exit_code, scripts[i].exit_code);
        assert_string_equal(process_last_line(&pool, &end), scripts[i].last_line);
        pool_free(&pool);
    }
}

static void a_program_that_is_not_there_was_not_run(void **state)
{
    static const char *const argv[] = {"banyan-has-no-such-program", NULL};
    struct pool pool = {0};
    struct process_end end = process_run(&pool, argv);

    (void)state;
    assert_false(end.was_run);
    assert_string_equal(end.text, "");
    pool_free(&pool);
}

static const struct {
    unsigned printed, want;
} sizes[] = {
    {PROCESS_TEXT_BYTES_MAX - 1, PROCESS_TEXT_BYTES_MAX - 1},
    {PROCESS_TEXT_BYTES_MAX, PROCESS_TEXT_BYTES_MAX},
    {PROCESS_TEXT_BYTES_MAX + 1, PROCESS_TEXT_BYTES_MAX},
    {20 * PROCESS_TEXT_BYTES_MAX, PROCESS_TEXT_BYTES_MAX},
};

static void what_is_past_the_bound_is_left_out_and_the_program_ends_all_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct pool pool = {0};
        const char *argv[] = {
            "sh", "-c",
            pool_format(&pool, "head -c %u /dev/zero | tr '\\0' x; exit 7", sizes[i].printed),
            NULL};
        struct process_end end = process_run(&pool, argv);

        assert_int_equal(end.exit_code, 7);
        assert_int_equal(strlen(end.text), sizes[i].want);
        pool_free(&pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_tells_what_it_prints_and_how_it_ends),
        cmocka_unit_test(a_program_that_is_not_there_was_not_run),
        cmocka_unit_test(what_is_past_the_bound_is_left_out_and_the_program_ends_all_the_same),
    };

    return cmocka_run_group_tests_name("asking a program", tests, NULL, NULL);
}
