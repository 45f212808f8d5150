/*
 * Bundles: blocks in a file, encrypted to the devices they are made for; write-once, verified
 * before use, harmless to apply again (docs/protocol.md, Bundle).
 *
 * Pure: the writer appends to a buffer that the caller empties into a file, the reader is fed what
 * the caller read.
 *
 * file     header ‖ slots ‖ chunks, nothing behind the last
 * header   "BANYANBU" ‖ version u8 = 1 ‖ 3 zero bytes ‖ slot count u32, 1 to BY_BUNDLE_READERS_MAX
 * slot     81 bytes, one per reader: the file key, 32 random bytes, for that reader
 *   kind u8 = 1 ‖ the file key as a box to the device's transport key, 80 bytes (crypto/key.h)
 *   kind u8 = 2 ‖ nonce 24 ‖ XChaCha20-Poly1305 of the file key under the invitation's join key,
 *                 associated data the tag BUNDLE, 48 bytes ‖ 8 zero bytes
 *   other kinds are passed over
 * chunk    size u32 ‖ XChaCha20-Poly1305 under the file key, 1 to BY_BUNDLE_CHUNK_BYTES_MAX + 16
 *   size: lower 31 bits the bytes that follow, bit 31 set in the last chunk; every chunk but the
 *   last holds exactly BY_BUNDLE_CHUNK_BYTES_MAX of plain text, the last at least one byte
 *   header hash = H(tag BUNDLE, header ‖ slots)
 *   nonce       = first 16 bytes of the header hash ‖ number of the chunk u64, from 0
 *   associated  = header hash ‖ size
 *   so that a bundle cut short, reordered, doubled or spliced is refused
 * plain    the chunks' plain text in one piece is: manifest ‖ item ‖ item ...
 * manifest size varint, at most BY_BUNDLE_MANIFEST_BYTES_MAX ‖ map ‖ signature 64
 *   map: canonical MessagePack {"acts": uint, "made": uint, "maker": bin 32, "network": bin 32,
 *   "records": uint}, in a backup also "private": uint and "settings": uint; other keys are ignored
 *   signature by maker with tag BUNDLE_MAKER over header hash ‖ map
 * item     log id 40 ‖ first seq varint ‖ prev 32 ‖ size varint ‖ packed block (log/block.h)
 *   all blocks of acts come before the first block of records; "acts" is the number of act entries
 *   in the file, "records" the number of blocks of records, and both must agree with what is there
 * backup   a bundle that a device makes for itself and its organisation; behind its items follow
 *   so many items as "private" says, blocks of private records, then so many settings
 * setting  size varint, 1 to BY_SETTING_NAME_BYTES_MAX ‖ name ‖ size varint, at most
 *   BY_SETTING_PART_BYTES_MAX ‖ a part of its value; parts of one value follow each other
 *
 * The maker's signature says who made the bundle and for whom; that nothing was left out or added
 * by another of its readers it does not say. Blocks prove themselves.
 */
#ifndef BY_SYNC_BUNDLE_H
#define BY_SYNC_BUNDLE_H

#include "codec/zip.h"
#include "log/block.h"

/* What a bundle says of itself, inside the encryption, signed by its maker. */
struct by_bundle_manifest {
    struct by_id network;
    struct by_id maker;          /* device */
    uint64_t made_ms;            /* the maker's clock: for people only */
    uint64_t act_count;          /* act entries; must be what is added */
    uint64_t record_block_count; /* blocks of record logs; must be what is added */
    bool is_backup;              /* or the two below are zero */
    uint64_t private_block_count;
    uint64_t setting_count; /* parts of settings */
};

/* For whom: a device's transport key, or an invitation's join key (a newcomer's bundle, opened by
 * whoever holds the invite act). */
struct by_bundle_reader_key {
    enum { BY_BUNDLE_TO_DEVICE = 1, BY_BUNDLE_TO_INVITE = 2 } kind;
    uint8_t key[32];
};

/* Of the manifest's map. */
#define BY_BUNDLE_MANIFEST_BYTES_MAX 512u

/* The maker's signature: by its key, or, where that is NULL, by whoever has it. */
struct by_bundle_signer {
    const struct by_signing_key *key;
    enum banyan_status (*sign)(void *context, const struct by_bundle_manifest *manifest,
                               const struct by_id *header_hash, struct by_signature *out_signature);
    void *context;
};

struct by_bundle_writer;
/* Begin: writes header and slots to out; the manifest goes into the first chunk. The signer's key
 * is that of manifest->maker (asserted). seeds come from the caller's entropy: 1 for the file key,
 * then 1 per reader. BANYAN_ERR_TOO_LARGE past BY_BUNDLE_READERS_MAX; BANYAN_ERR_USAGE without a
 * reader. A transport key of low order, which has no secret, gets a slot that nobody opens. A
 * failure leaves out as it was; also what sign returned. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_new(const struct by_bundle_manifest *manifest,
                     const struct by_bundle_signer *signer,
                     const struct by_bundle_reader_key *readers, size_t reader_count,
                     const struct by_seed *seeds, struct by_buffer *out,
                     struct by_bundle_writer **out_writer);
/* Add one block in its packed form, acts before record blocks, those of private records behind
 * them. Appends whole chunks to out as they fill. BANYAN_ERR_TOO_LARGE for more than a block; after
 * another failure the bundle is spoilt. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_add(struct by_bundle_writer *writer, const struct by_block_base *base,
                     struct by_bytes packed, struct by_buffer *out);
/* Add one part of a setting, behind all blocks. BANYAN_ERR_TOO_LARGE past the bounds. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_add_setting(struct by_bundle_writer *writer, struct by_bytes name,
                             struct by_bytes part, struct by_buffer *out);
/* The last chunk; nothing can be added after it. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_writer_end(struct by_bundle_writer *writer, struct by_buffer *out);
void by_bundle_writer_free(struct by_bundle_writer *writer);

/* Reading. Keys: own transport key and the join keys of the invites held; borrowed until the reader
 * is freed. */
struct by_bundle_keys {
    const struct by_box_key
        *transport; /* may be NULL; then unbox, which may be NULL too, is asked */
    enum banyan_status (*unbox)(void *context, const uint8_t sealed[BY_SEALED_BYTES],
                                uint8_t out_plain[32]);
    void *context;
    const uint8_t (*join_keys)[32];
    size_t join_key_count;
};
/* Called for each block, in the file's order; run and packed hold for the call. The run has passed
 * by_run_check, its seal is not verified. The manifest is there by then. */
typedef enum banyan_status
by_bundle_sink(void *context, const struct by_run *run, struct by_bytes packed);
/* Called for each part of a setting; both hold for the call. */
typedef enum banyan_status
by_bundle_setting(void *context, struct by_bytes name, struct by_bytes part);

struct by_bundle_reader;
BANYAN_MUST_CHECK enum banyan_status by_bundle_reader_new(const struct by_bundle_keys *keys,
                                                          by_bundle_sink *sink, void *context,
                                                          struct by_bundle_reader **out_reader);
/* Hand over what a backup holds besides, with the same context; else it is checked and passed over.
 */
void by_bundle_reader_want_own(struct by_bundle_reader *reader, by_bundle_sink *private_sink,
                               by_bundle_setting *setting_sink);
/*
 * Feed the next bytes of the file, any number at a time. Memory stays below two chunks and a block,
 * and grows with what was fed, never with what was declared.
 *
 * Returns BANYAN_ERR_MALFORMED      not a bundle, or breaks a rule of one
 *         BANYAN_ERR_UPGRADE        a later version
 *         BANYAN_ERR_TOO_LARGE      declares more than a bound
 *         BANYAN_ERR_NOT_FOR_US     no slot opens
 *         BANYAN_ERR_DAMAGED        a chunk does not authenticate
 *         BANYAN_ERR_BAD_SIGNATURE  the manifest's
 *         what by_block_unpack or the sink return, but BANYAN_ERR_MALFORMED for a block cut short;
 *         after a failure the same comes back again
 */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_reader_feed(struct by_bundle_reader *reader, struct by_bytes bytes);
/* At the end of the file: BANYAN_ERR_TRUNCATED unless the last chunk was seen, and the failure if
 * there was one. */
BANYAN_MUST_CHECK enum banyan_status by_bundle_reader_end(struct by_bundle_reader *reader);
/* NULL until the manifest has been read. Its signature is verified. */
const struct by_bundle_manifest *by_bundle_reader_manifest(const struct by_bundle_reader *reader);
void by_bundle_reader_free(struct by_bundle_reader *reader);

#endif
