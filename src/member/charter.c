#include "member/charter.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "member/charter_rights.h"

static enum banyan_status take_over_tips(struct by_charter *charter, struct by_charter_act *act,
                                         const struct by_charter_act *earlier)
{
    act->tips = by_arena_array(&charter->arena, earlier->tip_count + 1, sizeof *act->tips);
    if (act->tips == NULL)
        return BANYAN_ERR_MEMORY;
    if (earlier->tip_count > 0)
        memcpy(act->tips, earlier->tips, earlier->tip_count * sizeof *act->tips);
    act->tip_count = earlier->tip_count;
    act->tips_are_read = true;
    return BANYAN_OK;
}

static bool has_signatures(const struct by_charter_act *act)
{
    switch ((unsigned)act->kind) {
    case BY_KIND_GENESIS:
    case BY_KIND_JOIN:
    case BY_KIND_DEVICE:
    case BY_KIND_LOWER:
    case BY_KIND_TIPS:
        return true;
    }
    return false;
}

/* Signatures inside acts that an earlier charter of the network has checked. */
static enum banyan_status
take_over_verdicts(struct by_charter *charter, const struct by_charter *earlier)
{
    enum banyan_status status = BANYAN_OK;

    if (earlier == NULL || !by_id_equal(&earlier->network, &charter->network))
        return BANYAN_OK;
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++) {
        uint32_t at = BY_NONE;

        if (has_signatures(&charter->acts[i]))
            at = by_charter_position(earlier, &charter->acts[i].id);
        if (at != BY_NONE)
            charter->acts[i].verdict = earlier->acts[at].verdict;
        if (at != BY_NONE && earlier->acts[at].tips_are_read)
            status = take_over_tips(charter, &charter->acts[i], &earlier->acts[at]);
    }
    return status;
}

/* What may ever count, with its past: kept and passed on by everybody. It only grows as more acts
 * are learnt, so two nodes always have a way to the same set. */
static void share(struct by_charter *charter, const struct by_rights *possible)
{
    for (size_t i = charter->count; i-- > 0;) {
        const struct by_charter_act *act = &charter->acts[i];

        charter->shares[i] = charter->shares[i] || possible->counts[i];
        for (size_t k = 0; charter->shares[i] && k < act->need_count; k++)
            charter->shares[act->needs[k]] = true;
    }
}

static enum banyan_status pass(struct by_charter *charter, const struct by_pass *given,
                               struct by_arena *scratch, struct by_rights *out)
{
    enum banyan_status status = by_rights_init(out, charter, given, scratch);

    return status == BANYAN_OK ? by_rights_judge(out) : status;
}

/* Which acts count, the lower acts that do being decided: once with every join, and again without
 * the suspended ones, if any. */
static enum banyan_status judge(struct by_charter *charter, struct by_rights *rights)
{
    struct by_pass given = {.mode = BY_RIGHTS_REAL, .lowers = charter->lowers};
    bool *is_suspended = NULL;
    bool any = false;
    enum banyan_status status = pass(charter, &given, &charter->arena, rights);

    if (status == BANYAN_OK)
        status = by_rights_suspend(rights, &is_suspended, &any);
    if (status != BANYAN_OK || !any)
        return status;
    given.is_suspended = is_suspended;
    return pass(charter, &given, &charter->arena, rights);
}

static enum banyan_status decide(struct by_charter *charter, struct by_arena *scratch)
{
    struct by_rights *rights = by_arena_alloc(&charter->arena, sizeof *rights);
    const struct by_pass possible = {.mode = BY_RIGHTS_POSSIBLE};
    enum banyan_status status =
        rights == NULL ? BANYAN_ERR_MEMORY : pass(charter, &possible, scratch, rights);

    if (status != BANYAN_OK)
        return status;
    share(charter, rights);
    status = by_charter_decide_lowers(charter, scratch);
    if (status == BANYAN_OK)
        status = judge(charter, rights);
    if (status != BANYAN_OK)
        return status;
    charter->kept = rights;
    memcpy(charter->counts, rights->counts, charter->count * sizeof *charter->counts);
    status = by_charter_report(charter, rights, scratch);
    if (status == BANYAN_OK && charter->level > BY_ACT_LEVEL)
        status = BANYAN_ERR_UPGRADE;
    return status;
}

static enum banyan_status build(struct by_charter *charter, const struct by_charter *earlier,
                                const struct by_act_entry *acts, size_t count,
                                struct by_arena *scratch)
{
    struct by_given given;
    enum banyan_status status = by_charter_intake(charter, acts, count, scratch, &given);

    if (status == BANYAN_OK)
        status = by_charter_order(charter, &given, scratch);
    if (status == BANYAN_OK)
        status = by_charter_read_bodies(charter, &given);
    if (status == BANYAN_OK)
        status = by_charter_chain(charter, scratch);
    if (status == BANYAN_OK)
        status = by_charter_number(charter, scratch);
    if (status == BANYAN_OK)
        status = take_over_verdicts(charter, earlier);
    if (status != BANYAN_OK)
        return status;
    charter->lowers = by_arena_array(&charter->arena, charter->capacity, sizeof(bool));
    charter->counts = by_arena_array(&charter->arena, charter->capacity, sizeof(bool));
    charter->shares = by_arena_array(&charter->arena, charter->capacity, sizeof(bool));
    if (charter->lowers == NULL || charter->counts == NULL || charter->shares == NULL)
        return BANYAN_ERR_MEMORY;
    status = decide(charter, scratch);
    if (status == BANYAN_OK)
        status = by_charter_find_ends(charter, scratch);
    return status == BANYAN_OK ? by_charter_choose_heads(charter, scratch) : status;
}

enum banyan_status by_charter_build_after(const struct by_charter *earlier,
                                          const struct by_id *network,
                                          const struct by_act_entry *acts, size_t count,
                                          struct by_charter **out_charter)
{
    struct by_charter *charter = NULL;
    struct by_arena scratch = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_OK;

    if (count > BY_ACTS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    charter = calloc(1, sizeof *charter);
    if (charter == NULL)
        return BANYAN_ERR_MEMORY;
    charter->network = *network;
    charter->genesis = BY_NONE;
    status = build(charter, earlier, acts, count, &scratch);
    by_arena_deinit(&scratch);
    if (status == BANYAN_OK)
        *out_charter = charter;
    else
        by_charter_free(charter);
    return status;
}

enum banyan_status by_charter_build(const struct by_id *network, const struct by_act_entry *acts,
                                    size_t count, struct by_charter **out_charter)
{
    return by_charter_build_after(NULL, network, acts, count, out_charter);
}

void by_charter_free(struct by_charter *charter)
{
    if (charter == NULL)
        return;
    by_arena_deinit(&charter->arena);
    free(charter);
}

size_t by_charter_heads(const struct by_charter *charter, struct by_id *out_heads)
{
    memcpy(out_heads, charter->heads, charter->head_count * sizeof *out_heads);
    return charter->head_count;
}

bool by_charter_has(const struct by_charter *charter, const struct by_id *act)
{
    return by_charter_position(charter, act) != BY_NONE;
}

bool by_charter_counts(const struct by_charter *charter, const struct by_id *act)
{
    uint32_t at = by_charter_position(charter, act);

    return at != BY_NONE && charter->counts[at];
}

bool by_charter_shares(const struct by_charter *charter, const struct by_id *act)
{
    uint32_t at = by_charter_position(charter, act);

    return at != BY_NONE && charter->shares[at];
}

void by_charter_digest(const struct by_charter *charter, struct by_id *out_digest)
{
    struct by_hash hash;

    by_hash_init(&hash, BY_TAG_CHARTER);
    for (size_t i = 0; i < charter->count; i++)
        if (charter->counts[charter->by_id[i]])
            by_hash_add(&hash, by_id_bytes(&charter->acts[charter->by_id[i]].id));
    by_hash_end(&hash, out_digest);
}
