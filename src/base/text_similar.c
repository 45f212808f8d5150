#include "base/text_similar.h"

#include "base/code_points.h"

#define CHARACTER_BITS 21u /* a code point */
#define RUN_MASK       ((UINT64_C(1) << (3 * CHARACTER_BITS)) - 1)

static int order_runs(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

static void sort_and_unite(struct by_trigrams *trigrams)
{
    size_t kept = 0;

    qsort(trigrams->runs, trigrams->count, sizeof trigrams->runs[0], order_runs);
    for (size_t i = 0; i < trigrams->count; i++)
        if (kept == 0 || trigrams->runs[kept - 1] != trigrams->runs[i])
            trigrams->runs[kept++] = trigrams->runs[i];
    trigrams->count = kept;
}

void by_trigrams_of(struct by_bytes folded, struct by_trigrams *out_trigrams)
{
    uint64_t run = (uint64_t)' ' << CHARACTER_BITS | ' ';

    out_trigrams->count = 0;
    while (folded.size > 0 && out_trigrams->count < BY_SIMILAR_CHARACTERS_MAX) {
        int32_t character = by_utf8_take(&folded);

        if (character < 0)
            break;
        run = (run << CHARACTER_BITS | (uint64_t)character) & RUN_MASK;
        out_trigrams->runs[out_trigrams->count++] = run;
    }
    if (out_trigrams->count > 0)
        out_trigrams->runs[out_trigrams->count++] = (run << CHARACTER_BITS | ' ') & RUN_MASK;
    sort_and_unite(out_trigrams);
}

unsigned by_trigrams_alike(const struct by_trigrams *a, const struct by_trigrams *b)
{
    size_t common = 0;
    size_t i = 0;
    size_t k = 0;
    size_t all = 0;

    while (i < a->count && k < b->count) {
        int order = order_runs(&a->runs[i], &b->runs[k]);

        common += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    all = a->count + b->count - common;
    return all == 0 ? 0 : (unsigned)(100 * common / all);
}
