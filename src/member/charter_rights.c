#include "member/charter_rights.h"

/* Zeroed room for one thing per act, device, organisation or key. */
static void *make(struct by_rights *rights, size_t count, size_t size)
{
    void *array = by_arena_array(rights->arena, count + 1, size);

    rights->out_of_memory = rights->out_of_memory || array == NULL;
    return array;
}

static void add(struct by_rights *rights, struct by_facts *facts, uint32_t act, uint32_t what);

/* The lower acts that count, with whom they lower. */
static void list_lowers(struct by_rights *rights)
{
    const struct by_charter *charter = rights->charter;

    for (uint32_t i = 0; i < charter->count; i++) {
        const struct by_charter_act *act = &charter->acts[i];

        if (!rights->pass.lowers[i])
            continue;
        if (act->body.lower.is_device)
            add(rights, &rights->device_lows[act->device], i, act->device);
        else if (act->body.lower.has_key)
            add(rights, &rights->org_keys[act->org], i, act->org);
        else
            add(rights, &rights->org_lows[act->org], i, act->org);
    }
}

enum banyan_status by_rights_init(struct by_rights *rights, struct by_charter *charter,
                                  const struct by_pass *pass, struct by_arena *arena)
{
    memset(rights, 0, sizeof *rights);
    rights->charter = charter;
    rights->arena = arena;
    rights->pass = *pass;
    rights->counts = make(rights, charter->capacity, sizeof *rights->counts);
    rights->author_org = make(rights, charter->capacity, sizeof *rights->author_org);
    rights->uses = make(rights, charter->capacity, sizeof *rights->uses);
    rights->votes = make(rights, charter->capacity, sizeof *rights->votes);
    rights->quorums = make(rights, charter->capacity, sizeof(*rights->quorums));
    rights->is_admitted = make(rights, charter->capacity, sizeof *rights->is_admitted);
    rights->is_acknowledged = make(rights, charter->capacity, sizeof *rights->is_acknowledged);
    rights->bindings = make(rights, charter->devices.count, sizeof *rights->bindings);
    rights->device_opens = make(rights, charter->devices.count, sizeof *rights->device_opens);
    rights->device_allows = make(rights, charter->devices.count, sizeof *rights->device_allows);
    rights->device_lows = make(rights, charter->devices.count, sizeof *rights->device_lows);
    rights->grants = make(rights, charter->orgs.count, sizeof *rights->grants);
    rights->org_opens = make(rights, charter->orgs.count, sizeof *rights->org_opens);
    rights->org_allows = make(rights, charter->orgs.count, sizeof *rights->org_allows);
    rights->org_lows = make(rights, charter->orgs.count, sizeof *rights->org_lows);
    rights->org_keys = make(rights, charter->orgs.count, sizeof *rights->org_keys);
    rights->is_raised = make(rights, charter->orgs.count, sizeof *rights->is_raised);
    rights->is_candidate = make(rights, charter->orgs.count, sizeof *rights->is_candidate);
    rights->seen = make(rights, charter->orgs.count, sizeof *rights->seen);
    rights->claims = make(rights, charter->transports.count, sizeof *rights->claims);
    if (pass->lowers != NULL && !rights->out_of_memory)
        list_lowers(rights);
    return rights->out_of_memory ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

static void add(struct by_rights *rights, struct by_facts *facts, uint32_t act, uint32_t what)
{
    struct by_fact *fact = by_arena_alloc(rights->arena, sizeof *fact);

    if (fact == NULL) {
        rights->out_of_memory = true;
        return;
    }
    fact->act = act;
    fact->what = what;
    if (facts->last == NULL)
        facts->first = fact;
    else
        facts->last->next = fact;
    facts->last = fact;
}

/* From fact on, the first that past knows. Lists are in act order, so those behind the end of past
 * need no look: many acts made apart cost little. */
static const struct by_fact *known(const struct by_fact *fact, const struct by_past *past)
{
    while (fact != NULL && !by_past_has(past, fact->act)) {
        if (by_past_ends_before(past, fact->act))
            return NULL;
        fact = fact->next;
    }
    return fact;
}

static bool says(const struct by_facts *facts, const struct by_past *past, uint32_t what)
{
    const struct by_fact *fact = known(facts->first, past);

    while (fact != NULL && fact->what != what)
        fact = known(fact->next, past);
    return fact != NULL;
}

static bool says_other(const struct by_facts *facts, const struct by_past *past, uint32_t what)
{
    const struct by_fact *fact = known(facts->first, past);

    while (fact != NULL && fact->what == what)
        fact = known(fact->next, past);
    return fact != NULL;
}

size_t by_facts_count(const struct by_facts *facts, const struct by_past *past, size_t max)
{
    const struct by_fact *fact = known(facts->first, past);
    size_t count = 0;

    for (; fact != NULL && count < max; fact = known(fact->next, past))
        count++;
    return count;
}

static const struct by_past *past_of(const struct by_rights *rights, uint32_t act)
{
    return &rights->charter->acts[act].past;
}

uint32_t
by_rights_org_of(const struct by_rights *rights, uint32_t device, const struct by_past *past)
{
    const struct by_fact *fact = known(rights->bindings[device].first, past);

    return fact != NULL ? fact->what : BY_NONE;
}

bool by_rights_is_bound(const struct by_rights *rights, uint32_t device, uint32_t org,
                        const struct by_past *past)
{
    return says(&rights->bindings[device], past, org);
}

bool by_rights_is_claimed(const struct by_rights *rights, uint32_t transport, uint32_t device,
                          const struct by_past *past)
{
    return says_other(&rights->claims[transport], past, device);
}

bool by_rights_is_used(const struct by_rights *rights, uint32_t invite, uint32_t join,
                       const struct by_past *past)
{
    return says_other(&rights->uses[invite], past, join);
}

bool by_quorum_has(const struct by_quorum *quorum, uint32_t org)
{
    size_t low = 0;
    size_t high = quorum->voter_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (quorum->voters[middle] == org)
            return true;
        if (quorum->voters[middle] < org)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

uint32_t by_rights_count_votes(struct by_rights *rights, uint32_t act, const struct by_past *past,
                               const uint32_t *seniority, uint32_t *out_senior)
{
    const struct by_quorum *quorum = rights->quorums[act];
    const struct by_fact author = {rights->votes[act].first, act, rights->author_org[act]};
    uint32_t count = 0;

    rights->seen_number++;
    for (const struct by_fact *vote = &author; vote != NULL; vote = known(vote->next, past)) {
        if (rights->seen[vote->what] == rights->seen_number)
            continue;
        rights->seen[vote->what] = rights->seen_number;
        if (!by_quorum_has(quorum, vote->what))
            continue;
        count++;
        if (seniority != NULL && seniority[vote->what] < *out_senior)
            *out_senior = seniority[vote->what];
    }
    return count;
}

bool by_rights_is_decided(struct by_rights *rights, uint32_t act, const struct by_past *past)
{
    const struct by_quorum *quorum = rights->quorums[act];

    return quorum == NULL || quorum->needed == 0 ||
           by_rights_count_votes(rights, act, past, NULL, NULL) >= quorum->needed;
}

bool by_rights_is_effective(struct by_rights *rights, uint32_t lower, const struct by_past *past)
{
    return by_past_has(past, lower) && rights->counts[lower] &&
           by_rights_is_decided(rights, lower, past);
}

/* The role that is left of one that a grant gave. */
static uint32_t
cap(struct by_rights *rights, uint32_t org, const struct by_fact *grant, const struct by_past *past)
{
    const struct by_past *known_then = past_of(rights, grant->act);
    uint32_t role = grant->what;

    for (const struct by_fact *low = rights->org_lows[org].first; low != NULL; low = low->next) {
        uint32_t left = rights->charter->acts[low->act].body.lower.role;

        if (left < role && !by_past_has(known_then, low->act) &&
            by_rights_is_effective(rights, low->act, past))
            role = left;
    }
    return role;
}

enum by_role by_rights_role(struct by_rights *rights, uint32_t org, const struct by_past *past)
{
    const struct by_fact *grant = known(rights->grants[org].first, past);
    uint32_t best = BY_ROLE_NONE;

    for (; grant != NULL; grant = known(grant->next, past)) {
        uint32_t role = BY_ROLE_NONE;

        if (grant->what <= best || !by_rights_is_decided(rights, grant->act, past))
            continue;
        role = cap(rights, org, grant, past);
        best = role > best ? role : best;
    }
    return (enum by_role)best;
}

const struct by_id *
by_rights_root(struct by_rights *rights, uint32_t org, const struct by_past *past)
{
    const struct by_id *root = &rights->charter->orgs.ids[org];

    for (const struct by_fact *fact = rights->org_keys[org].first; fact != NULL; fact = fact->next)
        if (by_rights_is_effective(rights, fact->act, past))
            root = &rights->charter->acts[fact->act].body.lower.key;
    return root;
}

/* An act by which somebody leaves, and approvals of what lowers him, are not cut by it. Nor is what
 * he did after he knew it, which is judged by the role that it left. */
static bool cuts(struct by_rights *rights, uint32_t lower, uint32_t number)
{
    const struct by_charter *charter = rights->charter;
    const struct by_charter_act *act = &charter->acts[number];
    const struct by_charter_act *low = &charter->acts[lower];

    if (number == lower ||
        (act->kind == BY_KIND_APPROVE && by_id_equal(&act->body.approve.act, &low->id)))
        return false;
    for (size_t i = 0; i < low->cut_act_count; i++)
        if (by_charter_is_before(charter, number, low->cut_acts[i]))
            return false;
    return !by_rights_is_effective(rights, lower, &act->past);
}

/* A new key takes back what the old one may have signed meanwhile, and nothing else. */
static bool is_by_old_key(struct by_rights *rights, uint32_t number, uint32_t org)
{
    const struct by_charter_act *act = &rights->charter->acts[number];
    bool has_root = act->kind == BY_KIND_LOWER && act->body.lower.has_root;

    if (act->kind != BY_KIND_DEVICE && !(has_root && act->org == org))
        return false;
    for (const struct by_fact *fact = rights->org_keys[org].first; fact != NULL; fact = fact->next)
        if (cuts(rights, fact->act, number))
            return true;
    return false;
}

bool by_rights_is_cut(struct by_rights *rights, uint32_t act, uint32_t org)
{
    const struct by_charter_act *cut = &rights->charter->acts[act];

    for (const struct by_fact *low = rights->org_lows[org].first; low != NULL; low = low->next)
        if (cuts(rights, low->act, act))
            return true;
    if (is_by_old_key(rights, act, org))
        return true;
    /* A revoked device does nothing more. */
    for (const struct by_fact *low = rights->device_lows[cut->author].first; low != NULL;
         low = low->next)
        if (cuts(rights, low->act, act) || by_rights_is_effective(rights, low->act, &cut->past))
            return true;
    return false;
}

void by_rights_bind(struct by_rights *rights, uint32_t act, uint32_t device, uint32_t org)
{
    if (!says(&rights->bindings[device], past_of(rights, act), org))
        add(rights, &rights->bindings[device], act, org);
}

void by_rights_claim(struct by_rights *rights, uint32_t act, uint32_t transport, uint32_t device)
{
    if (!says(&rights->claims[transport], past_of(rights, act), device))
        add(rights, &rights->claims[transport], act, device);
}

void by_rights_grant(struct by_rights *rights, uint32_t act, uint32_t org, enum by_role role)
{
    /* Where no lower act is known yet, all that cap an older grant in the past cap this one too. */
    if (known(rights->org_lows[org].first, past_of(rights, act)) == NULL &&
        by_rights_role(rights, org, past_of(rights, act)) >= role)
        return;
    add(rights, &rights->grants[org], act, role);
    if (role < BY_ROLE_COORDINATOR || rights->is_candidate[org])
        return;
    rights->is_candidate[org] = true;
    add(rights, &rights->candidates, act, org);
}

void by_rights_use(struct by_rights *rights, uint32_t act, uint32_t invite, uint32_t join)
{
    if (!says(&rights->uses[invite], past_of(rights, act), join))
        add(rights, &rights->uses[invite], act, join);
}

void by_rights_vote(struct by_rights *rights, uint32_t act, uint32_t named, uint32_t org)
{
    if (!says(&rights->votes[named], past_of(rights, act), org))
        add(rights, &rights->votes[named], act, org);
}

void by_rights_name_tips(struct by_rights *rights, uint32_t act, uint32_t lower)
{
    add(rights, &rights->tips_acts, act, lower);
}

void by_rights_allow(struct by_rights *rights, uint32_t act, uint32_t device, uint32_t org)
{
    add(rights, &rights->device_allows[device], act, act);
    if (org != BY_NONE)
        add(rights, &rights->org_allows[org], act, act);
}

void by_rights_open(struct by_rights *rights, uint32_t act, uint32_t device, uint32_t org)
{
    add(rights, &rights->device_opens[device], act, act);
    add(rights, &rights->org_opens[org], act, act);
}

static int order_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* More than half of the coordinators, or more where genesis says so, but never more than may vote.
 */
static uint32_t
votes_needed(const struct by_rights *rights, size_t coordinator_count, size_t voter_count)
{
    const struct by_act *genesis = &rights->charter->acts[rights->charter->genesis].body;
    uint32_t needed = (uint32_t)coordinator_count / 2 + 1;

    if (genesis->genesis.quorum > needed)
        needed = genesis->genesis.quorum;
    if (needed > voter_count)
        needed = (uint32_t)voter_count;
    return needed > 1 ? needed : 1;
}

/* The coordinators in the act's past, sorted; room for one more. NULL when memory ran out. */
static struct by_quorum *assemble(struct by_rights *rights, uint32_t act)
{
    size_t count_max = 1;
    struct by_quorum *quorum = make(rights, 1, sizeof *quorum);

    for (const struct by_fact *fact = rights->candidates.first; fact != NULL; fact = fact->next)
        count_max++;
    if (quorum != NULL)
        quorum->voters = make(rights, count_max, sizeof *quorum->voters);
    if (rights->out_of_memory)
        return NULL;
    for (const struct by_fact *fact = rights->candidates.first; fact != NULL; fact = fact->next)
        if (by_rights_role(rights, fact->what, past_of(rights, act)) == BY_ROLE_COORDINATOR)
            quorum->voters[quorum->voter_count++] = fact->what;
    qsort(quorum->voters, quorum->voter_count, sizeof *quorum->voters, order_numbers);
    return quorum;
}

void by_rights_call_vote(struct by_rights *rights, uint32_t act)
{
    struct by_quorum *quorum = assemble(rights, act);

    if (quorum == NULL)
        return;
    quorum->needed = votes_needed(rights, quorum->voter_count, quorum->voter_count);
    rights->quorums[act] = quorum;
}

static void leave_out(struct by_quorum *quorum, uint32_t org)
{
    size_t kept = 0;

    for (size_t i = 0; i < quorum->voter_count; i++)
        if (quorum->voters[i] != org)
            quorum->voters[kept++] = quorum->voters[i];
    quorum->voter_count = kept;
}

void by_rights_call_vote_to_lower(struct by_rights *rights, uint32_t act)
{
    const struct by_charter_act *low = &rights->charter->acts[act];
    struct by_quorum *quorum = assemble(rights, act);
    uint32_t target =
        low->body.lower.is_device ? by_rights_org_of(rights, low->device, &low->past) : low->org;
    uint32_t author = rights->author_org[act];
    bool is_new_key = low->body.lower.has_key && !low->is_by_root;

    if (quorum == NULL)
        return;
    if (is_new_key || (by_quorum_has(quorum, target) && target != author)) {
        size_t coordinator_count = quorum->voter_count;

        leave_out(quorum, target);
        quorum->needed = votes_needed(rights, coordinator_count, quorum->voter_count);
    } else if (!by_quorum_has(quorum, author)) {
        quorum->voters[quorum->voter_count++] = author;
        qsort(quorum->voters, quorum->voter_count, sizeof *quorum->voters, order_numbers);
    }
    rights->quorums[act] = quorum;
}
