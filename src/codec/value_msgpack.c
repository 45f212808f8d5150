/*
 * Values to and from canonical MessagePack. Only bytes that passed the pre-scan reach the library.
 */
#include <assert.h>
#include <math.h>
#include <msgpack.h>

#include "base/limits.h"
#include "codec/value.h"

static struct by_bytes raw_of(const char *at, uint32_t size)
{
    return by_bytes_of(at, size);
}

static enum banyan_status
from_array(const msgpack_object_array *from, struct by_arena *arena, struct by_value *out_value);
static enum banyan_status
from_map(const msgpack_object_map *from, struct by_arena *arena, struct by_value *out_value);

static struct by_value from_unsigned(uint64_t number)
{
    if (number <= INT64_MAX)
        return by_value_int((int64_t)number);
    return (struct by_value){.kind = BY_VALUE_UINT, .unsigned_integer = number};
}

/* Recursion ends with the depth that the pre-scan let through. */
static enum banyan_status
from_object(const msgpack_object *from, struct by_arena *arena, struct by_value *out_value)
{
    switch (from->type) {
    case MSGPACK_OBJECT_NIL:
        *out_value = by_value_nil();
        return BANYAN_OK;
    case MSGPACK_OBJECT_BOOLEAN:
        *out_value = by_value_bool(from->via.boolean);
        return BANYAN_OK;
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        *out_value = from_unsigned(from->via.u64);
        return BANYAN_OK;
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        *out_value = by_value_int(from->via.i64);
        return BANYAN_OK;
    case MSGPACK_OBJECT_FLOAT64:
        *out_value = by_value_real(from->via.f64);
        return BANYAN_OK;
    case MSGPACK_OBJECT_STR:
        *out_value = by_value_text(raw_of(from->via.str.ptr, from->via.str.size));
        return BANYAN_OK;
    case MSGPACK_OBJECT_BIN:
        *out_value = by_value_bin(raw_of(from->via.bin.ptr, from->via.bin.size));
        return BANYAN_OK;
    case MSGPACK_OBJECT_ARRAY:
        return from_array(&from->via.array, arena, out_value);
    case MSGPACK_OBJECT_MAP:
        return from_map(&from->via.map, arena, out_value);
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_EXT:
        break; /* the pre-scan refuses them */
    }
    return BANYAN_ERR_MALFORMED;
}

static enum banyan_status
from_array(const msgpack_object_array *from, struct by_arena *arena, struct by_value *out_value)
{
    struct by_value array = by_value_array(arena, from->size);
    enum banyan_status status = BANYAN_OK;

    if (array.array.items == NULL && from->size > 0)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; status == BANYAN_OK && i < from->size; i++)
        status = from_object(&from->ptr[i], arena, &array.array.items[i]);
    *out_value = array;
    return status;
}

static enum banyan_status
from_map(const msgpack_object_map *from, struct by_arena *arena, struct by_value *out_value)
{
    struct by_value map = by_value_map(arena, from->size);
    enum banyan_status status = BANYAN_OK;

    if (map.map.pairs == NULL && from->size > 0)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; status == BANYAN_OK && i < from->size; i++) {
        const msgpack_object_str *key = &from->ptr[i].key.via.str;

        map.map.pairs[i].key = raw_of(key->ptr, key->size);
        status = from_object(&from->ptr[i].val, arena, &map.map.pairs[i].value);
    }
    *out_value = map;
    return status;
}

enum banyan_status by_value_decode(struct by_bytes bytes, const struct by_scan_limits *limits,
                                   struct by_arena *arena, struct by_value *out_value)
{
    enum banyan_status status = by_scan(bytes, limits);
    struct by_value value = by_value_nil();
    msgpack_unpacked unpacked;
    msgpack_unpack_return result = MSGPACK_UNPACK_SUCCESS;

    if (status != BANYAN_OK)
        return status;
    msgpack_unpacked_init(&unpacked);
    result = msgpack_unpack_next(&unpacked, (const char *)bytes.data, bytes.size, NULL);
    if (result == MSGPACK_UNPACK_SUCCESS || result == MSGPACK_UNPACK_EXTRA_BYTES)
        status = from_object(&unpacked.data, arena, &value);
    else
        status = result == MSGPACK_UNPACK_NOMEM_ERROR ? BANYAN_ERR_MEMORY : BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        *out_value = value;
    msgpack_unpacked_destroy(&unpacked);
    return status;
}

/* Where the packer writes. It knows success and failure only, so the reason is kept here. */
struct sink {
    struct by_buffer *out;
    enum banyan_status status;
};

static int write_to_sink(void *context, const char *data, size_t size)
{
    struct sink *sink = context;

    if (sink->status == BANYAN_OK)
        sink->status = by_buffer_append(sink->out, data, size);
    return sink->status == BANYAN_OK ? 0 : -1;
}

static void
pack_value(msgpack_packer *packer, const struct by_value *value, struct sink *sink, unsigned depth);

static void pack_text(msgpack_packer *packer, struct by_bytes text)
{
    (void)msgpack_pack_str(packer, text.size);
    (void)msgpack_pack_str_body(packer, text.data, text.size);
}

static void pack_real(msgpack_packer *packer, double real, struct sink *sink)
{
    if (!isfinite(real) || by_value_real(real).kind != BY_VALUE_FLOAT)
        sink->status = BANYAN_ERR_INVALID; /* has no canonical float form */
    else
        (void)msgpack_pack_double(packer, real);
}

static void
pack_array(msgpack_packer *packer, const struct by_value *array, struct sink *sink, unsigned depth)
{
    (void)msgpack_pack_array(packer, array->array.count);
    for (size_t i = 0; sink->status == BANYAN_OK && i < array->array.count; i++)
        pack_value(packer, &array->array.items[i], sink, depth);
}

static void
pack_map(msgpack_packer *packer, const struct by_value *map, struct sink *sink, unsigned depth)
{
    const struct by_pair *pairs = map->map.pairs;

    (void)msgpack_pack_map(packer, map->map.count);
    for (size_t i = 0; sink->status == BANYAN_OK && i < map->map.count; i++) {
        assert(i == 0 || by_bytes_compare(pairs[i - 1].key, pairs[i].key) < 0);
        pack_text(packer, pairs[i].key);
        pack_value(packer, &pairs[i].value, sink, depth);
    }
}

static void
pack_value(msgpack_packer *packer, const struct by_value *value, struct sink *sink, unsigned depth)
{
    if (depth > BY_JSON_DEPTH_MAX) {
        sink->status = BANYAN_ERR_TOO_LARGE;
        return;
    }
    switch (value->kind) {
    case BY_VALUE_NIL:
        (void)msgpack_pack_nil(packer);
        return;
    case BY_VALUE_BOOL:
        (void)(value->boolean ? msgpack_pack_true(packer) : msgpack_pack_false(packer));
        return;
    case BY_VALUE_INT:
        (void)msgpack_pack_int64(packer, value->integer);
        return;
    case BY_VALUE_UINT:
        (void)msgpack_pack_uint64(packer, value->unsigned_integer);
        return;
    case BY_VALUE_FLOAT:
        pack_real(packer, value->real, sink);
        return;
    case BY_VALUE_TEXT:
        pack_text(packer, value->bytes);
        return;
    case BY_VALUE_BIN:
        (void)msgpack_pack_bin(packer, value->bytes.size);
        (void)msgpack_pack_bin_body(packer, value->bytes.data, value->bytes.size);
        return;
    case BY_VALUE_ARRAY:
        pack_array(packer, value, sink, depth + 1);
        return;
    case BY_VALUE_MAP:
        pack_map(packer, value, sink, depth + 1);
        return;
    }
}

enum banyan_status by_value_encode(const struct by_value *value, struct by_buffer *out)
{
    struct sink sink = {.out = out, .status = BANYAN_OK};
    size_t size_before = out->size;
    msgpack_packer packer;

    msgpack_packer_init(&packer, &sink, write_to_sink);
    pack_value(&packer, value, &sink, 0);
    if (sink.status != BANYAN_OK)
        out->size = size_before;
    return sink.status;
}
