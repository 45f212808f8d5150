#include "crypto/hmac.h"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/utils.h>

static_assert(BY_HMAC_BYTES == crypto_auth_hmacsha256_BYTES, "SHA-256 gives 32 bytes");

/* libsodium's HMAC cannot fail. */
void by_hmac(const uint8_t key[32], struct by_bytes first, struct by_bytes second,
             uint8_t out_mac[BY_HMAC_BYTES])
{
    crypto_auth_hmacsha256_state state;

    (void)crypto_auth_hmacsha256_init(&state, key, 32);
    (void)crypto_auth_hmacsha256_update(&state, first.data, first.size);
    (void)crypto_auth_hmacsha256_update(&state, second.data, second.size);
    (void)crypto_auth_hmacsha256_final(&state, out_mac);
    sodium_memzero(&state, sizeof state);
}

void by_hkdf(const uint8_t chaining_key[32], struct by_bytes material, uint8_t out_first[32],
             uint8_t out_second[32])
{
    const uint8_t one = 1;
    const uint8_t two = 2;
    struct by_bytes nothing = {NULL, 0};
    uint8_t extracted[BY_HMAC_BYTES];

    by_hmac(chaining_key, material, nothing, extracted);
    by_hmac(extracted, by_bytes_of(&one, 1), nothing, out_first);
    by_hmac(extracted, by_bytes_of(out_first, BY_HMAC_BYTES), by_bytes_of(&two, 1), out_second);
    sodium_memzero(extracted, sizeof extracted);
}
