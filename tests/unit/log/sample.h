/*
 * Runs and entries for the tests of this layer.
 */
#ifndef BY_TESTS_UNIT_LOG_SAMPLE_H
#define BY_TESTS_UNIT_LOG_SAMPLE_H

#include "log/block.h"
#include "log/links.h"
#include "log/writer.h"

/* A small generator of its own, so that a seed printed by a failing test repeats it. */
static inline uint64_t sample_next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static inline struct by_signing_key sample_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_signing_key key;

    by_signing_key_from_seed(&seed, &key);
    return key;
}

static inline struct by_block_base sample_base(const struct by_signing_key *key)
{
    return (struct by_block_base){.log = {.device = key->public_key, .nonce = {1, 2, 3}}};
}

/* Links of a put on record number n. */
static inline enum banyan_status sample_put_links(uint32_t n, struct by_buffer *out)
{
    struct by_touch touches[2] = {
        {.path = by_bytes_of_text("name.en"), .how = BY_HOW_SET},
        {.path = by_bytes_of_text("area"), .how = BY_HOW_SET},
    };
    struct by_op_links links = {
        .name = {.owner = {{9}}, .uuid = {{1}}},
        .op = BY_OP_PUT,
        .type = by_bytes_of_text("site"),
        .touches = touches,
        .touch_count = 2,
    };

    by_put_u32le(links.name.uuid.bytes + 4, n);
    return by_op_links_encode(&links, out);
}

#endif
