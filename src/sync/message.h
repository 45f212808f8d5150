/*
 * The messages of a session, each one byte string in the encrypted channel (docs/protocol.md,
 * Sessions). The first byte is the type.
 *
 *    1 hello     round u8 ‖ flags u8 (bit 0: you are limited) ‖ state 16 ‖ acts 8 ‖ notes 8
 *    2 keyed     flags u8 (bit 0: act logs; bit 1: last part) ‖ count varint ‖ count times:
 *                log key 8 ‖ place, of a log that is not empty
 *    3 placed    flags u8 (bit 0: buckets are named; bit 1: last part) ‖ list 8 ‖ [buckets 32: bit
 *                n % 8 of byte n / 8 for bucket n] ‖ first varint ‖ count varint ‖ count places
 *    4 buckets   list 8 ‖ 256 times 4
 *    5 differs   nothing: the list of record logs is not ours, send keyed
 *    6 block     flags u8 (bit 0: acts) ‖ log id 40 ‖ first seq varint ‖ prev 32 ‖ packed block
 *    7 credit    total varint: block messages that may be sent, in bytes since the session began
 *    8 end       flags u8 (bit 0: acts): all that you lack has been sent
 *    9 offer     flags u8 (bit 0: acts) ‖ log id 40 ‖ tip ‖ count u8 ‖ count times seq varint ‖
 *                entry id 32: entries before the tip on its branch, by falling seq
 *   10 probe     flags u8 (bit 0: acts) ‖ log id 40 ‖ tip ‖ low varint ‖ high varint
 *   11 ask       flags u8 (bit 0: acts) ‖ log id 40 ‖ tip ‖ from varint
 *   12 bye       reason u8
 *   13 noted     count varint ‖ count times: note key 8 ‖ counter varint ‖ tag 2: all notes held
 *   14 notes     flags u8 (bit 0: all that you lacked has been sent) ‖ notes (sync/note.h), at most
 *                BY_SYNC_NOTES_MAX
 *   15 look      a question about the view (sync/look.h); where both have BY_FEATURE_LOOKS
 *   16 seen      the answer
 *
 *   place        varint 0 for an empty log, else varint (seq + 1) * 2 + (1 if forked) ‖ tag 2
 *   tip          seq varint ‖ entry id 32
 *   Other flag bits are 0. seq is at most 2^62 - 1. Nothing stands behind.
 */
#ifndef BY_SYNC_MESSAGE_H
#define BY_SYNC_MESSAGE_H

#include "log/block.h"
#include "sync/digest.h"
#include "sync/look.h"
#include "sync/note.h"

enum by_message_type {
    BY_MESSAGE_HELLO = 1,
    BY_MESSAGE_KEYED = 2,
    BY_MESSAGE_PLACED = 3,
    BY_MESSAGE_BUCKETS = 4,
    BY_MESSAGE_DIFFERS = 5,
    BY_MESSAGE_BLOCK = 6,
    BY_MESSAGE_CREDIT = 7,
    BY_MESSAGE_END = 8,
    BY_MESSAGE_OFFER = 9,
    BY_MESSAGE_PROBE = 10,
    BY_MESSAGE_ASK = 11,
    BY_MESSAGE_BYE = 12,
    BY_MESSAGE_NOTED = 13,
    BY_MESSAGE_NOTES = 14,
    BY_MESSAGE_LOOK = 15,
    BY_MESSAGE_SEEN = 16
};
/* Feature bits of the handshake's hello. */
#define BY_FEATURE_LOOKS UINT64_C(1)
#define BY_SYNC_SEQ_MAX  ((UINT64_C(1) << 62) - 1)
/* No message is longer: a block in its largest packed form. */
#define BY_SYNC_MESSAGE_BYTES_MAX (2u + 40u + 10u + 32u + BY_BLOCK_PACKED_BYTES_MAX)

/* How far one side holds a log. */
struct by_place {
    uint64_t count; /* highest seq + 1; 0 = nothing */
    bool is_forked;
    uint8_t tag[BY_SYNC_TAG_BYTES]; /* of the tips; zero when count is 0 */
};

/* An entry by place and name. */
struct by_sample {
    uint64_t seq;
    struct by_id id;
};

/* Which note of a device and kind one side holds. */
struct by_noted {
    uint8_t key[BY_SYNC_KEY_BYTES];
    uint64_t counter;
    uint8_t tag[BY_SYNC_TAG_BYTES]; /* of its hash */
};

/* The body of messages about one branch of a log. */
struct by_message_branch {
    bool is_act_log;
    struct by_log_id log;
    struct by_sample tip;
    struct by_bytes samples; /* offer: sample_count samples, read with by_message_next_sample */
    size_t sample_count;
    uint64_t low;  /* probe: the receiver of the answer holds all before this */
    uint64_t high; /* probe: and nothing from here on */
    uint64_t from; /* ask: the first seq that is wanted; tip.seq + 1 = the tip is held */
};

struct by_message {
    enum by_message_type type;
    union {
        struct {
            uint8_t round;
            bool is_limited;
            uint8_t state[BY_SYNC_STATE_BYTES];
            uint8_t acts[BY_SYNC_ACTS_BYTES];
            uint8_t notes[BY_SYNC_NOTES_DIGEST_BYTES];
        } hello;
        struct {
            bool are_acts; /* keyed */
            bool is_last;
            bool has_buckets; /* placed */
            uint8_t list[BY_SYNC_LIST_BYTES];
            uint8_t buckets[BY_SYNC_BUCKETS / 8];
            uint64_t first;
            size_t count;           /* at most BY_SYNC_PLACES_MAX */
            struct by_bytes places; /* read with by_message_next_keyed or by_message_next_place */
        } frontier;
        struct {
            uint8_t list[BY_SYNC_LIST_BYTES];
            struct by_bytes digests; /* BY_SYNC_BUCKETS times BY_SYNC_BUCKET_BYTES */
        } buckets;
        struct {
            bool are_acts;
            struct by_block_base base;
            struct by_bytes packed;
        } block;
        uint64_t credit;
        bool end_of_acts;
        struct by_message_branch branch; /* offer, probe, ask */
        uint8_t bye;
        struct {
            size_t count;          /* at most BY_NOTES_MAX */
            struct by_bytes items; /* read with by_message_next_noted */
        } noted;
        struct {
            bool are_last;
            struct by_bytes bytes; /* read with by_note_take, to the end */
        } notes;
        struct by_look look;
        struct by_seen seen;
    };
};

/* Views in out_message borrow from bytes. What it accepts, encoded again, is the same bytes.
 * BANYAN_ERR_TRUNCATED, _NOT_CANONICAL, _TOO_LARGE, _MALFORMED; BANYAN_ERR_UPGRADE for a type or
 * flag that is not known. */
BANYAN_MUST_CHECK enum banyan_status
by_message_decode(struct by_bytes bytes, struct by_message *out_message);
/* Append. */
BANYAN_MUST_CHECK enum banyan_status
by_message_encode(const struct by_message *message, struct by_buffer *out);

/* Writing and reading the lists inside. Reading moves on in bytes that by_message_decode accepted,
 * so that it cannot fail there. */
BANYAN_MUST_CHECK enum banyan_status
by_message_add_place(const struct by_place *place, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_message_add_sample(const struct by_sample *sample, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_message_next_place(struct by_cursor *cursor, struct by_place *out_place);
BANYAN_MUST_CHECK enum banyan_status by_message_next_keyed(struct by_cursor *cursor,
                                                           uint8_t out_key[BY_SYNC_KEY_BYTES],
                                                           struct by_place *out_place);
BANYAN_MUST_CHECK enum banyan_status
by_message_next_sample(struct by_cursor *cursor, struct by_sample *out_sample);
BANYAN_MUST_CHECK enum banyan_status
by_message_add_noted(const struct by_noted *noted, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_message_next_noted(struct by_cursor *cursor, struct by_noted *out_noted);

#endif
