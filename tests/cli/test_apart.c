/*
 * What ends a command's own process, and what the one who waits makes of it.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "apart.h"

static int end_well(struct cli *cli)
{
    (void)cli;
    return BANYAN_CLASS_DONE;
}

static int end_in_failure(struct cli *cli)
{
    (void)cli;
    return BANYAN_CLASS_USAGE;
}

static int fall(struct cli *cli)
{
    (void)cli;
    (void)raise(SIGSEGV);
    return BANYAN_CLASS_DONE;
}

static int read_behind_the_end(struct cli *cli)
{
    (void)cli;
    (void)raise(SIGBUS);
    return BANYAN_CLASS_DONE;
}

static int abort_itself(struct cli *cli)
{
    (void)cli;
    abort();
}

static void the_exit_code_is_that_of_the_work_and_of_damage_where_it_falls(void **state)
{
    static const struct {
        int (*work)(struct cli *cli);
        int exit_code;
    } rows[] = {{end_well, BANYAN_CLASS_DONE},
                {end_in_failure, BANYAN_CLASS_USAGE},
                {fall, BANYAN_CLASS_STORAGE},
                {read_behind_the_end, BANYAN_CLASS_STORAGE},
                {abort_itself, BANYAN_CLASS_STORAGE}};
    struct cli cli = {.home = "here",
                      .out = output_for(stdout, COLOR_NEVER),
                      .err = output_for(stderr, COLOR_NEVER)};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(apart_run(&cli, rows[i].work), rows[i].exit_code);
    pool_free(&cli.pool);
}

static int stop(struct cli *cli)
{
    (void)cli;
    (void)raise(SIGTERM);
    return BANYAN_CLASS_DONE;
}

static void who_waits_ends_as_the_work_did_when_a_person_ended_it(void **state)
{
    struct cli cli = {.home = "here"};
    int result = 0;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(apart_run(&cli, stop));
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFSIGNALED(result));
    assert_int_equal(WTERMSIG(result), SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exit_code_is_that_of_the_work_and_of_damage_where_it_falls),
        cmocka_unit_test(who_waits_ends_as_the_work_did_when_a_person_ended_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
