/*
 * Keys: Ed25519 for signatures, X25519 for sealed boxes. Seeds are arguments: nothing here draws
 * randomness.
 */
#ifndef BY_CRYPTO_KEY_H
#define BY_CRYPTO_KEY_H

#include "base/id.h"
#include "crypto/tag.h"

/* Secret bytes, wiped by by_secret_wipe. */
struct by_seed {
    uint8_t bytes[32];
};
struct by_signing_key {
    struct by_id public_key;
    uint8_t secret[64];
};
struct by_box_key {
    struct by_id public_key;
    uint8_t secret[32];
};

void by_signing_key_from_seed(const struct by_seed *seed, struct by_signing_key *out_key);
void by_box_key_from_seed(const struct by_seed *seed, struct by_box_key *out_key);
/* Overwrites in a way that compilers keep. */
void by_secret_wipe(void *secret, size_t size);

/* Signature over tag ‖ network id ‖ message. */
void by_sign(const struct by_signing_key *key, enum by_tag tag, const struct by_id *network,
             struct by_bytes message, struct by_signature *out_signature);
/* BANYAN_ERR_BAD_SIGNATURE as libsodium decides (low-order keys and non-canonical forms refused).
 */
BANYAN_MUST_CHECK enum banyan_status by_verify(const struct by_id *public_key, enum by_tag tag,
                                               const struct by_id *network, struct by_bytes message,
                                               const struct by_signature *signature);

/* 32 bytes sealed to a box key: libsodium's sealed box with the one-time key made from
 * ephemeral_seed. */
#define BY_SEALED_BYTES (32 + 16 + 32)
BANYAN_MUST_CHECK enum banyan_status
by_box_seal(const struct by_id *box_public_key, const struct by_seed *ephemeral_seed,
            const uint8_t plain[32], uint8_t out_sealed[BY_SEALED_BYTES]);
BANYAN_MUST_CHECK enum banyan_status by_box_open(const struct by_box_key *key,
                                                 const uint8_t sealed[BY_SEALED_BYTES],
                                                 uint8_t out_plain[32]);

/* XChaCha20-Poly1305 (IETF). out has plain.size + 16 bytes of room; open returns
 * BANYAN_ERR_BAD_SIGNATURE. */
#define BY_AEAD_EXTRA_BYTES 16
void by_aead_seal(const uint8_t key[32], const uint8_t nonce[24], struct by_bytes associated,
                  struct by_bytes plain, uint8_t *out_sealed);
BANYAN_MUST_CHECK enum banyan_status by_aead_open(const uint8_t key[32], const uint8_t nonce[24],
                                                  struct by_bytes associated,
                                                  struct by_bytes sealed, uint8_t *out_plain);

#endif
