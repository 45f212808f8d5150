#include "net/conn.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/conn_parts.h"
#include "os/os.h"

#define KEEPALIVE_S       60
#define BUFFER_KEPT_BYTES (64u * 1024u) /* an empty buffer that is larger is given back */
/* Bytes of one connection that may wait though all connections together have too many. */
#define QUEUE_SHARE_BYTES (64u * 1024u)
/* A queue that is full takes what a session says in one step. */
#define OUT_BYTES_MAX (BY_PEER_QUEUE_BYTES + 2 * BY_MESSAGE_BYTES_MAX)

static uint64_t now_ms(const struct by_conn *conn)
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
    conn->start_ms = now_ms(conn);
    conn->out.size_max = conn->writing.size_max = OUT_BYTES_MAX;
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

/* Tell, once, that nothing more will come of it. */
static void lose(struct by_conn *conn, enum by_conn_end end)
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
    lose(conn, end);
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

/* -- deadlines -- */
static uint64_t soonest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void on_timer(uv_timer_t *timer);

void by_conn_set_timer(struct by_conn *conn)
{
    uint64_t at = soonest(conn->deadline_ms, conn->stall_ms);
    uint64_t now = now_ms(conn);

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

/* -- writing -- */
static void finish(struct by_conn *conn);
static void step(struct by_conn *conn);

static size_t queue_bytes(const struct by_conn *conn)
{
    return conn->out.size + uv_stream_get_write_queue_size((const uv_stream_t *)&conn->socket);
}

static bool can_send(const struct by_conn *conn)
{
    size_t queued = queue_bytes(conn);

    if (conn->host->queued_bytes >= BY_QUEUES_BYTES_MAX && queued >= QUEUE_SHARE_BYTES)
        return false;
    return queued < BY_PEER_QUEUE_BYTES;
}

static void empty_buffer(struct by_buffer *buffer)
{
    if (buffer->capacity > BUFFER_KEPT_BYTES)
        by_buffer_deinit(buffer);
    by_buffer_reset(buffer);
}

static void on_written(uv_write_t *write, int result)
{
    struct by_conn *conn = write->data;

    conn->host->queued_bytes -= conn->writing.size;
    conn->waits_for_write = false;
    conn->stall_ms = UINT64_MAX;
    if (conn->state == BY_CONN_CLOSED) {
        by_buffer_deinit(&conn->writing);
        return;
    }
    empty_buffer(&conn->writing);
    if (result != 0)
        by_conn_close(conn, BY_END_CUT);
    else if (conn->state == BY_CONN_ENDING)
        finish(conn);
    else
        step(conn);
}

/* One write at a time: what comes up meanwhile waits in out. */
static void flush(struct by_conn *conn)
{
    struct by_buffer spare = conn->writing;

    if (conn->waits_for_write || conn->out.size == 0 || conn->state == BY_CONN_CLOSED)
        return;
    conn->writing = conn->out;
    conn->out = spare;
    uv_buf_t bytes = uv_buf_init((char *)conn->writing.data, (unsigned)conn->writing.size);
    if (uv_write(&conn->write, (uv_stream_t *)&conn->socket, &bytes, 1, on_written) != 0) {
        conn->host->queued_bytes -= conn->writing.size;
        by_buffer_deinit(&conn->writing);
        by_conn_close(conn, BY_END_CUT);
        return;
    }
    conn->waits_for_write = true;
    conn->stall_queue = uv_stream_get_write_queue_size((uv_stream_t *)&conn->socket);
    conn->stall_ms = now_ms(conn) + BY_WRITE_STALL_MS_MAX;
}

/* Whether the write under way has moved since it was looked at last. */
static bool is_moving(struct by_conn *conn)
{
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&conn->socket);
    bool moves = left < conn->stall_queue;

    conn->stall_queue = left;
    conn->stall_ms = now_ms(conn) + BY_WRITE_STALL_MS_MAX;
    return moves;
}

/* -- the end -- */
static void on_shutdown(uv_shutdown_t *request, int result)
{
    struct by_conn *conn = request->data;

    /* The peer closes when it has read all; closing first might take the last bytes from it. */
    if (result != 0 && conn->state != BY_CONN_CLOSED)
        by_conn_close(conn, conn->end);
}

/* ENDING, and nothing under way: send the end of the stream once all is written. */
static void finish(struct by_conn *conn)
{
    if (conn->out.size > 0) {
        flush(conn);
        return;
    }
    if (conn->end == BY_END_BY_PEER) {
        by_conn_close(conn, conn->end);
        return;
    }
    conn->shutdown.data = conn;
    if (uv_shutdown(&conn->shutdown, (uv_stream_t *)&conn->socket, on_shutdown) != 0)
        by_conn_close(conn, conn->end);
}

static void begin_ending(struct by_conn *conn, enum by_conn_end end)
{
    lose(conn, end);
    conn->state = BY_CONN_ENDING;
    conn->deadline_ms = now_ms(conn) + BY_GOODBYE_MS_MAX;
    by_conn_read(conn); /* to its end, and dropped */
    if (conn->state == BY_CONN_ENDING && !conn->waits_for_write)
        finish(conn);
    by_conn_set_timer(conn);
}

/* A last message of one bye, or none. */
static void say_goodbye(struct by_conn *conn, enum by_session_reason reason)
{
    const struct by_message bye = {.type = BY_MESSAGE_BYE, .bye = (uint8_t)reason};
    struct by_buffer message = BY_BUFFER_INIT(16);
    size_t before = conn->out.size;

    if (by_message_encode(&bye, &message) == BANYAN_OK)
        /* Where there is no room for it, the stream's end says as much. */
        (void)!by_channel_goodbye(conn->channel, now_ms(conn), by_buffer_bytes(&message),
                                  &conn->out);
    conn->host->queued_bytes += conn->out.size - before;
    by_buffer_deinit(&message);
}

static bool can_say_goodbye(const struct by_conn *conn)
{
    return conn->channel != NULL && (by_channel_state(conn->channel) == BY_CHANNEL_ASKING ||
                                     by_channel_state(conn->channel) == BY_CHANNEL_LIMITED ||
                                     by_channel_state(conn->channel) == BY_CHANNEL_OPEN);
}

static void end_with(struct by_conn *conn, enum by_conn_end end, enum by_session_reason reason)
{
    if (conn->state == BY_CONN_ENDING || conn->state == BY_CONN_CLOSED)
        return;
    if (!can_say_goodbye(conn)) {
        by_conn_close(conn, end);
        return;
    }
    say_goodbye(conn, reason);
    begin_ending(conn, end);
}

void by_conn_leave(struct by_conn *conn, enum by_conn_end end)
{
    end_with(conn, end, BY_REASON_DONE);
}

/* -- the session -- */
/* What it means that others say so. */
static enum by_conn_end end_without_role(const struct by_node *node)
{
    if (by_node_is_removed(node))
        return BY_END_REMOVED;
    return by_node_role(node) == BY_ROLE_NONE ? BY_END_NOT_TAKEN_IN : BY_END_NO_ROLE_HERE;
}

static enum by_conn_end
end_of_reason(const struct by_conn *conn, enum by_session_reason reason, bool is_by_peer)
{
    switch (reason) {
    case BY_REASON_DONE:
        return is_by_peer ? BY_END_BY_PEER : BY_END_DONE;
    case BY_REASON_NO_ROLE:
        /* Of two that removed each other one learns from the other that it is the removed one. */
        if (!is_by_peer && by_node_role(by_live_node(conn->host->live)) != BY_ROLE_NONE)
            return BY_END_NO_ROLE;
        return end_without_role(by_live_node(conn->host->live));
    case BY_REASON_PROTOCOL:
        return BY_END_PROTOCOL;
    case BY_REASON_STALLED:
        return BY_END_STALLED;
    case BY_REASON_STORAGE:
        return is_by_peer ? BY_END_BY_PEER : BY_END_HERE;
    case BY_REASON_UPGRADE:
        return BY_END_VERSION;
    }
    return BY_END_BY_PEER; /* a reason of a later version */
}

/* Blocks fill frames by themselves; all else is padded, so that its length says little. */
static enum banyan_status send_message(struct by_conn *conn, struct by_bytes message)
{
    bool is_padded = message.data[0] != BY_MESSAGE_BLOCK;
    size_t before = conn->out.size;
    enum banyan_status status = by_channel_send(conn->channel, message, is_padded, &conn->out);

    conn->host->queued_bytes += conn->out.size - before;
    return status;
}

/* Do what the session asks for. false: the connection has ended. */
static bool obey(struct by_conn *conn, const struct by_session_output *output)
{
    enum banyan_status status = BANYAN_OK;

    switch (output->kind) {
    case BY_SESSION_NOTHING:
        return true;
    case BY_SESSION_SEND:
        status = send_message(conn, output->message);
        break;
    case BY_SESSION_STORE:
        status = by_live_store(conn->peer, output);
        break;
    case BY_SESSION_SETTLE:
        status = by_live_settle(conn->peer);
        break;
    case BY_SESSION_IN_SYNC:
        conn->is_in_sync = true;
        by_live_make_standing(conn->host->live, now_ms(conn));
        by_live_note_met(conn->peer);
        conn->host->in_sync(conn->host->context, conn);
        return conn->state == BY_CONN_UP;
    case BY_SESSION_LOOK:
        status = by_live_answer(conn->peer, output->look);
        break;
    case BY_SESSION_SEEN:
        conn->host->seen(conn->host->context, conn, output->seen);
        return conn->state == BY_CONN_UP;
    case BY_SESSION_CLOSE:
        end_with(conn, end_of_reason(conn, output->reason, output->is_by_peer), output->reason);
        return false;
    }
    if (status != BANYAN_OK)
        end_with(conn, BY_END_HERE, BY_REASON_STORAGE);
    return status == BANYAN_OK;
}

/* false: the connection has ended. */
static bool poll_session(struct by_conn *conn, bool may_send)
{
    struct by_session_output output;

    do {
        by_session_poll(by_live_peer_session(conn->peer), now_ms(conn), may_send && can_send(conn),
                        &output);
        if (!obey(conn, &output))
            return false;
    } while (output.kind != BY_SESSION_NOTHING);
    return true;
}

/* The session's say, then whatever it kept us from reading, then the socket again. */
static void step(struct by_conn *conn)
{
    while (conn->state == BY_CONN_UP && poll_session(conn, true) && conn->rest.size > 0 &&
           by_session_is_ready(by_live_peer_session(conn->peer))) {
        struct by_buffer rest = conn->rest;

        conn->rest = (struct by_buffer)BY_BUFFER_INIT(BY_CONN_READ_BYTES);
        by_conn_feed(conn, by_buffer_bytes(&rest));
        by_buffer_deinit(&rest);
    }
    flush(conn);
    by_conn_read(conn);
    by_conn_set_timer(conn);
}

void by_conn_poll(struct by_conn *conn)
{
    if (conn->state != BY_CONN_UP)
        return;
    if (conn->right == BY_RIGHT_ACTS_IN) {
        conn->right = by_live_right(conn->host->live, &conn->transport, &conn->organisation);
        if (conn->right == BY_RIGHT_ALL)
            by_channel_accept(conn->channel, now_ms(conn), BY_CHANNEL_OPEN);
    }
    step(conn);
}

const struct by_session_stats *by_conn_stats(const struct by_conn *conn)
{
    return conn->peer == NULL ? NULL : by_session_stats(by_live_peer_session(conn->peer));
}

/* -- the channel -- */
static void meet_peer(struct by_conn *conn)
{
    struct by_conn_host *host = conn->host;

    conn->transport = *by_channel_peer(conn->channel);
    conn->right = by_live_right(host->live, &conn->transport, &conn->organisation);
    /* Whoever has no right any more stays a stranger, and is told so. */
    bool is_known = conn->right != BY_RIGHT_NONE;
    if (is_known && !host->known(host->context, conn)) {
        by_conn_leave(conn, BY_END_SECOND);
        return;
    }
    if (by_live_peer_new(host->live, &conn->transport, by_channel_binding(conn->channel),
                         conn->is_caller, now_ms(conn), &conn->peer) != BANYAN_OK) {
        by_conn_close(conn, BY_END_HERE);
        return;
    }
    if ((by_channel_features(conn->channel) & BY_FEATURE_LOOKS) != 0)
        by_session_allow_looks(by_live_peer_session(conn->peer));
    by_session_hold(by_live_peer_session(conn->peer), host->holds);
    conn->state = BY_CONN_UP;
    conn->was_up = is_known;
    by_channel_accept(conn->channel, now_ms(conn),
                      conn->right == BY_RIGHT_ACTS_IN ? BY_CHANNEL_LIMITED : BY_CHANNEL_OPEN);
}

static void hear_goodbye(struct by_conn *conn, struct by_bytes bytes)
{
    struct by_message message;
    enum by_conn_end end = BY_END_BY_PEER;

    if (by_message_decode(bytes, &message) == BANYAN_OK && message.type == BY_MESSAGE_BYE)
        end = end_of_reason(conn, (enum by_session_reason)message.bye, true);
    begin_ending(conn, end);
}

/* What the session hands on may borrow from the message, and the message from the channel: so
 * nothing is sent until all of that is done. */
static void hear_message(struct by_conn *conn, struct by_bytes message)
{
    by_session_receive(by_live_peer_session(conn->peer), message, now_ms(conn));
    if (poll_session(conn, false))
        (void)poll_session(conn, true);
}

static void fail_channel(struct by_conn *conn, enum banyan_status status)
{
    enum by_conn_end end = conn->was_up ? BY_END_PROTOCOL : BY_END_GARBLED;

    if (status == BANYAN_ERR_UPGRADE)
        end = BY_END_VERSION;
    else if (status == BANYAN_ERR_NETWORK)
        end = conn->was_up ? BY_END_STALLED : BY_END_MUTE;
    else if (status == BANYAN_ERR_MEMORY)
        end = BY_END_HERE;
    /* A caller of another version is told so before the end: what stands in out then. */
    if (conn->out.size > 0 && status == BANYAN_ERR_UPGRADE)
        begin_ending(conn, end);
    else
        by_conn_close(conn, end);
}

/* Whether the next message may be taken from the channel. */
static bool is_ready(const struct by_conn *conn)
{
    return conn->state == BY_CONN_SHAKING ||
           (conn->state == BY_CONN_UP && by_session_is_ready(by_live_peer_session(conn->peer)));
}

static void take_event(struct by_conn *conn, const struct by_channel_event *event)
{
    switch (event->kind) {
    case BY_CHANNEL_NOTHING:
        break;
    case BY_CHANNEL_PEER:
        meet_peer(conn);
        break;
    case BY_CHANNEL_MESSAGE:
        hear_message(conn, event->message);
        break;
    case BY_CHANNEL_GOODBYE:
        hear_goodbye(conn, event->message);
        break;
    }
}

void by_conn_feed(struct by_conn *conn, struct by_bytes bytes)
{
    struct by_channel_event event = {.kind = BY_CHANNEL_PEER};

    while (is_ready(conn) && event.kind != BY_CHANNEL_NOTHING) {
        size_t before = conn->out.size;
        enum banyan_status status =
            by_channel_feed(conn->channel, now_ms(conn), &bytes, &conn->out, &event);

        conn->host->queued_bytes += conn->out.size - before;
        if (status != BANYAN_OK) {
            fail_channel(conn, status);
            return;
        }
        take_event(conn, &event);
    }
    if (bytes.size > 0 && conn->state == BY_CONN_UP &&
        by_buffer_append_bytes(&conn->rest, bytes) != BANYAN_OK)
        by_conn_close(conn, BY_END_HERE);
}

/* -- reading -- */
static void lend_bytes(uv_handle_t *handle, size_t size, uv_buf_t *out_bytes)
{
    struct by_conn *conn = handle->data;

    (void)size;
    *out_bytes = uv_buf_init((char *)conn->host->read_bytes, BY_CONN_READ_BYTES);
}

static enum by_conn_end end_of_stream(const struct by_conn *conn)
{
    if (conn->end != BY_END_NONE)
        return conn->end;
    return conn->was_up ? BY_END_CUT : BY_END_HANDSHAKE;
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *bytes)
{
    struct by_conn *conn = stream->data;

    if (size < 0) {
        by_conn_close(conn, end_of_stream(conn));
        return;
    }
    if (size == 0 || conn->state == BY_CONN_ENDING)
        return;
    by_conn_feed(conn, by_bytes_of(bytes->base, (size_t)size));
    step(conn);
}

void by_conn_read(struct by_conn *conn)
{
    bool may_read = conn->state == BY_CONN_ENDING || (is_ready(conn) && conn->rest.size == 0);

    if (conn->state == BY_CONN_CLOSED || may_read == conn->is_reading)
        return;
    conn->is_reading = may_read;
    if (!may_read)
        (void)uv_read_stop((uv_stream_t *)&conn->socket);
    else if (uv_read_start((uv_stream_t *)&conn->socket, lend_bytes, on_read) != 0)
        by_conn_close(conn, BY_END_CUT);
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
    enum banyan_status status = by_channel_new(&config, now_ms(conn), &conn->out, &conn->channel);
    by_secret_wipe(&config.ephemeral_seed, sizeof config.ephemeral_seed);
    conn->host->queued_bytes += conn->out.size;
    if (status != BANYAN_OK) {
        by_conn_close(conn, status == BANYAN_ERR_INVALID ? BY_END_HANDSHAKE : BY_END_HERE);
        return;
    }
    step(conn);
}

/* -- time -- */
static void tick_channel(struct by_conn *conn)
{
    size_t before = conn->out.size;
    enum banyan_status status = by_channel_tick(conn->channel, now_ms(conn), &conn->out);

    conn->host->queued_bytes += conn->out.size - before;
    if (status != BANYAN_OK)
        fail_channel(conn, status);
    else if (by_channel_state(conn->channel) == BY_CHANNEL_ENDED && conn->state == BY_CONN_UP)
        begin_ending(conn, BY_END_DONE);
}

static void on_timer(uv_timer_t *timer)
{
    struct by_conn *conn = timer->data;
    uint64_t now = now_ms(conn);

    if (now >= conn->deadline_ms) {
        by_conn_close(conn, BY_END_NO_ANSWER);
        return;
    }
    if (now >= conn->stall_ms && !is_moving(conn)) {
        by_conn_close(conn, BY_END_STALLED);
        return;
    }
    /* The session first: where time is up for both, it says why before the channel ends. */
    step(conn);
    if (conn->channel != NULL && conn->state != BY_CONN_CLOSED &&
        now >= by_channel_deadline_ms(conn->channel)) {
        tick_channel(conn);
        step(conn);
    }
}
