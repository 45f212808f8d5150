/* The encrypted channel: what is read from the socket, whose it is, and what it says. */
#include "net/conn_parts.h"

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
                         conn->is_caller, by_conn_now_ms(conn), &conn->peer) != BANYAN_OK) {
        by_conn_close(conn, BY_END_HERE);
        return;
    }
    if ((by_channel_features(conn->channel) & BY_FEATURE_LOOKS) != 0)
        by_session_allow_looks(by_live_peer_session(conn->peer));
    by_session_hold(by_live_peer_session(conn->peer), host->holds);
    conn->state = BY_CONN_UP;
    conn->was_up = is_known;
    by_channel_accept(conn->channel, by_conn_now_ms(conn),
                      conn->right == BY_RIGHT_ACTS_IN ? BY_CHANNEL_LIMITED : BY_CHANNEL_OPEN);
}

static void hear_goodbye(struct by_conn *conn, struct by_bytes bytes)
{
    struct by_message message;
    enum by_conn_end end = BY_END_BY_PEER;

    if (by_message_decode(bytes, &message) == BANYAN_OK && message.type == BY_MESSAGE_BYE)
        end = by_conn_end_of_reason(conn, (enum by_session_reason)message.bye, true);
    by_conn_begin_ending(conn, end);
}

/* What the session hands on may borrow from the message, and the message from the channel: so
 * nothing is sent until all of that is done. */
static void hear_message(struct by_conn *conn, struct by_bytes message)
{
    by_session_receive(by_live_peer_session(conn->peer), message, by_conn_now_ms(conn));
    if (by_conn_poll_session(conn, false))
        (void)by_conn_poll_session(conn, true);
}

void by_conn_fail_channel(struct by_conn *conn, enum banyan_status status)
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
        by_conn_begin_ending(conn, end);
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
            by_channel_feed(conn->channel, by_conn_now_ms(conn), &bytes, &conn->out, &event);

        conn->host->queued_bytes += conn->out.size - before;
        if (status != BANYAN_OK) {
            by_conn_fail_channel(conn, status);
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
    by_conn_step(conn);
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
