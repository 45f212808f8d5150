#include "crypto/hash.h"
#include "sync/bundle_format.h"

struct by_bundle_writer {
    struct by_bundle_cipher cipher;
    struct by_buffer plain; /* not yet in a chunk */
};

static enum banyan_status put_header(size_t reader_count, struct by_buffer *out)
{
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, BY_BUNDLE_HEADER_BYTES, &at);

    if (status != BANYAN_OK)
        return status;
    memset(at, 0, BY_BUNDLE_HEADER_BYTES);
    memcpy(at, BY_BUNDLE_MAGIC, 8);
    at[8] = BY_BUNDLE_VERSION;
    by_put_u32le(at + 12, (uint32_t)reader_count);
    return BANYAN_OK;
}

static enum banyan_status put_slot(const struct by_bundle_reader_key *reader,
                                   const struct by_seed *seed, const uint8_t file_key[32],
                                   struct by_buffer *out)
{
    struct by_bytes tag = {by_tag_bytes(BY_TAG_BUNDLE), BY_TAG_BYTES};
    struct by_id transport;
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, BY_BUNDLE_SLOT_BYTES, &at);

    if (status != BANYAN_OK)
        return status;
    memset(at, 0, BY_BUNDLE_SLOT_BYTES);
    at[0] = (uint8_t)reader->kind;
    switch (reader->kind) {
    case BY_BUNDLE_TO_DEVICE:
        memcpy(transport.bytes, reader->key, sizeof transport.bytes);
        /* A key that has no secret, which anybody may certify, opens nothing: its slot is of no
         * kind, and the bundle is for the others. */
        if (by_box_seal(&transport, seed, file_key, at + 1) != BANYAN_OK)
            memset(at, 0, BY_BUNDLE_SLOT_BYTES);
        return BANYAN_OK;
    case BY_BUNDLE_TO_INVITE:
        memcpy(at + 1, seed->bytes, BY_INVITE_SLOT_NONCE_BYTES);
        by_aead_seal(reader->key, at + 1, tag, by_bytes_of(file_key, 32),
                     at + 1 + BY_INVITE_SLOT_NONCE_BYTES);
        return BANYAN_OK;
    }
    return BANYAN_ERR_USAGE;
}

static enum banyan_status
begin(struct by_bundle_writer *writer, const struct by_bundle_manifest *manifest,
      const struct by_bundle_signer *signer, const struct by_bundle_reader_key *readers,
      size_t reader_count, const struct by_seed *seeds, struct by_buffer *out)
{
    size_t start = out->size;
    enum banyan_status status = put_header(reader_count, out);

    memcpy(writer->cipher.key, seeds[0].bytes, sizeof writer->cipher.key);
    for (size_t i = 0; i < reader_count && status == BANYAN_OK; i++)
        status = put_slot(&readers[i], &seeds[1 + i], writer->cipher.key, out);
    if (status != BANYAN_OK)
        return status;
    by_hash_bytes(BY_TAG_BUNDLE, by_bytes_of(out->data + start, out->size - start),
                  &writer->cipher.header_hash);
    return by_bundle_manifest_put(manifest, signer, &writer->cipher.header_hash, &writer->plain);
}

enum banyan_status by_bundle_writer_new(const struct by_bundle_manifest *manifest,
                                        const struct by_bundle_signer *signer,
                                        const struct by_bundle_reader_key *readers,
                                        size_t reader_count, const struct by_seed *seeds,
                                        struct by_buffer *out, struct by_bundle_writer **out_writer)
{
    struct by_bundle_writer *writer = NULL;
    size_t start = out->size;
    enum banyan_status status = BANYAN_OK;

    assert(signer->key == NULL || by_id_equal(&signer->key->public_key, &manifest->maker));
    if (reader_count == 0)
        return BANYAN_ERR_USAGE;
    if (reader_count > BY_BUNDLE_READERS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return BANYAN_ERR_MEMORY;
    writer->plain.size_max = BY_BUNDLE_CHUNK_BYTES_MAX + BY_BUNDLE_ITEM_BYTES_MAX;
    status = begin(writer, manifest, signer, readers, reader_count, seeds, out);
    if (status == BANYAN_OK) {
        *out_writer = writer;
        return BANYAN_OK;
    }
    out->size = start;
    by_bundle_writer_free(writer);
    return status;
}

static enum banyan_status
put_item(const struct by_block_base *base, struct by_bytes packed, struct by_buffer *plain)
{
    uint8_t log[40];
    enum banyan_status status = BANYAN_OK;

    by_log_id_put(log, &base->log);
    status = by_buffer_append(plain, log, sizeof log);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(plain, base->first_seq);
    if (status == BANYAN_OK)
        status = by_buffer_append(plain, base->prev.bytes, sizeof base->prev.bytes);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(plain, packed.size);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(plain, packed);
    return status;
}

/* A full chunk waits until there is more, since the last one is never empty. */
static enum banyan_status put_full_chunks(struct by_bundle_writer *writer, struct by_buffer *out)
{
    struct by_buffer *plain = &writer->plain;

    while (plain->size > BY_BUNDLE_CHUNK_BYTES_MAX) {
        enum banyan_status status = by_bundle_seal_chunk(
            &writer->cipher, by_bytes_of(plain->data, BY_BUNDLE_CHUNK_BYTES_MAX), false, out);

        if (status != BANYAN_OK)
            return status;
        plain->size -= BY_BUNDLE_CHUNK_BYTES_MAX;
        memmove(plain->data, plain->data + BY_BUNDLE_CHUNK_BYTES_MAX, plain->size);
    }
    return BANYAN_OK;
}

enum banyan_status by_bundle_writer_add(struct by_bundle_writer *writer,
                                        const struct by_block_base *base, struct by_bytes packed,
                                        struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    if (packed.size > BY_BLOCK_PACKED_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    status = put_item(base, packed, &writer->plain);
    return status == BANYAN_OK ? put_full_chunks(writer, out) : status;
}

static enum banyan_status put_sized(struct by_bytes bytes, struct by_buffer *plain)
{
    enum banyan_status status = by_buffer_append_varint(plain, bytes.size);

    return status == BANYAN_OK ? by_buffer_append_bytes(plain, bytes) : status;
}

enum banyan_status by_bundle_writer_add_setting(struct by_bundle_writer *writer,
                                                struct by_bytes name, struct by_bytes part,
                                                struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    assert(name.size > 0);
    if (name.size > BY_SETTING_NAME_BYTES_MAX || part.size > BY_SETTING_PART_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    status = put_sized(name, &writer->plain);
    if (status == BANYAN_OK)
        status = put_sized(part, &writer->plain);
    return status == BANYAN_OK ? put_full_chunks(writer, out) : status;
}

enum banyan_status by_bundle_writer_end(struct by_bundle_writer *writer, struct by_buffer *out)
{
    return by_bundle_seal_chunk(&writer->cipher, by_buffer_bytes(&writer->plain), true, out);
}

void by_bundle_writer_free(struct by_bundle_writer *writer)
{
    if (writer == NULL)
        return;
    by_buffer_deinit(&writer->plain);
    by_secret_wipe(writer, sizeof *writer);
    free(writer);
}
