/*
 * The body of a note that tells where its device can be reached (docs/protocol.md, Notes).
 *
 *   body   count u8, at most BY_NOTE_ADDRESSES_MAX ‖ count times: size u8 ‖ HOST:PORT
 *
 * by_address_check holds for each, and none is there twice; the first is to be tried first.
 */
#ifndef BY_SYNC_NOTE_ADDRESSES_H
#define BY_SYNC_NOTE_ADDRESSES_H

#include "base/address.h"

struct by_note_addresses {
    struct by_bytes items[BY_NOTE_ADDRESSES_MAX];
    size_t count; /* 0: the device can be reached nowhere, or no longer says where */
};

/* Borrows from body. BANYAN_ERR_TRUNCATED, BANYAN_ERR_TOO_LARGE, BANYAN_ERR_MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status
by_note_addresses_read(struct by_bytes body, struct by_note_addresses *out_addresses);
/* Append. What it writes of addresses that break a rule, by_note_addresses_read refuses. */
BANYAN_MUST_CHECK enum banyan_status
by_note_addresses_write(const struct by_note_addresses *addresses, struct by_buffer *out);

#endif
