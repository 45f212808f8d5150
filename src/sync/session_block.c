#include "sync/session_state.h"

static_assert(BY_SYNC_TOP_UP_BYTES + BY_SYNC_MESSAGE_BYTES_MAX <= BY_SYNC_WINDOW_BYTES,
              "however little of a window was given back, the largest block fits the rest");

/* -- out -- */

static bool has_news(const struct by_peer_log *log, bool are_acts)
{
    return log->is_act_log == are_acts && log->mode == BY_LOG_FOLLOWS && !log->is_forked &&
           !log->is_left_out && log->count > log->next;
}

/* Record logs with the newest entry first, as people look at what is new; act logs the other way,
 * since late acts build on early ones. */
static bool goes_before(const struct by_peer_log *a, const struct by_peer_log *b)
{
    return a->is_act_log ? a->hlc < b->hlc : a->hlc > b->hlc;
}

static struct by_peer_log *choose_log(struct by_session *session, bool are_acts)
{
    struct by_peer_log *chosen = NULL;

    for (size_t i = 0; i < session->log_count; i++) {
        struct by_peer_log *log = &session->logs[i];

        if (has_news(log, are_acts) && (chosen == NULL || goes_before(log, chosen)))
            chosen = log;
    }
    return chosen;
}

/* BANYAN_ERR_FULL when credit does not suffice. */
static enum banyan_status write_block(struct by_session *session, bool are_acts,
                                      const struct by_log_id *log, const struct by_sample *tip,
                                      uint64_t *next)
{
    struct by_message message = {.type = BY_MESSAGE_BLOCK, .block.are_acts = are_acts};
    struct by_session_block block = {.packed = {0}};
    enum banyan_status status =
        session->setup.port->block(session->setup.context, log, tip, *next, &block);

    if (status == BANYAN_OK && (block.last_seq < *next || block.last_seq > BY_SYNC_SEQ_MAX))
        status = BANYAN_ERR_DAMAGED;
    message.block.base = block.base;
    message.block.packed = block.packed;
    if (status == BANYAN_OK)
        status = by_message_encode(&message, &session->message);
    if (status != BANYAN_OK)
        return status;
    if (session->message.size > session->may_send - session->sent) {
        session->size_wanted = session->message.size;
        by_buffer_reset(&session->message);
        return BANYAN_ERR_FULL;
    }
    session->size_wanted = 0;
    session->sent += session->message.size;
    session->stats.blocks_out++;
    *next = block.last_seq + 1;
    return BANYAN_OK;
}

static bool is_unreadable(enum banyan_status status)
{
    return status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED;
}

/* Whether a block was written; *out_go_on: nothing was, but another log may have one. */
static bool send_of_branch(struct by_session *session, struct by_branch *branch, bool *out_go_on)
{
    enum banyan_status status =
        write_block(session, branch->is_act_log, &branch->log, &branch->tip, &branch->next);

    *out_go_on = is_unreadable(status);
    if (*out_go_on || (status == BANYAN_OK && branch->next > branch->tip.seq))
        branch->state = BY_BRANCH_DONE;
    return status == BANYAN_OK ||
           (!*out_go_on && status != BANYAN_ERR_FULL && by_session_check(session, status));
}

static bool send_of_log(struct by_session *session, struct by_peer_log *log, bool *out_go_on)
{
    enum banyan_status status =
        write_block(session, log->is_act_log, &log->log, &log->tip, &log->next);

    *out_go_on = is_unreadable(status);
    log->is_left_out = *out_go_on;
    return status == BANYAN_OK ||
           (!*out_go_on && status != BANYAN_ERR_FULL && by_session_check(session, status));
}

bool by_session_send_block(struct by_session *session, bool are_acts)
{
    bool *has_work = &session->has_work[are_acts ? BY_ACTS : BY_RECORDS];
    bool go_on = true;

    if (!*has_work || session->size_wanted > session->may_send - session->sent)
        return false;
    while (go_on) {
        struct by_peer_log *log = choose_log(session, are_acts);
        struct by_branch *branch = by_session_sending_branch(session, are_acts);

        if (log != NULL && send_of_log(session, log, &go_on))
            return true;
        if (log == NULL && branch != NULL && send_of_branch(session, branch, &go_on))
            return true;
        if (log == NULL && branch == NULL) {
            *has_work = false;
            return false;
        }
    }
    return false;
}

void by_session_hear_credit(struct by_session *session, uint64_t total)
{
    if (total > session->sent + BY_SYNC_WINDOW_BYTES) {
        by_session_fail(session, BY_REASON_PROTOCOL, BANYAN_ERR_TOO_LARGE);
        return;
    }
    if (total <= session->may_send)
        return;
    session->may_send = total;
    by_session_note_progress(session);
}

/* -- in -- */

bool by_session_top_up(struct by_session *session)
{
    struct by_message credit = {.type = BY_MESSAGE_CREDIT,
                                .credit = session->stored + BY_SYNC_WINDOW_BYTES};

    if (session->phase == BY_PHASE_LIMITED ||
        credit.credit < session->may_receive + BY_SYNC_TOP_UP_BYTES)
        return false;
    session->may_receive = credit.credit;
    (void)by_session_check(session, by_message_encode(&credit, &session->message));
    return true;
}

/* Whether blocks of the log are taken: act logs always, the host judges them; record logs once an
 * open that counts announced them. */
static bool is_taken(const struct by_session *session, const struct by_message *message)
{
    const struct by_frontier_log *own =
        by_frontier_find(session->setup.frontier, &message->block.base.log);

    return message->block.are_acts || (own != NULL && !own->is_act_log);
}

static bool read_run(struct by_session *session, const struct by_message *message)
{
    enum banyan_status status = by_block_unpack(&session->reader, &message->block.base,
                                                message->block.packed, &session->run);

    if (status == BANYAN_ERR_MEMORY)
        return by_session_check(session, status);
    if (status == BANYAN_OK)
        status = by_run_verify_seal(&session->run, &session->setup.network);
    if (status == BANYAN_OK &&
        by_kind_is_act(session->run.entries[0].header.kind) != message->block.are_acts)
        status = BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        return true;
    by_session_fail(session, status == BANYAN_ERR_UPGRADE ? BY_REASON_UPGRADE : BY_REASON_PROTOCOL,
                    status);
    return false;
}

static bool add_waiting(struct by_session *session, const struct by_waiting_run *run)
{
    size_t capacity = session->waiting_capacity == 0 ? 16 : session->waiting_capacity * 2;
    struct by_waiting_run *grown = NULL;

    if (session->waiting_first > 0 &&
        session->waiting_first + session->waiting_count == session->waiting_capacity) {
        memmove(session->waiting, session->waiting + session->waiting_first,
                session->waiting_count * sizeof *session->waiting);
        session->waiting_first = 0;
    }
    if (session->waiting_count == session->waiting_capacity) {
        grown = realloc(session->waiting, capacity * sizeof *grown);
        if (grown == NULL)
            return by_session_check(session, BANYAN_ERR_MEMORY);
        session->waiting = grown;
        session->waiting_capacity = capacity;
    }
    session->waiting[session->waiting_first + session->waiting_count++] = *run;
    return true;
}

/* The peer holds what it sends: it is not sent back, whoever else brings it. */
static void note_held_by_peer(struct by_session *session, const struct by_waiting_run *run)
{
    struct by_peer_log *log = by_session_add_log(session, &run->log, run->are_acts);

    if (log == NULL || log->mode != BY_LOG_FOLLOWS)
        return;
    if (log->next <= run->last.seq)
        log->next = run->last.seq + 1;
}

static void hand_over(struct by_session *session, const struct by_message *message, size_t size)
{
    const struct by_entry *last = &session->run.entries[session->run.count - 1];
    struct by_waiting_run run = {.log = session->run.base.log,
                                 .first_seq = session->run.base.first_seq,
                                 .last = {.seq = last->header.seq, .id = last->id},
                                 .entry_count = session->run.count,
                                 .size = size,
                                 .are_acts = message->block.are_acts};

    if (!add_waiting(session, &run))
        return;
    note_held_by_peer(session, &run);
    session->store_is_due = true;
    session->packed = message->block.packed;
    if (!run.are_acts)
        return;
    session->acts_waiting++;
    session->acts_waiting_bytes += size;
    /* While acts are compared their end will settle them. */
    session->settle_is_due =
        (session->phase != BY_PHASE_ACTS && session->phase != BY_PHASE_LIMITED) ||
        session->acts_waiting_bytes > BY_SYNC_WINDOW_BYTES / 2;
}

void by_session_hear_block(struct by_session *session, const struct by_message *message,
                           size_t size)
{
    session->received += size;
    if (session->received > session->may_receive) {
        by_session_fail(session, BY_REASON_PROTOCOL, BANYAN_ERR_TOO_LARGE);
        return;
    }
    session->stats.blocks_in++;
    if (!is_taken(session, message)) {
        session->stored += size;
        session->stats.dropped_runs++;
        return;
    }
    if (read_run(session, message))
        hand_over(session, message, size);
}

static void note_dropped(struct by_session *session, const struct by_waiting_run *run)
{
    struct by_peer_log *log = by_session_find_log(session, &run->log);

    session->stats.dropped_runs++;
    if (log != NULL && !log->is_listed)
        by_session_drop_log(session, log);
}

static struct by_waiting_run take_waiting(struct by_session *session)
{
    struct by_waiting_run run = session->waiting[session->waiting_first++];

    session->waiting_count--;
    if (session->waiting_count == 0)
        session->waiting_first = 0;
    if (run.are_acts) {
        session->acts_waiting--;
        session->acts_waiting_bytes -= run.size;
    }
    session->stored += run.size;
    return run;
}

void by_session_stored(struct by_session *session, enum by_session_verdict verdict, uint64_t now_ms)
{
    struct by_waiting_run run;

    assert(session->waiting_count > 0);
    session->now_ms = now_ms;
    run = take_waiting(session);
    by_session_note_progress(session);
    switch (verdict) {
    case BY_VERDICT_KEPT:
        session->stats.entries_in += run.entry_count;
        break;
    case BY_VERDICT_DROPPED:
        note_dropped(session, &run);
        break;
    case BY_VERDICT_GAP:
        if (!session->is_farewell)
            by_session_probe_gap(session, &run);
        break;
    case BY_VERDICT_FAILED:
        by_session_fail(session, BY_REASON_STORAGE, BANYAN_ERR_DISK);
        break;
    }
    by_session_take_deferred(session);
}
