/*
 * The digest of a record of many operations, kept up one operation at a time: the tree of
 * record/digest.h with its ids, in table banyan_ids. A node is named by the path to it, four bits a
 * byte; its first byte says what follows, ids or the digests of its children.
 */
#ifndef BY_VIEW_ID_TREE_H
#define BY_VIEW_ID_TREE_H

#include "record/digest.h"
#include "view/internal.h"

/* In place of what is there. ids sorted, more than BY_RECORD_LEAF_MAX. */
BANYAN_MUST_CHECK enum banyan_status
by_id_tree_write(struct by_view *view, const struct by_record_name *name, const struct by_id *ids,
                 size_t count, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_id_tree_remove(struct by_view *view,
                                                       const struct by_record_name *name,
                                                       struct banyan_error *error);
/* Add one to a tree that is there, which it may be in already. BANYAN_ERR_NOT_FOUND without one.
 * Cost: a few nodes, whatever the tree. */
BANYAN_MUST_CHECK enum banyan_status
by_id_tree_add(struct by_view *view, const struct by_record_name *name, const struct by_id *id,
               struct by_id *out_root, struct banyan_error *error);

#endif
