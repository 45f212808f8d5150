#include "net/net.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/os.h"

#define GRACE_MS 3000u
/* Of two connections to one peer made this close to each other, both sides keep the same one. */
#define CROSSING_MS 10000u
/* Descriptors for everything that is no connection. */
#define DESCRIPTORS_KEPT 32u

const struct by_node *by_net_node(const struct by_net *net)
{
    return by_live_node(net->live);
}

/* -- addresses -- */
static struct by_ip ip_of(const struct sockaddr_storage *address)
{
    struct by_ip ip = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};

    if (address->ss_family == AF_INET)
        memcpy(ip.bytes + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
    else if (address->ss_family == AF_INET6)
        memcpy(ip.bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
    return ip;
}

static bool is_same_ip(const struct by_ip *a, const struct by_ip *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void by_net_address_text(const struct sockaddr_storage *address, char out[BY_NET_ADDRESS_BYTES])
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
    const struct sockaddr_in *four = (const struct sockaddr_in *)address;
    struct in_addr mapped;
    char host[48] = "?";

    out[0] = '\0';
    if (address->ss_family == AF_INET) {
        (void)uv_ip4_name(four, host, sizeof host);
        (void)snprintf(out, BY_NET_ADDRESS_BYTES, "%s:%u", host, ntohs(four->sin_port));
    } else if (address->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
        memcpy(&mapped, six->sin6_addr.s6_addr + 12, sizeof mapped);
        (void)uv_inet_ntop(AF_INET, &mapped, host, sizeof host);
        (void)snprintf(out, BY_NET_ADDRESS_BYTES, "%s:%u", host, ntohs(six->sin6_port));
    } else if (address->ss_family == AF_INET6) {
        (void)uv_ip6_name(six, host, sizeof host);
        (void)snprintf(out, BY_NET_ADDRESS_BYTES, "[%s]:%u", host, ntohs(six->sin6_port));
    }
}

static bool has_met(const struct by_net *net, const struct by_ip *ip)
{
    size_t count = net->met_count < BY_NET_MET_MAX ? net->met_count : BY_NET_MET_MAX;

    for (size_t i = 0; i < count; i++)
        if (is_same_ip(&net->met[i], ip))
            return true;
    return false;
}

void by_net_meet(struct by_net *net, const struct sockaddr_storage *address)
{
    struct by_ip ip = ip_of(address);

    if (!has_met(net, &ip))
        net->met[net->met_count++ % BY_NET_MET_MAX] = ip;
}

/* -- the list -- */
static bool is_stranger(const struct by_conn *conn)
{
    return !conn->is_caller && !conn->was_up &&
           (conn->state == BY_CONN_SHAKING || conn->state == BY_CONN_UP);
}

static void enlist(struct by_net *net, struct by_conn *conn)
{
    conn->next = net->conns;
    if (conn->next != NULL)
        conn->next->previous = conn;
    net->conns = conn;
    net->conn_count++;
}

static void strike_out(struct by_net *net, struct by_conn *conn)
{
    if (conn->next != NULL)
        conn->next->previous = conn->previous;
    if (conn->previous != NULL)
        conn->previous->next = conn->next;
    else
        net->conns = conn->next;
    net->conn_count--;
}

struct by_conn *by_net_find(const struct by_net *net, const struct by_id *transport)
{
    for (struct by_conn *at = net->conns; at != NULL; at = at->next)
        if (at->state == BY_CONN_UP && by_id_equal(&at->transport, transport))
            return at;
    return NULL;
}

/* -- what connections tell -- */

/* Whether the new one of two connections to one peer is the one to keep. Made at the same time they
 * cross: then both sides keep the one that the lower key opened. Later, whoever opens a new one has
 * lost the old. */
static bool keep_new(const struct by_net *net, const struct by_conn *old, const struct by_conn *new)
{
    const struct by_id *own = &by_net_node(net)->transport.public_key;
    bool is_lower = by_id_compare(own, &new->transport) < 0;

    if (new->is_caller == old->is_caller || new->start_ms > old->start_ms + CROSSING_MS)
        return true;
    return new->is_caller == is_lower;
}

static bool on_known(void *context, struct by_conn *conn)
{
    struct by_net *net = context;
    struct by_conn *old = by_net_find(net, &conn->transport);

    net->stranger_count -= is_stranger(conn);
    conn->was_up = true;
    if (net->is_stopping || (old != NULL && !keep_new(net, old, conn)))
        return false;
    if (old != NULL)
        by_conn_leave(old, BY_END_SECOND);
    if (conn->right == BY_RIGHT_ALL)
        by_net_meet(net, &conn->address);
    if (net->hooks.connected != NULL)
        net->hooks.connected(net->hooks.context, conn);
    return true;
}

static void on_in_sync(void *context, struct by_conn *conn)
{
    struct by_net *net = context;

    if (net->hooks.in_sync != NULL)
        net->hooks.in_sync(net->hooks.context, conn);
}

static void on_seen(void *context, struct by_conn *conn, const struct by_seen *seen)
{
    struct by_net *net = context;

    if (net->hooks.seen != NULL)
        net->hooks.seen(net->hooks.context, conn, seen);
}

static void on_lost(void *context, struct by_conn *conn)
{
    struct by_net *net = context;

    if (!conn->is_caller && !conn->was_up) {
        net->stranger_count--;
        net->strangers_turned_away++;
    } else if (net->hooks.lost != NULL) {
        net->hooks.lost(net->hooks.context, conn);
    }
}

static void finish_if_stopped(struct by_net *net);

static void on_gone(void *context, struct by_conn *conn)
{
    struct by_net *net = context;

    strike_out(net, conn);
    if (net->hooks.gone != NULL)
        net->hooks.gone(net->hooks.context, conn);
    finish_if_stopped(net);
}

/* -- new connections -- */
struct by_conn *by_net_dial(struct by_net *net, const struct by_id *transport,
                            const struct by_conn_goal *goal, void *tag)
{
    const struct by_conn_setup setup = {.host = &net->host, .transport = transport};
    struct by_conn *conn;

    if (net->conn_count >= net->conn_max || net->is_stopping ||
        by_conn_new(&setup, &conn) != BANYAN_OK)
        return NULL;
    conn->tag = tag;
    enlist(net, conn);
    by_conn_dial(conn, goal);
    return conn;
}

static size_t strangers_from(const struct by_net *net, const struct by_ip *ip)
{
    size_t count = 0;

    for (const struct by_conn *at = net->conns; at != NULL; at = at->next) {
        struct by_ip other = ip_of(&at->address);
        count += is_stranger(at) && is_same_ip(&other, ip);
    }
    return count;
}

/* Whether one more stranger, counted already, has a place. */
static bool may_shake(const struct by_net *net, const struct by_conn *conn)
{
    struct by_ip ip = ip_of(&conn->address);
    bool is_met = has_met(net, &ip);

    return net->stranger_count <= (is_met ? BY_STRANGERS_MAX : BY_STRANGERS_UNKNOWN_MAX) &&
           strangers_from(net, &ip) <= BY_STRANGERS_PER_IP_MAX;
}

enum banyan_status by_net_take(struct by_net *net, uv_stream_t *listener)
{
    const struct by_conn_setup setup = {.host = &net->host};
    struct by_conn *conn;

    if (net->conn_count >= net->conn_max || net->is_stopping)
        return BANYAN_ERR_FULL;
    enum banyan_status status = by_conn_new(&setup, &conn);
    if (status != BANYAN_OK)
        return status;
    enlist(net, conn);
    net->stranger_count++;
    if (by_conn_take(conn, listener) == BANYAN_OK && may_shake(net, conn))
        by_conn_shake(conn);
    else
        by_conn_close(conn, BY_END_DONE);
    return BANYAN_OK;
}

/* -- the node behind -- */
static void poll_all(struct by_net *net)
{
    struct banyan_error error = {.words = net->words};
    struct by_conn *next = NULL;

    if (by_live_poll(net->live, uv_now(&net->loop), &error) != BANYAN_OK &&
        net->hooks.trouble != NULL)
        net->hooks.trouble(net->hooks.context, &error);
    /* No connection is freed but by the loop itself. */
    for (struct by_conn *at = net->conns; at != NULL; at = next) {
        next = at->next;
        by_conn_poll(at);
    }
    if (net->hooks.polled != NULL)
        net->hooks.polled(net->hooks.context);
}

static void on_wake(uv_async_t *wake)
{
    poll_all(wake->data);
}

static void on_poll(uv_timer_t *timer)
{
    poll_all(timer->data);
}

static void on_bell(uv_poll_t *poll, int status, int events)
{
    struct by_net *net = poll->data;

    (void)events;
    by_os_bell_hush(net->bell);
    if (status < 0)
        (void)uv_poll_stop(poll);
    poll_all(net);
}

static void wake_loop(void *context)
{
    struct by_net *net = context;

    (void)uv_async_send(&net->wake);
}

/* -- beginning and end -- */
static void on_handle_closed(uv_handle_t *handle)
{
    struct by_net *net = handle->data;

    net->open_handles--;
}

static void finish_if_stopped(struct by_net *net)
{
    if (!net->is_stopping || net->conn_count > 0 || uv_is_closing((uv_handle_t *)&net->wake))
        return;
    uv_close((uv_handle_t *)&net->wake, on_handle_closed);
    uv_close((uv_handle_t *)&net->stop, on_handle_closed);
    uv_close((uv_handle_t *)&net->poll, on_handle_closed);
    if (net->bell != NULL)
        uv_close((uv_handle_t *)&net->bell_poll, on_handle_closed);
    uv_close((uv_handle_t *)&net->grace, on_handle_closed);
}

static void on_grace_over(uv_timer_t *timer)
{
    struct by_net *net = timer->data;
    struct by_conn *next = NULL;

    for (struct by_conn *at = net->conns; at != NULL; at = next) {
        next = at->next;
        by_conn_close(at, BY_END_DONE);
    }
}

static void on_stop(uv_async_t *stop)
{
    struct by_net *net = stop->data;
    struct by_conn *next = NULL;

    if (net->is_stopping)
        return;
    net->is_stopping = true;
    if (net->hooks.stopping != NULL)
        net->hooks.stopping(net->hooks.context);
    for (struct by_conn *at = net->conns; at != NULL; at = next) {
        next = at->next;
        by_conn_leave(at, BY_END_DONE);
    }
    (void)uv_timer_start(&net->grace, on_grace_over, GRACE_MS, 0);
    finish_if_stopped(net);
}

void by_net_stop(struct by_net *net)
{
    (void)uv_async_send(&net->stop);
}

/* Writing to a connection that is gone is an answer, not a signal. */
static void ignore_sigpipe(void)
{
    struct sigaction now;

    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        (void)signal(SIGPIPE, SIG_IGN);
}

static enum banyan_status open_loop(struct by_net *net, struct banyan_error *error)
{
    if (uv_loop_init(&net->loop) != 0)
        return by_fail(error, BANYAN_ERR_MEMORY, "there is no room for one more network loop");
    net->loop_is_open = true;
    if (uv_async_init(&net->loop, &net->wake, on_wake) != 0 ||
        uv_async_init(&net->loop, &net->stop, on_stop) != 0)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    (void)uv_timer_init(&net->loop, &net->poll);
    (void)uv_timer_init(&net->loop, &net->grace);
    net->wake.data = net->stop.data = net->poll.data = net->grace.data = net;
    net->open_handles = 4;
    net->host.read_bytes = malloc(BY_CONN_READ_BYTES);
    return net->host.read_bytes == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : BANYAN_OK;
}

/* What it cannot have, the timer makes up for. */
static void hang_bell(struct by_net *net, const char *home)
{
    char *path = by_os_path_join(home, BY_BELL_FILE);

    net->bell = path == NULL ? NULL : by_os_bell_hang(path);
    free(path);
    if (net->bell == NULL)
        return;
    if (uv_poll_init(&net->loop, &net->bell_poll, by_os_bell_descriptor(net->bell)) != 0) {
        by_os_bell_drop(net->bell);
        net->bell = NULL;
        return;
    }
    net->bell_poll.data = net;
    net->open_handles++;
    (void)uv_poll_start(&net->bell_poll, UV_READABLE, on_bell);
}

static size_t most_connections(void)
{
    size_t most = BY_PEERS_MAX + BY_STRANGERS_MAX;
    uint64_t descriptors = by_os_descriptors_max();
    uint64_t usable =
        descriptors / 10 * 9 > DESCRIPTORS_KEPT ? descriptors / 10 * 9 - DESCRIPTORS_KEPT : 1;

    return usable < most ? (size_t)usable : most;
}

/* All that does not hang on the home. */
static enum banyan_status
prepare(struct by_net *net, const struct by_net_hooks *hooks, struct banyan_error *error)
{
    memset(net, 0, sizeof *net);
    net->hooks = *hooks;
    net->words = by_error_beside(error).words;
    net->poll_ms = BY_LIVE_POLL_MS;
    net->conn_max = most_connections();
    ignore_sigpipe();
    return open_loop(net, error);
}

static enum banyan_status be_open(struct by_net *net, enum banyan_status status)
{
    if (status != BANYAN_OK) {
        by_net_close(net);
        return status;
    }
    hang_bell(net, by_net_node(net)->home);
    net->host = (struct by_conn_host){.loop = &net->loop,
                                      .live = net->live,
                                      .read_bytes = net->host.read_bytes,
                                      .context = net,
                                      .known = on_known,
                                      .in_sync = on_in_sync,
                                      .seen = on_seen,
                                      .lost = on_lost,
                                      .gone = on_gone};
    return BANYAN_OK;
}

enum banyan_status by_net_open(struct by_net *net, const char *home,
                               const struct by_net_hooks *hooks, struct banyan_error *error)
{
    enum banyan_status status = prepare(net, hooks, error);

    if (status == BANYAN_OK)
        status = by_live_open(home, &hooks->passphrase, wake_loop, net, &net->live, error);
    return be_open(net, status);
}

enum banyan_status by_net_open_made(struct by_net *net, struct by_node *node,
                                    const struct by_id *inviter, const struct by_net_hooks *hooks,
                                    struct banyan_error *error)
{
    enum banyan_status status = prepare(net, hooks, error);

    if (status != BANYAN_OK)
        by_node_close(node);
    else
        status = by_live_open_made(node, inviter, wake_loop, net, &net->live, error);
    return be_open(net, status);
}

void by_net_run(struct by_net *net)
{
    (void)uv_timer_start(&net->poll, on_poll, 0, net->poll_ms);
    (void)uv_run(&net->loop, UV_RUN_DEFAULT);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* The threads of the node come first: until they have ended they may wake the loop. A loop that
 * never ran to its end has handles of its own left; there are no connections then. */
void by_net_close(struct by_net *net)
{
    by_live_close(net->live);
    if (net->loop_is_open && uv_loop_close(&net->loop) == UV_EBUSY) {
        uv_walk(&net->loop, close_handle, NULL);
        (void)uv_run(&net->loop, UV_RUN_DEFAULT);
        (void)uv_loop_close(&net->loop);
    }
    by_os_bell_drop(net->bell);
    free(net->host.read_bytes);
    memset(net, 0, sizeof *net);
}
