/*
 * Messages of a session: what is accepted is, encoded again, the same bytes, and its lists read to
 * their end.
 */
#include <assert.h>
#include <stdint.h>

#include "sync/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_places(const struct by_message *message)
{
    struct by_cursor cursor = {message->frontier.places};

    for (size_t i = 0; i < message->frontier.count; i++) {
        uint8_t key[BY_SYNC_KEY_BYTES];
        struct by_place place;

        if (message->type == BY_MESSAGE_KEYED)
            assert(by_message_next_keyed(&cursor, key, &place) == BANYAN_OK);
        else
            assert(by_message_next_place(&cursor, &place) == BANYAN_OK);
    }
    assert(cursor.rest.size == 0);
}

static void read_samples(const struct by_message_branch *offer)
{
    struct by_cursor cursor = {offer->samples};
    uint64_t before = offer->tip.seq;

    for (size_t i = 0; i < offer->sample_count; i++) {
        struct by_sample sample;

        assert(by_message_next_sample(&cursor, &sample) == BANYAN_OK);
        assert(sample.seq < before);
        before = sample.seq;
    }
    assert(cursor.rest.size == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_buffer again = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);
    struct by_message message;

    if (by_message_decode(by_bytes_of(data, size), &message) != BANYAN_OK)
        return 0;
    if (message.type == BY_MESSAGE_KEYED || message.type == BY_MESSAGE_PLACED)
        read_places(&message);
    if (message.type == BY_MESSAGE_OFFER)
        read_samples(&message.branch);
    assert(by_message_encode(&message, &again) == BANYAN_OK);
    assert(by_bytes_equal(by_buffer_bytes(&again), by_bytes_of(data, size)));
    by_buffer_deinit(&again);
    return 0;
}
