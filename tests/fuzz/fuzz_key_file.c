/*
 * The key file of a device: what is read is written again the same, and nothing that it asks for is
 * reserved before somebody gives a passphrase.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/key_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_key_file file;
    uint8_t again[BY_KEY_FILE_OPEN_BYTES];
    uint8_t mended[BY_KEY_FILE_BYTES_MAX];
    struct by_id checksum;
    enum banyan_status status = by_key_file_read(by_bytes_of(data, size), &file);

    if (status == BANYAN_OK && !file.is_sealed) {
        by_key_file_put_open(&file.seeds, again);
        if (size != sizeof again || memcmp(again, data, size) != 0)
            abort();
    }
    if (status == BANYAN_OK && file.is_sealed &&
        (file.slowness.memory_bytes > BY_KEY_FILE_MEMORY_BYTES_MAX ||
         file.slowness.passes > BY_KEY_FILE_PASSES_MAX))
        abort();
    /* The checksum stops what is mutated: the same with one that fits. */
    if (size <= 32 || size > sizeof mended)
        return 0;
    memcpy(mended, data, size);
    by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(data, size - sizeof checksum), &checksum);
    memcpy(mended + size - sizeof checksum, checksum.bytes, sizeof checksum);
    (void)!by_key_file_read(by_bytes_of(mended, size), &file);
    return 0;
}
