#include "base/uuid.h"

#include <string.h>

struct by_uuid by_uuid7(uint64_t unix_ms, const uint8_t entropy[10])
{
    struct by_uuid uuid = {{0}};

    for (unsigned i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)(unix_ms >> (8 * (5 - i)));
    memcpy(uuid.bytes + 6, entropy, 10);
    uuid.bytes[6] = (uint8_t)(0x70u | (uuid.bytes[6] & 0x0fu)); /* version 7 */
    uuid.bytes[8] = (uint8_t)(0x80u | (uuid.bytes[8] & 0x3fu)); /* the variant of RFC 9562 */
    return uuid;
}
