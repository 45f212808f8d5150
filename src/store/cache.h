/*
 * Blocks read lately, decoded: many operations of few blocks are read one by one.
 *
 * What is found is right whatever became of the store meanwhile: a block is looked up under the id
 * of its last entry, and everything in it follows from that.
 */
#ifndef BY_STORE_CACHE_H
#define BY_STORE_CACHE_H

#include "log/block.h"

#define BY_CACHE_BLOCKS 64u

struct by_cached_block {
    bool is_filled;
    uint64_t arrival;
    uint64_t used_at;
    struct by_block_reader reader;
    struct by_run run; /* borrows from reader */
};

/* Zeroed = empty. Memory grows with use, up to 64 of the largest blocks. */
struct by_block_cache {
    struct by_cached_block blocks[BY_CACHE_BLOCKS];
    uint64_t now; /* counts look-ups */
    struct by_zip zip;
};

/* The run of a packed block that must end in tip: BANYAN_ERR_DAMAGED when it does not, or breaks a
 * rule; BANYAN_ERR_MEMORY. out_run holds until 63 other blocks have been read. */
BANYAN_MUST_CHECK enum banyan_status
by_block_cache_read(struct by_block_cache *cache, uint64_t arrival,
                    const struct by_block_base *base, const struct by_id *tip,
                    struct by_bytes packed, struct by_run *out_run);
void by_block_cache_deinit(struct by_block_cache *cache);

/* The same without a cache: a damaged or hostile block becomes BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status
by_block_read(struct by_block_reader *reader, const struct by_block_base *base,
              const struct by_id *tip, struct by_bytes packed, struct by_run *out_run);

#endif
