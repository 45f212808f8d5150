/*
 * Foreign bytes as a payload: what the pre-scan lets through decodes, and encodes to the same
 * bytes; what it refuses is refused with the same status by decoding.
 */
#include <stdlib.h>

#include "codec/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_bytes bytes = by_bytes_of(data, size);
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer again = BY_BUFFER_INIT(size);
    struct by_value value = {0};
    struct by_value copy = {0};
    enum banyan_status status = by_scan(bytes, &by_scan_payload_limits);

    require(by_value_decode(bytes, &by_scan_payload_limits, &arena, &value) == status);
    if (status == BANYAN_OK) {
        require(by_value_copy(&value, &arena, &copy) == BANYAN_OK);
        require(by_value_equal(&value, &copy));
        require(by_value_encode(&copy, &again) == BANYAN_OK);
        require(by_bytes_equal(by_buffer_bytes(&again), bytes));
    }
    by_buffer_deinit(&again);
    by_arena_deinit(&arena);
    return 0;
}
