/* What is to be written: how much may wait, and whether it moves. */
#include "net/conn_parts.h"

#define BUFFER_KEPT_BYTES (64u * 1024u) /* an empty buffer that is larger is given back */

static size_t queue_bytes(const struct by_conn *conn)
{
    return conn->out.size + uv_stream_get_write_queue_size((const uv_stream_t *)&conn->socket);
}

bool by_conn_can_send(const struct by_conn *conn)
{
    size_t queued = queue_bytes(conn);

    if (conn->host->queued_bytes >= BY_QUEUES_BYTES_MAX && queued >= BY_CONN_SHARE_BYTES)
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
        by_conn_finish(conn);
    else
        by_conn_step(conn);
}

void by_conn_flush(struct by_conn *conn)
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
    conn->stall_ms = by_conn_now_ms(conn) + BY_WRITE_STALL_MS_MAX;
}

bool by_conn_is_moving(struct by_conn *conn)
{
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&conn->socket);
    bool moves = left < conn->stall_queue;

    conn->stall_queue = left;
    conn->stall_ms = by_conn_now_ms(conn) + BY_WRITE_STALL_MS_MAX;
    return moves;
}
