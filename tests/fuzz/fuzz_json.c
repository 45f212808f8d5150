/*
 * Foreign JSON: what is read is written so that it reads back as the same value, and survives
 * MessagePack.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Wide enough for all that JSON may hold. */
static const struct by_scan_limits wide = {
    .bytes_max = 16u * BY_JSON_BYTES_MAX,
    .depth_max = BY_JSON_DEPTH_MAX,
    .items_max = BY_JSON_BYTES_MAX,
    .keys_max = BY_JSON_BYTES_MAX,
    .string_bytes_max = 4u * BY_JSON_BYTES_MAX,
};

static void check_value(const struct by_value *value, struct by_arena *arena)
{
    struct by_buffer text = BY_BUFFER_INIT(16u * BY_JSON_BYTES_MAX);
    struct by_buffer packed = BY_BUFFER_INIT(16u * BY_JSON_BYTES_MAX);
    struct by_value again = {0};

    require(by_json_write(value, &text) == BANYAN_OK);
    require(by_json_parse(by_buffer_bytes(&text), arena, &again, NULL) == BANYAN_OK);
    require(by_value_equal(value, &again));
    require(by_value_encode(value, &packed) == BANYAN_OK);
    require(by_value_decode(by_buffer_bytes(&packed), &wide, arena, &again) == BANYAN_OK);
    require(by_value_equal(value, &again));
    by_buffer_deinit(&text);
    by_buffer_deinit(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value value = {0};
    struct banyan_error error = {0};
    enum banyan_status status = by_json_parse(by_bytes_of(data, size), &arena, &value, &error);

    require(error.status == status && (error.text[0] != 0) == (status != BANYAN_OK));
    if (status == BANYAN_OK)
        check_value(&value, &arena);
    by_arena_deinit(&arena);
    return 0;
}
