/*
 * Memory that lives as long as the command: taken piece by piece, given back at once at the end.
 *
 * A command changes nothing half way, so running out of memory ends the process with one sentence
 * and the exit code of storage failures.
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include <stddef.h>

struct pool_chunk;
/* Zeroed is empty. */
struct pool {
    struct pool_chunk *newest;
};

/* Zeroed, aligned for any object; never NULL. */
void *pool_allocate(struct pool *pool, size_t size);
/* An array grown to hold one more element: the old one copied when count is a power of two. */
void *pool_grow(struct pool *pool, void *items, size_t count, size_t item_size);
char *pool_copy(struct pool *pool, const char *text, size_t size);
char *pool_format(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));
void pool_free(struct pool *pool);

/* Say that memory ran out, and end. */
_Noreturn void pool_exhausted(void);

#endif
