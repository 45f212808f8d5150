/*
 * How much there is: records, members, and the fingerprint of it all.
 */
#ifndef BY_CORE_COUNTS_H
#define BY_CORE_COUNTS_H

#include "codec/json.h"
#include "core/node.h"
#include "record/digest.h"

/* The fingerprint of the view as it is; the view is open. */
BANYAN_MUST_CHECK enum banyan_status by_counts_fingerprint(struct by_node *node,
                                                           char out_text[BY_FINGERPRINT_TEXT_BYTES],
                                                           struct banyan_error *error);
/* What by_view_counts says, as a value in arena; the view is open. */
BANYAN_MUST_CHECK enum banyan_status by_counts_read(struct by_node *node, struct by_arena *arena,
                                                    struct by_value *out_counts,
                                                    struct banyan_error *error);
/* Records of all types together, deleted ones left out. */
int64_t by_counts_records(const struct by_value *counts);
/* Organisations with a role. */
size_t by_counts_members(const struct by_node *node);

#endif
