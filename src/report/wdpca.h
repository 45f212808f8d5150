/*
 * Checking sites by the rules of the WDPCA.
 */
#ifndef BY_REPORT_WDPCA_H
#define BY_REPORT_WDPCA_H

#include "banyan/exchange.h"
#include "core/node.h"

/* As banyan_wdpca_check, banyan_wdpca_rules. Memory: of a row, of the findings that are listed, and
 * 32 bytes for each number that a site has. Cost: rows in their order, each once; of a row whose
 * number another has, that one too. */
BANYAN_MUST_CHECK enum banyan_status by_wdpca_check(struct by_node *node, banyan_progress *progress,
                                                    void *context, struct by_buffer *out,
                                                    struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_wdpca_list_rules(struct by_buffer *out, struct banyan_error *error);

#endif
