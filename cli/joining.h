/*
 * What founding a network and joining one have in common.
 */
#ifndef CLI_JOINING_H
#define CLI_JOINING_H

#include "cli.h"

/* --org, --country and --kind; NULL where not given. */
struct banyan_profile joining_profile(struct cli *cli);

/* Show the recovery code that is in cli->answer, and what comes next. Returns the exit code. */
int joining_tell(struct cli *cli, const char *done, const char *next);

#endif
