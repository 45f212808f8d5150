#include "log/extent.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static int extent_order(const void *a, const void *b)
{
    const struct by_extent *x = a;
    const struct by_extent *y = b;
    int order = by_log_id_compare(&x->log, &y->log);

    return order != 0 ? order : (x->from > y->from) - (x->from < y->from);
}

/* Whether both are of one log with nothing between them; a begins first. */
static bool touches(const struct by_extent *a, const struct by_extent *b)
{
    return by_log_id_equal(&a->log, &b->log) && b->from <= a->until;
}

static void reach_over(struct by_extent *a, const struct by_extent *b)
{
    if (b->until > a->until)
        a->until = b->until;
}

/* How many from at on are of one log. */
static size_t count_of_log(const struct by_extents *extents, size_t at)
{
    size_t end = at + 1;

    while (end < extents->count &&
           by_log_id_equal(&extents->items[end].log, &extents->items[at].log))
        end++;
    return end - at;
}

void by_extents_join(struct by_extents *extents)
{
    struct by_extent *items = extents->items;
    size_t kept = 0;

    if (extents->count < 2)
        return;
    qsort(items, extents->count, sizeof *items, extent_order);
    for (size_t i = 1; i < extents->count; i++) {
        if (touches(&items[kept], &items[i]))
            reach_over(&items[kept], &items[i]);
        else
            items[++kept] = items[i];
    }
    extents->count = kept + 1;
    kept = 0;
    for (size_t i = 0, of_log = 0; i < extents->count; i += of_log) {
        of_log = count_of_log(extents, i);
        memmove(&items[kept], &items[i], of_log * sizeof *items);
        if (of_log > BY_EXTENTS_PER_LOG_MAX)
            items[kept].until = items[kept + of_log - 1].until;
        kept += of_log > BY_EXTENTS_PER_LOG_MAX ? 1 : of_log;
    }
    extents->count = kept;
}

static enum banyan_status make_room(struct by_extents *extents)
{
    size_t capacity = extents->capacity == 0 ? 8 : extents->capacity * 2;
    struct by_extent *grown = NULL;

    if (extents->count < extents->capacity)
        return BANYAN_OK;
    by_extents_join(extents);
    if (extents->capacity > 0 && extents->count <= extents->capacity / 2)
        return BANYAN_OK;
    grown = realloc(extents->items, capacity * sizeof *grown);
    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    extents->items = grown;
    extents->capacity = capacity;
    return BANYAN_OK;
}

enum banyan_status by_extents_add(struct by_extents *extents, const struct by_log_id *log,
                                  uint64_t from, uint64_t until)
{
    const struct by_extent extent = {*log, from, until};
    struct by_extent *last = extents->count == 0 ? NULL : &extents->items[extents->count - 1];
    enum banyan_status status = BANYAN_OK;

    assert(from < until);
    /* Most go on where the last one ended. */
    if (last != NULL && last->from <= from && touches(last, &extent)) {
        reach_over(last, &extent);
        return BANYAN_OK;
    }
    status = make_room(extents);
    if (status == BANYAN_OK)
        extents->items[extents->count++] = extent;
    return status;
}

size_t by_extents_find(const struct by_extents *extents, const struct by_log_id *log, uint64_t seq)
{
    const struct by_extent wanted = {.log = *log, .from = seq};
    size_t low = 0, high = extents->count;

    /* The first that begins behind it. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (extent_order(&extents->items[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || !by_log_id_equal(&extents->items[low - 1].log, log) ||
        seq >= extents->items[low - 1].until)
        return extents->count;
    return low - 1;
}

void by_extents_deinit(struct by_extents *extents)
{
    free(extents->items);
    memset(extents, 0, sizeof *extents);
}
