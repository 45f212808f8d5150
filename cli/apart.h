/*
 * A command in a process of its own: a damaged store can end the process that reads it, since LMDB
 * believes what stands in its pages.
 */
#ifndef CLI_APART_H
#define CLI_APART_H

#include "cli.h"

/* work as the whole of a command, before anything is opened. Its exit code; where it was ended by
 * what damage does, the failure is told as BANYAN_ERR_DAMAGED. */
int apart_run(struct cli *cli, int (*work)(struct cli *cli));

#endif
