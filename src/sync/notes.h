/*
 * The newest note of each device and kind: what a node knows of the others from themselves. One for
 * all sessions of a node (docs/protocol.md, Notes).
 *
 * Notes stand in slots, whose numbers hold until the note is removed. Whoever puts a note in raises
 * the version of all and leaves it at the slot, so that each reader sees by two numbers what is new
 * to it.
 *
 * A device may have its notes taken up BY_NOTES_BURST times at once and then once in
 * BY_NOTES_INTERVAL_MS, whoever brings them: one that signs without end costs others little. What
 * was too soon comes with the next comparison.
 */
#ifndef BY_SYNC_NOTES_H
#define BY_SYNC_NOTES_H

#include "sync/note.h"

struct by_notes_slot {
    struct by_note note;
    uint8_t *bytes;     /* which note borrows from; NULL in a free slot */
    uint64_t version;   /* of all notes, when it came */
    struct by_id via;   /* the organisation that brought it; zero: this node */
    uint64_t learnt_ms; /* for the owner: Unix ms, 0 until set */
    uint64_t paid_ms;   /* how far the device has used up its rate */
};
struct by_notes {
    struct by_notes_slot *slots;
    size_t slot_count, slot_capacity; /* free ones counted */
    uint32_t *order;                  /* slots in use, by device and kind */
    size_t count, order_capacity;
    uint64_t version;
    bool is_stale; /* the digest is hashed again when it is asked for */
    struct by_id digest;
};

void by_notes_init(struct by_notes *notes);
void by_notes_deinit(struct by_notes *notes);

enum by_notes_verdict {
    BY_NOTES_TAKEN,  /* it is the newest now */
    BY_NOTES_HELD,   /* the same is held */
    BY_NOTES_OLDER,  /* than what is held */
    BY_NOTES_SPARED, /* too many, too soon, or memory ran out */
    BY_NOTES_FORGED  /* its signature does not verify */
};
/* Hear a note of a device that may have notes. now_ms: of a clock that never goes back. out_slot:
 * set unless SPARED or FORGED. Cost: a search, and a signature for what would be taken. */
enum by_notes_verdict by_notes_hear(struct by_notes *notes, const struct by_note *note,
                                    const struct by_id *network, const struct by_id *via,
                                    uint64_t now_ms, size_t *out_slot);
/* NULL where there is none. */
const struct by_notes_slot *
by_notes_find(const struct by_notes *notes, const struct by_id *device, uint8_t kind);
/* The slot of the i-th note by device and kind, i < count. */
size_t by_notes_at(const struct by_notes *notes, size_t i);
/* Remove the notes of devices that may no longer have any; the version is raised if there were. */
typedef bool by_notes_keep(void *context, const struct by_id *device);
void by_notes_prune(struct by_notes *notes, by_notes_keep *keep, void *context);

/* H(tag NOTES, hashes of all notes by device and kind). */
const struct by_id *by_notes_digest(struct by_notes *notes);

#endif
