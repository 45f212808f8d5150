/*
 * Lists as of a moment that has passed.
 */
#ifndef BY_VIEW_AS_OF_H
#define BY_VIEW_AS_OF_H

#include "view/view.h"

/*
 * by_view_list over the rows as they would be had nothing been written that is stamped after
 * last_hlc, ancestors of what was written before excepted (record/merge.h, by_merge_until); under
 * today's charter, types and names of members.
 *
 * Within a transaction that is taken back at the end: the rows of the records that changed since
 * are made as they were, and only theirs. Cost: that of merging these records again. The view is up
 * to date. BANYAN_ERR_BUSY when another process is writing the view for long; else as by_view_list.
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_list_as_of(struct by_view *view, struct by_store *store, const struct by_charter *charter,
                   const struct by_view_list *list, uint64_t last_hlc, struct by_buffer *out,
                   struct banyan_error *error);

#endif
