#include "crypto/hash.h"
#include "sync/bundle_format.h"

#define SEALED_BYTES_MAX (BY_BUNDLE_CHUNK_BYTES_MAX + BY_AEAD_EXTRA_BYTES)
#define INPUT_BYTES_MAX  (BY_BUNDLE_SIZE_BYTES + SEALED_BYTES_MAX)
static_assert(BY_BUNDLE_HEADER_BYTES + BY_BUNDLE_READERS_MAX * BY_BUNDLE_SLOT_BYTES <=
                  INPUT_BYTES_MAX,
              "header and slots fit where a chunk does");

/* What the bytes being gathered are. */
enum stage { STAGE_HEADER, STAGE_SLOTS, STAGE_SIZE, STAGE_CHUNK, STAGE_DONE };

struct by_bundle_reader {
    struct by_bundle_keys keys;
    by_bundle_sink *sink;
    by_bundle_sink *private_sink; /* NULL, both: passed over */
    by_bundle_setting *setting_sink;
    void *context;
    enum banyan_status status; /* the first failure stays */
    enum stage stage;
    size_t wanted;          /* size of input at which the stage is complete */
    struct by_buffer input; /* of this stage; STAGE_SLOTS goes on behind the header, and
                               STAGE_CHUNK behind the size */
    struct by_bundle_cipher cipher;
    struct by_buffer plain; /* not yet taken as items */
    struct by_block_reader blocks;
    bool has_manifest;
    struct by_bundle_manifest manifest;
    uint64_t act_count;
    uint64_t record_block_count;
    uint64_t private_block_count;
    uint64_t setting_count;
};

enum banyan_status by_bundle_reader_new(const struct by_bundle_keys *keys, by_bundle_sink *sink,
                                        void *context, struct by_bundle_reader **out_reader)
{
    struct by_bundle_reader *reader = calloc(1, sizeof *reader);

    if (reader == NULL)
        return BANYAN_ERR_MEMORY;
    reader->keys = *keys;
    reader->sink = sink;
    reader->context = context;
    reader->stage = STAGE_HEADER;
    reader->wanted = BY_BUNDLE_HEADER_BYTES;
    reader->input.size_max = INPUT_BYTES_MAX;
    reader->plain.size_max = BY_BUNDLE_CHUNK_BYTES_MAX + BY_BUNDLE_ITEM_BYTES_MAX;
    if (by_block_reader_init(&reader->blocks) != BANYAN_OK) {
        by_bundle_reader_free(reader);
        return BANYAN_ERR_MEMORY;
    }
    *out_reader = reader;
    return BANYAN_OK;
}

void by_bundle_reader_want_own(struct by_bundle_reader *reader, by_bundle_sink *private_sink,
                               by_bundle_setting *setting_sink)
{
    reader->private_sink = private_sink;
    reader->setting_sink = setting_sink;
}

void by_bundle_reader_free(struct by_bundle_reader *reader)
{
    if (reader == NULL)
        return;
    by_buffer_deinit(&reader->input);
    by_buffer_deinit(&reader->plain);
    by_block_reader_deinit(&reader->blocks);
    by_secret_wipe(reader, sizeof *reader);
    free(reader);
}

const struct by_bundle_manifest *by_bundle_reader_manifest(const struct by_bundle_reader *reader)
{
    return reader->has_manifest ? &reader->manifest : NULL;
}

static void gather(struct by_bundle_reader *reader, enum stage stage, size_t more)
{
    reader->stage = stage;
    reader->wanted = reader->input.size + more;
}

static enum banyan_status take_header(struct by_bundle_reader *reader)
{
    static const uint8_t zero[3];
    const uint8_t *header = reader->input.data;
    uint32_t slot_count = by_get_u32le(header + 12);

    if (memcmp(header, BY_BUNDLE_MAGIC, 8) != 0)
        return BANYAN_ERR_MALFORMED;
    if (header[8] > BY_BUNDLE_VERSION)
        return BANYAN_ERR_UPGRADE;
    if (header[8] == 0 || memcmp(header + 9, zero, sizeof zero) != 0 || slot_count == 0)
        return BANYAN_ERR_MALFORMED;
    if (slot_count > BY_BUNDLE_READERS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    gather(reader, STAGE_SLOTS, (size_t)slot_count * BY_BUNDLE_SLOT_BYTES);
    return BANYAN_OK;
}

static bool open_invite_slot(const uint8_t join_key[32], const uint8_t *slot, uint8_t out_key[32])
{
    struct by_bytes tag = {by_tag_bytes(BY_TAG_BUNDLE), BY_TAG_BYTES};
    struct by_bytes sealed = {slot + 1 + BY_INVITE_SLOT_NONCE_BYTES, 32 + BY_AEAD_EXTRA_BYTES};

    return by_aead_open(join_key, slot + 1, tag, sealed, out_key) == BANYAN_OK;
}

static bool open_slot(const struct by_bundle_keys *keys, const uint8_t *slot, uint8_t out_key[32])
{
    if (slot[0] == BY_BUNDLE_TO_DEVICE && keys->transport != NULL)
        return by_box_open(keys->transport, slot + 1, out_key) == BANYAN_OK;
    if (slot[0] == BY_BUNDLE_TO_DEVICE && keys->unbox != NULL)
        return keys->unbox(keys->context, slot + 1, out_key) == BANYAN_OK;
    if (slot[0] != BY_BUNDLE_TO_INVITE)
        return false;
    for (size_t i = 0; i < keys->join_key_count; i++)
        if (open_invite_slot(keys->join_keys[i], slot, out_key))
            return true;
    return false;
}

static enum banyan_status take_slots(struct by_bundle_reader *reader)
{
    struct by_buffer *input = &reader->input;
    bool is_open = false;

    for (size_t at = BY_BUNDLE_HEADER_BYTES; at < input->size && !is_open;
         at += BY_BUNDLE_SLOT_BYTES)
        is_open = open_slot(&reader->keys, input->data + at, reader->cipher.key);
    if (!is_open)
        return BANYAN_ERR_NOT_FOR_US;
    by_hash_bytes(BY_TAG_BUNDLE, by_buffer_bytes(input), &reader->cipher.header_hash);
    by_buffer_reset(input);
    gather(reader, STAGE_SIZE, BY_BUNDLE_SIZE_BYTES);
    return BANYAN_OK;
}

static bool is_last_chunk(const struct by_bundle_reader *reader)
{
    return (by_get_u32le(reader->input.data) & BY_BUNDLE_LAST_BIT) != 0;
}

static enum banyan_status take_size(struct by_bundle_reader *reader)
{
    size_t sealed_size = by_get_u32le(reader->input.data) & ~BY_BUNDLE_LAST_BIT;

    if (sealed_size > SEALED_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (sealed_size <= BY_AEAD_EXTRA_BYTES ||
        (sealed_size < SEALED_BYTES_MAX && !is_last_chunk(reader)))
        return BANYAN_ERR_MALFORMED;
    gather(reader, STAGE_CHUNK, sealed_size);
    return BANYAN_OK;
}

/* What is for all has been read, and a backup's own blocks and settings follow. */
static bool is_shared_part_read(const struct by_bundle_reader *reader)
{
    return reader->manifest.is_backup && reader->act_count == reader->manifest.act_count &&
           reader->record_block_count == reader->manifest.record_block_count;
}

static bool are_private_blocks_read(const struct by_bundle_reader *reader)
{
    return is_shared_part_read(reader) &&
           reader->private_block_count == reader->manifest.private_block_count;
}

/* Acts first, and no more of either than the manifest says. */
static enum banyan_status count_run(struct by_bundle_reader *reader, const struct by_run *run)
{
    if (!by_kind_is_act(run->entries[0].header.kind))
        reader->record_block_count++;
    else if (reader->record_block_count > 0)
        return BANYAN_ERR_MALFORMED;
    else
        reader->act_count += run->count;
    if (reader->act_count > reader->manifest.act_count ||
        reader->record_block_count > reader->manifest.record_block_count)
        return BANYAN_ERR_MALFORMED;
    return BANYAN_OK;
}

/* What was found in a whole item: only a file that ends too early is called truncated. */
static enum banyan_status whole(enum banyan_status status)
{
    return status == BANYAN_ERR_TRUNCATED ? BANYAN_ERR_MALFORMED : status;
}

static enum banyan_status
hand_over_private(struct by_bundle_reader *reader, const struct by_run *run, struct by_bytes packed)
{
    if (by_kind_is_act(run->entries[0].header.kind))
        return BANYAN_ERR_MALFORMED;
    reader->private_block_count++;
    if (reader->private_sink == NULL)
        return BANYAN_OK;
    return whole(reader->private_sink(reader->context, run, packed));
}

static enum banyan_status
hand_over(struct by_bundle_reader *reader, const struct by_block_base *base, struct by_bytes packed)
{
    struct by_run run;
    enum banyan_status status = by_block_unpack(&reader->blocks, base, packed, &run);

    if (status != BANYAN_OK)
        return whole(status);
    if (is_shared_part_read(reader))
        return hand_over_private(reader, &run, packed);
    status = count_run(reader, &run);
    return status == BANYAN_OK ? whole(reader->sink(reader->context, &run, packed)) : status;
}

static enum banyan_status
take_sized(struct by_cursor *cursor, size_t size_max, struct by_bytes *out_bytes)
{
    uint64_t size = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &size);

    if (status == BANYAN_OK && size > size_max)
        return BANYAN_ERR_TOO_LARGE;
    return status == BANYAN_OK ? by_cursor_take(cursor, (size_t)size, out_bytes) : status;
}

/* BANYAN_ERR_TRUNCATED while some of it is missing. */
static enum banyan_status take_setting(struct by_bundle_reader *reader, struct by_cursor *cursor)
{
    struct by_bytes name, part;
    enum banyan_status status = BANYAN_OK;

    if (reader->setting_count == reader->manifest.setting_count)
        return BANYAN_ERR_MALFORMED;
    status = take_sized(cursor, BY_SETTING_NAME_BYTES_MAX, &name);
    if (status == BANYAN_OK && name.size == 0)
        return BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        status = take_sized(cursor, BY_SETTING_PART_BYTES_MAX, &part);
    if (status != BANYAN_OK)
        return status;
    reader->setting_count++;
    if (reader->setting_sink == NULL)
        return BANYAN_OK;
    return whole(reader->setting_sink(reader->context, name, part));
}

/* BANYAN_ERR_TRUNCATED while some of it is missing. */
static enum banyan_status
take_item(struct by_cursor *cursor, struct by_block_base *out_base, struct by_bytes *out_packed)
{
    struct by_bytes log;
    struct by_bytes prev;
    enum banyan_status status = by_cursor_take(cursor, 40, &log);

    if (status == BANYAN_OK)
        status = by_cursor_take_varint(cursor, &out_base->first_seq);
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, sizeof out_base->prev.bytes, &prev);
    if (status == BANYAN_OK)
        status = take_sized(cursor, BY_BLOCK_PACKED_BYTES_MAX, out_packed);
    if (status != BANYAN_OK)
        return status;
    by_log_id_get(log.data, &out_base->log);
    return by_id_from_bytes(prev, &out_base->prev);
}

static enum banyan_status take_manifest(struct by_bundle_reader *reader, struct by_cursor *cursor)
{
    enum banyan_status status =
        by_bundle_manifest_take(cursor, &reader->cipher.header_hash, &reader->manifest);

    reader->has_manifest = status == BANYAN_OK;
    return status;
}

static enum banyan_status take_block(struct by_bundle_reader *reader, struct by_cursor *cursor)
{
    struct by_block_base base;
    struct by_bytes packed;
    enum banyan_status status = take_item(cursor, &base, &packed);

    return status == BANYAN_OK ? hand_over(reader, &base, packed) : status;
}

/* Manifest and items as far as they are whole; *out_taken is how many bytes they are. */
static enum banyan_status take_plain(struct by_bundle_reader *reader, size_t *out_taken)
{
    struct by_cursor cursor = {by_buffer_bytes(&reader->plain)};
    enum banyan_status status = BANYAN_OK;

    *out_taken = 0;
    while (cursor.rest.size > 0) {
        if (!reader->has_manifest)
            status = take_manifest(reader, &cursor);
        else if (are_private_blocks_read(reader))
            status = take_setting(reader, &cursor);
        else
            status = take_block(reader, &cursor);
        if (status == BANYAN_ERR_TRUNCATED)
            return BANYAN_OK;
        if (status != BANYAN_OK)
            return status;
        *out_taken = reader->plain.size - cursor.rest.size;
    }
    return BANYAN_OK;
}

static enum banyan_status end_plain(const struct by_bundle_reader *reader)
{
    if (reader->plain.size > 0 || !reader->has_manifest ||
        reader->act_count != reader->manifest.act_count ||
        reader->record_block_count != reader->manifest.record_block_count ||
        reader->private_block_count != reader->manifest.private_block_count ||
        reader->setting_count != reader->manifest.setting_count)
        return BANYAN_ERR_MALFORMED;
    return BANYAN_OK;
}

static enum banyan_status take_chunk(struct by_bundle_reader *reader)
{
    struct by_buffer *plain = &reader->plain;
    bool is_last = is_last_chunk(reader);
    size_t taken = 0;
    enum banyan_status status =
        by_bundle_open_chunk(&reader->cipher, by_buffer_bytes(&reader->input), plain);

    if (status == BANYAN_OK)
        status = take_plain(reader, &taken);
    if (status != BANYAN_OK)
        return status;
    plain->size -= taken;
    memmove(plain->data, plain->data + taken, plain->size);
    by_buffer_reset(&reader->input);
    gather(reader, is_last ? STAGE_DONE : STAGE_SIZE, BY_BUNDLE_SIZE_BYTES);
    return is_last ? end_plain(reader) : BANYAN_OK;
}

static enum banyan_status take_stage(struct by_bundle_reader *reader)
{
    switch (reader->stage) {
    case STAGE_HEADER:
        return take_header(reader);
    case STAGE_SLOTS:
        return take_slots(reader);
    case STAGE_SIZE:
        return take_size(reader);
    case STAGE_CHUNK:
        return take_chunk(reader);
    case STAGE_DONE:
        break;
    }
    return BANYAN_ERR_MALFORMED;
}

enum banyan_status by_bundle_reader_feed(struct by_bundle_reader *reader, struct by_bytes bytes)
{
    while (bytes.size > 0 && reader->status == BANYAN_OK) {
        size_t missing = reader->wanted - reader->input.size;
        size_t size = bytes.size < missing ? bytes.size : missing;

        if (reader->stage == STAGE_DONE) {
            reader->status = BANYAN_ERR_MALFORMED;
            break;
        }
        reader->status = by_buffer_append(&reader->input, bytes.data, size);
        bytes = by_bytes_of(bytes.data + size, bytes.size - size);
        if (reader->status == BANYAN_OK && reader->input.size == reader->wanted)
            reader->status = take_stage(reader);
    }
    return reader->status;
}

enum banyan_status by_bundle_reader_end(struct by_bundle_reader *reader)
{
    if (reader->status == BANYAN_OK && reader->stage != STAGE_DONE)
        reader->status = BANYAN_ERR_TRUNCATED;
    return reader->status;
}
