#include "member/charter_state.h"

uint32_t by_id_table_find(const struct by_id_table *table, const struct by_id *id)
{
    const struct by_id *at = NULL;

    if (table->count > 0)
        at = bsearch(id, table->ids, table->count, sizeof *table->ids, by_id_order);
    return at != NULL ? (uint32_t)(at - table->ids) : BY_NONE;
}

uint32_t by_charter_position(const struct by_charter *charter, const struct by_id *act)
{
    size_t low = 0;
    size_t high = charter->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_id_compare(&charter->acts[charter->by_id[middle]].id, act);

        if (order == 0)
            return charter->by_id[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return BY_NONE;
}

/* Ids as they come. Most come again and again: those that came lately are not taken twice. */
struct gathering {
    struct by_buffer ids;
    const struct by_id *lately[UINT8_MAX + 1]; /* by their first byte */
};
struct gatherings {
    struct gathering devices;
    struct gathering orgs;
    struct gathering transports;
    enum banyan_status status; /* the first failure sticks */
};

static void collect(struct gatherings *all, struct gathering *gathering, const struct by_id *id)
{
    const struct by_id **lately = &gathering->lately[id->bytes[0]];

    if ((*lately != NULL && by_id_equal(*lately, id)) || all->status != BANYAN_OK)
        return;
    all->status = by_buffer_append_bytes(&gathering->ids, by_id_bytes(id));
    *lately = id;
}

static void collect_genesis(const struct by_charter *charter, struct gatherings *all)
{
    const struct by_act *body = &charter->acts[charter->genesis].body;

    for (size_t i = 0; i < body->genesis.founder_count; i++) {
        const struct by_founder *founder = &body->genesis.founders[i];

        collect(all, &all->orgs, &founder->profile.id);
        for (size_t k = 0; k < founder->device_count; k++) {
            collect(all, &all->devices, &founder->devices[k].device);
            collect(all, &all->transports, &founder->devices[k].transport);
        }
    }
}

static const struct by_certificate *certificate_of(const struct by_charter_act *act)
{
    if (act->kind == BY_KIND_JOIN)
        return &act->body.join.certificate;
    return act->kind == BY_KIND_DEVICE ? &act->body.device.certificate : NULL;
}

static const struct by_id *org_of(const struct by_charter_act *act)
{
    if (act->kind == BY_KIND_JOIN)
        return &act->body.join.profile.id;
    if (act->kind == BY_KIND_DEVICE)
        return &act->body.device.organisation;
    if (act->kind == BY_KIND_LOWER && !by_id_is_zero(&act->body.lower.organisation))
        return &act->body.lower.organisation;
    return act->kind == BY_KIND_ROLE ? &act->body.role.organisation : NULL;
}

/* The device that an act is about, be it by one of its logs. */
static const struct by_id *device_of(const struct by_charter_act *act)
{
    switch ((unsigned)act->kind) {
    case BY_KIND_LOWER:
        return act->body.lower.is_device ? &act->body.lower.device : NULL;
    case BY_KIND_TIPS:
        return &act->body.tips.log.device;
    case BY_KIND_ERASE:
        return &act->body.erase.log.device;
    case BY_KIND_ALLOW:
        return &act->body.allow.device;
    }
    return NULL;
}

static const struct by_id *named_by(const struct by_charter_act *act)
{
    if (act->kind == BY_KIND_JOIN)
        return &act->body.join.invite;
    if (act->kind == BY_KIND_ADMIT)
        return &act->body.admit.join;
    if (act->kind == BY_KIND_TIPS)
        return act->body.tips.has_lowering ? &act->body.tips.lowering : NULL;
    return act->kind == BY_KIND_APPROVE ? &act->body.approve.act : NULL;
}

/* Each once, sorted. */
static enum banyan_status
tabulate(struct gathering *gathering, struct by_arena *arena, struct by_id_table *out_table)
{
    size_t count = gathering->ids.size / sizeof(struct by_id);
    struct by_id *ids = by_arena_array(arena, count + 1, sizeof *ids);

    if (ids == NULL)
        return BANYAN_ERR_MEMORY;
    if (count > 0)
        memcpy(ids, gathering->ids.data, count * sizeof *ids);
    qsort(ids, count, sizeof *ids, by_id_order);
    out_table->ids = ids;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !by_id_equal(&ids[out_table->count - 1], &ids[i]))
            ids[out_table->count++] = ids[i];
    return BANYAN_OK;
}

/* Genesis must be where everything begins, and name its author. Whether its certificates hold is
 * asked later, as of every act. */
static uint32_t find_genesis(const struct by_charter *charter)
{
    uint32_t at = by_charter_position(charter, &charter->network);
    const struct by_charter_act *act = NULL;

    if (at == BY_NONE)
        return BY_NONE;
    act = &charter->acts[at];
    if (act->kind != BY_KIND_GENESIS || !act->has_body || act->need_count > 0 || act->seq != 0)
        return BY_NONE;
    for (size_t i = 0; i < act->body.genesis.founder_count; i++) {
        const struct by_founder *founder = &act->body.genesis.founders[i];

        for (size_t k = 0; k < founder->device_count; k++)
            if (by_id_equal(&founder->devices[k].device, &act->log.device))
                return at;
    }
    return BY_NONE;
}

/* What a lower act names of others' acts is looked at only where it knew it. */
static enum banyan_status number_cut(struct by_charter *charter, struct by_charter_act *act)
{
    const struct by_cut *cut = &act->body.lower.cut;

    if (!act->has_body || act->kind != BY_KIND_LOWER)
        return BANYAN_OK;
    act->cut_acts = by_arena_array(&charter->arena, cut->act_count + 1, sizeof *act->cut_acts);
    if (act->cut_acts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < cut->act_count; i++) {
        uint32_t at = by_charter_position(charter, &cut->acts[i]);

        if (at != BY_NONE && by_past_has(&act->past, at))
            act->cut_acts[act->cut_act_count++] = at;
    }
    return BANYAN_OK;
}

enum banyan_status by_charter_number_act(struct by_charter *charter, struct by_charter_act *act)
{
    const struct by_certificate *certificate = act->has_body ? certificate_of(act) : NULL;
    const struct by_id *org = act->has_body ? org_of(act) : NULL;
    const struct by_id *named = act->has_body ? named_by(act) : NULL;
    const struct by_id *device = act->has_body ? device_of(act) : NULL;

    act->author = by_id_table_find(&charter->devices, &act->log.device);
    act->transport = BY_NONE;
    if (certificate != NULL)
        act->transport = by_id_table_find(&charter->transports, &certificate->transport);
    act->device = device != NULL ? by_id_table_find(&charter->devices, device) : BY_NONE;
    act->org = org != NULL ? by_id_table_find(&charter->orgs, org) : BY_NONE;
    act->named = named != NULL ? by_charter_position(charter, named) : BY_NONE;
    if (act->named != BY_NONE && !by_past_has(&act->past, act->named))
        act->named = BY_NONE;
    return number_cut(charter, act);
}

static void collect_act(const struct by_charter_act *act, struct gatherings *all)
{
    collect(all, &all->devices, &act->log.device);
    if (!act->has_body)
        return;
    if (certificate_of(act) != NULL)
        collect(all, &all->transports, &certificate_of(act)->transport);
    if (org_of(act) != NULL)
        collect(all, &all->orgs, org_of(act));
    if (device_of(act) != NULL)
        collect(all, &all->devices, device_of(act));
}

static void gather(const struct by_charter *charter, struct gatherings *all)
{
    if (charter->genesis != BY_NONE)
        collect_genesis(charter, all);
    for (size_t i = 0; i < charter->count; i++)
        collect_act(&charter->acts[i], all);
}

enum banyan_status by_charter_number(struct by_charter *charter, struct by_arena *scratch)
{
    struct gatherings *all = by_arena_alloc(scratch, sizeof *all);
    enum banyan_status status = BANYAN_ERR_MEMORY;

    if (all == NULL)
        return BANYAN_ERR_MEMORY;
    all->devices.ids.size_max = all->orgs.ids.size_max = all->transports.ids.size_max = SIZE_MAX;
    charter->genesis = find_genesis(charter);
    gather(charter, all);
    status = all->status;
    if (status == BANYAN_OK)
        status = tabulate(&all->devices, &charter->arena, &charter->devices);
    if (status == BANYAN_OK)
        status = tabulate(&all->transports, &charter->arena, &charter->transports);
    if (status == BANYAN_OK)
        status = tabulate(&all->orgs, &charter->arena, &charter->orgs);
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++)
        status = by_charter_number_act(charter, &charter->acts[i]);
    by_buffer_deinit(&all->devices.ids);
    by_buffer_deinit(&all->transports.ids);
    by_buffer_deinit(&all->orgs.ids);
    return status;
}
