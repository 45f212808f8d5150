/*
 * Lists: which additions stand, and the elements behind them.
 */
#include "record/merge_parts.h"

#include "base/sort.h"

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

/* ---- removals ------------------------------------------------------------------------------- */

static int order_removals(const void *a, const void *b)
{
    const struct by_removal *left = a;
    const struct by_removal *right = b;

    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    if (left->index != right->index)
        return left->index < right->index ? -1 : 1;
    return left->by < right->by ? -1 : left->by > right->by;
}

/* Every addition that a removal names and that could be one, by addition. */
static enum banyan_status find_named(struct by_merge_state *state, const struct by_slot *slot,
                                     struct by_removal **out_named, size_t *out_count)
{
    struct by_removal *named = NULL;
    size_t room = 0;
    size_t count = 0;

    for (size_t i = 0; i < slot->touch_count; i++)
        room += slot->touches[i].touch->removed_count;
    named = by_arena_array(&state->scratch, room + 1, sizeof *named);
    if (named == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < slot->touch_count; i++) {
        const struct by_touch *touch = slot->touches[i].touch;

        for (size_t k = 0; touch->how == BY_HOW_REMOVE && k < touch->removed_count; k++) {
            struct by_removal *removal = &named[count];

            removal->by = slot->touches[i].node;
            removal->index = touch->removed[k].index;
            count += by_dag_find(&state->dag, &touch->removed[k].operation, &removal->node);
        }
    }
    if (count > 0)
        by_sort(named, count, sizeof *named, order_removals);
    *out_named = named;
    *out_count = count;
    return BANYAN_OK;
}

static enum banyan_status note_seen(void *context, size_t asking, size_t saying)
{
    bool *are_seen = context;

    (void)saying;
    are_seen[asking] = true;
    return BANYAN_OK;
}

/* Each removal asks whether the addition lies in its past: a set for each addition's operation. */
static enum banyan_status
ask_seen(struct by_merge_state *state, const struct by_removal *named, size_t count, bool *are_seen)
{
    struct by_asking *askings = by_arena_array(&state->scratch, count + 1, sizeof *askings);
    struct by_saying *sayings = by_arena_array(&state->scratch, count + 1, sizeof *sayings);
    struct by_sayings all = {.items = sayings};
    const struct by_answers answers = {.answer = note_seen, .context = are_seen};

    if (askings == NULL || sayings == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || named[i].node != named[i - 1].node)
            sayings[all.count++] =
                (struct by_saying){.node = named[i].node, .set = all.set_count++, .covers = true};
        askings[i] =
            (struct by_asking){.node = named[i].by, .sets = {all.set_count - 1, BY_NO_SET}};
    }
    return by_dag_ask(&state->dag, &all, askings, count, &answers);
}

enum banyan_status by_list_removals(struct by_merge_state *state, struct by_slot *slot)
{
    struct by_removal *named = NULL;
    bool *are_seen = NULL;
    size_t count = 0;
    size_t kept = 0;
    enum banyan_status status = find_named(state, slot, &named, &count);

    if (status != BANYAN_OK || count == 0)
        return status;
    are_seen = by_arena_array(&state->scratch, count, sizeof *are_seen);
    status = are_seen == NULL ? BANYAN_ERR_MEMORY : ask_seen(state, named, count, are_seen);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (are_seen[i])
            named[kept++] = named[i];
    slot->removals = named;
    slot->removal_count = kept;
    return status;
}

/* ---- what stands ----------------------------------------------------------------------------- */

/* The nodes whose removals stand, ascending as the marks are. A removal that a later set or unset
 * covers takes back nothing that is not covered too. */
static enum banyan_status find_removers(struct by_merge_state *state, const struct by_slot *slot,
                                        uint32_t **out_removers, size_t *out_count)
{
    uint32_t *removers = by_arena_array(&state->scratch, slot->mark_count + 1, sizeof *removers);
    size_t count = 0;

    if (removers == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < slot->mark_count && slot->removal_count > 0; i++)
        if (!slot->marks[i].is_covered && !slot->marks[i].covers &&
            slot->marks[i].value->kind != BY_VALUE_ARRAY)
            removers[count++] = slot->marks[i].node;
    *out_removers = removers;
    *out_count = count;
    return BANYAN_OK;
}

static int order_nodes(const void *a, const void *b)
{
    const uint32_t *left = a;
    const uint32_t *right = b;

    return *left < *right ? -1 : *left > *right;
}

/* The first removal that is not before the addition. */
static size_t find_removal(const struct by_slot *slot, const struct by_holding *addition)
{
    const struct by_removal first = {.node = addition->node, .index = addition->index};
    size_t low = 0;
    size_t high = slot->removal_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (order_removals(&slot->removals[middle], &first) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_taken_back(const struct by_slot *slot, const struct by_holding *addition,
                          const uint32_t *removers, size_t count)
{
    for (size_t i = find_removal(slot, addition);
         i < slot->removal_count && slot->removals[i].node == addition->node &&
         slot->removals[i].index == addition->index;
         i++)
        if (bsearch(&slot->removals[i].by, removers, count, sizeof *removers, order_nodes) != NULL)
            return true;
    return false;
}

static enum banyan_status drop_removed(struct by_merge_state *state, const struct by_slot *slot,
                                       struct by_holding *additions, size_t *count)
{
    uint32_t *removers = NULL;
    size_t remover_count = 0;
    size_t kept = 0;
    enum banyan_status status = find_removers(state, slot, &removers, &remover_count);

    if (status != BANYAN_OK || remover_count == 0)
        return status;
    for (size_t i = 0; i < *count; i++)
        if (!is_taken_back(slot, &additions[i], removers, remover_count))
            additions[kept++] = additions[i];
    *count = kept;
    return BANYAN_OK;
}

/* ---- the path -------------------------------------------------------------------------------- */

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
    by_sort(named, count, sizeof *named, order_named);
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
    const struct by_operation **authors = by_arena_array(state->arena, elements, sizeof *authors);
    size_t *counts = by_arena_array(state->arena, elements, sizeof *counts);
    struct by_value array = by_value_array(state->arena, elements);
    const struct by_holding *first = additions;
    size_t at = 0;

    path->candidates = by_arena_array(state->arena, 1, sizeof *path->candidates);
    if (names == NULL || authors == NULL || counts == NULL || array.array.items == NULL ||
        path->candidates == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i += counts[at++]) {
        while (i + counts[at] < count &&
               by_bytes_equal(additions[i].key, additions[i + counts[at]].key))
            counts[at]++;
        names[at] = name_additions(&additions[i], counts[at], state->arena);
        if (names[at] == NULL)
            return BANYAN_ERR_MEMORY;
        authors[at] = additions[i].by;
        array.array.items[at] = *additions[i].value;
        if (by_holding_order(&additions[i], first) < 0)
            first = &additions[i];
    }
    path->candidates[0] = (struct by_candidate){.value = array, .by = first->by};
    path->candidate_count = 1;
    path->additions = names;
    path->addition_counts = counts;
    path->element_authors = authors;
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
    status = drop_removed(state, slot, additions, &count);
    if (status != BANYAN_OK || count == 0)
        return status;
    by_sort(additions, count, sizeof *additions, by_holding_order_by_key);
    status = make_path(state, additions, count, &path);
    return status != BANYAN_OK ? status : by_buffer_append(out_paths, &path, sizeof path);
}
