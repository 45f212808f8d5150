/*
 * The state of a record that somebody saw: named by the heads of its operations, and merged again
 * when an edit of it comes back.
 */
#ifndef BY_CORE_STATE_H
#define BY_CORE_STATE_H

#include "core/loaded.h"

/* Append the name of what merged shows, proposals included: 16 hex digits for each head. */
BANYAN_MUST_CHECK enum banyan_status
by_state_text(const struct by_merged *merged, struct by_buffer *out);
/* The record as of a state; loaded has its operations. Lives in arena. BANYAN_ERR_INVALID where
 * state is no name of one, BANYAN_ERR_NOT_FOUND where not all of it is here. */
BANYAN_MUST_CHECK enum banyan_status
by_state_merge(const struct by_loaded *loaded, const struct by_type_set *types,
               struct by_bytes state, struct by_arena *arena, struct by_merged *out_merged);

#endif
