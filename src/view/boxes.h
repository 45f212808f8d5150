/*
 * The boxes of a layer's R-tree, kept until a slice is written and then put into it at once.
 *
 * A box put by itself costs a walk down the tree and a node written back, more than the row it
 * stands for. Where many come together the tree is made anew from all boxes, in the order of a
 * Hilbert curve: its tables are those that SQLite documents for the module (sqlite.org/rtree.html,
 * section 5), and what it answers is the same.
 */
#ifndef BY_VIEW_BOXES_H
#define BY_VIEW_BOXES_H

#include "view/geometry.h"
#include "view/internal.h"

/* Put now, or keep while view->keeps_boxes. */
BANYAN_MUST_CHECK enum banyan_status by_box_put(struct by_view *view, const struct by_table *table,
                                                int64_t fid, const struct by_envelope *box,
                                                struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_box_remove(struct by_view *view,
                                                   const struct by_table *table, int64_t fid,
                                                   struct banyan_error *error);

/* From here on boxes are kept. What was kept before is forgotten. */
void by_boxes_begin(struct by_view *view);
/* Put what is kept into the R-trees; before the last slice only where it is little, and else note
 * in the file that the trees are late, until the last slice makes them anew from the rows. Cost: of
 * few boxes as much as they cost by themselves; of many, linear in those and in those that are
 * there, once an update. */
BANYAN_MUST_CHECK enum banyan_status
by_boxes_end(struct by_view *view, bool is_last, struct banyan_error *error);

#endif
