/*
 * Aligned tables that know how wide characters are. Where a terminal has no room for a row, columns
 * that hold nothing are left out, then the widest are cut with an ellipsis until a row fits;
 * columns that still find no room are left out too. Those left out are named below.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "output.h"

struct table_column {
    const char *header;
    bool right; /* numbers */
    bool whole; /* never cut: ids, times */
    bool wraps; /* the last column only: long text goes on below */
    size_t width;
};

struct table {
    struct pool *pool;
    struct table_column *columns;
    size_t column_count;
    char **cells; /* row by row; visible, one line each but in a column that wraps */
    size_t cell_count;
};

struct table table_new(struct pool *pool);
/* All columns come before the first cell. */
struct table_column *table_column(struct table *table, const char *header);
/* The next cell of the row; after the last of a row comes the first of the next. */
void table_cell(struct table *table, const char *text);
/* Whether all of it can be printed as it is, nothing cut and nothing left out. */
bool table_has_room(struct table *table, const struct output *out, size_t indent);
/* The rows without header, nothing cut; a last column that wraps goes on below itself. */
void table_print_rows(struct table *table, const struct output *out, size_t indent);
/* Header and rows; every line begins with `indent` spaces. */
void table_print(struct table *table, const struct output *out, size_t indent);

#endif
