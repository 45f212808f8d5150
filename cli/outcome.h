/*
 * What a write did, in words.
 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include "cli.h"

/* Take the answer of a writing call and tell it. Returns the exit code. */
int outcome_tell(struct cli *cli, enum banyan_status status);

/* Read field=value words from a place on. Returns the exit code, the mistake told. */
struct field_args;
int outcome_read_fields(struct cli *cli, size_t from, struct field_args *out_fields);

#endif
