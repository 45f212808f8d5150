/*
 * Scratch memory that is given back at once: allocate many, free together.
 */
#ifndef BY_BASE_ARENA_H
#define BY_BASE_ARENA_H

#include <stddef.h>

#include "base/bytes.h"

/* Starts zeroed: BY_ARENA_INIT. Blocks double in size; what was allocated never moves. */
struct by_arena_block;
struct by_arena {
    struct by_arena_block *last;
    size_t used;
};
#define BY_ARENA_INIT                                                                              \
    {                                                                                              \
        .last = NULL, .used = 0                                                                    \
    }

/* size bytes, zeroed, aligned for any type; NULL when memory ran out. Holds until reset or deinit.
 */
void *by_arena_alloc(struct by_arena *arena, size_t size);
/* count * size with overflow checked. */
void *by_arena_array(struct by_arena *arena, size_t count, size_t size);
/* A copy with a NUL behind it (not counted). */
char *by_arena_text(struct by_arena *arena, struct by_bytes text);
BANYAN_MUST_CHECK enum banyan_status
by_arena_copy(struct by_arena *arena, struct by_bytes bytes, struct by_bytes *out_copy);
/* Give everything back but the largest block. */
void by_arena_reset(struct by_arena *arena);
void by_arena_deinit(struct by_arena *arena);

#endif
