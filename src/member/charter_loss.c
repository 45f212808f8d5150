#include <stdlib.h>

#include "member/charter_rights.h"

#define WORD_BITS 64u

/* A set of acts that may grow. */
struct act_set {
    uint64_t *words;
    size_t word_count;
};

static enum banyan_status
init_set(struct act_set *set, const struct by_charter *charter, struct by_arena *arena)
{
    set->word_count = charter->count / WORD_BITS + 1;
    set->words = by_arena_array(arena, set->word_count, sizeof *set->words);
    return set->words == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

static void clear_set(struct act_set *set)
{
    memset(set->words, 0, set->word_count * sizeof *set->words);
}

static bool has(const struct act_set *set, uint32_t act)
{
    return (set->words[act / WORD_BITS] >> (act % WORD_BITS) & 1u) != 0;
}

static void add(struct act_set *set, uint32_t act)
{
    set->words[act / WORD_BITS] |= UINT64_C(1) << (act % WORD_BITS);
}

/* -- while the charter is built -- */

/* The act and its past. */
static void add_known(struct act_set *set, const struct by_charter *charter, uint32_t act)
{
    const struct by_past *past = &charter->acts[act].past;

    for (size_t i = 0; i < past->full; i++)
        set->words[i] = UINT64_MAX;
    for (size_t i = past->full; i < past->end; i++)
        set->words[i] |= past->words[i - past->full];
    add(set, act);
}

/* Approvals in act order, until those so far and what they know decide it. */
static uint32_t
find_last(struct by_charter *charter, struct by_rights *rights, struct act_set *set, uint32_t lower)
{
    uint32_t last = BY_NONE;

    clear_set(set);
    add_known(set, charter, lower);
    for (const struct by_fact *vote = rights->votes[lower].first; vote != NULL; vote = vote->next) {
        const struct by_past known = {.end = set->word_count, .words = set->words};

        if (by_rights_is_effective(rights, lower, &known))
            break;
        add_known(set, charter, vote->act);
        last = vote->act;
    }
    return last;
}

/* The organisation that the act gives a role to. */
static uint32_t raised_by(const struct by_charter *charter, const struct by_charter_act *act)
{
    if (act->kind == BY_KIND_ADMIT && act->named != BY_NONE)
        return charter->acts[act->named].org;
    return act->kind == BY_KIND_ROLE ? act->org : BY_NONE;
}

static bool is_overcome(const struct by_charter *charter, uint32_t lower)
{
    for (uint32_t i = lower + 1; i < charter->count; i++)
        if (charter->counts[i] &&
            raised_by(charter, &charter->acts[i]) == charter->acts[lower].org &&
            by_past_has(&charter->acts[i].past, lower))
            return true;
    return false;
}

enum banyan_status by_charter_keep_losses(struct by_charter *charter, struct by_rights *rights,
                                          struct by_arena *scratch)
{
    struct act_set set;
    enum banyan_status status = init_set(&set, charter, scratch);

    for (uint32_t i = 0; i < charter->count && status == BANYAN_OK; i++) {
        struct by_charter_act *act = &charter->acts[i];

        if (!charter->lowers[i])
            continue;
        act->decided_by = find_last(charter, rights, &set, i);
        act->is_overcome = !act->body.lower.is_device && is_overcome(charter, i);
    }
    return status;
}

/* -- when it is asked -- */

static bool is_about(const struct by_charter_act *act, uint32_t org, uint32_t device)
{
    return act->body.lower.is_device ? act->device == device
                                     : act->org == org && act->body.lower.role == BY_ROLE_NONE;
}

static void add_decided(struct act_set *set, const struct by_charter *charter, uint32_t lower)
{
    const struct by_charter_act *low = &charter->acts[lower];

    add(set, lower);
    for (uint32_t i = lower + 1; low->decided_by != BY_NONE && i <= low->decided_by; i++)
        if (charter->counts[i] && charter->acts[i].kind == BY_KIND_APPROVE &&
            by_id_equal(&charter->acts[i].body.approve.act, &low->id))
            add(set, i);
}

/* What an act needs stands before it. */
static void add_pasts(struct act_set *set, const struct by_charter *charter)
{
    for (size_t i = charter->count; i-- > 0;)
        for (size_t k = 0; has(set, (uint32_t)i) && k < charter->acts[i].need_count; k++)
            add(set, charter->acts[i].needs[k]);
}

/* The first that holds; where each was overcome by somebody who did not know another, all. */
static bool
gather(struct act_set *set, const struct by_charter *charter, uint32_t org, uint32_t device)
{
    bool any = false;

    for (uint32_t i = 0; i < charter->count; i++) {
        if (!charter->lowers[i] || !is_about(&charter->acts[i], org, device))
            continue;
        if (charter->acts[i].body.lower.is_device || !charter->acts[i].is_overcome) {
            clear_set(set);
            add_decided(set, charter, i);
            return true;
        }
        add_decided(set, charter, i);
        any = true;
    }
    return any;
}

/* -- as tips -- */

static int order_tips(const void *a, const void *b)
{
    const struct by_log_tip *left = a;
    const struct by_log_tip *right = b;
    int order = by_log_id_compare(&left->log, &right->log);

    return order != 0 ? order : by_log_tip_compare(left, right);
}

static enum banyan_status list_tips(const struct act_set *set, const struct by_charter *charter,
                                    struct by_arena *arena, struct by_log_tip **out_tips,
                                    size_t *out_count)
{
    struct act_set followed;
    struct by_log_tip *tips = by_arena_array(arena, charter->count + 1, sizeof *tips);
    size_t count = 0;
    enum banyan_status status = init_set(&followed, charter, arena);

    if (status != BANYAN_OK || tips == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = charter->count > 0 ? (uint32_t)charter->count : 0; i-- > 0;) {
        const struct by_charter_act *act = &charter->acts[i];
        uint32_t prev = act->seq == 0 ? BY_NONE : by_charter_prev(act);

        if (!has(set, i))
            continue;
        if (prev != BY_NONE)
            add(&followed, prev);
        if (!has(&followed, i))
            tips[count++] = (struct by_log_tip){.log = act->log, .seq = act->seq, .id = act->id};
    }
    qsort(tips, count, sizeof *tips, order_tips);
    *out_tips = tips;
    *out_count = count;
    return BANYAN_OK;
}

enum banyan_status by_charter_loss(const struct by_charter *charter,
                                   const struct by_charter_device *device, struct by_arena *arena,
                                   struct by_log_tip **out_tips, size_t *out_count)
{
    uint32_t org = by_id_table_find(&charter->orgs, &device->organisation);
    uint32_t number = by_id_table_find(&charter->devices, &device->certificate.device);
    struct act_set set;
    enum banyan_status status = init_set(&set, charter, arena);

    *out_tips = NULL;
    *out_count = 0;
    if (status != BANYAN_OK || by_charter_device_role(charter, device) != BY_ROLE_NONE ||
        !gather(&set, charter, org, number))
        return status;
    add_pasts(&set, charter);
    return list_tips(&set, charter, arena, out_tips, out_count);
}
