/*
 * Notes of devices (docs/protocol.md, Notes), kept in the store for this node alone: what `status`
 * and `peers` tell of the others, also while no node runs.
 *
 *   value of "note DEVICE KIND", in hex   learnt, Unix ms u64 ‖ via 32 ‖ the note
 */
#ifndef BY_LIVE_KEPT_NOTES_H
#define BY_LIVE_KEPT_NOTES_H

#include "base/arena.h"
#include "core/node.h"
#include "sync/note.h"

struct by_kept_note {
    struct by_note note;
    uint64_t learnt_ms; /* by this node's clock */
    struct by_id via;   /* the organisation that brought it; zero: this node */
};

/* Whether notes of a device are kept: it has a role, and of its organisation's devices so many at
 * most, by key. */
bool by_notes_may_have(const struct by_charter *charter, const struct by_id *device);

BANYAN_MUST_CHECK enum banyan_status
by_kept_note_put(struct by_store_txn *txn, const struct by_kept_note *kept);
BANYAN_MUST_CHECK enum banyan_status
by_kept_note_remove(struct by_store_txn *txn, const struct by_id *device, uint8_t kind);
/* Borrows until the transaction ends. BANYAN_ERR_NOT_FOUND; BANYAN_ERR_DAMAGED where it is not as
 * written. */
BANYAN_MUST_CHECK enum banyan_status by_kept_note_get(struct by_store_txn *txn,
                                                      const struct by_id *device, uint8_t kind,
                                                      struct by_kept_note *out_kept);

/* The notes of one kind of all devices that may have some, in the charter's order; they live in
 * arena. What is not as written is left out: it comes again from others. */
BANYAN_MUST_CHECK enum banyan_status
by_kept_notes_read(const struct by_node *node, uint8_t kind, struct by_arena *arena,
                   struct by_kept_note **out_notes, size_t *out_count, struct banyan_error *error);

#endif
