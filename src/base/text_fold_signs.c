#include <assert.h>
#include <string.h>

#include "base/text_fold.h"

/* Append the sign at `at` of the list unless it repeats what was appended last since start. */
static enum banyan_status
copy_sign(struct by_code_points *list, size_t start, size_t at, size_t size)
{
    enum banyan_status status = BANYAN_OK;

    if (list->count - start >= size &&
        memcmp(list->items + list->count - size, list->items + at, size * sizeof *list->items) == 0)
        return BANYAN_OK;
    for (size_t i = 0; status == BANYAN_OK && i < size; i++)
        status = by_code_points_append(list, list->items[at + i]);
    return status;
}

/* Order the signs from first to end; out_end is where they end then. The ordered copy stands behind
 * the list until it is moved back. */
static enum banyan_status order_run(struct by_code_points *list, size_t first, size_t end,
                                    by_sign_order *order, size_t *out_end)
{
    size_t start = list->count;
    enum banyan_status status = BANYAN_OK;
    size_t size = 0;

    for (unsigned place = 1; place <= BY_SIGN_ORDER_MAX; place++) {
        for (size_t at = first; status == BANYAN_OK && at < end; at += size) {
            if (order(list->items + at, end - at, &size) == place)
                status = copy_sign(list, start, at, size);
        }
    }
    if (status != BANYAN_OK)
        return status;
    assert(list->count - start <= end - first);
    *out_end = first + (list->count - start);
    memmove(list->items + first, list->items + start, (list->count - start) * sizeof *list->items);
    list->count = start;
    return BANYAN_OK;
}

enum banyan_status by_fold_order_signs(struct by_code_points *list, by_sign_order *order)
{
    enum banyan_status status = BANYAN_OK;
    size_t count = list->count;
    size_t kept = 0;

    for (size_t at = 0; status == BANYAN_OK && at < count;) {
        size_t size = 1;
        size_t end = at;
        size_t end_ordered = at;

        while (end < count && order(list->items + end, count - end, &size) != 0)
            end += size;
        if (end == at) {
            list->items[kept++] = list->items[at++];
            continue;
        }
        status = order_run(list, at, end, order, &end_ordered);
        while (status == BANYAN_OK && at < end_ordered)
            list->items[kept++] = list->items[at++];
        at = end;
    }
    if (status == BANYAN_OK)
        list->count = kept;
    return status;
}
