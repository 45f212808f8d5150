/*
 * The key file of a device: the seeds of its signing key and of its transport key, as they are or
 * sealed by a passphrase. Pure.
 *
 *   open    "banyan device 1\n" ‖ device seed 32 ‖ transport seed 32 ‖ checksum 32
 *   sealed  "banyan device 2\n" ‖ device public key 32 ‖ transport public key 32 ‖ passes u32 ‖
 *           memory in KiB u32 ‖ salt 16 ‖ nonce 24 ‖ sealed seeds 80 ‖ checksum 32
 *
 *   checksum      H(tag CHECKSUM, all before): tells a damaged file from a wrong passphrase
 *   sealed seeds  XChaCha20-Poly1305 of both seeds under Argon2id(passphrase, salt, passes,
 *                 memory), associated data all before it in the file
 *
 * Public keys lie open, so that what only reads needs no passphrase.
 */
#ifndef BY_CRYPTO_KEY_FILE_H
#define BY_CRYPTO_KEY_FILE_H

#include "crypto/key.h"
#include "crypto/slow.h"

struct by_device_seeds {
    struct by_seed device;
    struct by_seed transport;
};

#define BY_KEY_FILE_MAGIC_BYTES  16u
#define BY_KEY_FILE_OPEN_BYTES   (BY_KEY_FILE_MAGIC_BYTES + 32u + 32u + 32u)
#define BY_KEY_FILE_LOCKED_SEEDS (64u + BY_AEAD_EXTRA_BYTES)
#define BY_KEY_FILE_SEALED_BYTES                                                                   \
    (BY_KEY_FILE_MAGIC_BYTES + 32u + 32u + 4u + 4u + BY_SLOW_SALT_BYTES + 24u +                    \
     BY_KEY_FILE_LOCKED_SEEDS + 32u)
#define BY_KEY_FILE_BYTES_MAX BY_KEY_FILE_SEALED_BYTES

/* What a file holds, read. Secret where it is open. */
struct by_key_file {
    bool is_sealed;
    struct by_id device, transport; /* public keys */
    struct by_device_seeds seeds;   /* where it is open */
    struct by_slowness slowness;    /* where it is sealed, and so are: */
    uint8_t salt[BY_SLOW_SALT_BYTES];
    uint8_t nonce[24];
    uint8_t locked[BY_KEY_FILE_LOCKED_SEEDS];
};

/* How slow guessing a passphrase is made: half a second on the machines of offices. */
#define BY_KEY_SLOWNESS                                                                            \
    (struct by_slowness)                                                                           \
    {                                                                                              \
        .passes = 3, .memory_bytes = 128u << 20                                                    \
    }
/* A file may ask for no more than these, so that one that somebody made up costs little. */
#define BY_KEY_FILE_PASSES_MAX       16u
#define BY_KEY_FILE_MEMORY_BYTES_MAX (1u << 30)

/* The file of seeds that no passphrase seals. */
void by_key_file_put_open(const struct by_device_seeds *seeds,
                          uint8_t out_bytes[BY_KEY_FILE_OPEN_BYTES]);
/* salt and nonce are random. BANYAN_ERR_MEMORY; BANYAN_ERR_INVALID for a slowness past the bounds.
 */
BANYAN_MUST_CHECK enum banyan_status
by_key_file_put_sealed(const struct by_device_seeds *seeds, struct by_bytes passphrase,
                       struct by_slowness slowness, const uint8_t salt[BY_SLOW_SALT_BYTES],
                       const uint8_t nonce[24], uint8_t out_bytes[BY_KEY_FILE_SEALED_BYTES]);

/* Nothing is reserved for what a file asks for. BANYAN_ERR_DAMAGED for what is no key file;
 * BANYAN_ERR_TOO_LARGE for a slowness past the bounds; BANYAN_ERR_UPGRADE for a later version. */
BANYAN_MUST_CHECK enum banyan_status
by_key_file_read(struct by_bytes bytes, struct by_key_file *out_file);
/* The seeds of a sealed file. BANYAN_ERR_DENIED: another passphrase. BANYAN_ERR_MEMORY. Cost: as
 * slow as the file says. */
BANYAN_MUST_CHECK enum banyan_status by_key_file_unseal(const struct by_key_file *file,
                                                        struct by_bytes passphrase,
                                                        struct by_device_seeds *out_seeds);

#endif
