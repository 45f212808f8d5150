#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_SUCH_PROGRAM 127 // as shells call it

static _Noreturn void become(const char *const *argv, int output)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(output, STDERR_FILENO) >= 0)
        (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(NO_SUCH_PROGRAM);
}

/* All of it is read, so that the program never waits for us. */
static const char *read_output(struct pool *pool, int from)
{
    char *text = pool_allocate(pool, PROCESS_TEXT_BYTES_MAX + 1);
    char rest[4096];
    size_t size = 0;

    for (;;) {
        size_t room = PROCESS_TEXT_BYTES_MAX - size;
        ssize_t got = read(from, room > 0 ? text + size : rest, room > 0 ? room : sizeof(rest));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return text;
        if (room > 0)
            size += (size_t)got;
    }
}

static int wait_for(pid_t child)
{
    int result = 0;

    while (waitpid(child, &result, 0) < 0)
        if (errno != EINTR)
            return NO_SUCH_PROGRAM;
    return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}

struct process_end process_run(struct pool *pool, const char *const *argv)
{
    struct process_end end = {.exit_code = NO_SUCH_PROGRAM, .text = ""};
    int ends[2];
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return end;
    child = fork();
    if (child == 0)
        become(argv, ends[1]);
    (void)close(ends[1]);
    if (child > 0) {
        end.text = read_output(pool, ends[0]);
        end.exit_code = wait_for(child);
        end.was_run = end.exit_code != NO_SUCH_PROGRAM;
    }
    (void)close(ends[0]);
    return end;
}

const char *process_last_line(struct pool *pool, const struct process_end *end)
{
    size_t size = strlen(end->text), begin;

    while (size > 0 && strchr(" \n\r\t", end->text[size - 1]) != NULL)
        size--;
    for (begin = size; begin > 0 && end->text[begin - 1] != '\n';)
        begin--;
    return pool_copy(pool, end->text + begin, size - begin);
}
