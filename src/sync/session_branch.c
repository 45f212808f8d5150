#include "sync/session_state.h"

/* Points that an answer to a probe lays over its range. */
#define PROBE_POINTS 32u
static_assert(PROBE_POINTS + 2 <= BY_SYNC_SAMPLES_MAX, "an answer to a probe is one offer");

static bool is_sample(const struct by_sample *a, const struct by_sample *b)
{
    return a->seq == b->seq && by_id_equal(&a->id, &b->id);
}

static struct by_branch *
find_branch(struct by_session *session, const struct by_log_id *log, const struct by_sample *tip)
{
    for (size_t i = 0; i < session->branch_count; i++)
        if (is_sample(&session->branches[i].tip, tip) &&
            by_log_id_equal(&session->branches[i].log, log))
            return &session->branches[i];
    return NULL;
}

static void
add_branch(struct by_session *session, const struct by_peer_log *log, const struct by_sample *tip)
{
    if (session->branch_count == session->branch_capacity) {
        size_t capacity = session->branch_capacity == 0 ? 8 : session->branch_capacity * 2;
        struct by_branch *grown = realloc(session->branches, capacity * sizeof *grown);

        if (grown == NULL) {
            by_session_fail(session, BY_REASON_STORAGE, BANYAN_ERR_MEMORY);
            return;
        }
        session->branches = grown;
        session->branch_capacity = capacity;
    }
    session->branches[session->branch_count++] = (struct by_branch){
        .log = log->log, .is_act_log = log->is_act_log, .tip = *tip, .state = BY_BRANCH_TO_OFFER};
}

static bool is_tip(const struct by_frontier_log *own, const struct by_sample *entry)
{
    for (size_t i = 0; own != NULL && i < own->tip_count; i++)
        if (own->tips[i].seq == entry->seq && by_id_equal(&own->tips[i].id, &entry->id))
            return true;
    return false;
}

static void remove_grown(struct by_session *session, const struct by_peer_log *log,
                         const struct by_frontier_log *own)
{
    size_t kept = 0;

    for (size_t i = 0; i < session->branch_count; i++) {
        const struct by_branch *branch = &session->branches[i];

        if (!by_log_id_equal(&branch->log, &log->log) || is_tip(own, &branch->tip))
            session->branches[kept++] = *branch;
    }
    session->branch_count = kept;
}

void by_session_update_branches(struct by_session *session, const struct by_peer_log *log)
{
    const struct by_frontier_log *own = by_frontier_find(session->setup.frontier, &log->log);

    remove_grown(session, log, own);
    for (size_t i = 0; own != NULL && i < own->tip_count && !session->is_closing; i++) {
        struct by_sample tip = {.seq = own->tips[i].seq, .id = own->tips[i].id};

        if (find_branch(session, &log->log, &tip) == NULL)
            add_branch(session, log, &tip);
    }
    session->has_work[log->is_act_log ? BY_ACTS : BY_RECORDS] = true;
}

void by_session_fork_log(struct by_session *session, struct by_peer_log *log)
{
    if (log->mode != BY_LOG_FORKED)
        session->stats.forked_logs++;
    log->mode = BY_LOG_FORKED;
    by_session_update_branches(session, log);
}

void by_session_end_branch(struct by_session *session, const struct by_log_id *log,
                           const struct by_sample *tip)
{
    struct by_branch *branch = find_branch(session, log, tip);

    if (branch != NULL)
        branch->state = BY_BRANCH_DONE;
}

bool by_session_has_branches(const struct by_session *session, bool are_acts)
{
    for (size_t i = 0; i < session->branch_count; i++)
        if (session->branches[i].is_act_log == are_acts &&
            session->branches[i].state != BY_BRANCH_DONE)
            return true;
    return false;
}

struct by_branch *by_session_sending_branch(struct by_session *session, bool are_acts)
{
    for (size_t i = 0; i < session->branch_count; i++)
        if (session->branches[i].is_act_log == are_acts &&
            session->branches[i].state == BY_BRANCH_SENDING)
            return &session->branches[i];
    return NULL;
}

/* -- offers -- */

/* Entries before the tip at distances 1, 2, 4 and so on, and the first. */
static size_t choose_first(uint64_t tip_seq, uint64_t out_seqs[BY_SYNC_SAMPLES_MAX])
{
    size_t count = 0;

    for (uint64_t back = 1; back <= tip_seq && count < BY_SYNC_SAMPLES_MAX - 1; back *= 2)
        out_seqs[count++] = tip_seq - back;
    if (count > 0 && out_seqs[count - 1] > 0)
        out_seqs[count++] = 0;
    return count;
}

/* The range in even steps, with the entries on both sides of it, so that whoever reads the answer
 * alone finds a range that is smaller. */
static size_t
choose_between(const struct by_message_branch *probe, uint64_t out_seqs[BY_SYNC_SAMPLES_MAX])
{
    uint64_t width = probe->high - probe->low;
    uint64_t step = (width + PROBE_POINTS - 1) / PROBE_POINTS;
    size_t count = 0;

    if (probe->high < probe->tip.seq)
        out_seqs[count++] = probe->high;
    for (uint64_t at = (width - 1) / step * step;; at -= step) {
        out_seqs[count++] = probe->low + at;
        if (at == 0)
            break;
    }
    if (probe->low > 0)
        out_seqs[count++] = probe->low - 1;
    return count;
}

/* Name the entries at those places. */
static enum banyan_status put_samples(struct by_session *session, struct by_message_branch *offer,
                                      const uint64_t *seqs, size_t count)
{
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(&session->places);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        struct by_sample sample = {.seq = seqs[i]};

        status = session->setup.port->entry_id(session->setup.context, &offer->log, &offer->tip,
                                               sample.seq, &sample.id);
        if (status == BANYAN_OK)
            status = by_message_add_sample(&sample, &session->places);
    }
    offer->sample_count = count;
    offer->samples = by_buffer_bytes(&session->places);
    return status;
}

static bool is_unreadable(enum banyan_status status)
{
    return status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED;
}

static void write_offer(struct by_session *session, struct by_branch *branch)
{
    struct by_message offer = {
        .type = BY_MESSAGE_OFFER,
        .branch = {.is_act_log = branch->is_act_log, .log = branch->log, .tip = branch->tip}};
    uint64_t seqs[BY_SYNC_SAMPLES_MAX];
    size_t count = choose_first(branch->tip.seq, seqs);
    enum banyan_status status = put_samples(session, &offer.branch, seqs, count);

    branch->state = BY_BRANCH_OFFERED;
    if (is_unreadable(status))
        branch->state = BY_BRANCH_DONE;
    else if (by_session_check(session, status))
        (void)by_session_check(session, by_message_encode(&offer, &session->message));
}

/* One branch of a log at a time: what they have in common is then sent once. */
static bool is_busy(const struct by_session *session, const struct by_log_id *log)
{
    for (size_t i = 0; i < session->branch_count; i++)
        if ((session->branches[i].state == BY_BRANCH_OFFERED ||
             session->branches[i].state == BY_BRANCH_SENDING) &&
            by_log_id_equal(&session->branches[i].log, log))
            return true;
    return false;
}

static size_t count_offered(const struct by_session *session)
{
    size_t count = 0;

    for (size_t i = 0; i < session->branch_count; i++)
        count += session->branches[i].state == BY_BRANCH_OFFERED;
    return count;
}

bool by_session_offer(struct by_session *session, bool are_acts)
{
    if (session->branch_count == 0 || count_offered(session) >= BY_SYNC_OFFERS_MAX)
        return false;
    for (size_t i = 0; i < session->branch_count && !session->is_closing; i++) {
        struct by_branch *branch = &session->branches[i];

        if (branch->state != BY_BRANCH_TO_OFFER || branch->is_act_log != are_acts ||
            is_busy(session, &branch->log))
            continue;
        write_offer(session, branch);
        if (branch->state == BY_BRANCH_OFFERED)
            return true;
    }
    return false;
}

/* -- hearing -- */

/* Record logs are talked about once an open announced them here, act logs always. */
static bool is_known(const struct by_session *session, const struct by_message_branch *branch)
{
    const struct by_frontier_log *own = by_frontier_find(session->setup.frontier, &branch->log);

    return branch->is_act_log || (own != NULL && !own->is_act_log);
}

static bool
holds(struct by_session *session, const struct by_log_id *log, const struct by_sample *entry)
{
    bool is_held = false;
    enum banyan_status status =
        session->setup.port->holds(session->setup.context, log, entry, &is_held);

    if (is_unreadable(status))
        return false;
    return by_session_check(session, status) && is_held;
}

/* Between what is held of the branch and what is not. */
static void find_range(struct by_session *session, const struct by_message_branch *offer,
                       uint64_t *out_low, uint64_t *out_high)
{
    struct by_cursor cursor = {offer->samples};

    *out_low = 0;
    *out_high = offer->tip.seq;
    for (size_t i = 0; i < offer->sample_count; i++) {
        struct by_sample sample;

        if (by_message_next_sample(&cursor, &sample) != BANYAN_OK)
            return;
        if (holds(session, &offer->log, &sample)) {
            *out_low = sample.seq + 1;
            return;
        }
        *out_high = sample.seq;
    }
}

/* Ask for what lacks once it is known to within a block, else look closer. */
static void answer_offer(struct by_session *session, const struct by_message_branch *offer)
{
    struct by_message answer = {.type = BY_MESSAGE_ASK, .branch = *offer};
    uint64_t low = 0;
    uint64_t high = 0;

    if (holds(session, &offer->log, &offer->tip)) {
        answer.branch.from = offer->tip.seq + 1;
    } else {
        find_range(session, offer, &low, &high);
        answer.branch.from = low;
        answer.branch.low = low;
        answer.branch.high = high;
        if (high > low + BY_BLOCK_ENTRIES_MAX)
            answer.type = BY_MESSAGE_PROBE;
    }
    by_session_reply(session, &answer);
}

/* What an offer names the peer holds; what we have besides is offered in turn. */
static void offer_back(struct by_session *session, struct by_peer_log *log,
                       const struct by_message_branch *offer)
{
    struct by_cursor cursor = {offer->samples};

    by_session_fork_log(session, log);
    by_session_end_branch(session, &offer->log, &offer->tip);
    for (size_t i = 0; i < offer->sample_count; i++) {
        struct by_sample sample;

        if (by_message_next_sample(&cursor, &sample) != BANYAN_OK)
            return;
        by_session_end_branch(session, &offer->log, &sample);
    }
}

void by_session_hear_offer(struct by_session *session, const struct by_message_branch *offer)
{
    struct by_peer_log *log = by_session_find_log(session, &offer->log);

    if (!is_known(session, offer)) {
        session->stats.ignored_messages++;
        return;
    }
    answer_offer(session, offer);
    if (log != NULL && log->mode != BY_LOG_UNKNOWN && log->count > 0)
        offer_back(session, log, offer);
}

void by_session_hear_probe(struct by_session *session, const struct by_message_branch *probe)
{
    struct by_message answer = {
        .type = BY_MESSAGE_OFFER,
        .branch = {.is_act_log = probe->is_act_log, .log = probe->log, .tip = probe->tip}};
    uint64_t seqs[BY_SYNC_SAMPLES_MAX];
    enum banyan_status status = BANYAN_OK;

    if (!is_known(session, probe) || !holds(session, &probe->log, &probe->tip)) {
        session->stats.ignored_messages++;
        return;
    }
    status = put_samples(session, &answer.branch, seqs, choose_between(probe, seqs));
    if (!is_unreadable(status) && by_session_check(session, status))
        by_session_reply(session, &answer);
}

/* A log that was thought to follow does not, before that entry. */
static void
step_back(struct by_session *session, struct by_peer_log *log, const struct by_message_branch *ask)
{
    struct by_id id = {{0}};
    enum banyan_status status = BANYAN_ERR_NOT_FOUND;

    if (ask->tip.seq < log->count)
        status = session->setup.port->entry_id(session->setup.context, &log->log, &log->tip,
                                               ask->tip.seq, &id);
    if (is_unreadable(status) || !by_session_check(session, status) ||
        !by_id_equal(&id, &ask->tip.id)) {
        session->stats.ignored_messages++;
        return;
    }
    log->next = ask->from;
    session->has_work[log->is_act_log ? BY_ACTS : BY_RECORDS] = true;
}

void by_session_hear_ask(struct by_session *session, const struct by_message_branch *ask)
{
    struct by_branch *branch = find_branch(session, &ask->log, &ask->tip);
    struct by_peer_log *log = by_session_find_log(session, &ask->log);

    if (branch != NULL) {
        by_session_note_progress(session);
        branch->state = ask->from > branch->tip.seq ? BY_BRANCH_DONE : BY_BRANCH_SENDING;
        branch->next = ask->from;
        session->has_work[branch->is_act_log ? BY_ACTS : BY_RECORDS] = true;
    } else if (log != NULL && log->mode == BY_LOG_FOLLOWS) {
        step_back(session, log, ask);
    } else {
        session->stats.ignored_messages++;
    }
}

void by_session_probe_gap(struct by_session *session, const struct by_waiting_run *run)
{
    struct by_peer_log *log = by_session_find_log(session, &run->log);
    struct by_message probe = {.type = BY_MESSAGE_PROBE,
                               .branch = {.is_act_log = run->are_acts,
                                          .log = run->log,
                                          .tip = run->last,
                                          .high = run->first_seq}};

    /* A peer that cannot close the gap is not asked for ever. */
    if (log == NULL || run->first_seq == 0 || log->gap_count == BY_SYNC_GAPS_MAX)
        return;
    log->gap_count++;
    by_session_reply(session, &probe);
}
