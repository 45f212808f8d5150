/*
 * Invitation codes and recovery codes: secrets that people copy, paste, type and read out. Beside
 * them contact codes, which are none.
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

/*
 * The body of the code (member/pasted.h), kind 1:
 *
 *   seed 16 | network id 32 | entry id of the invite 32 | transport key 32 | addresses
 *
 * Append it. BANYAN_ERR_INVALID for addresses as by_pasted_put_addresses says. */
BANYAN_MUST_CHECK enum banyan_status
by_invitation_encode(const struct by_invitation *invitation, struct by_buffer *out);
/* Find the code in the text around it, as by_pasted_find does. Addresses live in arena. */
BANYAN_MUST_CHECK enum banyan_status
by_invitation_find(struct by_bytes text, struct by_arena *arena,
                   struct by_invitation *out_invitation, struct banyan_error *error);

/* Where a member's node can be reached, and in which network: no secret. Its code is of kind 2:
 *
 *   network id 32 | transport key 32 | addresses
 */
struct by_contact_code {
    struct by_id network;
    struct by_id transport;
    struct by_bytes addresses[BY_CODE_ADDRESSES_MAX];
    size_t address_count;
};
BANYAN_MUST_CHECK enum banyan_status
by_contact_code_encode(const struct by_contact_code *contact, struct by_buffer *out);
/* Of an invitation as well, which says the same of who invited. */
BANYAN_MUST_CHECK enum banyan_status
by_contact_code_find(struct by_bytes text, struct by_arena *arena,
                     struct by_contact_code *out_contact, struct banyan_error *error);

/* A 32-byte root seed as 8 groups of 7 characters, the last 3 bytes of it a checksum as above. */
#define BY_RECOVERY_TEXT_BYTES 80
void by_recovery_encode(const struct by_seed *root, char out_text[BY_RECOVERY_TEXT_BYTES]);
/* And back: spaces, dashes and case do not matter. BANYAN_ERR_TRUNCATED, BANYAN_ERR_TOO_LARGE;
 * BANYAN_ERR_MALFORMED when a character is mistyped. */
BANYAN_MUST_CHECK enum banyan_status
by_recovery_decode(struct by_bytes text, struct by_seed *out_root);

#endif
