#include "net/conn.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/conn_parts.h"
#include "os/os.h"

#define KEEPALIVE_S 60

uint64_t by_conn_now_ms(const struct by_conn *conn)
{
    return uv_now(conn->host->loop);
}

/* -- life -- */
static void on_handle_closed(uv_handle_t *handle)
{
    struct by_conn *conn = handle->data;

    if (--conn->open_handles > 0)
        return;
    conn->host->gone(conn->host->context, conn);
    free(conn);
}

enum banyan_status by_conn_new(const struct by_conn_setup *setup, struct by_conn **out_conn)
{
    struct by_conn *conn = calloc(1, sizeof *conn);

    if (conn == NULL)
        return BANYAN_ERR_MEMORY;
    conn->host = setup->host;
    conn->is_caller = setup->transport != NULL;
    conn->transport = conn->is_caller ? *setup->transport : (struct by_id){{0}};
    conn->state = conn->is_caller ? BY_CONN_DIALING : BY_CONN_SHAKING;
    conn->deadline_ms = conn->stall_ms = UINT64_MAX;
    conn->start_ms = by_conn_now_ms(conn);
    conn->out.size_max = conn->writing.size_max = BY_CONN_OUT_BYTES_MAX;
    conn->rest.size_max = BY_CONN_READ_BYTES;
    if (uv_tcp_init(conn->host->loop, &conn->socket) != 0) {
        free(conn);
        return BANYAN_ERR_NETWORK;
    }
    (void)uv_timer_init(conn->host->loop, &conn->timer); /* cannot fail */
    conn->open_handles = 2;
    conn->socket.data = conn->timer.data = conn->write.data = conn;
    *out_conn = conn;
    return BANYAN_OK;
}

static void release(struct by_conn *conn)
{
    by_live_peer_free(conn->peer);
    conn->peer = NULL;
    by_buffer_deinit(&conn->rest);
}

void by_conn_lose(struct by_conn *conn, enum by_conn_end end)
{
    if (conn->end != BY_END_NONE)
        return;
    conn->end = end;
    conn->host->lost(conn->host->context, conn);
    release(conn);
}

void by_conn_close(struct by_conn *conn, enum by_conn_end end)
{
    if (conn->state == BY_CONN_CLOSED)
        return;
    by_conn_lose(conn, end);
    conn->state = BY_CONN_CLOSED;
    by_channel_free(conn->channel);
    conn->channel = NULL;
    conn->host->queued_bytes -= conn->out.size;
    by_buffer_deinit(&conn->out);
    if (!conn->waits_for_write)
        by_buffer_deinit(&conn->writing);
    by_conn_dial_drop(conn);
    uv_close((uv_handle_t *)&conn->timer, on_handle_closed);
    uv_close((uv_handle_t *)&conn->socket, on_handle_closed);
    /* libuv hands a write under way back, cancelled, before the socket is closed. */
}

/* -- the beginning -- */
static void learn_address(struct by_conn *conn)
{
    int size = sizeof conn->address;

    (void)uv_tcp_getpeername(&conn->socket, (struct sockaddr *)&conn->address, &size);
}

enum banyan_status by_conn_take(struct by_conn *conn, uv_stream_t *listener)
{
    if (uv_accept(listener, (uv_stream_t *)&conn->socket) != 0)
        return BANYAN_ERR_NETWORK;
    learn_address(conn);
    return BANYAN_OK;
}

/* A peer whose machine is gone is noticed within minutes, also while nothing is said. */
static void tune_socket(struct by_conn *conn)
{
    (void)uv_tcp_nodelay(&conn->socket, 1);
    (void)uv_tcp_keepalive(&conn->socket, 1, KEEPALIVE_S);
#ifdef TCP_USER_TIMEOUT
    unsigned timeout_ms = BY_WRITE_STALL_MS_MAX;
    uv_os_fd_t descriptor;
    if (uv_fileno((const uv_handle_t *)&conn->socket, &descriptor) == 0)
        (void)setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
#endif
}

void by_conn_shake(struct by_conn *conn)
{
    const struct by_node *node = by_live_node(conn->host->live);
    struct by_channel_config config = {
        .network = node->network,
        .own_static = &node->transport,
        .peer_static = conn->is_caller ? &conn->transport : NULL,
        .hello = {.version_min = 1, .version_max = 1, .features = BY_FEATURE_LOOKS},
        .message_bytes_max = BY_SYNC_MESSAGE_BYTES_MAX,
    };

    conn->state = BY_CONN_SHAKING;
    conn->deadline_ms = UINT64_MAX;
    learn_address(conn);
    tune_socket(conn);
    by_os_random(&config.ephemeral_seed, sizeof config.ephemeral_seed);
    enum banyan_status status =
        by_channel_new(&config, by_conn_now_ms(conn), &conn->out, &conn->channel);
    by_secret_wipe(&config.ephemeral_seed, sizeof config.ephemeral_seed);
    conn->host->queued_bytes += conn->out.size;
    if (status != BANYAN_OK) {
        by_conn_close(conn, status == BANYAN_ERR_INVALID ? BY_END_HANDSHAKE : BY_END_HERE);
        return;
    }
    by_conn_step(conn);
}

/* -- time -- */
static void tick_channel(struct by_conn *conn)
{
    size_t before = conn->out.size;
    enum banyan_status status = by_channel_tick(conn->channel, by_conn_now_ms(conn), &conn->out);

    conn->host->queued_bytes += conn->out.size - before;
    if (status != BANYAN_OK)
        by_conn_fail_channel(conn, status);
    else if (by_channel_state(conn->channel) == BY_CHANNEL_ENDED && conn->state == BY_CONN_UP)
        by_conn_begin_ending(conn, BY_END_DONE);
}

static void on_timer(uv_timer_t *timer)
{
    struct by_conn *conn = timer->data;
    uint64_t now = by_conn_now_ms(conn);

    if (now >= conn->deadline_ms) {
        by_conn_close(conn, BY_END_NO_ANSWER);
        return;
    }
    if (now >= conn->stall_ms && !by_conn_is_moving(conn)) {
        by_conn_close(conn, BY_END_STALLED);
        return;
    }
    /* The session first: where time is up for both, it says why before the channel ends. */
    by_conn_step(conn);
    if (conn->channel != NULL && conn->state != BY_CONN_CLOSED &&
        now >= by_channel_deadline_ms(conn->channel)) {
        tick_channel(conn);
        by_conn_step(conn);
    }
}

static uint64_t soonest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void by_conn_set_timer(struct by_conn *conn)
{
    uint64_t at = soonest(conn->deadline_ms, conn->stall_ms);
    uint64_t now = by_conn_now_ms(conn);

    if (conn->state == BY_CONN_CLOSED)
        return;
    if (conn->channel != NULL)
        at = soonest(at, by_channel_deadline_ms(conn->channel));
    if (conn->peer != NULL)
        at = soonest(at, by_session_deadline_ms(by_live_peer_session(conn->peer)));
    if (at == UINT64_MAX)
        (void)uv_timer_stop(&conn->timer);
    else
        (void)uv_timer_start(&conn->timer, on_timer, at > now ? at - now : 1, 0);
}
