/*
 * Exporting records to files. Shapes in include/banyan/exchange.h.
 */
#ifndef BY_EXPORT_EXPORT_H
#define BY_EXPORT_EXPORT_H

#include "banyan/exchange.h"
#include "core/node.h"

BANYAN_MUST_CHECK enum banyan_status
by_export_file(struct by_node *node, const struct banyan_export *export_, banyan_progress *progress,
               void *context, struct by_buffer *out, struct banyan_error *error);

#endif
