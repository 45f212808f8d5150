/*
 * One record's row in the table of its type, and its box in the layer's R-tree.
 */
#ifndef BY_VIEW_LAYER_H
#define BY_VIEW_LAYER_H

#include "record/merge.h"
#include "view/geometry.h"
#include "view/internal.h"

/* What goes into the columns of the record itself. */
struct by_layer_row {
    const struct by_table *table;
    int64_t fid;
    const char *id;
    struct by_bytes label;
    const char *owner; /* hex */
    const char *created;
    const char *changed;
    size_t conflict_count;
    const struct by_value *document; /* with bin 48 for references */
};

/* The columns of a row that are not NULL. */
enum by_cell_kind { BY_CELL_TEXT, BY_CELL_BLOB, BY_CELL_INT, BY_CELL_REAL };
struct by_cell {
    uint16_t column; /* in the table */
    enum by_cell_kind kind;
    struct by_bytes bytes;
    int64_t integer;
    double real;
};
struct by_layer_cells {
    const struct by_table *table;
    int64_t fid;
    struct by_cell *cells;
    size_t count;
    bool has_box;
    struct by_envelope box;
};

/* -- layer_cells.c -- */

/* The cells and what they are made of lie in the arena, or where the row points. Reads nothing but
 * the shape of the view, so that another thread may do it. */
BANYAN_MUST_CHECK enum banyan_status
by_layer_make(const struct by_view *view, const struct by_layer_row *row, struct by_arena *arena,
              struct by_layer_cells *out_cells);

/* -- layer.c -- */

/* Insert; there is no row of this fid. */
BANYAN_MUST_CHECK enum banyan_status
by_layer_put(struct by_view *view, const struct by_layer_cells *cells, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_layer_remove(struct by_view *view,
                                                     const struct by_table *table, int64_t fid,
                                                     struct banyan_error *error);
/* Finalize the statements of a layer. */
void by_layer_finalize(struct by_layer *layer);

#endif
