/*
 * Reports on the whole: status, members, the fingerprint, the types.
 */
#ifndef BY_REPORT_REPORT_H
#define BY_REPORT_REPORT_H

#include "codec/json.h"
#include "core/node.h"

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

#endif
