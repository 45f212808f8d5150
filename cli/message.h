/*
 * Words for people, in their language. What is written in the source is English, marked so that
 * it can be translated; po/README.md tells how a language is added.
 *
 *   say(&cli->out, _("Nothing was changed.\n"), NULL);        here and now
 *   .summary = N_("take a record away"),                      in a table; _(it) where it is shown
 *   counted(&pool, count, "%s record", "%s records")          "1 record", "1,234 records"
 *   C_("of a table", "since")                                 where one word means two things
 *
 * A marked text is a whole sentence, or all that stands in one place: languages differ in the
 * order of words. Names of commands, options and fields, and what programs read (--json), are
 * the same in every language and are not marked.
 */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "pool.h"

#define _(text)              message_text(text)
#define N_(text)             text
#define C_(context, text)    message_in(context "\004" text)
#define P_(one, many, count) message_counted(one, many, count)

/* A count and what is counted; "%s" in both texts stands for the number. */
#define counted(pool, count, one, many)                                                            \
    pool_format(pool, P_(one, many, count), number_text(pool, count))

/* Tell in this language from now on (BCP 47, as "vi" or "pt-BR"). False, and English from now on,
 * where there is no such translation. Called before anything is told: the one setting that is the
 * whole program's. */
bool message_choose(const char *language);

/* Each borrowed, for ever: the translation, or the text itself. */
const char *message_text(const char *text) __attribute__((format_arg(1)));
const char *message_counted(const char *one, const char *many, uint64_t count)
    __attribute__((format_arg(1), format_arg(2)));
/* Of "context\004text"; without a translation, the text. */
const char *message_in(const char *text_in_context);

/* "1,234"; what stands between the thousands is the language's. */
const char *number_text(struct pool *pool, uint64_t number);

#endif
