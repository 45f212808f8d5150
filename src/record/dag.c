#include "record/dag.h"

#include "base/sort.h"

static int order_operations(const void *a, const void *b)
{
    const struct by_operation *const *left = a;
    const struct by_operation *const *right = b;

    return by_id_compare(&(*left)->id, &(*right)->id);
}

bool by_dag_find(const struct by_dag *dag, const struct by_id *id, uint32_t *out_node)
{
    size_t low = 0;
    size_t high = dag->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_id_compare(&dag->operations[middle]->id, id);

        if (order == 0) {
            *out_node = (uint32_t)middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static enum banyan_status find_parents(struct by_dag *dag, struct by_arena *arena)
{
    size_t named = 0;
    size_t at = 0;

    for (size_t i = 0; i < dag->count; i++)
        named += dag->operations[i]->links.parent_count;
    dag->parents = by_arena_array(arena, named + 1, sizeof *dag->parents);
    dag->starts = by_arena_array(arena, dag->count + 1, sizeof *dag->starts);
    if (dag->parents == NULL || dag->starts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < dag->count; i++) {
        const struct by_op_links *links = &dag->operations[i]->links;

        dag->starts[i] = at;
        for (size_t k = 0; k < links->parent_count; k++)
            if (by_dag_find(dag, &links->parents[k], &dag->parents[at]))
                at++;
    }
    dag->starts[dag->count] = at;
    return BANYAN_OK;
}

/* Children as the parents, the other way round. */
static enum banyan_status find_children(const struct by_dag *dag, struct by_arena *arena,
                                        uint32_t **out_children, size_t **out_starts)
{
    size_t edges = dag->starts[dag->count];
    uint32_t *children = by_arena_array(arena, edges + 1, sizeof *children);
    size_t *starts = by_arena_array(arena, dag->count + 2, sizeof *starts);

    if (children == NULL || starts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t e = 0; e < edges; e++)
        starts[dag->parents[e] + 2]++;
    for (size_t i = 2; i < dag->count + 2; i++)
        starts[i] += starts[i - 1];
    for (uint32_t i = 0; i < dag->count; i++)
        for (size_t e = dag->starts[i]; e < dag->starts[i + 1]; e++)
            children[starts[dag->parents[e] + 1]++] = i;
    *out_children = children;
    *out_starts = starts;
    return BANYAN_OK;
}

/* Kahn's order: a node follows when all its parents stand. Gives how many could be ordered. */
static enum banyan_status order_nodes(struct by_dag *dag, struct by_arena *arena, size_t *out_count)
{
    uint32_t *children = NULL;
    size_t *starts = NULL;
    size_t *waits = by_arena_array(arena, dag->count + 1, sizeof *waits);
    size_t count = 0;

    dag->order = by_arena_array(arena, dag->count + 1, sizeof *dag->order);
    if (waits == NULL || dag->order == NULL ||
        find_children(dag, arena, &children, &starts) != BANYAN_OK)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < dag->count; i++) {
        waits[i] = dag->starts[i + 1] - dag->starts[i];
        if (waits[i] == 0)
            dag->order[count++] = i;
    }
    for (size_t k = 0; k < count; k++)
        for (size_t e = starts[dag->order[k]]; e < starts[dag->order[k] + 1]; e++)
            if (--waits[children[e]] == 0)
                dag->order[count++] = children[e];
    *out_count = count;
    return BANYAN_OK;
}

/* Keep the operations that keep says, in place, and find the edges between them anew. */
static enum banyan_status keep_nodes(struct by_dag *dag, const bool *keep, struct by_arena *arena)
{
    size_t count = 0;

    for (size_t i = 0; i < dag->count; i++)
        if (keep[i])
            dag->operations[count++] = dag->operations[i];
    return by_dag_build(dag->operations, count, arena, dag);
}

enum banyan_status by_dag_build(const struct by_operation **operations, size_t count,
                                struct by_arena *arena, struct by_dag *out_dag)
{
    struct by_dag dag = {.operations = operations, .count = count};
    size_t ordered = 0;
    bool *keep = NULL;
    enum banyan_status status = BANYAN_OK;

    if (count >= UINT32_MAX)
        return BANYAN_ERR_MEMORY;
    if (count > 0)
        by_sort(operations, count, sizeof(*operations), order_operations);
    status = find_parents(&dag, arena);
    if (status == BANYAN_OK)
        status = order_nodes(&dag, arena, &ordered);
    if (status != BANYAN_OK)
        return status;
    *out_dag = dag;
    if (ordered == count)
        return BANYAN_OK;
    keep = by_arena_array(arena, count, sizeof *keep);
    if (keep == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t k = 0; k < ordered; k++)
        keep[dag.order[k]] = true;
    return keep_nodes(out_dag, keep, arena);
}

enum banyan_status by_dag_restrict(struct by_dag *dag, const struct by_id *heads, size_t head_count,
                                   struct by_arena *arena)
{
    bool *keep = by_arena_array(arena, dag->count + 1, sizeof *keep);

    if (keep == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < head_count; i++) {
        uint32_t node = 0;

        if (by_dag_find(dag, &heads[i], &node))
            keep[node] = true;
    }
    for (size_t k = dag->count; k > 0; k--) {
        uint32_t node = dag->order[k - 1];

        for (size_t e = dag->starts[node]; keep[node] && e < dag->starts[node + 1]; e++)
            keep[dag->parents[e]] = true;
    }
    return keep_nodes(dag, keep, arena);
}

/* One bit per set: members[node] the sets it belongs to, above[node] the sets with a member that
 * has it in its past. */
static void sweep(const struct by_dag *dag, const uint64_t *members, uint64_t *above)
{
    for (size_t k = dag->count; k > 0; k--) {
        uint32_t node = dag->order[k - 1];
        uint64_t sets = members[node] | above[node];

        for (size_t e = dag->starts[node]; sets != 0 && e < dag->starts[node + 1]; e++)
            above[dag->parents[e]] |= sets;
    }
}

/* The first of a set, which others follow: a set of one mark needs no bit, since nothing covers
 * it. */
static bool begins_set(const struct by_mark *marks, size_t count, size_t i)
{
    return (i == 0 || marks[i].set != marks[i - 1].set) && i + 1 < count &&
           marks[i].set == marks[i + 1].set;
}

static bool stands_alone(const struct by_mark *marks, size_t count, size_t i)
{
    return (i == 0 || marks[i].set != marks[i - 1].set) &&
           (i + 1 == count || marks[i].set != marks[i + 1].set);
}

/* How many marks from the first on belong to at most 64 sets of several marks. */
static size_t count_of_64_sets(const struct by_mark *marks, size_t count)
{
    size_t sets = 0;
    size_t i = 0;

    for (; i < count; i++)
        if (begins_set(marks, count, i) && ++sets > 64)
            break;
    return i;
}

static void answer(const struct by_dag *dag, struct by_mark *marks, size_t count, uint64_t *members,
                   uint64_t *above)
{
    unsigned sets = 0;

    memset(members, 0, dag->count * sizeof *members);
    memset(above, 0, dag->count * sizeof *above);
    for (size_t i = 0; i < count; i++) {
        sets += begins_set(marks, count, i);
        if (marks[i].covers && !stands_alone(marks, count, i))
            members[marks[i].node] |= UINT64_C(1) << (sets - 1);
    }
    sweep(dag, members, above);
    sets = 0;
    for (size_t i = 0; i < count; i++) {
        sets += begins_set(marks, count, i);
        marks[i].is_covered =
            !stands_alone(marks, count, i) && (above[marks[i].node] >> (sets - 1) & 1u) != 0;
    }
}

enum banyan_status
by_dag_cover(const struct by_dag *dag, struct by_mark *marks, size_t count, struct by_arena *arena)
{
    uint64_t *members = by_arena_array(arena, dag->count + 1, sizeof *members);
    uint64_t *above = by_arena_array(arena, dag->count + 1, sizeof *above);

    if (members == NULL || above == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t at = 0; at < count;) {
        size_t some = count_of_64_sets(marks + at, count - at);

        answer(dag, marks + at, some, members, above);
        at += some;
    }
    return BANYAN_OK;
}
