#include "pool.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "banyan/status.h"
#include "message.h"

#define CHUNK_BYTES (64u * 1024u)

struct pool_chunk {
    struct pool_chunk *older;
    size_t used, size;
    max_align_t bytes[];
};

void pool_exhausted(void)
{
    fprintf(stderr, "banyan: %s\n", _(banyan_status_text(BANYAN_ERR_MEMORY)));
    exit(BANYAN_CLASS_STORAGE);
}

static struct pool_chunk *new_chunk(struct pool *pool, size_t size)
{
    struct pool_chunk *chunk = calloc(1, sizeof(*chunk) + size);

    if (chunk == NULL)
        pool_exhausted();
    chunk->size = size;
    chunk->older = pool->newest;
    pool->newest = chunk;
    return chunk;
}

void *pool_allocate(struct pool *pool, size_t size)
{
    struct pool_chunk *chunk = pool->newest;
    size_t rounded;
    char *at;

    if (size > SIZE_MAX / 2)
        pool_exhausted();
    rounded = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (chunk == NULL || chunk->size - chunk->used < rounded)
        chunk = new_chunk(pool, rounded > CHUNK_BYTES ? rounded : CHUNK_BYTES);
    at = (char *)chunk->bytes + chunk->used;
    chunk->used += rounded;
    return at;
}

void *pool_grow(struct pool *pool, void *items, size_t count, size_t item_size)
{
    void *grown;

    // Room doubles whenever the count reaches a power of two: 1, 2, 4, ...
    if (count != 0 && (count & (count - 1)) != 0)
        return items;
    grown = pool_allocate(pool, (count == 0 ? 1 : 2 * count) * item_size);
    if (count != 0)
        memcpy(grown, items, count * item_size);
    return grown;
}

char *pool_copy(struct pool *pool, const char *text, size_t size)
{
    char *copy = pool_allocate(pool, size + 1);

    memcpy(copy, text, size);
    return copy;
}

char *pool_format(struct pool *pool, const char *format, ...)
{
    va_list values;
    char *text = NULL, *copy;
    int size;

    va_start(values, format);
    size = vasprintf(&text, format, values);
    va_end(values);
    if (size < 0)
        pool_exhausted();
    copy = pool_copy(pool, text, (size_t)size);
    free(text);
    return copy;
}

void pool_free(struct pool *pool)
{
    while (pool->newest != NULL) {
        struct pool_chunk *older = pool->newest->older;

        free(pool->newest);
        pool->newest = older;
    }
}
