/*
 * Keys: Ed25519 for signatures, X25519 for sealed boxes. Seeds are arguments: nothing here draws
 * randomness but by_crypto_start.
 */
#ifndef BY_CRYPTO_KEY_H
#define BY_CRYPTO_KEY_H

#include "base/id.h"
#include "crypto/tag.h"

/* Once per process, before threads: picks the fastest code for this processor; everything works
 * without it, only slower. BANYAN_ERR_UNSAFE_PLACE when the system has no randomness. */
BANYAN_MUST_CHECK enum banyan_status by_crypto_start(void);

/* Secret bytes, wiped by by_secret_wipe. */
struct by_seed {
    uint8_t bytes[32];
};
struct by_signing_key {
    struct by_id public_key;
    uint8_t secret[64]; /* seed ‖ public key */
};
struct by_box_key {
    struct by_id public_key;
    uint8_t secret[32]; /* the first 32 bytes of SHA-512(seed) */
};

void by_signing_key_from_seed(const struct by_seed *seed, struct by_signing_key *out_key);
void by_box_key_from_seed(const struct by_seed *seed, struct by_box_key *out_key);
/* The box key that belongs to a signing key (the birational map of RFC 7748, section 4.1): whoever
 * knows the public key alone can seal to it. BANYAN_ERR_INVALID for a point of low order. */
void by_box_key_of_signing_key(const struct by_signing_key *key, struct by_box_key *out_key);
BANYAN_MUST_CHECK enum banyan_status
by_box_public_of_signing_public(const struct by_id *signing_public, struct by_id *out_box_public);
/* Memory for what holds secrets, zeroed: pages of its own between guards, locked where the system
 * lets it (never swapped out) and left out of dumps. After by_crypto_start. NULL when memory ran
 * out. free wipes; NULL is fine. */
void *by_secret_new(size_t size);
void by_secret_free(void *secret);
/* Overwrites in a way that compilers keep. */
void by_secret_wipe(void *secret, size_t size);

/* Ed25519 signature over tag ‖ network id ‖ message. Longer things are hashed first: message is at
 * most BY_SIGNED_BYTES_MAX (asserted). */
#define BY_SIGNED_BYTES_MAX 1024u
void by_sign(const struct by_signing_key *key, enum by_tag tag, const struct by_id *network,
             struct by_bytes message, struct by_signature *out_signature);
/* BANYAN_ERR_BAD_SIGNATURE as libsodium decides (low-order keys and non-canonical forms refused),
 * and for a message longer than what is ever signed. */
BANYAN_MUST_CHECK enum banyan_status by_verify(const struct by_id *public_key, enum by_tag tag,
                                               const struct by_id *network, struct by_bytes message,
                                               const struct by_signature *signature);

/* The parts beneath, without tag and network: what by_verify and by_box_open accept is what these
 * accept, so that published test vectors reach it. Nothing else calls them. */
BANYAN_MUST_CHECK enum banyan_status by_ed25519_verify(const struct by_id *public_key,
                                                       struct by_bytes message,
                                                       const struct by_signature *signature);
/* BANYAN_ERR_INVALID when the shared secret would be zero (a low-order public key). */
BANYAN_MUST_CHECK enum banyan_status
by_x25519(const uint8_t secret[32], const struct by_id *public_key, uint8_t out_shared[32]);

/*
 * 32 bytes sealed to a box key, as libsodium's sealed box: one-time public key 32 ‖
 * XSalsa20-Poly1305 box of plain (tag 16 ‖ 32) from the one-time key to box_public_key, nonce =
 * BLAKE2b-192(one-time public key ‖ box_public_key). The one-time key is made from ephemeral_seed.
 *
 * seal: BANYAN_ERR_INVALID for a low-order key. open: BANYAN_ERR_BAD_SIGNATURE.
 */
#define BY_SEALED_BYTES (32 + 16 + 32)
BANYAN_MUST_CHECK enum banyan_status
by_box_seal(const struct by_id *box_public_key, const struct by_seed *ephemeral_seed,
            const uint8_t plain[32], uint8_t out_sealed[BY_SEALED_BYTES]);
BANYAN_MUST_CHECK enum banyan_status by_box_open(const struct by_box_key *key,
                                                 const uint8_t sealed[BY_SEALED_BYTES],
                                                 uint8_t out_plain[32]);

/* XChaCha20-Poly1305 (IETF). out has plain.size + 16 bytes of room, tag last, and may lie where
 * plain does; open returns BANYAN_ERR_BAD_SIGNATURE and then leaves nothing of the plain text. */
#define BY_AEAD_EXTRA_BYTES 16
void by_aead_seal(const uint8_t key[32], const uint8_t nonce[24], struct by_bytes associated,
                  struct by_bytes plain, uint8_t *out_sealed);
BANYAN_MUST_CHECK enum banyan_status by_aead_open(const uint8_t key[32], const uint8_t nonce[24],
                                                  struct by_bytes associated,
                                                  struct by_bytes sealed, uint8_t *out_plain);

#endif
