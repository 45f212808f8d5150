#include "record/told.h"

#include "record/told_parts.h"

/* ---- the order ------------------------------------------------------------------------------- */

/* An operation comes after its parents, even where the clock of their writer ran ahead. */
struct row {
    const struct by_operation *operation;
    uint64_t from;  /* its stamp, or the latest in its past */
    uint32_t depth; /* operations of the longest way to it */
};

static int order_rows(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;

    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    if (left->depth != right->depth)
        return left->depth < right->depth ? -1 : 1;
    return by_id_compare(&left->operation->id, &right->operation->id);
}

static void place_row(const struct by_dag *dag, uint32_t node, struct row *rows)
{
    struct row *row = &rows[node];

    row->operation = dag->operations[node];
    row->from = row->operation->hlc;
    for (size_t i = dag->starts[node]; i < dag->starts[node + 1]; i++) {
        const struct row *parent = &rows[dag->parents[i]];

        row->from = parent->from > row->from ? parent->from : row->from;
        row->depth = parent->depth + 1 > row->depth ? parent->depth + 1 : row->depth;
    }
}

/* All of them, also those that are no operation of the record. */
static enum banyan_status put_in_order(const struct by_operation *operations, size_t count,
                                       struct by_arena *scratch, struct by_told *told,
                                       size_t *out_count)
{
    const struct by_operation **all = by_arena_array(scratch, count + 1, sizeof *all);
    struct row *rows = by_arena_array(scratch, count + 1, sizeof *rows);
    struct by_dag dag = {.count = 0};
    enum banyan_status status = BANYAN_OK;

    if (all == NULL || rows == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        all[i] = &operations[i];
    status = by_dag_build(all, count, scratch, &dag);
    if (status != BANYAN_OK)
        return status;
    for (size_t k = 0; k < dag.count; k++)
        place_row(&dag, dag.order[k], rows);
    if (dag.count > 0)
        qsort(rows, dag.count, sizeof *rows, order_rows);
    for (size_t i = 0; i < dag.count; i++)
        told[i].operation = rows[i].operation;
    *out_count = dag.count;
    return BANYAN_OK;
}

/* ---- fates ----------------------------------------------------------------------------------- */

static enum by_fate fate_of_proposal(enum by_proposal_state state)
{
    switch (state) {
    case BY_PROPOSAL_OPEN:
        return BY_FATE_OPEN;
    case BY_PROPOSAL_ACCEPTED:
        return BY_FATE_ACCEPTED;
    case BY_PROPOSAL_DECLINED:
        return BY_FATE_DECLINED;
    }
    return BY_FATE_OPEN;
}

static enum by_fate find_fate(const struct by_merge_state *state, const struct by_operation *of,
                              const enum by_proposal_state *proposals)
{
    uint32_t node = 0;

    if (!by_dag_find(&state->dag, &of->id, &node))
        return of->links.op == BY_OP_PUT && by_operation_fits(of, state->type, state->types)
                   ? BY_FATE_VOID
                   : BY_FATE_INVALID;
    switch (state->standings[node]) {
    case BY_STANDING_NONE:
        return BY_FATE_VOID;
    case BY_STANDING_EFFECTIVE:
        return BY_FATE_COUNTS;
    case BY_STANDING_PROPOSAL:
        return fate_of_proposal(proposals[node]);
    }
    return BY_FATE_INVALID;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum banyan_status tell(struct by_merge_state *state, const struct by_operation *operations,
                               size_t count, struct by_told *told, size_t *out_count)
{
    enum by_proposal_state *proposals = NULL;
    struct by_id owner;
    enum banyan_status status = by_merge_begin(state, operations, count);

    if (status == BANYAN_OK)
        status = by_merge_standings(state, &owner);
    if (status == BANYAN_OK)
        status = by_merge_proposal_states(state, &proposals);
    if (status == BANYAN_OK)
        status = put_in_order(operations, count, &state->scratch, told, out_count);
    for (size_t i = 0; status == BANYAN_OK && i < *out_count; i++)
        told[i].fate = find_fate(state, told[i].operation, proposals);
    if (status == BANYAN_OK)
        status = by_tell_deletions(state, told, *out_count);
    return status == BANYAN_OK ? by_tell_befores(state, told, *out_count) : status;
}

enum banyan_status by_tell(const struct by_record_name *name, const struct by_operation *operations,
                           size_t count, const struct by_type_set *types, struct by_arena *arena,
                           struct by_told **out_told, size_t *out_count)
{
    struct by_merge_state state = {.name = *name, .types = types, .arena = arena};
    struct by_told *told = by_arena_array(arena, count + 1, sizeof *told);
    size_t told_count = 0;
    enum banyan_status status =
        told == NULL ? BANYAN_ERR_MEMORY : tell(&state, operations, count, told, &told_count);

    by_arena_deinit(&state.scratch);
    if (status != BANYAN_OK)
        return status;
    *out_told = told;
    *out_count = told_count;
    return BANYAN_OK;
}
