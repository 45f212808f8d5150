/*
 * --as-of TIME: what there was at a moment that has passed.
 */
#ifndef CLI_AS_OF_OPTION_H
#define CLI_AS_OF_OPTION_H

#include "cli.h"

#define AS_OF_OPTION                                                                               \
    {                                                                                              \
        "as-of", N_("TIME"),                                                                       \
            N_("as it was at the end of a year, month, day or minute (2026-11-21, '2026-11-21 "    \
               "15:46'), or some time ago (12h, 14d, 3w)"),                                        \
            false                                                                                  \
    }

/* The moment given in Unix ms, never 0; 0 without one. Returns the exit code, the mistake told. */
int read_as_of(struct cli *cli, uint64_t *out_ms);

#endif
