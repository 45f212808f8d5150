/*
 * Heads: the shared acts that no shared act builds on. Where there are more than an act can name,
 * each organisation has one before any has a second, so that nobody crowds out the others: what
 * gives an author its right would then be missing from its past.
 */
#include "base/limits.h"
#include "member/charter_state.h"

struct head {
    uint32_t act;
    size_t organisation; /* index among the organisations; their count for nobody's */
    bool is_chosen;
};

static size_t organisation_of(const struct by_charter *charter, const struct by_charter_act *act)
{
    const struct by_charter_device *device = by_charter_device_find(charter, &act->log.device);
    const struct by_charter_org *org =
        device == NULL ? NULL : by_charter_org_find(charter, &device->organisation);

    return org == NULL ? charter->org_count : (size_t)(org - charter->org_list);
}

/* From the deepest on. */
static enum banyan_status collect(const struct by_charter *charter, struct by_arena *scratch,
                                  struct head **out_heads, size_t *out_count)
{
    bool *is_needed = by_arena_array(scratch, charter->count + 1, sizeof *is_needed);
    struct head *heads = by_arena_array(scratch, charter->count + 1, sizeof *heads);
    size_t count = 0;

    if (is_needed == NULL || heads == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = charter->count; i-- > 0;) {
        const struct by_charter_act *act = &charter->acts[i];

        if (!charter->shares[i])
            continue;
        for (size_t k = 0; k < act->need_count; k++)
            is_needed[act->needs[k]] = true;
        if (!is_needed[i])
            heads[count++] = (struct head){(uint32_t)i, organisation_of(charter, act), false};
    }
    *out_heads = heads;
    *out_count = count;
    return BANYAN_OK;
}

/* One more of each organisation, and one of nobody's. */
static void
choose_round(struct by_charter *charter, struct head *heads, size_t count, bool *has_one)
{
    memset(has_one, 0, (charter->org_count + 1) * sizeof *has_one);
    for (size_t i = 0; i < count && charter->head_count < BY_PARENTS_MAX; i++) {
        if (heads[i].is_chosen || has_one[heads[i].organisation])
            continue;
        heads[i].is_chosen = has_one[heads[i].organisation] = true;
        charter->heads[charter->head_count++] = charter->acts[heads[i].act].id;
    }
}

enum banyan_status by_charter_choose_heads(struct by_charter *charter, struct by_arena *scratch)
{
    bool *has_one = by_arena_array(scratch, charter->org_count + 1, sizeof *has_one);
    struct head *heads = NULL;
    size_t count = 0;
    enum banyan_status status = collect(charter, scratch, &heads, &count);

    if (status != BANYAN_OK || has_one == NULL)
        return BANYAN_ERR_MEMORY;
    while (charter->head_count < count && charter->head_count < BY_PARENTS_MAX)
        choose_round(charter, heads, count, has_one);
    qsort(charter->heads, charter->head_count, sizeof *charter->heads, by_id_order);
    return BANYAN_OK;
}
