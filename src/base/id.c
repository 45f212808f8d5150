#include "base/id.h"

#include <string.h>

bool by_id_equal(const struct by_id *a, const struct by_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool by_id_is_zero(const struct by_id *id)
{
    static const struct by_id zero;

    return by_id_equal(id, &zero);
}

int by_id_compare(const struct by_id *a, const struct by_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

struct by_bytes by_id_bytes(const struct by_id *id)
{
    return by_bytes_of(id->bytes, sizeof id->bytes);
}

enum banyan_status by_id_from_bytes(struct by_bytes bytes, struct by_id *out_id)
{
    if (bytes.size != sizeof out_id->bytes)
        return BANYAN_ERR_MALFORMED;
    memcpy(out_id->bytes, bytes.data, sizeof out_id->bytes);
    return BANYAN_OK;
}

bool by_log_id_equal(const struct by_log_id *a, const struct by_log_id *b)
{
    return by_log_id_compare(a, b) == 0;
}

int by_log_id_compare(const struct by_log_id *a, const struct by_log_id *b)
{
    int order = by_id_compare(&a->device, &b->device);

    return order != 0 ? order : memcmp(a->nonce, b->nonce, sizeof a->nonce);
}

void by_log_id_put(uint8_t at[40], const struct by_log_id *log)
{
    memcpy(at, log->device.bytes, sizeof log->device.bytes);
    memcpy(at + sizeof log->device.bytes, log->nonce, sizeof log->nonce);
}

void by_log_id_get(const uint8_t at[40], struct by_log_id *out_log)
{
    memcpy(out_log->device.bytes, at, sizeof out_log->device.bytes);
    memcpy(out_log->nonce, at + sizeof out_log->device.bytes, sizeof out_log->nonce);
}

int by_id_order(const void *a, const void *b)
{
    return by_id_compare(a, b);
}
