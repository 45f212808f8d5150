/*
 * Where peers can be reached: transport key and HOST:PORT, as an invitation or a person told them.
 * Kept in the store for this node alone.
 *
 *   list    version u8, 1 ‖ each address, newest first
 *   each    transport key 32 ‖ source u8 ‖ learnt, Unix ms u64 ‖ size u8 ‖ HOST:PORT
 */
#ifndef BY_LIVE_ADDRESSES_H
#define BY_LIVE_ADDRESSES_H

#include "base/address.h"
#include "base/arena.h"
#include "store/store.h"

enum by_address_source {
    BY_ADDRESS_OF_INVITATION = 1,
    BY_ADDRESS_OF_PERSON = 2,
    BY_ADDRESS_OF_NOTE /* not of this list, see live/reachable.h */
};
struct by_address {
    struct by_id transport;
    enum by_address_source source;
    uint64_t learnt_ms;   /* of a note: when it was made, by the clock of its device */
    struct by_bytes text; /* HOST:PORT */
    struct by_id via;     /* of a note: the organisation that brought it */
};

/* What an address is kept by: by_address_check holds for it. One that is there already becomes the
 * newest; the oldest make room past BY_ADDRESSES_MAX and, of one key, BY_ADDRESSES_PER_KEY_MAX. */
BANYAN_MUST_CHECK enum banyan_status
by_addresses_put(struct by_store_txn *txn, const struct by_address *address);
/* BANYAN_OK also when it was not there. */
BANYAN_MUST_CHECK enum banyan_status
by_addresses_remove(struct by_store_txn *txn, const struct by_id *transport, struct by_bytes text);
/* Newest first; lives in arena. BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status
by_addresses_get(struct by_store_txn *txn, struct by_arena *arena,
                 struct by_address **out_addresses, size_t *out_count);

/* The same in a transaction of their own. */
BANYAN_MUST_CHECK enum banyan_status by_addresses_add(struct by_store *store,
                                                      const struct by_address *address,
                                                      struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_addresses_read(struct by_store *store, struct by_arena *arena, struct by_address **out_addresses,
                  size_t *out_count, struct banyan_error *error);
/* Transport key of the node that a newcomer was invited by. BANYAN_ERR_NOT_FOUND: a founder. */
BANYAN_MUST_CHECK enum banyan_status by_addresses_inviter(struct by_store *store,
                                                          struct by_id *out_transport,
                                                          struct banyan_error *error);

#endif
