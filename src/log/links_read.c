/*
 * Reading links: one strict reader for this one grammar serves both by_*_links_check, which keeps
 * nothing and is on the path of every entry that comes in, and by_*_links_decode. Since it takes
 * shortest forms only, what it accepts is canonical.
 */
#include "base/limits.h"
#include "base/text.h"
#include "log/links.h"

/* The first failure sticks and ends all reading, so that callers ask once. */
struct reader {
    struct by_cursor cursor;
    struct by_arena *arena; /* NULL: check only, keep nothing */
    enum banyan_status status;
};

static void fail(struct reader *reader, enum banyan_status status)
{
    if (reader->status == BANYAN_OK)
        reader->status = status;
}

/* size bytes; zeroed data of no meaning is never handed out: NULL after a failure. */
static const uint8_t *read_bytes(struct reader *reader, size_t size)
{
    struct by_bytes bytes = {0};

    if (reader->status == BANYAN_OK)
        reader->status = by_cursor_take(&reader->cursor, size, &bytes);
    return reader->status == BANYAN_OK ? bytes.data : NULL;
}

static uint8_t read_u8(struct reader *reader)
{
    const uint8_t *at = read_bytes(reader, 1);

    return at == NULL ? 0 : *at;
}

/* width bytes big-endian, which are refused when a shorter form could say the number. */
static uint32_t read_wide(struct reader *reader, size_t width, uint32_t least)
{
    const uint8_t *at = read_bytes(reader, width);
    uint32_t value = 0;

    if (at == NULL)
        return 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | at[i];
    if (value < least)
        fail(reader, BANYAN_ERR_NOT_CANONICAL);
    return value;
}

static uint32_t read_uint(struct reader *reader, uint32_t max)
{
    uint8_t first = read_u8(reader);
    uint32_t value = first;

    if (first == 0xcc)
        value = read_wide(reader, 1, 0x80);
    else if (first == 0xcd)
        value = read_wide(reader, 2, 0x100);
    else if (first == 0xce)
        value = read_wide(reader, 4, 0x10000);
    else if (first > 0x7f)
        fail(reader, BANYAN_ERR_MALFORMED);
    if (value > max)
        fail(reader, BANYAN_ERR_MALFORMED);
    return reader->status == BANYAN_OK ? value : 0;
}

static size_t read_array(struct reader *reader, size_t max)
{
    uint8_t first = read_u8(reader);
    size_t count = 0;

    if (first >= 0x90 && first <= 0x9f)
        count = first & 0x0fu;
    else if (first == 0xdc)
        count = read_wide(reader, 2, 16);
    else
        fail(reader, BANYAN_ERR_MALFORMED);
    if (count > max)
        fail(reader, BANYAN_ERR_TOO_LARGE);
    return reader->status == BANYAN_OK ? count : 0;
}

/* Exactly size bytes of bin; size < 256. */
static const uint8_t *read_bin(struct reader *reader, size_t size)
{
    const uint8_t *head = read_bytes(reader, 2);

    if (head != NULL && (head[0] != 0xc4 || head[1] != size))
        fail(reader, BANYAN_ERR_MALFORMED);
    return read_bytes(reader, size);
}

static bool is_plain_ascii(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    return true;
}

/* max < 256. */
static struct by_bytes read_text(struct reader *reader, size_t max)
{
    uint8_t first = read_u8(reader);
    struct by_bytes text = {0};
    size_t size = 0;

    if (first >= 0xa0 && first <= 0xbf)
        size = first & 0x1fu;
    else if (first == 0xd9)
        size = read_wide(reader, 1, 32);
    else
        fail(reader, first == 0xda || first == 0xdb ? BANYAN_ERR_TOO_LARGE : BANYAN_ERR_MALFORMED);
    if (size > max)
        fail(reader, BANYAN_ERR_TOO_LARGE);
    text = by_bytes_of(read_bytes(reader, size), size);
    if (reader->status == BANYAN_OK && !is_plain_ascii(text))
        reader->status = by_text_check(text);
    return reader->status == BANYAN_OK ? text : by_bytes_of(NULL, 0);
}

/* Room for count items of size bytes when results are kept, else NULL. */
static void *keep_array(struct reader *reader, size_t count, size_t size)
{
    void *items = NULL;

    if (reader->arena == NULL || count == 0 || reader->status != BANYAN_OK)
        return NULL;
    items = by_arena_array(reader->arena, count, size);
    if (items == NULL)
        fail(reader, BANYAN_ERR_MEMORY);
    return items;
}

static size_t read_ids(struct reader *reader, size_t max, struct by_id **out_ids)
{
    size_t count = read_array(reader, max);
    struct by_id *ids = keep_array(reader, count, sizeof *ids);
    const uint8_t *last = NULL;

    for (size_t i = 0; i < count; i++) {
        const uint8_t *id = read_bin(reader, sizeof ids->bytes);

        if (id == NULL)
            return 0;
        if (last != NULL && memcmp(last, id, sizeof ids->bytes) >= 0)
            fail(reader, BANYAN_ERR_NOT_CANONICAL);
        if (ids != NULL)
            memcpy(ids[i].bytes, id, sizeof ids->bytes);
        last = id;
    }
    *out_ids = ids;
    return count;
}

static struct by_addition read_addition(struct reader *reader)
{
    struct by_addition addition = {0};
    const uint8_t *id = NULL;

    if (read_array(reader, 2) != 2)
        fail(reader, BANYAN_ERR_MALFORMED);
    id = read_bin(reader, sizeof addition.operation.bytes);
    if (id != NULL)
        memcpy(addition.operation.bytes, id, sizeof addition.operation.bytes);
    addition.index = read_uint(reader, UINT32_MAX);
    return addition;
}

static void read_removed(struct reader *reader, struct by_touch *touch)
{
    size_t count = read_array(reader, BY_REMOVALS_MAX);
    struct by_addition *removed = keep_array(reader, count, sizeof *removed);
    struct by_addition last = {0};

    if (count == 0)
        fail(reader, BANYAN_ERR_MALFORMED);
    for (size_t i = 0; i < count && reader->status == BANYAN_OK; i++) {
        struct by_addition addition = read_addition(reader);

        if (i > 0 && by_addition_compare(&last, &addition) >= 0)
            fail(reader, BANYAN_ERR_NOT_CANONICAL);
        if (removed != NULL)
            removed[i] = addition;
        last = addition;
    }
    touch->removed = removed;
    touch->removed_count = count;
}

static struct by_touch read_touch(struct reader *reader)
{
    struct by_touch touch = {0};
    size_t count = read_array(reader, 3);

    touch.path = read_text(reader, BY_PATH_BYTES_MAX);
    touch.how = (enum by_how)read_uint(reader, BY_HOW_MAX);
    if (touch.path.size == 0 || count != (touch.how == BY_HOW_REMOVE ? 3u : 2u))
        fail(reader, BANYAN_ERR_MALFORMED);
    if (touch.how == BY_HOW_REMOVE)
        read_removed(reader, &touch);
    return touch;
}

static size_t read_touches(struct reader *reader, struct by_touch **out_touches)
{
    size_t count = read_array(reader, BY_TOUCHES_MAX);
    struct by_touch *touches = keep_array(reader, count, sizeof *touches);
    struct by_touch last = {0};

    for (size_t i = 0; i < count && reader->status == BANYAN_OK; i++) {
        struct by_touch touch = read_touch(reader);

        if (i > 0 && by_touch_compare(&last, &touch) >= 0)
            fail(reader, BANYAN_ERR_NOT_CANONICAL);
        if (touches != NULL)
            touches[i] = touch;
        last = touch;
    }
    *out_touches = touches;
    return count;
}

static void read_name(struct reader *reader, struct by_record_name *out_name)
{
    const uint8_t *owner = NULL;
    const uint8_t *uuid = NULL;

    if (read_array(reader, 7) != 7)
        fail(reader, BANYAN_ERR_MALFORMED);
    owner = read_bin(reader, sizeof out_name->owner.bytes);
    uuid = read_bin(reader, sizeof out_name->uuid.bytes);
    if (uuid == NULL)
        return;
    memcpy(out_name->owner.bytes, owner, sizeof out_name->owner.bytes);
    memcpy(out_name->uuid.bytes, uuid, sizeof out_name->uuid.bytes);
}

static enum banyan_status end(struct reader *reader)
{
    if (reader->cursor.rest.size > 0)
        fail(reader, BANYAN_ERR_NOT_CANONICAL);
    return reader->status;
}

static struct reader begin(struct by_bytes bytes, struct by_arena *arena)
{
    return (struct reader){
        .cursor = {bytes},
        .arena = arena,
        .status = bytes.size > BY_LINKS_BYTES_MAX ? BANYAN_ERR_TOO_LARGE : BANYAN_OK,
    };
}

static bool has_targets_of_op(const struct by_op_links *links)
{
    switch (links->op) {
    case BY_OP_PUT:
    case BY_OP_PATCH:
    case BY_OP_DELETE:
        return links->target_count == 0;
    case BY_OP_ACCEPT:
    case BY_OP_DECLINE:
        return links->target_count > 0;
    case BY_OP_TRANSFER:
        return links->target_count == 1;
    }
    return false;
}

static enum banyan_status
read_op(struct by_bytes bytes, struct by_arena *arena, struct by_op_links *links)
{
    struct reader reader = begin(bytes, arena);

    read_name(&reader, &links->name);
    links->op = (enum by_op)read_uint(&reader, BY_OP_MAX);
    links->type = read_text(&reader, BY_TYPE_NAME_BYTES_MAX);
    links->parent_count = read_ids(&reader, BY_PARENTS_MAX, &links->parents);
    links->target_count = read_ids(&reader, BY_TARGETS_MAX, &links->targets);
    links->touch_count = read_touches(&reader, &links->touches);
    if ((links->type.size > 0) != (links->op == BY_OP_PUT) || !has_targets_of_op(links))
        fail(&reader, BANYAN_ERR_MALFORMED);
    return end(&reader);
}

static enum banyan_status
read_act(struct by_bytes bytes, struct by_arena *arena, struct by_act_links *links)
{
    struct reader reader = begin(bytes, arena);

    links->parent_count = read_ids(&reader, BY_PARENTS_MAX, &links->parents);
    return end(&reader);
}

enum banyan_status by_op_links_check(struct by_bytes bytes)
{
    struct by_op_links links = {0};

    return read_op(bytes, NULL, &links);
}

enum banyan_status by_act_links_check(struct by_bytes bytes)
{
    struct by_act_links links = {0};

    return read_act(bytes, NULL, &links);
}

enum banyan_status
by_op_links_decode(struct by_bytes bytes, struct by_arena *arena, struct by_op_links *out_links)
{
    struct by_op_links links = {0};
    enum banyan_status status = read_op(bytes, arena, &links);

    if (status == BANYAN_OK)
        *out_links = links;
    return status;
}

enum banyan_status
by_act_links_decode(struct by_bytes bytes, struct by_arena *arena, struct by_act_links *out_links)
{
    struct by_act_links links = {0};
    enum banyan_status status = read_act(bytes, arena, &links);

    if (status == BANYAN_OK)
        *out_links = links;
    return status;
}

enum banyan_status by_op_links_name(struct by_bytes bytes, struct by_record_name *out_name)
{
    struct reader reader = begin(bytes, NULL);

    read_name(&reader, out_name);
    return reader.status;
}
