#include "sync/proof.h"

#include <assert.h>
#include <string.h>

#include "record/field_value.h"

#define HEAD_BYTES  (8u + 1u + 3u + 32u + 32u + 16u)
#define FLAG_SEALED 1u
#define FLAG_WHOLE  2u

/* -- writing -- */

enum banyan_status by_proof_put_head(const struct by_proof_head *head, struct by_buffer *out)
{
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, HEAD_BYTES, &at);

    if (status != BANYAN_OK)
        return status;
    memset(at, 0, HEAD_BYTES);
    memcpy(at, BY_PROOF_MAGIC, 8);
    at[8] = BY_PROOF_VERSION;
    memcpy(at + 12, head->network.bytes, 32);
    by_record_name_put(at + 44, &head->record);
    return BANYAN_OK;
}

static enum banyan_status put_base(const struct by_block_base *base, struct by_buffer *out)
{
    uint8_t log[40];
    enum banyan_status status = BANYAN_OK;

    by_log_id_put(log, &base->log);
    status = by_buffer_append(out, log, sizeof log);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, base->first_seq);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, by_id_bytes(&base->prev)) : status;
}

enum banyan_status
by_proof_put_block(const struct by_block_base *base, struct by_bytes packed, struct by_buffer *out)
{
    enum banyan_status status = put_base(base, out);

    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, packed.size);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, packed) : status;
}

static enum banyan_status put_body(const struct by_entry *entry, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append(out, entry->salt, sizeof entry->salt);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, entry->links);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, entry->payload) : status;
}

static enum banyan_status put_hashes(const struct by_entry *entry, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_bytes(out, by_id_bytes(&entry->header.links_hash));

    return status == BANYAN_OK
               ? by_buffer_append_bytes(out, by_id_bytes(&entry->header.payload_commit))
               : status;
}

static enum banyan_status put_entry(const struct by_entry *entry, struct by_buffer *out)
{
    bool is_sealed = by_entry_is_sealed(entry), is_whole = entry->links.size > 0;
    uint8_t start[9] = {0};
    enum banyan_status status = BANYAN_OK;

    start[0] = (uint8_t)((is_sealed ? FLAG_SEALED : 0u) | (is_whole ? FLAG_WHOLE : 0u));
    by_put_u64le(start + 1, entry->header.hlc);
    status = by_buffer_append(out, start, sizeof start);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, entry->header.links_size);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, entry->header.payload_size);
    if (status == BANYAN_OK)
        status = is_whole ? put_body(entry, out) : put_hashes(entry, out);
    return status == BANYAN_OK && is_sealed
               ? by_buffer_append(out, entry->seal.bytes, sizeof entry->seal.bytes)
               : status;
}

enum banyan_status
by_proof_put_stretch(const struct by_entry *entries, size_t count, struct by_buffer *out)
{
    const struct by_header *first = &entries[0].header;
    const struct by_block_base base = {
        .log = first->log, .first_seq = first->seq, .prev = first->prev};
    enum banyan_status status = put_base(&base, out);

    assert(count > 0 && by_entry_is_sealed(&entries[count - 1]));
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, count);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = put_entry(&entries[i], out);
    return status;
}

/* -- reading -- */

static enum banyan_status take_id(struct by_cursor *cursor, struct by_id *out_id)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, sizeof out_id->bytes, &bytes);

    return status == BANYAN_OK ? by_id_from_bytes(bytes, out_id) : status;
}

bool by_proof_is(struct by_bytes file)
{
    return file.size >= 8 && memcmp(file.data, BY_PROOF_MAGIC, 8) == 0;
}

static enum banyan_status take_head(struct by_cursor *cursor, struct by_proof_head *out_head)
{
    static const uint8_t zero[3];
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, HEAD_BYTES, &bytes);

    if (status != BANYAN_OK)
        return status;
    if (memcmp(bytes.data, BY_PROOF_MAGIC, 8) != 0)
        return BANYAN_ERR_MALFORMED;
    if (bytes.data[8] > BY_PROOF_VERSION)
        return BANYAN_ERR_UPGRADE;
    if (bytes.data[8] == 0 || memcmp(bytes.data + 9, zero, sizeof zero) != 0)
        return BANYAN_ERR_MALFORMED;
    memcpy(out_head->network.bytes, bytes.data + 12, 32);
    by_record_name_get(bytes.data + 44, &out_head->record);
    return BANYAN_OK;
}

/* A count of things each of which takes some bytes is no larger than what is left has room for. */
static enum banyan_status
take_count(struct by_cursor *cursor, size_t bytes_min, uint64_t *out_count)
{
    enum banyan_status status = by_cursor_take_varint(cursor, out_count);

    if (status == BANYAN_OK && *out_count > cursor->rest.size / bytes_min)
        return BANYAN_ERR_TRUNCATED;
    return status;
}

static enum banyan_status take_base(struct by_cursor *cursor, struct by_block_base *out_base)
{
    struct by_bytes log;
    enum banyan_status status = by_cursor_take(cursor, 40, &log);

    if (status == BANYAN_OK)
        status = by_cursor_take_varint(cursor, &out_base->first_seq);
    if (status == BANYAN_OK)
        status = take_id(cursor, &out_base->prev);
    if (status == BANYAN_OK)
        by_log_id_get(log.data, &out_base->log);
    return status;
}

struct reading {
    const struct by_proof_sink *sink;
    struct by_proof_head head;
};

static enum banyan_status
read_acts(struct by_block_reader *blocks, struct by_cursor *cursor, const struct by_id *network,
          enum banyan_status (*take_acts)(void *context, const struct by_run *run), void *context)
{
    struct by_block_base base;
    struct by_bytes packed;
    struct by_run run;
    uint64_t size = 0;
    enum banyan_status status = take_base(cursor, &base);

    if (status == BANYAN_OK)
        status = by_cursor_take_varint(cursor, &size);
    if (status == BANYAN_OK && size > BY_BLOCK_PACKED_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, (size_t)size, &packed);
    if (status == BANYAN_OK)
        status = by_block_unpack(blocks, &base, packed, &run);
    if (status == BANYAN_OK && !by_kind_is_act(run.entries[0].header.kind))
        return BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        status = by_run_verify_seal(&run, network);
    return status == BANYAN_OK && take_acts != NULL ? take_acts(context, &run) : status;
}

enum banyan_status
by_proof_take_acts(struct by_cursor *cursor, const struct by_id *network,
                   enum banyan_status (*take_acts)(void *context, const struct by_run *run),
                   void *context)
{
    struct by_block_reader blocks = {.entries = NULL};
    uint64_t count = 0;
    enum banyan_status status = by_block_reader_init(&blocks);

    if (status == BANYAN_OK)
        status = take_count(cursor, 74, &count);
    for (uint64_t i = 0; i < count && status == BANYAN_OK; i++)
        status = read_acts(&blocks, cursor, network, take_acts, context);
    by_block_reader_deinit(&blocks);
    return status;
}

static enum banyan_status take_sizes(struct by_cursor *cursor, struct by_header *header)
{
    uint64_t links = 0, payload = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &links);

    if (status == BANYAN_OK)
        status = by_cursor_take_varint(cursor, &payload);
    if (status == BANYAN_OK && (links > BY_LINKS_BYTES_MAX || payload > BY_PAYLOAD_BYTES_MAX))
        return BANYAN_ERR_TOO_LARGE;
    header->links_size = (uint16_t)links;
    header->payload_size = (uint32_t)payload;
    return status;
}

static enum banyan_status take_body(struct by_cursor *cursor, struct by_entry *entry)
{
    struct by_op_links links;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_bytes salt;
    enum banyan_status status = by_cursor_take(cursor, BY_SALT_BYTES, &salt);

    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, entry->header.links_size, &entry->links);
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, entry->header.payload_size, &entry->payload);
    if (status != BANYAN_OK)
        return status;
    memcpy(entry->salt, salt.data, BY_SALT_BYTES);
    by_entry_commit(entry);
    status = by_op_links_decode(entry->links, &arena, &links);
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status take_seal(struct by_cursor *cursor, struct by_entry *entry)
{
    struct by_bytes seal;
    enum banyan_status status = by_cursor_take(cursor, sizeof entry->seal.bytes, &seal);

    if (status == BANYAN_OK)
        memcpy(entry->seal.bytes, seal.data, sizeof entry->seal.bytes);
    return status;
}

/* The next entry of a stretch: place and prev are the caller's to fill. */
static enum banyan_status
take_entry(struct by_cursor *cursor, struct by_entry *entry, bool *out_is_whole)
{
    struct by_bytes start;
    enum banyan_status status = by_cursor_take(cursor, 9, &start);

    if (status != BANYAN_OK)
        return status;
    if ((start.data[0] & ~(FLAG_SEALED | FLAG_WHOLE)) != 0)
        return BANYAN_ERR_MALFORMED;
    *out_is_whole = (start.data[0] & FLAG_WHOLE) != 0;
    entry->header.kind = BY_KIND_OPERATION;
    entry->header.flags = (start.data[0] & FLAG_SEALED) != 0 ? BY_FLAG_SEALED : 0;
    entry->header.hlc = by_get_u64le(start.data + 1);
    status = take_sizes(cursor, &entry->header);
    if (status == BANYAN_OK && *out_is_whole)
        status = take_body(cursor, entry);
    if (status == BANYAN_OK && !*out_is_whole)
        status = take_id(cursor, &entry->header.links_hash);
    if (status == BANYAN_OK && !*out_is_whole)
        status = take_id(cursor, &entry->header.payload_commit);
    if (status == BANYAN_OK && by_entry_is_sealed(entry))
        status = take_seal(cursor, entry);
    return status;
}

/* Walk one stretch. last: NULL, then nothing is handed over and *out_last is its last entry; else
 * whole entries go to the sink. */
static enum banyan_status walk(struct reading *reading, struct by_cursor *cursor,
                               const struct by_id *last, struct by_entry *out_last)
{
    struct by_block_base base;
    struct by_id prev;
    uint64_t count = 0;
    enum banyan_status status = take_base(cursor, &base);

    if (status == BANYAN_OK)
        status = take_count(cursor, 11, &count);
    if (status != BANYAN_OK)
        return status;
    if (count == 0 || count - 1 > UINT64_MAX - base.first_seq)
        return BANYAN_ERR_MALFORMED;
    if ((base.first_seq == 0) != by_id_is_zero(&base.prev))
        return BANYAN_ERR_BROKEN_CHAIN;
    prev = base.prev;
    for (uint64_t i = 0; i < count && status == BANYAN_OK; i++) {
        struct by_entry entry = {
            .header = {.log = base.log, .seq = base.first_seq + i, .prev = prev}};
        bool is_whole;

        status = take_entry(cursor, &entry, &is_whole);
        if (status != BANYAN_OK)
            break;
        by_entry_identify(&entry);
        prev = entry.id;
        if (last == NULL)
            *out_last = entry;
        else if (is_whole)
            status = reading->sink->entry(reading->sink->context, &entry, last);
    }
    return status;
}

/* Nothing is handed over before its signature has been checked. */
static enum banyan_status read_stretch(struct reading *reading, struct by_cursor *cursor)
{
    struct by_cursor again = *cursor;
    struct by_entry last = {.header = {.flags = 0}};
    enum banyan_status status = walk(reading, cursor, NULL, &last);

    if (status == BANYAN_OK)
        status = by_entry_verify_seal(&last, &reading->head.network);
    return status == BANYAN_OK ? walk(reading, &again, &last.id, NULL) : status;
}

enum banyan_status by_proof_read(struct by_bytes file, const struct by_proof_sink *sink,
                                 struct by_proof_head *out_head)
{
    struct reading reading = {.sink = sink};
    struct by_cursor cursor = {file};
    uint64_t count = 0;
    enum banyan_status status = BANYAN_OK;

    memset(out_head, 0, sizeof *out_head);
    status = take_head(&cursor, &reading.head);
    if (status == BANYAN_OK) {
        *out_head = reading.head;
        status = by_proof_take_acts(&cursor, &reading.head.network, sink->acts, sink->context);
    }
    if (status == BANYAN_OK)
        status = take_count(&cursor, 85, &count);
    for (uint64_t i = 0; i < count && status == BANYAN_OK; i++)
        status = read_stretch(&reading, &cursor);
    if (status == BANYAN_OK && cursor.rest.size > 0)
        status = BANYAN_ERR_MALFORMED;
    return status;
}
