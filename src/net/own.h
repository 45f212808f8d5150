/*
 * Where this computer can be reached, as far as it can tell itself: its own addresses at which a
 * node listens. Whether a firewall or a router lets others through it cannot tell.
 */
#ifndef BY_NET_OWN_H
#define BY_NET_OWN_H

#include "net/contacts.h"
#include "net/scope.h"

#define BY_OWN_MAX 16u

struct by_own_address {
    char text[BY_NET_ADDRESS_BYTES];
    enum by_scope scope; /* WORLD or OWN */
};
/* An address of an interface. */
struct by_own_interface {
    const char *name;
    struct sockaddr_storage address;
    bool is_passing; /* for this day only, or not to be used any more */
};

/* Those at which others can find what is listened at, public ones first; returns how many. Of
 * listeners for all addresses of the computer: those of its interfaces, but for networks inside it
 * (containers, virtual machines) and addresses that pass. */
size_t by_own_choose(const struct by_listening *listening,
                     const struct by_own_interface *interfaces, size_t interface_count,
                     struct by_own_address out[BY_OWN_MAX]);
/* The same with the interfaces that the computer has. */
size_t by_own_find(const struct by_listening *listening, struct by_own_address out[BY_OWN_MAX]);

#endif
