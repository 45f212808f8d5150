/* Values that bodies of several kinds have. */
#include "base/limits.h"
#include "member/act_parts.h"

enum banyan_status by_act_read_id(const struct by_value *map, const char *key, struct by_id *out_id)
{
    struct by_bytes bytes = {NULL, 0};
    enum banyan_status status = by_value_get_bin(map, key, sizeof out_id->bytes, &bytes);

    return status == BANYAN_OK ? by_id_from_bytes(bytes, out_id) : status;
}

enum banyan_status
by_act_read_bin(const struct by_value *map, const char *key, size_t size, uint8_t *out_bytes)
{
    struct by_bytes bytes = {NULL, 0};
    enum banyan_status status = by_value_get_bin(map, key, size, &bytes);

    if (status == BANYAN_OK)
        memcpy(out_bytes, bytes.data, size);
    return status;
}

enum banyan_status
by_act_read_u32(const struct by_value *map, const char *key, uint32_t *out_number)
{
    int64_t number = 0;
    enum banyan_status status = by_value_get_int(map, key, 0, UINT32_MAX, &number);

    if (status == BANYAN_OK)
        *out_number = (uint32_t)number;
    return status;
}

enum banyan_status by_act_read_role(const struct by_value *map, enum by_role *out_role)
{
    int64_t number = 0;
    enum banyan_status status = by_value_get_int(map, "role", 0, BY_ROLE_MAX, &number);

    if (status == BANYAN_OK)
        *out_role = (enum by_role)number;
    return status;
}

enum banyan_status by_act_read_bins(const struct by_value *list, size_t size, size_t count_max,
                                    struct by_arena *arena, struct by_bins *out_bins)
{
    if (list == NULL || list->kind != BY_VALUE_ARRAY)
        return BANYAN_ERR_MALFORMED;
    if (list->array.count > count_max)
        return BANYAN_ERR_INVALID;
    out_bins->items = by_arena_array(arena, list->array.count + 1, sizeof *out_bins->items);
    if (out_bins->items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < list->array.count; i++) {
        const struct by_value *item = &list->array.items[i];

        if (item->kind != BY_VALUE_BIN || item->bytes.size != size)
            return BANYAN_ERR_MALFORMED;
        out_bins->items[out_bins->count++] = item->bytes;
    }
    return BANYAN_OK;
}

enum banyan_status by_act_read_signer(const struct by_value *map, struct by_id *out_signer)
{
    if (by_value_get(map, "signer") == NULL)
        return BANYAN_OK;
    return by_act_read_id(map, "signer", out_signer);
}
