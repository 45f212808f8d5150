#include "store/cache.h"

#include <string.h>

enum banyan_status by_block_read(struct by_block_reader *reader, const struct by_block_base *base,
                                 const struct by_id *tip, struct by_bytes packed,
                                 struct by_run *out_run)
{
    enum banyan_status status = by_block_unpack(reader, base, packed, out_run);

    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status != BANYAN_OK || !by_id_equal(&out_run->entries[out_run->count - 1].id, tip))
        return BANYAN_ERR_DAMAGED;
    return BANYAN_OK;
}

static bool is_same(const struct by_cached_block *block, uint64_t arrival,
                    const struct by_block_base *base, const struct by_id *tip)
{
    const struct by_run *run = &block->run;

    return block->is_filled && block->arrival == arrival &&
           by_id_equal(&run->entries[run->count - 1].id, tip) &&
           run->base.first_seq == base->first_seq && by_id_equal(&run->base.prev, &base->prev) &&
           by_log_id_equal(&run->base.log, &base->log);
}

/* The block itself when it is there, else the one not used for longest. */
static struct by_cached_block *choose(struct by_block_cache *cache, uint64_t arrival,
                                      const struct by_block_base *base, const struct by_id *tip)
{
    struct by_cached_block *oldest = &cache->blocks[0];

    for (size_t i = 0; i < BY_CACHE_BLOCKS; i++) {
        struct by_cached_block *block = &cache->blocks[i];

        if (is_same(block, arrival, base, tip))
            return block;
        if (block->used_at < oldest->used_at)
            oldest = block;
    }
    oldest->is_filled = false;
    return oldest;
}

static enum banyan_status fill(struct by_block_cache *cache, struct by_cached_block *block,
                               const struct by_block_base *base, const struct by_id *tip,
                               struct by_bytes packed)
{
    enum banyan_status status = BANYAN_OK;

    if (block->reader.entries == NULL)
        status = by_block_reader_init(&block->reader);
    if (status != BANYAN_OK)
        return status;
    /* One decompressor serves all: they are large, and no two blocks are read at once. */
    block->reader.zip = cache->zip;
    status = by_block_read(&block->reader, base, tip, packed, &block->run);
    cache->zip = block->reader.zip;
    block->reader.zip = (struct by_zip){0};
    return status;
}

enum banyan_status by_block_cache_read(struct by_block_cache *cache, uint64_t arrival,
                                       const struct by_block_base *base, const struct by_id *tip,
                                       struct by_bytes packed, struct by_run *out_run)
{
    struct by_cached_block *block = choose(cache, arrival, base, tip);

    block->used_at = ++cache->now;
    if (!block->is_filled) {
        enum banyan_status status = fill(cache, block, base, tip, packed);

        if (status != BANYAN_OK)
            return status;
        block->arrival = arrival;
        block->is_filled = true;
    }
    *out_run = block->run;
    return BANYAN_OK;
}

void by_block_cache_deinit(struct by_block_cache *cache)
{
    for (size_t i = 0; i < BY_CACHE_BLOCKS; i++) {
        if (cache->blocks[i].reader.entries != NULL)
            by_block_reader_deinit(&cache->blocks[i].reader);
    }
    by_zip_deinit(&cache->zip);
    memset(cache, 0, sizeof *cache);
}
