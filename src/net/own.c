#include "net/own.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "net/dial.h"

#define INTERFACES_MAX 64u
/* Linux tells of IPv6 addresses what the usual calls do not. */
#define SIX_FILE       "/proc/net/if_inet6"
#define SIX_TEMPORARY  0x01u
#define SIX_DEPRECATED 0x20u
#define SIX_TENTATIVE  0x40u

static bool is_inside(const char *name)
{
    static const char *const beginnings[] = {"docker", "br-", "veth", "virbr", "vnet",
                                             "lxc",    "lxd", "cni",  "podman"};

    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* -- choosing -- */

static size_t add(struct by_own_address *out, size_t count, const struct sockaddr_storage *address)
{
    struct by_own_address own = {.scope = by_scope_of((const struct sockaddr *)address)};

    by_net_address_text(address, own.text);
    for (size_t i = 0; i < count; i++)
        if (strcmp(out[i].text, own.text) == 0)
            return count;
    if (count < BY_OWN_MAX)
        out[count++] = own;
    return count;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET)
        ((struct sockaddr_in *)address)->sin_port = htons(port);
    else
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
}

/* One scope of what one listener is at. */
static size_t add_listener(const char *listener, enum by_scope scope,
                           const struct by_own_interface *interfaces, size_t interface_count,
                           struct by_own_address *out, size_t count)
{
    struct by_dial_place where;
    struct sockaddr_storage at = {0};
    bool is_four, is_all;

    by_dial_parse(listener, &where);
    is_four = uv_ip4_addr(where.host, where.port, (struct sockaddr_in *)&at) == 0;
    if (!is_four && uv_ip6_addr(where.host, where.port, (struct sockaddr_in6 *)&at) != 0)
        return count;
    is_all = strcmp(where.host, "0.0.0.0") == 0 || strcmp(where.host, "::") == 0;
    if (!is_all)
        return by_scope_of((const struct sockaddr *)&at) == scope ? add(out, count, &at) : count;
    for (size_t i = 0; i < interface_count; i++) {
        struct sockaddr_storage address = interfaces[i].address;

        if ((address.ss_family == AF_INET) != is_four || interfaces[i].is_passing ||
            by_scope_of((const struct sockaddr *)&address) != scope ||
            (scope == BY_SCOPE_OWN && is_inside(interfaces[i].name)))
            continue;
        set_port(&address, where.port);
        count = add(out, count, &address);
    }
    return count;
}

size_t by_own_choose(const struct by_listening *listening,
                     const struct by_own_interface *interfaces, size_t interface_count,
                     struct by_own_address out[BY_OWN_MAX])
{
    static const enum by_scope scopes[] = {BY_SCOPE_WORLD, BY_SCOPE_OWN};
    size_t count = 0;

    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < listening->count; i++)
            count = add_listener(listening->texts[i], scopes[s], interfaces, interface_count, out,
                                 count);
    return count;
}

/* -- the computer's -- */

/* Whether the file's line is of this address, and says that it passes. */
static bool says_passing(const char *line, const struct in6_addr *address)
{
    unsigned flags = 0;
    char hex[33], wanted[33];

    if (sscanf(line, "%32s %*x %*x %*x %x", hex, &flags) != 2)
        return false;
    by_hex(by_bytes_of(address->s6_addr, 16), wanted);
    return strcmp(hex, wanted) == 0 &&
           (flags & (SIX_TEMPORARY | SIX_DEPRECATED | SIX_TENTATIVE)) != 0;
}

static bool is_passing(const struct sockaddr_storage *address)
{
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    FILE *file = address->ss_family == AF_INET6 ? fopen(SIX_FILE, "re") : NULL;
    char line[160];
    bool passes = false;

    while (file != NULL && !passes && fgets(line, sizeof line, file) != NULL)
        passes = says_passing(line, six);
    if (file != NULL)
        (void)fclose(file);
    return passes;
}

size_t by_own_find(const struct by_listening *listening, struct by_own_address out[BY_OWN_MAX])
{
    struct by_own_interface interfaces[INTERFACES_MAX];
    uv_interface_address_t *found = NULL;
    size_t count = 0;
    int found_count = 0;

    if (uv_interface_addresses(&found, &found_count) != 0)
        return by_own_choose(listening, NULL, 0, out);
    for (int i = 0; i < found_count && count < INTERFACES_MAX; i++) {
        struct by_own_interface *interface = &interfaces[count];

        if (found[i].is_internal)
            continue;
        *interface = (struct by_own_interface){.name = found[i].name};
        memcpy(&interface->address, &found[i].address, sizeof found[i].address);
        interface->is_passing = is_passing(&interface->address);
        count++;
    }
    size_t chosen = by_own_choose(listening, interfaces, count, out);
    uv_free_interface_addresses(found, found_count);
    return chosen;
}
