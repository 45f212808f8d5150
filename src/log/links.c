#include "log/links.h"

#include "base/limits.h"
#include "base/sort.h"

bool by_record_name_equal(const struct by_record_name *a, const struct by_record_name *b)
{
    return by_record_name_compare(a, b) == 0;
}

int by_record_name_compare(const struct by_record_name *a, const struct by_record_name *b)
{
    int order = by_id_compare(&a->owner, &b->owner);

    return order != 0 ? order : memcmp(a->uuid.bytes, b->uuid.bytes, sizeof a->uuid.bytes);
}

int by_addition_compare(const struct by_addition *a, const struct by_addition *b)
{
    int order = by_id_compare(&a->operation, &b->operation);

    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

int by_touch_compare(const struct by_touch *a, const struct by_touch *b)
{
    int order = by_bytes_compare(a->path, b->path);

    return order != 0 ? order : (a->how > b->how) - (a->how < b->how);
}

static int addition_order(const void *a, const void *b)
{
    return by_addition_compare(a, b);
}

static int touch_order(const void *a, const void *b)
{
    return by_touch_compare(a, b);
}

/* The first failure sticks, so that a writer is a list of puts. Most puts are of one or two bytes,
 * so they are gathered before they go out. */
struct writer {
    struct by_buffer *out;
    enum banyan_status status;
    size_t gathered_size;
    uint8_t gathered[256];
};

static void begin(struct writer *writer, struct by_buffer *out)
{
    writer->out = out;
    writer->status = BANYAN_OK;
    writer->gathered_size = 0;
}

static void flush(struct writer *writer)
{
    if (writer->status == BANYAN_OK)
        writer->status = by_buffer_append(writer->out, writer->gathered, writer->gathered_size);
    writer->gathered_size = 0;
}

static_assert(BY_PATH_BYTES_MAX <= 256 && BY_TYPE_NAME_BYTES_MAX <= 256, "every put is gathered");

static void put(struct writer *writer, const void *bytes, size_t size)
{
    if (size > sizeof writer->gathered - writer->gathered_size)
        flush(writer);
    if (size > 0)
        memcpy(writer->gathered + writer->gathered_size, bytes, size);
    writer->gathered_size += size;
}

static void put_u8(struct writer *writer, uint8_t byte)
{
    put(writer, &byte, 1);
}

static void put_array(struct writer *writer, size_t count, size_t max)
{
    if (count > max) {
        writer->status = writer->status == BANYAN_OK ? BANYAN_ERR_TOO_LARGE : writer->status;
        return;
    }
    if (count < 16) {
        put_u8(writer, (uint8_t)(0x90 | count));
        return;
    }
    put_u8(writer, 0xdc);
    put_u8(writer, (uint8_t)(count >> 8));
    put_u8(writer, (uint8_t)count);
}

static void put_uint(struct writer *writer, uint32_t value)
{
    uint8_t wide[5];

    by_put_u32be(wide + 1, value);
    if (value < 0x80) {
        put_u8(writer, (uint8_t)value);
    } else if (value < 0x100) {
        wide[3] = 0xcc;
        put(writer, wide + 3, 2);
    } else if (value < 0x10000) {
        wide[2] = 0xcd;
        put(writer, wide + 2, 3);
    } else {
        wide[0] = 0xce;
        put(writer, wide, 5);
    }
}

static void put_bin(struct writer *writer, const uint8_t *bytes, size_t size)
{
    put_u8(writer, 0xc4);
    put_u8(writer, (uint8_t)size);
    put(writer, bytes, size);
}

static void put_text(struct writer *writer, struct by_bytes text, size_t max)
{
    if (text.size > max) {
        writer->status = writer->status == BANYAN_OK ? BANYAN_ERR_TOO_LARGE : writer->status;
        return;
    }
    if (text.size < 32) {
        put_u8(writer, (uint8_t)(0xa0 | text.size));
    } else {
        put_u8(writer, 0xd9);
        put_u8(writer, (uint8_t)text.size);
    }
    put(writer, text.data, text.size);
}

static void put_ids(struct writer *writer, struct by_id *ids, size_t count, size_t max)
{
    by_sort(ids, count, sizeof *ids, by_id_order);
    put_array(writer, count, max);
    for (size_t i = 0; i < count && writer->status == BANYAN_OK; i++)
        put_bin(writer, ids[i].bytes, sizeof ids[i].bytes);
}

static void put_touch(struct writer *writer, struct by_touch *touch)
{
    put_array(writer, touch->how == BY_HOW_REMOVE ? 3 : 2, 3);
    put_text(writer, touch->path, BY_PATH_BYTES_MAX);
    put_uint(writer, (uint32_t)touch->how);
    if (touch->how != BY_HOW_REMOVE)
        return;
    by_sort(touch->removed, touch->removed_count, sizeof *touch->removed, addition_order);
    put_array(writer, touch->removed_count, BY_REMOVALS_MAX);
    for (size_t i = 0; i < touch->removed_count && writer->status == BANYAN_OK; i++) {
        put_array(writer, 2, 2);
        put_bin(writer, touch->removed[i].operation.bytes,
                sizeof touch->removed[i].operation.bytes);
        put_uint(writer, touch->removed[i].index);
    }
}

static void put_op(struct writer *writer, struct by_op_links *links)
{
    put_array(writer, 7, 7);
    put_bin(writer, links->name.owner.bytes, sizeof links->name.owner.bytes);
    put_bin(writer, links->name.uuid.bytes, sizeof links->name.uuid.bytes);
    put_uint(writer, (uint32_t)links->op);
    put_text(writer, links->type, BY_TYPE_NAME_BYTES_MAX);
    put_ids(writer, links->parents, links->parent_count, BY_PARENTS_MAX);
    put_ids(writer, links->targets, links->target_count, BY_TARGETS_MAX);
    by_sort(links->touches, links->touch_count, sizeof *links->touches, touch_order);
    put_array(writer, links->touch_count, BY_TOUCHES_MAX);
    for (size_t i = 0; i < links->touch_count && writer->status == BANYAN_OK; i++)
        put_touch(writer, &links->touches[i]);
}

/* Links that a reader would refuse are never written: the reader's rules are the only ones. */
static enum banyan_status
end(struct writer *writer, size_t start, enum banyan_status (*check)(struct by_bytes))
{
    struct by_buffer *out = writer->out;
    enum banyan_status status = BANYAN_OK;

    flush(writer);
    status = writer->status;
    if (status == BANYAN_OK)
        status = check(by_bytes_of(out->data + start, out->size - start));
    if (status != BANYAN_OK)
        out->size = start;
    return status;
}

enum banyan_status by_op_links_encode(struct by_op_links *links, struct by_buffer *out)
{
    struct writer writer;
    size_t start = out->size;

    begin(&writer, out);
    put_op(&writer, links);
    return end(&writer, start, by_op_links_check);
}

enum banyan_status by_act_links_encode(struct by_act_links *links, struct by_buffer *out)
{
    struct writer writer;
    size_t start = out->size;

    begin(&writer, out);
    put_ids(&writer, links->parents, links->parent_count, BY_PARENTS_MAX);
    return end(&writer, start, by_act_links_check);
}
