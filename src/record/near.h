/*
 * How near two words are, for suggestions.
 */
#ifndef BY_RECORD_NEAR_H
#define BY_RECORD_NEAR_H

#include "base/bytes.h"

/* Single-byte insertions, removals, replacements and swaps of neighbours that make one into the
 * other; words longer than 64 bytes are SIZE_MAX apart. */
size_t by_near_distance(struct by_bytes a, struct by_bytes b);
/* Whether word is near enough to meant to be suggested for it: the beginning of it from 3 bytes on,
 * or at most a third of its bytes away. Give folded texts. */
bool by_near_is(struct by_bytes word, struct by_bytes meant);

#endif
