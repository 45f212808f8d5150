/*
 * What an import changes in records that are there, as a table.
 */
#ifndef CLI_CHANGED_ROWS_H
#define CLI_CHANGED_ROWS_H

#include "cli.h"

/* "changed" of the answer of an import: the first `most` rows, those in conflict before others. */
void print_changed_rows(struct cli *cli, const json_t *report, size_t most);
/* Whether a row is told there: of this verdict. */
bool is_changed_row(const char *verdict);

#endif
