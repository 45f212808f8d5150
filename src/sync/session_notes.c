#include "sync/session_state.h"

/* Per note as the peer listed it. */
struct keyed_slot {
    uint8_t key[BY_SYNC_KEY_BYTES];
    size_t slot;
};

void by_session_begin_notes_round(struct by_session *session)
{
    session->notes_differ = false;
    session->noted_is_due = false;
    session->noted_is_heard = false;
    session->notes_end_is_said = false;
    session->notes_end_is_heard = false;
}

/* -- what the peer holds -- */

/* An entry for each slot there is by now; those that are new, 0. */
static bool grow_known(struct by_session *session)
{
    size_t count = session->setup.notes->slot_count;
    uint64_t *known = NULL;

    if (count <= session->notes_known_count)
        return true;
    known = realloc(session->notes_known, count * sizeof *known);
    if (known == NULL)
        return by_session_check(session, BANYAN_ERR_MEMORY);
    memset(known + session->notes_known_count, 0,
           (count - session->notes_known_count) * sizeof *known);
    session->notes_known = known;
    session->notes_known_count = count;
    return true;
}

static const struct by_notes_slot *slot_at(const struct by_session *session, size_t i)
{
    return &session->setup.notes->slots[by_notes_at(session->setup.notes, i)];
}

static bool is_owed(const struct by_session *session, size_t slot)
{
    return session->setup.notes->slots[slot].version > session->notes_known[slot];
}

/* -- comparing -- */

void by_session_hash_notes(const struct by_session *session, const struct by_sync_voice *voice,
                           uint8_t out_notes[BY_SYNC_NOTES_DIGEST_BYTES])
{
    by_sync_hash(voice, BY_SYNC_NOTES, by_id_bytes(&session->said_notes), out_notes,
                 BY_SYNC_NOTES_DIGEST_BYTES);
}

/* The peer holds the notes that the hello spoke of. */
static void assume_said(struct by_session *session)
{
    session->notes_are_told = true;
    session->notes_sent_version = 0;
    if (!grow_known(session))
        return;
    for (size_t i = 0; i < session->notes_known_count; i++)
        if (session->notes_known[i] < session->said_notes_version)
            session->notes_known[i] = session->said_notes_version;
}

void by_session_compare_notes(struct by_session *session)
{
    uint8_t notes[BY_SYNC_NOTES_DIGEST_BYTES];

    if (session->is_limited_by_peer)
        return;
    by_session_hash_notes(session, &session->peer, notes);
    if (memcmp(notes, session->heard_notes, sizeof notes) == 0) {
        assume_said(session);
    } else {
        session->notes_differ = true;
        session->notes_are_told = false;
    }
}

void by_session_begin_notes(struct by_session *session)
{
    session->noted_is_due = session->notes_differ;
}

static void key_of(const struct by_session *session, const struct by_note *note,
                   uint8_t out_key[BY_SYNC_KEY_BYTES])
{
    struct by_sync_voice nobody = {.handshake = session->own.handshake};
    uint8_t bytes[33];

    memcpy(bytes, note->device.bytes, 32);
    bytes[32] = note->kind;
    by_sync_hash(&nobody, BY_SYNC_NOTE_KEY, by_bytes_of(bytes, sizeof bytes), out_key,
                 BY_SYNC_KEY_BYTES);
}

static void note_as(const struct by_session *session, const struct by_sync_voice *voice,
                    const struct by_note *note, struct by_noted *out_noted)
{
    key_of(session, note, out_noted->key);
    out_noted->counter = note->counter;
    by_sync_hash(voice, BY_SYNC_NOTE, by_id_bytes(&note->hash), out_noted->tag,
                 sizeof out_noted->tag);
}

void by_session_say_noted(struct by_session *session)
{
    const struct by_notes *notes = session->setup.notes;
    struct by_message noted = {.type = BY_MESSAGE_NOTED, .noted.count = notes->count};
    enum banyan_status status = BANYAN_OK;

    session->noted_is_due = false;
    by_buffer_reset(&session->places);
    for (size_t i = 0; i < notes->count && status == BANYAN_OK; i++) {
        struct by_noted item;

        note_as(session, &session->own, &slot_at(session, i)->note, &item);
        status = by_message_add_noted(&item, &session->places);
    }
    noted.noted.items = by_buffer_bytes(&session->places);
    if (by_session_check(session, status))
        (void)by_session_check(session, by_message_encode(&noted, &session->message));
}

static int order_slots(const void *a, const void *b)
{
    return memcmp(((const struct keyed_slot *)a)->key, ((const struct keyed_slot *)b)->key,
                  BY_SYNC_KEY_BYTES);
}

static struct keyed_slot *list_slots(const struct by_session *session)
{
    const struct by_notes *notes = session->setup.notes;
    struct keyed_slot *slots = calloc(notes->count + 1, sizeof *slots);

    for (size_t i = 0; i < notes->count && slots != NULL; i++) {
        slots[i].slot = by_notes_at(notes, i);
        key_of(session, &notes->slots[slots[i].slot].note, slots[i].key);
    }
    if (slots != NULL && notes->count > 1)
        qsort(slots, notes->count, sizeof *slots, order_slots);
    return slots;
}

/* Whether the peer lacks ours. Of one counter and two hashes both sides send, and the rule decides.
 */
static bool is_lacking(const struct by_session *session, const struct by_note *note,
                       const struct by_noted *theirs)
{
    struct by_noted ours;

    note_as(session, &session->peer, note, &ours);
    if (ours.counter != theirs->counter)
        return ours.counter > theirs->counter;
    return memcmp(ours.tag, theirs->tag, sizeof ours.tag) != 0;
}

static void
meet_noted(struct by_session *session, const struct keyed_slot *slots, struct by_cursor *cursor)
{
    const struct by_notes *notes = session->setup.notes;
    struct by_noted noted;

    while (cursor->rest.size > 0 && by_message_next_noted(cursor, &noted) == BANYAN_OK) {
        struct keyed_slot wanted = {{0}, 0};
        const struct keyed_slot *found;

        memcpy(wanted.key, noted.key, sizeof wanted.key);
        found = bsearch(&wanted, slots, notes->count, sizeof *found, order_slots);
        if (found != NULL && !is_lacking(session, &notes->slots[found->slot].note, &noted))
            session->notes_known[found->slot] = notes->slots[found->slot].version;
    }
}

void by_session_hear_noted(struct by_session *session, const struct by_message *message)
{
    struct by_cursor cursor = {message->noted.items};
    struct keyed_slot *slots = NULL;

    if (!session->notes_differ || session->noted_is_heard) {
        session->stats.ignored_messages++;
        return;
    }
    slots = list_slots(session);
    if (slots == NULL || !grow_known(session)) {
        free(slots);
        (void)by_session_check(session, BANYAN_ERR_MEMORY);
        return;
    }
    for (size_t i = 0; i < session->notes_known_count; i++)
        session->notes_known[i] = 0;
    meet_noted(session, slots, &cursor);
    free(slots);
    session->noted_is_heard = true;
    session->notes_are_told = true;
    session->notes_sent_version = 0;
    by_session_note_progress(session);
}

/* -- notes in -- */

static void hear_note(struct by_session *session, const struct by_note *note)
{
    struct by_notes *notes = session->setup.notes;
    enum by_notes_verdict verdict;
    size_t slot = 0;

    if (!by_note_kind_is_known(note->kind) ||
        !session->setup.port->keeps_notes(session->setup.context, &note->device))
        return;
    verdict = by_notes_hear(notes, note, &session->setup.network, session->setup.via,
                            session->now_ms, &slot);
    if (verdict == BY_NOTES_FORGED)
        by_session_fail(session, BY_REASON_PROTOCOL, BANYAN_ERR_BAD_SIGNATURE);
    session->stats.notes_in += verdict == BY_NOTES_TAKEN;
    if ((verdict == BY_NOTES_TAKEN || verdict == BY_NOTES_HELD) && grow_known(session))
        session->notes_known[slot] = notes->slots[slot].version;
}

void by_session_hear_notes(struct by_session *session, const struct by_message *message)
{
    struct by_cursor cursor = {message->notes.bytes};
    struct by_note note;

    while (!session->is_closing && cursor.rest.size > 0 &&
           by_note_take(&cursor, &note) == BANYAN_OK)
        hear_note(session, &note);
    if (message->notes.are_last && session->hello_is_heard)
        session->notes_end_is_heard = true;
    by_session_note_progress(session);
}

/* -- notes out -- */

static bool is_full(const struct by_buffer *message, size_t count)
{
    return count == BY_SYNC_NOTES_MAX || message->size >= BY_SYNC_NOTES_BYTES;
}

/* Whether all were added. */
static bool add_owed(struct by_session *session, struct by_buffer *bytes)
{
    enum banyan_status status = BANYAN_OK;
    size_t count = 0;

    for (size_t i = 0; i < session->setup.notes->count; i++) {
        size_t slot = by_notes_at(session->setup.notes, i);

        if (!is_owed(session, slot))
            continue;
        if (is_full(bytes, count))
            return false;
        status = by_buffer_append_bytes(bytes, session->setup.notes->slots[slot].note.bytes);
        if (!by_session_check(session, status))
            return false;
        session->notes_known[slot] = session->setup.notes->slots[slot].version;
        session->stats.notes_out++;
        count++;
    }
    return true;
}

bool by_session_send_notes(struct by_session *session)
{
    struct by_message message = {.type = BY_MESSAGE_NOTES};
    bool end_is_due = session->notes_differ && !session->notes_end_is_said;

    if (!session->notes_are_told || session->phase < BY_PHASE_RECORDS ||
        (!end_is_due && session->notes_sent_version == session->setup.notes->version) ||
        !grow_known(session))
        return false;
    by_buffer_reset(&session->places);
    if (add_owed(session, &session->places)) {
        session->notes_sent_version = session->setup.notes->version;
        message.notes.are_last = end_is_due;
        session->notes_end_is_said = session->notes_end_is_said || end_is_due;
    }
    message.notes.bytes = by_buffer_bytes(&session->places);
    if (session->is_closing || (message.notes.bytes.size == 0 && !message.notes.are_last))
        return false;
    return by_session_check(session, by_message_encode(&message, &session->message));
}

bool by_session_has_notes(const struct by_session *session)
{
    return (session->notes_are_told &&
            session->notes_sent_version != session->setup.notes->version) ||
           (session->notes_differ && !(session->notes_end_is_said && session->notes_end_is_heard));
}
