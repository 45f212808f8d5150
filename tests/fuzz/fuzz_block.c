/*
 * Packed blocks from anywhere: what unpacks keeps the rules of a run, and packs to a form that
 * unpacks to the same entries.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "log/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_again(const struct by_run *run)
{
    struct by_block_reader reader;
    struct by_buffer packed = BY_BUFFER_INIT(2 * BY_BLOCK_BYTES_MAX);
    struct by_run again;

    assert(by_block_reader_init(&reader) == BANYAN_OK);
    assert(by_block_pack(run, &reader.zip, &packed) == BANYAN_OK);
    assert(packed.size <= BY_BLOCK_PACKED_BYTES_MAX);
    assert(by_block_unpack(&reader, &run->base, by_buffer_bytes(&packed), &again) == BANYAN_OK);
    assert(again.count == run->count);
    for (size_t i = 0; i < run->count; i++) {
        assert(by_id_equal(&again.entries[i].id, &run->entries[i].id));
        assert(memcmp(again.entries[i].salt, run->entries[i].salt, BY_SALT_BYTES) == 0);
        assert(by_bytes_equal(again.entries[i].payload, run->entries[i].payload));
    }
    by_buffer_deinit(&packed);
    by_block_reader_deinit(&reader);
}

/* The first byte says where the block hangs; the rest is the packed form. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_block_base base = {.log = {.device = {{1}}, .nonce = {2}}};
    struct by_block_reader reader;
    struct by_run run;

    if (size == 0)
        return 0;
    base.first_seq = data[0];
    base.prev.bytes[0] = data[0];
    assert(by_block_reader_init(&reader) == BANYAN_OK);
    if (by_block_unpack(&reader, &base, by_bytes_of(data + 1, size - 1), &run) == BANYAN_OK) {
        assert(by_run_check(&run) == BANYAN_OK);
        try_again(&run);
    }
    by_block_reader_deinit(&reader);
    return 0;
}
