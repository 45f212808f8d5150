/*
 * Lists of records as they were (one record: core/show.h).
 */
#ifndef BY_CORE_PAST_H
#define BY_CORE_PAST_H

#include "core/node.h"

/* What by_view_list gives, as of a moment. Brings the view up to date first. BANYAN_ERR_BUSY when
 * another process is writing the view for long. */
BANYAN_MUST_CHECK enum banyan_status
by_past_list(struct by_node *node, const struct by_view_list *list, uint64_t unix_ms,
             struct by_buffer *out, struct banyan_error *error);

#endif
