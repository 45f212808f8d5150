/*
 * What is held and counts no more: entries past the tips that acts cut a log at, and logs that were
 * opened past a cut. They are kept,
 * shown in no view, and neither asked for nor sent (docs/protocol.md, section 11).
 */
#ifndef BY_CORE_HELD_H
#define BY_CORE_HELD_H

#include "codec/json.h"
#include "core/node.h"

/* Entries of one organisation's cut logs. Reads their headers. */
BANYAN_MUST_CHECK enum banyan_status by_held_count(const struct by_node *node,
                                                   const struct by_id *organisation,
                                                   uint64_t *out_count, struct banyan_error *error);
/* [{"organisation": {"id", "name"}, "entries": n}], those with any. */
BANYAN_MUST_CHECK enum banyan_status
by_json_held(struct by_json *json, const struct by_node *node, struct banyan_error *error);

#endif
