#include "record/near.h"

#define WORD_BYTES_MAX 64u

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t by_near_distance(struct by_bytes a, struct by_bytes b)
{
    size_t rows[3][WORD_BYTES_MAX + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];

    if (a.size > WORD_BYTES_MAX || b.size > WORD_BYTES_MAX)
        return SIZE_MAX;
    for (size_t k = 0; k <= b.size; k++)
        last[k] = k;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *spare = before;

        row[0] = i;
        for (size_t k = 1; k <= b.size; k++) {
            row[k] = least(least(last[k], row[k - 1]) + 1,
                           last[k - 1] + (a.data[i - 1] != b.data[k - 1]));
            if (i > 1 && k > 1 && a.data[i - 1] == b.data[k - 2] && a.data[i - 2] == b.data[k - 1])
                row[k] = least(row[k], before[k - 2] + 1);
        }
        before = last;
        last = row;
        row = spare;
    }
    return last[b.size];
}

bool by_near_is(struct by_bytes word, struct by_bytes meant)
{
    if (word.size >= 3 && word.size <= meant.size &&
        by_bytes_equal(word, by_bytes_of(meant.data, word.size)))
        return true;
    return by_near_distance(word, meant) <= least(word.size, meant.size) / 3;
}
