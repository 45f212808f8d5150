/*
 * A handshake message is accepted if it is the one that the peer wrote, and else refused for good.
 *
 * First byte: bits 0 and 1 which message, 0 to 2; bit 2 clear: the rest is the message; set: the
 * rest is laid over the true message by exclusive or, and what is longer is put behind it.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "crypto/noise.h"

#define MESSAGE_BYTES_MAX 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct by_box_key box_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_box_key key;

    by_box_key_from_seed(&seed, &key);
    return key;
}

static void init_sides(struct by_noise sides[2])
{
    struct by_box_key keys[4] = {box_key(1), box_key(2), box_key(3), box_key(4)};

    by_noise_init(&sides[0], &by_noise_xk, true, by_bytes_of_text("fuzz"),
                  &(struct by_noise_keys){&keys[0], &keys[2], &keys[1].public_key});
    by_noise_init(&sides[1], &by_noise_xk, false, by_bytes_of_text("fuzz"),
                  &(struct by_noise_keys){&keys[1], &keys[3], NULL});
}

static size_t write_message(struct by_noise *from, uint8_t *out_message)
{
    struct by_bytes payload = by_bytes_of_text("payload");
    size_t size = payload.size + by_noise_overhead_bytes(from);

    assert(by_noise_write(from, payload, out_message) == BANYAN_OK);
    return size;
}

static struct by_bytes lay_over(const uint8_t *message, size_t message_size, struct by_bytes mask,
                                uint8_t room[MESSAGE_BYTES_MAX])
{
    size_t size = mask.size > message_size ? mask.size : message_size;

    memset(room, 0, size);
    memcpy(room, message, message_size);
    for (size_t i = 0; i < mask.size; i++)
        room[i] ^= mask.data[i];
    return by_bytes_of(room, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t message[MESSAGE_BYTES_MAX], changed[MESSAGE_BYTES_MAX], room[MESSAGE_BYTES_MAX];
    struct by_noise sides[2];
    struct by_bytes given;
    size_t message_size = 0;
    size_t which = 0;
    enum banyan_status status;

    if (size == 0 || size > MESSAGE_BYTES_MAX || (data[0] & 3u) == 3)
        return 0;
    init_sides(sides);
    for (which = 0; which < (data[0] & 3u); which++) {
        message_size = write_message(&sides[which % 2], message);
        assert(by_noise_read(&sides[1 - which % 2], by_bytes_of(message, message_size), room) ==
               BANYAN_OK);
    }
    message_size = write_message(&sides[which % 2], message);
    given = by_bytes_of(data + 1, size - 1);
    if ((data[0] & 4u) != 0)
        given = lay_over(message, message_size, given, changed);
    status = by_noise_read(&sides[1 - which % 2], given, room);
    assert((status == BANYAN_OK) == by_bytes_equal(given, by_bytes_of(message, message_size)));
    if (status != BANYAN_OK)
        assert(by_noise_read(&sides[1 - which % 2], by_bytes_of(message, message_size), room) ==
               status);
    return 0;
}
