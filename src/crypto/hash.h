/*
 * BLAKE2b-256 (RFC 7693) over a tag and what follows.
 */
#ifndef BY_CRYPTO_HASH_H
#define BY_CRYPTO_HASH_H

#include <sodium/crypto_generichash.h>

#include "base/id.h"
#include "crypto/tag.h"

struct by_hash {
    crypto_generichash_state state;
};
void by_hash_init(struct by_hash *hash, enum by_tag tag);
void by_hash_add(struct by_hash *hash, struct by_bytes bytes);
void by_hash_add_u64(struct by_hash *hash, uint64_t value); /* little-endian */
void by_hash_end(struct by_hash *hash, struct by_id *out_id);

/* In one call: tag ‖ bytes. */
void by_hash_bytes(enum by_tag tag, struct by_bytes bytes, struct by_id *out_id);
/* BLAKE2b-256(key = salt, tag ‖ bytes). */
void by_hash_salted(enum by_tag tag, const uint8_t salt[16], struct by_bytes bytes,
                    struct by_id *out_id);

#endif
