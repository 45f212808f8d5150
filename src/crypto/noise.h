/*
 * Handshakes of the Noise framework (revision 34) with 25519, ChaChaPoly and SHA256, as a state
 * machine without entropy: the one-time key is an argument.
 *
 * A pattern is a table; banyan speaks Noise_XK_25519_ChaChaPoly_SHA256:
 *
 *     <- s                   the initiator knows the responder's static key
 *     -> e, es               message 1: 32 + 16 bytes more than its payload
 *     <- e, ee               message 2: 32 + 16
 *     -> s, se               message 3: 48 + 16
 *
 * Life: init, then write and read in turn until by_noise_is_complete, then by_noise_split. Every
 * failure is final: secrets are wiped, and the same status comes back from then on.
 */
#ifndef BY_CRYPTO_NOISE_H
#define BY_CRYPTO_NOISE_H

#include "crypto/key.h"
#include "crypto/noise_cipher.h"

#define BY_NOISE_MESSAGE_BYTES_MAX 65535u

enum by_noise_token {
    BY_NOISE_END, /* so that what a table leaves out ends a message */
    BY_NOISE_E,   /* the sender's one-time key */
    BY_NOISE_S,   /* the sender's static key */
    BY_NOISE_EE,  /* Diffie-Hellman of the initiator's key named first and the responder's named */
    BY_NOISE_ES,  /* second */
    BY_NOISE_SE,
    BY_NOISE_SS,
};

#define BY_NOISE_PATTERN_MESSAGES_MAX 4
#define BY_NOISE_PATTERN_TOKENS_MAX   5
struct by_noise_pattern {
    const char *name;     /* the whole protocol name, hashed into the session */
    bool knows_initiator; /* the responder knows the initiator's static key beforehand */
    bool knows_responder; /* the initiator knows the responder's */
    enum by_noise_token
        messages[BY_NOISE_PATTERN_MESSAGES_MAX + 1]
                [BY_NOISE_PATTERN_TOKENS_MAX + 1]; /* the initiator's, then in turn */
};
extern const struct by_noise_pattern by_noise_xk;

/* NULL where the pattern has no such key. Copied. */
struct by_noise_keys {
    const struct by_box_key *own_static;
    const struct by_box_key *own_ephemeral; /* used for one handshake only */
    const struct by_id *peer_static;        /* where known beforehand */
};

struct by_noise {
    const struct by_noise_pattern *pattern;
    enum banyan_status status; /* the failure, if there was one */
    bool is_initiator;
    bool has_key; /* the cipher is in use */
    uint8_t next; /* message */
    uint8_t chaining_key[32];
    uint8_t hash[32];
    struct by_noise_cipher cipher;
    struct by_box_key own_static;
    struct by_box_key own_ephemeral;
    struct by_id peer_static;
    struct by_id peer_ephemeral;
};

void by_noise_init(struct by_noise *noise, const struct by_noise_pattern *pattern,
                   bool is_initiator, struct by_bytes prologue, const struct by_noise_keys *keys);
void by_noise_deinit(struct by_noise *noise);

/* How many bytes the next message has beyond its payload. */
size_t by_noise_overhead_bytes(const struct by_noise *noise);

/*
 * The next message, when it is ours (asserted). out_message has room for payload.size +
 * by_noise_overhead_bytes.
 *
 * Returns BANYAN_ERR_INVALID    the peer's key is of low order
 *         BANYAN_ERR_TOO_LARGE  a message longer than BY_NOISE_MESSAGE_BYTES_MAX
 */
BANYAN_MUST_CHECK enum banyan_status
by_noise_write(struct by_noise *noise, struct by_bytes payload, uint8_t *out_message);

/*
 * The next message, when it is the peer's (asserted). out_payload has room for message.size less
 * by_noise_overhead_bytes; what it holds after a failure means nothing.
 *
 * Returns BANYAN_ERR_TRUNCATED      shorter than its keys and tags
 *         BANYAN_ERR_BAD_SIGNATURE  not authentic: changed, replayed, other keys, other prologue
 *         BANYAN_ERR_INVALID        a key of low order
 *         BANYAN_ERR_TOO_LARGE      longer than BY_NOISE_MESSAGE_BYTES_MAX
 */
BANYAN_MUST_CHECK enum banyan_status
by_noise_read(struct by_noise *noise, struct by_bytes message, uint8_t *out_payload);

/* Whether the next message is ours to write; false too when none is left. */
bool by_noise_is_turn(const struct by_noise *noise);
/* All messages are through. */
bool by_noise_is_complete(const struct by_noise *noise);

/* The ciphers of the session, once complete (asserted). Wipes the secrets; noise->hash, which names
 * the session, and noise->peer_static stay readable. */
void by_noise_split(struct by_noise *noise, struct by_noise_cipher *out_send,
                    struct by_noise_cipher *out_receive);

#endif
