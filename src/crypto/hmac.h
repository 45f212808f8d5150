/*
 * HMAC-SHA-256 (RFC 2104) and the key derivation of Noise, which is HKDF (RFC 5869) with empty
 * info.
 */
#ifndef BY_CRYPTO_HMAC_H
#define BY_CRYPTO_HMAC_H

#include "base/bytes.h"

#define BY_HMAC_BYTES 32

/* HMAC-SHA-256(key, first ‖ second). */
void by_hmac(const uint8_t key[32], struct by_bytes first, struct by_bytes second,
             uint8_t out_mac[BY_HMAC_BYTES]);

/*
 * Two keys from a chaining key and new material: t = HMAC(chaining key, material),
 * first = HMAC(t, 1), second = HMAC(t, first ‖ 2). out_first may be chaining_key.
 */
void by_hkdf(const uint8_t chaining_key[32], struct by_bytes material, uint8_t out_first[32],
             uint8_t out_second[32]);

#endif
