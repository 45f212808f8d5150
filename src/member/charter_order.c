#include "member/charter_state.h"

#define WORD_BITS 64u
/* For acts that are added later: an eighth, and some. */
#define ROOM_SHARE 8u
#define ROOM_MIN   16u

bool by_past_has(const struct by_past *past, uint32_t act)
{
    size_t word = act / WORD_BITS;

    if (past == NULL || word < past->full)
        return true;
    if (word >= past->end)
        return false;
    return (past->words[word - past->full] >> (act % WORD_BITS) & 1u) != 0;
}

bool by_past_ends_before(const struct by_past *past, uint32_t act)
{
    return past != NULL && act / WORD_BITS >= past->end && act / WORD_BITS >= past->full;
}

/* Acts by what they wait for: the children of act i are kids[first[i]] to kids[first[i + 1]]. */
struct waiting {
    uint32_t *missing;
    uint32_t *first;
    uint32_t *kids;
    uint32_t *ready; /* a queue */
    size_t ready_count;
};

static enum banyan_status
prepare(const struct by_given *given, struct by_arena *scratch, struct waiting *out)
{
    size_t needs = 0;

    for (size_t i = 0; i < given->count; i++)
        needs += given->acts[i].need_count;
    out->missing = by_arena_array(scratch, given->count + 1, sizeof *out->missing);
    out->first = by_arena_array(scratch, given->count + 2, sizeof *out->first);
    out->kids = by_arena_array(scratch, needs + 1, sizeof *out->kids);
    out->ready = by_arena_array(scratch, given->count + 1, sizeof *out->ready);
    out->ready_count = 0;
    if (out->missing == NULL || out->first == NULL || out->kids == NULL || out->ready == NULL)
        return BANYAN_ERR_MEMORY;
    return BANYAN_OK;
}

/* first[i] counts the children of i, then says where they end, then moves back to where they begin
 * as they are filled in. */
static void fill(const struct by_given *given, struct waiting *waiting)
{
    for (size_t i = 0; i < given->count; i++)
        for (size_t k = 0; k < given->acts[i].need_count; k++)
            if (given->acts[i].needs[k] != BY_NONE)
                waiting->first[given->acts[i].needs[k]]++;
    for (size_t i = 1; i <= given->count; i++)
        waiting->first[i] += waiting->first[i - 1];
    for (size_t i = 0; i < given->count; i++) {
        const struct by_given_act *act = &given->acts[i];

        waiting->missing[i] = (uint32_t)act->need_count;
        for (size_t k = 0; k < act->need_count; k++)
            if (act->needs[k] != BY_NONE)
                waiting->kids[--waiting->first[act->needs[k]]] = (uint32_t)i;
        if (act->need_count == 0)
            waiting->ready[waiting->ready_count++] = (uint32_t)i;
    }
}

/* Depths of all acts that become ready; who needs an act that is not held never does. */
static void settle(struct by_given *given, struct waiting *waiting)
{
    for (size_t at = 0; at < waiting->ready_count; at++) {
        const struct by_given_act *act = &given->acts[waiting->ready[at]];

        for (uint32_t k = waiting->first[waiting->ready[at]];
             k < waiting->first[waiting->ready[at] + 1]; k++) {
            struct by_given_act *kid = &given->acts[waiting->kids[k]];

            if (kid->depth <= act->depth)
                kid->depth = act->depth + 1;
            if (--waiting->missing[waiting->kids[k]] == 0)
                waiting->ready[waiting->ready_count++] = waiting->kids[k];
        }
    }
}

/* Numbers in act order: first[d] counts the acts of a lesser depth than d, and moves on as those of
 * d, which are given by id, get theirs. */
static enum banyan_status
number(struct by_given *given, const struct waiting *waiting, struct by_arena *scratch)
{
    uint32_t *first = by_arena_array(scratch, given->count + 2, sizeof *first);

    if (first == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < waiting->ready_count; i++)
        first[given->acts[waiting->ready[i]].depth + 1]++;
    for (size_t i = 1; i <= given->count; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < given->count; i++)
        if (waiting->missing[i] == 0)
            given->acts[i].number = first[given->acts[i].depth]++;
    return BANYAN_OK;
}

static void
place_act(const struct by_given *given, const struct by_given_act *from, struct by_charter_act *act)
{
    by_charter_copy_head(from->entry, act);
    act->depth = from->depth;
    act->named = BY_NONE;
    act->needs = from->needs;
    act->need_count = from->need_count;
    for (size_t i = 0; i < act->need_count; i++)
        act->needs[i] = given->acts[act->needs[i]].number;
}

/* Those whose past is held, at their numbers; needs become numbers. */
static enum banyan_status
place(struct by_charter *charter, const struct by_given *given, size_t count)
{
    charter->has_waiting = count < given->count;
    charter->capacity = count + count / ROOM_SHARE + ROOM_MIN;
    charter->acts = by_arena_array(&charter->arena, charter->capacity, sizeof *charter->acts);
    charter->by_id = by_arena_array(&charter->arena, charter->capacity, sizeof *charter->by_id);
    if (charter->acts == NULL || charter->by_id == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < given->count; i++) {
        const struct by_given_act *act = &given->acts[i];

        if (act->number == BY_NONE)
            continue;
        place_act(given, act, &charter->acts[act->number]);
        charter->by_id[charter->count++] = act->number;
    }
    return BANYAN_OK;
}

/* The pasts of what an act needs, and what it needs, together. mixed has room for all words. */
static enum banyan_status
unite(struct by_charter *charter, struct by_charter_act *act, uint64_t *mixed)
{
    struct by_past past = {.full = 0, .end = 0, .words = NULL};
    uint64_t *words = NULL;

    for (size_t k = 0; k < act->need_count; k++) {
        const struct by_past *other = &charter->acts[act->needs[k]].past;
        size_t end = act->needs[k] / WORD_BITS + 1;

        past.full = other->full > past.full ? other->full : past.full;
        end = other->end > end ? other->end : end;
        past.end = end > past.end ? end : past.end;
    }
    memset(mixed + past.full, 0, (past.end - past.full) * sizeof *mixed);
    for (size_t k = 0; k < act->need_count; k++) {
        const struct by_past *other = &charter->acts[act->needs[k]].past;

        for (size_t w = past.full; w < other->end; w++)
            mixed[w] |= other->words[w - other->full];
        mixed[act->needs[k] / WORD_BITS] |= UINT64_C(1) << (act->needs[k] % WORD_BITS);
    }
    while (past.full < past.end && mixed[past.full] == UINT64_MAX)
        past.full++;
    words = by_arena_array(&charter->arena, past.end - past.full + 1, sizeof *words);
    if (words == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(words, mixed + past.full, (past.end - past.full) * sizeof *words);
    past.words = words;
    act->past = past;
    return BANYAN_OK;
}

enum banyan_status
by_charter_order(struct by_charter *charter, struct by_given *given, struct by_arena *scratch)
{
    struct waiting waiting;
    uint64_t *mixed = by_arena_array(scratch, given->count / WORD_BITS + 1, sizeof *mixed);
    enum banyan_status status = prepare(given, scratch, &waiting);

    if (status != BANYAN_OK || mixed == NULL)
        return BANYAN_ERR_MEMORY;
    fill(given, &waiting);
    settle(given, &waiting);
    status = number(given, &waiting, scratch);
    if (status == BANYAN_OK)
        status = place(charter, given, waiting.ready_count);
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++)
        status = unite(charter, &charter->acts[i], mixed);
    return status;
}
