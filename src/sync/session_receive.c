#include "sync/session_state.h"

/* What is about the state of logs waits until runs before it are stored; record blocks and notes
 * wait for acts only, since those may announce their log or device. */
static bool must_wait(const struct by_session *session, const struct by_message *message)
{
    if (session->is_farewell)
        return message->type == BY_MESSAGE_END && session->waiting_count > 0;
    switch (message->type) {
    case BY_MESSAGE_HELLO:
    case BY_MESSAGE_KEYED:
    case BY_MESSAGE_PLACED:
    case BY_MESSAGE_BUCKETS:
    case BY_MESSAGE_END:
    case BY_MESSAGE_OFFER:
        return session->waiting_count > 0;
    case BY_MESSAGE_BLOCK:
        return session->acts_waiting > 0 && !message->block.are_acts;
    case BY_MESSAGE_NOTES:
        return session->acts_waiting > 0;
    case BY_MESSAGE_DIFFERS:
    case BY_MESSAGE_CREDIT:
    case BY_MESSAGE_PROBE:
    case BY_MESSAGE_ASK:
    case BY_MESSAGE_BYE:
    case BY_MESSAGE_NOTED:
    case BY_MESSAGE_LOOK:
    case BY_MESSAGE_SEEN:
        break;
    }
    return false;
}

static void hear_end(struct by_session *session, bool are_acts)
{
    enum by_session_phase phase = are_acts ? BY_PHASE_ACTS : BY_PHASE_RECORDS;

    /* In a limited session its use is that the acts before it are settled. */
    if (session->phase != phase || !session->hello_is_heard) {
        session->stats.ignored_messages += session->phase != BY_PHASE_LIMITED;
        return;
    }
    session->end_is_heard[are_acts ? BY_ACTS : BY_RECORDS] = true;
    by_session_note_progress(session);
    by_session_advance(session);
}

static void hear_bye(struct by_session *session, uint8_t reason)
{
    bool is_known = reason >= BY_REASON_DONE && reason <= BY_REASON_UPGRADE;

    by_session_fail(session, is_known ? (enum by_session_reason)reason : BY_REASON_DONE, BANYAN_OK);
    session->is_by_peer = true;
}

/* An unknown key may say hello, what acts it holds, and send and offer acts. */
static bool is_allowed(const struct by_session *session, const struct by_message *message)
{
    if (session->is_farewell)
        return by_session_hears_in_farewell(session, message);
    if (session->phase != BY_PHASE_LIMITED)
        return true;
    switch (message->type) {
    case BY_MESSAGE_HELLO:
    case BY_MESSAGE_BYE:
    case BY_MESSAGE_END:
        return true;
    case BY_MESSAGE_KEYED:
        return message->frontier.are_acts;
    case BY_MESSAGE_BLOCK:
        return message->block.are_acts;
    case BY_MESSAGE_OFFER:
        return message->branch.is_act_log;
    case BY_MESSAGE_PLACED:
    case BY_MESSAGE_BUCKETS:
    case BY_MESSAGE_DIFFERS:
    case BY_MESSAGE_CREDIT:
    case BY_MESSAGE_PROBE:
    case BY_MESSAGE_ASK:
    case BY_MESSAGE_NOTED:
    case BY_MESSAGE_NOTES:
    case BY_MESSAGE_LOOK:
    case BY_MESSAGE_SEEN:
        break;
    }
    return false;
}

/* Until the peer's hello, its words about frontiers belong to the round before. */
static bool is_stale(const struct by_session *session, const struct by_message *message)
{
    switch (message->type) {
    case BY_MESSAGE_KEYED:
    case BY_MESSAGE_PLACED:
    case BY_MESSAGE_BUCKETS:
    case BY_MESSAGE_DIFFERS:
    case BY_MESSAGE_END:
    case BY_MESSAGE_NOTED:
        return !session->hello_is_heard;
    case BY_MESSAGE_HELLO:
    case BY_MESSAGE_BLOCK:
    case BY_MESSAGE_CREDIT:
    case BY_MESSAGE_OFFER:
    case BY_MESSAGE_PROBE:
    case BY_MESSAGE_ASK:
    case BY_MESSAGE_BYE:
    case BY_MESSAGE_NOTES:
    case BY_MESSAGE_LOOK:
    case BY_MESSAGE_SEEN:
        break;
    }
    return false;
}

static void dispatch(struct by_session *session, const struct by_message *message, size_t size)
{
    switch (message->type) {
    case BY_MESSAGE_HELLO:
        by_session_hear_hello(session, message);
        break;
    case BY_MESSAGE_KEYED:
        by_session_hear_keyed(session, message);
        break;
    case BY_MESSAGE_PLACED:
        by_session_hear_placed(session, message);
        break;
    case BY_MESSAGE_BUCKETS:
        by_session_hear_buckets(session, message);
        break;
    case BY_MESSAGE_DIFFERS:
        by_session_hear_differs(session);
        break;
    case BY_MESSAGE_BLOCK:
        by_session_hear_block(session, message, size);
        break;
    case BY_MESSAGE_CREDIT:
        by_session_hear_credit(session, message->credit);
        break;
    case BY_MESSAGE_END:
        hear_end(session, message->end_of_acts);
        break;
    case BY_MESSAGE_OFFER:
        by_session_hear_offer(session, &message->branch);
        break;
    case BY_MESSAGE_PROBE:
        by_session_hear_probe(session, &message->branch);
        break;
    case BY_MESSAGE_ASK:
        by_session_hear_ask(session, &message->branch);
        break;
    case BY_MESSAGE_BYE:
        hear_bye(session, message->bye);
        break;
    case BY_MESSAGE_NOTED:
        by_session_hear_noted(session, message);
        break;
    case BY_MESSAGE_NOTES:
        by_session_hear_notes(session, message);
        break;
    case BY_MESSAGE_LOOK:
        by_session_hear_look(session, &message->look);
        break;
    case BY_MESSAGE_SEEN:
        by_session_hear_seen(session, &message->seen);
        break;
    }
}

static void hear(struct by_session *session, const struct by_message *message, size_t size)
{
    if (!is_allowed(session, message) || is_stale(session, message))
        session->stats.ignored_messages++;
    else
        dispatch(session, message, size);
}

bool by_session_is_ready(const struct by_session *session)
{
    return !session->has_deferred && !session->store_is_due && !session->seen_is_due &&
           !session->is_closing &&
           session->replies.size - session->replies_taken < BY_SYNC_REPLIES_BYTES_MAX;
}

static void defer(struct by_session *session, struct by_bytes bytes)
{
    by_buffer_reset(&session->deferred);
    session->has_deferred = true;
    session->settle_is_due = session->settle_is_due || session->acts_waiting > 0;
    (void)by_session_check(session, by_buffer_append_bytes(&session->deferred, bytes));
}

void by_session_receive(struct by_session *session, struct by_bytes bytes, uint64_t now_ms)
{
    struct by_message message;
    enum banyan_status status = by_message_decode(bytes, &message);

    assert(by_session_is_ready(session));
    session->now_ms = now_ms;
    session->stats.bytes_in += bytes.size;
    (void)by_session_check_right(session);
    if (session->is_closing)
        return;
    if (status != BANYAN_OK)
        by_session_fail(
            session, status == BANYAN_ERR_UPGRADE ? BY_REASON_UPGRADE : BY_REASON_PROTOCOL, status);
    else if (must_wait(session, &message))
        defer(session, bytes);
    else
        hear(session, &message, bytes.size);
}

void by_session_take_deferred(struct by_session *session)
{
    struct by_bytes bytes = by_buffer_bytes(&session->deferred);
    struct by_message message;

    if (!session->has_deferred || session->is_closing ||
        by_message_decode(bytes, &message) != BANYAN_OK || must_wait(session, &message))
        return;
    session->has_deferred = false;
    (void)by_session_check_right(session);
    if (!session->is_closing)
        hear(session, &message, bytes.size);
}
