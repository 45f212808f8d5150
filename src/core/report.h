/*
 * Reports on the whole: status, members, the fingerprint, the types.
 */
#ifndef BY_CORE_REPORT_H
#define BY_CORE_REPORT_H

#include "codec/json.h"
#include "core/node.h"
#include "record/digest.h"

/* A device that a node of this home is connected with now. */
struct by_present {
    struct by_id transport;
    bool is_in_sync;
    uint64_t synced_ms; /* Unix; 0: not yet */
};
/* Shapes in include/banyan/node.h and network.h. present: NULL where no node is at work. */
BANYAN_MUST_CHECK enum banyan_status
by_report_status(struct by_node *node, const struct by_present *present, size_t present_count,
                 struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_report_members(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_report_fingerprint(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
/* node may be NULL: then no records are counted. type NULL: all. */
BANYAN_MUST_CHECK enum banyan_status by_report_types(struct by_node *node, const char *type,
                                                     const char *language, struct by_buffer *out,
                                                     struct banyan_error *error);

/* The fingerprint of the view as it is; the view is open. */
BANYAN_MUST_CHECK enum banyan_status by_report_digits(struct by_node *node,
                                                      char out_text[BY_FINGERPRINT_TEXT_BYTES],
                                                      struct banyan_error *error);
/* What by_view_counts says, as a value in arena; the view is open. */
BANYAN_MUST_CHECK enum banyan_status by_report_counts(struct by_node *node, struct by_arena *arena,
                                                      struct by_value *out_counts,
                                                      struct banyan_error *error);
/* Records of all types together, deleted ones left out. */
int64_t by_report_record_count(const struct by_value *counts);
/* Organisations with a role. */
size_t by_report_member_count(const struct by_node *node);

#endif
