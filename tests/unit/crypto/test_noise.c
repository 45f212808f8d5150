#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium/crypto_aead_chacha20poly1305.h>

#include "crypto/noise.h"

#define MESSAGE_COUNT 3
#define ROOM_BYTES    128

static const char prologue_text[] = "prologue";
static const struct by_bytes nothing = {NULL, 0};
static const struct by_bytes payload = {(const uint8_t *)"payload", 7};

static struct by_box_key key_of(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_box_key key;

    by_box_key_from_seed(&seed, &key);
    return key;
}

static struct by_bytes prologue(void)
{
    return by_bytes_of_text(prologue_text);
}

static void init_initiator(struct by_noise *noise, const struct by_id *responder)
{
    struct by_box_key own = key_of(1);
    struct by_box_key ephemeral = key_of(2);

    by_noise_init(noise, &by_noise_xk, true, prologue(),
                  &(struct by_noise_keys){&own, &ephemeral, responder});
}

static void init_responder(struct by_noise *noise)
{
    struct by_box_key own = key_of(3);
    struct by_box_key ephemeral = key_of(4);

    by_noise_init(noise, &by_noise_xk, false, prologue(),
                  &(struct by_noise_keys){&own, &ephemeral, NULL});
}

struct message {
    uint8_t data[ROOM_BYTES];
    size_t size;
};

struct pair {
    struct by_noise sides[2];
    struct message messages[MESSAGE_COUNT];
};

static void pair_init(struct pair *pair)
{
    struct by_box_key responder = key_of(3);

    init_initiator(&pair->sides[0], &responder.public_key);
    init_responder(&pair->sides[1]);
}

static void write_message(struct pair *pair, size_t i)
{
    struct by_noise *from = &pair->sides[i % 2];

    pair->messages[i].size = payload.size + by_noise_overhead_bytes(from);
    assert_int_equal(by_noise_write(from, payload, pair->messages[i].data), BANYAN_OK);
}

static enum banyan_status read_message(struct pair *pair, size_t i)
{
    uint8_t room[ROOM_BYTES];
    struct by_bytes message = {pair->messages[i].data, pair->messages[i].size};
    enum banyan_status status = by_noise_read(&pair->sides[1 - i % 2], message, room);

    if (status == BANYAN_OK)
        assert_memory_equal(room, payload.data, payload.size);
    return status;
}

/* The handshake as far as message i has been written and not read. */
static void pair_at(struct pair *pair, size_t i)
{
    pair_init(pair);
    for (size_t j = 0; j < i; j++) {
        write_message(pair, j);
        assert_int_equal(read_message(pair, j), BANYAN_OK);
    }
    write_message(pair, i);
}

static bool is_wiped(const struct by_noise *noise)
{
    struct by_noise zero;

    memset(&zero, 0, sizeof zero);
    zero.status = noise->status;
    return memcmp(noise, &zero, sizeof zero) == 0;
}

static void assert_final(struct by_noise *noise, enum banyan_status status)
{
    uint8_t room[ROOM_BYTES];

    assert_true(is_wiped(noise));
    assert_false(by_noise_is_complete(noise));
    assert_false(by_noise_is_turn(noise));
    assert_int_equal(by_noise_overhead_bytes(noise), 0);
    assert_int_equal(by_noise_read(noise, payload, room), status);
    assert_int_equal(by_noise_write(noise, payload, room), status);
}

static void an_xk_handshake_gives_both_sides_the_same_session(void **state)
{
    struct by_box_key initiator = key_of(1);
    struct by_noise_cipher send[2], receive[2];
    struct pair pair;
    uint8_t room[ROOM_BYTES];

    (void)state;
    pair_at(&pair, 2);
    assert_int_equal(read_message(&pair, 2), BANYAN_OK);
    for (size_t i = 0; i < MESSAGE_COUNT; i++)
        assert_int_equal(pair.messages[i].size, payload.size + (i < 2 ? 48 : 64));
    for (size_t i = 0; i < 2; i++)
        by_noise_split(&pair.sides[i], &send[i], &receive[i]);
    assert_memory_equal(pair.sides[0].hash, pair.sides[1].hash, 32);
    assert_true(by_id_equal(&pair.sides[1].peer_static, &initiator.public_key));
    for (size_t i = 0; i < 2; i++) {
        assert_memory_equal(&send[i], &receive[1 - i], sizeof send[i]);
        assert_int_equal(by_noise_seal(&send[i], nothing, payload, room), BANYAN_OK);
        assert_int_equal(by_noise_open(&receive[1 - i], nothing,
                                       by_bytes_of(room, payload.size + BY_NOISE_TAG_BYTES), room),
                         BANYAN_OK);
        assert_memory_equal(room, payload.data, payload.size);
    }
    assert_memory_not_equal(send[0].key, send[1].key, 32);
}

static void after_the_split_no_secret_is_left(void **state)
{
    struct by_noise_cipher send, receive;
    struct by_box_key no_key;
    struct pair pair;
    uint8_t zero[32] = {0};

    (void)state;
    memset(&no_key, 0, sizeof no_key);
    pair_at(&pair, 2);
    by_noise_split(&pair.sides[0], &send, &receive);
    assert_memory_equal(pair.sides[0].chaining_key, zero, 32);
    assert_memory_equal(pair.sides[0].cipher.key, zero, 32);
    assert_memory_equal(&pair.sides[0].own_static, &no_key, sizeof no_key);
    assert_memory_equal(&pair.sides[0].own_ephemeral, &no_key, sizeof no_key);
}

static void a_message_with_any_bit_flipped_is_refused(void **state)
{
    struct pair start, pair;
    size_t tried = 0;

    (void)state;
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        pair_at(&start, i);
        for (size_t bit = 0; bit < 8 * start.messages[i].size; bit++) {
            enum banyan_status status;

            pair = start;
            pair.messages[i].data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            status = read_message(&pair, i);
            if (status == BANYAN_OK)
                fail_msg("message %zu, bit %zu", i + 1, bit);
            assert_final(&pair.sides[1 - i % 2], status);
            tried++;
        }
    }
    assert_int_equal(tried, 8 * (55 + 55 + 71));
}

static void a_message_of_any_other_length_is_refused(void **state)
{
    struct pair start, pair;

    (void)state;
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        pair_at(&start, i);
        for (size_t size = 0; size <= start.messages[i].size + 1; size++) {
            if (size == start.messages[i].size)
                continue;
            pair = start;
            pair.messages[i].size = size;
            assert_int_equal(read_message(&pair, i), size < start.messages[i].size - payload.size
                                                         ? BANYAN_ERR_TRUNCATED
                                                         : BANYAN_ERR_BAD_SIGNATURE);
        }
    }
}

static void a_message_of_another_place_or_handshake_is_refused(void **state)
{
    struct pair pair;

    (void)state;
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        for (size_t other = 0; other < MESSAGE_COUNT; other++) {
            struct pair donor;

            if (other == i)
                continue;
            pair_at(&donor, other);
            pair_at(&pair, i);
            pair.messages[i] = donor.messages[other];
            assert_int_not_equal(read_message(&pair, i), BANYAN_OK);
        }
    }
}

static void another_prologue_is_refused_at_message_1(void **state)
{
    struct by_box_key own = key_of(3);
    struct by_box_key ephemeral = key_of(4);
    struct pair pair;

    (void)state;
    pair_at(&pair, 0);
    by_noise_init(&pair.sides[1], &by_noise_xk, false, by_bytes_of_text("prologuf"),
                  &(struct by_noise_keys){&own, &ephemeral, NULL});
    assert_int_equal(read_message(&pair, 0), BANYAN_ERR_BAD_SIGNATURE);
}

static void a_caller_who_does_not_know_the_key_is_refused_at_message_1(void **state)
{
    struct by_box_key stranger = key_of(9);
    struct pair pair;

    (void)state;
    init_initiator(&pair.sides[0], &stranger.public_key);
    init_responder(&pair.sides[1]);
    write_message(&pair, 0);
    assert_int_equal(read_message(&pair, 0), BANYAN_ERR_BAD_SIGNATURE);
}

/* The points whose multiple is zero whatever the secret: RFC 7748, section 6.1. */
static const struct by_id low_order_points[] = {
    {{0}},
    {{1}},
    {{0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
      0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
      0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00}},
    {{0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
      0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
      0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57}},
    {{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    {{0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    {{0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
};

static void points_of_low_order_are_refused_in_every_message(void **state)
{
    struct pair pair;
    uint8_t room[ROOM_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof low_order_points / sizeof low_order_points[0]; i++) {
        for (size_t message = 0; message < 2; message++) { /* one-time keys */
            pair_at(&pair, message);
            memcpy(pair.messages[message].data, low_order_points[i].bytes, 32);
            assert_int_equal(read_message(&pair, message), BANYAN_ERR_INVALID);
            assert_final(&pair.sides[1 - message], BANYAN_ERR_INVALID);
        }
        init_initiator(&pair.sides[0], &low_order_points[i]); /* the responder's static key */
        assert_int_equal(by_noise_write(&pair.sides[0], payload, room), BANYAN_ERR_INVALID);
        assert_final(&pair.sides[0], BANYAN_ERR_INVALID);
        pair_at(&pair, 1); /* the initiator's static key */
        assert_int_equal(read_message(&pair, 1), BANYAN_OK);
        pair.sides[0].own_static.public_key = low_order_points[i];
        write_message(&pair, 2);
        assert_int_equal(read_message(&pair, 2), BANYAN_ERR_INVALID);
    }
}

static void a_message_is_at_most_65535_bytes(void **state)
{
    static uint8_t message[BY_NOISE_MESSAGE_BYTES_MAX + 1];
    static uint8_t plain[BY_NOISE_MESSAGE_BYTES_MAX];
    static uint8_t room[BY_NOISE_MESSAGE_BYTES_MAX];
    const size_t most = BY_NOISE_MESSAGE_BYTES_MAX - 48;

    (void)state;
    for (size_t size = most - 1; size <= most + 1; size++) {
        struct pair pair;
        enum banyan_status expected = size <= most ? BANYAN_OK : BANYAN_ERR_TOO_LARGE;

        pair_init(&pair);
        assert_int_equal(by_noise_write(&pair.sides[0], by_bytes_of(plain, size), message),
                         expected);
        assert_int_equal(by_noise_read(&pair.sides[1], by_bytes_of(message, size + 48), room),
                         expected);
    }
}

static void a_cipher_refuses_once_nonces_run_out(void **state)
{
    struct by_noise_cipher send, receive;
    uint8_t room[ROOM_BYTES];

    (void)state;
    by_noise_cipher_init(&send, (const uint8_t[32]){1});
    send.nonce = UINT64_MAX - 1;
    receive = send;
    assert_int_equal(by_noise_seal(&send, nothing, payload, room), BANYAN_OK);
    assert_int_equal(by_noise_open(&receive, nothing, by_bytes_of(room, 23), room), BANYAN_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(by_noise_seal(&send, nothing, payload, room), BANYAN_ERR_DENIED);
        assert_int_equal(by_noise_open(&receive, nothing, by_bytes_of(room, 23), room),
                         BANYAN_ERR_DENIED);
        by_noise_rekey(&send);
        by_noise_rekey(&receive);
    }
}

static void a_cipher_that_failed_to_open_stays_closed(void **state)
{
    struct by_noise_cipher send, receive;
    uint8_t sealed[ROOM_BYTES], room[ROOM_BYTES];
    uint8_t zero[32] = {0};

    (void)state;
    for (size_t size = 0; size < 23; size++) {
        by_noise_cipher_init(&send, (const uint8_t[32]){1});
        receive = send;
        assert_int_equal(by_noise_seal(&send, nothing, payload, sealed), BANYAN_OK);
        assert_int_equal(by_noise_open(&receive, nothing, by_bytes_of(sealed, size), room),
                         BANYAN_ERR_BAD_SIGNATURE);
        assert_memory_equal(receive.key, zero, sizeof zero);
        by_noise_rekey(&receive);
        assert_int_equal(by_noise_open(&receive, nothing, by_bytes_of(sealed, 23), room),
                         BANYAN_ERR_DENIED);
    }
}

static void a_message_opens_once_and_in_its_place(void **state)
{
    struct by_noise_cipher send, receive, later;
    uint8_t first[ROOM_BYTES], second[ROOM_BYTES], room[ROOM_BYTES];

    (void)state;
    by_noise_cipher_init(&send, (const uint8_t[32]){1});
    receive = send;
    later = send;
    assert_int_equal(by_noise_seal(&send, nothing, payload, first), BANYAN_OK);
    assert_int_equal(by_noise_seal(&send, nothing, payload, second), BANYAN_OK);
    assert_int_equal(by_noise_open(&receive, nothing, by_bytes_of(first, 23), room), BANYAN_OK);
    assert_int_equal(by_noise_open(&receive, nothing, by_bytes_of(first, 23), room),
                     BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(by_noise_open(&later, nothing, by_bytes_of(second, 23), room),
                     BANYAN_ERR_BAD_SIGNATURE);
}

static void rekeying_is_as_specified_and_keeps_the_nonce(void **state)
{
    uint8_t nonce[12] = {0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255};
    uint8_t key[32] = {7};
    uint8_t zero[32] = {0};
    uint8_t expected[48];
    struct by_noise_cipher cipher;

    (void)state;
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(expected, NULL, zero, sizeof zero, NULL, 0,
                                                    NULL, nonce, key);
    by_noise_cipher_init(&cipher, key);
    cipher.nonce = 65536;
    by_noise_rekey(&cipher);
    assert_memory_equal(cipher.key, expected, 32);
    assert_int_equal(cipher.nonce, 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_xk_handshake_gives_both_sides_the_same_session),
        cmocka_unit_test(after_the_split_no_secret_is_left),
        cmocka_unit_test(a_message_with_any_bit_flipped_is_refused),
        cmocka_unit_test(a_message_of_any_other_length_is_refused),
        cmocka_unit_test(a_message_of_another_place_or_handshake_is_refused),
        cmocka_unit_test(another_prologue_is_refused_at_message_1),
        cmocka_unit_test(a_caller_who_does_not_know_the_key_is_refused_at_message_1),
        cmocka_unit_test(points_of_low_order_are_refused_in_every_message),
        cmocka_unit_test(a_message_is_at_most_65535_bytes),
        cmocka_unit_test(a_cipher_refuses_once_nonces_run_out),
        cmocka_unit_test(a_cipher_that_failed_to_open_stays_closed),
        cmocka_unit_test(a_message_opens_once_and_in_its_place),
        cmocka_unit_test(rekeying_is_as_specified_and_keeps_the_nonce),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
