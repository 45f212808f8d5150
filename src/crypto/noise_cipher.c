#include "crypto/noise_cipher.h"

#include <sodium/crypto_aead_chacha20poly1305.h>

#include "crypto/key.h"

#define NONCE_SPENT UINT64_MAX

static_assert(BY_NOISE_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES, "Poly1305 tag");

/* 4 zero bytes, then the counter. */
static void put_nonce(uint64_t counter, uint8_t out[crypto_aead_chacha20poly1305_ietf_NPUBBYTES])
{
    memset(out, 0, 4);
    by_put_u64le(out + 4, counter);
}

void by_noise_cipher_init(struct by_noise_cipher *cipher, const uint8_t key[32])
{
    memcpy(cipher->key, key, sizeof cipher->key);
    cipher->nonce = 0;
}

static void spend(struct by_noise_cipher *cipher)
{
    by_secret_wipe(cipher->key, sizeof cipher->key);
    cipher->nonce = NONCE_SPENT;
}

enum banyan_status by_noise_seal(struct by_noise_cipher *cipher, struct by_bytes associated,
                                 struct by_bytes plain, uint8_t *out_sealed)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

    if (cipher->nonce == NONCE_SPENT)
        return BANYAN_ERR_DENIED;
    put_nonce(cipher->nonce++, nonce);
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(out_sealed, NULL, plain.data, plain.size,
                                                    associated.data, associated.size, NULL, nonce,
                                                    cipher->key);
    return BANYAN_OK;
}

enum banyan_status by_noise_open(struct by_noise_cipher *cipher, struct by_bytes associated,
                                 struct by_bytes sealed, uint8_t *out_plain)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

    if (cipher->nonce == NONCE_SPENT)
        return BANYAN_ERR_DENIED;
    put_nonce(cipher->nonce, nonce);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(out_plain, NULL, NULL, sealed.data, sealed.size,
                                                  associated.data, associated.size, nonce,
                                                  cipher->key) != 0) {
        spend(cipher);
        return BANYAN_ERR_BAD_SIGNATURE;
    }
    cipher->nonce++;
    return BANYAN_OK;
}

void by_noise_rekey(struct by_noise_cipher *cipher)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    uint8_t sealed[32 + BY_NOISE_TAG_BYTES] = {0};

    if (cipher->nonce == NONCE_SPENT)
        return;
    put_nonce(UINT64_MAX, nonce);
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, sealed, 32, NULL, 0, NULL, nonce,
                                                    cipher->key);
    memcpy(cipher->key, sealed, sizeof cipher->key);
    by_secret_wipe(sealed, sizeof sealed);
}
