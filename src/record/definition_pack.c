/* The definitions of a network in an act: canonical MessagePack, under zstd, cut into byte strings
 * that payloads may have. The first 4 bytes say how long it is unpacked. */
#include "base/limits.h"
#include "codec/zip.h"
#include "record/definition.h"

#define SIZE_BYTES 4u

static const struct by_scan_limits definition_limits = {.bytes_max = BY_DEFINITIONS_BYTES_MAX,
                                                        .depth_max = 10,
                                                        .items_max = BY_DEFINITION_ITEMS_MAX,
                                                        .keys_max = BY_MAP_KEYS_MAX,
                                                        .string_bytes_max =
                                                            BY_DEFINITION_TEXT_BYTES_MAX};

static enum banyan_status
cut(struct by_bytes bytes, struct by_arena *arena, struct by_value *out_packed)
{
    size_t count = (bytes.size + BY_STRING_BYTES_MAX - 1) / BY_STRING_BYTES_MAX;
    struct by_bytes copy;
    enum banyan_status status = by_arena_copy(arena, bytes, &copy);

    *out_packed = by_value_array(arena, count);
    if (status != BANYAN_OK || out_packed->array.items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        size_t at = i * BY_STRING_BYTES_MAX;
        size_t size = copy.size - at < BY_STRING_BYTES_MAX ? copy.size - at : BY_STRING_BYTES_MAX;

        out_packed->array.items[i] = by_value_bin(by_bytes_of(copy.data + at, size));
    }
    return BANYAN_OK;
}

enum banyan_status by_definitions_pack(const struct by_value *definitions, struct by_arena *arena,
                                       struct by_value *out_packed)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_DEFINITIONS_BYTES_MAX);
    struct by_buffer packed = BY_BUFFER_INIT(BY_DEFINITIONS_BYTES_MAX);
    uint8_t size[SIZE_BYTES];
    struct by_zip zip = {0};
    enum banyan_status status = by_value_encode(definitions, &bytes);

    if (status == BANYAN_OK)
        status = by_scan(by_buffer_bytes(&bytes), &definition_limits);
    by_put_u32le(size, (uint32_t)bytes.size);
    if (status == BANYAN_OK)
        status = by_buffer_append(&packed, size, sizeof size);
    if (status == BANYAN_OK)
        status = by_zip_pack(&zip, by_buffer_bytes(&bytes), &packed);
    if (status == BANYAN_OK)
        status = cut(by_buffer_bytes(&packed), arena, out_packed);
    by_zip_deinit(&zip);
    by_buffer_deinit(&packed);
    by_buffer_deinit(&bytes);
    return status;
}

static enum banyan_status join(const struct by_value *packed, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    if (packed->kind != BY_VALUE_ARRAY)
        return BANYAN_ERR_MALFORMED;
    for (size_t i = 0; i < packed->array.count && status == BANYAN_OK; i++)
        status = packed->array.items[i].kind != BY_VALUE_BIN
                     ? BANYAN_ERR_MALFORMED
                     : by_buffer_append_bytes(out, packed->array.items[i].bytes);
    return status == BANYAN_OK && out->size < SIZE_BYTES ? BANYAN_ERR_TRUNCATED : status;
}

static enum banyan_status
unpack(struct by_bytes packed, struct by_arena *arena, struct by_value *out_definitions)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_DEFINITIONS_BYTES_MAX);
    struct by_value value;
    struct by_arena scratch = BY_ARENA_INIT;
    struct by_zip zip = {0};
    enum banyan_status status =
        by_zip_unpack(&zip, by_bytes_of(packed.data + SIZE_BYTES, packed.size - SIZE_BYTES),
                      by_get_u32le(packed.data), &bytes);

    if (status == BANYAN_OK)
        status = by_value_decode(by_buffer_bytes(&bytes), &definition_limits, &scratch, &value);
    if (status == BANYAN_OK && value.kind != BY_VALUE_MAP)
        status = BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        status = by_value_copy(&value, arena, out_definitions);
    by_zip_deinit(&zip);
    by_arena_deinit(&scratch);
    by_buffer_deinit(&bytes);
    return status;
}

enum banyan_status by_definitions_unpack(const struct by_value *packed, struct by_arena *arena,
                                         struct by_value *out_definitions)
{
    struct by_buffer joined = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);

    *out_definitions = by_value_map(arena, 0);
    if (packed == NULL)
        return BANYAN_OK;
    enum banyan_status status = join(packed, &joined);
    if (status == BANYAN_OK)
        status = unpack(by_buffer_bytes(&joined), arena, out_definitions);
    by_buffer_deinit(&joined);
    return status;
}
