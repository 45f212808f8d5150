#include "sync/channel_hello.h"

#include "base/limits.h"

static_assert(BY_HELLO_BYTES <= BY_HELLO_BYTES_MAX, "there is room for later fields");

void by_hello_put(const struct by_hello *hello, uint8_t out_bytes[BY_HELLO_BYTES])
{
    by_put_u16le(out_bytes, hello->version_min);
    by_put_u16le(out_bytes + 2, hello->version_max);
    by_put_u64le(out_bytes + 4, hello->features);
}

enum banyan_status
by_hello_get(struct by_bytes bytes, uint16_t version_max, struct by_hello *out_hello)
{
    struct by_hello hello;

    if (bytes.size < BY_HELLO_BYTES)
        return BANYAN_ERR_TRUNCATED;
    if (bytes.size > BY_HELLO_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    hello.version_min = by_get_u16le(bytes.data);
    hello.version_max = by_get_u16le(bytes.data + 2);
    hello.features = by_get_u64le(bytes.data + 4);
    if (hello.version_min == 0 || hello.version_min > hello.version_max)
        return BANYAN_ERR_MALFORMED;
    if (bytes.size > BY_HELLO_BYTES && hello.version_max <= version_max)
        return BANYAN_ERR_NOT_CANONICAL;
    *out_hello = hello;
    return BANYAN_OK;
}

enum banyan_status by_hello_agree(const struct by_hello *own, const struct by_hello *peer,
                                  uint16_t *out_version, uint64_t *out_features)
{
    uint16_t highest = own->version_max < peer->version_max ? own->version_max : peer->version_max;

    if (highest < own->version_min || highest < peer->version_min)
        return BANYAN_ERR_UPGRADE;
    *out_version = highest;
    *out_features = own->features & peer->features;
    return BANYAN_OK;
}
