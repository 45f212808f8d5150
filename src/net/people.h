/*
 * Peers as people name them: MEMBER, MEMBER@HOST:PORT, HOST:PORT.
 */
#ifndef BY_NET_PEOPLE_H
#define BY_NET_PEOPLE_H

#include "core/node.h"
#include "live/reachable.h"

/* Where to go: a transport key, and an address to find it at. */
struct by_place_to_go {
    struct by_id transport;
    struct by_bytes address;
    bool is_hearsay; /* a note told it, and nobody here */
};
struct by_places_to_go {
    struct by_place_to_go *items; /* in the arena */
    size_t count;
};

/*
 * What a target means; NULL: every address that is known. Of a MEMBER with an address each of its
 * devices may be there.
 *
 * Returns BANYAN_ERR_NOT_FOUND  no such member; none of its devices; no address is known
 *         BANYAN_ERR_DIFFERENT  several members go by that name
 *         BANYAN_ERR_INVALID    the address is not of the form; all with words
 */
BANYAN_MUST_CHECK enum banyan_status
by_people_find(const struct by_node *node, const char *target, struct by_arena *arena,
               struct by_places_to_go *out_places, struct banyan_error *error);
/* Each device that a target means, whether an address of it is known (else the address is empty) or
 * not; NULL: of all members, and others whose address is known. BANYAN_ERR_NOT_FOUND and so on as
 * above. */
BANYAN_MUST_CHECK enum banyan_status
by_people_devices(const struct by_node *node, const char *target, struct by_arena *arena,
                  struct by_places_to_go *out_places, struct banyan_error *error);
/* Remember, or forget, MEMBER@HOST:PORT. */
BANYAN_MUST_CHECK enum banyan_status
by_people_remember(struct by_node *node, const char *target, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_people_forget(struct by_node *node, const char *target, struct banyan_error *error);

/* The organisation behind a transport key, and its name; NULL where it is not known. */
const struct by_charter_org *
by_people_owner(const struct by_node *node, const struct by_id *transport);

#endif
