#include "sync/look.h"

#include <string.h>

#include "record/field_value.h"
#include "sync/standing.h"

#define FLAG_MORE   1u
#define NAME_BYTES  48u
#define PLACE_BYTES (NAME_BYTES + 32u)

/* -- parts -- */

static enum banyan_status take_id(struct by_cursor *cursor, struct by_id *out_id)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, sizeof out_id->bytes, &bytes);

    return status == BANYAN_OK ? by_id_from_bytes(bytes, out_id) : status;
}

static enum banyan_status take_name(struct by_cursor *cursor, struct by_record_name *out_name)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, NAME_BYTES, &bytes);

    if (status == BANYAN_OK)
        by_record_name_get(bytes.data, out_name);
    return status;
}

static enum banyan_status add_name(const struct by_record_name *name, struct by_buffer *out)
{
    uint8_t bytes[NAME_BYTES];

    by_record_name_put(bytes, name);
    return by_buffer_append(out, bytes, sizeof bytes);
}

static enum banyan_status add_u16(uint16_t value, struct by_buffer *out)
{
    uint8_t bytes[2];

    by_put_u16le(bytes, value);
    return by_buffer_append(out, bytes, sizeof bytes);
}

static enum banyan_status add_u64(uint64_t value, struct by_buffer *out)
{
    uint8_t bytes[8];

    by_put_u64le(bytes, value);
    return by_buffer_append(out, bytes, sizeof bytes);
}

/* -- questions -- */

static enum banyan_status take_place(struct by_cursor *cursor, struct by_look *out)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, 2, &bytes);

    if (status != BANYAN_OK)
        return status;
    out->place = by_get_u16le(bytes.data);
    return out->place >> (4 * out->depth) == 0 ? BANYAN_OK : BANYAN_ERR_MALFORMED;
}

enum banyan_status by_look_take(struct by_cursor *cursor, struct by_look *out)
{
    enum banyan_status status = BANYAN_OK;

    memset(out, 0, sizeof *out);
    status = by_cursor_take_u8(cursor, &out->depth);
    if (status != BANYAN_OK)
        return status;
    if (out->depth > BY_LOOK_RECORD)
        return BANYAN_ERR_UPGRADE;
    if (out->depth == BY_LOOK_RECORD)
        return take_name(cursor, &out->name);
    status = take_place(cursor, out);
    if (status == BANYAN_OK && out->depth == BY_LOOK_BUCKET)
        status = take_id(cursor, &out->after);
    return status;
}

enum banyan_status by_look_add(const struct by_look *look, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, look->depth);

    if (status == BANYAN_OK && look->depth == BY_LOOK_RECORD)
        return add_name(&look->name, out);
    if (status == BANYAN_OK)
        status = add_u16((uint16_t)look->place, out);
    if (status == BANYAN_OK && look->depth == BY_LOOK_BUCKET)
        status = by_buffer_append_bytes(out, by_id_bytes(&look->after));
    return status;
}

/* -- answers, read -- */

static enum banyan_status take_children(struct by_cursor *cursor, struct by_seen *out)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < BY_LEVEL_FAN && status == BANYAN_OK; i++)
        status = take_id(cursor, &out->children[i]);
    return status;
}

static enum banyan_status take_top(struct by_cursor *cursor, struct by_seen *out)
{
    struct by_standing standing;
    enum banyan_status status = take_id(cursor, &out->charter);

    if (status == BANYAN_OK)
        status = take_children(cursor, out);
    if (status == BANYAN_OK && cursor->rest.size > BY_NOTE_BODY_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, cursor->rest.size, &out->standing);
    return status == BANYAN_OK ? by_standing_read(out->standing, &standing) : status;
}

static enum banyan_status take_bucket(struct by_cursor *cursor, struct by_seen *out)
{
    uint8_t flags = 0, count = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &flags);

    if (status == BANYAN_OK && (flags & ~FLAG_MORE) != 0)
        return BANYAN_ERR_UPGRADE;
    if (status == BANYAN_OK)
        status = by_cursor_take_u8(cursor, &count);
    if (status == BANYAN_OK && count > BY_SEEN_RECORDS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    out->has_more = (flags & FLAG_MORE) != 0;
    out->place_count = count;
    if (status == BANYAN_OK && out->has_more && count == 0)
        return BANYAN_ERR_MALFORMED;
    return status == BANYAN_OK ? by_cursor_take(cursor, count * PLACE_BYTES, &out->places) : status;
}

static bool are_sorted(struct by_bytes ids)
{
    for (size_t at = BY_LOOK_ID_BYTES; at < ids.size; at += BY_LOOK_ID_BYTES)
        if (memcmp(ids.data + at - BY_LOOK_ID_BYTES, ids.data + at, BY_LOOK_ID_BYTES) >= 0)
            return false;
    return true;
}

static enum banyan_status take_ids(struct by_cursor *cursor, struct by_seen *out)
{
    uint64_t count = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &count);

    if (status == BANYAN_OK && count > BY_SEEN_IDS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK && count > out->operation_count)
        return BANYAN_ERR_MALFORMED;
    out->id_count = (size_t)count;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, out->id_count * BY_LOOK_ID_BYTES, &out->ids);
    return status == BANYAN_OK && !are_sorted(out->ids) ? BANYAN_ERR_NOT_CANONICAL : status;
}

static enum banyan_status take_record(struct by_cursor *cursor, struct by_seen *out)
{
    struct by_bytes hlc;
    enum banyan_status status = by_cursor_take_varint(cursor, &out->operation_count);

    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, 8, &hlc);
    if (status == BANYAN_OK)
        out->newest_hlc = by_get_u64le(hlc.data);
    if (status == BANYAN_OK)
        status = take_id(cursor, &out->newest_device);
    return status == BANYAN_OK ? take_ids(cursor, out) : status;
}

enum banyan_status by_seen_take(struct by_cursor *cursor, struct by_seen *out)
{
    uint8_t what = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &what);

    memset(out, 0, sizeof *out);
    if (status != BANYAN_OK)
        return status;
    if (what > BY_SEEN_RECORD)
        return BANYAN_ERR_UPGRADE;
    out->what = (enum by_seen_what)what;
    switch (out->what) {
    case BY_SEEN_NOT_NOW:
        return BANYAN_OK;
    case BY_SEEN_TOP:
        return take_top(cursor, out);
    case BY_SEEN_LEVEL:
        return take_children(cursor, out);
    case BY_SEEN_BUCKET:
        return take_bucket(cursor, out);
    case BY_SEEN_RECORD:
        return take_record(cursor, out);
    }
    return BANYAN_ERR_UPGRADE;
}

/* -- answers, written -- */

static enum banyan_status add_children(const struct by_seen *seen, struct by_buffer *out)
{
    return by_buffer_append(out, seen->children, sizeof seen->children);
}

static enum banyan_status add_top(const struct by_seen *seen, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_bytes(out, by_id_bytes(&seen->charter));

    if (status == BANYAN_OK)
        status = add_children(seen, out);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, seen->standing) : status;
}

static enum banyan_status add_bucket(const struct by_seen *seen, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, seen->has_more ? FLAG_MORE : 0);

    if (status == BANYAN_OK)
        status = by_buffer_append_u8(out, (uint8_t)seen->place_count);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, seen->places) : status;
}

static enum banyan_status add_record(const struct by_seen *seen, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, seen->operation_count);

    if (status == BANYAN_OK)
        status = add_u64(seen->newest_hlc, out);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&seen->newest_device));
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, seen->id_count);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, seen->ids) : status;
}

enum banyan_status by_seen_add(const struct by_seen *seen, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, (uint8_t)seen->what);

    if (status != BANYAN_OK)
        return status;
    switch (seen->what) {
    case BY_SEEN_NOT_NOW:
        return BANYAN_OK;
    case BY_SEEN_TOP:
        return add_top(seen, out);
    case BY_SEEN_LEVEL:
        return add_children(seen, out);
    case BY_SEEN_BUCKET:
        return add_bucket(seen, out);
    case BY_SEEN_RECORD:
        return add_record(seen, out);
    }
    return BANYAN_ERR_USAGE;
}

/* -- places -- */

void by_seen_place_at(const struct by_seen *seen, size_t at, struct by_seen_place *out_place)
{
    const uint8_t *bytes = seen->places.data + at * PLACE_BYTES;

    by_record_name_get(bytes, &out_place->name);
    memcpy(out_place->digest.bytes, bytes + NAME_BYTES, sizeof out_place->digest.bytes);
}

enum banyan_status by_seen_place_add(const struct by_seen_place *place, struct by_buffer *out)
{
    uint8_t bytes[PLACE_BYTES];

    by_record_name_put(bytes, &place->name);
    memcpy(bytes + NAME_BYTES, place->digest.bytes, sizeof place->digest.bytes);
    return by_buffer_append(out, bytes, sizeof bytes);
}

bool by_seen_answers(const struct by_seen *seen, const struct by_look *look)
{
    switch (seen->what) {
    case BY_SEEN_NOT_NOW:
        return true;
    case BY_SEEN_TOP:
        return look->depth == 0;
    case BY_SEEN_LEVEL:
        return look->depth > 0 && look->depth < BY_LOOK_BUCKET;
    case BY_SEEN_BUCKET:
        return look->depth == BY_LOOK_BUCKET;
    case BY_SEEN_RECORD:
        return look->depth == BY_LOOK_RECORD;
    }
    return false;
}
