/*
 * A word of a command that people copy into a shell.
 */
#ifndef CLI_SHELL_WORD_H
#define CLI_SHELL_WORD_H

#include "pool.h"

/* The word in quotes, so that a shell takes it as it is, whoever wrote it: in double ones where
 * these do, as people know them. */
const char *shell_word(struct pool *pool, const char *word);

#endif
