/*
 * Bundles: blocks in a file, encrypted to the devices they are made for; write-once, verified
 * before use, harmless to apply again (docs/protocol.md, Bundle).
 *
 * Pure: the writer appends to a buffer that the caller empties into a file, the reader is fed what
 * the caller read. A chunk's nonce holds its number and a mark on the last, so a bundle cut short,
 * reordered or spliced is refused.
 */
#ifndef BY_SYNC_BUNDLE_H
#define BY_SYNC_BUNDLE_H

#include "codec/zip.h"
#include "log/block.h"

/* What a bundle says of itself, inside the encryption, signed by its maker. */
struct by_bundle_manifest {
    struct by_id network;
    struct by_id maker; /* device */
    uint64_t made_ms;   /* the maker's clock: for people only */
    uint64_t act_count;
    uint64_t record_block_count;
    struct by_signature signature; /* by maker over the manifest's other bytes */
};

/* For whom: a device's transport key, or an invitation's join key (a newcomer's bundle, opened by
 * whoever holds the invite act). */
struct by_bundle_reader_key {
    enum { BY_BUNDLE_TO_DEVICE = 1, BY_BUNDLE_TO_INVITE = 2 } kind;
    uint8_t key[32];
};

struct by_bundle_writer;
/* Begin: writes header, slots and manifest to out. seeds come from the caller's entropy: 32 bytes
 * for the file key and 32 per reader. BANYAN_ERR_TOO_LARGE past BY_BUNDLE_READERS_MAX;
 * BANYAN_ERR_USAGE without a reader. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_new(const struct by_bundle_manifest *manifest, const struct by_signing_key *maker,
                     const struct by_bundle_reader_key *readers, size_t reader_count,
                     const struct by_seed *seeds, struct by_buffer *out,
                     struct by_bundle_writer **out_writer);
/* Add one block in its packed form, acts before record blocks. Appends whole chunks to out as they
 * fill. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_add(struct by_bundle_writer *writer, const struct by_block_base *base,
                     struct by_bytes packed, struct by_buffer *out);
/* The last chunk. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_end(struct by_bundle_writer *writer, struct by_buffer *out);
void by_bundle_writer_free(struct by_bundle_writer *writer);

/* Reading. Keys: own transport keys and the join keys of the invites held. */
struct by_bundle_keys {
    const struct by_box_key *transport; /* may be NULL */
    const uint8_t (*join_keys)[32];
    size_t join_key_count;
};
/* Called for each block, in the file's order; run holds for the call. Its chain rules have been
 * checked, its seal not. */
typedef enum banyan_status
by_bundle_sink(void *context, const struct by_run *run, struct by_bytes packed);

struct by_bundle_reader;
BANYAN_MUST_CHECK enum banyan_status by_bundle_reader_new(const struct by_bundle_keys *keys,
                                                          by_bundle_sink *sink, void *context,
                                                          struct by_bundle_reader **out_reader);
/* Feed the next bytes of the file, any number at a time.
 * BANYAN_ERR_MALFORMED not a bundle; BANYAN_ERR_NOT_FOR_US no slot opens; BANYAN_ERR_UPGRADE;
 * BANYAN_ERR_DAMAGED a chunk does not authenticate; else what block decoding or the sink return.
 * After a failure the reader refuses more. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_reader_feed(struct by_bundle_reader *reader, struct by_bytes bytes);
/* At the end of the file: BANYAN_ERR_TRUNCATED unless the last chunk was seen. */
BANYAN_MUST_CHECK enum banyan_status by_bundle_reader_end(struct by_bundle_reader *reader);
/* NULL until the manifest has been read. Its signature is verified. */
const struct by_bundle_manifest *by_bundle_reader_manifest(const struct by_bundle_reader *reader);
void by_bundle_reader_free(struct by_bundle_reader *reader);

#endif
