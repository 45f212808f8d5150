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
prepare(const struct by_charter *charter, struct by_arena *scratch, struct waiting *out)
{
    size_t needs = 0;

    for (size_t i = 0; i < charter->count; i++)
        needs += charter->acts[i].need_count;
    out->missing = by_arena_array(scratch, charter->count + 1, sizeof *out->missing);
    out->first = by_arena_array(scratch, charter->count + 2, sizeof *out->first);
    out->kids = by_arena_array(scratch, needs + 1, sizeof *out->kids);
    out->ready = by_arena_array(scratch, charter->count + 1, sizeof *out->ready);
    out->ready_count = 0;
    if (out->missing == NULL || out->first == NULL || out->kids == NULL || out->ready == NULL)
        return BANYAN_ERR_MEMORY;
    return BANYAN_OK;
}

/* first[i] counts the children of i, then says where they end, then moves back to where they begin
 * as they are filled in. */
static void fill(const struct by_charter *charter, struct waiting *waiting)
{
    for (size_t i = 0; i < charter->count; i++)
        for (size_t k = 0; k < charter->acts[i].need_count; k++)
            if (charter->acts[i].needs[k] != BY_NONE)
                waiting->first[charter->acts[i].needs[k]]++;
    for (size_t i = 1; i <= charter->count; i++)
        waiting->first[i] += waiting->first[i - 1];
    for (size_t i = 0; i < charter->count; i++) {
        const struct by_charter_act *act = &charter->acts[i];

        waiting->missing[i] = (uint32_t)act->need_count;
        for (size_t k = 0; k < act->need_count; k++)
            if (act->needs[k] != BY_NONE)
                waiting->kids[--waiting->first[act->needs[k]]] = (uint32_t)i;
        if (act->need_count == 0)
            waiting->ready[waiting->ready_count++] = (uint32_t)i;
    }
}

/* Depths of all acts that become ready; who needs an act that is not held never does. */
static void settle(struct by_charter *charter, struct waiting *waiting)
{
    for (size_t at = 0; at < waiting->ready_count; at++) {
        uint32_t act = waiting->ready[at];

        for (uint32_t k = waiting->first[act]; k < waiting->first[act + 1]; k++) {
            uint32_t kid = waiting->kids[k];

            if (charter->acts[kid].depth <= charter->acts[act].depth)
                charter->acts[kid].depth = charter->acts[act].depth + 1;
            if (--waiting->missing[kid] == 0)
                waiting->ready[waiting->ready_count++] = kid;
        }
    }
}

static int order_acts(const void *a, const void *b)
{
    const struct by_charter_act *x = a;
    const struct by_charter_act *y = b;

    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    return by_id_compare(&x->id, &y->id);
}

/* Into act order; needs become positions in it. */
static enum banyan_status
place(struct by_charter *charter, const struct waiting *waiting, struct by_arena *scratch)
{
    size_t count = waiting->ready_count;
    struct by_charter_act *held = charter->acts;
    size_t held_count = charter->count;

    charter->has_waiting = count < held_count;
    uint32_t *position = by_arena_array(scratch, held_count + 1, sizeof *position);

    charter->capacity = count + count / ROOM_SHARE + ROOM_MIN;
    charter->acts = by_arena_array(&charter->arena, charter->capacity, sizeof *charter->acts);
    charter->by_id = by_arena_array(&charter->arena, charter->capacity, sizeof *charter->by_id);
    if (position == NULL || charter->acts == NULL || charter->by_id == NULL)
        return BANYAN_ERR_MEMORY;
    charter->count = count;
    for (size_t i = 0; i < count; i++) {
        charter->acts[i] = held[waiting->ready[i]];
        /* Sorting moves it: where it came from travels along. */
        charter->acts[i].named = waiting->ready[i];
    }
    qsort(charter->acts, count, sizeof *charter->acts, order_acts);
    memset(position, 0xff, held_count * sizeof *position);
    for (size_t i = 0; i < count; i++)
        position[charter->acts[i].named] = (uint32_t)i;
    for (size_t i = 0, k = 0; i < held_count; i++)
        if (position[i] != BY_NONE)
            charter->by_id[k++] = position[i];
    for (size_t i = 0; i < count; i++) {
        struct by_charter_act *act = &charter->acts[i];

        act->named = BY_NONE;
        for (size_t k = 0; k < act->need_count; k++)
            act->needs[k] = position[act->needs[k]];
    }
    return BANYAN_OK;
}

/* The pasts of what an act needs, and what it needs, together. mixed has room for all words. */
static enum banyan_status unite(struct by_charter *charter, struct by_charter_act *act,
                                uint64_t *mixed, struct by_arena *scratch)
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
    words = by_arena_array(scratch, past.end - past.full + 1, sizeof *words);
    if (words == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(words, mixed + past.full, (past.end - past.full) * sizeof *words);
    past.words = words;
    act->past = past;
    return BANYAN_OK;
}

enum banyan_status by_charter_order(struct by_charter *charter, struct by_arena *scratch)
{
    struct waiting waiting;
    uint64_t *mixed = NULL;
    enum banyan_status status = prepare(charter, scratch, &waiting);

    if (status != BANYAN_OK)
        return status;
    fill(charter, &waiting);
    settle(charter, &waiting);
    status = place(charter, &waiting, scratch);
    mixed = by_arena_array(scratch, charter->count / WORD_BITS + 1, sizeof *mixed);
    if (status == BANYAN_OK && mixed == NULL)
        status = BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++)
        status = unite(charter, &charter->acts[i], mixed, scratch);
    return status;
}
