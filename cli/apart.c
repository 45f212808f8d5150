#include "apart.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const int of_damage[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
#define OF_DAMAGE_COUNT (sizeof(of_damage) / sizeof(of_damage[0]))

static _Noreturn void run_as_child(struct cli *cli, int (*work)(struct cli *cli))
{
    const struct rlimit none = {0};
    int exit_code;

    (void)setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < OF_DAMAGE_COUNT; i++)
        (void)signal(of_damage[i], SIG_DFL);
    exit_code = work(cli);
    banyan_node_close(cli->node);
    if (fflush(stdout) != 0 || ferror(stdout))
        exit_code =
            cli_fail(cli, BANYAN_ERR_DISK,
                     pool_format(&cli->pool, _("cannot write the answer: %s"), _(strerror(errno))));
    _exit(exit_code);
}

static int tell_end(struct cli *cli, int number)
{
    for (size_t i = 0; i < OF_DAMAGE_COUNT; i++) {
        if (of_damage[i] == number)
            return cli_fail(cli, BANYAN_ERR_DAMAGED,
                            pool_format(&cli->pool,
                                        _("the store in %s is damaged so that it cannot be read: "
                                          "put the home back from a copy, or join anew"),
                                        cli->home));
    }
    /* Ended by the user: so are we. */
    (void)signal(number, SIG_DFL);
    (void)raise(number);
    return 128 + number; /* as shells call it; reached only where the signal is blocked */
}

int apart_run(struct cli *cli, int (*work)(struct cli *cli))
{
    int result = 0;
    pid_t child, ended;

    (void)fflush(NULL);
    child = fork();
    if (child == 0)
        run_as_child(cli, work);
    if (child < 0)
        return cli_fail(
            cli, BANYAN_ERR_MEMORY,
            pool_format(&cli->pool, _("cannot start a process for it: %s"), _(strerror(errno))));
    do
        ended = waitpid(child, &result, 0);
    while (ended < 0 && errno == EINTR);
    return WIFEXITED(result) ? WEXITSTATUS(result) : tell_end(cli, WTERMSIG(result));
}
