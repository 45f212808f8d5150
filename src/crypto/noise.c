#include "crypto/noise.h"

#include <sodium/crypto_hash_sha256.h>

#include "crypto/hmac.h"

static_assert(crypto_hash_sha256_BYTES == 32, "SHA-256 gives 32 bytes");

const struct by_noise_pattern by_noise_xk = {
    .name = "Noise_XK_25519_ChaChaPoly_SHA256",
    .knows_responder = true,
    .messages =
        {
            {BY_NOISE_E, BY_NOISE_ES},
            {BY_NOISE_E, BY_NOISE_EE},
            {BY_NOISE_S, BY_NOISE_SE},
        },
};

/* -- symmetric state -- */
static void mix_hash(struct by_noise *noise, const uint8_t *data, size_t size)
{
    crypto_hash_sha256_state state;

    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, noise->hash, sizeof noise->hash);
    (void)crypto_hash_sha256_update(&state, data, size);
    (void)crypto_hash_sha256_final(&state, noise->hash);
}

static void mix_id(struct by_noise *noise, const struct by_id *key)
{
    mix_hash(noise, key->bytes, sizeof key->bytes);
}

static void mix_key(struct by_noise *noise, const uint8_t shared[32])
{
    uint8_t key[32];

    by_hkdf(noise->chaining_key, by_bytes_of(shared, 32), noise->chaining_key, key);
    by_noise_cipher_init(&noise->cipher, key);
    noise->has_key = true;
    by_secret_wipe(key, sizeof key);
}

/* Before the first Diffie-Hellman there is no key, and what is sent is plain. */
static size_t tag_bytes(const struct by_noise *noise)
{
    return noise->has_key ? BY_NOISE_TAG_BYTES : 0;
}

static enum banyan_status seal_and_mix(struct by_noise *noise, struct by_bytes plain, uint8_t **at)
{
    enum banyan_status status = BANYAN_OK;
    size_t size = plain.size + tag_bytes(noise);

    if (noise->has_key)
        status =
            by_noise_seal(&noise->cipher, by_bytes_of(noise->hash, sizeof noise->hash), plain, *at);
    else if (plain.size > 0)
        memcpy(*at, plain.data, plain.size);
    mix_hash(noise, *at, size);
    *at += size;
    return status;
}

static enum banyan_status
open_and_mix(struct by_noise *noise, struct by_bytes sealed, uint8_t *out_plain)
{
    enum banyan_status status = BANYAN_OK;

    if (noise->has_key)
        status = by_noise_open(&noise->cipher, by_bytes_of(noise->hash, sizeof noise->hash), sealed,
                               out_plain);
    else if (sealed.size > 0)
        memcpy(out_plain, sealed.data, sealed.size);
    mix_hash(noise, sealed.data, sealed.size);
    return status;
}

/* -- handshake -- */
static void begin_hash(struct by_noise *noise, const char *name)
{
    size_t size = strlen(name);

    if (size <= sizeof noise->hash)
        memcpy(noise->hash, name, size);
    else
        (void)crypto_hash_sha256(noise->hash, (const uint8_t *)name, size);
    memcpy(noise->chaining_key, noise->hash, sizeof noise->chaining_key);
}

void by_noise_init(struct by_noise *noise, const struct by_noise_pattern *pattern,
                   bool is_initiator, struct by_bytes prologue, const struct by_noise_keys *keys)
{
    *noise = (struct by_noise){.pattern = pattern, .is_initiator = is_initiator};
    if (keys->own_static != NULL)
        noise->own_static = *keys->own_static;
    if (keys->own_ephemeral != NULL)
        noise->own_ephemeral = *keys->own_ephemeral;
    if (keys->peer_static != NULL)
        noise->peer_static = *keys->peer_static;
    begin_hash(noise, pattern->name);
    mix_hash(noise, prologue.data, prologue.size);
    if (pattern->knows_initiator)
        mix_id(noise, is_initiator ? &noise->own_static.public_key : &noise->peer_static);
    if (pattern->knows_responder)
        mix_id(noise, is_initiator ? &noise->peer_static : &noise->own_static.public_key);
}

static void wipe_secrets(struct by_noise *noise)
{
    by_secret_wipe(noise->chaining_key, sizeof noise->chaining_key);
    by_secret_wipe(&noise->cipher, sizeof noise->cipher);
    by_secret_wipe(&noise->own_static, sizeof noise->own_static);
    by_secret_wipe(&noise->own_ephemeral, sizeof noise->own_ephemeral);
}

void by_noise_deinit(struct by_noise *noise)
{
    by_secret_wipe(noise, sizeof *noise);
}

static enum banyan_status fail(struct by_noise *noise, enum banyan_status status)
{
    by_noise_deinit(noise);
    noise->status = status;
    return status;
}

static const enum by_noise_token *next_tokens(const struct by_noise *noise)
{
    return noise->pattern->messages[noise->next];
}

size_t by_noise_overhead_bytes(const struct by_noise *noise)
{
    bool has_key = noise->has_key;
    size_t size = 0;

    if (noise->status != BANYAN_OK)
        return 0;
    for (const enum by_noise_token *token = next_tokens(noise); *token != BY_NOISE_END; token++) {
        if (*token == BY_NOISE_E)
            size += sizeof(struct by_id);
        else if (*token == BY_NOISE_S)
            size += sizeof(struct by_id) + (has_key ? BY_NOISE_TAG_BYTES : 0);
        else
            has_key = true;
    }
    return size + (has_key ? BY_NOISE_TAG_BYTES : 0);
}

/* The initiator's key is named first, so which is ours depends on who we are. */
static enum banyan_status mix_shared(struct by_noise *noise, enum by_noise_token token)
{
    bool initiator_static = token == BY_NOISE_SE || token == BY_NOISE_SS;
    bool responder_static = token == BY_NOISE_ES || token == BY_NOISE_SS;
    bool own_static = noise->is_initiator ? initiator_static : responder_static;
    bool peer_static = noise->is_initiator ? responder_static : initiator_static;
    const struct by_box_key *own = own_static ? &noise->own_static : &noise->own_ephemeral;
    uint8_t shared[32];
    enum banyan_status status =
        by_x25519(own->secret, peer_static ? &noise->peer_static : &noise->peer_ephemeral, shared);

    if (status == BANYAN_OK)
        mix_key(noise, shared);
    by_secret_wipe(shared, sizeof shared);
    return status;
}

static enum banyan_status
write_token(struct by_noise *noise, enum by_noise_token token, uint8_t **at)
{
    struct by_id key = noise->own_ephemeral.public_key;

    switch (token) {
    case BY_NOISE_E:
        memcpy(*at, key.bytes, sizeof key.bytes);
        mix_id(noise, &key);
        *at += sizeof key.bytes;
        return BANYAN_OK;
    case BY_NOISE_S:
        return seal_and_mix(noise, by_id_bytes(&noise->own_static.public_key), at);
    case BY_NOISE_EE:
    case BY_NOISE_ES:
    case BY_NOISE_SE:
    case BY_NOISE_SS:
        return mix_shared(noise, token);
    case BY_NOISE_END:
        break;
    }
    return BANYAN_OK;
}

enum banyan_status
by_noise_write(struct by_noise *noise, struct by_bytes payload, uint8_t *out_message)
{
    enum banyan_status status = BANYAN_OK;

    if (noise->status != BANYAN_OK)
        return noise->status;
    assert(by_noise_is_turn(noise));
    if (payload.size > BY_NOISE_MESSAGE_BYTES_MAX - by_noise_overhead_bytes(noise))
        return fail(noise, BANYAN_ERR_TOO_LARGE);
    for (const enum by_noise_token *token = next_tokens(noise);
         *token != BY_NOISE_END && status == BANYAN_OK; token++)
        status = write_token(noise, *token, &out_message);
    if (status == BANYAN_OK)
        status = seal_and_mix(noise, payload, &out_message);
    if (status != BANYAN_OK)
        return fail(noise, status);
    noise->next++;
    return BANYAN_OK;
}

static enum banyan_status
read_token(struct by_noise *noise, enum by_noise_token token, struct by_cursor *cursor)
{
    struct by_bytes bytes = {NULL, 0};
    enum banyan_status status = BANYAN_OK;

    switch (token) {
    case BY_NOISE_E:
        status = by_cursor_take(cursor, sizeof(struct by_id), &bytes);
        if (status == BANYAN_OK)
            status = by_id_from_bytes(bytes, &noise->peer_ephemeral);
        mix_id(noise, &noise->peer_ephemeral);
        return status;
    case BY_NOISE_S:
        status = by_cursor_take(cursor, sizeof(struct by_id) + tag_bytes(noise), &bytes);
        return status == BANYAN_OK ? open_and_mix(noise, bytes, noise->peer_static.bytes) : status;
    case BY_NOISE_EE:
    case BY_NOISE_ES:
    case BY_NOISE_SE:
    case BY_NOISE_SS:
        return mix_shared(noise, token);
    case BY_NOISE_END:
        break;
    }
    return BANYAN_OK;
}

enum banyan_status
by_noise_read(struct by_noise *noise, struct by_bytes message, uint8_t *out_payload)
{
    struct by_cursor cursor = {message};
    enum banyan_status status = BANYAN_OK;

    if (noise->status != BANYAN_OK)
        return noise->status;
    assert(!by_noise_is_complete(noise) && !by_noise_is_turn(noise));
    if (message.size > BY_NOISE_MESSAGE_BYTES_MAX)
        return fail(noise, BANYAN_ERR_TOO_LARGE);
    if (message.size < by_noise_overhead_bytes(noise))
        return fail(noise, BANYAN_ERR_TRUNCATED);
    for (const enum by_noise_token *token = next_tokens(noise);
         *token != BY_NOISE_END && status == BANYAN_OK; token++)
        status = read_token(noise, *token, &cursor);
    if (status == BANYAN_OK)
        status = open_and_mix(noise, cursor.rest, out_payload);
    if (status != BANYAN_OK)
        return fail(noise, status);
    noise->next++;
    return BANYAN_OK;
}

bool by_noise_is_complete(const struct by_noise *noise)
{
    return noise->status == BANYAN_OK && next_tokens(noise)[0] == BY_NOISE_END;
}

bool by_noise_is_turn(const struct by_noise *noise)
{
    return noise->status == BANYAN_OK && !by_noise_is_complete(noise) &&
           (noise->next % 2 == 0) == noise->is_initiator;
}

void by_noise_split(struct by_noise *noise, struct by_noise_cipher *out_send,
                    struct by_noise_cipher *out_receive)
{
    struct by_noise_cipher *first = noise->is_initiator ? out_send : out_receive;
    struct by_noise_cipher *second = noise->is_initiator ? out_receive : out_send;
    uint8_t keys[2][32];

    assert(by_noise_is_complete(noise));
    by_hkdf(noise->chaining_key, by_bytes_of(NULL, 0), keys[0], keys[1]);
    by_noise_cipher_init(first, keys[0]);
    by_noise_cipher_init(second, keys[1]);
    by_secret_wipe(keys, sizeof keys);
    wipe_secrets(noise);
}
