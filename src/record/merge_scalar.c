#include "base/sort.h"
#include "record/field_value.h"
#include "record/merge_parts.h"

struct by_holding
by_holding_make(const struct by_merge_state *state, uint32_t node, const struct by_value *value)
{
    const struct by_operation *by = state->dag.operations[node];

    return (struct by_holding){
        .value = value,
        .by = by,
        .is_owners = state->are_owners[node],
        .node = node,
    };
}

int by_holding_order(const void *a, const void *b)
{
    const struct by_holding *left = a;
    const struct by_holding *right = b;
    int order = 0;

    if (left->is_owners != right->is_owners)
        return left->is_owners ? -1 : 1;
    if (left->by->hlc != right->by->hlc)
        return left->by->hlc > right->by->hlc ? -1 : 1;
    order = by_id_compare(&left->by->id, &right->by->id);
    if (order != 0)
        return order;
    return left->index < right->index ? -1 : left->index > right->index;
}

int by_holding_order_by_key(const void *a, const void *b)
{
    int order =
        by_bytes_compare(((const struct by_holding *)a)->key, ((const struct by_holding *)b)->key);

    return order != 0 ? order : by_holding_order(a, b);
}

/* Canonical bytes of the normal form; nil gives the bytes of nil, which no other value has. */
static enum banyan_status
make_key(const struct by_slot *slot, struct by_arena *arena, struct by_holding *holding)
{
    struct by_buffer bytes = BY_BUFFER_INIT(SIZE_MAX);
    struct by_value normal = *holding->value;
    enum banyan_status status = BANYAN_OK;

    if (slot->has_kind && holding->value->kind != BY_VALUE_NIL)
        status = by_field_value_normal(slot->kind, holding->value, arena, &normal);
    if (status == BANYAN_OK)
        status = by_value_encode(&normal, &bytes);
    if (status == BANYAN_OK)
        status = by_arena_copy(arena, by_buffer_bytes(&bytes), &holding->key);
    by_buffer_deinit(&bytes);
    return status;
}

static enum banyan_status find_holdings(struct by_merge_state *state, const struct by_slot *slot,
                                        struct by_holding **out_holdings, size_t *out_count)
{
    struct by_holding *holdings =
        by_arena_array(&state->scratch, slot->mark_count + 1, sizeof *holdings);
    size_t count = 0;

    if (holdings == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < slot->mark_count; i++)
        if (!slot->marks[i].is_covered)
            holdings[count++] = by_holding_make(state, slot->marks[i].node, slot->marks[i].value);
    for (size_t i = 0; i < count && count > 1; i++) {
        enum banyan_status status = make_key(slot, &state->scratch, &holdings[i]);

        if (status != BANYAN_OK)
            return status;
    }
    *out_holdings = holdings;
    *out_count = count;
    return BANYAN_OK;
}

/* Keep the one of each value that is shown first, then put them in the order of display. */
static size_t join_equals(struct by_holding *holdings, size_t count)
{
    size_t kept = 0;

    by_sort(holdings, count, sizeof *holdings, by_holding_order_by_key);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !by_bytes_equal(holdings[kept - 1].key, holdings[i].key))
            holdings[kept++] = holdings[i];
    by_sort(holdings, kept, sizeof *holdings, by_holding_order);
    return kept;
}

enum banyan_status by_merge_scalar(struct by_merge_state *state, const struct by_slot *slot,
                                   struct by_buffer *out_paths)
{
    struct by_merged_path path = {.path = slot->path};
    struct by_holding *holdings = NULL;
    size_t count = 0;
    enum banyan_status status = find_holdings(state, slot, &holdings, &count);

    if (status != BANYAN_OK)
        return status;
    count = join_equals(holdings, count);
    if (count == 0 || (count == 1 && holdings[0].value->kind == BY_VALUE_NIL))
        return BANYAN_OK;
    path.candidates = by_arena_array(state->arena, count, sizeof *path.candidates);
    if (path.candidates == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        path.candidates[i] =
            (struct by_candidate){.value = *holdings[i].value, .by = holdings[i].by};
    path.candidate_count = count;
    return by_buffer_append(out_paths, &path, sizeof path);
}
