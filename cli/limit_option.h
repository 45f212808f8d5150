/*
 * --limit N, the same for every command that lists.
 */
#ifndef CLI_LIMIT_OPTION_H
#define CLI_LIMIT_OPTION_H

#include "cli.h"

#define LIMIT_OPTION                                                                               \
    {                                                                                              \
        "limit", N_("N"), N_("at most so many"), false                                             \
    }

/* The limit given, else `usual`. Returns the exit code, the mistake told. */
int read_limit(struct cli *cli, uint64_t usual, uint64_t *out_limit);

#endif
