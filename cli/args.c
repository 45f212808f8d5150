#include "args.h"

#include <string.h>

#include "message.h"

#define WORD_BYTES_MAX 32u /* names are shorter; longer words are near to none */

size_t word_distance(const char *a, const char *b)
{
    size_t rows[3][WORD_BYTES_MAX + 1];
    size_t a_size = strlen(a), b_size = strlen(b);
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    if (a_size > WORD_BYTES_MAX || b_size > WORD_BYTES_MAX)
        return WORD_BYTES_MAX;
    for (size_t j = 0; j <= b_size; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *oldest = before;

        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_size];
}

static const struct option *find(const struct option *list, const char *name, size_t size)
{
    for (; list != NULL && list->name != NULL; list++)
        if (strlen(list->name) == size && memcmp(list->name, name, size) == 0)
            return list;
    return NULL;
}

static const struct option *
find_in_both(const struct options *options, const char *name, size_t size)
{
    const struct option *option = find(options->own, name, size);

    return option != NULL ? option : find(options->common, name, size);
}

static void look_for_nearest(const struct option *list, const char *name, const char **nearest,
                             size_t *distance)
{
    for (; list != NULL && list->name != NULL; list++) {
        bool begins = strlen(name) >= 2 && strncmp(list->name, name, strlen(name)) == 0;
        size_t far = begins ? 0 : word_distance(list->name, name);

        if (far < *distance) {
            *distance = far;
            *nearest = list->name;
        }
    }
}

static const char *
unknown_option(struct pool *pool, const struct options *options, const char *name)
{
    const char *nearest = NULL;
    size_t distance = strlen(name) / 3 + 2;

    look_for_nearest(options->own, name, &nearest, &distance);
    look_for_nearest(options->common, name, &nearest, &distance);
    if (nearest == NULL)
        return pool_format(pool, _("there is no option --%s here"), name);
    return pool_format(pool, _("there is no option --%s here; did you mean --%s?"), name, nearest);
}

static void add_word(struct args *args, struct pool *pool, const char *word)
{
    args->words = pool_grow(pool, args->words, args->word_count, sizeof(*args->words));
    args->words[args->word_count++] = word;
}

static const char *
add_use(struct args *args, struct pool *pool, const struct option *option, const char *value)
{
    if (!option->repeats && args_has(args, option->name))
        return pool_format(pool, _("--%s is given twice"), option->name);
    args->uses = pool_grow(pool, args->uses, args->use_count, sizeof(*args->uses));
    args->uses[args->use_count++] = (struct option_use){option, value};
    return NULL;
}

/* The option at argv[*at], and its value where it takes one. */
static const char *take_option(struct args *args, struct pool *pool, const struct options *options,
                               int argc, char **argv, int *at)
{
    const char *text = strcmp(argv[*at], "-h") == 0 ? "help" : argv[*at] + 2;
    size_t size = strcspn(text, "=");
    const char *value = text[size] == '=' ? text + size + 1 : NULL;
    const struct option *option = find_in_both(options, text, size);

    if (option == NULL)
        return unknown_option(pool, options, pool_copy(pool, text, size));
    if (option->value == NULL && value != NULL)
        return pool_format(pool, _("--%s takes no value"), option->name);
    if (option->value != NULL && value == NULL) {
        if (*at + 1 >= argc)
            return pool_format(pool, _("--%s needs a value: --%s %s"), option->name, option->name,
                               _(option->value));
        value = argv[++*at];
    }
    return add_use(args, pool, option, value);
}

int args_parse(struct args *args, struct pool *pool, const struct options *options, int argc,
               char **argv, int at, bool stop_at_word, const char **out_mistake)
{
    bool options_ended = false;

    *out_mistake = NULL;
    for (; at < argc && *out_mistake == NULL; at++) {
        const char *text = argv[at];

        if (!options_ended && strcmp(text, "--") == 0)
            options_ended = true;
        else if (!options_ended && (strncmp(text, "--", 2) == 0 || strcmp(text, "-h") == 0))
            *out_mistake = take_option(args, pool, options, argc, argv, &at);
        else if (!options_ended && !options->has_dashed_words && text[0] == '-' && text[1] != '\0')
            *out_mistake =
                pool_format(pool, _("there is no option %s; options begin with two dashes"), text);
        else if (stop_at_word)
            return at;
        else
            add_word(args, pool, text);
    }
    return at;
}

bool args_has(const struct args *args, const char *name)
{
    for (size_t i = 0; i < args->use_count; i++)
        if (strcmp(args->uses[i].option->name, name) == 0)
            return true;
    return false;
}

const char *args_value(const struct args *args, const char *name)
{
    for (size_t i = args->use_count; i-- > 0;)
        if (strcmp(args->uses[i].option->name, name) == 0)
            return args->uses[i].value;
    return NULL;
}

const char **
args_values(const struct args *args, struct pool *pool, const char *name, size_t *out_count)
{
    const char **values = NULL;

    *out_count = 0;
    for (size_t i = 0; i < args->use_count; i++) {
        if (strcmp(args->uses[i].option->name, name) != 0)
            continue;
        values = pool_grow(pool, values, *out_count, sizeof(*values));
        values[(*out_count)++] = args->uses[i].value;
    }
    return values;
}
