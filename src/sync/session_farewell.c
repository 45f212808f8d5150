#include "sync/session_state.h"

/*
 * Two ways. A peer that connects although it has no right any more gets a hello that says it is
 * limited; it names the act logs that it holds, is sent what it lacks, and the session closes. One
 * that loses its right during a session is sent what it lacks at once, if that is known.
 *
 * Two that removed each other apart are both limited to the other: each hears the other's acts, as
 * from a key that it does not know. Else neither would ever hear what the charter makes of both.
 *
 * The key of an organisation goes the first way too, without end or hurry: what it lacks are all
 * acts, and it leaves to come back as a device. Whether it says that it is limited as well does not
 * matter: nothing is taken from it.
 */

static bool knows_what_peer_holds(const struct by_session *session)
{
    return session->peer_had_role && session->hello_is_heard && session->frontier_is_heard[BY_ACTS];
}

/* What was to be said to a member. */
static void drop_what_is_due(struct by_session *session)
{
    by_buffer_reset(&session->replies);
    session->replies_taken = 0;
    session->hello_is_due = false;
    memset(session->keyed, 0, sizeof session->keyed);
    memset(&session->placed, 0, sizeof session->placed);
    session->differs_is_due = session->buckets_are_due = session->noted_is_due = false;
    session->store_is_due = session->in_sync_is_due = false;
    session->has_deferred = false;
    session->ask_is_due = session->look_is_due = session->seen_is_due = false;
}

void by_session_begin_farewell(struct by_session *session, bool is_recovery)
{
    const struct by_session_port *port = session->setup.port;
    bool is_new = session->stats.rounds == 0;
    struct by_frontier *farewell =
        port->farewell == NULL ? NULL : port->farewell(session->setup.context);

    if (farewell == NULL || (!is_new && !knows_what_peer_holds(session))) {
        by_session_fail(session, BY_REASON_NO_ROLE, BANYAN_OK);
        return;
    }
    session->is_farewell = true;
    session->is_recovery = is_recovery;
    session->was_live = !is_new;
    session->began_ms = session->now_ms;
    if (is_new) {
        session->setup.frontier = farewell;
        session->peer_had_role = true;
        by_session_begin_round(session, 0);
        return;
    }
    drop_what_is_due(session);
    by_session_exchange_frontier(session, farewell);
    session->has_work[BY_ACTS] = true;
}

static bool is_mutual(const struct by_session *session)
{
    return session->is_limited_by_peer && !session->was_live && !session->is_recovery;
}

/* All is said. Where both sides have something to say, each says when it is at its end, and the
 * last to hear that closes. */
static bool end(struct by_session *session)
{
    static const struct by_message message = {.type = BY_MESSAGE_END, .end_of_acts = true};

    if (is_mutual(session) && !session->end_is_said[BY_ACTS]) {
        session->end_is_said[BY_ACTS] = true;
        return by_session_check(session, by_message_encode(&message, &session->message));
    }
    if (!is_mutual(session) || session->end_is_heard[BY_ACTS])
        by_session_fail(session, session->is_recovery ? BY_REASON_DONE : BY_REASON_NO_ROLE,
                        BANYAN_OK);
    return false;
}

bool by_session_say_farewell(struct by_session *session)
{
    if (session->hello_is_due || session->keyed[BY_ACTS].is_due)
        return by_session_say(session);
    if (session->phase == BY_PHASE_HELLO || !session->frontier_is_heard[BY_ACTS])
        return false;
    if (by_session_offer(session, true) || by_session_send_block(session, true))
        return true;
    return !session->has_work[BY_ACTS] && !by_session_has_branches(session, true) && end(session);
}

bool by_session_hears_in_farewell(const struct by_session *session,
                                  const struct by_message *message)
{
    switch (message->type) {
    case BY_MESSAGE_BYE:
    case BY_MESSAGE_CREDIT:
        return true;
    case BY_MESSAGE_HELLO:
        return !session->was_live;
    case BY_MESSAGE_KEYED:
        return !session->was_live && message->frontier.are_acts;
    case BY_MESSAGE_ASK:
        return message->branch.is_act_log;
    case BY_MESSAGE_BLOCK:
        return is_mutual(session) && message->block.are_acts;
    case BY_MESSAGE_OFFER:
        return is_mutual(session) && message->branch.is_act_log;
    case BY_MESSAGE_END:
        return is_mutual(session) && message->end_of_acts;
    case BY_MESSAGE_PROBE: /* of what is offered */
        for (size_t i = 0; i < session->branch_count; i++)
            if (by_log_id_equal(&session->branches[i].log, &message->branch.log) &&
                by_id_equal(&session->branches[i].tip.id, &message->branch.tip.id))
                return message->branch.is_act_log;
        return false;
    case BY_MESSAGE_PLACED:
    case BY_MESSAGE_BUCKETS:
    case BY_MESSAGE_DIFFERS:
    case BY_MESSAGE_NOTED:
    case BY_MESSAGE_NOTES:
    case BY_MESSAGE_LOOK:
    case BY_MESSAGE_SEEN:
        break;
    }
    return false;
}
