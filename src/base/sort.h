/*
 * Sorting what mostly is in order, or one item.
 */
#ifndef BY_BASE_SORT_H
#define BY_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* As qsort, whose order it takes; items that are in order cost a comparison each. */
static inline void
by_sort(void *items, size_t count, size_t size, int (*order)(const void *, const void *))
{
    const uint8_t *at = items;

    for (size_t i = 1; i < count; i++) {
        if (order(at + (i - 1) * size, at + i * size) > 0) {
            qsort(items, count, size, order);
            return;
        }
    }
}

#endif
