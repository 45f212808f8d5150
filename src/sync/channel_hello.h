/*
 * What each side says of itself in the handshake: the versions it speaks and its features.
 *
 *     lowest version u16 ‖ highest version u16 ‖ feature bits u64 ‖ fields of later versions
 *
 * 12 bytes in version 1. Fields are only added, by raising the highest version: a reader passes
 * over what stands behind the fields it knows, and refuses anything there from a side whose highest
 * version is not above its own. Both sides then speak the highest version in both ranges, with the
 * features that both have.
 */
#ifndef BY_SYNC_CHANNEL_HELLO_H
#define BY_SYNC_CHANNEL_HELLO_H

#include "base/bytes.h"

struct by_hello {
    uint16_t version_min; /* from 1 */
    uint16_t version_max; /* from version_min */
    uint64_t features;
};

#define BY_HELLO_BYTES 12

void by_hello_put(const struct by_hello *hello, uint8_t out_bytes[BY_HELLO_BYTES]);

/* version_max is the reader's own. BANYAN_ERR_TRUNCATED, BANYAN_ERR_MALFORMED for a range that is
 * none, BANYAN_ERR_NOT_CANONICAL for bytes behind that no version has, BANYAN_ERR_TOO_LARGE past
 * BY_HELLO_BYTES_MAX. */
BANYAN_MUST_CHECK enum banyan_status
by_hello_get(struct by_bytes bytes, uint16_t version_max, struct by_hello *out_hello);

/* BANYAN_ERR_UPGRADE when no version is in both ranges: the side whose highest is lower is to be
 * upgraded. */
BANYAN_MUST_CHECK enum banyan_status by_hello_agree(const struct by_hello *own,
                                                    const struct by_hello *peer,
                                                    uint16_t *out_version, uint64_t *out_features);

#endif
