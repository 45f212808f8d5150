#include "base/limits.h"
#include "member/charter_rights.h"

/* Signatures inside a body are checked once, when the act would count but for them. */
static bool founders_are_certified(const struct by_act *body)
{
    const struct by_id no_network = {{0}};

    for (size_t i = 0; i < body->genesis.founder_count; i++) {
        const struct by_founder *founder = &body->genesis.founders[i];

        for (size_t k = 0; k < founder->device_count; k++)
            if (by_certificate_verify(&founder->devices[k], &founder->profile.id, &no_network) !=
                BANYAN_OK)
                return false;
    }
    return true;
}

static bool join_is_signed(const struct by_charter *charter, const struct by_charter_act *act)
{
    const struct by_act *body = &act->body;
    const struct by_act *invite = &charter->acts[act->named].body;

    return by_certificate_verify(&body->join.certificate, &body->join.profile.id,
                                 &charter->network) == BANYAN_OK &&
           by_join_verify(body, &invite->invite.key, &charter->network) == BANYAN_OK;
}

/* The organisation key that an act says it is signed by. */
static const struct by_id *signer_of(const struct by_charter_act *act)
{
    const struct by_act *body = &act->body;

    if (act->kind == BY_KIND_DEVICE)
        return by_id_is_zero(&body->device.signer) ? &body->device.organisation
                                                   : &body->device.signer;
    return by_id_is_zero(&body->lower.signer) ? &body->lower.organisation : &body->lower.signer;
}

/* Founders are certified for no network, since theirs had no id yet: what genesis says of a device
 * is said for good. */
static bool is_of_genesis(const struct by_charter *charter, const struct by_act *body)
{
    const struct by_charter_act *genesis = &charter->acts[charter->genesis];
    size_t count = genesis->has_body ? genesis->body.genesis.founder_count : 0;

    for (size_t i = 0; i < count; i++) {
        const struct by_founder *founder = &genesis->body.genesis.founders[i];

        for (size_t k = 0; k < founder->device_count; k++)
            if (by_id_equal(&founder->profile.id, &body->device.organisation) &&
                memcmp(&founder->devices[k], &body->device.certificate,
                       sizeof founder->devices[k]) == 0)
                return true;
    }
    return false;
}

static bool device_is_signed(const struct by_charter *charter, const struct by_charter_act *act)
{
    const struct by_act *body = &act->body;

    return by_certificate_verify_by(&body->device.certificate, &body->device.organisation,
                                    signer_of(act), &charter->network) == BANYAN_OK ||
           is_of_genesis(charter, body);
}

static bool is_signed(const struct by_charter *charter, struct by_charter_act *act)
{
    bool is_good = true;

    if (act->verdict != BY_VERDICT_OPEN)
        return act->verdict == BY_VERDICT_GOOD;
    if (act->kind == BY_KIND_GENESIS)
        is_good = founders_are_certified(&act->body);
    if (act->kind == BY_KIND_JOIN)
        is_good = join_is_signed(charter, act);
    if (act->kind == BY_KIND_DEVICE)
        is_good = device_is_signed(charter, act);
    if (act->kind == BY_KIND_LOWER && act->body.lower.has_root)
        is_good = by_revocation_verify(&act->body, &charter->network) == BANYAN_OK;
    act->verdict = is_good ? BY_VERDICT_GOOD : BY_VERDICT_BAD;
    return is_good;
}

static enum by_role role_needed(uint16_t kind)
{
    switch ((unsigned)kind) {
    case BY_KIND_INVITE:
    case BY_KIND_ROLE:
    case BY_KIND_APPROVE:
    case BY_KIND_TYPES:
    case BY_KIND_LEVEL:
    case BY_KIND_ALLOW:
        return BY_ROLE_COORDINATOR;
    case BY_KIND_ADMIT:
    case BY_KIND_OPEN:
        return BY_ROLE_MEMBER;
    case BY_KIND_DEVICE:
        return BY_ROLE_READER;
    }
    return BY_ROLE_NONE;
}

/* Of all organisations a device was ever bound to, the one with the highest role. */
static uint32_t strongest_org_of(struct by_rights *rights, const struct by_charter_act *act)
{
    uint32_t best = BY_NONE;
    enum by_role best_role = BY_ROLE_NONE;

    for (const struct by_fact *fact = rights->bindings[act->author].first; fact != NULL;
         fact = fact->next) {
        enum by_role role = BY_ROLE_NONE;

        if (!by_past_has(&act->past, fact->act))
            continue;
        role = by_rights_role(rights, fact->what, &act->past);
        if (best == BY_NONE || role > best_role) {
            best = fact->what;
            best_role = role;
        }
    }
    return best;
}

/* A device introduces itself, but not to a second organisation. */
static uint32_t author_org(struct by_rights *rights, const struct by_charter_act *act)
{
    uint32_t bound = BY_NONE;

    if (rights->pass.mode == BY_RIGHTS_POSSIBLE)
        return act->kind == BY_KIND_DEVICE ? act->org : strongest_org_of(rights, act);
    bound = by_rights_org_of(rights, act->author, &act->past);
    if (act->kind != BY_KIND_DEVICE)
        return bound;
    return bound == BY_NONE || bound == act->org ? act->org : BY_NONE;
}

/* Whether the keys of a join or device act are free: neither does its author act for another
 * organisation, nor does another device hold its transport key, as far as its past knows. Claims
 * made apart all stand. */
static bool keys_are_free(const struct by_rights *rights, const struct by_charter_act *act)
{
    uint32_t bound = by_rights_org_of(rights, act->author, &act->past);

    if (rights->pass.mode == BY_RIGHTS_POSSIBLE)
        return true;
    return (bound == BY_NONE || bound == act->org) &&
           !by_rights_is_claimed(rights, act->transport, act->author, &act->past);
}

static bool join_counts(struct by_rights *rights, struct by_charter_act *act)
{
    const struct by_charter *charter = rights->charter;

    return act->named != BY_NONE && rights->counts[act->named] &&
           charter->acts[act->named].kind == BY_KIND_INVITE && keys_are_free(rights, act) &&
           is_signed(charter, act);
}

static bool
admit_counts(const struct by_rights *rights, const struct by_charter_act *act, enum by_role role)
{
    const struct by_charter_act *join = NULL;

    if (act->named == BY_NONE || !rights->counts[act->named])
        return false;
    join = &rights->charter->acts[act->named];
    if (join->kind != BY_KIND_JOIN)
        return false;
    return role == BY_ROLE_COORDINATOR || rights->pass.mode != BY_RIGHTS_REAL ||
           !by_rights_is_used(rights, join->named, act->named, &act->past);
}

/* Each allow act gives room for as many opens as one device has at first. */
static size_t may_have(const struct by_facts *allows, const struct by_past *past, size_t at_first)
{
    return at_first + by_facts_count(allows, past, BY_ALLOWS_MAX) * BY_OPENS_PER_DEVICE_MAX;
}

static bool
open_counts(const struct by_rights *rights, const struct by_charter_act *act, uint32_t org)
{
    const struct by_facts *of_device = &rights->device_opens[act->author];
    const struct by_facts *of_org = &rights->org_opens[org];
    size_t device_max =
        may_have(&rights->device_allows[act->author], &act->past, BY_OPENS_PER_DEVICE_MAX);
    size_t org_max = may_have(&rights->org_allows[org], &act->past, BY_OPENS_PER_ORG_MAX);

    if (rights->pass.mode == BY_RIGHTS_POSSIBLE)
        return true;
    return by_facts_count(of_device, &act->past, device_max) < device_max &&
           by_facts_count(of_org, &act->past, org_max) < org_max;
}

/* Whether the author's organisation is that of the device the act is about. */
static bool
is_own_device(const struct by_rights *rights, const struct by_charter_act *act, uint32_t org)
{
    const struct by_fact *fact = NULL;

    if (rights->pass.mode != BY_RIGHTS_POSSIBLE)
        return by_rights_org_of(rights, act->device, &act->past) == org;
    for (fact = rights->bindings[act->author].first; fact != NULL; fact = fact->next)
        if (by_past_has(&act->past, fact->act) &&
            by_rights_is_bound(rights, act->device, fact->what, &act->past))
            return true;
    return false;
}

/* Whether the author acts for the organisation that the act lowers. */
static bool
is_own_org(const struct by_rights *rights, const struct by_charter_act *act, uint32_t org)
{
    if (rights->pass.mode != BY_RIGHTS_POSSIBLE)
        return act->org == org;
    return by_rights_is_bound(rights, act->author, act->org, &act->past);
}

/* Whether that key is the organisation's in the act's past: it may have been replaced there. */
static bool
is_by_right_key(struct by_rights *rights, const struct by_charter_act *act, uint32_t org)
{
    return rights->pass.mode == BY_RIGHTS_POSSIBLE ||
           by_id_equal(signer_of(act), by_rights_root(rights, org, &act->past));
}

/* A device that belongs to the organisation already only says more of itself. */
static bool device_counts(struct by_rights *rights, struct by_charter_act *act, uint32_t org)
{
    bool is_known = by_rights_org_of(rights, act->author, &act->past) == org;

    return keys_are_free(rights, act) && (is_known || is_by_right_key(rights, act, org)) &&
           is_signed(rights->charter, act);
}

/* Coordinators lower whom they like, if enough of them agree; everybody may leave, and whoever has
 * the root key revokes devices of the organisation. */
static bool
lower_counts(struct by_rights *rights, struct by_charter_act *act, uint32_t org, enum by_role role)
{
    bool is_by_root = act->body.lower.has_root && is_own_org(rights, act, org) &&
                      is_by_right_key(rights, act, org);

    /* A bad signature is none: what was to stand by itself waits for votes then. */
    act->is_by_root = is_by_root && is_signed(rights->charter, act);
    if (role == BY_ROLE_COORDINATOR)
        return true;
    if (act->body.lower.has_key)
        return act->is_by_root;
    if (!act->body.lower.is_device)
        return act->body.lower.role == BY_ROLE_NONE && is_own_org(rights, act, org);
    return act->is_by_root && is_own_device(rights, act, org);
}

/* Coordinators, and of its own logs every organisation. */
static bool log_is_in_reach(const struct by_rights *rights, const struct by_charter_act *act,
                            uint32_t org, enum by_role role)
{
    if (role == BY_ROLE_COORDINATOR)
        return true;
    if (act->kind == BY_KIND_TIPS && act->body.tips.has_lowering)
        return false;
    return is_own_device(rights, act, org);
}

/* The one place where an act's right is decided. */
static bool act_counts(struct by_rights *rights, uint32_t number)
{
    struct by_charter_act *act = &rights->charter->acts[number];
    uint32_t org = BY_NONE;
    enum by_role role = BY_ROLE_NONE;

    if (!act->has_body)
        return false;
    if (act->kind == BY_KIND_GENESIS)
        return number == rights->charter->genesis && is_signed(rights->charter, act);
    if (act->kind == BY_KIND_JOIN)
        return join_counts(rights, act);
    org = author_org(rights, act);
    if (org == BY_NONE)
        return false;
    rights->author_org[number] = org;
    if (by_rights_is_cut(rights, number, org))
        return false;
    role = by_rights_role(rights, org, &act->past);
    if (role < role_needed(act->kind))
        return false;
    if (act->kind == BY_KIND_ADMIT)
        return admit_counts(rights, act, role);
    if (act->kind == BY_KIND_OPEN)
        return open_counts(rights, act, org);
    if (act->kind == BY_KIND_LOWER)
        return lower_counts(rights, act, org, role);
    if (act->kind == BY_KIND_TIPS || act->kind == BY_KIND_ERASE)
        return log_is_in_reach(rights, act, org, role);
    return act->kind != BY_KIND_DEVICE || device_counts(rights, act, org);
}

static void found(struct by_rights *rights, uint32_t number)
{
    const struct by_charter *charter = rights->charter;
    const struct by_charter_act *act = &charter->acts[number];

    for (size_t i = 0; i < act->body.genesis.founder_count; i++) {
        const struct by_founder *founder = &act->body.genesis.founders[i];
        uint32_t org = by_id_table_find(&charter->orgs, &founder->profile.id);

        rights->is_raised[org] = true;
        by_rights_grant(rights, number, org, BY_ROLE_COORDINATOR);
        for (size_t k = 0; k < founder->device_count; k++) {
            const struct by_certificate *certificate = &founder->devices[k];
            uint32_t device = by_id_table_find(&charter->devices, &certificate->device);
            uint32_t transport = by_id_table_find(&charter->transports, &certificate->transport);

            by_rights_bind(rights, number, device, org);
            by_rights_claim(rights, number, transport, device);
        }
    }
    rights->author_org[number] = by_rights_org_of(rights, act->author, NULL);
}

static void admit(struct by_rights *rights, uint32_t number)
{
    const struct by_charter_act *act = &rights->charter->acts[number];
    const struct by_charter_act *join = &rights->charter->acts[act->named];
    enum by_role role = rights->charter->acts[join->named].body.invite.role;

    by_rights_use(rights, number, join->named, act->named);
    rights->is_admitted[act->named] = true;
    if (by_rights_role(rights, rights->author_org[number], &act->past) == BY_ROLE_COORDINATOR)
        rights->is_acknowledged[act->named] = true;
    if (rights->pass.is_suspended != NULL && rights->pass.is_suspended[join->org])
        return;
    by_rights_grant(rights, number, join->org, role < BY_ROLE_MEMBER ? role : BY_ROLE_MEMBER);
    by_rights_bind(rights, number, join->author, join->org);
}

static void raise_role(struct by_rights *rights, uint32_t number)
{
    const struct by_charter_act *act = &rights->charter->acts[number];
    enum by_role role = act->body.role.role;

    rights->is_raised[act->org] = true;
    if (role == BY_ROLE_COORDINATOR && rights->pass.mode != BY_RIGHTS_POSSIBLE)
        by_rights_call_vote(rights, number);
    by_rights_grant(rights, number, act->org, role);
}

/* Note what a counting act established. */
static void establish(struct by_rights *rights, uint32_t number)
{
    const struct by_charter_act *act = &rights->charter->acts[number];
    uint32_t org = rights->author_org[number];

    switch ((unsigned)act->kind) {
    case BY_KIND_GENESIS:
        found(rights, number);
        break;
    case BY_KIND_JOIN:
        by_rights_claim(rights, number, act->transport, act->author);
        break;
    case BY_KIND_ADMIT:
        admit(rights, number);
        break;
    case BY_KIND_DEVICE:
        by_rights_bind(rights, number, act->author, org);
        by_rights_claim(rights, number, act->transport, act->author);
        break;
    case BY_KIND_OPEN:
        by_rights_open(rights, number, act->author, org);
        break;
    case BY_KIND_ROLE:
        raise_role(rights, number);
        break;
    case BY_KIND_APPROVE:
        if (act->named != BY_NONE && rights->quorums[act->named] != NULL)
            by_rights_vote(rights, number, act->named, org);
        break;
    case BY_KIND_TYPES:
    case BY_KIND_LEVEL:
        if (rights->pass.mode != BY_RIGHTS_POSSIBLE)
            by_rights_call_vote(rights, number);
        break;
    case BY_KIND_LOWER:
        if (rights->pass.mode != BY_RIGHTS_POSSIBLE)
            by_rights_call_vote_to_lower(rights, number);
        break;
    case BY_KIND_TIPS:
        /* One that does not know the lower act it is about says nothing. */
        if (!act->body.tips.has_lowering || act->named != BY_NONE)
            by_rights_name_tips(rights, number, act->named);
        break;
    case BY_KIND_ALLOW:
        by_rights_allow(rights, number, act->device,
                        by_rights_org_of(rights, act->device, &act->past));
        break;
    }
}

bool by_rights_judge_one(struct by_rights *rights, uint32_t number)
{
    rights->author_org[number] = BY_NONE;
    rights->counts[number] = act_counts(rights, number);
    if (rights->counts[number])
        establish(rights, number);
    return rights->counts[number];
}

enum banyan_status by_rights_judge(struct by_rights *rights)
{
    for (uint32_t i = 0; i < rights->charter->count && !rights->out_of_memory; i++)
        (void)by_rights_judge_one(rights, i);
    return rights->out_of_memory ? BANYAN_ERR_MEMORY : BANYAN_OK;
}
