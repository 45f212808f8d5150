/*
 * Headers from anywhere: what decodes encodes to the same bytes, and has an id; no seal that was
 * not made verifies.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "log/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct by_id network;
    struct by_entry entry = {0};
    uint8_t again[BY_HEADER_BYTES];

    if (size < BY_HEADER_BYTES || by_header_decode(data, &entry.header) != BANYAN_OK)
        return 0;
    by_header_encode(&entry.header, again);
    assert(memcmp(again, data, sizeof again) == 0);
    if (size >= BY_HEADER_BYTES + sizeof entry.seal.bytes)
        memcpy(entry.seal.bytes, data + BY_HEADER_BYTES, sizeof entry.seal.bytes);
    by_entry_identify(&entry);
    assert(!by_id_is_zero(&entry.id));
    assert(by_entry_verify_seal(&entry, &network) == BANYAN_ERR_BAD_SIGNATURE);
    return 0;
}
