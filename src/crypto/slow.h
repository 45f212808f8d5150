/*
 * Keys from what people can remember or read out: Argon2id, slow and memory-hungry on purpose, so
 * that guessing costs (RFC 9106).
 */
#ifndef BY_CRYPTO_SLOW_H
#define BY_CRYPTO_SLOW_H

#include "base/bytes.h"

/* How slow: passes over memory of so many bytes. */
struct by_slowness {
    uint32_t passes;
    uint32_t memory_bytes;
};
/* About a fifth of a second on the machines of offices. */
#define BY_SLOWNESS                                                                                \
    (struct by_slowness)                                                                           \
    {                                                                                              \
        .passes = 2, .memory_bytes = 64u << 20                                                     \
    }
#define BY_SLOW_MEMORY_BYTES_MAX (1u << 30)
#define BY_SLOW_PASSES_MAX       64u

#define BY_SLOW_SALT_BYTES 16
/* BANYAN_ERR_MEMORY; BANYAN_ERR_INVALID for a slowness past the bounds. */
BANYAN_MUST_CHECK enum banyan_status by_slow_hash(struct by_bytes secret,
                                                  const uint8_t salt[BY_SLOW_SALT_BYTES],
                                                  struct by_slowness slowness, uint8_t out_key[32]);

#endif
