#include "sync/session_state.h"

static size_t lower(const struct by_session *session, const struct by_log_id *log)
{
    size_t low = 0;
    size_t high = session->log_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_log_id_compare(&session->logs[middle].log, log) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct by_peer_log *by_session_find_log(struct by_session *session, const struct by_log_id *log)
{
    size_t at = lower(session, log);

    if (at == session->log_count || !by_log_id_equal(&session->logs[at].log, log))
        return NULL;
    return &session->logs[at];
}

static bool make_room(struct by_session *session, size_t count)
{
    size_t capacity = session->log_capacity == 0 ? 16 : session->log_capacity;
    struct by_peer_log *grown;

    if (count <= session->log_capacity)
        return true;
    while (capacity < count)
        capacity *= 2;
    grown = realloc(session->logs, capacity * sizeof *grown);
    if (grown == NULL)
        return by_session_check(session, BANYAN_ERR_MEMORY);
    session->logs = grown;
    session->log_capacity = capacity;
    return true;
}

static void copy_own(struct by_peer_log *log, const struct by_frontier_log *own)
{
    const struct by_tip *tip = own == NULL ? NULL : by_frontier_highest(own);

    log->is_listed = own != NULL;
    if (own != NULL)
        log->is_act_log = own->is_act_log;
    log->is_forked = own != NULL && own->tip_count > 1;
    log->count = tip == NULL ? 0 : tip->seq + 1;
    log->hlc = tip == NULL ? 0 : tip->hlc;
    log->tip = (struct by_sample){0};
    if (tip != NULL)
        log->tip = (struct by_sample){.seq = tip->seq, .id = tip->id};
}

void by_session_read_logs(struct by_session *session)
{
    const struct by_frontier *frontier = session->setup.frontier;

    session->log_count = 0;
    session->branch_count = 0;
    session->keys_are_made = false;
    if (!make_room(session, frontier->count))
        return;
    for (size_t i = 0; i < frontier->count; i++) {
        session->logs[i] = (struct by_peer_log){.log = frontier->logs[i].log,
                                                .is_act_log = frontier->logs[i].is_act_log};
        copy_own(&session->logs[i], &frontier->logs[i]);
    }
    session->log_count = frontier->count;
}

struct by_peer_log *
by_session_add_log(struct by_session *session, const struct by_log_id *log, bool is_act_log)
{
    struct by_peer_log *found = by_session_find_log(session, log);
    size_t at = lower(session, log);

    if (found != NULL)
        return found;
    if (!make_room(session, session->log_count + 1))
        return NULL;
    memmove(&session->logs[at + 1], &session->logs[at],
            (session->log_count - at) * sizeof *session->logs);
    session->log_count++;
    session->keys_are_made = false;
    session->logs[at] = (struct by_peer_log){.log = *log, .is_act_log = is_act_log};
    /* Once the peer has told all it holds, a log it did not name is one it lacks. */
    if (session->frontier_is_heard[is_act_log ? BY_ACTS : BY_RECORDS])
        session->logs[at].mode = BY_LOG_FOLLOWS;
    return &session->logs[at];
}

void by_session_drop_log(struct by_session *session, struct by_peer_log *log)
{
    size_t at = (size_t)(log - session->logs);

    session->log_count--;
    session->keys_are_made = false;
    memmove(&session->logs[at], &session->logs[at + 1],
            (session->log_count - at) * sizeof *session->logs);
}

/* What is to be sent of it may have changed. */
static void settle_mode(struct by_session *session, struct by_peer_log *log)
{
    session->has_work[log->is_act_log ? BY_ACTS : BY_RECORDS] = true;
    if (log->mode == BY_LOG_FOLLOWS && log->is_forked)
        by_session_fork_log(session, log);
    else if (log->mode == BY_LOG_FORKED)
        by_session_update_branches(session, log);
}

void by_session_changed(struct by_session *session, const struct by_log_id *log_id)
{
    const struct by_frontier_log *own = by_frontier_find(session->setup.frontier, log_id);
    struct by_peer_log *log = by_session_find_log(session, log_id);

    if (session->is_closing || (own == NULL && log == NULL))
        return;
    if (log == NULL)
        log = by_session_add_log(session, log_id, own->is_act_log);
    if (log == NULL)
        return;
    copy_own(log, own);
    log->is_touched = true;
    log->is_left_out = false;
    settle_mode(session, log);
}

void by_session_exchange_frontier(struct by_session *session, struct by_frontier *frontier)
{
    session->setup.frontier = frontier;
    for (size_t i = 0; i < session->log_count && !session->is_closing; i++) {
        struct by_peer_log *log = &session->logs[i];

        copy_own(log, by_frontier_find(frontier, &log->log));
        settle_mode(session, log);
    }
}

void by_session_mark_said(struct by_session *session)
{
    for (size_t i = 0; i < session->log_count; i++) {
        struct by_peer_log *log = &session->logs[i];

        log->said_count = log->count;
        log->said_forked = log->is_forked;
        log->is_touched = false;
    }
}

void by_session_assume_said(struct by_session *session, struct by_peer_log *log)
{
    if (!log->said_forked) {
        log->mode = BY_LOG_FOLLOWS;
        log->next = log->said_count;
        settle_mode(session, log);
        return;
    }
    by_session_fork_log(session, log);
    for (size_t i = 0; i < session->branch_count && !log->is_touched; i++)
        if (by_log_id_equal(&session->branches[i].log, &log->log))
            session->branches[i].state = BY_BRANCH_DONE;
}

/* Whether our only branch holds what the peer's tag stands for. */
static bool
continues(struct by_session *session, const struct by_peer_log *log, const struct by_place *place)
{
    struct by_id id = log->tip.id;
    uint8_t tag[BY_SYNC_TAG_BYTES];
    enum banyan_status status = BANYAN_OK;

    if (place->count < log->count)
        status = session->setup.port->entry_id(session->setup.context, &log->log, &log->tip,
                                               place->count - 1, &id);
    /* What cannot be read is found out branch by branch. */
    if (status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED)
        return false;
    if (!by_session_check(session, status))
        return false;
    by_sync_hash(&session->peer, BY_SYNC_TIPS, by_id_bytes(&id), tag, sizeof tag);
    return memcmp(tag, place->tag, sizeof tag) == 0;
}

/* Both forked, and the same tips. */
static bool is_same_fork(const struct by_session *session, const struct by_peer_log *log,
                         const struct by_place *place)
{
    const struct by_frontier_log *own = by_frontier_find(session->setup.frontier, &log->log);
    uint8_t tag[BY_SYNC_TAG_BYTES];

    if (own == NULL || !log->is_forked || !place->is_forked || place->count != log->count)
        return false;
    by_frontier_tips_tag(&session->peer, own, tag);
    return memcmp(tag, place->tag, sizeof tag) == 0;
}

void by_session_place_log(struct by_session *session, struct by_peer_log *log,
                          const struct by_place *place)
{
    bool is_simple = !log->is_forked && !place->is_forked;

    if (is_simple &&
        (place->count == 0 || place->count > log->count || continues(session, log, place))) {
        log->mode = BY_LOG_FOLLOWS;
        log->next = place->count;
        settle_mode(session, log);
        return;
    }
    by_session_fork_log(session, log);
    if (!is_same_fork(session, log, place))
        return;
    for (size_t i = 0; i < session->branch_count; i++)
        if (by_log_id_equal(&session->branches[i].log, &log->log))
            session->branches[i].state = BY_BRANCH_DONE;
}
