#include "net/beacon.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "live/addresses.h"
#include "os/os.h"

#define NONCE_BYTES  16u
#define PORT_BYTES   2u
#define MARK_BYTES   16u
#define QUICK_MS     3000u /* the first few, for those who begin at the same time */
#define QUICK_COUNT  3u
#define PAUSE_MS     30000u /* and half of it at random, so that nodes do not speak in chorus */
#define NETWORKS_MAX 32     /* of one machine that are told */

static_assert(BY_BEACON_BYTES == NONCE_BYTES + PORT_BYTES + MARK_BYTES, "what a beacon is");

/* -- the datagram -- */
static void make_mark(const struct by_id *transport, const uint8_t head[NONCE_BYTES + PORT_BYTES],
                      struct by_id *out_mark)
{
    uint8_t said[32 + PORT_BYTES];

    memcpy(said, transport->bytes, 32);
    memcpy(said + 32, head + NONCE_BYTES, PORT_BYTES);
    by_hash_salted(BY_TAG_BEACON, head, by_bytes_of(said, sizeof said), out_mark);
}

void by_beacon_write(const struct by_id *transport, uint16_t port, const uint8_t nonce[16],
                     uint8_t out_bytes[BY_BEACON_BYTES])
{
    struct by_id mark;

    memcpy(out_bytes, nonce, NONCE_BYTES);
    by_put_u16le(out_bytes + NONCE_BYTES, port);
    make_mark(transport, out_bytes, &mark);
    memcpy(out_bytes + NONCE_BYTES + PORT_BYTES, mark.bytes, MARK_BYTES);
}

enum banyan_status
by_beacon_read(struct by_bytes bytes, const struct by_id *transport, uint16_t *out_port)
{
    struct by_id mark;

    if (bytes.size != BY_BEACON_BYTES || by_get_u16le(bytes.data + NONCE_BYTES) == 0)
        return BANYAN_ERR_MALFORMED;
    make_mark(transport, bytes.data, &mark);
    if (memcmp(mark.bytes, bytes.data + NONCE_BYTES + PORT_BYTES, MARK_BYTES) != 0)
        return BANYAN_ERR_NOT_FOUND;
    *out_port = by_get_u16le(bytes.data + NONCE_BYTES);
    return BANYAN_OK;
}

/* -- hearing -- */
static bool tell(struct by_beacon *beacon, const struct by_id *transport, struct by_bytes bytes,
                 const struct sockaddr *from)
{
    char host[INET_ADDRSTRLEN], text[INET_ADDRSTRLEN + 8];
    uint16_t port;

    if (by_beacon_read(bytes, transport, &port) != BANYAN_OK ||
        uv_ip4_name((const struct sockaddr_in *)from, host, sizeof host) != 0)
        return false;
    (void)snprintf(text, sizeof text, "%s:%u", host, port);
    beacon->heard(beacon->context, transport, text);
    return true;
}

/* Whose beacon it is: a member's, or that of the node which a newcomer was invited by. */
static void recognise(struct by_beacon *beacon, struct by_bytes bytes, const struct sockaddr *from)
{
    const struct by_node *node = by_net_node(beacon->net);
    const struct by_id *own = &node->transport.public_key;
    struct by_id inviter;
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);

    for (size_t i = 0; i < count; i++) {
        const struct by_id *transport = &devices[i].certificate.transport;
        if (!by_id_equal(transport, own) &&
            by_charter_device_role(node->charter, &devices[i]) != BY_ROLE_NONE &&
            tell(beacon, transport, bytes, from))
            return;
    }
    if (by_node_role(node) == BY_ROLE_NONE &&
        by_addresses_inviter(node->store, &inviter, NULL) == BANYAN_OK)
        (void)tell(beacon, &inviter, bytes, from);
}

/* A flood costs no more than what a second may. */
static bool may_hear(struct by_beacon *beacon)
{
    uint64_t now = uv_now(&beacon->net->loop);

    if (now - beacon->second_ms >= 1000) {
        beacon->second_ms = now;
        beacon->heard_count = 0;
    }
    return ++beacon->heard_count <= BY_BEACONS_PER_S_MAX;
}

static void lend_bytes(uv_handle_t *handle, size_t size, uv_buf_t *out_bytes)
{
    struct by_beacon *beacon = handle->data;

    (void)size;
    *out_bytes = uv_buf_init((char *)beacon->heard_bytes, sizeof beacon->heard_bytes);
}

static void on_datagram(uv_udp_t *socket, ssize_t size, const uv_buf_t *bytes,
                        const struct sockaddr *from, unsigned flags)
{
    struct by_beacon *beacon = socket->data;

    if (size != (ssize_t)BY_BEACON_BYTES || from == NULL || (flags & UV_UDP_PARTIAL) != 0 ||
        from->sa_family != AF_INET || !may_hear(beacon))
        return;
    recognise(beacon, by_bytes_of(bytes->base, (size_t)size), from);
}

/* -- telling -- */

/* A datagram that cannot leave at once is not sent: the next one follows. */
static void send_to(struct by_beacon *beacon, const struct sockaddr_in *address)
{
    struct sockaddr_in to = *address;
    uv_buf_t bytes = uv_buf_init((char *)beacon->told_bytes, BY_BEACON_BYTES);

    to.sin_port = htons(BY_BEACON_PORT);
    (void)uv_udp_try_send(&beacon->socket, &bytes, 1, (const struct sockaddr *)&to);
}

/* To the group, and as broadcast where the network has one: by name of the network, since a machine
 * without a way out, or with several, would send neither. */
static void tell_network(struct by_beacon *beacon, const uv_interface_address_t *network)
{
    struct sockaddr_in to;
    char own[INET_ADDRSTRLEN];

    if (uv_ip4_name(&network->address.address4, own, sizeof own) == 0 &&
        uv_udp_set_multicast_interface(&beacon->socket, own) == 0 &&
        uv_ip4_addr(BY_BEACON_GROUP, BY_BEACON_PORT, &to) == 0)
        send_to(beacon, &to);
    to = network->address.address4;
    to.sin_addr.s_addr |= ~network->netmask.netmask4.sin_addr.s_addr;
    if (to.sin_addr.s_addr != network->address.address4.sin_addr.s_addr)
        send_to(beacon, &to);
}

/* Networks come and go: those of the moment are heard from now on. */
static void join_network(struct by_beacon *beacon, const uv_interface_address_t *network)
{
    char own[INET_ADDRSTRLEN];

    /* It fails where it was joined already. */
    if (uv_ip4_name(&network->address.address4, own, sizeof own) == 0)
        (void)uv_udp_set_membership(&beacon->socket, BY_BEACON_GROUP, own, UV_JOIN_GROUP);
}

static void make_beacon(struct by_beacon *beacon)
{
    const struct by_id *own = &by_net_node(beacon->net)->transport.public_key;
    uint8_t nonce[NONCE_BYTES];

    by_os_random(nonce, sizeof nonce);
    by_beacon_write(own, beacon->listen_port, nonce, beacon->told_bytes);
}

static void look_around(struct by_beacon *beacon)
{
    uv_interface_address_t *networks = NULL;
    int count = 0;

    if (uv_interface_addresses(&networks, &count) != 0)
        return;
    make_beacon(beacon);
    for (int i = 0; i < count && i < NETWORKS_MAX; i++) {
        if (networks[i].is_internal || networks[i].address.address4.sin_family != AF_INET)
            continue;
        join_network(beacon, &networks[i]);
        if (beacon->listen_port != 0)
            tell_network(beacon, &networks[i]);
    }
    uv_free_interface_addresses(networks, count);
}

static void on_timer(uv_timer_t *timer)
{
    struct by_beacon *beacon = timer->data;
    uint32_t random;

    look_around(beacon);
    by_os_random(&random, sizeof random);
    uint64_t pause = ++beacon->sent < QUICK_COUNT ? QUICK_MS : PAUSE_MS;
    (void)uv_timer_start(timer, on_timer, pause + random % (pause / 2), 0);
}

/* -- opening -- */
static int listen_in(struct by_beacon *beacon)
{
    struct sockaddr_in address;
    int result = uv_ip4_addr("0.0.0.0", BY_BEACON_PORT, &address);

    if (result == 0) /* several nodes of one machine may hear */
        result = uv_udp_bind(&beacon->socket, (const struct sockaddr *)&address, UV_UDP_REUSEADDR);
    if (result == 0)
        result = uv_udp_recv_start(&beacon->socket, lend_bytes, on_datagram);
    if (result != 0)
        return result;
    /* Either of both ways will do. */
    (void)uv_udp_set_multicast_ttl(&beacon->socket, 1);
    (void)uv_udp_set_broadcast(&beacon->socket, 1);
    return 0;
}

enum banyan_status by_beacon_open(struct by_beacon *beacon, struct by_net *net,
                                  uint16_t listen_port, by_beacon_heard *heard, void *context,
                                  struct banyan_error *error)
{
    memset(beacon, 0, sizeof *beacon);
    beacon->net = net;
    beacon->heard = heard;
    beacon->context = context;
    beacon->listen_port = listen_port;
    int result = uv_udp_init(&net->loop, &beacon->socket);
    if (result == 0) {
        (void)uv_timer_init(&net->loop, &beacon->timer);
        beacon->socket.data = beacon->timer.data = beacon;
        beacon->is_open = true;
        result = listen_in(beacon);
    }
    if (result != 0)
        return by_fail(error, BANYAN_ERR_NETWORK,
                       "nodes nearby cannot be found by themselves, since UDP port %u cannot be "
                       "used: %s",
                       BY_BEACON_PORT, uv_strerror(result));
    (void)uv_timer_start(&beacon->timer, on_timer, 0, 0);
    return BANYAN_OK;
}

void by_beacon_close(struct by_beacon *beacon)
{
    if (!beacon->is_open)
        return;
    beacon->is_open = false;
    uv_close((uv_handle_t *)&beacon->socket, NULL);
    uv_close((uv_handle_t *)&beacon->timer, NULL);
}
