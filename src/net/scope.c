#include "net/scope.h"

#include <netinet/in.h>
#include <string.h>

#include "base/address.h"
#include "base/limits.h"

/* RFC 6890. */
static enum by_scope scope_of_four(uint32_t ip)
{
    static const struct {
        uint32_t network;
        unsigned bits;
        enum by_scope scope;
    } rows[] = {
        {0x00000000, 8, BY_SCOPE_NONE},  {0x7f000000, 8, BY_SCOPE_SELF},
        {0x0a000000, 8, BY_SCOPE_OWN},   {0xac100000, 12, BY_SCOPE_OWN},
        {0xc0a80000, 16, BY_SCOPE_OWN},  {0x64400000, 10, BY_SCOPE_OWN},
        {0xa9fe0000, 16, BY_SCOPE_LINK}, {0xe0000000, 4, BY_SCOPE_NONE},
        {0xf0000000, 4, BY_SCOPE_NONE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((ip ^ rows[i].network) >> (32 - rows[i].bits) == 0)
            return rows[i].scope;
    return BY_SCOPE_WORLD;
}

static enum by_scope scope_of_six(const struct in6_addr *ip)
{
    uint32_t four;

    if (IN6_IS_ADDR_V4MAPPED(ip)) {
        memcpy(&four, ip->s6_addr + 12, sizeof four);
        return scope_of_four(ntohl(four));
    }
    if (IN6_IS_ADDR_LOOPBACK(ip))
        return BY_SCOPE_SELF;
    if (IN6_IS_ADDR_UNSPECIFIED(ip) || IN6_IS_ADDR_MULTICAST(ip))
        return BY_SCOPE_NONE;
    if (IN6_IS_ADDR_LINKLOCAL(ip))
        return BY_SCOPE_LINK;
    return (ip->s6_addr[0] & 0xfe) == 0xfc ? BY_SCOPE_OWN : BY_SCOPE_WORLD;
}

enum by_scope by_scope_of(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return scope_of_four(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    if (address->sa_family == AF_INET6)
        return scope_of_six(&((const struct sockaddr_in6 *)address)->sin6_addr);
    return BY_SCOPE_NONE;
}

enum by_scope by_scope_of_text(struct by_bytes address)
{
    struct sockaddr_storage ip;
    struct by_bytes host;
    char name[BY_ADDRESS_BYTES_MAX + 1];
    uint16_t port;

    if (address.size > BY_ADDRESS_BYTES_MAX || by_address_check(address, NULL) != BANYAN_OK ||
        by_address_split(address, &host, &port) != BANYAN_OK)
        return BY_SCOPE_NONE;
    memcpy(name, host.data, host.size);
    name[host.size] = '\0';
    if (uv_ip4_addr(name, port, (struct sockaddr_in *)&ip) == 0 ||
        uv_ip6_addr(name, port, (struct sockaddr_in6 *)&ip) == 0)
        return by_scope_of((const struct sockaddr *)&ip);
    return strcmp(name, "localhost") == 0 ? BY_SCOPE_SELF : BY_SCOPE_NAME;
}

bool by_scope_is_for_others(enum by_scope scope)
{
    return scope != BY_SCOPE_NONE && scope != BY_SCOPE_SELF;
}
