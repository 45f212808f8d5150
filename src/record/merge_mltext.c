/*
 * Multilingual text: one scalar per language; an assignment to the whole field counts in each.
 */
#include "record/merge_parts.h"

#include "base/sort.h"

/* What one operation says of one language. */
struct said {
    struct by_bytes language;
    uint32_t node;
    const struct by_value *value;
    bool is_direct; /* by a touch of "field.lang", not of "field" */
};

static const struct by_value nothing = {.kind = BY_VALUE_NIL};

static int order_said(const void *a, const void *b)
{
    const struct said *left = a;
    const struct said *right = b;
    int order = by_bytes_compare(left->language, right->language);

    if (order != 0)
        return order;
    return left->node < right->node ? -1 : left->node > right->node;
}

/* The assignments to the whole field that stand, as shown. */
static enum banyan_status find_whole(struct by_merge_state *state, const struct by_slot *slot,
                                     struct by_holding **out_whole, size_t *out_count)
{
    struct by_holding *whole = by_arena_array(&state->scratch, slot->mark_count + 1, sizeof *whole);
    size_t count = 0;

    if (whole == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < slot->mark_count; i++)
        if (!slot->marks[i].is_covered)
            whole[count++] = by_holding_make(state, slot->marks[i].node, slot->marks[i].value);
    by_sort(whole, count, sizeof *whole, by_holding_order);
    *out_whole = whole;
    *out_count = count;
    return BANYAN_OK;
}

static size_t count_said(const struct by_slot *slot, const struct by_holding *whole, size_t count)
{
    size_t said = slot->touch_count;

    for (size_t i = 0; i < count; i++)
        if (whole[i].value->kind == BY_VALUE_MAP)
            said += whole[i].value->map.count;
    return said;
}

/* All that is said of some language, by language. */
static enum banyan_status find_said(struct by_merge_state *state, const struct by_slot *slot,
                                    const struct by_holding *whole, size_t whole_count,
                                    struct said **out_said, size_t *out_count)
{
    struct said *said =
        by_arena_array(&state->scratch, count_said(slot, whole, whole_count) + 1, sizeof *said);
    size_t count = 0;

    if (said == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < slot->touch_count; i++)
        if (slot->touches[i].language.size > 0)
            said[count++] = (struct said){slot->touches[i].language, slot->touches[i].node,
                                          slot->touches[i].value, true};
    for (size_t i = 0; i < whole_count; i++)
        for (size_t k = 0; whole[i].value->kind == BY_VALUE_MAP && k < whole[i].value->map.count;
             k++) {
            const struct by_pair *pair = &whole[i].value->map.pairs[k];

            said[count++] = (struct said){pair->key, whole[i].node, &pair->value, false};
        }
    by_sort(said, count, sizeof *said, order_said);
    *out_said = said;
    *out_count = count;
    return BANYAN_OK;
}

static enum banyan_status
add_mark(struct by_buffer *marks, size_t set, uint32_t node, const struct by_value *value)
{
    struct by_mark mark = {.set = (uint32_t)set, .node = node, .covers = true, .value = value};

    return by_buffer_append(marks, &mark, sizeof mark);
}

/* Marks of one language. Those who assigned the whole field without it took it away: where nobody
 * touched the language itself, all of them stand and hold the same, so the one shown first is
 * enough. */
static enum banyan_status mark_language(const struct said *said, size_t count, size_t set,
                                        const struct by_holding *whole, size_t whole_count,
                                        struct by_buffer *marks)
{
    enum banyan_status status = BANYAN_OK;
    bool has_direct = false;
    bool has_enough = false;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        has_direct = has_direct || said[i].is_direct;
        status = add_mark(marks, set, said[i].node, said[i].value);
    }
    for (size_t i = 0; i < whole_count && status == BANYAN_OK && !has_enough; i++) {
        if (by_value_get_bytes(whole[i].value, said[0].language) != NULL)
            continue;
        has_enough = !has_direct;
        status = add_mark(marks, set, whole[i].node, &nothing);
    }
    return status;
}

static enum banyan_status mark_languages(const struct said *said, size_t count,
                                         const struct by_holding *whole, size_t whole_count,
                                         struct by_buffer *marks)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t at = 0, end = 0; at < count && status == BANYAN_OK; at = end) {
        for (end = at + 1; end < count; end++)
            if (!by_bytes_equal(said[end].language, said[at].language))
                break;
        status = mark_language(&said[at], end - at, at, whole, whole_count, marks);
    }
    return status;
}

static enum banyan_status make_path(struct by_merge_state *state, const struct by_slot *slot,
                                    struct by_bytes language, struct by_bytes *out_path)
{
    struct by_buffer path = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = by_buffer_append_bytes(&path, slot->path);

    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&path, '.');
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&path, language);
    if (status == BANYAN_OK)
        status = by_arena_copy(state->arena, by_buffer_bytes(&path), out_path);
    by_buffer_deinit(&path);
    return status;
}

/* The set of a mark is the index in said of the first of its language. */
static enum banyan_status merge_languages(struct by_merge_state *state, const struct by_slot *slot,
                                          const struct said *said, struct by_mark *marks,
                                          size_t count, struct by_buffer *out_paths)
{
    enum banyan_status status = by_dag_cover(&state->dag, marks, count, &state->scratch);

    for (size_t at = 0, end = 0; at < count && status == BANYAN_OK; at = end) {
        struct by_slot one = {.has_kind = true, .kind = BY_FIELD_TEXT, .marks = &marks[at]};

        for (end = at + 1; end < count; end++)
            if (marks[end].set != marks[at].set)
                break;
        one.mark_count = end - at;
        status = make_path(state, slot, said[marks[at].set].language, &one.path);
        if (status == BANYAN_OK)
            status = by_merge_scalar(state, &one, out_paths);
    }
    return status;
}

enum banyan_status by_merge_mltext(struct by_merge_state *state, const struct by_slot *slot,
                                   struct by_buffer *out_paths)
{
    struct by_buffer marks = BY_BUFFER_INIT(SIZE_MAX);
    struct by_holding *whole = NULL;
    struct said *said = NULL;
    size_t whole_count = 0;
    size_t count = 0;
    enum banyan_status status = find_whole(state, slot, &whole, &whole_count);

    if (status == BANYAN_OK)
        status = find_said(state, slot, whole, whole_count, &said, &count);
    if (status == BANYAN_OK)
        status = mark_languages(said, count, whole, whole_count, &marks);
    if (status == BANYAN_OK)
        status = merge_languages(state, slot, said, (struct by_mark *)(void *)marks.data,
                                 marks.size / sizeof(struct by_mark), out_paths);
    by_buffer_deinit(&marks);
    return status;
}
