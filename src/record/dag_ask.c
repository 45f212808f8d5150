/*
 * What each of many operations saw: 64 of them in one sweep from the youngest down, a bit for each.
 */
#include "record/dag.h"

/* The graph by place in the order of parents before children, and a sweep at work in it. */
struct sweep {
    const struct by_dag *dag;
    const struct by_sayings *sayings;
    struct by_arena arena;
    uint32_t *places;      /* of the nodes */
    size_t *first_sayings; /* of the nodes, one more at the end */
    uint64_t *set_bits;    /* of the sets: the askings about it */
    uint64_t *asking;      /* by place: the askings that begin here */
    uint64_t *seen;        /* by place: the askings that have this in their past */
    uint64_t *covered;     /* of these, the ones from which something hides it */
    size_t open_count;     /* places not reached yet that some asking sees uncovered */
    const struct by_answers *answers;
};

static enum banyan_status sweep_init(struct sweep *sweep)
{
    const struct by_dag *dag = sweep->dag;
    const struct by_sayings *sayings = sweep->sayings;
    size_t at = 0;

    sweep->places = by_arena_array(&sweep->arena, dag->count + 1, sizeof *sweep->places);
    sweep->first_sayings =
        by_arena_array(&sweep->arena, dag->count + 1, sizeof *sweep->first_sayings);
    sweep->set_bits =
        by_arena_array(&sweep->arena, (size_t)sayings->set_count + 1, sizeof *sweep->set_bits);
    sweep->asking = by_arena_array(&sweep->arena, dag->count + 1, sizeof *sweep->asking);
    sweep->seen = by_arena_array(&sweep->arena, dag->count + 1, sizeof *sweep->seen);
    sweep->covered = by_arena_array(&sweep->arena, dag->count + 1, sizeof *sweep->covered);
    if (sweep->places == NULL || sweep->first_sayings == NULL || sweep->set_bits == NULL ||
        sweep->asking == NULL || sweep->seen == NULL || sweep->covered == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t k = 0; k < dag->count; k++)
        sweep->places[dag->order[k]] = k;
    for (size_t node = 0; node <= dag->count; node++) {
        while (at < sayings->count && sayings->items[at].node < node)
            at++;
        sweep->first_sayings[node] = at;
    }
    return BANYAN_OK;
}

/* Askings by the place of their node, so that those in one sweep are near each other. */
struct placed {
    uint32_t place;
    uint32_t asking;
};

static int order_placed(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;

    if (left->place != right->place)
        return left->place > right->place ? -1 : 1;
    return left->asking < right->asking ? -1 : left->asking > right->asking;
}

static bool is_open(const struct sweep *sweep, size_t place)
{
    return (sweep->seen[place] & ~sweep->covered[place]) != 0;
}

/* What is seen and covered at a place is so at its parents. */
static void pass_down(struct sweep *sweep, uint32_t node, uint64_t seen, uint64_t covered)
{
    for (size_t e = sweep->dag->starts[node]; e < sweep->dag->starts[node + 1]; e++) {
        uint32_t place = sweep->places[sweep->dag->parents[e]];

        sweep->open_count -= is_open(sweep, place);
        sweep->seen[place] |= seen;
        sweep->covered[place] |= covered;
        sweep->open_count += is_open(sweep, place);
    }
}

static enum banyan_status
tell(struct sweep *sweep, const struct placed *askings, uint64_t bits, size_t saying)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; bits != 0 && status == BANYAN_OK; i++, bits >>= 1)
        if ((bits & 1u) != 0)
            status = sweep->answers->answer(sweep->answers->context, askings[i].asking, saying);
    return status;
}

static enum banyan_status
visit(struct sweep *sweep, const struct placed *askings, uint32_t node, uint32_t place)
{
    uint64_t seen = sweep->seen[place];
    uint64_t bare = seen & ~sweep->covered[place];
    uint64_t covers = 0;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = sweep->first_sayings[node];
         i < sweep->first_sayings[node + 1] && status == BANYAN_OK; i++) {
        const struct by_saying *saying = &sweep->sayings->items[i];
        uint64_t bits = sweep->set_bits[saying->set];

        status = tell(sweep, askings, bits & bare, i);
        if (saying->covers)
            covers |= bits;
    }
    seen |= sweep->asking[place];
    if (seen != 0)
        pass_down(sweep, node, seen, (sweep->covered[place] | covers) & sweep->seen[place]);
    return status;
}

static void set_askings(struct sweep *sweep, const struct by_asking *askings,
                        const struct placed *placed, size_t count, bool on)
{
    for (size_t i = 0; i < count; i++) {
        const struct by_asking *asking = &askings[placed[i].asking];

        sweep->asking[placed[i].place] = 0;
        for (size_t k = 0; k < 2; k++)
            if (asking->sets[k] != BY_NO_SET)
                sweep->set_bits[asking->sets[k]] = 0;
    }
    for (size_t i = 0; on && i < count; i++) {
        const struct by_asking *asking = &askings[placed[i].asking];

        sweep->asking[placed[i].place] |= UINT64_C(1) << i;
        for (size_t k = 0; k < 2; k++)
            if (asking->sets[k] != BY_NO_SET)
                sweep->set_bits[asking->sets[k]] |= UINT64_C(1) << i;
    }
}

/* Up to 64 askings, the highest place first. */
static enum banyan_status ask_some(struct sweep *sweep, const struct by_asking *askings,
                                   const struct placed *placed, size_t count)
{
    uint32_t place = placed[0].place;
    uint32_t lowest = placed[count - 1].place;
    enum banyan_status status = BANYAN_OK;

    set_askings(sweep, askings, placed, count, true);
    sweep->open_count = 0;
    for (;; place--) {
        bool was_open = is_open(sweep, place);

        if (sweep->seen[place] != 0 || sweep->asking[place] != 0)
            status = visit(sweep, placed, sweep->dag->order[place], place);
        sweep->open_count -= was_open;
        sweep->seen[place] = 0;
        sweep->covered[place] = 0;
        if (status != BANYAN_OK || place == 0 || (sweep->open_count == 0 && place <= lowest))
            break;
    }
    /* below, only what is covered from all is left */
    memset(sweep->seen, 0, place * sizeof *sweep->seen);
    memset(sweep->covered, 0, place * sizeof *sweep->covered);
    set_askings(sweep, askings, placed, count, false);
    return status;
}

enum banyan_status by_dag_ask(const struct by_dag *dag, const struct by_sayings *sayings,
                              const struct by_asking *askings, size_t count,
                              const struct by_answers *answers)
{
    struct sweep sweep = {.dag = dag, .sayings = sayings, .answers = answers};
    struct placed *placed = by_arena_array(&sweep.arena, count + 1, sizeof *placed);
    enum banyan_status status = placed == NULL ? BANYAN_ERR_MEMORY : sweep_init(&sweep);

    for (uint32_t i = 0; i < count && status == BANYAN_OK; i++)
        placed[i] = (struct placed){sweep.places[askings[i].node], i};
    if (status == BANYAN_OK && count > 0)
        qsort(placed, count, sizeof *placed, order_placed);
    for (size_t at = 0; at < count && status == BANYAN_OK; at += 64) {
        status = ask_some(&sweep, askings, &placed[at], count - at < 64 ? count - at : 64);
        if (status == BANYAN_OK && answers->settle != NULL)
            status = answers->settle(answers->context);
    }
    by_arena_deinit(&sweep.arena);
    return status;
}
