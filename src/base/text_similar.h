/*
 * How alike two texts are, by the runs of three characters that they share.
 */
#ifndef BY_BASE_TEXT_SIMILAR_H
#define BY_BASE_TEXT_SIMILAR_H

#include "base/bytes.h"

/* Characters of a text that take part. */
#define BY_SIMILAR_CHARACTERS_MAX 256u

/* The distinct runs of three characters of a text with two gaps before and one behind, sorted. */
struct by_trigrams {
    uint64_t runs[BY_SIMILAR_CHARACTERS_MAX + 1];
    size_t count;
};
/* Of folded text. What is no UTF-8 ends it. */
void by_trigrams_of(struct by_bytes folded, struct by_trigrams *out_trigrams);

/* Runs in both, in hundredths of those in either: 100 for texts with the same runs, 0 for those
 * without a common one or without any. */
unsigned by_trigrams_alike(const struct by_trigrams *a, const struct by_trigrams *b);

#endif
