/*
 * Typed codes: what decodes encodes to a text that decodes to the same bytes.
 */
#include <stdlib.h>

#include "base/base32.h"

#define BYTES_MAX 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BYTES_MAX);
    struct by_buffer again = BY_BUFFER_INIT(BYTES_MAX);
    char text[BY_BASE32_TEXT_BYTES(BYTES_MAX)];
    char grouped[2 * sizeof text];

    if (by_base32_decode(by_bytes_of(data, size), &bytes) == BANYAN_OK) {
        by_base32_encode(by_buffer_bytes(&bytes), text);
        by_base32_group(text, 5, grouped);
        require(by_base32_decode(by_bytes_of_text(grouped), &again) == BANYAN_OK);
        require(by_bytes_equal(by_buffer_bytes(&bytes), by_buffer_bytes(&again)));
    } else {
        require(bytes.size == 0);
    }
    by_buffer_deinit(&bytes);
    by_buffer_deinit(&again);
    return 0;
}
