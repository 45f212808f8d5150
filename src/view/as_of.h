/*
 * The view as of a moment that has passed.
 */
#ifndef BY_VIEW_AS_OF_H
#define BY_VIEW_AS_OF_H

#include "view/view.h"

/* What reads the view as it was: queries (view/reader.h) and its own statements see it so. */
typedef enum banyan_status
by_view_past_work(void *context, struct by_view *view, struct banyan_error *error);
/*
 * Run work over the rows as they would be had nothing been written that is stamped after last_hlc,
 * ancestors of what was written before excepted (record/merge.h, by_merge_until); under today's
 * charter, types and names of members. type: only records of this one are as they were; NULL: all.
 *
 * Within a transaction that is taken back at the end: the rows of the records that changed since
 * are made as they were, and only theirs. Cost: that of merging these records again. The view is up
 * to date. BANYAN_ERR_BUSY when another process is writing the view for long; else what work gives.
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_as_of(struct by_view *view, struct by_store *store, const struct by_charter *charter,
              const char *type, uint64_t last_hlc, by_view_past_work *work, void *context,
              struct banyan_error *error);
/* by_view_list so. */
BANYAN_MUST_CHECK enum banyan_status
by_view_list_as_of(struct by_view *view, struct by_store *store, const struct by_charter *charter,
                   const struct by_view_list *list, uint64_t last_hlc, struct by_buffer *out,
                   struct banyan_error *error);

#endif
