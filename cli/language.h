/*
 * Which language people are told in, and which one labels and names are shown in.
 */
#ifndef CLI_LANGUAGE_H
#define CLI_LANGUAGE_H

#include <stdbool.h>

#include "pool.h"

/* "vi", "hmn-Latn": two or three letters, then anything of letters and digits behind dashes. */
bool language_is_tag(const char *text);

/*
 * Choose what messages are told in, and return the language of labels (BCP 47): `asked`, of --lang;
 * else BANYAN_LANG; else the system's: LANGUAGE names some, the best first, unless the locale
 * (LC_ALL, LC_MESSAGES or LANG, the first that is set) is C, which asks for English.
 */
const char *language_choose(struct pool *pool, const char *asked);

/* The value of --lang among words as typed, so that a mistake beside it is told in it too; NULL. */
const char *language_typed(int argc, char **argv);

#endif
