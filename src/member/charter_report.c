#include <stdlib.h>

#include "member/charter_rights.h"

/* What is being gathered about organisations, by their number. */
struct census {
    struct by_charter *charter;
    struct by_rights *rights;
    struct by_charter_org *orgs;
    bool *is_known;
};

static bool is_suspended(const struct by_rights *rights, uint32_t org)
{
    return rights->pass.is_suspended != NULL && rights->pass.is_suspended[org];
}

static void meet_founders(struct census *census, const struct by_charter_act *act)
{
    for (size_t i = 0; i < act->body.genesis.founder_count; i++) {
        const struct by_org_profile *profile = &act->body.genesis.founders[i].profile;
        uint32_t org = by_id_table_find(&census->charter->orgs, &profile->id);

        census->is_known[org] = true;
        census->orgs[org].profile = *profile;
        census->orgs[org].since_hlc = act->hlc;
    }
}

/* The first act that brings an organisation in says since when and by whom. */
static void meet_newcomer(struct census *census, uint32_t admit)
{
    const struct by_charter *charter = census->charter;
    const struct by_charter_act *act = &charter->acts[admit];
    const struct by_charter_act *join = &charter->acts[act->named];
    struct by_charter_org *org = &census->orgs[join->org];

    if (!census->is_known[join->org]) {
        census->is_known[join->org] = true;
        org->since_hlc = act->hlc;
        org->admitted_by = charter->orgs.ids[census->rights->author_org[admit]];
    }
    if (org->profile.name.size == 0)
        org->profile = join->body.join.profile;
    org->is_final = org->is_final || census->rights->is_acknowledged[act->named];
}

/* A role may be given to an organisation that only asked to join, or that nobody has heard of. */
static void meet_raised(struct census *census, uint32_t role)
{
    const struct by_charter *charter = census->charter;
    const struct by_charter_act *act = &charter->acts[role];

    if (census->is_known[act->org])
        return;
    census->is_known[act->org] = true;
    census->orgs[act->org].profile.id = charter->orgs.ids[act->org];
    census->orgs[act->org].since_hlc = act->hlc;
    census->orgs[act->org].admitted_by = charter->orgs.ids[census->rights->author_org[role]];
}

/* Whoever let a suspended organisation in may be suspended too: then only its join tells of it. */
static void meet_applicant(struct census *census, const struct by_charter_act *act)
{
    struct by_charter_org *org = &census->orgs[act->org];

    if (org->profile.name.size == 0)
        org->profile = act->body.join.profile;
    if (census->is_known[act->org] || !is_suspended(census->rights, act->org))
        return;
    census->is_known[act->org] = true;
    org->since_hlc = act->hlc;
}

static void meet(struct census *census, uint32_t number)
{
    const struct by_charter_act *act = &census->charter->acts[number];

    switch ((unsigned)act->kind) {
    case BY_KIND_GENESIS:
        meet_founders(census, act);
        break;
    case BY_KIND_ADMIT:
        meet_newcomer(census, number);
        break;
    case BY_KIND_ROLE:
        meet_raised(census, number);
        break;
    }
}

/* Until when an organisation has its role is a reminder: the newest act that says it is heard, be
 * it decided or not, as long as it names the role that is there. */
static void remind(struct census *census, const struct by_charter_act *act)
{
    struct by_charter_org *org = &census->orgs[act->org];

    if (act->body.role.role == org->role)
        org->until_ms = act->body.role.until_ms;
}

static void note_lowered(struct census *census, uint32_t number)
{
    const struct by_charter_act *act = &census->charter->acts[number];
    struct by_charter_org *org = NULL;

    if (act->body.lower.is_device || act->body.lower.has_key || !census->charter->lowers[number] ||
        !by_rights_is_effective(census->rights, number, NULL))
        return;
    org = &census->orgs[act->org];
    org->lowered_hlc = act->hlc;
    org->lowered_by = census->charter->orgs.ids[census->rights->author_org[number]];
}

/* What is told of roles, once they are known: acts in their order, so that the newest stays. */
static void note_roles(struct census *census)
{
    const struct by_charter *charter = census->charter;

    for (uint32_t i = 0; i < charter->count; i++) {
        const struct by_charter_act *act = &charter->acts[i];

        if (!census->rights->counts[i])
            continue;
        if (act->kind == BY_KIND_ROLE)
            remind(census, act);
        if (act->kind == BY_KIND_LOWER)
            note_lowered(census, i);
    }
}

static enum banyan_status
list_orgs(struct by_charter *charter, struct by_rights *rights, struct by_arena *scratch)
{
    size_t count = charter->orgs.count;
    struct census census = {.charter = charter, .rights = rights};

    census.orgs = by_arena_array(&charter->arena, count + 1, sizeof *census.orgs);
    census.is_known = by_arena_array(scratch, count + 1, sizeof *census.is_known);
    if (census.orgs == NULL || census.is_known == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < charter->count; i++)
        if (rights->counts[i])
            meet(&census, i);
    for (uint32_t i = 0; i < charter->count; i++)
        if (rights->counts[i] && charter->acts[i].kind == BY_KIND_JOIN)
            meet_applicant(&census, &charter->acts[i]);
    charter->org_list = census.orgs;
    for (uint32_t i = 0; i < count; i++)
        census.orgs[i].role = by_rights_role(rights, i, NULL);
    note_roles(&census);
    for (uint32_t i = 0; i < count; i++) {
        struct by_charter_org *org = &census.orgs[i];

        if (!census.is_known[i])
            continue;
        org->is_final = org->is_final || rights->is_raised[i];
        org->is_suspended = is_suspended(rights, i);
        org->root = *by_rights_root(rights, i, NULL);
        charter->org_list[charter->org_count++] = *org;
    }
    return BANYAN_OK;
}

static const struct by_certificate *
founder_certificate(const struct by_act *genesis, const struct by_id *device)
{
    const struct by_certificate *found = NULL;

    for (size_t i = 0; i < genesis->genesis.founder_count; i++) {
        const struct by_founder *founder = &genesis->genesis.founders[i];

        for (size_t k = 0; k < founder->device_count; k++)
            if (by_id_equal(&founder->devices[k].device, device))
                found = &founder->devices[k];
    }
    assert(found != NULL);
    return found;
}

static const struct by_certificate *
certificate_of(const struct by_charter *charter, uint32_t act, const struct by_id *device)
{
    const struct by_charter_act *binding = &charter->acts[act];

    if (binding->kind == BY_KIND_GENESIS)
        return founder_certificate(&binding->body, device);
    if (binding->kind == BY_KIND_ADMIT)
        return &charter->acts[binding->named].body.join.certificate;
    return &binding->body.device.certificate;
}

static void
note_revoked(struct by_rights *rights, uint32_t number, struct by_charter_device *device)
{
    for (const struct by_fact *low = rights->device_lows[number].first;
         low != NULL && !device->is_revoked; low = low->next) {
        device->is_revoked = by_rights_is_effective(rights, low->act, NULL);
        if (!device->is_revoked)
            continue;
        device->revoked_hlc = rights->charter->acts[low->act].hlc;
        device->revoked_by = rights->charter->orgs.ids[rights->author_org[low->act]];
    }
}

/* By device: the newest name it gave itself. */
static struct by_bytes *collect_device_names(const struct by_charter *charter,
                                             const struct by_rights *rights,
                                             struct by_arena *scratch)
{
    struct by_bytes *names = by_arena_array(scratch, charter->devices.count + 1, sizeof *names);

    for (uint32_t i = 0; names != NULL && i < charter->count; i++) {
        const struct by_charter_act *act = &charter->acts[i];

        if (rights->counts[i] && act->kind == BY_KIND_DEVICE && act->body.device.name.size > 0)
            names[act->author] = act->body.device.name;
    }
    return names;
}

static enum banyan_status
list_devices(struct by_charter *charter, struct by_rights *rights, struct by_arena *scratch)
{
    const struct by_bytes *names = collect_device_names(charter, rights, scratch);

    charter->device_list =
        by_arena_array(&charter->arena, charter->devices.count + 1, sizeof *charter->device_list);
    if (charter->device_list == NULL || names == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < charter->devices.count; i++) {
        const struct by_fact *binding = rights->bindings[i].first;
        struct by_charter_device *device = &charter->device_list[charter->device_count];

        if (binding == NULL)
            continue;
        device->certificate = *certificate_of(charter, binding->act, &charter->devices.ids[i]);
        if (charter->acts[binding->act].kind == BY_KIND_DEVICE)
            device->signer = charter->acts[binding->act].body.device.signer;
        device->organisation = charter->orgs.ids[binding->what];
        device->name = names[i];
        device->since_hlc = charter->acts[binding->act].hlc;
        note_revoked(rights, (uint32_t)i, device);
        charter->device_count++;
    }
    return BANYAN_OK;
}

/* A log and the act that opened it. */
struct opened {
    struct by_charter_log log;
    uint32_t act;
};

static int order_opened(const void *a, const void *b)
{
    const struct opened *x = a;
    const struct opened *y = b;
    int order = by_log_id_compare(&x->log.log, &y->log.log);

    return order != 0 ? order : (x->act > y->act) - (x->act < y->act);
}

static int order_logs(const void *a, const void *b)
{
    return by_log_id_compare(a, b);
}

/* How many acts of the kind count. */
static size_t
count_kind(const struct by_charter *charter, const struct by_rights *rights, enum by_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < charter->count; i++)
        if (rights->counts[i] && charter->acts[i].kind == kind)
            count++;
    return count;
}

/* Room for acts that are added later. */
static size_t spare_room(const struct by_charter *charter)
{
    return charter->capacity - charter->count;
}

/* The logs that shared acts stand in, sorted. What an act needs is shared with it. */
static enum banyan_status list_act_logs(const struct by_charter *charter, struct by_arena *scratch,
                                        struct by_log_id **out_logs, size_t *out_count)
{
    struct by_log_id *logs = by_arena_array(scratch, charter->count + 1, sizeof *logs);
    size_t count = 0;

    *out_logs = logs;
    *out_count = 0;
    if (logs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < charter->count; i++)
        if (charter->shares[i] && by_charter_behind(charter, (uint32_t)i) == BY_NONE)
            logs[count++] = charter->acts[i].log;
    qsort(logs, count, sizeof *logs, order_logs);
    *out_count = count;
    return BANYAN_OK;
}

/* A log opened twice is as its first open in act order has it. One that shared acts stand in holds
 * no records: one id names one log. */
static enum banyan_status
list_logs(struct by_charter *charter, struct by_rights *rights, struct by_arena *scratch)
{
    size_t room = count_kind(charter, rights, BY_KIND_OPEN) + 1;
    struct opened *opened = by_arena_array(scratch, room, sizeof *opened);
    struct by_log_id *act_logs = NULL;
    size_t count = 0, act_log_count = 0;
    enum banyan_status status = list_act_logs(charter, scratch, &act_logs, &act_log_count);

    charter->log_list =
        by_arena_array(&charter->arena, room + spare_room(charter), sizeof *charter->log_list);
    if (status != BANYAN_OK || opened == NULL || charter->log_list == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < charter->count; i++) {
        const struct by_charter_act *act = &charter->acts[i];
        struct opened *open_log = &opened[count];

        if (!rights->counts[i] || act->kind != BY_KIND_OPEN)
            continue;
        open_log->act = i;
        open_log->log.log.device = act->log.device;
        memcpy(open_log->log.log.nonce, act->body.opening.nonce, sizeof open_log->log.log.nonce);
        if (bsearch(&open_log->log.log, act_logs, act_log_count, sizeof *act_logs, order_logs) !=
            NULL)
            continue;
        open_log->log.organisation = charter->orgs.ids[rights->author_org[i]];
        open_log->log.role = by_rights_role(rights, rights->author_org[i], &act->past);
        count++;
    }
    qsort(opened, count, sizeof *opened, order_opened);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        if (i > 0 && by_log_id_equal(&opened[i - 1].log.log, &opened[i].log.log))
            continue;
        status = by_charter_cut_log(charter, rights, opened[i].act, &opened[i].log);
        charter->log_list[charter->log_count++] = opened[i].log;
    }
    return status;
}

/* -- invites -- */

struct known_invite {
    const struct by_act *body;
    uint32_t act;
    uint64_t expires_ms; /* the earliest of all with its key; of the first with it only */
};
/* Counting invites by key, then act order. */
struct invite_list {
    const struct by_charter *charter;
    struct known_invite *items;
    size_t count;
    uint32_t *first; /* by act: the place of the first with its key */
};

static int order_invites(const void *a, const void *b)
{
    const struct known_invite *x = a;
    const struct known_invite *y = b;
    int order = by_id_compare(&x->body->invite.key, &y->body->invite.key);

    return order != 0 ? order : (x->act > y->act) - (x->act < y->act);
}

static void note_expiry(struct known_invite *invite, uint64_t expires_ms)
{
    if (expires_ms != 0 && (invite->expires_ms == 0 || expires_ms < invite->expires_ms))
        invite->expires_ms = expires_ms;
}

static enum banyan_status sort_invites(const struct by_charter *charter,
                                       const struct by_rights *rights, struct by_arena *scratch,
                                       struct invite_list *out)
{
    out->charter = charter;
    out->items = by_arena_array(scratch, count_kind(charter, rights, BY_KIND_INVITE) + 1,
                                sizeof *out->items);
    out->first = by_arena_array(scratch, charter->count + 1, sizeof *out->first);
    if (out->items == NULL || out->first == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < charter->count; i++)
        if (rights->counts[i] && charter->acts[i].kind == BY_KIND_INVITE)
            out->items[out->count++] = (struct known_invite){&charter->acts[i].body, i, 0};
    qsort(out->items, out->count, sizeof *out->items, order_invites);
    for (uint32_t i = 0, first = 0; i < out->count; i++) {
        if (!by_id_equal(&out->items[first].body->invite.key, &out->items[i].body->invite.key))
            first = i;
        out->first[out->items[i].act] = first;
        note_expiry(&out->items[first], out->items[i].body->invite.expires_ms);
    }
    return BANYAN_OK;
}

static struct by_charter_join
describe_join(const struct invite_list *invites, const struct by_rights *rights, uint32_t join)
{
    const struct by_charter *charter = invites->charter;
    const struct by_charter_act *act = &charter->acts[join];
    const struct by_charter_act *invite = &charter->acts[act->named];

    return (struct by_charter_join){
        .join = act->id,
        .invite = invite->id,
        .profile = act->body.join.profile,
        .invite_is_used = by_rights_is_used(rights, act->named, join, NULL),
        .expires_ms = invites->items[invites->first[act->named]].expires_ms,
        .asks_confirm = invite->body.invite.asks_confirm,
    };
}

/* In order of id, each join into the list it belongs to, if any. */
static enum banyan_status list_joins(struct by_charter *charter, const struct by_rights *rights,
                                     const struct invite_list *invites)
{
    size_t room = count_kind(charter, rights, BY_KIND_JOIN) + 1;

    charter->pending = by_arena_array(&charter->arena, room, sizeof *charter->pending);
    charter->suspended = by_arena_array(&charter->arena, room, sizeof *charter->suspended);
    charter->unacknowledged =
        by_arena_array(&charter->arena, room, sizeof *charter->unacknowledged);
    if (charter->pending == NULL || charter->suspended == NULL || charter->unacknowledged == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < charter->count; i++) {
        uint32_t join = charter->by_id[i];
        const struct by_charter_act *act = &charter->acts[join];

        if (!rights->counts[join] || act->kind != BY_KIND_JOIN)
            continue;
        if (is_suspended(rights, act->org))
            charter->suspended[charter->suspended_count++] = describe_join(invites, rights, join);
        else if (!rights->is_admitted[join])
            charter->pending[charter->pending_count++] = describe_join(invites, rights, join);
        else if (!by_rights_is_vouched_for(rights, join))
            charter->unacknowledged[charter->unacknowledged_count++] =
                describe_join(invites, rights, join);
    }
    return BANYAN_OK;
}

static enum banyan_status list_invites(struct by_charter *charter, const struct by_rights *rights,
                                       const struct invite_list *invites)
{
    size_t room = invites->count + 1 + spare_room(charter);

    charter->invites = by_arena_array(&charter->arena, room, sizeof *charter->invites);
    if (charter->invites == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < charter->count; i++) {
        uint32_t number = charter->by_id[i];
        const struct by_charter_act *act = &charter->acts[number];
        struct by_charter_invite *invite = &charter->invites[charter->invite_count];
        const struct known_invite *first = &invites->items[invites->first[number]];

        if (!rights->counts[number] || act->kind != BY_KIND_INVITE || first->act != number)
            continue;
        invite->hlc = act->hlc;
        invite->author = charter->orgs.ids[rights->author_org[number]];
        invite->asks_confirm = act->body.invite.asks_confirm;
        invite->act = act->id;
        invite->name = act->body.invite.name;
        invite->role = act->body.invite.role;
        invite->expires_ms = first->expires_ms;
        invite->key = act->body.invite.key;
        memcpy(invite->join_key, act->body.invite.join_key, sizeof invite->join_key);
        invite->is_used = rights->uses[number].first != NULL;
        charter->invite_count++;
    }
    return BANYAN_OK;
}

enum banyan_status
by_charter_report(struct by_charter *charter, struct by_rights *rights, struct by_arena *scratch)
{
    struct invite_list invites = {.count = 0};
    enum banyan_status status = list_orgs(charter, rights, scratch);

    if (status == BANYAN_OK)
        status = list_devices(charter, rights, scratch);
    if (status == BANYAN_OK)
        status = list_logs(charter, rights, scratch);
    if (status == BANYAN_OK)
        status = sort_invites(charter, rights, scratch, &invites);
    if (status == BANYAN_OK)
        status = list_joins(charter, rights, &invites);
    if (status == BANYAN_OK)
        status = list_invites(charter, rights, &invites);
    if (status == BANYAN_OK)
        status = by_charter_list_motions(charter, rights, scratch);
    if (status == BANYAN_OK)
        status = by_charter_keep_losses(charter, rights, scratch);
    return status;
}
