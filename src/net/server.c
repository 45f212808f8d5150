#include "net/server.h"

#include <netinet/in.h>
#include <string.h>

#include "live/addresses.h"

#define BACKLOG 64

/* -- connections -- */
static void take(struct by_listener *listener)
{
    listener->waits =
        by_net_take(listener->server->net, (uv_stream_t *)&listener->socket) != BANYAN_OK;
}

/* libuv asks no further while one is left waiting. */
static void on_connection(uv_stream_t *stream, int result)
{
    if (result == 0)
        take(stream->data);
}

void by_server_resume(struct by_server *server)
{
    for (size_t i = 0; i < server->count; i++)
        if (server->listeners[i].waits && server->listeners[i].is_open)
            take(&server->listeners[i]);
}

/* -- opening -- */
static enum banyan_status explain(int result, const char *text, struct banyan_error *error)
{
    if (result == UV_EADDRINUSE)
        return by_fail(error, BANYAN_ERR_NETWORK,
                       "cannot listen at %s: another program, maybe another banyan, listens there "
                       "already; stop it or choose another port with --listen HOST:PORT",
                       text);
    if (result == UV_EACCES || result == UV_EPERM)
        return by_fail(error, BANYAN_ERR_NETWORK,
                       "cannot listen at %s: this user may not use that port; choose one above "
                       "1023",
                       text);
    if (result == UV_EADDRNOTAVAIL)
        return by_fail(error, BANYAN_ERR_NETWORK,
                       "cannot listen at %s: this machine has no such address", text);
    return by_fail(error, BANYAN_ERR_NETWORK, "cannot listen at %s: %s", text, uv_strerror(result));
}

static int bind_and_listen(struct by_listener *listener, const struct sockaddr *address)
{
    bool is_six = address->sa_family == AF_INET6;
    int result = uv_tcp_bind(&listener->socket, address, is_six ? UV_TCP_IPV6ONLY : 0);

    return result == 0 ? uv_listen((uv_stream_t *)&listener->socket, BACKLOG, on_connection)
                       : result;
}

static int listen_at(struct by_server *server, const struct sockaddr *address)
{
    struct by_listener *listener = &server->listeners[server->count];
    struct sockaddr_storage bound = {0};
    int size = sizeof bound;
    int result = uv_tcp_init(&server->net->loop, &listener->socket);

    if (result != 0)
        return result;
    listener->server = server;
    listener->is_open = true;
    listener->socket.data = listener;
    server->count++;
    result = bind_and_listen(listener, address);
    if (result == 0)
        result = uv_tcp_getsockname(&listener->socket, (struct sockaddr *)&bound, &size);
    if (result == 0)
        by_net_address_text(&bound, listener->text);
    return result;
}

/* given: as a person wrote it. */
static enum banyan_status parse(const char *text, const char *given,
                                struct sockaddr_storage *out_address, struct banyan_error *error)
{
    struct by_bytes host;
    char name[BY_ADDRESS_BYTES_MAX + 1];
    uint16_t port = 0;

    if (strlen(text) > BY_ADDRESS_BYTES_MAX ||
        by_address_split(by_bytes_of_text(text), &host, &port) != BANYAN_OK)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "'%s' is no address to listen at: it has the form HOST:PORT", given);
    memcpy(name, host.data, host.size);
    name[host.size] = '\0';
    if (uv_ip4_addr(name, port, (struct sockaddr_in *)out_address) != 0 &&
        uv_ip6_addr(name, port, (struct sockaddr_in6 *)out_address) != 0)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "'%s' is no address to listen at: HOST is an IP address of this machine, or "
                       "nothing for all of them",
                       given);
    return BANYAN_OK;
}

/* All addresses of the machine. One that has no IPv6 listens without. */
static enum banyan_status
listen_everywhere(struct by_server *server, const char *port, struct banyan_error *error)
{
    char text[BY_ADDRESS_BYTES_MAX + 1] = "0.0.0.0";
    struct sockaddr_storage address;

    (void)strncat(text, port, sizeof text - strlen(text) - 1);
    enum banyan_status status = parse(text, port, &address, error);
    if (status != BANYAN_OK)
        return status;
    int result = listen_at(server, (const struct sockaddr *)&address);
    if (result != 0)
        return explain(result, text, error);
    /* The port that was free for one is taken for the other. */
    (void)uv_ip6_addr("::", by_server_port(server), (struct sockaddr_in6 *)&address);
    result = listen_at(server, (const struct sockaddr *)&address);
    if (result != UV_EADDRINUSE)
        return BANYAN_OK;
    return explain(result, text, error);
}

static enum banyan_status
open_one(struct by_server *server, const char *text, struct banyan_error *error)
{
    struct sockaddr_storage address;

    assert(server->count + 2 <= BY_LISTEN_MAX);
    if (text[0] == ':')
        return listen_everywhere(server, text, error);
    enum banyan_status status = parse(text, text, &address, error);
    if (status != BANYAN_OK)
        return status;
    int result = listen_at(server, (const struct sockaddr *)&address);
    return result == 0 ? BANYAN_OK : explain(result, text, error);
}

enum banyan_status by_server_open(struct by_server *server, struct by_net *net,
                                  const char *const *addresses, size_t count,
                                  struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    memset(server, 0, sizeof *server);
    server->net = net;
    if (count == 0)
        return open_one(server, ":" BY_NET_PORT, error);
    /* Each of them may take two: IPv4 and IPv6. */
    if (count > BY_LISTEN_MAX / 2)
        return by_fail(error, BANYAN_ERR_USAGE, "a node listens at no more than %u addresses",
                       BY_LISTEN_MAX / 2);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = open_one(server, addresses[i], error);
    return status;
}

void by_server_close(struct by_server *server)
{
    for (size_t i = 0; i < server->count; i++) {
        if (server->listeners[i].is_open)
            uv_close((uv_handle_t *)&server->listeners[i].socket, NULL);
        server->listeners[i].is_open = false;
    }
}

/* 0 for one that only this machine reaches. */
static uint16_t port_for_others(const struct by_listener *listener)
{
    struct sockaddr_storage bound = {0};
    int size = sizeof bound;
    const struct sockaddr_in *four = (const struct sockaddr_in *)&bound;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&bound;

    if (uv_tcp_getsockname(&listener->socket, (struct sockaddr *)&bound, &size) != 0)
        return 0;
    if (bound.ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) ? 0 : ntohs(six->sin6_port);
    return (ntohl(four->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET ? 0 : ntohs(four->sin_port);
}

uint16_t by_server_port(const struct by_server *server)
{
    uint16_t port = 0;

    for (size_t i = 0; i < server->count && port == 0; i++)
        port = port_for_others(&server->listeners[i]);
    return port;
}
