/*
 * One record as people see it, and how it came to be (include/banyan/record.h).
 */
#ifndef BY_CORE_SHOW_H
#define BY_CORE_SHOW_H

#include "core/loaded.h"

BANYAN_MUST_CHECK enum banyan_status by_show(struct by_node *node, const char *id,
                                             const char *language, struct by_buffer *out,
                                             struct banyan_error *error);
/* As it was at a moment: what was written later is left out. */
BANYAN_MUST_CHECK enum banyan_status
by_show_as_of(struct by_node *node, const char *id, uint64_t unix_ms, const char *language,
              struct by_buffer *out, struct banyan_error *error);
/* Operations with what stood before, oldest first. */
BANYAN_MUST_CHECK enum banyan_status by_history(struct by_node *node, const char *id,
                                                const char *language, struct by_buffer *out,
                                                struct banyan_error *error);
/* Each value with who said it. */
BANYAN_MUST_CHECK enum banyan_status by_blame(struct by_node *node, const char *id,
                                              const char *language, struct by_buffer *out,
                                              struct banyan_error *error);
/* {"id", "sharing", "sentence", "readers"} */
BANYAN_MUST_CHECK enum banyan_status by_who_can_read(struct by_node *node, const char *id,
                                                     struct by_buffer *out,
                                                     struct banyan_error *error);

#endif
