/*
 * The command line taken apart: options (--name, --name value, --name=value, "--" ends them) and
 * words.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

struct option {
    const char *name;  /* without the dashes */
    const char *value; /* what help calls its value; NULL = none is taken */
    const char *help;
    bool repeats;
};
#define OPTIONS_END                                                                                \
    {                                                                                              \
        NULL, NULL, NULL, false                                                                    \
    }

struct option_use {
    const struct option *option;
    const char *value;
};

struct args {
    struct option_use *uses;
    size_t use_count;
    const char **words;
    size_t word_count;
};

/* What may be given: two lists that end in OPTIONS_END, the second may be NULL. */
struct options {
    const struct option *common;
    const struct option *own;
    bool has_dashed_words; /* words may begin with one dash */
};

/*
 * Take argv[at] and what follows apart, up to the first word when stop_at_word is set. Returns
 * where it stopped. On a mistake *out_mistake is one sentence, else NULL.
 */
int args_parse(struct args *args, struct pool *pool, const struct options *options, int argc,
               char **argv, int at, bool stop_at_word, const char **out_mistake);

bool args_has(const struct args *args, const char *name);
/* The value given last; NULL when the option was not given. */
const char *args_value(const struct args *args, const char *name);
/* Every value given, in order. */
const char **
args_values(const struct args *args, struct pool *pool, const char *name, size_t *out_count);

/* How many single changes (a letter more, less, other, or two swapped) lie between two words. */
size_t word_distance(const char *a, const char *b);

#endif
