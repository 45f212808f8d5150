/* The session with the member: what it asks for is done, and what it says is sent. */
#include "net/conn_parts.h"

/* What it means that others say so. */
static enum by_conn_end end_without_role(const struct by_node *node)
{
    if (by_node_is_removed(node))
        return BY_END_REMOVED;
    return by_node_role(node) == BY_ROLE_NONE ? BY_END_NOT_TAKEN_IN : BY_END_NO_ROLE_HERE;
}

enum by_conn_end
by_conn_end_of_reason(const struct by_conn *conn, enum by_session_reason reason, bool is_by_peer)
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
        by_live_make_standing(conn->host->live, by_conn_now_ms(conn));
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
        by_conn_end_with(conn, by_conn_end_of_reason(conn, output->reason, output->is_by_peer),
                         output->reason);
        return false;
    }
    if (status != BANYAN_OK)
        by_conn_end_with(conn, BY_END_HERE, BY_REASON_STORAGE);
    return status == BANYAN_OK;
}

bool by_conn_poll_session(struct by_conn *conn, bool may_send)
{
    struct by_session_output output;

    do {
        by_session_poll(by_live_peer_session(conn->peer), by_conn_now_ms(conn),
                        may_send && by_conn_can_send(conn), &output);
        if (!obey(conn, &output))
            return false;
    } while (output.kind != BY_SESSION_NOTHING);
    return true;
}

void by_conn_step(struct by_conn *conn)
{
    while (conn->state == BY_CONN_UP && by_conn_poll_session(conn, true) && conn->rest.size > 0 &&
           by_session_is_ready(by_live_peer_session(conn->peer))) {
        struct by_buffer rest = conn->rest;

        conn->rest = (struct by_buffer)BY_BUFFER_INIT(BY_CONN_READ_BYTES);
        by_conn_feed(conn, by_buffer_bytes(&rest));
        by_buffer_deinit(&rest);
    }
    by_conn_flush(conn);
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
            by_channel_accept(conn->channel, by_conn_now_ms(conn), BY_CHANNEL_OPEN);
    }
    by_conn_step(conn);
}

const struct by_session_stats *by_conn_stats(const struct by_conn *conn)
{
    return conn->peer == NULL ? NULL : by_session_stats(by_live_peer_session(conn->peer));
}
