#include "core/past.h"

#include "base/hlc.h"
#include "view/as_of.h"

enum banyan_status by_past_list(struct by_node *node, const struct by_view_list *list,
                                uint64_t unix_ms, struct by_buffer *out, struct banyan_error *error)
{
    enum banyan_status status = by_node_view(node, NULL, error);

    return status == BANYAN_OK ? by_view_list_as_of(node->view, node->store, node->charter, list,
                                                    by_hlc_last_of(unix_ms), out, error)
                               : status;
}
