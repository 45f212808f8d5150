/*
 * Building the operation that follows from a merged record.
 */
#ifndef BY_CORE_DRAFT_H
#define BY_CORE_DRAFT_H

#include "core/fields.h"
#include "core/loaded.h"

/* An operation on all heads of the record, proposals included, so that it is seen to know them; on
 * the first of them where there are more than it may name (core/upon.h writes it then). */
void by_draft_begin(struct by_operation *operation, const struct by_merged *merged, enum by_op op);

/* What does not fit the types in force would be kept by everybody and shown by nobody:
 * BANYAN_ERR_UPGRADE with words. type: of the record. */
BANYAN_MUST_CHECK enum banyan_status
by_draft_check_fits(const struct by_node *node, const struct by_operation *operation,
                    struct by_bytes type, struct banyan_error *error);

/* Whether two values of a path say the same: 1 and 1.0 do. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_draft_values_equal(const struct by_type *type, struct by_bytes path, const struct by_value *a,
                      const struct by_value *b, struct by_arena *arena, bool *out_are_equal);

/* Drop changes to what is so already. A field in conflict is never so already. */
BANYAN_MUST_CHECK enum banyan_status by_draft_leave_out_same(struct by_changes *changes,
                                                             const struct by_loaded *loaded,
                                                             struct by_arena *arena);

/* The smallest change that brings a deleted record back: one value written again as it is. Lives in
 * arena. */
BANYAN_MUST_CHECK enum banyan_status by_draft_restore(struct by_changes *out_changes,
                                                      const struct by_merged *merged,
                                                      struct by_arena *arena);

#endif
