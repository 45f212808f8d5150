/*
 * The handshake: what two nodes learn of each other, and what anybody else learns, which is
 * nothing.
 */
#include "unit/sync/channel_pair.h"

/* The key whose seed is one byte 32 times. */
static struct by_box_key box_key_of_bytes(uint8_t byte)
{
    struct by_seed seed;
    struct by_box_key key;

    memset(seed.bytes, byte, sizeof seed.bytes);
    by_box_key_from_seed(&seed, &key);
    return key;
}

static void assert_hello(const struct by_hello *hello, const struct by_hello *expected)
{
    assert_int_equal(hello->version_min, expected->version_min);
    assert_int_equal(hello->version_max, expected->version_max);
    assert_true(hello->features == expected->features);
}

static void a_handshake_tells_each_side_who_the_other_is(void **state)
{
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair.configs[INITIATOR].hello = (struct by_hello){1, 7, 6};
    pair.configs[RESPONDER].hello = (struct by_hello){2, 4, 3};
    pair_begin(&pair);
    pair_shake(&pair);
    for (size_t i = 0; i < 2; i++) {
        const struct by_channel *channel = pair.sides[i].channel;

        assert_true(by_id_equal(by_channel_peer(channel), &pair.keys[1 - i].public_key));
        assert_int_equal(by_channel_version(channel), 4);
        assert_int_equal(by_channel_features(channel), 2);
        assert_hello(by_channel_peer_hello(channel), &pair.configs[1 - i].hello);
    }
    assert_memory_equal(by_channel_binding(pair.sides[0].channel),
                        by_channel_binding(pair.sides[1].channel), 32);
    pair_end(&pair);
}

static void a_handshake_is_190_bytes_in_three_messages(void **state)
{
    static const size_t sizes[] = {MESSAGE_1_BYTES, MESSAGE_1_BYTES, MESSAGE_3_BYTES};
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair_begin(&pair);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pair.sides[i % 2].out.size, sizes[i]);
        assert_int_equal(by_get_u16le(pair.sides[i % 2].out.data), sizes[i] - 2);
        carry(&pair, i % 2);
    }
    pair_end(&pair);
}

static void a_handshake_comes_about_whatever_the_portions(void **state)
{
    (void)state;
    for (size_t step = 1; step <= MESSAGE_3_BYTES; step++) {
        struct pair pair;

        pair_config(&pair);
        pair_begin(&pair);
        for (size_t i = 0; i < 3; i++) {
            struct by_buffer *out = &pair.sides[i % 2].out;

            assert_int_equal(feed(&pair, 1 - i % 2, by_buffer_bytes(out), step).size, 0);
            out->size = 0;
        }
        pair_shake(&pair);
        pair_end(&pair);
    }
}

/* Message 3 and a message follow each other in one stream, cut at every place. */
static void bytes_behind_the_handshake_are_not_lost(void **state)
{
    const size_t total = MESSAGE_3_BYTES + 2 + 64;

    (void)state;
    for (size_t cut = 0; cut <= total; cut++) {
        struct by_bytes rest;
        struct pair pair;

        (void)pair_at(&pair, 2);
        by_channel_accept(pair.sides[INITIATOR].channel, pair.now_ms, BY_CHANNEL_OPEN);
        assert_int_equal(send(&pair, INITIATOR, by_bytes_of_text("first"), true), BANYAN_OK);
        assert_int_equal(pair.sides[INITIATOR].out.size, total);
        rest = by_buffer_bytes(&pair.sides[INITIATOR].out);
        rest = feed(&pair, RESPONDER, by_bytes_of(rest.data, cut), ROOM_BYTES);
        rest =
            by_bytes_of(pair.sides[INITIATOR].out.data + cut - rest.size, total - cut + rest.size);
        rest = feed(&pair, RESPONDER, rest, ROOM_BYTES);
        assert_int_equal(pair.sides[RESPONDER].peers, 1);
        by_channel_accept(pair.sides[RESPONDER].channel, pair.now_ms, BY_CHANNEL_OPEN);
        assert_int_equal(feed(&pair, RESPONDER, rest, ROOM_BYTES).size, 0);
        assert_true(by_bytes_equal(heard(&pair, RESPONDER), by_bytes_of_text("first")));
        pair_end(&pair);
    }
}

static void the_responder_writes_nothing_before_message_1_is_whole(void **state)
{
    struct pair pair;

    (void)state;
    (void)pair_at(&pair, 0);
    for (size_t i = 0; i + 1 < MESSAGE_1_BYTES; i++) {
        (void)feed(&pair, RESPONDER, by_bytes_of(pair.sides[INITIATOR].out.data + i, 1), 1);
        assert_int_equal(pair.sides[RESPONDER].status, BANYAN_OK);
        assert_int_equal(pair.sides[RESPONDER].out.size, 0);
    }
    pair_end(&pair);
}

static void a_conversation_has_the_bytes_of_the_protocol_page(void **state)
{
    static const char *const expected[] = {
        "3c00edd03cade80d29de6ea313a74ab369f4732ecb36649066b78b5b2dd664cb0417233faf8a9ea1"
        "486c9fab55e028b0f50eb9efd729542f47966b2a3be7",
        "3c00c44e429251771ec76197c7a1f8ea289a18ca3dd7a7e102ba7cc84df6b55cbe1ab17e07232bff"
        "5453ab2e48dbe0257476eee29605d24f031c555693e7",
        "4000c0fc3ef335e60f757fdad1581c54c8147a92bf6e0d878255e5b54c0e47066d778f0c76a3274c"
        "104a51a1f3c47cfe056fa2d0b6299e273ddc72fc970e349f1d43",
        "40000688f56c7db10d5798fd95f9b2a0b6d73a919c3ee5cee5d15a67c33012e1a7a8c20529b6fdda"
        "9f451c83b195cd6078bbe35e0723811bcec0368bc60db129e718",
    };
    struct pair pair;
    char text[2 * 128 + 1];

    (void)state;
    pair_config(&pair);
    for (size_t i = 0; i < 2; i++) {
        memset(pair.configs[i].network.bytes, 3, 32);
        memset(pair.configs[i].ephemeral_seed.bytes, (int)(4 + i), 32);
        pair.keys[i] = box_key_of_bytes((uint8_t)(1 + i));
    }
    pair_begin(&pair);
    for (size_t i = 0; i < 4; i++) {
        if (i == 3) {
            by_channel_accept(pair.sides[RESPONDER].channel, pair.now_ms, BY_CHANNEL_OPEN);
            assert_int_equal(send(&pair, RESPONDER, by_bytes_of_text("banyan"), true), BANYAN_OK);
        }
        by_hex(by_buffer_bytes(&pair.sides[i % 2].out), text);
        assert_string_equal(text, expected[i]);
        carry(&pair, i % 2);
    }
    pair_end(&pair);
}

/* An initiator of our own making: any major version, any payload. */
static void raw_begin(struct by_noise *noise, const struct pair *pair, uint8_t major)
{
    uint8_t prologue[39] = "banyan";
    struct by_box_key ephemeral = box_key(33);

    prologue[6] = major;
    memcpy(prologue + 7, pair->configs[RESPONDER].network.bytes, 32);
    by_noise_init(noise, &by_noise_xk, true, by_bytes_of(prologue, sizeof prologue),
                  &(struct by_noise_keys){&pair->keys[INITIATOR], &ephemeral,
                                          &pair->keys[RESPONDER].public_key});
}

static void raw_feed(struct pair *pair, struct by_noise *noise, struct by_bytes payload)
{
    uint8_t message[1024];
    size_t size = by_noise_overhead_bytes(noise) + payload.size;

    by_put_u16le(message, (uint16_t)size);
    assert_int_equal(by_noise_write(noise, payload, message + 2), BANYAN_OK);
    (void)feed(pair, RESPONDER, by_bytes_of(message, 2 + size), ROOM_BYTES);
}

static void a_caller_of_another_major_version_gets_silence(void **state)
{
    const struct by_hello hello = {1, 1, 0};
    uint8_t payload[BY_HELLO_BYTES];

    (void)state;
    by_hello_put(&hello, payload);
    for (uint8_t major = 0; major < 4; major++) {
        struct by_noise noise;
        struct pair pair;

        pair_config(&pair);
        pair_begin(&pair);
        raw_begin(&noise, &pair, major);
        raw_feed(&pair, &noise, by_bytes_of(payload, sizeof payload));
        if (major == BY_CHANNEL_MAJOR)
            assert_int_equal(pair.sides[RESPONDER].out.size, MESSAGE_1_BYTES);
        else
            assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void versions_agree_or_both_sides_say_upgrade(void **state)
{
    static const struct {
        struct by_hello initiator, responder;
        uint16_t version; /* 0: none */
    } rows[] = {
        {{1, 1, 0}, {1, 2, 0}, 1}, {{1, 2, 0}, {1, 1, 0}, 1}, {{1, 5, 0}, {2, 9, 0}, 5},
        {{2, 3, 0}, {1, 1, 0}, 0}, {{1, 1, 0}, {2, 3, 0}, 0}, {{9, 9, 0}, {1, 8, 0}, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pair pair;

        pair_config(&pair);
        pair.configs[INITIATOR].hello = rows[i].initiator;
        pair.configs[RESPONDER].hello = rows[i].responder;
        pair_begin(&pair);
        if (rows[i].version > 0) {
            pair_shake(&pair);
            assert_int_equal(by_channel_version(pair.sides[0].channel), rows[i].version);
        } else {
            carry(&pair, INITIATOR);
            assert_int_equal(pair.sides[RESPONDER].out.size, MESSAGE_1_BYTES); /* the reason */
            carry(&pair, RESPONDER);
            for (size_t side = 0; side < 2; side++) {
                assert_int_equal(pair.sides[side].status, BANYAN_ERR_UPGRADE);
                assert_silent(&pair, side);
                assert_hello(by_channel_peer_hello(pair.sides[side].channel),
                             &pair.configs[1 - side].hello);
            }
        }
        pair_end(&pair);
    }
}

static void fields_of_later_versions_are_passed_over(void **state)
{
    static const struct {
        uint16_t version_max;
        size_t size;
        bool answered;
    } rows[] = {
        {2, BY_HELLO_BYTES_MAX - 1, true},  {2, BY_HELLO_BYTES_MAX, true},
        {2, BY_HELLO_BYTES_MAX + 1, false}, {2, BY_HELLO_BYTES, true},
        {2, BY_HELLO_BYTES - 1, false},     {1, BY_HELLO_BYTES + 1, false},
        {0, BY_HELLO_BYTES, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct by_hello hello = {1, rows[i].version_max, 0};
        uint8_t payload[BY_HELLO_BYTES_MAX + 1] = {0};
        struct by_noise noise;
        struct pair pair;

        pair_config(&pair);
        pair_begin(&pair);
        by_hello_put(&hello, payload);
        raw_begin(&noise, &pair, BY_CHANNEL_MAJOR);
        raw_feed(&pair, &noise, by_bytes_of(payload, rows[i].size));
        assert_int_equal(pair.sides[RESPONDER].out.size, rows[i].answered ? MESSAGE_1_BYTES : 0);
        if (!rows[i].answered)
            assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void message_3_has_no_payload(void **state)
{
    const struct by_hello hello = {1, 1, 0};
    uint8_t payload[BY_HELLO_BYTES];

    (void)state;
    by_hello_put(&hello, payload);
    for (size_t size = 0; size <= 2; size++) {
        uint8_t room[BY_HELLO_BYTES];
        struct by_noise noise;
        struct pair pair;

        pair_config(&pair);
        pair_begin(&pair);
        raw_begin(&noise, &pair, BY_CHANNEL_MAJOR);
        raw_feed(&pair, &noise, by_bytes_of(payload, sizeof payload));
        assert_int_equal(
            by_noise_read(
                &noise, by_bytes_of(pair.sides[RESPONDER].out.data + 2, MESSAGE_1_BYTES - 2), room),
            BANYAN_OK);
        pair.sides[RESPONDER].out.size = 0;
        raw_feed(&pair, &noise, by_bytes_of(payload, size));
        assert_int_equal(pair.sides[RESPONDER].peers, size == 0);
        if (size > 0)
            assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void a_full_buffer_ends_a_handshake(void **state)
{
    struct by_channel *channel = NULL;
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair.sides[INITIATOR].out.size_max = MESSAGE_1_BYTES - 1;
    assert_int_equal(
        by_channel_new(&pair.configs[INITIATOR], 0, &pair.sides[INITIATOR].out, &channel),
        BANYAN_ERR_TOO_LARGE);
    by_buffer_deinit(&pair.sides[INITIATOR].out);
    pair_config(&pair);
    pair.sides[RESPONDER].out.size_max = MESSAGE_1_BYTES - 1;
    pair_begin(&pair);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_TOO_LARGE);
    assert_silent(&pair, RESPONDER);
    pair_end(&pair);
}

static void handshakes_have_until_their_deadlines(void **state)
{
    static const struct {
        size_t messages; /* that have arrived */
        size_t at;
        uint64_t given_ms;
    } rows[] = {
        {0, RESPONDER, BY_FIRST_MESSAGE_MS_MAX}, {0, INITIATOR, BY_FIRST_MESSAGE_MS_MAX},
        {1, RESPONDER, BY_HANDSHAKE_MS_MAX},     {2, INITIATOR, BY_HANDSHAKE_MS_MAX},
        {3, RESPONDER, BY_HANDSHAKE_MS_MAX}, /* nobody decides */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct side *side = NULL;
        struct pair pair;

        (void)pair_at(&pair, rows[i].messages);
        side = &pair.sides[rows[i].at];
        side->out.size = 0;
        assert_true(by_channel_deadline_ms(side->channel) == START_MS + rows[i].given_ms);
        assert_int_equal(
            by_channel_tick(side->channel, START_MS + rows[i].given_ms - 1, &side->out), BANYAN_OK);
        side->status = by_channel_tick(side->channel, START_MS + rows[i].given_ms, &side->out);
        assert_int_equal(side->status, BANYAN_ERR_NETWORK);
        assert_silent(&pair, rows[i].at);
        pair_end(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handshake_tells_each_side_who_the_other_is),
        cmocka_unit_test(a_handshake_is_190_bytes_in_three_messages),
        cmocka_unit_test(a_conversation_has_the_bytes_of_the_protocol_page),
        cmocka_unit_test(a_handshake_comes_about_whatever_the_portions),
        cmocka_unit_test(bytes_behind_the_handshake_are_not_lost),
        cmocka_unit_test(the_responder_writes_nothing_before_message_1_is_whole),
        cmocka_unit_test(a_caller_of_another_major_version_gets_silence),
        cmocka_unit_test(versions_agree_or_both_sides_say_upgrade),
        cmocka_unit_test(fields_of_later_versions_are_passed_over),
        cmocka_unit_test(message_3_has_no_payload),
        cmocka_unit_test(a_full_buffer_ends_a_handshake),
        cmocka_unit_test(handshakes_have_until_their_deadlines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
