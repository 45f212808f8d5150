#include "sync/session_state.h"

#define REPLY_HEAD_BYTES 4u
/* Of larger messages, and of blocks, the length says no more than the traffic around them. */
#define PADDED_BYTES_MAX 4096u
/* Beside the bound after which nothing is read any more, what one message can still call for. */
#define REPLIES_ROOM_BYTES (BY_SYNC_REPLIES_BYTES_MAX + BY_SYNC_MESSAGE_BYTES_MAX)
/* Places of a whole message: keys, varints, tags. */
#define PLACES_BYTES_MAX (BY_SYNC_PLACES_MAX * (BY_SYNC_KEY_BYTES + 10u + BY_SYNC_TAG_BYTES))
static_assert(PLACES_BYTES_MAX + 64u <= BY_SYNC_MESSAGE_BYTES_MAX, "a frontier part is a message");
static_assert(BY_SYNC_MESSAGE_BYTES_MAX <= BY_SYNC_WINDOW_BYTES, "a block fits a window");

enum banyan_status
by_session_new(const struct by_session_setup *setup, struct by_session **out_session)
{
    struct by_session *session = calloc(1, sizeof *session);

    if (session == NULL)
        return BANYAN_ERR_MEMORY;
    session->setup = *setup;
    session->now_ms = setup->now_ms;
    session->began_ms = setup->now_ms;
    session->own.handshake = setup->handshake;
    session->peer.handshake = setup->handshake;
    session->own.side = setup->is_caller ? 0 : 1;
    session->peer.side = setup->is_caller ? 1 : 0;
    session->may_send = BY_SYNC_LIMITED_BYTES;
    session->may_receive = BY_SYNC_LIMITED_BYTES;
    session->deferred.size_max = BY_SYNC_MESSAGE_BYTES_MAX;
    session->message.size_max = BY_SYNC_MESSAGE_BYTES_MAX;
    session->places.size_max = PLACES_BYTES_MAX;
    session->replies.size_max = REPLIES_ROOM_BYTES;
    if (by_block_reader_init(&session->reader) != BANYAN_OK) {
        by_session_free(session);
        return BANYAN_ERR_MEMORY;
    }
    session->looks_left = BY_LOOKS_BURST;
    session->looks_ms = setup->now_ms;
    session->phase = BY_PHASE_LIMITED;
    if (by_session_check_right(session) == BY_RIGHT_ACTS_IN)
        by_session_begin_round(session, 0);
    *out_session = session;
    return BANYAN_OK;
}

void by_session_free(struct by_session *session)
{
    if (session == NULL)
        return;
    by_block_reader_deinit(&session->reader);
    by_buffer_deinit(&session->deferred);
    by_buffer_deinit(&session->message);
    by_buffer_deinit(&session->places);
    by_buffer_deinit(&session->replies);
    free(session->logs);
    free(session->keys);
    free(session->branches);
    free(session->waiting);
    free(session->notes_known);
    free(session);
}

void by_session_fail(struct by_session *session, enum by_session_reason reason,
                     enum banyan_status status)
{
    if (session->is_closing)
        return;
    session->is_closing = true;
    session->reason = reason;
    session->status = status;
}

bool by_session_check(struct by_session *session, enum banyan_status status)
{
    if (status != BANYAN_OK)
        by_session_fail(session, BY_REASON_STORAGE, status);
    return status == BANYAN_OK;
}

void by_session_end(struct by_session *session)
{
    by_session_fail(session, BY_REASON_DONE, BANYAN_OK);
}

void by_session_note_progress(struct by_session *session)
{
    session->awaiting_since_ms = session->now_ms;
}

/* -- rounds -- */

void by_session_begin_round(struct by_session *session, uint8_t round)
{
    session->own.round = round;
    session->peer.round = round;
    session->phase = session->peer_had_role ? BY_PHASE_HELLO : BY_PHASE_LIMITED;
    session->hello_is_due = true;
    session->hello_is_heard = false;
    session->is_limited_by_peer = false;
    memset(session->keyed, 0, sizeof session->keyed);
    memset(&session->placed, 0, sizeof session->placed);
    session->differs_is_due = false;
    session->buckets_are_due = false;
    session->buckets_are_said = false;
    session->buckets_are_heard = false;
    session->has_filter = false;
    memset(session->filter, 0, sizeof session->filter);
    memset(session->frontier_is_heard, 0, sizeof session->frontier_is_heard);
    memset(session->end_is_said, 0, sizeof session->end_is_said);
    memset(session->end_is_heard, 0, sizeof session->end_is_heard);
    session->in_sync_is_due = false;
    by_session_begin_notes_round(session);
    session->stats.rounds++;
    by_session_note_progress(session);
    by_session_read_logs(session);
}

void by_session_resync(struct by_session *session)
{
    if (!session->is_closing && !session->is_farewell && session->phase == BY_PHASE_LIVE &&
        session->own.round < UINT8_MAX)
        by_session_begin_round(session, (uint8_t)(session->own.round + 1));
}

enum by_session_right by_session_check_right(struct by_session *session)
{
    enum by_session_right right = session->setup.port->right(session->setup.context);

    if (session->is_recovery && right != BY_RIGHT_ACTS_OUT)
        by_session_fail(session, BY_REASON_NO_ROLE, BANYAN_OK);
    if (session->is_farewell || session->is_closing)
        return right;
    if (right == BY_RIGHT_NONE || right == BY_RIGHT_ACTS_OUT)
        by_session_begin_farewell(session, right == BY_RIGHT_ACTS_OUT);
    else if (right == BY_RIGHT_ACTS_IN && session->peer_had_role)
        by_session_fail(session, BY_REASON_NO_ROLE, BANYAN_OK);
    if (right != BY_RIGHT_ALL || session->peer_had_role || session->is_closing)
        return right;
    session->peer_had_role = true;
    if (session->stats.rounds == 0)
        by_session_begin_round(session, 0);
    else if (session->own.round < UINT8_MAX)
        by_session_begin_round(session, (uint8_t)(session->own.round + 1));
    return right;
}

void by_session_advance(struct by_session *session)
{
    if (session->is_farewell)
        return;
    if (session->phase == BY_PHASE_ACTS && session->end_is_said[BY_ACTS] &&
        session->end_is_heard[BY_ACTS])
        by_session_begin_records(session);
    if (session->phase != BY_PHASE_RECORDS || !session->end_is_said[BY_RECORDS] ||
        !session->end_is_heard[BY_RECORDS])
        return;
    session->phase = BY_PHASE_LIVE;
    session->compared_ms = session->now_ms;
    session->in_sync_is_due = true;
}

/* -- what comes out -- */

/* Room for the size of one more; where it begins. */
static enum banyan_status begin_reply(struct by_session *session, size_t *out_begin)
{
    struct by_buffer *replies = &session->replies;
    uint8_t *head = NULL;

    if (session->replies_taken == replies->size) {
        by_buffer_reset(replies);
        session->replies_taken = 0;
    }
    *out_begin = replies->size;
    return by_buffer_extend(replies, REPLY_HEAD_BYTES, &head);
}

static void end_reply(struct by_session *session, size_t begin, enum banyan_status status)
{
    struct by_buffer *replies = &session->replies;

    if (by_session_check(session, status))
        by_put_u32le(replies->data + begin, (uint32_t)(replies->size - begin - REPLY_HEAD_BYTES));
}

void by_session_reply(struct by_session *session, const struct by_message *message)
{
    size_t begin = 0;
    enum banyan_status status = begin_reply(session, &begin);

    if (status == BANYAN_OK)
        status = by_message_encode(message, &session->replies);
    end_reply(session, begin, status);
}

void by_session_reply_encoded(struct by_session *session, struct by_bytes message)
{
    size_t begin = 0;
    enum banyan_status status = begin_reply(session, &begin);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&session->replies, message);
    end_reply(session, begin, status);
}

static bool take_reply(struct by_session *session)
{
    struct by_buffer *replies = &session->replies;
    size_t size = 0;

    if (session->replies_taken == replies->size)
        return false;
    size = by_get_u32le(replies->data + session->replies_taken);
    (void)by_session_check(
        session, by_buffer_append(&session->message,
                                  replies->data + session->replies_taken + REPLY_HEAD_BYTES, size));
    session->replies_taken += REPLY_HEAD_BYTES + size;
    return true;
}

static bool say_end(struct by_session *session, bool are_acts)
{
    int kind = are_acts ? BY_ACTS : BY_RECORDS;
    struct by_message end = {.type = BY_MESSAGE_END, .end_of_acts = are_acts};

    if (session->phase != (are_acts ? BY_PHASE_ACTS : BY_PHASE_RECORDS) ||
        session->end_is_said[kind] || !session->frontier_is_heard[kind] ||
        session->has_work[kind] || by_session_has_branches(session, are_acts))
        return false;
    session->end_is_said[kind] = true;
    by_session_advance(session);
    return by_session_check(session, by_message_encode(&end, &session->message));
}

static bool send_logs(struct by_session *session, bool are_acts)
{
    return by_session_offer(session, are_acts) || by_session_send_block(session, are_acts);
}

/* Acts go first always: record blocks may be of logs that they announce, and notes of devices. */
static bool write_next(struct by_session *session)
{
    if (session->is_farewell)
        return take_reply(session) || by_session_say_farewell(session);
    if (take_reply(session) || by_session_ask(session))
        return true;
    /* Whoever is told that it has no right is told why by what follows. */
    if (session->is_held && !session->is_limited_by_peer)
        return session->hello_is_due && by_session_say(session);
    if (by_session_say(session))
        return true;
    if (session->phase == BY_PHASE_LIMITED || session->phase == BY_PHASE_HELLO)
        return by_session_top_up(session);
    if (by_session_top_up(session) || send_logs(session, true))
        return true;
    if (session->has_work[BY_ACTS] || by_session_has_branches(session, true))
        return false;
    return say_end(session, true) || by_session_send_notes(session) || send_logs(session, false) ||
           say_end(session, false);
}

/* -- deadlines -- */

static bool is_awaiting(const struct by_session *session)
{
    if (session->waiting_count > 0)
        return false;
    return session->phase != BY_PHASE_LIVE || session->has_work[BY_ACTS] ||
           session->has_work[BY_RECORDS] || by_session_has_branches(session, true) ||
           by_session_has_branches(session, false) || by_session_has_notes(session) ||
           session->replies_taken < session->replies.size || session->is_asking;
}

static bool is_hurried(const struct by_session *session)
{
    return session->phase == BY_PHASE_LIMITED || (session->is_farewell && !session->is_recovery);
}

static void check_deadlines(struct by_session *session)
{
    bool was_awaiting = session->is_awaiting;

    session->is_awaiting = is_awaiting(session);
    if (!was_awaiting)
        by_session_note_progress(session);
    if (is_hurried(session) && session->now_ms - session->began_ms >= BY_LIMITED_MS_MAX)
        by_session_fail(session, BY_REASON_NO_ROLE, BANYAN_OK);
    else if (session->is_awaiting &&
             session->now_ms - session->awaiting_since_ms >= BY_SYNC_STALL_MS_MAX)
        by_session_fail(session, BY_REASON_STALLED, BANYAN_OK);
    else if (session->phase == BY_PHASE_LIVE && session->setup.is_caller &&
             session->now_ms - session->compared_ms >= BY_SYNC_RESYNC_MS)
        by_session_resync(session);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t by_session_deadline_ms(const struct by_session *session)
{
    uint64_t deadline_ms = UINT64_MAX;

    if (session->is_closing)
        return 0;
    if (session->is_awaiting)
        deadline_ms = session->awaiting_since_ms + BY_SYNC_STALL_MS_MAX;
    if (is_hurried(session))
        deadline_ms = earlier(deadline_ms, session->began_ms + BY_LIMITED_MS_MAX);
    if (session->phase == BY_PHASE_LIVE && session->setup.is_caller && !session->is_farewell &&
        session->own.round < UINT8_MAX)
        deadline_ms = earlier(deadline_ms, session->compared_ms + BY_SYNC_RESYNC_MS);
    return deadline_ms;
}

/* -- polling -- */

static bool take_flag(bool *flag)
{
    bool was_set = *flag;

    *flag = false;
    return was_set;
}

static void put_store(struct by_session *session, struct by_session_output *out)
{
    out->kind = BY_SESSION_STORE;
    out->run = &session->run;
    out->packed = session->packed;
    out->are_acts = by_kind_is_act(session->run.entries[0].header.kind);
}

static bool put_message(struct by_session *session, bool is_written, struct by_session_output *out)
{
    if (!is_written || session->message.size == 0)
        return false;
    out->kind = BY_SESSION_SEND;
    out->message = by_buffer_bytes(&session->message);
    out->is_padded =
        session->message.size <= PADDED_BYTES_MAX && session->message.data[0] != BY_MESSAGE_BLOCK;
    session->stats.bytes_out += session->message.size;
    return true;
}

/* All that is still said is the reason, unless the peer has said its own. */
static void put_close(struct by_session *session, struct by_session_output *out)
{
    struct by_message bye = {.type = BY_MESSAGE_BYE, .bye = (uint8_t)session->reason};

    out->kind = BY_SESSION_CLOSE;
    out->reason = session->reason;
    out->is_by_peer = session->is_by_peer;
    out->status = session->status;
    by_buffer_reset(&session->message);
    if (!session->is_by_peer && by_message_encode(&bye, &session->message) == BANYAN_OK)
        out->message = by_buffer_bytes(&session->message);
}

void by_session_poll(struct by_session *session, uint64_t now_ms, bool can_send,
                     struct by_session_output *out)
{
    *out = (struct by_session_output){.kind = BY_SESSION_NOTHING};
    session->now_ms = now_ms;
    by_buffer_reset(&session->message);
    if (!session->is_closing)
        (void)by_session_check_right(session);
    if (session->is_closing) {
        put_close(session, out);
    } else if (take_flag(&session->store_is_due)) {
        put_store(session, out);
    } else if (take_flag(&session->settle_is_due)) {
        out->kind = BY_SESSION_SETTLE;
    } else if (take_flag(&session->in_sync_is_due)) {
        out->kind = BY_SESSION_IN_SYNC;
    } else if (take_flag(&session->look_is_due)) {
        out->kind = BY_SESSION_LOOK;
        out->look = &session->look;
    } else if (take_flag(&session->seen_is_due)) {
        out->kind = BY_SESSION_SEEN;
        out->seen = &session->seen;
    } else if (!can_send || !put_message(session, write_next(session), out)) {
        check_deadlines(session);
        if (session->is_closing)
            put_close(session, out);
        else if (session->hello_is_due && can_send)
            (void)put_message(session, by_session_say(session), out);
    }
}

bool by_session_is_in_sync(const struct by_session *session)
{
    return !session->is_closing && !session->is_farewell && session->phase == BY_PHASE_LIVE &&
           session->waiting_count == 0 && !is_awaiting(session);
}

const struct by_session_stats *by_session_stats(const struct by_session *session)
{
    return &session->stats;
}
