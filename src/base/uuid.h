/*
 * UUID version 7 (RFC 9562): time first, so that names made together lie together.
 */
#ifndef BY_BASE_UUID_H
#define BY_BASE_UUID_H

#include <stdint.h>

struct by_uuid {
    uint8_t bytes[16];
};

/* unix_ms and 10 random bytes to a UUIDv7. Pure: entropy is an argument. */
struct by_uuid by_uuid7(uint64_t unix_ms, const uint8_t entropy[10]);

#endif
