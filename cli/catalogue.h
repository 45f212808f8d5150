/*
 * The translations in po/ as tables, written by po/compile_catalogues.py when banyan is built: one
 * program file carries all languages, on systems that know none of them.
 */
#ifndef CLI_CATALOGUE_H
#define CLI_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

struct catalogue {
    const char *language;     /* BCP 47 */
    const char *const *texts; /* in the order of the ids; NULL = not translated; forms of a plural
                                 follow each other, each with its NUL */
    size_t (*form)(uint64_t count);
};

/* English texts, behind their context and \004 where they have one, in the order of strcmp. */
extern const char *const catalogue_ids[];
extern const size_t catalogue_id_count;
/* Ends with a language that is NULL. */
extern const struct catalogue catalogues[];

#endif
