/*
 * One direction of an established Noise session, or the cipher inside a handshake:
 * ChaCha20-Poly1305 (RFC 8439) under a key and a counting nonce (the CipherState of the Noise
 * specification, revision 34, section 5.1).
 */
#ifndef BY_CRYPTO_NOISE_CIPHER_H
#define BY_CRYPTO_NOISE_CIPHER_H

#include "base/bytes.h"

#define BY_NOISE_TAG_BYTES 16

struct by_noise_cipher {
    uint8_t key[32];
    uint64_t nonce; /* of the next message; 2^64 - 1 is never used for one: the cipher is spent */
};

void by_noise_cipher_init(struct by_noise_cipher *cipher, const uint8_t key[32]);

/*
 * out has plain.size + BY_NOISE_TAG_BYTES of room (open: sealed.size less that) and may begin where
 * the input does.
 *
 * Returns BANYAN_ERR_BAD_SIGNATURE  open: forged, replayed, out of order or too short; the key is
 *                                   wiped, nothing of the plain text is left
 *         BANYAN_ERR_DENIED         nonces have run out, or an earlier open failed
 */
BANYAN_MUST_CHECK enum banyan_status by_noise_seal(struct by_noise_cipher *cipher,
                                                   struct by_bytes associated,
                                                   struct by_bytes plain, uint8_t *out_sealed);
BANYAN_MUST_CHECK enum banyan_status by_noise_open(struct by_noise_cipher *cipher,
                                                   struct by_bytes associated,
                                                   struct by_bytes sealed, uint8_t *out_plain);

/* The key becomes the first 32 bytes of 32 zero bytes sealed under nonce 2^64 - 1; the nonce goes
 * on counting. A spent cipher stays spent. */
void by_noise_rekey(struct by_noise_cipher *cipher);

#endif
