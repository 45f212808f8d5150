/*
 * Importing tables: a record for each row. Shapes in include/banyan/exchange.h.
 */
#ifndef BY_IMPORT_IMPORT_H
#define BY_IMPORT_IMPORT_H

#include "banyan/exchange.h"
#include "core/node.h"

BANYAN_MUST_CHECK enum banyan_status
by_import_file(struct by_node *node, const struct banyan_import *import, banyan_progress *progress,
               void *context, struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_imports(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_import_undo(struct by_node *node, const char *import,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);

#endif
