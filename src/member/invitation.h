/*
 * Invitation codes and recovery codes: secrets that people copy, paste, type and read out.
 */
#ifndef BY_MEMBER_INVITATION_H
#define BY_MEMBER_INVITATION_H

#include "base/arena.h"
#include "base/limits.h"
#include "crypto/key.h"

/* What an invitation code carries. */
struct by_invitation {
    uint8_t seed[16];
    struct by_id network;
    struct by_id invite;                              /* entry id of the invite act */
    struct by_id transport;                           /* of a member's device that answers */
    struct by_bytes addresses[BY_CODE_ADDRESSES_MAX]; /* HOST:PORT, may be none */
    size_t address_count;
};

/* "BANYAN" then groups of characters, upper case, with a version and a checksum inside.
 * NUL-terminated into out. */
BANYAN_MUST_CHECK enum banyan_status
by_invitation_encode(const struct by_invitation *invitation, struct by_buffer *out);
/* Finds the code in text around it: spaces, line breaks, case and other words do not matter.
 * Addresses live in arena. BANYAN_ERR_MALFORMED with words: no code, a mistyped character
 * (checksum), cut short. BANYAN_ERR_UPGRADE. */
BANYAN_MUST_CHECK enum banyan_status
by_invitation_find(struct by_bytes text, struct by_arena *arena,
                   struct by_invitation *out_invitation, struct banyan_error *error);

/* A 32-byte root seed as 8 groups of 7 characters, checksum inside; and back. */
#define BY_RECOVERY_TEXT_BYTES 80
void by_recovery_encode(const struct by_seed *root, char out_text[BY_RECOVERY_TEXT_BYTES]);
BANYAN_MUST_CHECK enum banyan_status
by_recovery_decode(struct by_bytes text, struct by_seed *out_root);

#endif
