/*
 * Writing to people: every word that came from a record, a file or another organisation is made
 * visible first (no control characters, no escapes, no change of direction), by construction.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "pool.h"

struct output {
    FILE *stream;
    bool color;
    size_t columns; /* of the terminal; 0 = not a terminal, nothing is cut */
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
/* Width and colours as the stream, the choice, NO_COLOR and TERM say. */
struct output output_for(FILE *stream, enum color_choice choice);

/*
 * Write the format: "{}" stands for the next text, made visible in one line, and "{2}" for the
 * second, where a translation needs another order; "{bold}", "{dim}", "{red}" and "{plain}" switch
 * the style on colour terminals. At most 9 texts, and a NULL behind them. At a terminal, lines that
 * are too long are broken at spaces, but for those that begin with one.
 */
#define SAY_TEXTS_MAX 9
void say(const struct output *out, const char *format, ...) __attribute__((sentinel));

/* Text in lines of at most the width of the terminal (80 when there is none and wrap_always),
 * broken at spaces where there are any, the first line at column `indent` already, all further
 * lines indented as far. Ends with a line feed. */
void say_wrapped(const struct output *out, size_t indent, const char *text, bool wrap_always);

void say_spaces(const struct output *out, size_t count);

/* Text as it may be shown, in one line. */
char *visible(struct pool *pool, const char *text);

size_t columns_of(const char *text);

#endif
