#include "core/upon.h"

#include <stdlib.h>
#include <string.h>

/* An operation on its way, in steps. */
struct writing {
    struct by_append *append;
    const struct by_operation *whole;
    struct by_id parents[BY_PARENTS_MAX];
    struct by_touch touches[BY_TOUCHES_MAX];
    struct by_value values[BY_TOUCHES_MAX];
    struct by_addition *removed; /* room for the removals of one step */
};

static bool is_said_again(enum by_how how)
{
    return how == BY_HOW_SET || how == BY_HOW_UNSET;
}

static struct by_operation begin_step(struct writing *writing, size_t parent_count)
{
    struct by_operation step = *writing->whole;

    step.links.parents = writing->parents;
    step.links.parent_count = parent_count;
    step.links.touches = writing->touches;
    step.links.touch_count = 0;
    step.values = writing->values;
    return step;
}

static void
add_touch(struct by_operation *step, const struct by_touch *touch, const struct by_value *value)
{
    step->links.touches[step->links.touch_count] = *touch;
    step->values[step->links.touch_count++] = *value;
}

/* ---- what settles heads ---------------------------------------------------------------------- */

/* Whether saying the operation in part to each of the heads makes sense: what it sets, deletes or
 * hands over is the same said twice. */
static bool can_be_repeated(const struct by_operation *operation)
{
    switch (operation->links.op) {
    case BY_OP_DELETE:
    case BY_OP_TRANSFER:
        return true;
    case BY_OP_PATCH:
    case BY_OP_ACCEPT:
        for (size_t i = 0; i < operation->links.touch_count; i++)
            if (is_said_again(operation->links.touches[i].how))
                return true;
        return by_operation_deletes(operation);
    case BY_OP_PUT:
    case BY_OP_DECLINE:
        return false;
    }
    return false;
}

/* Upon some heads and, but for the first, the step before. */
static enum banyan_status
write_step(struct writing *writing, const struct by_id *heads, size_t count, bool is_first)
{
    const struct by_operation *whole = writing->whole;
    struct by_operation step = begin_step(writing, count);
    struct by_id before;
    enum banyan_status status = BANYAN_OK;

    memcpy(writing->parents, heads, count * sizeof *heads);
    if (!is_first) {
        status = by_append_flush(writing->append, &before);
        writing->parents[step.links.parent_count++] = before;
    }
    for (size_t i = 0; i < whole->links.touch_count; i++)
        if (is_said_again(whole->links.touches[i].how))
            add_touch(&step, &whole->links.touches[i], &whole->values[i]);
    return status == BANYAN_OK ? by_append_operation(writing->append, &step) : status;
}

/* All but the last step; the operation itself is to follow upon what is left. */
static enum banyan_status
write_steps(struct writing *writing, const struct by_id *heads, size_t count, size_t *out_done)
{
    size_t done = 0;
    enum banyan_status status = BANYAN_OK;

    while (count - done > BY_PARENTS_MAX - (done > 0) && status == BANYAN_OK) {
        size_t some = BY_PARENTS_MAX - (done > 0);

        status = write_step(writing, heads + done, some, done == 0);
        done += some;
    }
    *out_done = done;
    return status;
}

static enum banyan_status
repeat(struct writing *writing, struct by_operation *operation, const struct by_merged *merged)
{
    struct by_id before;
    size_t done = 0;
    enum banyan_status status = write_steps(writing, merged->heads, merged->head_count, &done);

    if (status == BANYAN_OK)
        status = by_append_flush(writing->append, &before);
    if (status != BANYAN_OK)
        return status;
    memcpy(writing->parents, merged->heads + done,
           (merged->head_count - done) * sizeof *merged->heads);
    writing->parents[merged->head_count - done] = before;
    operation->links.parents = writing->parents;
    operation->links.parent_count = merged->head_count - done + 1;
    return by_append_operation(writing->append, operation);
}

/* ---- what only adds and removes -------------------------------------------------------------- */

/* Move on to the next operation, in order of ids, that a removal names; false after the last. Zero
 * comes before all. */
static bool next_named(const struct by_operation *operation, struct by_id *named)
{
    const struct by_id after = *named;
    bool has_next = false;

    for (size_t i = 0; i < operation->links.touch_count; i++) {
        const struct by_touch *touch = &operation->links.touches[i];

        for (size_t k = 0; touch->how == BY_HOW_REMOVE && k < touch->removed_count; k++) {
            const struct by_id *id = &touch->removed[k].operation;

            if (by_id_compare(id, &after) <= 0 || (has_next && by_id_compare(id, named) >= 0))
                continue;
            *named = *id;
            has_next = true;
        }
    }
    return has_next;
}

/* The removals of additions by the step's parents. */
static void take_removals(struct writing *writing, struct by_operation *step)
{
    const struct by_op_links *links = &writing->whole->links;
    struct by_addition *room = writing->removed;

    for (size_t i = 0; i < links->touch_count; i++) {
        struct by_touch touch = links->touches[i];

        if (touch.how != BY_HOW_REMOVE)
            continue;
        touch.removed = room;
        touch.removed_count = 0;
        for (size_t k = 0; k < links->touches[i].removed_count; k++)
            if (bsearch(&links->touches[i].removed[k].operation, step->links.parents,
                        step->links.parent_count, sizeof *step->links.parents, by_id_order) != NULL)
                touch.removed[touch.removed_count++] = links->touches[i].removed[k];
        room += touch.removed_count;
        if (touch.removed_count > 0)
            add_touch(step, &touch, &writing->whole->values[i]);
    }
}

/* Additions need no past, and a removal only that which it names. An addition is made once. */
static enum banyan_status take_in_parts(struct writing *writing)
{
    const struct by_op_links *links = &writing->whole->links;
    struct by_id named = {{0}};
    bool has_named = next_named(writing->whole, &named);
    bool is_first = true;
    enum banyan_status status = BANYAN_OK;

    for (; status == BANYAN_OK && (has_named || is_first); is_first = false) {
        struct by_operation step = begin_step(writing, 0);

        for (; has_named && step.links.parent_count < BY_PARENTS_MAX;
             has_named = next_named(writing->whole, &named))
            writing->parents[step.links.parent_count++] = named;
        take_removals(writing, &step);
        for (size_t i = 0; is_first && i < links->touch_count; i++)
            if (links->touches[i].how == BY_HOW_ADD)
                add_touch(&step, &links->touches[i], &writing->whole->values[i]);
        if (step.links.parent_count == 0) { /* nothing is removed: upon some heads */
            step.links.parents = links->parents;
            step.links.parent_count = links->parent_count;
        }
        status = by_append_operation(writing->append, &step);
    }
    return status;
}

static size_t count_removed(const struct by_operation *operation)
{
    size_t count = 0;

    for (size_t i = 0; i < operation->links.touch_count; i++)
        count += operation->links.touches[i].removed_count;
    return count;
}

/* ---- the whole ------------------------------------------------------------------------------- */

enum banyan_status by_upon_all(struct by_append *append, struct by_operation *operation,
                               const struct by_merged *merged)
{
    struct writing *writing = NULL;
    enum banyan_status status = BANYAN_OK;
    bool only_lists = (operation->links.op == BY_OP_PATCH || operation->links.op == BY_OP_ACCEPT) &&
                      !can_be_repeated(operation);

    if (merged->head_count <= BY_PARENTS_MAX || operation->links.op == BY_OP_DECLINE)
        return by_append_operation(append, operation);
    writing = calloc(1, sizeof *writing);
    if (writing == NULL)
        return BANYAN_ERR_MEMORY;
    writing->append = append;
    writing->whole = operation;
    writing->removed = calloc(count_removed(operation) + 1, sizeof *writing->removed);
    if (writing->removed == NULL)
        status = BANYAN_ERR_MEMORY;
    else if (only_lists)
        status = take_in_parts(writing);
    else
        status = repeat(writing, operation, merged);
    free(writing->removed);
    free(writing);
    return status;
}
