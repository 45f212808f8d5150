#include "sync/session_state.h"

/*
 * A question costs its receiver a look at the view, which others wait for too. So each side has one
 * unanswered at most, and an allowance; beyond it the answer is "not now", at once.
 */

void by_session_allow_looks(struct by_session *session)
{
    session->can_look = true;
}

void by_session_hold(struct by_session *session, bool is_held)
{
    session->is_held = is_held;
}

/* -- asking -- */

bool by_session_can_look(const struct by_session *session)
{
    return session->can_look && !session->is_asking && !session->is_closing &&
           !session->is_farewell && session->phase != BY_PHASE_LIMITED && session->hello_is_heard &&
           !session->is_limited_by_peer;
}

void by_session_look(struct by_session *session, const struct by_look *look)
{
    assert(by_session_can_look(session));
    session->is_asking = session->ask_is_due = true;
    session->asked = *look;
}

bool by_session_ask(struct by_session *session)
{
    struct by_message look = {.type = BY_MESSAGE_LOOK, .look = session->asked};

    if (!session->ask_is_due)
        return false;
    session->ask_is_due = false;
    by_session_note_progress(session);
    return by_session_check(session, by_message_encode(&look, &session->message));
}

void by_session_hear_seen(struct by_session *session, const struct by_seen *seen)
{
    if (!session->is_asking || session->ask_is_due || !by_seen_answers(seen, &session->asked)) {
        by_session_fail(session, BY_REASON_PROTOCOL, BANYAN_ERR_MALFORMED);
        return;
    }
    session->is_asking = false;
    session->seen = *seen;
    session->seen_is_due = true;
    by_session_note_progress(session);
}

/* -- answering -- */

static bool has_allowance(struct by_session *session)
{
    uint64_t more = (session->now_ms - session->looks_ms) / BY_LOOKS_INTERVAL_MS;

    if (session->looks_left + more >= BY_LOOKS_BURST) {
        session->looks_left = BY_LOOKS_BURST;
        session->looks_ms = session->now_ms;
    } else {
        session->looks_left += more;
        session->looks_ms += more * BY_LOOKS_INTERVAL_MS;
    }
    if (session->looks_left == 0)
        return false;
    session->looks_left--;
    return true;
}

void by_session_hear_look(struct by_session *session, const struct by_look *look)
{
    struct by_message seen = {.type = BY_MESSAGE_SEEN, .seen.what = BY_SEEN_NOT_NOW};

    if (!session->can_look || session->is_looking) {
        by_session_fail(session, BY_REASON_PROTOCOL, BANYAN_ERR_MALFORMED);
        return;
    }
    if (!has_allowance(session)) {
        by_session_reply(session, &seen);
        return;
    }
    session->look = *look;
    session->is_looking = session->look_is_due = true;
}

void by_session_answer(struct by_session *session, struct by_bytes message)
{
    if (!session->is_looking)
        return;
    session->is_looking = false;
    if (!session->is_closing && !session->is_farewell)
        by_session_reply_encoded(session, message);
}
