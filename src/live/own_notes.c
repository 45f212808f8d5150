#include "live/kept_notes.h"
#include "live/state.h"
#include "live/told.h"
#include "sync/standing.h"

#define HOUR_MS (60u * 60u * 1000u)
/* Between looks at whether a note is due. */
#define LOOK_MS 1000u
/* A standing is made at most so often, and again after so long though nothing changed. */
#define STANDING_MS_MIN HOUR_MS
#define STANDING_MS_MAX (24u * HOUR_MS)
/* So long logs stand still before a standing is made of them; while they never do, so long after
 * they began to move. */
#define QUIET_MS   5000u
#define UNQUIET_MS (10u * 60u * 1000u)
/* Addresses are told again though nothing changed, so that members see that they still hold. */
#define ADDRESSES_MS_MAX (7u * 24u * HOUR_MS)

static uint64_t age_ms(const struct by_note *note)
{
    uint64_t now_ms = by_os_wall_ms();

    /* A note from the future was made by a clock that was wrong then, or is now. */
    return note->made_ms < now_ms ? now_ms - note->made_ms : note->made_ms - now_ms;
}

static const struct by_note *own_note(const struct by_live *live, uint8_t kind)
{
    const struct by_notes_slot *slot =
        by_notes_find(&live->notes, &live->node->device.public_key, kind);

    return slot == NULL ? NULL : &slot->note;
}

/* One more than whatever of this device is known, also by a copy of this home. */
static void make(struct by_live *live, uint8_t kind, struct by_bytes body, uint64_t now_ms)
{
    static const struct by_id nobody;
    const struct by_note *held = own_note(live, kind);
    struct by_note note = {.kind = kind,
                           .counter = held == NULL ? 1 : held->counter + 1,
                           .made_ms = by_os_wall_ms(),
                           .body = body};
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    struct by_cursor cursor;
    size_t slot;

    if (by_note_sign(&note, &live->node->device, &live->node->network, &bytes) == BANYAN_OK) {
        cursor.rest = by_buffer_bytes(&bytes);
        /* Without memory, or too soon after others of this key, it is made at a later look. */
        if (by_note_take(&cursor, &note) == BANYAN_OK)
            (void)by_notes_hear(&live->notes, &note, &live->node->network, &nobody, now_ms, &slot);
    }
    by_buffer_deinit(&bytes);
}

static enum banyan_status
tell_addresses(struct by_live *live, uint64_t now_ms, struct banyan_error *error)
{
    const struct by_note *held = own_note(live, BY_NOTE_ADDRESSES);
    struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_arena arena = BY_ARENA_INIT;
    struct by_note_addresses told;
    enum banyan_status status = by_told_read(live->node->store, &arena, &told, error);

    if (status == BANYAN_OK)
        status = by_note_addresses_write(&told, &body);
    if (status == BANYAN_OK && (held != NULL || told.count > 0) &&
        (held == NULL || !by_bytes_equal(held->body, by_buffer_bytes(&body)) ||
         age_ms(held) >= ADDRESSES_MS_MAX))
        make(live, BY_NOTE_ADDRESSES, by_buffer_bytes(&body), now_ms);
    by_arena_deinit(&arena);
    by_buffer_deinit(&body);
    return status;
}

/* Whether the standing held is of what the logs are now. */
static bool is_current(struct by_live *live, const struct by_note *held)
{
    struct by_standing standing;
    struct by_id state;

    by_frontier_state(&live->frontier, &state);
    return by_standing_read(held->body, &standing) == BANYAN_OK &&
           by_id_equal(&standing.state, &state);
}

static bool standing_is_due(struct by_live *live)
{
    const struct by_note *held = own_note(live, BY_NOTE_STANDING);

    if (held == NULL)
        return true;
    return age_ms(held) >= (is_current(live, held) ? STANDING_MS_MAX : STANDING_MS_MIN);
}

static void make_standing(struct by_live *live, uint64_t now_ms)
{
    struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);

    if (by_standing_write(&live->frontier, &body) == BANYAN_OK)
        make(live, BY_NOTE_STANDING, by_buffer_bytes(&body), now_ms);
    by_buffer_deinit(&body);
}

/* Whether the logs have stood still, or have moved too long to wait for that. */
static bool is_quiet(struct by_live *live, uint64_t now_ms)
{
    struct by_id state;

    by_frontier_state(&live->frontier, &state);
    if (!by_id_equal(&state, &live->state_seen)) {
        if (now_ms - live->state_changed_ms >= QUIET_MS)
            live->state_moved_ms = now_ms;
        live->state_seen = state;
        live->state_changed_ms = now_ms;
    }
    return now_ms - live->state_changed_ms >= QUIET_MS ||
           now_ms - live->state_moved_ms >= UNQUIET_MS;
}

static bool may_note(const struct by_live *live)
{
    return by_notes_may_have(live->node->charter, &live->node->device.public_key);
}

void by_live_make_standing(struct by_live *live, uint64_t now_ms)
{
    if (may_note(live) && standing_is_due(live))
        make_standing(live, now_ms);
}

enum banyan_status
by_live_make_notes(struct by_live *live, uint64_t now_ms, struct banyan_error *error)
{
    if (!may_note(live) || now_ms - live->notes_looked_ms < LOOK_MS)
        return BANYAN_OK;
    live->notes_looked_ms = now_ms;
    if (is_quiet(live, now_ms) && standing_is_due(live))
        make_standing(live, now_ms);
    return tell_addresses(live, now_ms, error);
}
