#include "crypto/slow.h"

#include <sodium/crypto_pwhash.h>

static_assert(BY_SLOW_SALT_BYTES == crypto_pwhash_SALTBYTES, "Argon2id's salt");

enum banyan_status by_slow_hash(struct by_bytes secret, const uint8_t salt[BY_SLOW_SALT_BYTES],
                                struct by_slowness slowness, uint8_t out_key[32])
{
    if (slowness.passes < crypto_pwhash_OPSLIMIT_MIN || slowness.passes > BY_SLOW_PASSES_MAX ||
        slowness.memory_bytes < crypto_pwhash_MEMLIMIT_MIN ||
        slowness.memory_bytes > BY_SLOW_MEMORY_BYTES_MAX)
        return BANYAN_ERR_INVALID;
    return crypto_pwhash(out_key, 32, (const char *)secret.data, secret.size, salt, slowness.passes,
                         slowness.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0
               ? BANYAN_OK
               : BANYAN_ERR_MEMORY;
}
