#include "net/asking.h"

#include <string.h>

#include "os/os.h"

/* After "not now". */
#define PAUSE_MS 500u

bool by_asking_is_possible(const struct by_conn *conn)
{
    return conn->channel != NULL && (by_channel_features(conn->channel) & BY_FEATURE_LOOKS) != 0;
}

void by_asking_begin(struct by_asking *asking, struct by_live *live, struct by_conn *conn)
{
    by_asking_deinit(asking);
    asking->state = BY_ASKING_AT_WORK;
    asking->live = live;
    asking->conn = conn;
    asking->theirs.size_max = BY_SYNC_MESSAGE_BYTES_MAX;
    asking->compared.transport = conn->transport;
    by_descent_begin(&asking->descent);
}

void by_asking_deinit(struct by_asking *asking)
{
    by_live_answer_free(asking->own);
    by_buffer_deinit(&asking->theirs);
    by_compared_deinit(&asking->compared);
    *asking = (struct by_asking){.state = BY_ASKING_IDLE};
}

static void end(struct by_asking *asking, enum by_asking_state state)
{
    by_live_answer_free(asking->own);
    asking->own = NULL;
    asking->conn = NULL;
    asking->state = state;
}

static void lose(struct by_asking *asking, enum by_conn_end why)
{
    asking->why = why;
    end(asking, BY_ASKING_LOST);
}

/* -- one question -- */

static void ask(struct by_asking *asking, uint64_t now_ms)
{
    struct by_session *session = by_live_peer_session(asking->conn->peer);
    struct by_conn *conn = asking->conn;

    if (now_ms < asking->not_before_ms || !by_session_can_look(session))
        return;
    if (by_live_answer_new(asking->live, &asking->descent.question, &asking->own) != BANYAN_OK) {
        asking->own = NULL;
        lose(asking, BY_END_HERE);
        return;
    }
    asking->is_asked = true;
    by_buffer_reset(&asking->theirs);
    by_session_look(session, &asking->descent.question);
    by_conn_poll(conn);
}

void by_asking_seen(struct by_asking *asking, const struct by_conn *conn,
                    const struct by_seen *seen)
{
    const struct by_message message = {.type = BY_MESSAGE_SEEN, .seen = *seen};

    if (asking->state != BY_ASKING_AT_WORK || asking->conn != conn)
        return;
    if (by_message_encode(&message, &asking->theirs) != BANYAN_OK)
        lose(asking, BY_END_HERE);
}

void by_asking_lost(struct by_asking *asking, const struct by_conn *conn)
{
    if (asking->state == BY_ASKING_AT_WORK && asking->conn == conn)
        lose(asking, conn->end);
}

/* -- both answers -- */

/* What is told of the top, and of the record, is kept. */
static bool keep(struct by_asking *asking, struct by_bytes ours)
{
    struct by_compared *compared = &asking->compared;
    const struct by_look *question = &asking->descent.question;
    struct by_buffer *kept = question->depth == 0 ? compared->tops : compared->records;
    enum banyan_status status = BANYAN_OK;

    if (question->depth != 0 && question->depth != BY_LOOK_RECORD)
        return true;
    for (int side = 0; side < 2 && status == BANYAN_OK; side++) {
        by_buffer_reset(&kept[side]);
        kept[side].size_max = BY_SYNC_MESSAGE_BYTES_MAX;
        status = by_buffer_append_bytes(&kept[side],
                                        side == 0 ? ours : by_buffer_bytes(&asking->theirs));
    }
    return status == BANYAN_OK;
}

static void conclude(struct by_asking *asking)
{
    struct by_compared *compared = &asking->compared;

    compared->at_ms = by_os_wall_ms();
    compared->name = asking->descent.name;
    compared->is_found = asking->descent.state == BY_DESCENT_FOUND;
    compared->is_settled = asking->descent.state != BY_DESCENT_UNSETTLED;
    end(asking, BY_ASKING_DONE);
}

static void weigh(struct by_asking *asking, struct by_bytes ours, uint64_t now_ms)
{
    struct by_message own, other;

    if (by_message_decode(ours, &own) != BANYAN_OK ||
        by_message_decode(by_buffer_bytes(&asking->theirs), &other) != BANYAN_OK) {
        lose(asking, BY_END_HERE);
        return;
    }
    asking->is_asked = false;
    if (other.seen.what == BY_SEEN_NOT_NOW) {
        asking->not_before_ms = now_ms + PAUSE_MS;
    } else if (!keep(asking, ours)) {
        lose(asking, BY_END_HERE);
        return;
    } else if (by_descent_hear(&asking->descent, &own.seen, &other.seen) != BANYAN_OK) {
        struct by_conn *conn = asking->conn;

        lose(asking, BY_END_PROTOCOL);
        by_conn_leave(conn, BY_END_PROTOCOL);
        return;
    }
    if (asking->descent.state != BY_DESCENT_ASKING) {
        conclude(asking);
        return;
    }
    by_live_answer_free(asking->own);
    asking->own = NULL;
    ask(asking, now_ms);
}

void by_asking_poll(struct by_asking *asking, uint64_t now_ms)
{
    struct by_bytes ours;

    if (asking->state != BY_ASKING_AT_WORK)
        return;
    if (!asking->is_asked)
        ask(asking, now_ms);
    else if (asking->theirs.size > 0 && by_live_answer_is_there(asking->own, &ours))
        weigh(asking, ours, now_ms);
}
