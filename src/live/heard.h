/*
 * As of when each organisation was heard, and through whose bundle.
 */
#ifndef BY_LIVE_HEARD_H
#define BY_LIVE_HEARD_H

#include "core/node.h"

/* One per organisation of the charter, in its order. hlc 0: never heard. */
struct by_heard {
    uint64_t hlc;
    struct by_id via; /* zero: written here, or come with the founding */
};
/* Array in arena, as many as by_charter_orgs gives. */
BANYAN_MUST_CHECK enum banyan_status
by_heard_read(const struct by_node *node, struct by_arena *arena, struct by_heard **out_heard,
              struct banyan_error *error);

#endif
