/*
 * What device add and key recover share: a home made with a recovery code and a bundle.
 */
#ifndef CLI_RECOVERING_H
#define CLI_RECOVERING_H

#include "cli.h"

extern const struct option recovering_options[];

/* What a home that is back tells of itself: done, with organisation, role and home, and the other
 * devices. The answer of the call is cli->document. */
void recovering_print(struct cli *cli, const char *done);

/* done: told at the end, with organisation, role and home. */
int recovering_run(struct cli *cli, const char *done);

#endif
