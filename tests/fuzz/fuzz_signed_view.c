/*
 * Signed views: what is accepted has signatures that verify, in order, and places in order.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "sync/signed_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct by_signed_view view;
    enum banyan_status status = by_signed_view_read(by_bytes_of(data, size), NULL, NULL, &view);

    if (status != BANYAN_OK)
        return 0;
    assert(by_signed_view_is(by_bytes_of(data, size)));
    assert(view.signature_count <= BY_VIEW_SIGNATURES_MAX);
    for (size_t i = 0; i < view.signature_count; i++)
        assert(by_view_statement_verify(&view.statement, &view.signatures[i]) == BANYAN_OK);
    assert(view.places.size % BY_VIEW_PLACE_BYTES == 0 && view.places.size <= size);
    for (size_t at = BY_VIEW_PLACE_BYTES; at < view.places.size; at += BY_VIEW_PLACE_BYTES)
        assert(memcmp(view.places.data + at - BY_VIEW_PLACE_BYTES, view.places.data + at,
                      BY_VIEW_PLACE_BYTES) <= 0);
    return 0;
}
