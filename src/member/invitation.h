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

/*
 * Codes are base 32 (base/base32.h) of
 *
 *   version u8, 1 | size of all u16 | seed 16 | network id 32 | entry id of the invite 32 |
 * transport key 32 | number of addresses u8 | for each: size u8, bytes | checksum 4
 *
 * integers little-endian, checksum = first bytes of BLAKE2b-256(tag CHECKSUM ‖ all before it). A
 * later version keeps version, size and checksum where they are.
 */

/* Append the code: "BANYAN", then groups of 6 with "-" between, NUL-terminated. BANYAN_ERR_INVALID
 * for more than BY_CODE_ADDRESSES_MAX addresses or one that is not 1 to BY_ADDRESS_BYTES_MAX
 * visible ASCII characters. */
BANYAN_MUST_CHECK enum banyan_status
by_invitation_encode(const struct by_invitation *invitation, struct by_buffer *out);
/* Find the code in the text around it. Whatever is not a letter or digit, and case, does not
 * matter: a code survives line breaks, dashes, the marks of quoted mail, and what
 * member/code_text.h tells. Addresses live in arena. BANYAN_ERR_MALFORMED with words: no code,
 * mistyped, cut short, or several that are not the same. BANYAN_ERR_UPGRADE. BANYAN_ERR_TOO_LARGE
 * past BY_CODE_TEXT_BYTES_MAX. */
BANYAN_MUST_CHECK enum banyan_status
by_invitation_find(struct by_bytes text, struct by_arena *arena,
                   struct by_invitation *out_invitation, struct banyan_error *error);

/* A 32-byte root seed as 8 groups of 7 characters, the last 3 bytes of it a checksum as above. */
#define BY_RECOVERY_TEXT_BYTES 80
void by_recovery_encode(const struct by_seed *root, char out_text[BY_RECOVERY_TEXT_BYTES]);
/* And back: spaces, dashes and case do not matter. BANYAN_ERR_TRUNCATED, BANYAN_ERR_TOO_LARGE;
 * BANYAN_ERR_MALFORMED when a character is mistyped. */
BANYAN_MUST_CHECK enum banyan_status
by_recovery_decode(struct by_bytes text, struct by_seed *out_root);

#endif
