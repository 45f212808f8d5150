#include "sync/bundle_format.h"

#include "codec/value.h"
#include "crypto/hash.h"

#define NONCE_BYTES      24u
#define ASSOCIATED_BYTES (sizeof(struct by_id) + BY_BUNDLE_SIZE_BYTES)
#define MANIFEST_KEYS    5u
#define BACKUP_KEYS      (MANIFEST_KEYS + 2u)
#define SIGNED_BYTES_MAX (sizeof(struct by_id) + BY_BUNDLE_MANIFEST_BYTES_MAX)
static_assert(SIGNED_BYTES_MAX <= BY_SIGNED_BYTES_MAX, "a manifest can be signed");

static void make_nonce(const struct by_bundle_cipher *cipher, uint8_t out_nonce[NONCE_BYTES])
{
    memcpy(out_nonce, cipher->header_hash.bytes, 16);
    by_put_u64le(out_nonce + 16, cipher->next_chunk);
}

static void make_associated(const struct by_bundle_cipher *cipher, const uint8_t *size,
                            uint8_t out_associated[ASSOCIATED_BYTES])
{
    memcpy(out_associated, cipher->header_hash.bytes, sizeof cipher->header_hash.bytes);
    memcpy(out_associated + sizeof cipher->header_hash.bytes, size, BY_BUNDLE_SIZE_BYTES);
}

enum banyan_status by_bundle_seal_chunk(struct by_bundle_cipher *cipher, struct by_bytes plain,
                                        bool is_last, struct by_buffer *out)
{
    uint8_t nonce[NONCE_BYTES];
    uint8_t associated[ASSOCIATED_BYTES];
    size_t sealed_size = plain.size + BY_AEAD_EXTRA_BYTES;
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, BY_BUNDLE_SIZE_BYTES + sealed_size, &at);

    if (status != BANYAN_OK)
        return status;
    by_put_u32le(at, (uint32_t)sealed_size | (is_last ? BY_BUNDLE_LAST_BIT : 0));
    make_nonce(cipher, nonce);
    make_associated(cipher, at, associated);
    by_aead_seal(cipher->key, nonce, by_bytes_of(associated, sizeof associated), plain,
                 at + BY_BUNDLE_SIZE_BYTES);
    cipher->next_chunk++;
    return BANYAN_OK;
}

enum banyan_status
by_bundle_open_chunk(struct by_bundle_cipher *cipher, struct by_bytes chunk, struct by_buffer *out)
{
    struct by_bytes sealed = {chunk.data + BY_BUNDLE_SIZE_BYTES, chunk.size - BY_BUNDLE_SIZE_BYTES};
    size_t size_before = out->size;
    uint8_t nonce[NONCE_BYTES];
    uint8_t associated[ASSOCIATED_BYTES];
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, sealed.size - BY_AEAD_EXTRA_BYTES, &at);

    if (status != BANYAN_OK)
        return status;
    make_nonce(cipher, nonce);
    make_associated(cipher, chunk.data, associated);
    cipher->next_chunk++;
    status =
        by_aead_open(cipher->key, nonce, by_bytes_of(associated, sizeof associated), sealed, at);
    if (status == BANYAN_OK)
        return BANYAN_OK;
    out->size = size_before;
    return BANYAN_ERR_DAMAGED;
}

/* What the maker signs: the map under this very header. */
static struct by_bytes
join_signed(const struct by_id *header_hash, struct by_bytes map, uint8_t room[SIGNED_BYTES_MAX])
{
    memcpy(room, header_hash->bytes, sizeof header_hash->bytes);
    memcpy(room + sizeof header_hash->bytes, map.data, map.size);
    return by_bytes_of(room, sizeof header_hash->bytes + map.size);
}

enum banyan_status
by_bundle_map_put(const struct by_bundle_manifest *manifest, struct by_buffer *out)
{
    struct by_pair pairs[BACKUP_KEYS] = {
        {by_bytes_of_text("acts"), by_value_int((int64_t)manifest->act_count)},
        {by_bytes_of_text("made"), by_value_int((int64_t)manifest->made_ms)},
        {by_bytes_of_text("maker"), by_value_bin(by_id_bytes(&manifest->maker))},
        {by_bytes_of_text("network"), by_value_bin(by_id_bytes(&manifest->network))},
        {by_bytes_of_text("records"), by_value_int((int64_t)manifest->record_block_count)},
        {by_bytes_of_text("private"), by_value_int((int64_t)manifest->private_block_count)},
        {by_bytes_of_text("settings"), by_value_int((int64_t)manifest->setting_count)},
    };
    struct by_value map = {
        .kind = BY_VALUE_MAP,
        .map = {.pairs = pairs, .count = manifest->is_backup ? BACKUP_KEYS : MANIFEST_KEYS}};
    enum banyan_status status = by_value_map_sort(&map);

    return status == BANYAN_OK ? by_value_encode(&map, out) : status;
}

void by_bundle_map_sign(struct by_bytes map, const struct by_id *network,
                        const struct by_id *header_hash, const struct by_signing_key *maker,
                        struct by_signature *out_signature)
{
    uint8_t room[SIGNED_BYTES_MAX];

    by_sign(maker, BY_TAG_BUNDLE_MAKER, network, join_signed(header_hash, map, room),
            out_signature);
}

enum banyan_status by_bundle_manifest_put(const struct by_bundle_manifest *manifest,
                                          const struct by_bundle_signer *signer,
                                          const struct by_id *header_hash, struct by_buffer *out)
{
    struct by_buffer map = BY_BUFFER_INIT(BY_BUNDLE_MANIFEST_BYTES_MAX);
    struct by_signature signature;
    enum banyan_status status = by_bundle_map_put(manifest, &map);

    if (status == BANYAN_OK && signer->key != NULL)
        by_bundle_map_sign(by_buffer_bytes(&map), &manifest->network, header_hash, signer->key,
                           &signature);
    else if (status == BANYAN_OK)
        status = signer->sign(signer->context, manifest, header_hash, &signature);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, map.size);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_buffer_bytes(&map));
    if (status == BANYAN_OK)
        status = by_buffer_append(out, signature.bytes, sizeof signature.bytes);
    by_buffer_deinit(&map);
    return status;
}

static enum banyan_status get_id(const struct by_value *map, const char *key, struct by_id *out_id)
{
    struct by_bytes bytes;
    enum banyan_status status = by_value_get_bin(map, key, sizeof out_id->bytes, &bytes);

    return status == BANYAN_OK ? by_id_from_bytes(bytes, out_id) : status;
}

static enum banyan_status
get_count(const struct by_value *map, const char *key, uint64_t *out_count)
{
    int64_t count = 0;
    enum banyan_status status = by_value_get_int(map, key, 0, INT64_MAX, &count);

    *out_count = (uint64_t)count;
    return status;
}

static enum banyan_status
get_own_counts(const struct by_value *map, struct by_bundle_manifest *out_manifest)
{
    enum banyan_status status = BANYAN_OK;

    out_manifest->is_backup = by_value_get(map, "settings") != NULL;
    out_manifest->private_block_count = out_manifest->setting_count = 0;
    if (!out_manifest->is_backup)
        return BANYAN_OK;
    status = get_count(map, "private", &out_manifest->private_block_count);
    return status == BANYAN_OK ? get_count(map, "settings", &out_manifest->setting_count) : status;
}

enum banyan_status
by_bundle_map_take(struct by_bytes bytes, struct by_bundle_manifest *out_manifest)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value map;
    enum banyan_status status = by_value_decode(bytes, &by_scan_payload_limits, &arena, &map);

    if (status == BANYAN_OK)
        status = get_id(&map, "network", &out_manifest->network);
    if (status == BANYAN_OK)
        status = get_id(&map, "maker", &out_manifest->maker);
    if (status == BANYAN_OK)
        status = get_count(&map, "made", &out_manifest->made_ms);
    if (status == BANYAN_OK)
        status = get_count(&map, "acts", &out_manifest->act_count);
    if (status == BANYAN_OK)
        status = get_count(&map, "records", &out_manifest->record_block_count);
    if (status == BANYAN_OK)
        status = get_own_counts(&map, out_manifest);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_bundle_manifest_take(struct by_cursor *cursor,
                                           const struct by_id *header_hash,
                                           struct by_bundle_manifest *out_manifest)
{
    uint8_t room[SIGNED_BYTES_MAX];
    struct by_bundle_manifest manifest;
    struct by_signature signature;
    struct by_bytes map;
    struct by_bytes signed_by_maker;
    uint64_t size = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &size);

    if (status == BANYAN_OK && size > BY_BUNDLE_MANIFEST_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, (size_t)size, &map);
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, sizeof signature.bytes, &signed_by_maker);
    if (status != BANYAN_OK)
        return status;
    /* A map that ends too early is not one that waits for more. */
    status = by_bundle_map_take(map, &manifest);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_TRUNCATED ? BANYAN_ERR_MALFORMED : status;
    memcpy(signature.bytes, signed_by_maker.data, sizeof signature.bytes);
    status = by_verify(&manifest.maker, BY_TAG_BUNDLE_MAKER, &manifest.network,
                       join_signed(header_hash, map, room), &signature);
    if (status == BANYAN_OK)
        *out_manifest = manifest;
    return status;
}
