/*
 * The encrypted channel between two nodes over a byte stream: a handshake that tells each side who
 * the other is, then messages (docs/protocol.md, Transport).
 *
 * Pure: bytes in, bytes out, one event at a time; the one-time key's seed and the time, in ms of a
 * clock that never goes back, are arguments.
 *
 * handshake  Noise_XK_25519_ChaChaPoly_SHA256; static keys are transport keys
 *   prologue   "banyan" ‖ major version u8 = 1 ‖ network id 32
 *   on the wire each message is: size u16 ‖ Noise message
 *   message 1  initiator: one-time key 32 ‖ hello and tag, 12 + 16 and more in later versions
 *   message 2  responder: as message 1
 *   message 3  initiator: static key and tag 48 ‖ tag 16 of an empty payload
 * hello      sync/channel_hello.h
 * frames     sync/channel_frame.h
 *
 * A responder writes nothing until message 1 authenticates, which takes its transport key, the
 * network id and the major version: whoever scans gets silence, whatever is wrong. Every failure
 * looks the same from outside: no byte, the connection closes. The one exception is a caller who
 * knows all three and shares no version with us; it still gets message 2, so that it can tell why.
 *
 *     SHAKING ──message 2 or 3──▶ ASKING ──accept──▶ LIMITED or OPEN ──goodbye──▶ ENDED
 *        └── anything wrong, at any point ──▶ FAILED, final, keys wiped
 */
#ifndef BY_SYNC_CHANNEL_H
#define BY_SYNC_CHANNEL_H

#include "base/limits.h"
#include "crypto/key.h"
#include "sync/channel_hello.h"

#define BY_CHANNEL_MAJOR 1u

enum by_channel_state {
    BY_CHANNEL_SHAKING, /* the handshake goes on */
    BY_CHANNEL_ASKING,  /* the peer's key is known: waits for accept or goodbye, reads nothing */
    BY_CHANNEL_LIMITED, /* the peer may send BY_LIMITED_BYTES_MAX of plain text, padding counted,
                           within BY_LIMITED_MS_MAX */
    BY_CHANNEL_OPEN,
    BY_CHANNEL_ENDED,  /* a goodbye was sent or received: flush what is to be written and close */
    BY_CHANNEL_FAILED, /* close at once */
};

struct by_channel_config {
    struct by_id network;
    const struct by_box_key *own_static; /* borrowed for the call */
    const struct by_id *peer_static;     /* an initiator's peer; NULL makes a responder */
    struct by_seed ephemeral_seed;       /* fresh for every channel */
    struct by_hello hello;               /* 1 <= version_min <= version_max (asserted) */
    size_t message_bytes_max;            /* of one message, either way; 0: BY_MESSAGE_BYTES_MAX */
};

enum by_channel_event_kind {
    BY_CHANNEL_NOTHING, /* feed more; or, where bytes are left, first accept or say goodbye */
    BY_CHANNEL_PEER,    /* the handshake is done: see by_channel_peer, then decide */
    BY_CHANNEL_MESSAGE,
    BY_CHANNEL_GOODBYE, /* the peer's last message, maybe empty: the channel has ENDED */
};
struct by_channel_event {
    enum by_channel_event_kind kind;
    struct by_bytes message; /* holds until the next call with the channel */
};

struct by_channel;
/*
 * out is where bytes to be written are appended, here and below: an initiator's message 1.
 *
 * Memory until the peer is known stays below BY_STRANGER_BYTES_MAX, out's share included.
 *
 * Returns BANYAN_ERR_INVALID  the peer's key is of low order
 *         BANYAN_ERR_TOO_LARGE, BANYAN_ERR_MEMORY  no room in out
 */
BANYAN_MUST_CHECK enum banyan_status by_channel_new(const struct by_channel_config *config,
                                                    uint64_t now_ms, struct by_buffer *out,
                                                    struct by_channel **out_channel);
/* Wipes all keys. */
void by_channel_free(struct by_channel *channel);

/*
 * Take what the connection gave, up to the next event; bytes is moved on. Call again while there is
 * an event. Once ENDED, bytes are dropped.
 *
 * A failure is final; what out holds may still be written, then close. The same status comes back
 * from every later call.
 *
 * Returns BANYAN_ERR_UPGRADE  no version in common; see by_channel_peer_hello
 *         BANYAN_ERR_NETWORK  a deadline has passed
 *         BANYAN_ERR_BAD_SIGNATURE, BANYAN_ERR_MALFORMED, BANYAN_ERR_TRUNCATED,
 *         BANYAN_ERR_NOT_CANONICAL, BANYAN_ERR_INVALID  not a peer of this network and version, or
 *                             the stream was tampered with
 *         BANYAN_ERR_TOO_LARGE  a message past the bound, more than LIMITED allows, no room in out
 *         BANYAN_ERR_MEMORY
 */
BANYAN_MUST_CHECK enum banyan_status by_channel_feed(struct by_channel *channel, uint64_t now_ms,
                                                     struct by_bytes *bytes, struct by_buffer *out,
                                                     struct by_channel_event *out_event);

/* The verdict: BY_CHANNEL_OPEN (when ASKING or LIMITED) or BY_CHANNEL_LIMITED (when ASKING);
 * asserted. Nothing is written. Does nothing once ENDED or FAILED, which may have come first. */
void by_channel_accept(struct by_channel *channel, uint64_t now_ms, enum by_channel_state state);

/*
 * Send one message of 1 byte to message_bytes_max; the first byte is its type by custom. Padded to
 * the sizes of sync/channel_frame.h if is_padded, so that its length says little.
 *
 * Returns BANYAN_ERR_TOO_LARGE  for the bound, or no room in out; nothing changed
 *         BANYAN_ERR_MEMORY     nothing changed
 *         BANYAN_ERR_USAGE      empty
 *         BANYAN_ERR_DENIED     not accepted yet
 *         BANYAN_ERR_NETWORK    ENDED; or the failure
 */
BANYAN_MUST_CHECK enum banyan_status by_channel_send(struct by_channel *channel,
                                                     struct by_bytes message, bool is_padded,
                                                     struct by_buffer *out);

/* Refuse the peer, or end the session, with a last message that may be empty; padded. Then ENDED.
 * When ASKING, LIMITED or OPEN; returns as by_channel_send. */
BANYAN_MUST_CHECK enum banyan_status by_channel_goodbye(struct by_channel *channel, uint64_t now_ms,
                                                        struct by_bytes message,
                                                        struct by_buffer *out);

/* When to call by_channel_tick; changes with every call but the readers below. UINT64_MAX: never.
 */
uint64_t by_channel_deadline_ms(const struct by_channel *channel);
/* Nothing before the deadline. At it a session of BY_SESSION_MS_MAX ends with an empty goodbye
 * (BANYAN_OK, ENDED); in other states BANYAN_ERR_NETWORK: close. */
BANYAN_MUST_CHECK enum banyan_status
by_channel_tick(struct by_channel *channel, uint64_t now_ms, struct by_buffer *out);

/* The connection has come to its end: BANYAN_OK after a goodbye; BANYAN_ERR_TRUNCATED, the stream
 * was cut; or the failure there was. */
BANYAN_MUST_CHECK enum banyan_status by_channel_end(struct by_channel *channel);

/* Readers. Peer, binding, version and features are known from ASKING on; pointers hold as long as
 * the channel, and FAILED zeroes what they point at. */
enum by_channel_state by_channel_state(const struct by_channel *channel);
const struct by_id *by_channel_peer(const struct by_channel *channel); /* its transport key */
/* The handshake hash: names the session, the same on both sides. */
const uint8_t *by_channel_binding(const struct by_channel *channel);
uint16_t by_channel_version(const struct by_channel *channel);
uint64_t by_channel_features(const struct by_channel *channel);
/* From message 1 or 2 on, kept after a failure; all zero before. */
const struct by_hello *by_channel_peer_hello(const struct by_channel *channel);

#endif
