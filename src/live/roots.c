#include <stdlib.h>

#include "live/state.h"

/* To bring a key into the other form costs a tenth of a millisecond, and strangers can ask at any
 * time: it is done once for each key. */

static const struct by_live_root *find(const struct by_live *live, const struct by_id *key)
{
    for (size_t i = 0; i < live->root_count; i++)
        if (by_id_equal(&live->roots[i].key, key))
            return &live->roots[i];
    return NULL;
}

/* Those of the charter, in the order of its organisations; mapped are all that were before. Without
 * memory what was stays, and the next call tries again. */
static void follow_charter(struct by_live *live)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(live->node->charter, &count);
    struct by_live_root *roots = NULL;

    if (live->roots != NULL && live->roots_version == live->node->act_version)
        return;
    roots = calloc(count + 1, sizeof *roots);
    if (roots == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        bool is_same = i < live->root_count && by_id_equal(&live->roots[i].key, &orgs[i].root);
        const struct by_live_root *known = is_same ? &live->roots[i] : find(live, &orgs[i].root);

        roots[i].key = orgs[i].root;
        if (known != NULL)
            roots[i].transport = known->transport;
        else if (by_box_public_of_signing_public(&orgs[i].root, &roots[i].transport) != BANYAN_OK)
            roots[i].transport = (struct by_id){{0}};
    }
    free(live->roots);
    live->roots = roots;
    live->root_count = count;
    live->roots_version = live->node->act_version;
}

const struct by_charter_org *
by_live_org_of_root(struct by_live *live, const struct by_id *transport)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(live->node->charter, &count);
    const struct by_charter_org *best = NULL;

    follow_charter(live);
    for (size_t i = 0; i < count && i < live->root_count; i++) {
        if (by_id_is_zero(transport) || !by_id_equal(&live->roots[i].key, &orgs[i].root) ||
            !by_id_equal(&live->roots[i].transport, transport))
            continue;
        if (best == NULL || orgs[i].role > best->role)
            best = &orgs[i];
    }
    return best;
}
