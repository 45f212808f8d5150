/*
 * Checking sites before they are reported. Shapes in include/banyan/exchange.h.
 */
#ifndef BY_REPORT_WDPCA_H
#define BY_REPORT_WDPCA_H

#include "core/node.h"

BANYAN_MUST_CHECK enum banyan_status
by_wdpca_check(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_wdpca_list_rules(struct by_buffer *out, struct banyan_error *error);

#endif
