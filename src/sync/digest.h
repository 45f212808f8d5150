/*
 * The hashes of sessions: which logs a node holds how far, in a few bytes (docs/protocol.md,
 * Sessions).
 *
 * bucket of a log   the first byte of H(tag SYNC_BUCKET, log id)
 * state digest      H(tag SYNC_STATE, 256 bucket hashes)
 * session hash      H(tag SYNC_SESSION, handshake hash 32 ‖ what u8 ‖ side u8 ‖ round u8 ‖ x), cut
 *                   to its first bytes: what one side says in one round of one session, so that a
 *                   short one that fits by chance, or an echo of our own, is of no use elsewhere
 */
#ifndef BY_SYNC_DIGEST_H
#define BY_SYNC_DIGEST_H

#include "base/id.h"

#define BY_SYNC_BUCKETS 256u

/* What a session hash is of, and how many of its bytes are sent. */
enum by_sync_what {
    BY_SYNC_KEY = 0,      /* a log id: its name in frontiers; side and round are 0 */
    BY_SYNC_STATE = 1,    /* the state digest */
    BY_SYNC_ACTS = 2,     /* the digest of act logs */
    BY_SYNC_LIST = 3,     /* the digest of the list of record logs; side is 0 */
    BY_SYNC_BUCKET = 4,   /* a bucket hash; side is 0 */
    BY_SYNC_TIPS = 5,     /* the tips of a log */
    BY_SYNC_NOTES = 6,    /* the digest of notes */
    BY_SYNC_NOTE_KEY = 7, /* device ‖ kind of a note; side and round are 0 */
    BY_SYNC_NOTE = 8      /* the hash of a note */
};
#define BY_SYNC_KEY_BYTES          8u
#define BY_SYNC_STATE_BYTES        16u
#define BY_SYNC_ACTS_BYTES         8u
#define BY_SYNC_LIST_BYTES         8u
#define BY_SYNC_BUCKET_BYTES       4u
#define BY_SYNC_TAG_BYTES          2u
#define BY_SYNC_NOTES_DIGEST_BYTES 8u

/* Whose word a session hash is. */
struct by_sync_voice {
    struct by_id handshake;
    uint8_t side; /* 0 the side that called, 1 the side that answered */
    uint8_t round;
};

void by_sync_hash(const struct by_sync_voice *voice, enum by_sync_what what, struct by_bytes bytes,
                  uint8_t *out_bytes, size_t out_size);
/* A log's name in frontiers of this session: the same from both sides, nothing to outsiders. */
void by_sync_log_key(const struct by_sync_voice *voice, const struct by_log_id *log,
                     uint8_t out_key[BY_SYNC_KEY_BYTES]);
uint8_t by_sync_bucket_of(const struct by_log_id *log);

#endif
