#include "sync/notes.h"

#include "crypto/hash.h"

void by_notes_init(struct by_notes *notes)
{
    memset(notes, 0, sizeof *notes);
    notes->is_stale = true;
}

static void free_note(struct by_notes_slot *slot)
{
    free(slot->bytes);
    slot->bytes = NULL;
}

void by_notes_deinit(struct by_notes *notes)
{
    for (size_t i = 0; i < notes->slot_count; i++)
        free_note(&notes->slots[i]);
    free(notes->slots);
    free(notes->order);
    memset(notes, 0, sizeof *notes);
}

/* -- finding -- */

size_t by_notes_at(const struct by_notes *notes, size_t i)
{
    return notes->order[i];
}

static int compare(const struct by_note *note, const struct by_id *device, uint8_t kind)
{
    int order = by_id_compare(&note->device, device);

    return order != 0 ? order : (int)note->kind - (int)kind;
}

/* Index in the order of the first note not before it. */
static size_t lower(const struct by_notes *notes, const struct by_id *device, uint8_t kind)
{
    size_t low = 0;
    size_t high = notes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(&notes->slots[notes->order[middle]].note, device, kind) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct by_notes_slot *
find(const struct by_notes *notes, const struct by_id *device, uint8_t kind)
{
    size_t at = lower(notes, device, kind);

    if (at == notes->count || compare(&notes->slots[notes->order[at]].note, device, kind) != 0)
        return NULL;
    return &notes->slots[notes->order[at]];
}

const struct by_notes_slot *
by_notes_find(const struct by_notes *notes, const struct by_id *device, uint8_t kind)
{
    return find(notes, device, kind);
}

/* -- taking up -- */

/* In arrears by less than the burst: the next may come. */
static bool may_pay(const struct by_notes_slot *slot, uint64_t now_ms)
{
    return slot->paid_ms <= now_ms + (BY_NOTES_BURST - 1) * BY_NOTES_INTERVAL_MS;
}

static bool make_room(struct by_notes *notes)
{
    size_t capacity = notes->slot_capacity == 0 ? 16 : notes->slot_capacity * 2;
    struct by_notes_slot *slots = NULL;
    uint32_t *order = NULL;

    if (notes->slot_count < notes->slot_capacity)
        return true;
    order = realloc(notes->order, capacity * sizeof *order);
    if (order == NULL)
        return false;
    notes->order = order;
    slots = realloc(notes->slots, capacity * sizeof *slots);
    if (slots == NULL)
        return false;
    notes->slots = slots;
    notes->slot_capacity = capacity;
    return true;
}

/* A free slot, cleared; NULL where there is none. */
static struct by_notes_slot *new_slot(struct by_notes *notes)
{
    struct by_notes_slot *slot = NULL;

    if (notes->count == BY_NOTES_MAX)
        return NULL;
    for (size_t i = 0; i < notes->slot_count && slot == NULL; i++)
        if (notes->slots[i].bytes == NULL)
            slot = &notes->slots[i];
    if (slot == NULL && !make_room(notes))
        return NULL;
    if (slot == NULL)
        slot = &notes->slots[notes->slot_count++];
    memset(slot, 0, sizeof *slot);
    return slot;
}

static void enlist(struct by_notes *notes, const struct by_notes_slot *slot)
{
    size_t at = lower(notes, &slot->note.device, slot->note.kind);

    memmove(&notes->order[at + 1], &notes->order[at], (notes->count - at) * sizeof *notes->order);
    notes->order[at] = (uint32_t)(slot - notes->slots);
    notes->count++;
}

/* In place of what the slot holds, or in a new one. NULL without memory, or a place. */
static struct by_notes_slot *
put(struct by_notes *notes, struct by_notes_slot *slot, const struct by_note *note)
{
    uint8_t *bytes = malloc(note->bytes.size);
    bool is_new = slot == NULL;

    if (bytes != NULL && is_new)
        slot = new_slot(notes);
    if (bytes == NULL || slot == NULL) {
        free(bytes);
        return NULL;
    }
    memcpy(bytes, note->bytes.data, note->bytes.size);
    free_note(slot);
    slot->bytes = bytes;
    slot->note = *note;
    slot->note.bytes.data = bytes;
    slot->note.body.data = bytes + (note->body.data - note->bytes.data);
    if (is_new)
        enlist(notes, slot);
    return slot;
}

enum by_notes_verdict by_notes_hear(struct by_notes *notes, const struct by_note *note,
                                    const struct by_id *network, const struct by_id *via,
                                    uint64_t now_ms, size_t *out_slot)
{
    struct by_notes_slot *slot = find(notes, &note->device, note->kind);
    int order = slot == NULL ? 1 : by_note_compare(note, &slot->note);

    if (slot != NULL)
        *out_slot = (size_t)(slot - notes->slots);
    if (order <= 0)
        return order == 0 ? BY_NOTES_HELD : BY_NOTES_OLDER;
    if (slot != NULL && !may_pay(slot, now_ms))
        return BY_NOTES_SPARED;
    if (by_note_verify(note, network) != BANYAN_OK)
        return BY_NOTES_FORGED;
    slot = put(notes, slot, note);
    if (slot == NULL)
        return BY_NOTES_SPARED;
    slot->version = ++notes->version;
    slot->via = *via;
    slot->learnt_ms = 0;
    slot->paid_ms = (slot->paid_ms > now_ms ? slot->paid_ms : now_ms) + BY_NOTES_INTERVAL_MS;
    notes->is_stale = true;
    *out_slot = (size_t)(slot - notes->slots);
    return BY_NOTES_TAKEN;
}

void by_notes_prune(struct by_notes *notes, by_notes_keep *keep, void *context)
{
    size_t kept = 0;

    for (size_t i = 0; i < notes->count; i++) {
        struct by_notes_slot *slot = &notes->slots[notes->order[i]];

        if (keep(context, &slot->note.device))
            notes->order[kept++] = notes->order[i];
        else
            free_note(slot);
    }
    if (kept == notes->count)
        return;
    notes->count = kept;
    notes->version++;
    notes->is_stale = true;
}

const struct by_id *by_notes_digest(struct by_notes *notes)
{
    struct by_hash hash;

    if (!notes->is_stale)
        return &notes->digest;
    by_hash_init(&hash, BY_TAG_NOTES);
    for (size_t i = 0; i < notes->count; i++)
        by_hash_add(&hash, by_id_bytes(&notes->slots[notes->order[i]].note.hash));
    by_hash_end(&hash, &notes->digest);
    notes->is_stale = false;
    return &notes->digest;
}
