/*
 * When each peer was last met, and what hindered: written by a node that runs and by
 * a sync that goes by itself, for people who ask.
 *
 *   file "peers" in the home   version u8, 3 ‖ running u8 ‖ written, Unix ms u64 ‖ count u8 ‖ count
 *             times: size u8 ‖ HOST:PORT that is listened at ‖ contacts
 *   contact   transport key 32 ‖ connected u8, 2 where in sync ‖ last connected u64 ‖ last in sync
 *             u64 ‖ the store's transaction then u64 ‖ last tried u64 ‖ why it was lost u8 ‖ size
 *             u8 ‖ address
 *
 * Nothing rests on it: a file that is not as written is begun anew.
 */
#ifndef BY_NET_CONTACTS_H
#define BY_NET_CONTACTS_H

#include "base/limits.h"
#include "net/net.h"

struct by_contact {
    struct by_id transport;
    bool is_connected;
    bool is_in_sync;       /* both hold the same, as of synced_txn of this node's store */
    uint64_t connected_ms; /* Unix; 0 = never */
    uint64_t synced_ms;
    uint64_t synced_txn;
    uint64_t tried_ms;
    enum by_conn_end end; /* of the last try or connection; NONE while connected */
    char address[BY_ADDRESS_BYTES_MAX + 1];

    /* not written */
    bool is_to_tell;  /* the session said that both are in sync, and it was not told yet */
    bool was_told;    /* since the connection began */
    uint64_t told_ms; /* when last; the loop's clock */
    bool failure_is_told;
};
/* What a node listens at, IP addresses; 0.0.0.0 and :: are all of the computer. */
struct by_listening {
    char texts[BY_LISTEN_MAX][BY_NET_ADDRESS_BYTES];
    size_t count;
};
struct by_contacts {
    struct by_contact *items;
    size_t count, capacity;
    bool is_running;
    struct by_listening listening; /* when it ran last */
    uint64_t written_ms;
    bool is_changed; /* since it was written */
};

/* The one, made where it is new; the one tried longest ago makes room past BY_PEERS_MAX. NULL when
 * memory ran out. Holds until the next call. */
struct by_contact *by_contacts_meet(struct by_contacts *contacts, const struct by_id *transport);
const struct by_contact *
by_contacts_find(const struct by_contacts *contacts, const struct by_id *transport);
void by_contacts_deinit(struct by_contacts *contacts);

BANYAN_MUST_CHECK enum banyan_status
by_contacts_encode(const struct by_contacts *contacts, struct by_buffer *out);
/* Into contacts that are empty. BANYAN_ERR_MALFORMED, BANYAN_ERR_TRUNCATED, BANYAN_ERR_TOO_LARGE,
 * BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_contacts_decode(struct by_bytes bytes, struct by_contacts *contacts);

/* Empty where there is no such file, or it is not as written. */
BANYAN_MUST_CHECK enum banyan_status
by_contacts_load(const char *home, struct by_contacts *out_contacts, struct banyan_error *error);
/* Whether a node that runs wrote them, and is at work as far as the file tells. */
bool by_contacts_are_fresh(const struct by_contacts *contacts);
/* The file's path; the caller frees. NULL when memory ran out. */
char *by_contacts_path(const char *home);
/* Largest file. */
#define BY_CONTACTS_BYTES_MAX                                                                      \
    (11u + BY_LISTEN_MAX * BY_NET_ADDRESS_BYTES +                                                  \
     (size_t)BY_PEERS_MAX * (32u + 1u + 4u * 8u + 1u + 1u + BY_ADDRESS_BYTES_MAX))

#endif
