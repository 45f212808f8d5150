#include "member/charter_rights.h"

bool by_rights_is_vouched_for(const struct by_rights *rights, uint32_t join)
{
    return rights->is_acknowledged[join] || rights->is_raised[rights->charter->acts[join].org];
}

/* One invite takes in one newcomer. If several got in by it, only those stay that a coordinator
 * vouches for. */
static void
suspend_users(const struct by_rights *rights, uint32_t invite, bool *is_suspended, bool *any)
{
    const struct by_fact *first = rights->uses[invite].first;

    if (first == NULL || !by_rights_is_used(rights, invite, first->what, NULL))
        return;
    for (const struct by_fact *use = first; use != NULL; use = use->next) {
        if (by_rights_is_vouched_for(rights, use->what))
            continue;
        is_suspended[rights->charter->acts[use->what].org] = true;
        *any = true;
    }
}

enum banyan_status
by_rights_suspend(struct by_rights *rights, bool **out_is_suspended, bool *out_any)
{
    const struct by_charter *charter = rights->charter;
    bool *is_suspended =
        by_arena_array(rights->arena, charter->orgs.count + 1, sizeof *is_suspended);
    bool any = false;

    if (is_suspended == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < charter->count; i++)
        suspend_users(rights, i, is_suspended, &any);
    *out_is_suspended = is_suspended;
    *out_any = any;
    return BANYAN_OK;
}
