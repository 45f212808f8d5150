#include "member/charter_rights.h"

/* Zeroed room for one thing per act, device, organisation or key. */
static void *make(struct by_rights *rights, size_t count, size_t size)
{
    void *array = by_arena_array(rights->arena, count + 1, size);

    rights->out_of_memory = rights->out_of_memory || array == NULL;
    return array;
}

enum banyan_status by_rights_init(struct by_rights *rights, struct by_charter *charter,
                                  enum by_rights_mode mode, const bool *is_suspended,
                                  struct by_arena *arena)
{
    memset(rights, 0, sizeof *rights);
    rights->charter = charter;
    rights->arena = arena;
    rights->mode = mode;
    rights->is_suspended = is_suspended;
    rights->counts = make(rights, charter->count, sizeof *rights->counts);
    rights->author_org = make(rights, charter->count, sizeof *rights->author_org);
    rights->uses = make(rights, charter->count, sizeof *rights->uses);
    rights->votes = make(rights, charter->count, sizeof *rights->votes);
    rights->quorums = make(rights, charter->count, sizeof(*rights->quorums));
    rights->is_admitted = make(rights, charter->count, sizeof *rights->is_admitted);
    rights->is_acknowledged = make(rights, charter->count, sizeof *rights->is_acknowledged);
    rights->bindings = make(rights, charter->devices.count, sizeof *rights->bindings);
    rights->device_opens = make(rights, charter->devices.count, sizeof *rights->device_opens);
    rights->grants = make(rights, charter->orgs.count, sizeof *rights->grants);
    rights->org_opens = make(rights, charter->orgs.count, sizeof *rights->org_opens);
    rights->is_raised = make(rights, charter->orgs.count, sizeof *rights->is_raised);
    rights->is_candidate = make(rights, charter->orgs.count, sizeof *rights->is_candidate);
    rights->seen = make(rights, charter->orgs.count, sizeof *rights->seen);
    rights->claims = make(rights, charter->transports.count, sizeof *rights->claims);
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

/* The author's own vote counts. */
bool by_rights_is_decided(struct by_rights *rights, uint32_t act, const struct by_past *past)
{
    const struct by_quorum *quorum = rights->quorums[act];
    const struct by_fact *vote = NULL;
    uint32_t count = 0;

    if (quorum == NULL)
        return true;
    rights->seen_number++;
    rights->seen[rights->author_org[act]] = rights->seen_number;
    count += by_quorum_has(quorum, rights->author_org[act]);
    for (vote = known(rights->votes[act].first, past); vote != NULL && count < quorum->needed;
         vote = known(vote->next, past)) {
        if (rights->seen[vote->what] == rights->seen_number)
            continue;
        rights->seen[vote->what] = rights->seen_number;
        count += by_quorum_has(quorum, vote->what);
    }
    return count >= quorum->needed;
}

enum by_role by_rights_role(struct by_rights *rights, uint32_t org, const struct by_past *past)
{
    const struct by_fact *grant = known(rights->grants[org].first, past);
    uint32_t best = BY_ROLE_NONE;

    for (; grant != NULL; grant = known(grant->next, past))
        if (grant->what > best && by_rights_is_decided(rights, grant->act, past))
            best = grant->what;
    return (enum by_role)best;
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
    if (by_rights_role(rights, org, past_of(rights, act)) >= role)
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

/* More than half of the voters, or more where genesis says so, but never more than there are. */
static uint32_t votes_needed(const struct by_rights *rights, size_t voter_count)
{
    const struct by_act *genesis = &rights->charter->acts[rights->charter->genesis].body;
    uint32_t needed = (uint32_t)voter_count / 2 + 1;

    if (genesis->genesis.quorum > needed)
        needed = genesis->genesis.quorum;
    if (needed > voter_count)
        needed = (uint32_t)voter_count;
    return needed > 1 ? needed : 1;
}

void by_rights_call_vote(struct by_rights *rights, uint32_t act)
{
    size_t count_max = 0;
    struct by_quorum *quorum = make(rights, 1, sizeof *quorum);

    for (const struct by_fact *fact = rights->candidates.first; fact != NULL; fact = fact->next)
        count_max++;
    if (quorum != NULL)
        quorum->voters = make(rights, count_max, sizeof *quorum->voters);
    if (rights->out_of_memory)
        return;
    for (const struct by_fact *fact = rights->candidates.first; fact != NULL; fact = fact->next)
        if (by_rights_role(rights, fact->what, past_of(rights, act)) == BY_ROLE_COORDINATOR)
            quorum->voters[quorum->voter_count++] = fact->what;
    qsort(quorum->voters, quorum->voter_count, sizeof *quorum->voters, order_numbers);
    quorum->needed = votes_needed(rights, quorum->voter_count);
    rights->quorums[act] = quorum;
}
