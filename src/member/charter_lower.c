/*
 * Which lower acts count. They are decided in rounds, because two of them may each take away what
 * the other stands on, and because with one that counts others may fall or be able to stand.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "member/charter_rights.h"

/* A lower act that is not decided. */
struct candidate {
    uint32_t act;
    bool is_decided;
    bool is_up;   /* takes effect if exactly those decided count */
    bool is_safe; /* and also if all that are up count */
    uint32_t votes;
    uint32_t senior; /* least seniority of who votes for it */
};

struct deciding {
    struct by_charter *charter;
    struct by_arena arena; /* of one pass */
    struct by_rights rights;
    bool *lowers;                 /* that count */
    bool *assumed;                /* that count in the pass at hand */
    struct candidate *candidates; /* by id */
    struct candidate **order;     /* those to be decided in a round */
    size_t candidate_count;
    uint32_t *seniority; /* by organisation: founders first, then by the first grant */
};

static enum banyan_status pass(struct deciding *deciding, const bool *lowers)
{
    const struct by_pass given = {.mode = BY_RIGHTS_DECIDING, .lowers = lowers};
    enum banyan_status status = BANYAN_OK;

    by_arena_reset(&deciding->arena);
    status = by_rights_init(&deciding->rights, deciding->charter, &given, &deciding->arena);
    return status == BANYAN_OK ? by_rights_judge(&deciding->rights) : status;
}

static bool leaves_a_coordinator(struct by_rights *rights)
{
    for (const struct by_fact *fact = rights->candidates.first; fact != NULL; fact = fact->next)
        if (by_rights_role(rights, fact->what, NULL) == BY_ROLE_COORDINATOR)
            return true;
    return false;
}

/* Whether, in the pass at hand, all that it takes to count are in effect. */
static bool all_stand(struct deciding *deciding)
{
    for (size_t i = 0; i < deciding->candidate_count; i++) {
        uint32_t act = deciding->candidates[i].act;

        if (deciding->assumed[act] && !by_rights_is_effective(&deciding->rights, act, NULL))
            return false;
    }
    return leaves_a_coordinator(&deciding->rights);
}

static void assume_decided(struct deciding *deciding)
{
    memcpy(deciding->assumed, deciding->lowers,
           deciding->charter->count * sizeof *deciding->assumed);
}

static void rank_organisations(struct deciding *deciding)
{
    const struct by_charter *charter = deciding->charter;
    const struct by_act *genesis = &charter->acts[charter->genesis].body;

    for (size_t i = 0; i < charter->orgs.count; i++) {
        const struct by_fact *grant = deciding->rights.grants[i].first;

        deciding->seniority[i] = grant == NULL ? BY_NONE : BY_FOUNDERS_MAX + grant->act;
    }
    for (size_t i = 0; i < genesis->genesis.founder_count; i++) {
        const struct by_id *org = &genesis->genesis.founders[i].profile.id;

        deciding->seniority[by_id_table_find(&charter->orgs, org)] = (uint32_t)i;
    }
}

/* What is up now, and how it ranks. Returns how many are. */
static size_t look_up(struct deciding *deciding)
{
    size_t count = 0;

    rank_organisations(deciding);
    for (size_t i = 0; i < deciding->candidate_count; i++) {
        struct candidate *candidate = &deciding->candidates[i];

        candidate->is_safe = false;
        candidate->is_up = !candidate->is_decided &&
                           by_rights_is_effective(&deciding->rights, candidate->act, NULL);
        if (!candidate->is_up)
            continue;
        candidate->senior = BY_NONE;
        candidate->votes = by_rights_count_votes(&deciding->rights, candidate->act, NULL,
                                                 deciding->seniority, &candidate->senior);
        count++;
    }
    return count;
}

/* More votes first, then the most senior voter, then the id. */
static int order_candidates(const void *a, const void *b)
{
    const struct candidate *const *left = a;
    const struct candidate *const *right = b;
    const struct candidate *x = *left;
    const struct candidate *y = *right;

    if (x->votes != y->votes)
        return x->votes > y->votes ? -1 : 1;
    if (x->senior != y->senior)
        return x->senior < y->senior ? -1 : 1;
    return (x > y) - (x < y);
}

/* Counts if all that count so far stay in effect with it, and a coordinator is left. */
static enum banyan_status decide_one(struct deciding *deciding, struct candidate *candidate)
{
    enum banyan_status status = BANYAN_OK;

    candidate->is_decided = true;
    assume_decided(deciding);
    deciding->assumed[candidate->act] = true;
    status = pass(deciding, deciding->assumed);
    if (status == BANYAN_OK && all_stand(deciding))
        deciding->lowers[candidate->act] = true;
    return status;
}

/* The candidates wanted, in order. */
static size_t sort_candidates(struct deciding *deciding, bool only_safe)
{
    size_t count = 0;

    for (size_t i = 0; i < deciding->candidate_count; i++) {
        struct candidate *candidate = &deciding->candidates[i];

        if (candidate->is_up && (candidate->is_safe || !only_safe))
            deciding->order[count++] = candidate;
    }
    qsort(deciding->order, count, sizeof(*deciding->order), order_candidates);
    return count;
}

/* Those that are up and would still be in effect if all of them counted. */
static enum banyan_status look_for_safe(struct deciding *deciding)
{
    enum banyan_status status = BANYAN_OK;

    assume_decided(deciding);
    for (size_t i = 0; i < deciding->candidate_count; i++)
        if (deciding->candidates[i].is_up)
            deciding->assumed[deciding->candidates[i].act] = true;
    status = pass(deciding, deciding->assumed);
    for (size_t i = 0; i < deciding->candidate_count && status == BANYAN_OK; i++) {
        struct candidate *candidate = &deciding->candidates[i];

        candidate->is_safe =
            candidate->is_up && by_rights_is_effective(&deciding->rights, candidate->act, NULL);
    }
    return status;
}

/* All safe ones at once, if they stand together: the common case, in one pass. */
static enum banyan_status
decide_together(struct deciding *deciding, size_t up_count, size_t safe_count, bool *out_is_done)
{
    enum banyan_status status = BANYAN_OK;

    assume_decided(deciding);
    for (size_t i = 0; i < safe_count; i++)
        deciding->assumed[deciding->order[i]->act] = true;
    /* If all are safe, that was the last pass. */
    if (safe_count < up_count)
        status = pass(deciding, deciding->assumed);
    *out_is_done = status == BANYAN_OK && all_stand(deciding);
    for (size_t i = 0; *out_is_done && i < safe_count; i++) {
        deciding->order[i]->is_decided = true;
        deciding->lowers[deciding->order[i]->act] = true;
    }
    return status;
}

static enum banyan_status decide_round(struct deciding *deciding, size_t up_count)
{
    bool is_done = false;
    enum banyan_status status = look_for_safe(deciding);
    size_t safe_count = status == BANYAN_OK ? sort_candidates(deciding, true) : 0;

    if (safe_count > 0)
        status = decide_together(deciding, up_count, safe_count, &is_done);
    if (status != BANYAN_OK || is_done)
        return status;
    if (safe_count == 0) {
        (void)sort_candidates(deciding, false);
        return decide_one(deciding, deciding->order[0]);
    }
    for (size_t i = 0; i < safe_count && status == BANYAN_OK; i++)
        status = decide_one(deciding, deciding->order[i]);
    return status;
}

/* Each round decides at least one. */
static enum banyan_status decide_all(struct deciding *deciding)
{
    enum banyan_status status = pass(deciding, deciding->lowers);

    while (status == BANYAN_OK) {
        size_t up_count = look_up(deciding);

        if (up_count == 0)
            break;
        status = decide_round(deciding, up_count);
        if (status == BANYAN_OK)
            status = pass(deciding, deciding->lowers);
    }
    return status;
}

static enum banyan_status
prepare(struct deciding *deciding, struct by_charter *charter, struct by_arena *scratch)
{
    size_t count = charter->count;

    deciding->charter = charter;
    deciding->lowers = charter->lowers;
    deciding->assumed = by_arena_array(scratch, count + 1, sizeof *deciding->assumed);
    deciding->candidates = by_arena_array(scratch, count + 1, sizeof *deciding->candidates);
    deciding->order = by_arena_array(scratch, count + 1, sizeof(*deciding->order));
    deciding->seniority =
        by_arena_array(scratch, charter->orgs.count + 1, sizeof *deciding->seniority);
    if (deciding->assumed == NULL || deciding->candidates == NULL || deciding->order == NULL ||
        deciding->seniority == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct by_charter_act *act = &charter->acts[charter->by_id[i]];

        if (act->kind == BY_KIND_LOWER && act->has_body)
            deciding->candidates[deciding->candidate_count++].act = charter->by_id[i];
    }
    return BANYAN_OK;
}

enum banyan_status by_charter_decide_lowers(struct by_charter *charter, struct by_arena *scratch)
{
    struct deciding deciding = {.arena = BY_ARENA_INIT};
    enum banyan_status status = prepare(&deciding, charter, scratch);

    if (status == BANYAN_OK && deciding.candidate_count > 0 && charter->genesis != BY_NONE)
        status = decide_all(&deciding);
    by_arena_deinit(&deciding.arena);
    return status;
}
