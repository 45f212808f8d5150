/*
 * Bodies of acts: what decodes can be encoded, and comes back the same. The first byte is the kind,
 * counted from the first act.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "member/act.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(const struct by_act *act, struct by_arena *arena, struct by_buffer *out)
{
    if (by_act_encode(act, arena, out) != BANYAN_OK)
        abort();
}

static void check_round_trip(const struct by_act *act, struct by_arena *arena)
{
    struct by_buffer first = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_buffer second = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_act again;

    encode(act, arena, &first);
    if (by_act_decode((uint16_t)act->kind, by_buffer_bytes(&first), arena, &again) != BANYAN_OK)
        abort();
    encode(&again, arena, &second);
    if (!by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&second)))
        abort();
    by_buffer_deinit(&first);
    by_buffer_deinit(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_act act;
    uint16_t kind = 0;

    if (size < 1)
        return 0;
    kind = (uint16_t)(BY_KIND_ACT_FIRST + data[0] % 16);
    if (by_act_decode(kind, by_bytes_of(data + 1, size - 1), &arena, &act) == BANYAN_OK)
        check_round_trip(&act, &arena);
    by_arena_deinit(&arena);
    return 0;
}
