/* The end: a goodbye, where there is somebody to say it to, then the end of the stream, then the
 * peer's. */
#include "net/conn_parts.h"

static void on_shutdown(uv_shutdown_t *request, int result)
{
    struct by_conn *conn = request->data;

    /* The peer closes when it has read all; closing first might take the last bytes from it. */
    if (result != 0 && conn->state != BY_CONN_CLOSED)
        by_conn_close(conn, conn->end);
}

void by_conn_finish(struct by_conn *conn)
{
    if (conn->out.size > 0) {
        by_conn_flush(conn);
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

void by_conn_begin_ending(struct by_conn *conn, enum by_conn_end end)
{
    by_conn_lose(conn, end);
    conn->state = BY_CONN_ENDING;
    conn->deadline_ms = by_conn_now_ms(conn) + BY_GOODBYE_MS_MAX;
    by_conn_read(conn); /* to its end, and dropped */
    if (conn->state == BY_CONN_ENDING && !conn->waits_for_write)
        by_conn_finish(conn);
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
        (void)!by_channel_goodbye(conn->channel, by_conn_now_ms(conn), by_buffer_bytes(&message),
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

void by_conn_end_with(struct by_conn *conn, enum by_conn_end end, enum by_session_reason reason)
{
    if (conn->state == BY_CONN_ENDING || conn->state == BY_CONN_CLOSED)
        return;
    if (!can_say_goodbye(conn)) {
        by_conn_close(conn, end);
        return;
    }
    say_goodbye(conn, reason);
    by_conn_begin_ending(conn, end);
}

void by_conn_leave(struct by_conn *conn, enum by_conn_end end)
{
    by_conn_end_with(conn, end, BY_REASON_DONE);
}
