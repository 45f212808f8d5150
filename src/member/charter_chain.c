/* Chains of acts: each act stands behind its prev; a fork makes a tree of them. */
#include "member/charter_state.h"

uint32_t by_charter_prev(const struct by_charter_act *act)
{
    return act->has_prev ? act->needs[act->need_count - 1] : BY_NONE;
}

uint32_t by_charter_behind(const struct by_charter *charter, uint32_t number)
{
    const struct by_charter_act *act = &charter->acts[number];
    uint32_t prev = by_charter_prev(act);

    if (prev == BY_NONE || act->seq != charter->acts[prev].seq + 1 ||
        !by_log_id_equal(&act->log, &charter->acts[prev].log))
        return BY_NONE;
    return prev;
}

bool by_charter_is_before(const struct by_charter *charter, uint32_t act, uint32_t tip)
{
    uint32_t at = charter->acts[tip].chain_first;

    return at >= charter->acts[act].chain_first && at < charter->acts[act].chain_end;
}

/* Every act comes after its prev, so sizes of subtrees add up from the end, and places are given
 * out from the beginning: chain_end says how much of its stretch an act has given away. */
enum banyan_status by_charter_chain(struct by_charter *charter, struct by_arena *scratch)
{
    uint32_t *parents = by_arena_array(scratch, charter->count + 1, sizeof *parents);
    uint32_t *sizes = by_arena_array(scratch, charter->count + 1, sizeof *sizes);
    uint32_t next = 0;

    if (parents == NULL || sizes == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < charter->count; i++) {
        parents[i] = by_charter_behind(charter, i);
        sizes[i] = 1;
    }
    for (uint32_t i = (uint32_t)charter->count; i-- > 0;)
        if (parents[i] != BY_NONE)
            sizes[parents[i]] += sizes[i];
    for (uint32_t i = 0; i < charter->count; i++) {
        struct by_charter_act *act = &charter->acts[i];
        uint32_t *free_from = parents[i] == BY_NONE ? &next : &charter->acts[parents[i]].chain_end;

        act->chain_first = *free_from;
        act->chain_end = act->chain_first + 1;
        *free_from += sizes[i];
    }
    return BANYAN_OK;
}
