/* What was put to the vote: the types in force, and the acts that still wait. */
#include "member/charter_rights.h"

/* Whether an act listed, each of which is decided, knows this one: it was replaced then. */
static bool
is_replaced(const struct by_charter *charter, const uint32_t *acts, size_t count, uint32_t older)
{
    for (size_t i = 0; i < count; i++)
        if (by_past_has(&charter->acts[acts[i]].past, older))
            return true;
    return false;
}

/* The decided types acts that no other one knows, from the last in act order on; genesis where
 * there is none. */
static enum banyan_status find_types(struct by_charter *charter, struct by_rights *rights,
                                     struct by_arena *scratch, uint32_t **out_acts,
                                     size_t *out_count)
{
    uint32_t *acts = by_arena_array(scratch, charter->count + 1, sizeof *acts);
    size_t count = 0;

    *out_acts = acts;
    *out_count = 0;
    if (acts == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = (uint32_t)charter->count; i-- > 0;) {
        if (!rights->counts[i] || charter->acts[i].kind != BY_KIND_TYPES ||
            is_replaced(charter, acts, count, i) || !by_rights_is_decided(rights, i, NULL))
            continue;
        acts[count++] = i;
    }
    if (count == 0 && charter->genesis != BY_NONE && rights->counts[charter->genesis])
        acts[count++] = charter->genesis;
    *out_count = count;
    return BANYAN_OK;
}

static struct by_charter_saying saying_of(const struct by_charter *charter, uint32_t number)
{
    const struct by_charter_act *act = &charter->acts[number];

    return (struct by_charter_saying){.act = act->id,
                                      .body = act->kind == BY_KIND_GENESIS ? &act->body.genesis.body
                                                                           : &act->body.types.body};
}

static bool is_known_to_all(const struct by_charter *charter, const uint32_t *acts, size_t count,
                            uint32_t older)
{
    for (size_t i = 0; i < count; i++)
        if (!by_past_has(&charter->acts[acts[i]].past, older))
            return false;
    return true;
}

/* What acts made apart began from: among the decided ones that all of them know, as those in force
 * are found among all. */
static enum banyan_status find_base(struct by_charter *charter, struct by_rights *rights,
                                    struct by_arena *scratch, const uint32_t *acts, size_t count)
{
    uint32_t *bases = by_arena_array(scratch, charter->count + 1, sizeof *bases);
    size_t base_count = 0;
    uint32_t base = charter->genesis;

    if (bases == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = (uint32_t)charter->count; i-- > 0;) {
        if (!rights->counts[i] || charter->acts[i].kind != BY_KIND_TYPES ||
            !is_known_to_all(charter, acts, count, i) ||
            is_replaced(charter, bases, base_count, i) || !by_rights_is_decided(rights, i, NULL))
            continue;
        if (base_count == 0 || by_id_compare(&charter->acts[i].id, &charter->acts[base].id) < 0)
            base = i;
        bases[base_count++] = i;
    }
    charter->types_base = saying_of(charter, base);
    return BANYAN_OK;
}

static int order_sayings(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_charter_saying *)a)->act,
                         &((const struct by_charter_saying *)b)->act);
}

static enum banyan_status keep_types(struct by_charter *charter, struct by_rights *rights,
                                     struct by_arena *scratch, const uint32_t *acts, size_t count)
{
    charter->types = by_arena_array(&charter->arena, count + 1, sizeof *charter->types);
    if (charter->types == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        charter->types[i] = saying_of(charter, acts[i]);
    charter->types_count = count;
    if (count < 2)
        return BANYAN_OK;
    qsort(charter->types, count, sizeof *charter->types, order_sayings);
    return find_base(charter, rights, scratch, acts, count);
}

/* The highest level that a decided act asks for. */
static void find_level(struct by_charter *charter, struct by_rights *rights)
{
    charter->level = 1;
    for (uint32_t i = 0; i < charter->count; i++) {
        const struct by_charter_act *act = &charter->acts[i];

        if (rights->counts[i] && act->kind == BY_KIND_LEVEL &&
            act->body.level.level > charter->level && by_rights_is_decided(rights, i, NULL))
            charter->level = act->body.level.level;
    }
}

/* Whether votes would still change something. */
static bool is_open(struct by_charter *charter, struct by_rights *rights, uint32_t number)
{
    const struct by_charter_act *act = &charter->acts[number];

    if (!rights->counts[number] || rights->quorums[number] == NULL ||
        by_rights_is_decided(rights, number, NULL))
        return false;
    if (act->kind == BY_KIND_ROLE)
        return by_rights_role(rights, act->org, NULL) < act->body.role.role;
    if (act->kind == BY_KIND_LOWER && act->body.lower.has_key)
        return !by_id_equal(by_rights_root(rights, act->org, NULL), &act->body.lower.key);
    if (act->kind == BY_KIND_LOWER && !act->body.lower.is_device)
        return by_rights_role(rights, act->org, NULL) > act->body.lower.role;
    return act->kind != BY_KIND_LEVEL || act->body.level.level > charter->level;
}

static void
add_vote(const struct by_charter *charter, struct by_charter_motion *motion, uint32_t org)
{
    const struct by_id *voter = &charter->orgs.ids[org];

    for (size_t i = 0; i < motion->vote_count; i++)
        if (by_id_equal(&motion->votes[i], voter))
            return;
    motion->votes[motion->vote_count++] = *voter;
}

static enum banyan_status describe(struct by_charter *charter, const struct by_rights *rights,
                                   uint32_t number, struct by_charter_motion *out)
{
    const struct by_charter_act *act = &charter->acts[number];
    const struct by_quorum *quorum = rights->quorums[number];
    uint32_t author = rights->author_org[number];

    out->act = act->id;
    out->kind = act->kind;
    out->hlc = act->hlc;
    out->author = charter->orgs.ids[author];
    if (act->org != BY_NONE)
        out->organisation = charter->orgs.ids[act->org];
    if (act->kind == BY_KIND_ROLE)
        out->role = act->body.role.role;
    if (act->kind == BY_KIND_LOWER)
        out->role = act->body.lower.role;
    if (act->kind == BY_KIND_LOWER && act->body.lower.has_key)
        out->key = act->body.lower.key;
    if (act->device != BY_NONE) {
        uint32_t org = by_rights_org_of(rights, act->device, &act->past);

        out->device = charter->devices.ids[act->device];
        if (org != BY_NONE)
            out->organisation = charter->orgs.ids[org];
    }
    out->needed = quorum->needed;
    out->votes = by_arena_array(&charter->arena, quorum->voter_count + 1, sizeof *out->votes);
    out->voters = by_arena_array(&charter->arena, quorum->voter_count + 1, sizeof *out->voters);
    if (out->votes == NULL || out->voters == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < quorum->voter_count; i++)
        out->voters[out->voter_count++] = charter->orgs.ids[quorum->voters[i]];
    if (by_quorum_has(quorum, author))
        add_vote(charter, out, author);
    for (const struct by_fact *vote = rights->votes[number].first; vote != NULL; vote = vote->next)
        if (by_quorum_has(quorum, vote->what))
            add_vote(charter, out, vote->what);
    return BANYAN_OK;
}

/* How many acts were put to the vote. */
static size_t count_votes_called(const struct by_charter *charter, const struct by_rights *rights)
{
    size_t count = 0;

    for (size_t i = 0; i < charter->count; i++)
        if (rights->quorums[i] != NULL)
            count++;
    return count;
}

enum banyan_status by_charter_list_motions(struct by_charter *charter, struct by_rights *rights,
                                           struct by_arena *scratch)
{
    size_t room = count_votes_called(charter, rights) + 1;
    uint32_t *types = NULL;
    size_t type_count = 0;
    enum banyan_status status = find_types(charter, rights, scratch, &types, &type_count);

    find_level(charter, rights);
    charter->motions = by_arena_array(&charter->arena, room, sizeof *charter->motions);
    if (status != BANYAN_OK || charter->motions == NULL)
        return BANYAN_ERR_MEMORY;
    status = keep_types(charter, rights, scratch, types, type_count);
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++) {
        uint32_t number = charter->by_id[i];

        if (!is_open(charter, rights, number) || (charter->acts[number].kind == BY_KIND_TYPES &&
                                                  is_replaced(charter, types, type_count, number)))
            continue;
        status = describe(charter, rights, number, &charter->motions[charter->motion_count++]);
    }
    return rights->out_of_memory ? BANYAN_ERR_MEMORY : status;
}
