/*
 * Listening for peers.
 */
#ifndef BY_NET_SERVER_H
#define BY_NET_SERVER_H

#include "net/net.h"

#define BY_NET_PORT "7417"

struct by_listener {
    struct by_server *server;
    uv_tcp_t socket;
    bool is_open;
    bool waits; /* a connection was left waiting: there were too many */
    char text[BY_NET_ADDRESS_BYTES];
};
struct by_server {
    struct by_net *net;
    struct by_listener listeners[BY_LISTEN_MAX];
    size_t count;
};

/*
 * Listen at HOST:PORT, each an address of this machine or empty for all of them; none given: at all
 * on BY_NET_PORT, IPv4 and IPv6 as far as the machine has them. Port 0 takes any that is free. What
 * is listened at stands in listeners[].text. On failure too, close is to be called.
 *
 * Returns BANYAN_ERR_USAGE    not of the form, or too many
 *         BANYAN_ERR_NETWORK  the port is taken, or may not be, or the address is not of this
 *                             machine; with words that say what to do
 */
BANYAN_MUST_CHECK enum banyan_status by_server_open(struct by_server *server, struct by_net *net,
                                                    const char *const *addresses, size_t count,
                                                    struct banyan_error *error);
/* A connection is gone: one that waits may be taken. */
void by_server_resume(struct by_server *server);
/* The loop frees the sockets; server stays until it has run to its end. */
void by_server_close(struct by_server *server);
/* The port of the first listener that other machines can reach, 0 where there is none. */
uint16_t by_server_port(const struct by_server *server);

#endif
