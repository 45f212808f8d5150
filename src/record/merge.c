#include "record/merge_parts.h"

/* ---- which operations there are ------------------------------------------------------------ */

static bool is_owners_put(const struct by_record_name *name, const struct by_operation *operation)
{
    return operation->links.op == BY_OP_PUT && by_id_equal(&operation->organisation, &name->owner);
}

/* The put that gives the record its type; NULL where there is none. */
static const struct by_operation *find_put(const struct by_record_name *name,
                                           const struct by_operation *operations, size_t count,
                                           const struct by_type_set *types)
{
    const struct by_operation *lowest = NULL;

    for (size_t i = 0; i < count; i++)
        if (is_owners_put(name, &operations[i]) &&
            by_operation_fits(&operations[i], operations[i].links.type, types) &&
            (lowest == NULL || by_id_compare(&operations[i].id, &lowest->id) < 0))
            lowest = &operations[i];
    return lowest;
}

enum banyan_status
by_merge_begin(struct by_merge_state *state, const struct by_operation *operations, size_t count)
{
    const struct by_operation **chosen = by_arena_array(&state->scratch, count + 1, sizeof *chosen);
    size_t chosen_count = 0;

    if (chosen == NULL)
        return BANYAN_ERR_MEMORY;
    const struct by_operation *put = find_put(&state->name, operations, count, state->types);
    state->type = put != NULL ? put->links.type : by_bytes_of(NULL, 0);
    for (size_t i = 0; i < count; i++)
        if ((&operations[i] == put ||
             by_operation_fits(&operations[i], state->type, state->types)) &&
            (operations[i].links.op != BY_OP_PUT || is_owners_put(&state->name, &operations[i])))
            chosen[chosen_count++] = &operations[i];
    return by_dag_build(chosen, chosen_count, &state->scratch, &state->dag);
}

/* ---- heads and deletion -------------------------------------------------------------------- */

bool by_merge_can_be_head(const struct by_merge_state *state, size_t node)
{
    return state->standings[node] == BY_STANDING_EFFECTIVE &&
           state->dag.operations[node]->links.op != BY_OP_DECLINE &&
           state->dag.operations[node]->links.op != BY_OP_TRANSFER;
}

/* Two sets: what can be a head, and everything. */
static enum banyan_status mark_heads(struct by_merge_state *state, struct by_mark **out_marks,
                                     size_t *out_first_count, size_t *out_count)
{
    struct by_mark *marks =
        by_arena_array(&state->scratch, 2 * state->dag.count + 1, sizeof *marks);
    size_t count = 0;

    if (marks == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < state->dag.count; i++)
        if (by_merge_can_be_head(state, i))
            marks[count++] = (struct by_mark){.set = 0, .node = i, .covers = true};
    *out_first_count = count;
    for (uint32_t i = 0; i < state->dag.count; i++)
        marks[count++] = (struct by_mark){.set = 1, .node = i, .covers = true};
    *out_marks = marks;
    *out_count = count;
    return by_dag_cover(&state->dag, marks, count, &state->scratch);
}

/* Marks are in order of nodes, which is that of ids. */
static enum banyan_status keep_heads(const struct by_merge_state *state,
                                     const struct by_mark *marks, size_t count,
                                     struct by_id **out_ids, size_t *out_count)
{
    struct by_id *ids = NULL;
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        kept += !marks[i].is_covered;
    ids = by_arena_array(state->arena, kept + 1, sizeof *ids);
    if (ids == NULL)
        return BANYAN_ERR_MEMORY;
    kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!marks[i].is_covered)
            ids[kept++] = state->dag.operations[marks[i].node]->id;
    *out_ids = ids;
    *out_count = kept;
    return BANYAN_OK;
}

static enum by_deletion
judge_deletion(const struct by_merge_state *state, const struct by_mark *marks, size_t count)
{
    bool some_delete = false;
    bool some_keep = false;

    for (size_t i = 0; i < count; i++) {
        if (marks[i].is_covered)
            continue;
        if (by_operation_deletes(state->dag.operations[marks[i].node]))
            some_delete = true;
        else
            some_keep = true;
    }
    if (!some_delete)
        return BY_DELETED_NO;
    return some_keep ? BY_DELETED_CONFLICT : BY_DELETED_YES;
}

static enum banyan_status merge_heads(struct by_merge_state *state, struct by_merged *merged)
{
    struct by_mark *marks = NULL;
    size_t first_count = 0;
    size_t count = 0;
    enum banyan_status status = mark_heads(state, &marks, &first_count, &count);

    if (status == BANYAN_OK)
        status = keep_heads(state, marks, first_count, &merged->heads, &merged->head_count);
    if (status == BANYAN_OK)
        status = keep_heads(state, marks + first_count, count - first_count, &merged->all_heads,
                            &merged->all_head_count);
    if (status == BANYAN_OK)
        merged->deletion = judge_deletion(state, marks, first_count);
    return status;
}

/* ---- proposals ----------------------------------------------------------------------------- */

static void close_proposals(const struct by_merge_state *state, enum by_proposal_state *closed)
{
    for (size_t i = 0; i < state->dag.count; i++) {
        const struct by_op_links *links = &state->dag.operations[i]->links;

        for (size_t k = 0; state->standings[i] == BY_STANDING_EFFECTIVE && k < links->target_count;
             k++) {
            uint32_t node = 0;

            if (!by_dag_find(&state->dag, &links->targets[k], &node))
                continue;
            if (links->op == BY_OP_ACCEPT)
                closed[node] = BY_PROPOSAL_ACCEPTED;
            else if (links->op == BY_OP_DECLINE && closed[node] == BY_PROPOSAL_OPEN)
                closed[node] = BY_PROPOSAL_DECLINED;
        }
    }
}

enum banyan_status
by_merge_proposal_states(struct by_merge_state *state, enum by_proposal_state **out_states)
{
    *out_states = by_arena_array(&state->scratch, state->dag.count + 1, sizeof **out_states);
    if (*out_states == NULL)
        return BANYAN_ERR_MEMORY;
    close_proposals(state, *out_states);
    return BANYAN_OK;
}

static enum banyan_status merge_proposals(struct by_merge_state *state, struct by_merged *merged)
{
    enum by_proposal_state *closed = NULL;
    size_t count = 0;

    for (size_t i = 0; i < state->dag.count; i++)
        count += state->standings[i] == BY_STANDING_PROPOSAL;
    merged->proposals = by_arena_array(state->arena, count + 1, sizeof *merged->proposals);
    if (merged->proposals == NULL || by_merge_proposal_states(state, &closed) != BANYAN_OK)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < state->dag.count; i++)
        if (state->standings[i] == BY_STANDING_PROPOSAL)
            merged->proposals[merged->proposal_count++] =
                (struct by_proposal){.operation = state->dag.operations[i], .state = closed[i]};
    return BANYAN_OK;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void merge_stamps(const struct by_merge_state *state, struct by_merged *merged)
{
    for (size_t i = 0; i < state->dag.count; i++) {
        const struct by_operation *operation = state->dag.operations[i];

        if (state->standings[i] != BY_STANDING_EFFECTIVE)
            continue;
        if (operation->hlc > merged->last_hlc)
            merged->last_hlc = operation->hlc;
        /* by id: the first put of the type is the one that gave it */
        if (operation->links.op == BY_OP_PUT && !merged->has_put &&
            by_bytes_equal(operation->links.type, state->type)) {
            merged->first_hlc = operation->hlc;
            merged->has_put = true;
        }
    }
}

static enum banyan_status merge_graph(struct by_merge_state *state, struct by_merged *merged)
{
    enum banyan_status status = by_merge_standings(state, &merged->owner);

    merged->name = state->name;
    merged->type = state->type;
    if (status == BANYAN_OK)
        status = merge_heads(state, merged);
    if (status == BANYAN_OK)
        status = merge_proposals(state, merged);
    if (status == BANYAN_OK)
        status = by_merge_paths(state, merged);
    if (status != BANYAN_OK)
        return status;
    merge_stamps(state, merged);
    merged->has_conflict = merged->deletion == BY_DELETED_CONFLICT;
    for (size_t i = 0; i < merged->path_count; i++)
        merged->has_conflict = merged->has_conflict || merged->paths[i].candidate_count > 1;
    return BANYAN_OK;
}

/* heads NULL: all operations. */
static enum banyan_status
merge(const struct by_record_name *name, const struct by_operation *operations, size_t count,
      const struct by_id *heads, size_t head_count, const struct by_type_set *types,
      struct by_arena *arena, struct by_merged *out_merged)
{
    struct by_merge_state state = {.name = *name, .types = types, .arena = arena};
    struct by_merged merged = {0};
    enum banyan_status status = by_merge_begin(&state, operations, count);

    if (status == BANYAN_OK && heads != NULL)
        status = by_dag_restrict(&state.dag, heads, head_count, &state.scratch);
    if (status == BANYAN_OK)
        status = merge_graph(&state, &merged);
    by_arena_deinit(&state.scratch);
    if (status == BANYAN_OK)
        *out_merged = merged;
    return status;
}

enum banyan_status
by_merge(const struct by_record_name *name, const struct by_operation *operations, size_t count,
         const struct by_type_set *types, struct by_arena *arena, struct by_merged *out_merged)
{
    return merge(name, operations, count, NULL, 0, types, arena, out_merged);
}

enum banyan_status by_merge_as_of(const struct by_record_name *name,
                                  const struct by_operation *operations, size_t count,
                                  const struct by_id *heads, size_t head_count,
                                  const struct by_type_set *types, struct by_arena *arena,
                                  struct by_merged *out_merged)
{
    static const struct by_id none;

    return merge(name, operations, count, heads != NULL ? heads : &none, head_count, types, arena,
                 out_merged);
}

enum banyan_status by_merge_until(const struct by_record_name *name,
                                  const struct by_operation *operations, size_t count,
                                  uint64_t last_hlc, const struct by_type_set *types,
                                  struct by_arena *arena, struct by_merged *out_merged)
{
    struct by_id *heads = by_arena_array(arena, count + 1, sizeof *heads);
    size_t head_count = 0;

    if (heads == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        if (operations[i].hlc <= last_hlc)
            heads[head_count++] = operations[i].id;
    enum banyan_status status =
        by_merge_as_of(name, operations, count, heads, head_count, types, arena, out_merged);
    if (status == BANYAN_OK && !out_merged->has_put)
        out_merged->type = by_bytes_of(NULL, 0);
    return status;
}
