/*
 * Where this node tells other members that it can be reached: what its people said, and nothing
 * else. Kept in the store as the body of the note that tells it (sync/note_addresses.h).
 */
#ifndef BY_LIVE_TOLD_H
#define BY_LIVE_TOLD_H

#include "base/arena.h"
#include "store/store.h"
#include "sync/note_addresses.h"

/* Empty where nothing was said. Borrows from arena. BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status by_told_read(struct by_store *store, struct by_arena *arena,
                                                  struct by_note_addresses *out_told,
                                                  struct banyan_error *error);
/* Tell of one more, behind the others. BANYAN_ERR_INVALID; BANYAN_ERR_EXISTS where it is told
 * already; BANYAN_ERR_USAGE past BY_NOTE_ADDRESSES_MAX; with words. */
BANYAN_MUST_CHECK enum banyan_status
by_told_add(struct by_store *store, struct by_bytes address, struct banyan_error *error);
/* BANYAN_ERR_NOT_FOUND with words. */
BANYAN_MUST_CHECK enum banyan_status
by_told_remove(struct by_store *store, struct by_bytes address, struct banyan_error *error);

#endif
