/*
 * The signs of a syllable: between two letters, digits or gaps, all marks and what a mark makes a
 * sign of. They are put in order where one script owns all of them.
 */
#include <assert.h>
#include <string.h>
#include <utf8proc.h>

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
                                    const struct by_sign_rules *rules, size_t *out_end)
{
    size_t start = list->count;
    enum banyan_status status = BANYAN_OK;
    size_t size = 0;

    for (unsigned place = 1; place <= BY_SIGN_PLACE_MAX; place++) {
        for (size_t at = first; status == BANYAN_OK && at < end; at += size) {
            if (rules->place(list->items + at, end - at, &size) == place)
                status = copy_sign(list, start, at, size);
        }
    }
    if (status != BANYAN_OK)
        return status;
    assert(list->count - start <= end - first);
    size = rules->mend(list->items + start, list->count - start);
    memmove(list->items + first, list->items + start, size * sizeof *list->items);
    *out_end = first + size;
    list->count = start;
    return BANYAN_OK;
}

static bool is_mark(int32_t code_point)
{
    utf8proc_category_t category = UTF8PROC_CATEGORY_CN;

    if (code_point < 0x300) /* the first mark */
        return false;
    category = utf8proc_category(code_point);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

/* Where the signs that begin at first end; whether they all are signs of the one script. */
static size_t end_of_signs(const struct by_code_points *list, size_t first,
                           const struct by_sign_rules *rules, bool *out_is_pure)
{
    size_t at = first;

    *out_is_pure = true;
    while (at < list->count) {
        size_t size = 1;

        if (rules->place(list->items + at, list->count - at, &size) != 0) {
            at += size;
        } else if (is_mark(list->items[at])) {
            *out_is_pure = false;
            at++;
        } else {
            break;
        }
    }
    return at;
}

enum banyan_status
by_fold_order_signs(struct by_code_points *list, const struct by_sign_rules *rules)
{
    enum banyan_status status = BANYAN_OK;
    size_t count = list->count;
    size_t kept = 0;

    for (size_t at = 0; status == BANYAN_OK && at < count;) {
        bool is_pure = false;
        size_t end = end_of_signs(list, at, rules, &is_pure);
        size_t end_kept = end;

        if (end == at)
            end = end_kept = at + 1;
        else if (is_pure)
            status = order_run(list, at, end, rules, &end_kept);
        while (status == BANYAN_OK && at < end_kept)
            list->items[kept++] = list->items[at++];
        at = end;
    }
    if (status == BANYAN_OK)
        list->count = kept;
    return status;
}
