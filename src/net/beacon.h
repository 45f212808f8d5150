/*
 * Finding peers in the same local network without telling anybody else who is there.
 *
 *   beacon  nonce 16 ‖ port u16 ‖ mark 16, one UDP datagram to the group and as broadcast
 *   mark    first 16 bytes of H(key = nonce, tag BEACON ‖ sender's transport key ‖ port)
 *
 * Members know each other's transport keys and recognise the mark; others see random bytes. A
 * beacon proves nothing: who answers at the address is for the handshake to show.
 */
#ifndef BY_NET_BEACON_H
#define BY_NET_BEACON_H

#include "net/net.h"

#define BY_BEACON_BYTES 34u
#define BY_BEACON_GROUP "239.255.74.17"
#define BY_BEACON_PORT  7417

/* nonce: fresh for each. */
void by_beacon_write(const struct by_id *transport, uint16_t port, const uint8_t nonce[16],
                     uint8_t out_bytes[BY_BEACON_BYTES]);
/* Whether transport is the sender's. BANYAN_ERR_MALFORMED, BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status
by_beacon_read(struct by_bytes bytes, const struct by_id *transport, uint16_t *out_port);

/* address: HOST:PORT where the sender says that it listens. */
typedef void by_beacon_heard(void *context, const struct by_id *transport, const char *address);

struct by_beacon {
    struct by_net *net;
    by_beacon_heard *heard;
    void *context;
    uint16_t listen_port; /* 0: hears, and tells nothing */
    unsigned sent;
    unsigned heard_count; /* in the second that began at second_ms */
    uint64_t second_ms;
    bool is_open;
    uv_udp_t socket;
    uv_timer_t timer;
    uint8_t told_bytes[BY_BEACON_BYTES];
    uint8_t heard_bytes[BY_BEACON_BYTES + 1]; /* one more, so that longer ones show */
};

/* BANYAN_ERR_NETWORK with words: the node works without. On failure too, close is to be called. */
BANYAN_MUST_CHECK enum banyan_status by_beacon_open(struct by_beacon *beacon, struct by_net *net,
                                                    uint16_t listen_port, by_beacon_heard *heard,
                                                    void *context, struct banyan_error *error);
void by_beacon_close(struct by_beacon *beacon);

#endif
