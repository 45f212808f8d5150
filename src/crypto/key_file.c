#include "crypto/key_file.h"

#include <string.h>

#include "crypto/hash.h"

static_assert(sizeof(struct by_device_seeds) == 64, "both seeds, one behind the other");

static const char open_magic[] = "banyan device 1\n";
static const char sealed_magic[] = "banyan device 2\n";
static const char any_magic[] = "banyan device ";

/* What stands before the sealed seeds, and goes with them as associated data. */
#define FRONT_BYTES (BY_KEY_FILE_SEALED_BYTES - BY_KEY_FILE_LOCKED_SEEDS - sizeof(struct by_id))

static void put_checksum(uint8_t *file, size_t size)
{
    struct by_id checksum;

    by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(file, size - sizeof checksum), &checksum);
    memcpy(file + size - sizeof checksum, checksum.bytes, sizeof checksum);
}

static bool has_checksum(struct by_bytes file)
{
    struct by_id checksum;
    size_t size = file.size - sizeof checksum;

    if (file.size < sizeof checksum)
        return false;
    by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(file.data, size), &checksum);
    return memcmp(checksum.bytes, file.data + size, sizeof checksum) == 0;
}

/* -- writing -- */

void by_key_file_put_open(const struct by_device_seeds *seeds,
                          uint8_t out_bytes[BY_KEY_FILE_OPEN_BYTES])
{
    memcpy(out_bytes, open_magic, BY_KEY_FILE_MAGIC_BYTES);
    memcpy(out_bytes + BY_KEY_FILE_MAGIC_BYTES, seeds, sizeof *seeds);
    put_checksum(out_bytes, BY_KEY_FILE_OPEN_BYTES);
}

static void
publish(const struct by_device_seeds *seeds, struct by_id *out_device, struct by_id *out_transport)
{
    struct by_signing_key device;
    struct by_box_key transport;

    by_signing_key_from_seed(&seeds->device, &device);
    by_box_key_from_seed(&seeds->transport, &transport);
    *out_device = device.public_key;
    *out_transport = transport.public_key;
    by_secret_wipe(&device, sizeof device);
    by_secret_wipe(&transport, sizeof transport);
}

static uint8_t *put(uint8_t *at, struct by_bytes bytes)
{
    memcpy(at, bytes.data, bytes.size);
    return at + bytes.size;
}

static void put_front(const struct by_key_file *file, uint8_t out_front[FRONT_BYTES])
{
    uint8_t *at = put(out_front, by_bytes_of(sealed_magic, BY_KEY_FILE_MAGIC_BYTES));

    at = put(at, by_id_bytes(&file->device));
    at = put(at, by_id_bytes(&file->transport));
    by_put_u32le(at, file->slowness.passes);
    by_put_u32le(at + 4, file->slowness.memory_bytes / 1024);
    at = put(at + 8, by_bytes_of(file->salt, sizeof file->salt));
    (void)put(at, by_bytes_of(file->nonce, sizeof file->nonce));
}

static bool is_bearable(struct by_slowness slowness)
{
    return slowness.passes >= 1 && slowness.passes <= BY_KEY_FILE_PASSES_MAX &&
           slowness.memory_bytes >= 8 * 1024 && slowness.memory_bytes % 1024 == 0 &&
           slowness.memory_bytes <= BY_KEY_FILE_MEMORY_BYTES_MAX;
}

enum banyan_status
by_key_file_put_sealed(const struct by_device_seeds *seeds, struct by_bytes passphrase,
                       struct by_slowness slowness, const uint8_t salt[BY_SLOW_SALT_BYTES],
                       const uint8_t nonce[24], uint8_t out_bytes[BY_KEY_FILE_SEALED_BYTES])
{
    struct by_key_file file = {.is_sealed = true, .slowness = slowness};
    uint8_t key[32];
    uint8_t plain[64];
    enum banyan_status status = BANYAN_OK;

    if (!is_bearable(slowness))
        return BANYAN_ERR_INVALID;
    publish(seeds, &file.device, &file.transport);
    memcpy(file.salt, salt, sizeof file.salt);
    memcpy(file.nonce, nonce, sizeof file.nonce);
    put_front(&file, out_bytes);
    status = by_slow_hash(passphrase, salt, slowness, key);
    memcpy(plain, seeds, sizeof plain);
    if (status == BANYAN_OK)
        by_aead_seal(key, nonce, by_bytes_of(out_bytes, FRONT_BYTES),
                     by_bytes_of(plain, sizeof plain), out_bytes + FRONT_BYTES);
    put_checksum(out_bytes, BY_KEY_FILE_SEALED_BYTES);
    by_secret_wipe(key, sizeof key);
    by_secret_wipe(plain, sizeof plain);
    return status;
}

/* -- reading -- */

static enum banyan_status read_open(struct by_bytes bytes, struct by_key_file *out_file)
{
    memcpy(&out_file->seeds, bytes.data + BY_KEY_FILE_MAGIC_BYTES, sizeof out_file->seeds);
    publish(&out_file->seeds, &out_file->device, &out_file->transport);
    return BANYAN_OK;
}

static enum banyan_status read_sealed(struct by_bytes bytes, struct by_key_file *out_file)
{
    uint32_t memory_kib = by_get_u32le(bytes.data + 84);

    out_file->is_sealed = true;
    memcpy(out_file->device.bytes, bytes.data + 16, 32);
    memcpy(out_file->transport.bytes, bytes.data + 48, 32);
    if (memory_kib > BY_KEY_FILE_MEMORY_BYTES_MAX / 1024)
        return BANYAN_ERR_TOO_LARGE;
    out_file->slowness = (struct by_slowness){.passes = by_get_u32le(bytes.data + 80),
                                              .memory_bytes = memory_kib * 1024};
    if (!is_bearable(out_file->slowness))
        return BANYAN_ERR_TOO_LARGE;
    memcpy(out_file->salt, bytes.data + 88, sizeof out_file->salt);
    memcpy(out_file->nonce, bytes.data + 104, sizeof out_file->nonce);
    memcpy(out_file->locked, bytes.data + FRONT_BYTES, sizeof out_file->locked);
    return BANYAN_OK;
}

static bool begins_with(struct by_bytes bytes, const char *magic)
{
    size_t size = strlen(magic);

    return bytes.size >= size && memcmp(bytes.data, magic, size) == 0;
}

enum banyan_status by_key_file_read(struct by_bytes bytes, struct by_key_file *out_file)
{
    bool is_open = begins_with(bytes, open_magic);
    bool is_sealed = begins_with(bytes, sealed_magic);

    memset(out_file, 0, sizeof *out_file);
    if (!is_open && !is_sealed && begins_with(bytes, any_magic) && has_checksum(bytes))
        return BANYAN_ERR_UPGRADE;
    if (!(is_open && bytes.size == BY_KEY_FILE_OPEN_BYTES) &&
        !(is_sealed && bytes.size == BY_KEY_FILE_SEALED_BYTES))
        return BANYAN_ERR_DAMAGED;
    if (!has_checksum(bytes))
        return BANYAN_ERR_DAMAGED;
    return is_open ? read_open(bytes, out_file) : read_sealed(bytes, out_file);
}

enum banyan_status by_key_file_unseal(const struct by_key_file *file, struct by_bytes passphrase,
                                      struct by_device_seeds *out_seeds)
{
    uint8_t front[FRONT_BYTES];
    uint8_t key[32];
    uint8_t plain[64];
    struct by_id device, transport;
    enum banyan_status status = by_slow_hash(passphrase, file->salt, file->slowness, key);

    if (status != BANYAN_OK)
        return status;
    put_front(file, front);
    status = by_aead_open(key, file->nonce, by_bytes_of(front, sizeof front),
                          by_bytes_of(file->locked, sizeof file->locked), plain) == BANYAN_OK
                 ? BANYAN_OK
                 : BANYAN_ERR_DENIED;
    if (status == BANYAN_OK) {
        memcpy(out_seeds, plain, sizeof plain);
        publish(out_seeds, &device, &transport);
        /* Whoever knew the passphrase and made the file up gains nothing by other public keys. */
        if (!by_id_equal(&device, &file->device) || !by_id_equal(&transport, &file->transport))
            status = BANYAN_ERR_DAMAGED;
    }
    if (status != BANYAN_OK)
        by_secret_wipe(out_seeds, sizeof *out_seeds);
    by_secret_wipe(plain, sizeof plain);
    by_secret_wipe(key, sizeof key);
    return status;
}
