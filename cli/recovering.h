/*
 * What device add and key recover share: a home made with a recovery code and a bundle.
 */
#ifndef CLI_RECOVERING_H
#define CLI_RECOVERING_H

#include "cli.h"

extern const struct option recovering_options[];

/* done: told at the end, with organisation, role and home. */
int recovering_run(struct cli *cli, const char *done);

#endif
