#include "record/merge_onto.h"

#include <stdlib.h>
#include <string.h>

#include "member/act.h"

/* One operation at work. */
struct onto {
    struct by_merged *merged;
    const struct by_operation *operation;
    const struct by_type_set *types;
    struct by_arena *arena;
};

/* ---- whether ------------------------------------------------------------------------------- */

static bool is_above_all(const struct by_merged *merged, const struct by_operation *operation)
{
    const struct by_op_links *links = &operation->links;

    if (links->parent_count != merged->all_head_count || links->parent_count == 0)
        return false;
    for (size_t i = 0; i < links->parent_count; i++) {
        bool found = false;

        for (size_t k = 0; k < merged->all_head_count && !found; k++)
            found = by_id_equal(&links->parents[i], &merged->all_heads[k]);
        if (!found)
            return false;
    }
    return true;
}

/* Whether its author accepts, declines and gives away. */
static bool decides(const struct onto *onto)
{
    const struct by_operation *operation = onto->operation;

    return by_id_equal(&operation->organisation, &onto->merged->owner) ||
           operation->role >= BY_ROLE_COORDINATOR;
}

static bool is_effective(const struct onto *onto)
{
    return decides(onto) || (onto->operation->role >= BY_ROLE_MEMBER &&
                             by_type_set_is_open(onto->types, onto->merged->type));
}

/* ---- paths --------------------------------------------------------------------------------- */

static struct by_merged_path *find_path(struct by_merged *merged, struct by_bytes path)
{
    for (size_t i = 0; i < merged->path_count; i++)
        if (by_bytes_equal(merged->paths[i].path, path))
            return &merged->paths[i];
    return NULL;
}

static void drop_path(struct by_merged *merged, struct by_bytes path)
{
    struct by_merged_path *found = find_path(merged, path);

    if (found == NULL)
        return;
    size_t behind = (size_t)(merged->paths + merged->path_count - (found + 1));
    memmove(found, found + 1, behind * sizeof *found);
    merged->path_count--;
}

/* In its place by path, empty; the one there is emptied. */
static struct by_merged_path *open_path(struct onto *onto, struct by_bytes path)
{
    struct by_merged *merged = onto->merged;
    struct by_merged_path *grown = NULL;
    size_t at = 0;

    drop_path(merged, path);
    grown = by_arena_array(onto->arena, merged->path_count + 1, sizeof *grown);
    if (grown == NULL)
        return NULL;
    while (at < merged->path_count && by_bytes_compare(merged->paths[at].path, path) < 0)
        at++;
    if (at > 0)
        memcpy(grown, merged->paths, at * sizeof *grown);
    if (at < merged->path_count)
        memcpy(grown + at + 1, merged->paths + at, (merged->path_count - at) * sizeof *grown);
    merged->paths = grown;
    merged->path_count++;
    grown[at] = (struct by_merged_path){.path = path};
    return &grown[at];
}

static enum banyan_status
set_scalar(struct onto *onto, struct by_bytes path, const struct by_value *value)
{
    struct by_merged_path *opened = NULL;
    struct by_candidate *candidate = NULL;

    if (value->kind == BY_VALUE_NIL) {
        drop_path(onto->merged, path);
        return BANYAN_OK;
    }
    opened = open_path(onto, path);
    candidate = by_arena_array(onto->arena, 1, sizeof *candidate);
    if (opened == NULL || candidate == NULL)
        return BANYAN_ERR_MEMORY;
    *candidate = (struct by_candidate){.value = *value, .by = onto->operation};
    opened->candidates = candidate;
    opened->candidate_count = 1;
    return BANYAN_OK;
}

/* ---- texts in several languages ------------------------------------------------------------ */

static void drop_languages(struct by_merged *merged, struct by_bytes field)
{
    for (size_t i = merged->path_count; i-- > 0;) {
        struct by_bytes name, language;

        by_path_split(merged->paths[i].path, &name, &language);
        if (by_bytes_equal(name, field))
            drop_path(merged, merged->paths[i].path);
    }
}

/* A map gives each language its text, and takes away those it lacks; unset takes all away. */
static enum banyan_status
set_languages(struct onto *onto, struct by_bytes field, const struct by_value *value)
{
    enum banyan_status status = BANYAN_OK;

    drop_languages(onto->merged, field);
    for (size_t i = 0; value->kind == BY_VALUE_MAP && i < value->map.count; i++) {
        const struct by_pair *pair = &value->map.pairs[i];
        uint8_t *path = by_arena_alloc(onto->arena, field.size + 1 + pair->key.size);

        if (path == NULL)
            return BANYAN_ERR_MEMORY;
        memcpy(path, field.data, field.size);
        path[field.size] = '.';
        memcpy(path + field.size + 1, pair->key.data, pair->key.size);
        status = set_scalar(onto, by_bytes_of(path, field.size + 1 + pair->key.size), &pair->value);
        if (status != BANYAN_OK)
            return status;
    }
    return BANYAN_OK;
}

/* ---- lists --------------------------------------------------------------------------------- */

/* An element with what stands behind it. */
struct element {
    struct by_value value;
    struct by_addition *additions;
    size_t count;
};
struct elements {
    struct element *items;
    size_t count;
};

/* Those of the path, with room for more. */
static enum banyan_status take_elements(const struct onto *onto, const struct by_merged_path *path,
                                        size_t more, struct elements *out)
{
    size_t count = path == NULL ? 0 : path->candidates[0].value.array.count;

    out->items = by_arena_array(onto->arena, count + more + 1, sizeof *out->items);
    out->count = count;
    if (out->items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        out->items[i] =
            (struct element){.value = path->candidates[0].value.array.items[i],
                             .additions = by_arena_array(onto->arena, path->addition_counts[i] + 1,
                                                         sizeof(struct by_addition)),
                             .count = path->addition_counts[i]};
        if (out->items[i].additions == NULL)
            return BANYAN_ERR_MEMORY;
        memcpy(out->items[i].additions, path->additions[i],
               path->addition_counts[i] * sizeof(struct by_addition));
    }
    return BANYAN_OK;
}

static int order_additions(const void *a, const void *b)
{
    return by_addition_compare(a, b);
}

static enum banyan_status
add_behind(const struct onto *onto, struct element *element, struct by_addition addition)
{
    struct by_addition *grown =
        by_arena_array(onto->arena, element->count + 1, sizeof *element->additions);

    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    if (element->count > 0)
        memcpy(grown, element->additions, element->count * sizeof *grown);
    grown[element->count++] = addition;
    qsort(grown, element->count, sizeof *grown, order_additions);
    element->additions = grown;
    return BANYAN_OK;
}

static enum banyan_status
add_elements(const struct onto *onto, struct elements *elements, const struct by_value *array)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < array->array.count && status == BANYAN_OK; i++) {
        const struct by_addition addition = {onto->operation->id, (uint32_t)i};
        struct element *found = NULL;

        for (size_t k = 0; k < elements->count && found == NULL; k++)
            if (by_bytes_equal(elements->items[k].value.bytes, array->array.items[i].bytes))
                found = &elements->items[k];
        if (found == NULL) {
            found = &elements->items[elements->count++];
            *found = (struct element){.value = array->array.items[i]};
        }
        status = add_behind(onto, found, addition);
    }
    return status;
}

static bool is_named(const struct by_addition *addition, const struct by_touch *touch)
{
    for (size_t i = 0; i < touch->removed_count; i++)
        if (by_addition_compare(addition, &touch->removed[i]) == 0)
            return true;
    return false;
}

static void remove_elements(struct elements *elements, const struct by_touch *touch)
{
    size_t kept_elements = 0;

    for (size_t i = 0; i < elements->count; i++) {
        struct element *element = &elements->items[i];
        size_t kept = 0;

        for (size_t k = 0; k < element->count; k++)
            if (!is_named(&element->additions[k], touch))
                element->additions[kept++] = element->additions[k];
        element->count = kept;
        if (kept > 0)
            elements->items[kept_elements++] = *element;
    }
    elements->count = kept_elements;
}

static int order_elements(const void *a, const void *b)
{
    return by_bytes_compare(((const struct element *)a)->value.bytes,
                            ((const struct element *)b)->value.bytes);
}

static enum banyan_status
put_elements(struct onto *onto, struct by_bytes path, const struct elements *elements)
{
    size_t count = elements->count;
    struct by_merged_path *opened = NULL;
    struct by_candidate *candidate = by_arena_array(onto->arena, 1, sizeof *candidate);
    struct by_addition **additions = by_arena_array(onto->arena, count + 1, sizeof *additions);
    size_t *counts = by_arena_array(onto->arena, count + 1, sizeof *counts);
    struct by_value array = by_value_array(onto->arena, count);

    if (count == 0) {
        drop_path(onto->merged, path);
        return BANYAN_OK;
    }
    opened = open_path(onto, path);
    if (opened == NULL || candidate == NULL || additions == NULL || counts == NULL ||
        array.array.items == NULL)
        return BANYAN_ERR_MEMORY;
    qsort(elements->items, count, sizeof *elements->items, order_elements);
    for (size_t i = 0; i < count; i++) {
        array.array.items[i] = elements->items[i].value;
        additions[i] = elements->items[i].additions;
        counts[i] = elements->items[i].count;
    }
    *candidate = (struct by_candidate){.value = array, .by = onto->operation};
    *opened = (struct by_merged_path){.path = path,
                                      .candidates = candidate,
                                      .candidate_count = 1,
                                      .is_list = true,
                                      .additions = additions,
                                      .addition_counts = counts};
    return BANYAN_OK;
}

static enum banyan_status
touch_list(struct onto *onto, const struct by_touch *touch, const struct by_value *value)
{
    bool keeps = touch->how == BY_HOW_ADD || touch->how == BY_HOW_REMOVE;
    size_t more = value->kind == BY_VALUE_ARRAY ? value->array.count : 0;
    struct elements elements;
    enum banyan_status status =
        take_elements(onto, keeps ? find_path(onto->merged, touch->path) : NULL, more, &elements);

    if (status == BANYAN_OK && touch->how == BY_HOW_REMOVE)
        remove_elements(&elements, touch);
    if (status == BANYAN_OK && value->kind == BY_VALUE_ARRAY)
        status = add_elements(onto, &elements, value);
    return status == BANYAN_OK ? put_elements(onto, touch->path, &elements) : status;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static enum banyan_status
touch_one(struct onto *onto, const struct by_touch *touch, const struct by_value *value)
{
    struct by_bytes field, language;
    enum by_field_kind kind;

    by_path_split(touch->path, &field, &language);
    if (!by_type_set_field(onto->types, onto->merged->type, field, &kind))
        return set_scalar(onto, touch->path, value);
    if (by_field_kind_is_list(kind))
        return touch_list(onto, touch, value);
    if (kind == BY_FIELD_MLTEXT && language.size == 0)
        return set_languages(onto, field, value);
    return set_scalar(onto, touch->path, value);
}

static enum banyan_status take_head(struct onto *onto, struct by_id **out_ids, size_t *out_count)
{
    struct by_id *ids = by_arena_array(onto->arena, 1, sizeof *ids);

    if (ids == NULL)
        return BANYAN_ERR_MEMORY;
    *ids = onto->operation->id;
    *out_ids = ids;
    *out_count = 1;
    return BANYAN_OK;
}

static enum banyan_status add_proposal(struct onto *onto)
{
    struct by_merged *merged = onto->merged;
    struct by_proposal *grown =
        by_arena_array(onto->arena, merged->proposal_count + 1, sizeof *grown);

    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    if (merged->proposal_count > 0)
        memcpy(grown, merged->proposals, merged->proposal_count * sizeof *grown);
    grown[merged->proposal_count++] =
        (struct by_proposal){.operation = onto->operation, .state = BY_PROPOSAL_OPEN};
    merged->proposals = grown;
    return take_head(onto, &merged->all_heads, &merged->all_head_count);
}

static enum banyan_status assign(struct onto *onto)
{
    struct by_merged *merged = onto->merged;
    const struct by_operation *operation = onto->operation;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < operation->links.touch_count && status == BANYAN_OK; i++)
        status = touch_one(onto, &operation->links.touches[i], &operation->values[i]);
    if (status == BANYAN_OK)
        status = take_head(onto, &merged->heads, &merged->head_count);
    if (status == BANYAN_OK)
        status = take_head(onto, &merged->all_heads, &merged->all_head_count);
    merged->deletion = by_operation_deletes(operation) ? BY_DELETED_YES : BY_DELETED_NO;
    if (operation->hlc > merged->last_hlc)
        merged->last_hlc = operation->hlc;
    merged->has_conflict = false;
    for (size_t i = 0; i < merged->path_count; i++)
        merged->has_conflict = merged->has_conflict || merged->paths[i].candidate_count > 1;
    return status;
}

/* ---- what decides -------------------------------------------------------------------------- */

static bool is_target(const struct by_op_links *links, const struct by_id *id)
{
    for (size_t i = 0; i < links->target_count; i++)
        if (by_id_equal(&links->targets[i], id))
            return true;
    return false;
}

static void close_proposals(struct onto *onto)
{
    const struct by_op_links *links = &onto->operation->links;

    for (size_t i = 0; i < onto->merged->proposal_count; i++) {
        struct by_proposal *proposal = &onto->merged->proposals[i];

        if (!is_target(links, &proposal->operation->id))
            continue;
        if (links->op == BY_OP_ACCEPT)
            proposal->state = BY_PROPOSAL_ACCEPTED;
        else if (proposal->state == BY_PROPOSAL_OPEN)
            proposal->state = BY_PROPOSAL_DECLINED;
    }
}

/* A decline and a transfer lie on everything, and are no heads. By who may not decide it is nothing
 * but a link from heads to their past. */
static enum banyan_status decide(struct onto *onto, enum by_onto *out_onto)
{
    struct by_merged *merged = onto->merged;
    const struct by_operation *operation = onto->operation;

    *out_onto = BY_ONTO_DONE;
    if (decides(onto)) {
        if (operation->links.op == BY_OP_TRANSFER)
            merged->owner = operation->links.targets[0];
        else
            *out_onto = BY_ONTO_CLOSES;
        if (*out_onto == BY_ONTO_CLOSES)
            close_proposals(onto);
        if (operation->links.op == BY_OP_ACCEPT)
            return assign(onto);
        if (operation->hlc > merged->last_hlc)
            merged->last_hlc = operation->hlc;
    }
    return take_head(onto, &merged->all_heads, &merged->all_head_count);
}

enum banyan_status by_merge_onto(struct by_merged *merged, const struct by_operation *operation,
                                 const struct by_type_set *types, struct by_arena *arena,
                                 enum by_onto *out_onto)
{
    struct onto onto = {merged, operation, types, arena};
    enum by_op op = operation->links.op;

    *out_onto = BY_ONTO_NONE;
    if (merged->type.size == 0 || op == BY_OP_PUT)
        return BANYAN_OK;
    if (!by_operation_fits(operation, merged->type, types)) {
        *out_onto = BY_ONTO_DONE;
        return BANYAN_OK;
    }
    if (!is_above_all(merged, operation))
        return BANYAN_OK;
    if (op != BY_OP_PATCH && op != BY_OP_DELETE)
        return decide(&onto, out_onto);
    *out_onto = is_effective(&onto) ? BY_ONTO_DONE : BY_ONTO_PROPOSAL;
    return *out_onto == BY_ONTO_DONE ? assign(&onto) : add_proposal(&onto);
}
