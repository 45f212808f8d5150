/*
 * From where an IP address can be reached.
 */
#ifndef BY_NET_SCOPE_H
#define BY_NET_SCOPE_H

#include <uv.h>

#include "base/bytes.h"

enum by_scope {
    BY_SCOPE_NONE,  /* of no single machine: unspecified, multicast, broadcast */
    BY_SCOPE_SELF,  /* the machine itself */
    BY_SCOPE_LINK,  /* one cable or radio network, without an administrator */
    BY_SCOPE_OWN,   /* a private network: an office, a VPN, behind a provider's translation */
    BY_SCOPE_WORLD, /* everywhere, unless a firewall has it otherwise */
    BY_SCOPE_NAME   /* a name, which may lead to any of these */
};

/* IPv4 mapped into IPv6 is IPv4. */
enum by_scope by_scope_of(const struct sockaddr *address);
/* Of HOST:PORT; NONE where it is not of the form. */
enum by_scope by_scope_of_text(struct by_bytes address);
/* Whether it can mean another machine than the one that looks. */
bool by_scope_is_for_others(enum by_scope scope);

#endif
