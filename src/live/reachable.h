/*
 * Where devices of others can be reached, whoever said so: an invitation, a person, or the device
 * itself in a note (docs/protocol.md, Notes).
 */
#ifndef BY_LIVE_REACHABLE_H
#define BY_LIVE_REACHABLE_H

#include "core/node.h"
#include "live/addresses.h"
#include "sync/note.h"

/* What invitations and people told, newest first; behind it what devices tell themselves, in the
 * charter's order and theirs, without what is there already. Own addresses are left out. Lives in
 * arena. */
BANYAN_MUST_CHECK enum banyan_status
by_reachable_read(const struct by_node *node, struct by_arena *arena,
                  struct by_address **out_addresses, size_t *out_count, struct banyan_error *error);

/* The transport key of a device whose notes are believed: it may do something now, and is not this
 * node's. NULL else. */
const struct by_id *by_reachable_transport(const struct by_node *node, const struct by_id *device);

#endif
