/*
 * Asking another program: run it, and take what it prints.
 */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

#include <stdbool.h>

#include "pool.h"

struct process_end {
    bool was_run;     /* false: there is no such program, or no process could be had */
    int exit_code;    /* 128 and more when a signal ended it */
    const char *text; /* of both streams, what is past PROCESS_TEXT_BYTES_MAX left out */
};
#define PROCESS_TEXT_BYTES_MAX 65536u

/* argv ends in NULL; argv[0] is looked for in PATH. It reads nothing. */
struct process_end process_run(struct pool *pool, const char *const *argv);

/* The last line that is not empty, where programs say what went wrong. */
const char *process_last_line(struct pool *pool, const struct process_end *end);

#endif
