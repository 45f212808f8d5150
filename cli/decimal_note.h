/*
 * Numbers that somebody may have meant as thousands: "1.500 ha" is one and a half hectares here,
 * and fifteen hundred in many countries. What a program writes is so, and is taken; people are
 * told.
 */
#ifndef CLI_DECIMAL_NOTE_H
#define CLI_DECIMAL_NOTE_H

#include "cli.h"
#include "field_args.h"

/* Whether a number in text has one point, with one to three digits before and three behind it.
 * *out_thousands: the same without the point. */
bool decimal_may_be_thousands(struct pool *pool, const char *text, const char **out_thousands);

/* A line for each field of a kind with numbers that has such a value. type: of the record. Does
 * nothing with --quiet or --json. */
void decimal_note(struct cli *cli, const char *type, const struct field_args *fields);

#endif
