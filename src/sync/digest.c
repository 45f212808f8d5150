#include "sync/digest.h"

#include "crypto/hash.h"

void by_sync_hash(const struct by_sync_voice *voice, enum by_sync_what what, struct by_bytes bytes,
                  uint8_t *out_bytes, size_t out_size)
{
    uint8_t place[3] = {(uint8_t)what, voice->side, voice->round};
    struct by_hash hash;
    struct by_id id;

    assert(out_size <= sizeof id.bytes);
    by_hash_init(&hash, BY_TAG_SYNC_SESSION);
    by_hash_add(&hash, by_id_bytes(&voice->handshake));
    by_hash_add(&hash, by_bytes_of(place, sizeof place));
    by_hash_add(&hash, bytes);
    by_hash_end(&hash, &id);
    memcpy(out_bytes, id.bytes, out_size);
}

void by_sync_log_key(const struct by_sync_voice *voice, const struct by_log_id *log,
                     uint8_t out_key[BY_SYNC_KEY_BYTES])
{
    struct by_sync_voice nobody = {.handshake = voice->handshake};
    uint8_t bytes[40];

    by_log_id_put(bytes, log);
    by_sync_hash(&nobody, BY_SYNC_KEY, by_bytes_of(bytes, sizeof bytes), out_key,
                 BY_SYNC_KEY_BYTES);
}

uint8_t by_sync_bucket_of(const struct by_log_id *log)
{
    uint8_t bytes[40];
    struct by_id id;

    by_log_id_put(bytes, log);
    by_hash_bytes(BY_TAG_SYNC_BUCKET, by_bytes_of(bytes, sizeof bytes), &id);
    return id.bytes[0];
}
