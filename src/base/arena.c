#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES_MIN 4096u
#define BLOCK_BYTES_MAX (1024u * 1024u) /* doubling ends here */
#define LARGE_BYTES     (128u * 1024u)  /* from here on what is zeroed has a block of its own */

/* Blocks hang in a list; `used` of the arena counts in the first only. */
struct by_arena_block {
    struct by_arena_block *before;
    size_t size;
    _Alignas(max_align_t) uint8_t bytes[];
};

static size_t round_up(size_t size)
{
    size_t step = _Alignof(max_align_t);

    return (size + step - 1) / step * step;
}

static struct by_arena_block *add_block(struct by_arena *arena, size_t size)
{
    size_t block_size = arena->last == NULL ? BLOCK_BYTES_MIN : arena->last->size * 2;
    struct by_arena_block *block = NULL;

    if (block_size > BLOCK_BYTES_MAX)
        block_size = BLOCK_BYTES_MAX;
    if (block_size < size)
        block_size = size;
    block = malloc(sizeof *block + block_size);
    if (block == NULL)
        return NULL;
    block->before = arena->last;
    block->size = block_size;
    arena->last = block;
    arena->used = 0;
    return block;
}

/* Room for size bytes, whatever was in it. */
static void *take(struct by_arena *arena, size_t size)
{
    struct by_arena_block *block = arena->last;
    void *at = NULL;

    if (size > SIZE_MAX / 2)
        return NULL;
    size = round_up(size == 0 ? 1 : size);
    if (block == NULL || size > block->size - arena->used)
        block = add_block(arena, size);
    if (block == NULL)
        return NULL;
    at = block->bytes + arena->used;
    arena->used += size;
    return at;
}

/* A block behind the first one, which goes on being filled. It comes zeroed from the system, which
 * gives pages only as they are touched. */
static void *take_large(struct by_arena *arena, size_t size)
{
    struct by_arena_block *block =
        size > SIZE_MAX / 2 ? NULL : calloc(1, sizeof *block + round_up(size));

    if (block == NULL)
        return NULL;
    block->size = round_up(size);
    block->before = arena->last->before;
    arena->last->before = block;
    return block->bytes;
}

void *by_arena_alloc(struct by_arena *arena, size_t size)
{
    void *at = NULL;

    if (size >= LARGE_BYTES && arena->last != NULL)
        return take_large(arena, size);
    at = take(arena, size);
    return at == NULL ? NULL : memset(at, 0, size);
}

void *by_arena_array(struct by_arena *arena, size_t count, size_t size)
{
    assert(size > 0);
    return count > SIZE_MAX / size ? NULL : by_arena_alloc(arena, count * size);
}

char *by_arena_text(struct by_arena *arena, struct by_bytes text)
{
    char *copy = text.size == SIZE_MAX ? NULL : take(arena, text.size + 1);

    if (copy == NULL)
        return NULL;
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    return copy;
}

enum banyan_status
by_arena_copy(struct by_arena *arena, struct by_bytes bytes, struct by_bytes *out_copy)
{
    uint8_t *copy = take(arena, bytes.size);

    if (copy == NULL)
        return BANYAN_ERR_MEMORY;
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    *out_copy = by_bytes_of(copy, bytes.size);
    return BANYAN_OK;
}

/* Free the list but keep one block. */
static void free_but(struct by_arena *arena, const struct by_arena_block *kept)
{
    struct by_arena_block *block = arena->last;

    while (block != NULL) {
        struct by_arena_block *before = block->before;

        if (block != kept)
            free(block);
        block = before;
    }
}

void by_arena_reset(struct by_arena *arena)
{
    struct by_arena_block *largest = arena->last;

    for (struct by_arena_block *block = largest; block != NULL; block = block->before) {
        if (block->size > largest->size)
            largest = block;
    }
    free_but(arena, largest);
    if (largest != NULL)
        largest->before = NULL;
    arena->last = largest;
    arena->used = 0;
}

void by_arena_deinit(struct by_arena *arena)
{
    free_but(arena, NULL);
    *arena = (struct by_arena)BY_ARENA_INIT;
}
