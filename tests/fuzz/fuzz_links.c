/*
 * Links from anywhere: checking and decoding agree, and what decodes encodes to the same bytes.
 */
#include <assert.h>
#include <stdint.h>

#include "base/limits.h"
#include "log/links.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_op(struct by_bytes bytes, struct by_arena *arena, struct by_buffer *again)
{
    struct by_op_links links;
    struct by_record_name name;
    enum banyan_status status = by_op_links_check(bytes);

    assert(by_op_links_decode(bytes, arena, &links) == status);
    if (status != BANYAN_OK) {
        (void)!by_op_links_name(bytes, &name);
        return;
    }
    assert(by_op_links_name(bytes, &name) == BANYAN_OK);
    assert(by_record_name_equal(&name, &links.name));
    assert(by_op_links_encode(&links, again) == BANYAN_OK);
    assert(by_bytes_equal(by_buffer_bytes(again), bytes));
}

static void try_act(struct by_bytes bytes, struct by_arena *arena, struct by_buffer *again)
{
    struct by_act_links links;
    enum banyan_status status = by_act_links_check(bytes);

    assert(by_act_links_decode(bytes, arena, &links) == status);
    if (status != BANYAN_OK)
        return;
    assert(by_act_links_encode(&links, again) == BANYAN_OK);
    assert(by_bytes_equal(by_buffer_bytes(again), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer again = BY_BUFFER_INIT(2 * BY_LINKS_BYTES_MAX);
    struct by_bytes bytes = {data, size};

    try_op(bytes, &arena, &again);
    by_buffer_reset(&again);
    try_act(bytes, &arena, &again);
    by_arena_deinit(&arena);
    by_buffer_deinit(&again);
    return 0;
}
