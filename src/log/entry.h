/*
 * One entry of a log: header ‖ links ‖ payload (docs/protocol.md, Entry).
 *
 * header 162 bytes, integers little-endian:
 *   version u8 | flags u8 | kind u16 | payload_len u32 | links_len u16 | seq u64 | hlc u64 | log id
 * 40 | prev 32 | links_hash 32 | payload_commit 32
 *
 * links_hash     = BLAKE2b-256(tag LINKS ‖ links)
 * payload_commit = BLAKE2b-256(key = salt, tag PAYLOAD ‖ payload)
 * seal           = Ed25519 by the log's device over tag ENTRY_SEAL ‖ network id ‖ header; for kind
 *                  GENESIS 32 zero bytes stand for the network id, which is the id of that entry
 * entry id       = BLAKE2b-256(tag ENTRY_ID ‖ header ‖ seal if sealed)
 */
#ifndef BY_LOG_ENTRY_H
#define BY_LOG_ENTRY_H

#include "base/id.h"
#include "base/limits.h"
#include "crypto/key.h"

#define BY_ENTRY_VERSION 1
#define BY_HEADER_BYTES  162
#define BY_SALT_BYTES    16
#define BY_FLAG_SEALED   1u /* the other flags are 0 in version 1 */

/* What an entry is. Kinds from BY_KIND_ACT_FIRST on are acts and live in act logs; unknown ones are
 * kept, and void. */
enum by_kind {
    BY_KIND_OPERATION = 1,
    BY_KIND_ACT_FIRST = 16,
    BY_KIND_GENESIS = 16,
    BY_KIND_INVITE = 17,
    BY_KIND_JOIN = 18,
    BY_KIND_ADMIT = 19,
    BY_KIND_DEVICE = 20,
    BY_KIND_OPEN = 21,
    BY_KIND_ROLE = 22,
    BY_KIND_LOWER = 23,
    BY_KIND_TIPS = 24,
    BY_KIND_APPROVE = 25,
    BY_KIND_ERASE = 26,
    BY_KIND_TYPES = 27,
    BY_KIND_LEVEL = 28,
    BY_KIND_ALLOW = 29
};

struct by_header {
    uint8_t flags;
    uint16_t kind;
    uint32_t payload_size;
    uint16_t links_size;
    uint64_t seq; /* from 0 */
    uint64_t hlc;
    struct by_log_id log;
    struct by_id prev; /* zero in the first entry */
    struct by_id links_hash;
    struct by_id payload_commit;
};

/* An entry in memory. links and payload are borrowed; whoever made the entry says from what. */
struct by_entry {
    struct by_header header;
    struct by_signature seal; /* zero unless sealed */
    uint8_t salt[BY_SALT_BYTES];
    struct by_bytes links;
    struct by_bytes payload;
    struct by_id id;
};

bool by_kind_is_act(uint16_t kind);
bool by_entry_is_sealed(const struct by_entry *entry);

void by_header_encode(const struct by_header *header, uint8_t out_bytes[BY_HEADER_BYTES]);
/* BANYAN_ERR_UPGRADE for a version above 1; BANYAN_ERR_MALFORMED for unknown flags, a kind below 1,
 * sizes past limits. */
BANYAN_MUST_CHECK enum banyan_status
by_header_decode(const uint8_t bytes[BY_HEADER_BYTES], struct by_header *out_header);

/* Fill links_hash, payload_commit and sizes from links, payload and salt. Sizes are within limits
 * (asserted). */
void by_entry_commit(struct by_entry *entry);
/* Sign as the log's device (sets the flag and the seal) and compute the id. key must be the log's
 * device key (asserted). network does not matter for genesis. */
void by_entry_seal(struct by_entry *entry, const struct by_signing_key *key,
                   const struct by_id *network);
/* Compute the id from header and seal. */
void by_entry_identify(struct by_entry *entry);
/* The one signature check. BANYAN_ERR_BAD_SIGNATURE, also when the entry is not sealed. network
 * does not matter for genesis. */
BANYAN_MUST_CHECK enum banyan_status
by_entry_verify_seal(const struct by_entry *entry, const struct by_id *network);

/* The size that counts for blocks and seal distance: header, seal if any, salt, links, payload. */
size_t by_entry_canonical_size(const struct by_entry *entry);

#endif
