/* Up to where a record log counts: of all lists of tips that apply to it, the lowest one. */
#include <stdlib.h>

#include "base/limits.h"
#include "member/charter_rights.h"

struct tip_list {
    const struct by_log_tip *tips; /* sorted, none twice */
    size_t count;
};

struct cutting {
    struct by_charter *charter;
    struct by_rights *rights;
    uint32_t opened; /* the act that opened the log */
    struct by_log_id log;
    bool is_cut;
    struct tip_list lowest;
};

static int order_tips(const void *a, const void *b)
{
    const struct by_log_tip *x = a;
    const struct by_log_tip *y = b;
    int order = by_log_id_compare(&x->log, &y->log);

    return order != 0 ? order : by_log_tip_compare(x, y);
}

static size_t sort_tips(struct by_log_tip *tips, size_t count)
{
    size_t kept = 0;

    qsort(tips, count, sizeof *tips, order_tips);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || order_tips(&tips[kept - 1], &tips[i]) != 0)
            tips[kept++] = tips[i];
    return kept;
}

/* A tip whose signature does not verify is as if it were not named. */
static enum banyan_status read_tips(struct by_charter *charter, struct by_charter_act *act)
{
    const struct by_cut *cut =
        act->kind == BY_KIND_LOWER ? &act->body.lower.cut : &act->body.tips.cut;

    if (act->tips_are_read)
        return BANYAN_OK;
    act->tips = by_arena_array(&charter->arena, cut->tip_count + 1, sizeof *act->tips);
    if (act->tips == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < cut->tip_count; i++)
        if (by_log_tip_read(cut->tips[i].data, &charter->network, &act->tips[act->tip_count]) ==
            BANYAN_OK)
            act->tip_count++;
    act->tip_count = sort_tips(act->tips, act->tip_count);
    act->tips_are_read = true;
    return BANYAN_OK;
}

static enum banyan_status
tips_for(const struct cutting *cutting, uint32_t number, struct tip_list *out_list)
{
    struct by_charter_act *act = &cutting->charter->acts[number];
    size_t first = 0;
    size_t end = 0;
    enum banyan_status status = read_tips(cutting->charter, act);

    while (first < act->tip_count && by_log_id_compare(&act->tips[first].log, &cutting->log) < 0)
        first++;
    for (end = first; end < act->tip_count && by_log_id_equal(&act->tips[end].log, &cutting->log);)
        end++;
    *out_list = (struct tip_list){.tips = act->tips + first, .count = end - first};
    return status;
}

static bool is_lower_list(const struct tip_list *a, const struct tip_list *b)
{
    return by_log_tips_compare(a->tips, a->count, b->tips, b->count) < 0;
}

static void apply(struct cutting *cutting, const struct tip_list *list)
{
    if (!cutting->is_cut || is_lower_list(list, &cutting->lowest))
        cutting->lowest = *list;
    cutting->is_cut = true;
}

/* Counting tips acts on the log that no other such one knows and that are about the
 * same lower act, or about none. */
static enum banyan_status newest_tips_acts(const struct cutting *cutting, uint32_t lower,
                                           uint32_t **out_acts, size_t *out_count)
{
    const struct by_charter *charter = cutting->charter;
    size_t count = 0;
    uint32_t *acts = NULL;

    *out_count = 0;
    for (const struct by_fact *fact = cutting->rights->tips_acts.first; fact != NULL;
         fact = fact->next)
        count++;
    acts = by_arena_array(cutting->rights->arena, count + 1, sizeof *acts);
    *out_acts = acts;
    if (acts == NULL)
        return BANYAN_ERR_MEMORY;
    for (const struct by_fact *fact = cutting->rights->tips_acts.first; fact != NULL;
         fact = fact->next) {
        const struct by_charter_act *act = &charter->acts[fact->act];
        size_t kept = 0;

        if (fact->what != lower || !by_log_id_equal(&act->body.tips.log, &cutting->log))
            continue;
        for (size_t i = 0; i < *out_count; i++)
            if (!by_past_has(&act->past, acts[i]))
                acts[kept++] = acts[i];
        acts[kept++] = fact->act;
        *out_count = kept;
    }
    return BANYAN_OK;
}

/* What a lower act says of the log: the tips acts about it speak for it. */
static enum banyan_status apply_lower(struct cutting *cutting, uint32_t lower)
{
    uint32_t *acts = NULL;
    size_t count = 0;
    struct tip_list lowest;
    enum banyan_status status = newest_tips_acts(cutting, lower, &acts, &count);

    if (status == BANYAN_OK)
        status = tips_for(cutting, count > 0 ? acts[0] : lower, &lowest);
    for (size_t i = 1; i < count && status == BANYAN_OK; i++) {
        struct tip_list list;

        status = tips_for(cutting, acts[i], &list);
        if (status == BANYAN_OK && is_lower_list(&list, &lowest))
            lowest = list;
    }
    if (status == BANYAN_OK)
        apply(cutting, &lowest);
    return status;
}

/* Repairs made apart are one list. */
static enum banyan_status apply_repairs(struct cutting *cutting)
{
    uint32_t *acts = NULL;
    size_t count = 0;
    size_t tip_count = 0;
    struct by_log_tip *tips = NULL;
    struct tip_list list;
    enum banyan_status status = newest_tips_acts(cutting, BY_NONE, &acts, &count);

    if (status != BANYAN_OK || count == 0)
        return status;
    tips = by_arena_array(&cutting->charter->arena, count * BY_CUT_TIPS_MAX, sizeof *tips);
    if (tips == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = tips_for(cutting, acts[i], &list);
        if (status == BANYAN_OK && list.count > 0)
            memcpy(tips + tip_count, list.tips, list.count * sizeof *tips);
        tip_count += list.count;
    }
    list = (struct tip_list){.tips = tips, .count = sort_tips(tips, tip_count)};
    if (status == BANYAN_OK)
        apply(cutting, &list);
    return status;
}

/* What a lower act cut off is told by place: it binds a log whose open did not know it decided. */
static enum banyan_status apply_lowers(struct cutting *cutting, const struct by_facts *lowers)
{
    const struct by_past *past = &cutting->charter->acts[cutting->opened].past;
    enum banyan_status status = BANYAN_OK;

    for (const struct by_fact *low = lowers->first; low != NULL && status == BANYAN_OK;
         low = low->next) {
        if (by_rights_is_effective(cutting->rights, low->act, past))
            continue;
        if (by_past_has(past, low->act) && !by_rights_is_effective(cutting->rights, low->act, NULL))
            continue;
        status = apply_lower(cutting, low->act);
    }
    return status;
}

enum banyan_status by_charter_cut_log(struct by_charter *charter, struct by_rights *rights,
                                      uint32_t opened, struct by_charter_log *log)
{
    struct cutting cutting = {
        .charter = charter, .rights = rights, .opened = opened, .log = log->log};
    const struct by_charter_act *act = &charter->acts[opened];
    enum banyan_status status =
        apply_lowers(&cutting, &rights->org_lows[rights->author_org[opened]]);

    if (status == BANYAN_OK)
        status = apply_lowers(&cutting, &rights->device_lows[act->author]);
    if (status == BANYAN_OK)
        status = apply_repairs(&cutting);
    log->is_cut = cutting.is_cut;
    log->tips = cutting.lowest.tips;
    log->tip_count = cutting.lowest.count;
    return status;
}
