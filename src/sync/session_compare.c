#include "sync/session_state.h"

/* -- saying -- */

static bool write_message(struct by_session *session, const struct by_message *message)
{
    return by_session_check(session, by_message_encode(message, &session->message));
}

/* The same from both sides. */
static struct by_sync_voice shared_voice(const struct by_session *session)
{
    struct by_sync_voice voice = session->own;

    voice.side = 0;
    return voice;
}

static void hash_list(struct by_session *session, uint8_t out_list[BY_SYNC_LIST_BYTES])
{
    struct by_sync_voice voice = shared_voice(session);

    by_sync_hash(&voice, BY_SYNC_LIST, by_id_bytes(by_frontier_list(session->setup.frontier)),
                 out_list, BY_SYNC_LIST_BYTES);
}

static void hash_hello(const struct by_session *session, const struct by_sync_voice *voice,
                       uint8_t out_state[BY_SYNC_STATE_BYTES], uint8_t out_acts[BY_SYNC_ACTS_BYTES])
{
    by_sync_hash(voice, BY_SYNC_STATE, by_id_bytes(&session->said_state), out_state,
                 BY_SYNC_STATE_BYTES);
    by_sync_hash(voice, BY_SYNC_ACTS, by_id_bytes(&session->said_acts), out_acts,
                 BY_SYNC_ACTS_BYTES);
}

static void compare(struct by_session *session);

static void say_hello(struct by_session *session)
{
    struct by_message hello = {.type = BY_MESSAGE_HELLO, .hello.round = session->own.round};

    session->hello_is_due = false;
    hello.hello.is_limited = session->phase == BY_PHASE_LIMITED || session->is_farewell;
    if (!hello.hello.is_limited) {
        by_session_mark_said(session);
        by_frontier_state(session->setup.frontier, &session->said_state);
        session->said_acts = *by_frontier_acts(session->setup.frontier);
        session->said_notes = *by_notes_digest(session->setup.notes);
        session->said_notes_version = session->setup.notes->version;
        by_session_hash_notes(session, &session->own, hello.hello.notes);
        hash_hello(session, &session->own, hello.hello.state, hello.hello.acts);
        if (session->may_receive < BY_SYNC_WINDOW_BYTES)
            session->may_receive = BY_SYNC_WINDOW_BYTES;
    }
    if (write_message(session, &hello) && session->hello_is_heard)
        compare(session);
}

static void place_of(const struct by_session *session, const struct by_frontier_log *log,
                     struct by_place *out_place)
{
    const struct by_tip *tip = by_frontier_highest(log);

    *out_place =
        (struct by_place){.count = tip == NULL ? 0 : tip->seq + 1, .is_forked = log->tip_count > 1};
    if (tip != NULL)
        by_frontier_tips_tag(&session->own, log, out_place->tag);
}

static enum banyan_status add_keyed(struct by_session *session, const struct by_frontier_log *log)
{
    uint8_t key[BY_SYNC_KEY_BYTES];
    struct by_place place;
    enum banyan_status status = BANYAN_OK;

    by_sync_log_key(&session->own, &log->log, key);
    place_of(session, log, &place);
    status = by_buffer_append(&session->places, key, sizeof key);
    return status == BANYAN_OK ? by_message_add_place(&place, &session->places) : status;
}

static void say_keyed(struct by_session *session, bool are_acts)
{
    const struct by_frontier *frontier = session->setup.frontier;
    struct by_frontier_talk *talk = &session->keyed[are_acts ? BY_ACTS : BY_RECORDS];
    struct by_message keyed = {.type = BY_MESSAGE_KEYED, .frontier.are_acts = are_acts};
    enum banyan_status status = BANYAN_OK;
    size_t at = talk->has_begun ? by_frontier_lower(frontier, &talk->after) : 0;

    by_buffer_reset(&session->places);
    for (; at < frontier->count && status == BANYAN_OK; at++) {
        const struct by_frontier_log *log = &frontier->logs[at];
        bool is_said = talk->has_begun && by_log_id_equal(&log->log, &talk->after);

        if (is_said || log->is_act_log != are_acts || log->tip_count == 0)
            continue;
        if (keyed.frontier.count == BY_SYNC_PLACES_MAX)
            break;
        status = add_keyed(session, log);
        keyed.frontier.count++;
        talk->has_begun = true;
        talk->after = log->log;
    }
    keyed.frontier.is_last = at == frontier->count;
    keyed.frontier.places = by_buffer_bytes(&session->places);
    talk->is_due = !keyed.frontier.is_last;
    if (by_session_check(session, status))
        (void)write_message(session, &keyed);
}

static bool is_in(const uint8_t *buckets, uint8_t bucket)
{
    return (buckets[bucket / 8] >> (bucket % 8) & 1) != 0;
}

/* The record logs of a placed frontier in turn, from index *at of the frontier on; NULL behind the
 * last. */
static const struct by_frontier_log *
next_placed(const struct by_frontier *frontier, const uint8_t *buckets, size_t *at)
{
    while (*at < frontier->count) {
        const struct by_frontier_log *log = &frontier->logs[(*at)++];

        if (!log->is_act_log && (buckets == NULL || is_in(buckets, log->bucket)))
            return log;
    }
    return NULL;
}

static void say_placed(struct by_session *session)
{
    const struct by_frontier *frontier = session->setup.frontier;
    const uint8_t *buckets = session->has_filter ? session->filter : NULL;
    struct by_message placed = {
        .type = BY_MESSAGE_PLACED,
        .frontier = {.has_buckets = session->has_filter, .first = session->placed.first}};
    const struct by_frontier_log *log = NULL;
    enum banyan_status status = BANYAN_OK;
    size_t at = 0;

    hash_list(session, placed.frontier.list);
    memcpy(placed.frontier.buckets, session->filter, sizeof placed.frontier.buckets);
    by_buffer_reset(&session->places);
    log = next_placed(frontier, buckets, &at);
    for (uint64_t i = 0; i < session->placed.first && log != NULL; i++)
        log = next_placed(frontier, buckets, &at);
    while (log != NULL && placed.frontier.count < BY_SYNC_PLACES_MAX && status == BANYAN_OK) {
        struct by_place place;

        place_of(session, log, &place);
        status = by_message_add_place(&place, &session->places);
        placed.frontier.count++;
        log = next_placed(frontier, buckets, &at);
    }
    placed.frontier.is_last = log == NULL;
    placed.frontier.places = by_buffer_bytes(&session->places);
    session->placed.first += placed.frontier.count;
    session->placed.is_due = !placed.frontier.is_last;
    if (by_session_check(session, status))
        (void)write_message(session, &placed);
}

static void hear_both_buckets(struct by_session *session);

static void say_buckets(struct by_session *session)
{
    struct by_sync_voice voice = shared_voice(session);
    struct by_message buckets = {.type = BY_MESSAGE_BUCKETS};

    session->buckets_are_due = false;
    session->buckets_are_said = true;
    by_session_mark_said(session);
    hash_list(session, buckets.buckets.list);
    for (size_t i = 0; i < BY_SYNC_BUCKETS; i++)
        by_sync_hash(&voice, BY_SYNC_BUCKET,
                     by_id_bytes(by_frontier_bucket(session->setup.frontier, (uint8_t)i)),
                     session->said_buckets + i * BY_SYNC_BUCKET_BYTES, BY_SYNC_BUCKET_BYTES);
    buckets.buckets.digests = by_bytes_of(session->said_buckets, sizeof session->said_buckets);
    if (write_message(session, &buckets) && session->buckets_are_heard)
        hear_both_buckets(session);
}

static void say_differs(struct by_session *session)
{
    struct by_message differs = {.type = BY_MESSAGE_DIFFERS};

    session->differs_is_due = false;
    (void)write_message(session, &differs);
}

bool by_session_say(struct by_session *session)
{
    if (session->hello_is_due)
        say_hello(session);
    else if (session->keyed[BY_ACTS].is_due)
        say_keyed(session, true);
    else if (session->noted_is_due)
        by_session_say_noted(session);
    else if (session->buckets_are_due)
        say_buckets(session);
    else if (session->placed.is_due)
        say_placed(session);
    else if (session->differs_is_due)
        say_differs(session);
    else if (session->keyed[BY_RECORDS].is_due)
        say_keyed(session, false);
    else
        return false;
    return true;
}

/* -- hearing -- */

static void assume_said(struct by_session *session, bool are_acts)
{
    for (size_t i = 0; i < session->log_count && !session->is_closing; i++)
        if (session->logs[i].is_act_log == are_acts)
            by_session_assume_said(session, &session->logs[i]);
    session->frontier_is_heard[are_acts ? BY_ACTS : BY_RECORDS] = true;
}

void by_session_begin_records(struct by_session *session)
{
    session->phase = BY_PHASE_RECORDS;
    by_session_begin_notes(session);
    if (session->setup.frontier->record_log_count > BY_SYNC_POSITIONAL_MAX)
        session->buckets_are_due = true;
    else
        session->placed.is_due = true;
}

static void skip_acts(struct by_session *session)
{
    assume_said(session, true);
    session->end_is_said[BY_ACTS] = true;
    session->end_is_heard[BY_ACTS] = true;
}

/* Both hellos are there. What was said is compared, not what is held by now, so that both sides
 * come to the same end. */
static void compare(struct by_session *session)
{
    uint8_t state[BY_SYNC_STATE_BYTES];
    uint8_t acts[BY_SYNC_ACTS_BYTES];

    if (session->phase != BY_PHASE_HELLO)
        return;
    by_session_note_progress(session);
    if (session->is_farewell) {
        session->phase = BY_PHASE_ACTS;
        /* To a node that limits us we name ours, and it answers which of these it holds. */
        session->keyed[BY_ACTS].is_due = session->is_limited_by_peer;
        return;
    }
    by_session_compare_notes(session);
    hash_hello(session, &session->peer, state, acts);
    if (session->is_limited_by_peer || memcmp(acts, session->heard_acts, sizeof acts) != 0) {
        session->phase = BY_PHASE_ACTS;
        session->keyed[BY_ACTS].is_due = true;
        return;
    }
    skip_acts(session);
    if (memcmp(state, session->heard_state, sizeof state) != 0) {
        by_session_begin_records(session);
        return;
    }
    assume_said(session, false);
    by_session_begin_notes(session);
    session->phase = BY_PHASE_RECORDS;
    session->end_is_said[BY_RECORDS] = true;
    session->end_is_heard[BY_RECORDS] = true;
    by_session_advance(session);
}

void by_session_hear_hello(struct by_session *session, const struct by_message *message)
{
    if (message->hello.round > session->own.round)
        by_session_begin_round(session, message->hello.round);
    if (session->is_closing)
        return;
    if (message->hello.round < session->own.round || session->hello_is_heard) {
        session->stats.ignored_messages++;
        return;
    }
    session->hello_is_heard = true;
    session->is_limited_by_peer = message->hello.is_limited;
    memcpy(session->heard_state, message->hello.state, sizeof session->heard_state);
    memcpy(session->heard_acts, message->hello.acts, sizeof session->heard_acts);
    memcpy(session->heard_notes, message->hello.notes, sizeof session->heard_notes);
    if (!message->hello.is_limited && session->may_send < BY_SYNC_WINDOW_BYTES)
        session->may_send = BY_SYNC_WINDOW_BYTES;
    if (!session->hello_is_due)
        compare(session);
}

static int order_keys(const void *a, const void *b)
{
    return memcmp(((const struct by_keyed_log *)a)->key, ((const struct by_keyed_log *)b)->key,
                  BY_SYNC_KEY_BYTES);
}

/* The keys of all logs, sorted; made again only when the table changed, so that many small messages
 * cost no more than a large one. */
static bool list_keys(struct by_session *session)
{
    struct by_keyed_log *keys = NULL;

    if (session->keys_are_made)
        return true;
    keys = realloc(session->keys, (session->log_count + 1) * sizeof *keys);
    if (keys == NULL)
        return by_session_check(session, BANYAN_ERR_MEMORY);
    session->keys = keys;
    session->key_count = session->log_count;
    for (size_t i = 0; i < session->key_count; i++) {
        keys[i].log = session->logs[i].log;
        keys[i].is_act_log = session->logs[i].is_act_log;
        by_sync_log_key(&session->own, &keys[i].log, keys[i].key);
    }
    qsort(keys, session->key_count, sizeof *keys, order_keys);
    session->keys_are_made = true;
    return true;
}

static const struct by_keyed_log *
find_key(const struct by_session *session, const struct by_keyed_log *wanted)
{
    const struct by_keyed_log *found =
        bsearch(wanted, session->keys, session->key_count, sizeof *found, order_keys);

    return found != NULL && found->is_act_log == wanted->is_act_log ? found : NULL;
}

/* An unknown key learns how far we are in those logs only that it named. */
static enum banyan_status
answer_key(struct by_session *session, const struct by_log_id *log, struct by_message *answer)
{
    const struct by_frontier_log *own = by_frontier_find(session->setup.frontier, log);

    if (own == NULL || own->tip_count == 0)
        return BANYAN_OK;
    answer->frontier.count++;
    return add_keyed(session, own);
}

static void hear_key(struct by_session *session, const struct by_log_id *id,
                     const struct by_place *place, struct by_message *answer)
{
    struct by_peer_log *log = by_session_find_log(session, id);

    if (session->phase == BY_PHASE_LIMITED)
        (void)by_session_check(session, answer_key(session, id, answer));
    else if (log != NULL && log->mode == BY_LOG_UNKNOWN)
        by_session_place_log(session, log, place);
}

static void
hear_keys(struct by_session *session, const struct by_message *message, struct by_message *answer)
{
    struct by_cursor cursor = {message->frontier.places};

    by_buffer_reset(&session->places);
    if (!list_keys(session))
        return;
    for (size_t i = 0; i < message->frontier.count && !session->is_closing; i++) {
        struct by_keyed_log wanted = {.is_act_log = message->frontier.are_acts};
        const struct by_keyed_log *found = NULL;
        struct by_place place;

        if (by_message_next_keyed(&cursor, wanted.key, &place) != BANYAN_OK)
            return;
        found = find_key(session, &wanted);
        if (found != NULL)
            hear_key(session, &found->log, &place, answer);
    }
}

/* The peer has named all it holds: of other logs it holds nothing. */
static void end_frontier(struct by_session *session, bool are_acts)
{
    static const struct by_place empty;

    by_session_note_progress(session);
    session->frontier_is_heard[are_acts ? BY_ACTS : BY_RECORDS] = true;
    for (size_t i = 0; i < session->log_count && !session->is_closing; i++)
        if (session->logs[i].is_act_log == are_acts && session->logs[i].mode == BY_LOG_UNKNOWN)
            by_session_place_log(session, &session->logs[i], &empty);
}

void by_session_hear_keyed(struct by_session *session, const struct by_message *message)
{
    bool are_acts = message->frontier.are_acts;
    bool is_expected = are_acts
                           ? session->phase == BY_PHASE_LIMITED || session->phase == BY_PHASE_ACTS
                           : session->phase == BY_PHASE_RECORDS;
    struct by_message answer = {
        .type = BY_MESSAGE_KEYED,
        .frontier = {.are_acts = true, .is_last = message->frontier.is_last}};

    if (!is_expected || session->frontier_is_heard[are_acts ? BY_ACTS : BY_RECORDS]) {
        session->stats.ignored_messages++;
        return;
    }
    hear_keys(session, message, &answer);
    if (session->phase == BY_PHASE_LIMITED) {
        answer.frontier.places = by_buffer_bytes(&session->places);
        by_session_reply(session, &answer);
    } else if (message->frontier.is_last) {
        end_frontier(session, are_acts);
    }
}

static bool is_own_list(struct by_session *session, const uint8_t list[BY_SYNC_LIST_BYTES])
{
    uint8_t own[BY_SYNC_LIST_BYTES];

    hash_list(session, own);
    return memcmp(own, list, sizeof own) == 0;
}

static void hear_places(struct by_session *session, const struct by_message *message)
{
    const struct by_frontier *frontier = session->setup.frontier;
    const uint8_t *buckets = message->frontier.has_buckets ? message->frontier.buckets : NULL;
    struct by_cursor cursor = {message->frontier.places};
    size_t at = 0;

    for (uint64_t i = 0; i < message->frontier.first; i++)
        if (next_placed(frontier, buckets, &at) == NULL)
            break;
    for (size_t i = 0; i < message->frontier.count && !session->is_closing; i++) {
        const struct by_frontier_log *own = next_placed(frontier, buckets, &at);
        struct by_peer_log *log = own == NULL ? NULL : by_session_find_log(session, &own->log);
        struct by_place place;

        if (own == NULL || by_message_next_place(&cursor, &place) != BANYAN_OK) {
            by_session_fail(session, BY_REASON_PROTOCOL, BANYAN_ERR_MALFORMED);
            return;
        }
        if (log != NULL && log->mode == BY_LOG_UNKNOWN)
            by_session_place_log(session, log, &place);
    }
}

void by_session_hear_placed(struct by_session *session, const struct by_message *message)
{
    if (session->phase != BY_PHASE_RECORDS || session->frontier_is_heard[BY_RECORDS]) {
        session->stats.ignored_messages++;
        return;
    }
    if (!is_own_list(session, message->frontier.list)) {
        session->differs_is_due = message->frontier.is_last;
        return;
    }
    hear_places(session, message);
    if (message->frontier.is_last)
        end_frontier(session, false);
}

static void hear_both_buckets(struct by_session *session)
{
    for (size_t i = 0; i < BY_SYNC_BUCKETS; i++) {
        size_t at = i * BY_SYNC_BUCKET_BYTES;

        if (memcmp(session->said_buckets + at, session->heard_buckets + at, BY_SYNC_BUCKET_BYTES) !=
            0)
            session->filter[i / 8] |= (uint8_t)(1u << (i % 8));
    }
    for (size_t i = 0; i < session->log_count && !session->is_closing; i++) {
        struct by_peer_log *log = &session->logs[i];

        if (!log->is_act_log && log->mode == BY_LOG_UNKNOWN &&
            !is_in(session->filter, by_sync_bucket_of(&log->log)))
            by_session_assume_said(session, log);
    }
    session->has_filter = true;
    session->placed.is_due = true;
}

void by_session_hear_buckets(struct by_session *session, const struct by_message *message)
{
    if (session->phase != BY_PHASE_RECORDS || session->buckets_are_heard) {
        session->stats.ignored_messages++;
        return;
    }
    if (!is_own_list(session, message->buckets.list)) {
        session->differs_is_due = true;
        return;
    }
    session->buckets_are_heard = true;
    memcpy(session->heard_buckets, message->buckets.digests.data, sizeof session->heard_buckets);
    if (session->buckets_are_said)
        hear_both_buckets(session);
    else
        session->buckets_are_due = true;
}

void by_session_hear_differs(struct by_session *session)
{
    struct by_frontier_talk *talk = &session->keyed[BY_RECORDS];

    if (session->phase != BY_PHASE_RECORDS || talk->is_due || talk->has_begun) {
        session->stats.ignored_messages++;
        return;
    }
    talk->is_due = true;
}
