/*
 * What came and what went when two nodes met, in records: the parts "received", "sent" and
 * "edited_by_both" of what a sync or an event tells.
 */
#ifndef CLI_EXCHANGED_H
#define CLI_EXCHANGED_H

#include <jansson.h>

#include "output.h"

/* "2 new records, 1 changed record, proposals on 1 record"; "nothing new" where all are 0. */
const char *exchanged_text(struct pool *pool, const json_t *changes);
bool is_exchanged(const json_t *changes);

/* A line for each way. Nothing where it was not counted. */
void print_exchanged(const struct output *out, struct pool *pool, const json_t *of);
/* The records that both sides edited, where there are any. */
struct cli;
void print_both(struct cli *cli, struct pool *pool, const json_t *of);

#endif
