/*
 * Writing records: new ones, changes, deletions, and the settling of conflicts. Each call is one
 * durable commit; all parents are what the merged record shows at that moment. Answers as of
 * core/answer.h.
 */
#ifndef BY_CORE_EDIT_H
#define BY_CORE_EDIT_H

#include "banyan/record.h"
#include "core/append.h"

BANYAN_MUST_CHECK enum banyan_status by_edit_add(struct by_node *node, const char *type,
                                                 const struct banyan_field *fields, size_t count,
                                                 struct by_buffer *out, struct banyan_error *error);
/* Fields that have the value already are left out; when none is left, nothing is written. */
BANYAN_MUST_CHECK enum banyan_status
by_edit_change(struct by_node *node, const char *id, const struct banyan_field *fields,
               size_t count, struct by_buffer *out, struct banyan_error *error);
/* The same upon a state, of by_state_text, that is not the present one if others wrote since. */
BANYAN_MUST_CHECK enum banyan_status
by_edit_change_upon(struct by_node *node, const char *id, const char *state,
                    const struct banyan_field *fields, size_t count, struct by_buffer *out,
                    struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_edit_delete(struct by_node *node, const char *id,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_edit_undelete(struct by_node *node, const char *id,
                                                      struct by_buffer *out,
                                                      struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_edit_resolve(struct by_node *node, const char *id, const struct banyan_field *fields,
                size_t count, struct by_buffer *out, struct banyan_error *error);

/* Put a record under a given name, as part of a larger transaction. The view is open. */
BANYAN_MUST_CHECK enum banyan_status
by_edit_put(struct by_append *append, const struct by_record_name *name, struct by_bytes type,
            const struct banyan_field *fields, size_t count);

#endif
