/*
 * What became of a decision about members: done at once, or waiting for the approval of others.
 */
#ifndef CLI_DECISION_H
#define CLI_DECISION_H

#include "cli.h"

/* Take and tell the answer of banyan_role or banyan_remove. The exit code of the command. */
int decision_tell(struct cli *cli, enum banyan_status status);

/* "FACT, SODA" of an array of {"id", "name"}. */
const char *names_text(struct pool *pool, const json_t *organisations);

#endif
