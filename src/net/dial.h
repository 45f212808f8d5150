/*
 * Opening connections, again and again with growing pauses until each key has one, whoever opened
 * it: to addresses that this node was told or heard near it, and beside them to some of those that
 * devices tell of themselves in notes. Some are enough, since what one node has its peers pass on;
 * which ones is left to chance, so that each part of a large network meets the others.
 */
#ifndef BY_NET_DIAL_H
#define BY_NET_DIAL_H

#include "live/addresses.h"
#include "net/net.h"

struct by_dial_address {
    char text[BY_ADDRESS_BYTES_MAX + 1];
    bool is_near;  /* heard in the LAN, and kept no longer than the program runs */
    bool is_known; /* stands in the store; goes when it is taken away there */
    bool is_told;  /* stands in the device's newest note */
};
/* A peer that can be dialled. */
struct by_dial_target {
    struct by_id transport;
    struct by_dial_address addresses[BY_ADDRESSES_PER_KEY_MAX + 1 + BY_NOTE_ADDRESSES_MAX];
    size_t address_count;
    char dialled[BY_ADDRESS_BYTES_MAX + 1]; /* last */
    bool was_told;                          /* it stood in a note alone */
    unsigned tries;                         /* since both were in sync */
    unsigned place;       /* which address is next, and which of those that its name has */
    uint64_t next_ms;     /* not before */
    struct by_conn *conn; /* being dialled or up, and opened here */
};

struct by_dialer {
    struct by_net *net;
    uint32_t (*random)(void);
    struct by_dial_target *targets;
    size_t count, capacity;
    size_t open_count; /* connections being dialled or up, opened here */
    size_t told_count; /* the same, to addresses of notes alone; not among those */
    uint64_t seen_txn; /* the store as of which addresses were read */
    uint64_t seen_notes;
};

/* How long to wait after so many tries in a row came to nothing: doubles from BY_REDIAL_MS_MIN to
 * most_ms, of which random takes up to a half. */
uint64_t by_dial_pause_ms(unsigned tries, uint64_t most_ms, uint32_t random);

void by_dialer_init(struct by_dialer *dialer, struct by_net *net, uint32_t (*random)(void));
void by_dialer_deinit(struct by_dialer *dialer);
/* Read the addresses where the store was written to or notes came since, and dial what is due.
 * Often. */
BANYAN_MUST_CHECK enum banyan_status
by_dialer_poll(struct by_dialer *dialer, struct banyan_error *error);
/* A peer is near: dial it there soon. BANYAN_ERR_MEMORY, BANYAN_ERR_FULL. */
BANYAN_MUST_CHECK enum banyan_status
by_dialer_hear(struct by_dialer *dialer, const struct by_id *transport, const char *address);
/* Somebody waits: whoever is not connected is tried without a pause. */
void by_dialer_hurry(struct by_dialer *dialer);
/* Hooks of the same names. */
void by_dialer_in_sync(struct by_dialer *dialer, const struct by_conn *conn);
void by_dialer_lost(struct by_dialer *dialer, const struct by_conn *conn);
/* What it was dialled at; "" for a connection that was not opened by a dialer. */
const char *by_dialer_address(const struct by_dialer *dialer, const struct by_conn *conn);

/* Host and port of HOST:PORT that by_address_check holds for. */
struct by_dial_place {
    char host[BY_ADDRESS_BYTES_MAX + 1];
    uint16_t port;
};
void by_dial_parse(const char *address, struct by_dial_place *out_place);

#endif
