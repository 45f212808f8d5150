#include "crypto/hash.h"

static_assert(sizeof(struct by_id) >= crypto_generichash_BYTES_MIN &&
                  sizeof(struct by_id) <= crypto_generichash_BYTES_MAX,
              "BLAKE2b gives 32 bytes");

/* libsodium's BLAKE2b fails only for sizes it does not know, and ours are constants. */
static void check(int result)
{
    assert(result == 0);
}

void by_hash_init(struct by_hash *hash, enum by_tag tag)
{
    check(crypto_generichash_init(&hash->state, NULL, 0, sizeof(struct by_id)));
    check(crypto_generichash_update(&hash->state, by_tag_bytes(tag), BY_TAG_BYTES));
}

void by_hash_add(struct by_hash *hash, struct by_bytes bytes)
{
    if (bytes.size > 0)
        check(crypto_generichash_update(&hash->state, bytes.data, bytes.size));
}

void by_hash_add_u64(struct by_hash *hash, uint64_t value)
{
    uint8_t bytes[8];

    by_put_u64le(bytes, value);
    check(crypto_generichash_update(&hash->state, bytes, sizeof bytes));
}

void by_hash_end(struct by_hash *hash, struct by_id *out_id)
{
    check(crypto_generichash_final(&hash->state, out_id->bytes, sizeof out_id->bytes));
}

void by_hash_bytes(enum by_tag tag, struct by_bytes bytes, struct by_id *out_id)
{
    struct by_hash hash;

    by_hash_init(&hash, tag);
    by_hash_add(&hash, bytes);
    by_hash_end(&hash, out_id);
}

void by_hash_salted(enum by_tag tag, const uint8_t salt[16], struct by_bytes bytes,
                    struct by_id *out_id)
{
    struct by_hash hash;

    check(crypto_generichash_init(&hash.state, salt, 16, sizeof(struct by_id)));
    check(crypto_generichash_update(&hash.state, by_tag_bytes(tag), BY_TAG_BYTES));
    by_hash_add(&hash, bytes);
    by_hash_end(&hash, out_id);
}
