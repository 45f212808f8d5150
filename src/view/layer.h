/*
 * One record's row in the table of its type, and its box in the layer's R-tree.
 */
#ifndef BY_VIEW_LAYER_H
#define BY_VIEW_LAYER_H

#include "record/merge.h"
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

/* Insert; there is no row of this fid. scratch holds what the columns are made of. */
BANYAN_MUST_CHECK enum banyan_status
by_layer_put(struct by_view *view, const struct by_layer_row *row, struct by_arena *scratch,
             struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_layer_remove(struct by_view *view,
                                                     const struct by_table *table, int64_t fid,
                                                     struct banyan_error *error);

#endif
