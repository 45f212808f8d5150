/*
 * Notes: small statements that a device signs about itself and that nodes pass on, outside logs and
 * digests (docs/protocol.md, Notes). Of a device and kind the newest counts: the one with the
 * higher counter, of equal ones the one with the higher hash. No clock takes part.
 *
 *   note       device 32 ‖ kind u8, not 0 ‖ counter varint, 1 to 2^62 - 1 ‖ made varint, Unix ms by
 *              the device's clock, below 2^48 ‖ size varint ‖ body ‖ signature 64
 *   hash       H(tag NOTE, all before the signature)
 *   signature  by the device with tag NOTE_SEAL over the hash
 *
 *   kind 1, addresses   sync/note_addresses.h
 *   kind 2, standing    sync/standing.h
 *   Other kinds are of later versions: their bodies are not looked at.
 */
#ifndef BY_SYNC_NOTE_H
#define BY_SYNC_NOTE_H

#include "base/limits.h"
#include "crypto/key.h"

enum by_note_kind { BY_NOTE_ADDRESSES = 1, BY_NOTE_STANDING = 2 };
#define BY_NOTE_KINDS 2u

#define BY_NOTE_BYTES_MAX (32u + 1u + 9u + 7u + 3u + BY_NOTE_BODY_BYTES_MAX + 64u)

struct by_note {
    struct by_id device;
    uint8_t kind;
    uint64_t counter;
    uint64_t made_ms;
    struct by_bytes body;
    struct by_signature signature;
    struct by_id hash;
    struct by_bytes bytes; /* all of it */
};

bool by_note_kind_is_known(uint8_t kind);
/* Take one note, whose views borrow from what the cursor reads. Its body keeps the rules of its
 * kind where that is known; the signature is not verified.
 * BANYAN_ERR_TRUNCATED, _NOT_CANONICAL, _TOO_LARGE, _MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status
by_note_take(struct by_cursor *cursor, struct by_note *out_note);
/* BANYAN_ERR_BAD_SIGNATURE. */
BANYAN_MUST_CHECK enum banyan_status
by_note_verify(const struct by_note *note, const struct by_id *network);
/* Sign kind, counter, time and body of note with the device's key, and append the whole.
 * BANYAN_ERR_MALFORMED, BANYAN_ERR_TOO_LARGE where by_note_take would not read it. */
BANYAN_MUST_CHECK enum banyan_status
by_note_sign(const struct by_note *note, const struct by_signing_key *device,
             const struct by_id *network, struct by_buffer *out);
/* Negative, 0 or positive as a is older than, the same as, or newer than b, of one device and kind.
 */
int by_note_compare(const struct by_note *a, const struct by_note *b);

#endif
