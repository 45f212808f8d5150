#include "crypto/key.h"

#include <sodium/core.h>
#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_box.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_scalarmult.h>
#include <sodium/crypto_sign.h>
#include <sodium/utils.h>

static_assert(BY_SEALED_BYTES == crypto_box_SEALBYTES + 32, "a sealed box is libsodium's");
static_assert(BY_AEAD_EXTRA_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "Poly1305 tag");
static_assert(sizeof(struct by_signature) == crypto_sign_BYTES, "Ed25519 signature");

/* What a signature is over begins with tag and network. */
#define SIGNED_PREFIX_BYTES (BY_TAG_BYTES + sizeof(struct by_id))
#define SIGNED_ROOM_BYTES   (SIGNED_PREFIX_BYTES + BY_SIGNED_BYTES_MAX)

enum banyan_status by_crypto_start(void)
{
    return sodium_init() < 0 ? BANYAN_ERR_UNSAFE_PLACE : BANYAN_OK;
}

void by_signing_key_from_seed(const struct by_seed *seed, struct by_signing_key *out_key)
{
    (void)crypto_sign_seed_keypair(out_key->public_key.bytes, out_key->secret, seed->bytes);
}

void by_box_key_from_seed(const struct by_seed *seed, struct by_box_key *out_key)
{
    (void)crypto_box_seed_keypair(out_key->public_key.bytes, out_key->secret, seed->bytes);
}

void by_box_key_of_signing_key(const struct by_signing_key *key, struct by_box_key *out_key)
{
    (void)crypto_sign_ed25519_sk_to_curve25519(out_key->secret, key->secret);
    (void)crypto_scalarmult_base(out_key->public_key.bytes, out_key->secret);
}

enum banyan_status
by_box_public_of_signing_public(const struct by_id *signing_public, struct by_id *out_box_public)
{
    return crypto_sign_ed25519_pk_to_curve25519(out_box_public->bytes, signing_public->bytes) == 0
               ? BANYAN_OK
               : BANYAN_ERR_INVALID;
}

/* The end of the block lies at a guard page: whole lines, so that everything in it is aligned. */
#define SECRET_LINE_BYTES 64u

void *by_secret_new(size_t size)
{
    size_t whole = (size + SECRET_LINE_BYTES - 1) / SECRET_LINE_BYTES * SECRET_LINE_BYTES;
    void *secret = sodium_malloc(whole);

    if (secret != NULL)
        memset(secret, 0, whole);
    return secret;
}

void by_secret_free(void *secret)
{
    sodium_free(secret);
}

void by_secret_wipe(void *secret, size_t size)
{
    sodium_memzero(secret, size);
}

/* Ed25519 reads its message twice, so tag, network and message have to lie in one piece. */
static struct by_bytes join_signed(enum by_tag tag, const struct by_id *network,
                                   struct by_bytes message, uint8_t room[SIGNED_ROOM_BYTES])
{
    memcpy(room, by_tag_bytes(tag), BY_TAG_BYTES);
    memcpy(room + BY_TAG_BYTES, network->bytes, sizeof network->bytes);
    if (message.size > 0)
        memcpy(room + SIGNED_PREFIX_BYTES, message.data, message.size);
    return by_bytes_of(room, SIGNED_PREFIX_BYTES + message.size);
}

void by_sign(const struct by_signing_key *key, enum by_tag tag, const struct by_id *network,
             struct by_bytes message, struct by_signature *out_signature)
{
    uint8_t room[SIGNED_ROOM_BYTES];
    struct by_bytes joined;

    assert(message.size <= BY_SIGNED_BYTES_MAX);
    joined = join_signed(tag, network, message, room);
    (void)crypto_sign_detached(out_signature->bytes, NULL, joined.data, joined.size, key->secret);
}

enum banyan_status by_verify(const struct by_id *public_key, enum by_tag tag,
                             const struct by_id *network, struct by_bytes message,
                             const struct by_signature *signature)
{
    uint8_t room[SIGNED_ROOM_BYTES];

    if (message.size > BY_SIGNED_BYTES_MAX)
        return BANYAN_ERR_BAD_SIGNATURE;
    return by_ed25519_verify(public_key, join_signed(tag, network, message, room), signature);
}

enum banyan_status by_ed25519_verify(const struct by_id *public_key, struct by_bytes message,
                                     const struct by_signature *signature)
{
    if (crypto_sign_verify_detached(signature->bytes, message.data, message.size,
                                    public_key->bytes) != 0)
        return BANYAN_ERR_BAD_SIGNATURE;
    return BANYAN_OK;
}

enum banyan_status
by_x25519(const uint8_t secret[32], const struct by_id *public_key, uint8_t out_shared[32])
{
    if (crypto_scalarmult(out_shared, secret, public_key->bytes) != 0)
        return BANYAN_ERR_INVALID;
    return BANYAN_OK;
}

static void derive_box_nonce(const uint8_t *one_time_key, const struct by_id *box_public_key,
                             uint8_t out_nonce[crypto_box_NONCEBYTES])
{
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, NULL, 0, crypto_box_NONCEBYTES);
    (void)crypto_generichash_update(&state, one_time_key, crypto_box_PUBLICKEYBYTES);
    (void)crypto_generichash_update(&state, box_public_key->bytes, crypto_box_PUBLICKEYBYTES);
    (void)crypto_generichash_final(&state, out_nonce, crypto_box_NONCEBYTES);
}

enum banyan_status by_box_seal(const struct by_id *box_public_key,
                               const struct by_seed *ephemeral_seed, const uint8_t plain[32],
                               uint8_t out_sealed[BY_SEALED_BYTES])
{
    uint8_t nonce[crypto_box_NONCEBYTES];
    struct by_box_key one_time;
    int result;

    by_box_key_from_seed(ephemeral_seed, &one_time);
    derive_box_nonce(one_time.public_key.bytes, box_public_key, nonce);
    memcpy(out_sealed, one_time.public_key.bytes, sizeof one_time.public_key.bytes);
    result = crypto_box_easy(out_sealed + crypto_box_PUBLICKEYBYTES, plain, 32, nonce,
                             box_public_key->bytes, one_time.secret);
    by_secret_wipe(&one_time, sizeof one_time);
    return result == 0 ? BANYAN_OK : BANYAN_ERR_INVALID;
}

enum banyan_status by_box_open(const struct by_box_key *key, const uint8_t sealed[BY_SEALED_BYTES],
                               uint8_t out_plain[32])
{
    uint8_t nonce[crypto_box_NONCEBYTES];

    derive_box_nonce(sealed, &key->public_key, nonce);
    if (crypto_box_open_easy(out_plain, sealed + crypto_box_PUBLICKEYBYTES,
                             BY_SEALED_BYTES - crypto_box_PUBLICKEYBYTES, nonce, sealed,
                             key->secret) != 0)
        return BANYAN_ERR_BAD_SIGNATURE;
    return BANYAN_OK;
}

void by_aead_seal(const uint8_t key[32], const uint8_t nonce[24], struct by_bytes associated,
                  struct by_bytes plain, uint8_t *out_sealed)
{
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out_sealed, NULL, plain.data, plain.size,
                                                     associated.data, associated.size, NULL, nonce,
                                                     key);
}

enum banyan_status by_aead_open(const uint8_t key[32], const uint8_t nonce[24],
                                struct by_bytes associated, struct by_bytes sealed,
                                uint8_t *out_plain)
{
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out_plain, NULL, NULL, sealed.data, sealed.size,
                                                   associated.data, associated.size, nonce,
                                                   key) != 0)
        return BANYAN_ERR_BAD_SIGNATURE;
    return BANYAN_OK;
}
