#include <stdlib.h>
#include <string.h>

#include "live/kept_notes.h"
#include "live/standings.h"
#include "live/state.h"

/* -- to the writer -- */

struct by_live_kept {
    struct by_live_kept *next;
    struct by_kept_note kept; /* without bytes: to be removed */
    uint64_t met_ms;          /* not 0: no note but what both held when they met */
    struct by_bytes standing; /* then */
    uint8_t bytes[];
};

static void hand_over(struct by_live *live, struct by_live_kept *kept)
{
    struct by_live_kept **end = NULL;

    pthread_mutex_lock(&live->mutex);
    for (end = &live->kept; *end != NULL;)
        end = &(*end)->next;
    *end = kept;
    pthread_cond_signal(&live->to_writer);
    pthread_mutex_unlock(&live->mutex);
}

/* Where there is no memory the store goes without: the note comes again from others. */
static void keep(struct by_live *live, const struct by_notes_slot *slot)
{
    struct by_live_kept *kept = malloc(sizeof *kept + slot->note.bytes.size);

    if (kept == NULL)
        return;
    *kept = (struct by_live_kept){
        .kept = {.note = slot->note, .learnt_ms = slot->learnt_ms, .via = slot->via}};
    memcpy(kept->bytes, slot->note.bytes.data, slot->note.bytes.size);
    kept->kept.note.bytes.data = kept->bytes;
    hand_over(live, kept);
}

static void forget(struct by_live *live, const struct by_id *device, uint8_t kind)
{
    struct by_live_kept *kept = calloc(1, sizeof *kept);

    if (kept == NULL)
        return;
    kept->kept.note.device = *device;
    kept->kept.note.kind = kind;
    hand_over(live, kept);
}

void by_live_keep_met(struct by_live *live, const struct by_id *device, struct by_bytes standing)
{
    struct by_live_kept *kept = calloc(1, sizeof *kept + standing.size);

    if (kept == NULL)
        return;
    memcpy(kept->bytes, standing.data, standing.size);
    kept->standing = by_bytes_of(kept->bytes, standing.size);
    kept->met_ms = by_os_wall_ms();
    kept->kept.note.device = *device;
    hand_over(live, kept);
}

void by_live_kept_free(struct by_live_kept *kept)
{
    while (kept != NULL) {
        struct by_live_kept *next = kept->next;

        free(kept);
        kept = next;
    }
}

static enum banyan_status write_one(struct by_store_txn *txn, const struct by_live_kept *kept)
{
    const struct by_note *note = &kept->kept.note;

    if (kept->met_ms != 0)
        return by_standing_met_put(txn, &note->device, kept->met_ms, kept->standing);
    return note->bytes.size > 0 ? by_kept_note_put(txn, &kept->kept)
                                : by_kept_note_remove(txn, &note->device, note->kind);
}

static enum banyan_status write_kept(void *context, struct by_store_txn *txn)
{
    const struct by_live_kept *kept = context;
    enum banyan_status status = BANYAN_OK;

    for (; kept != NULL && status == BANYAN_OK; kept = kept->next)
        status = write_one(txn, kept);
    return status;
}

enum banyan_status by_live_keep_notes(struct by_live_writer *writer, struct by_live_kept *kept,
                                      struct banyan_error *error)
{
    enum banyan_status status =
        kept == NULL ? BANYAN_OK : by_store_write(writer->node->store, write_kept, kept, error);

    by_live_kept_free(kept);
    return status;
}

/* All that came since the last time. */
void by_live_keep_new_notes(struct by_live *live)
{
    struct by_notes *notes = &live->notes;

    if (notes->version == live->notes_kept_version)
        return;
    for (size_t i = 0; i < notes->count; i++) {
        struct by_notes_slot *slot = &notes->slots[by_notes_at(notes, i)];

        if (slot->version <= live->notes_kept_version)
            continue;
        slot->learnt_ms = by_os_wall_ms();
        keep(live, slot);
    }
    live->notes_kept_version = notes->version;
}

/* -- whose notes are kept -- */

static bool may_have(void *context, const struct by_id *device)
{
    const struct by_live *live = context;

    return by_notes_may_have(live->node->charter, device);
}

void by_live_prune_notes(struct by_live *live)
{
    for (size_t i = 0; i < live->notes.count; i++) {
        const struct by_note *note = &live->notes.slots[by_notes_at(&live->notes, i)].note;

        if (!may_have(live, &note->device))
            forget(live, &note->device, note->kind);
    }
    by_notes_prune(&live->notes, may_have, live);
}

/* -- from the store -- */

static enum banyan_status
load_one(struct by_live *live, struct by_store_txn *txn, const struct by_id *device, uint8_t kind)
{
    struct by_kept_note kept;
    size_t slot = 0;
    enum banyan_status status = by_kept_note_get(txn, device, kind, &kept);

    if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    if (status == BANYAN_ERR_DAMAGED || !may_have(live, device) ||
        by_notes_hear(&live->notes, &kept.note, &live->node->network, &kept.via, 0, &slot) !=
            BY_NOTES_TAKEN) {
        forget(live, device, kind);
        return BANYAN_OK;
    }
    live->notes.slots[slot].learnt_ms = kept.learnt_ms;
    return BANYAN_OK;
}

static enum banyan_status load_all(void *context, struct by_store_txn *txn)
{
    struct by_live *live = context;
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(live->node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        for (uint8_t kind = 1; kind <= BY_NOTE_KINDS && status == BANYAN_OK; kind++)
            status = load_one(live, txn, &devices[i].certificate.device, kind);
    return status;
}

enum banyan_status by_live_load_notes(struct by_live *live, struct banyan_error *error)
{
    enum banyan_status status = by_store_read(live->node->store, load_all, live, error);

    live->notes_kept_version = live->notes.version;
    return status;
}
