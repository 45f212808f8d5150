/*
 * What writing and reading bundles share: sizes, the crypto of a chunk, the manifest's map.
 */
#ifndef BY_SYNC_BUNDLE_FORMAT_H
#define BY_SYNC_BUNDLE_FORMAT_H

#include "base/arena.h"
#include "sync/bundle.h"

#define BY_BUNDLE_MAGIC        "BANYANBU"
#define BY_BUNDLE_VERSION      1u
#define BY_BUNDLE_HEADER_BYTES 16u
#define BY_BUNDLE_SLOT_BYTES   (1u + BY_SEALED_BYTES)
#define BY_BUNDLE_SIZE_BYTES   4u
#define BY_BUNDLE_LAST_BIT     0x80000000u
/* Place, seq, prev, size, block. */
#define BY_BUNDLE_ITEM_BYTES_MAX (40u + 10u + 32u + 10u + BY_BLOCK_PACKED_BYTES_MAX)

#define BY_INVITE_SLOT_NONCE_BYTES 24u

/* The key and the place of chunks in one file. */
struct by_bundle_cipher {
    uint8_t key[32];
    struct by_id header_hash;
    uint64_t next_chunk;
};
/* Seal plain as the next chunk; appends size and sealed bytes to out. */
BANYAN_MUST_CHECK enum banyan_status by_bundle_seal_chunk(struct by_bundle_cipher *cipher,
                                                          struct by_bytes plain, bool is_last,
                                                          struct by_buffer *out);
/* Open the next chunk, size included in chunk; appends plain text to out. BANYAN_ERR_DAMAGED. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_open_chunk(struct by_bundle_cipher *cipher, struct by_bytes chunk, struct by_buffer *out);

/* The map of a manifest alone. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_map_put(const struct by_bundle_manifest *manifest, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_bundle_map_take(struct by_bytes bytes, struct by_bundle_manifest *out_manifest);
/* The maker's signature of a map under a header. */
void by_bundle_map_sign(struct by_bytes map, const struct by_id *network,
                        const struct by_id *header_hash, const struct by_signing_key *maker,
                        struct by_signature *out_signature);
/* The whole manifest, size and signature included. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_manifest_put(const struct by_bundle_manifest *manifest,
                       const struct by_bundle_signer *signer, const struct by_id *header_hash,
                       struct by_buffer *out);
/* BANYAN_ERR_TRUNCATED while some of it is missing. Verifies the signature. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_manifest_take(struct by_cursor *cursor, const struct by_id *header_hash,
                        struct by_bundle_manifest *out_manifest);

#endif
