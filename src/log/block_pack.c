#include "log/block_rules.h"

enum method { METHOD_RAW = 0, METHOD_ZSTD = 1 };

/* Entries without their links and payloads: what the columns before those take at most. */
#define COLUMNS_BYTES_MAX                                                                          \
    (1u + BY_BLOCK_ENTRIES_MAX *                                                                   \
              (1u + 3u + 10u + 3u + 3u + BY_SALT_BYTES + (unsigned)sizeof(struct by_signature)))

static uint64_t zigzag(uint64_t difference)
{
    return (difference << 1) ^ (0 - (difference >> 63));
}

static uint64_t unzigzag(uint64_t value)
{
    return (value >> 1) ^ (0 - (value & 1));
}

/* at has room for 10 bytes. Returns the place behind. */
static uint8_t *put_varint(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(at, bytes, size);
    return at + size;
}

static uint8_t *put_columns(uint8_t *at, const struct by_run *run)
{
    const struct by_entry *entries = run->entries;
    uint64_t last_hlc = 0;

    *at++ = (uint8_t)run->count;
    for (size_t i = 0; i < run->count; i++)
        *at++ = entries[i].header.flags;
    for (size_t i = 0; i < run->count; i++)
        at = put_varint(at, entries[i].header.kind);
    for (size_t i = 0; i < run->count; i++) {
        at = put_varint(at, zigzag(entries[i].header.hlc - last_hlc));
        last_hlc = entries[i].header.hlc;
    }
    for (size_t i = 0; i < run->count; i++)
        at = put_varint(at, entries[i].links.size);
    for (size_t i = 0; i < run->count; i++)
        at = put_varint(at, entries[i].payload.size);
    for (size_t i = 0; i < run->count; i++)
        if (by_entry_is_sealed(&entries[i]))
            at = put_bytes(at, entries[i].seal.bytes, sizeof entries[i].seal.bytes);
    for (size_t i = 0; i < run->count; i++)
        at = put_bytes(at, entries[i].salt, sizeof entries[i].salt);
    return at;
}

static uint8_t *put_contents(uint8_t *at, const struct by_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        at = put_bytes(at, run->entries[i].links.data, run->entries[i].links.size);
    for (size_t i = 0; i < run->count; i++)
        at = put_bytes(at, run->entries[i].payload.data, run->entries[i].payload.size);
    return at;
}

/* Method byte, size and body; the one that is shorter. */
static enum banyan_status
append_packed(struct by_bytes plain, struct by_zip *zip, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    size_t start = out->size;

    status = by_buffer_append_u8(out, METHOD_ZSTD);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, plain.size);
    if (status == BANYAN_OK)
        status = by_zip_pack(zip, plain, out);
    if (status == BANYAN_OK && out->size - start <= plain.size)
        return BANYAN_OK;
    if (status != BANYAN_OK && status != BANYAN_ERR_TOO_LARGE)
        return status;
    out->size = start;
    status = by_buffer_append_u8(out, METHOD_RAW);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, plain) : status;
}

enum banyan_status
by_block_pack(const struct by_run *run, struct by_zip *zip, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    size_t start = out->size;
    size_t room = COLUMNS_BYTES_MAX;
    uint8_t *plain = NULL;

    for (size_t i = 0; i < run->count; i++)
        room += run->entries[i].links.size + run->entries[i].payload.size;
    plain = malloc(room);
    if (plain == NULL)
        return BANYAN_ERR_MEMORY;
    status = append_packed(
        by_bytes_of(plain, (size_t)(put_contents(put_columns(plain, run), run) - plain)), zip, out);
    if (status != BANYAN_OK)
        out->size = start;
    free(plain);
    return status;
}

enum banyan_status by_block_reader_init(struct by_block_reader *reader)
{
    *reader = (struct by_block_reader){.plain = BY_BUFFER_INIT(BY_BLOCK_BYTES_MAX)};
    reader->entries = calloc(BY_BLOCK_ENTRIES_MAX, sizeof *reader->entries);
    return reader->entries == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

void by_block_reader_deinit(struct by_block_reader *reader)
{
    by_zip_deinit(&reader->zip);
    by_buffer_deinit(&reader->plain);
    free(reader->entries);
    *reader = (struct by_block_reader){.entries = NULL};
}

/* The plain form into reader->plain. */
static enum banyan_status unwrap(struct by_block_reader *reader, struct by_bytes packed)
{
    struct by_cursor cursor = {packed};
    uint8_t method = 0;
    uint64_t size = 0;
    enum banyan_status status = by_cursor_take_u8(&cursor, &method);

    by_buffer_reset(&reader->plain);
    if (status != BANYAN_OK)
        return status;
    if (packed.size > BY_BLOCK_PACKED_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (method == METHOD_RAW)
        return by_buffer_append_bytes(&reader->plain, cursor.rest);
    if (method != METHOD_ZSTD)
        return BANYAN_ERR_MALFORMED;
    status = by_cursor_take_varint(&cursor, &size);
    if (status == BANYAN_OK && size > BY_BLOCK_BYTES_MAX)
        status = BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = by_zip_unpack(&reader->zip, cursor.rest, (size_t)size, &reader->plain);
    return status;
}

static enum banyan_status take_number(struct by_cursor *cursor, uint64_t max,
                                      enum banyan_status past_max, uint64_t *out_value)
{
    enum banyan_status status = by_cursor_take_varint(cursor, out_value);

    return status == BANYAN_OK && *out_value > max ? past_max : status;
}

/* Sizes become views without data, which take_contents then points at the bytes. */
static enum banyan_status
take_numbers(struct by_cursor *cursor, struct by_entry *entries, size_t count)
{
    enum banyan_status status = BANYAN_OK;
    uint64_t value = 0;
    uint64_t hlc = 0;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = by_cursor_take_u8(cursor, &entries[i].header.flags);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = take_number(cursor, UINT16_MAX, BANYAN_ERR_MALFORMED, &value);
        entries[i].header.kind = (uint16_t)value;
    }
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = by_cursor_take_varint(cursor, &value);
        hlc += unzigzag(value);
        entries[i].header.hlc = hlc;
    }
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = take_number(cursor, BY_LINKS_BYTES_MAX, BANYAN_ERR_TOO_LARGE, &value);
        entries[i].links = by_bytes_of(NULL, (size_t)value);
    }
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = take_number(cursor, BY_PAYLOAD_BYTES_MAX, BANYAN_ERR_TOO_LARGE, &value);
        entries[i].payload = by_bytes_of(NULL, (size_t)value);
    }
    return status;
}

static enum banyan_status take_fixed(struct by_cursor *cursor, void *out, size_t size)
{
    struct by_bytes bytes = {0};
    enum banyan_status status = by_cursor_take(cursor, size, &bytes);

    if (status == BANYAN_OK)
        memcpy(out, bytes.data, size);
    return status;
}

static enum banyan_status
take_contents(struct by_cursor *cursor, struct by_entry *entries, size_t count)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        entries[i].seal = (struct by_signature){{0}};
        if (by_entry_is_sealed(&entries[i]))
            status = take_fixed(cursor, entries[i].seal.bytes, sizeof entries[i].seal.bytes);
    }
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = take_fixed(cursor, entries[i].salt, sizeof entries[i].salt);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = by_cursor_take(cursor, entries[i].links.size, &entries[i].links);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = by_cursor_take(cursor, entries[i].payload.size, &entries[i].payload);
    if (status == BANYAN_OK && cursor->rest.size > 0)
        status = BANYAN_ERR_NOT_CANONICAL;
    return status;
}

static enum banyan_status take_entries(struct by_bytes plain, struct by_run *run)
{
    struct by_cursor cursor = {plain};
    uint8_t count = 0;
    enum banyan_status status = by_cursor_take_u8(&cursor, &count);

    if (status == BANYAN_OK && count == 0)
        status = BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK && count > BY_BLOCK_ENTRIES_MAX)
        status = BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = take_numbers(&cursor, run->entries, count);
    if (status == BANYAN_OK)
        status = take_contents(&cursor, run->entries, count);
    run->count = count;
    return status;
}

static void place(struct by_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        run->entries[i].header.log = run->base.log;
        run->entries[i].header.seq = run->base.first_seq + i;
        run->entries[i].header.links_size = (uint16_t)run->entries[i].links.size;
        run->entries[i].header.payload_size = (uint32_t)run->entries[i].payload.size;
    }
}

static void chain(struct by_run *run)
{
    const struct by_id *prev = &run->base.prev;

    for (size_t i = 0; i < run->count; i++) {
        run->entries[i].header.prev = *prev;
        by_entry_commit(&run->entries[i]);
        by_entry_identify(&run->entries[i]);
        prev = &run->entries[i].id;
    }
}

enum banyan_status by_block_unpack(struct by_block_reader *reader, const struct by_block_base *base,
                                   struct by_bytes packed, struct by_run *out_run)
{
    struct by_run run = {.base = *base, .entries = reader->entries, .count = 0};
    enum banyan_status status = unwrap(reader, packed);

    if (status == BANYAN_OK)
        status = take_entries(by_buffer_bytes(&reader->plain), &run);
    if (status != BANYAN_OK)
        return status;
    place(&run);
    status = by_run_check_shape(&run);
    if (status != BANYAN_OK)
        return status;
    chain(&run);
    *out_run = run;
    return BANYAN_OK;
}
