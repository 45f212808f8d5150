/*
 * From touches to paths: gather by field, ask what is covered, and settle each field by its kind.
 */
#include "record/merge_parts.h"

#include "base/sort.h"

static int order_assignments(const void *a, const void *b)
{
    const struct by_assignment *left = a;
    const struct by_assignment *right = b;
    int order = by_bytes_compare(left->field, right->field);

    if (order != 0)
        return order;
    return left->node < right->node ? -1 : left->node > right->node;
}

static struct by_assignment make_assignment(const struct by_merge_state *state,
                                            const struct by_set_type *type, uint32_t node,
                                            size_t at)
{
    const struct by_operation *operation = state->dag.operations[node];
    struct by_assignment assignment = {
        .node = node, .touch = &operation->links.touches[at], .value = &operation->values[at]};

    by_path_split(assignment.touch->path, &assignment.field, &assignment.language);
    assignment.has_kind = by_set_type_field(type, assignment.field, &assignment.kind);
    if (!assignment.has_kind)
        assignment.field = assignment.touch->path;
    return assignment;
}

/* The touches of all effective operations, by field. */
static enum banyan_status
gather(struct by_merge_state *state, struct by_assignment **out_assignments, size_t *out_count)
{
    const struct by_set_type *type = by_type_set_find(state->types, state->type);
    struct by_assignment *assignments = NULL;
    size_t room = 0;
    size_t count = 0;

    for (size_t i = 0; i < state->dag.count; i++)
        room += state->dag.operations[i]->links.touch_count;
    assignments = by_arena_array(&state->scratch, room + 1, sizeof *assignments);
    if (assignments == NULL)
        return BANYAN_ERR_MEMORY;
    for (uint32_t i = 0; i < state->dag.count; i++)
        for (size_t k = 0; state->standings[i] == BY_STANDING_EFFECTIVE &&
                           k < state->dag.operations[i]->links.touch_count;
             k++)
            assignments[count++] = make_assignment(state, type, i, k);
    by_sort(assignments, count, sizeof *assignments, order_assignments);
    *out_assignments = assignments;
    *out_count = count;
    return BANYAN_OK;
}

/* Whether a touch takes part in the set of its field: languages of an mltext are settled later. */
static bool is_marked(const struct by_assignment *assignment)
{
    return !(assignment->has_kind && assignment->language.size > 0);
}

static bool covers(const struct by_assignment *assignment)
{
    return assignment->touch->how == BY_HOW_SET || assignment->touch->how == BY_HOW_UNSET;
}

static size_t mark_slot(struct by_slot *slot, size_t number)
{
    for (size_t i = 0; i < slot->touch_count; i++)
        if (is_marked(&slot->touches[i]))
            slot->marks[slot->mark_count++] = (struct by_mark){
                .set = (uint32_t)number,
                .node = slot->touches[i].node,
                .covers = covers(&slot->touches[i]),
                .value = slot->touches[i].value,
            };
    return slot->mark_count;
}

/* One slot per field, its marks behind those of the slot before. */
static size_t make_slots(const struct by_assignment *assignments, size_t count,
                         struct by_slot *slots, struct by_mark *marks)
{
    size_t slot_count = 0;

    for (size_t at = 0, end = 0; at < count; at = end) {
        struct by_slot *slot = &slots[slot_count];

        for (end = at + 1; end < count; end++)
            if (!by_bytes_equal(assignments[end].field, assignments[at].field))
                break;
        *slot = (struct by_slot){.path = assignments[at].field,
                                 .has_kind = assignments[at].has_kind,
                                 .kind = assignments[at].kind,
                                 .touches = &assignments[at],
                                 .touch_count = end - at,
                                 .marks = marks};
        marks += mark_slot(slot, slot_count++);
    }
    return slot_count;
}

static enum banyan_status
settle(struct by_merge_state *state, struct by_slot *slot, struct by_buffer *out_paths)
{
    enum banyan_status status = BANYAN_OK;

    if (slot->has_kind && slot->kind == BY_FIELD_MLTEXT)
        return by_merge_mltext(state, slot, out_paths);
    if (!slot->has_kind || !by_field_kind_is_list(slot->kind))
        return by_merge_scalar(state, slot, out_paths);
    status = by_list_removals(state, slot);
    return status == BANYAN_OK ? by_merge_list(state, slot, out_paths) : status;
}

static int order_paths(const void *a, const void *b)
{
    return by_bytes_compare(((const struct by_merged_path *)a)->path,
                            ((const struct by_merged_path *)b)->path);
}

static enum banyan_status
keep_paths(struct by_buffer *paths, struct by_arena *arena, struct by_merged *out_merged)
{
    struct by_bytes copy = {0};
    enum banyan_status status = by_arena_copy(arena, by_buffer_bytes(paths), &copy);

    if (status != BANYAN_OK)
        return status;
    out_merged->paths = (struct by_merged_path *)(uintptr_t)copy.data;
    out_merged->path_count = copy.size / sizeof *out_merged->paths;
    if (out_merged->path_count > 0)
        by_sort(out_merged->paths, out_merged->path_count, sizeof *out_merged->paths, order_paths);
    return BANYAN_OK;
}

enum banyan_status
by_merge_slots(struct by_merge_state *state, struct by_slot **out_slots, size_t *out_count)
{
    struct by_assignment *assignments = NULL;
    struct by_slot *slots = NULL;
    struct by_mark *marks = NULL;
    size_t count = 0;
    enum banyan_status status = gather(state, &assignments, &count);

    if (status != BANYAN_OK)
        return status;
    slots = by_arena_array(&state->scratch, count + 1, sizeof *slots);
    marks = by_arena_array(&state->scratch, count + 1, sizeof *marks);
    if (slots == NULL || marks == NULL)
        return BANYAN_ERR_MEMORY;
    *out_slots = slots;
    *out_count = make_slots(assignments, count, slots, marks);
    return BANYAN_OK;
}

enum banyan_status by_merge_paths(struct by_merge_state *state, struct by_merged *out_merged)
{
    struct by_buffer paths = BY_BUFFER_INIT(SIZE_MAX);
    struct by_slot *slots = NULL;
    size_t slot_count = 0;
    size_t mark_count = 0;
    enum banyan_status status = by_merge_slots(state, &slots, &slot_count);

    /* the marks of all slots lie one behind the other */
    for (size_t i = 0; status == BANYAN_OK && i < slot_count; i++)
        mark_count += slots[i].mark_count;
    if (status == BANYAN_OK && slot_count > 0)
        status = by_dag_cover(&state->dag, slots[0].marks, mark_count, &state->scratch);
    for (size_t i = 0; i < slot_count && status == BANYAN_OK; i++)
        status = settle(state, &slots[i], &paths);
    if (status == BANYAN_OK)
        status = keep_paths(&paths, state->arena, out_merged);
    by_buffer_deinit(&paths);
    return status;
}
