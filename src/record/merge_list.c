/*
 * Lists: which additions stand, and the elements behind them.
 */
#include "record/merge_parts.h"

/* Additions that no set or unset lies above, by node and index. */
static enum banyan_status find_additions(struct by_merge_state *state, const struct by_slot *slot,
                                         struct by_holding **out_additions, size_t *out_count)
{
    struct by_holding *additions = NULL;
    size_t room = 0;
    size_t count = 0;

    for (size_t i = 0; i < slot->mark_count; i++)
        if (!slot->marks[i].is_covered && slot->marks[i].value->kind == BY_VALUE_ARRAY)
            room += slot->marks[i].value->array.count;
    additions = by_arena_array(&state->scratch, room + 1, sizeof *additions);
    if (additions == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < slot->mark_count; i++) {
        const struct by_mark *mark = &slot->marks[i];

        if (mark->is_covered || mark->value->kind != BY_VALUE_ARRAY)
            continue;
        for (size_t k = 0; k < mark->value->array.count; k++) {
            additions[count] = by_holding_make(state, mark->node, &mark->value->array.items[k]);
            additions[count].key = mark->value->array.items[k].bytes;
            additions[count++].index = (uint32_t)k;
        }
    }
    *out_additions = additions;
    *out_count = count;
    return BANYAN_OK;
}

static int order_additions(const void *a, const void *b)
{
    const struct by_holding *left = a;
    const struct by_holding *right = b;

    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static int order_marks(const void *a, const void *b)
{
    const struct by_mark *left = a;
    const struct by_mark *right = b;

    return left->set < right->set ? -1 : left->set > right->set;
}

/* For each addition that a removal names, a set: the removals cover, the addition asks. */
static enum banyan_status mark_removals(struct by_merge_state *state, const struct by_slot *slot,
                                        const struct by_holding *additions, size_t count,
                                        struct by_buffer *marks)
{
    for (size_t i = 0; i < slot->touch_count; i++) {
        const struct by_touch *touch = slot->touches[i].touch;

        for (size_t k = 0; touch->how == BY_HOW_REMOVE && k < touch->removed_count; k++) {
            struct by_holding key = {.index = touch->removed[k].index};
            const struct by_holding *found = NULL;
            struct by_mark pair[2] = {{.node = slot->touches[i].node, .covers = true}};
            enum banyan_status status = BANYAN_OK;

            if (count == 0 || !by_dag_find(&state->dag, &touch->removed[k].operation, &key.node))
                continue;
            found = bsearch(&key, additions, count, sizeof key, order_additions);
            if (found == NULL)
                continue;
            pair[0].set = pair[1].set = (uint32_t)(found - additions);
            pair[1].node = found->node;
            status = by_buffer_append(marks, pair, sizeof pair);
            if (status != BANYAN_OK)
                return status;
        }
    }
    return BANYAN_OK;
}

/* Take out the additions that a removal above them names. */
static enum banyan_status drop_removed(struct by_merge_state *state, const struct by_slot *slot,
                                       struct by_holding *additions, size_t *count)
{
    struct by_buffer buffer = BY_BUFFER_INIT(SIZE_MAX);
    struct by_mark *marks = NULL;
    size_t mark_count = 0;
    size_t kept = 0;
    enum banyan_status status = mark_removals(state, slot, additions, *count, &buffer);

    if (status != BANYAN_OK || buffer.size == 0)
        goto out;
    marks = (struct by_mark *)(void *)buffer.data;
    mark_count = buffer.size / sizeof *marks;
    qsort(marks, mark_count, sizeof *marks, order_marks);
    status = by_dag_cover(&state->dag, marks, mark_count, &state->scratch);
    if (status != BANYAN_OK)
        goto out;
    for (size_t i = 0; i < mark_count; i++)
        if (!marks[i].covers && marks[i].is_covered)
            additions[marks[i].set].value = NULL;
    for (size_t i = 0; i < *count; i++)
        if (additions[i].value != NULL)
            additions[kept++] = additions[i];
    *count = kept;
out:
    by_buffer_deinit(&buffer);
    return status;
}

static int order_named(const void *a, const void *b)
{
    return by_addition_compare(a, b);
}

/* What a removal of the element has to name. */
static struct by_addition *
name_additions(const struct by_holding *holdings, size_t count, struct by_arena *arena)
{
    struct by_addition *named = by_arena_array(arena, count, sizeof *named);

    if (named == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        named[i] =
            (struct by_addition){.operation = holdings[i].by->id, .index = holdings[i].index};
    qsort(named, count, sizeof *named, order_named);
    return named;
}

static size_t count_elements(const struct by_holding *additions, size_t count)
{
    size_t elements = 0;

    for (size_t i = 0; i < count; i++)
        elements += i == 0 || !by_bytes_equal(additions[i - 1].key, additions[i].key);
    return elements;
}

/* additions are in order of their keys. */
static enum banyan_status make_path(struct by_merge_state *state,
                                    const struct by_holding *additions, size_t count,
                                    struct by_merged_path *path)
{
    size_t elements = count_elements(additions, count);
    struct by_addition **names = by_arena_array(state->arena, elements, sizeof *names);
    size_t *counts = by_arena_array(state->arena, elements, sizeof *counts);
    struct by_value array = by_value_array(state->arena, elements);
    const struct by_holding *first = additions;
    size_t at = 0;

    path->candidates = by_arena_array(state->arena, 1, sizeof *path->candidates);
    if (names == NULL || counts == NULL || array.array.items == NULL || path->candidates == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i += counts[at++]) {
        while (i + counts[at] < count &&
               by_bytes_equal(additions[i].key, additions[i + counts[at]].key))
            counts[at]++;
        names[at] = name_additions(&additions[i], counts[at], state->arena);
        if (names[at] == NULL)
            return BANYAN_ERR_MEMORY;
        array.array.items[at] = *additions[i].value;
        if (by_holding_order(&additions[i], first) < 0)
            first = &additions[i];
    }
    path->candidates[0] = (struct by_candidate){.value = array, .by = first->by};
    path->candidate_count = 1;
    path->additions = names;
    path->addition_counts = counts;
    return BANYAN_OK;
}

enum banyan_status
by_merge_list(struct by_merge_state *state, const struct by_slot *slot, struct by_buffer *out_paths)
{
    struct by_merged_path path = {.path = slot->path, .is_list = true};
    struct by_holding *additions = NULL;
    size_t count = 0;
    enum banyan_status status = find_additions(state, slot, &additions, &count);

    if (status != BANYAN_OK || count == 0)
        return status;
    qsort(additions, count, sizeof *additions, order_additions);
    status = drop_removed(state, slot, additions, &count);
    if (status != BANYAN_OK || count == 0)
        return status;
    qsort(additions, count, sizeof *additions, by_holding_order_by_key);
    status = make_path(state, additions, count, &path);
    return status != BANYAN_OK ? status : by_buffer_append(out_paths, &path, sizeof path);
}
