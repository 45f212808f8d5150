#include "base/address.h"

#include <string.h>

#include "base/error.h"

static enum banyan_status read_port(struct by_bytes text, uint16_t *out_port)
{
    uint32_t port = 0;

    if (text.size == 0 || text.size > 5 || (text.size > 1 && text.data[0] == '0'))
        return BANYAN_ERR_MALFORMED;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return BANYAN_ERR_MALFORMED;
        port = port * 10 + text.data[i] - '0';
    }
    if (port > UINT16_MAX)
        return BANYAN_ERR_MALFORMED;
    *out_port = (uint16_t)port;
    return BANYAN_OK;
}

enum banyan_status
by_address_split(struct by_bytes text, struct by_bytes *out_host, uint16_t *out_port)
{
    size_t colon = text.size;

    while (colon > 0 && text.data[colon - 1] != ':')
        colon--;
    if (colon-- == 0)
        return BANYAN_ERR_MALFORMED;
    *out_host = by_bytes_of(text.data, colon);
    if (colon > 1 && text.data[0] == '[' && text.data[colon - 1] == ']')
        *out_host = by_bytes_of(text.data + 1, colon - 2);
    else if (colon > 0 && memchr(text.data, ':', colon) != NULL)
        return BANYAN_ERR_MALFORMED;
    return read_port(by_bytes_of(text.data + colon + 1, text.size - colon - 1), out_port);
}

static bool is_visible(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

enum banyan_status by_address_check(struct by_bytes text, struct banyan_error *error)
{
    struct by_bytes host;
    uint16_t port;

    if (text.size > 0 && text.size <= BY_ADDRESS_BYTES_MAX && is_visible(text) &&
        by_address_split(text, &host, &port) == BANYAN_OK && host.size > 0 && port > 0)
        return BANYAN_OK;
    return by_fail(error, BANYAN_ERR_INVALID, "'%.*s' is no address of the form HOST:PORT",
                   (int)(text.size < BY_ADDRESS_BYTES_MAX ? text.size : BY_ADDRESS_BYTES_MAX),
                   (const char *)text.data);
}
