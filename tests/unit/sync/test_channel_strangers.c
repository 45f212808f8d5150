/*
 * What anybody learns who is no member, or stands between two: nothing.
 */
#include <malloc.h>

#include "unit/sync/channel_pair.h"

/* A longer size makes the reader wait for bytes that do not come: then the deadline speaks. */
static void assert_gives_up_in_silence(struct pair *pair, size_t at)
{
    struct side *side = &pair->sides[at];

    if (side->status == BANYAN_OK) {
        pair->now_ms = by_channel_deadline_ms(side->channel);
        side->status = by_channel_tick(side->channel, pair->now_ms, &side->out);
        assert_int_equal(side->status, BANYAN_ERR_NETWORK);
    }
    assert_int_equal(side->peers, 0);
    assert_silent(pair, at);
}

static void a_handshake_with_any_bit_flipped_ends_in_silence(void **state)
{
    size_t tried = 0;

    (void)state;
    for (size_t message = 0; message < 3; message++) {
        size_t size = message < 2 ? MESSAGE_1_BYTES : MESSAGE_3_BYTES;

        for (size_t bit = 0; bit < 8 * size; bit++, tried++) {
            struct pair pair;
            size_t from = pair_at(&pair, message);

            pair.sides[from].out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            carry(&pair, from);
            assert_gives_up_in_silence(&pair, 1 - from);
            pair_end(&pair);
        }
    }
    assert_int_equal(tried, 8 * 190);
}

static void a_handshake_cut_anywhere_ends_in_silence(void **state)
{
    (void)state;
    for (size_t message = 0; message < 3; message++) {
        size_t size = message < 2 ? MESSAGE_1_BYTES : MESSAGE_3_BYTES;

        for (size_t cut = 0; cut < size; cut++) {
            struct pair pair;
            size_t from = pair_at(&pair, message);
            struct side *to = &pair.sides[1 - from];

            (void)feed(&pair, 1 - from, by_bytes_of(pair.sides[from].out.data, cut), size);
            assert_int_equal(to->status, BANYAN_OK);
            to->out.size = 0; /* an initiator that gets nothing has written message 1 before */
            to->status = by_channel_end(to->channel);
            assert_int_equal(to->status, BANYAN_ERR_TRUNCATED);
            assert_silent(&pair, 1 - from);
            pair_end(&pair);
        }
    }
}

static void messages_replayed_or_in_another_place_end_in_silence(void **state)
{
    (void)state;
    for (size_t message = 0; message < 3; message++) {
        for (size_t other = 0; other < 3; other++) {
            struct pair pair, donor;
            size_t from = pair_at(&pair, message);
            size_t donor_from = 0;

            pair_config(&donor);
            donor.configs[0].ephemeral_seed.bytes[1] = 1; /* another handshake of the same nodes */
            donor.configs[1].ephemeral_seed.bytes[1] = 1;
            pair_begin(&donor);
            for (; donor_from < other; donor_from++)
                carry(&donor, donor_from % 2);
            (void)feed(&pair, 1 - from, by_buffer_bytes(&donor.sides[other % 2].out), ROOM_BYTES);
            if (message == 0 && other == 0) { /* a replayed first message gets an answer... */
                assert_int_equal(pair.sides[RESPONDER].out.size, MESSAGE_1_BYTES);
                pair.sides[RESPONDER].out.size = 0;
                carry(&donor, 0); /* ...that opens nothing */
                carry(&donor, 1);
                (void)feed(&pair, RESPONDER, by_buffer_bytes(&donor.sides[0].out), ROOM_BYTES);
            }
            assert_gives_up_in_silence(&pair, 1 - from);
            pair_end(&donor);
            pair_end(&pair);
        }
    }
}

static void a_caller_of_another_network_gets_silence(void **state)
{
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair.configs[INITIATOR].network.bytes[31] = 1;
    pair_begin(&pair);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_BAD_SIGNATURE);
    assert_silent(&pair, RESPONDER);
    pair_end(&pair);
}

static void a_caller_who_does_not_know_our_key_gets_silence(void **state)
{
    struct by_box_key stranger = box_key(9);
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair.configs[INITIATOR].peer_static = &stranger.public_key;
    pair_begin(&pair);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_BAD_SIGNATURE);
    assert_silent(&pair, RESPONDER);
    pair_end(&pair);
}

static void whoever_scans_gets_silence(void **state)
{
    static const char *const scans[] = {
        "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "\x13"
        "BitTorrent protocol",
        "\r\n\r\n",
        "<",
    };

    (void)state;
    for (size_t i = 0; i < sizeof scans / sizeof scans[0]; i++) {
        struct pair pair;

        pair_config(&pair);
        pair_begin(&pair);
        (void)feed(&pair, RESPONDER, by_bytes_of_text(scans[i]), ROOM_BYTES);
        assert_gives_up_in_silence(&pair, RESPONDER);
        pair_end(&pair);
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t junk[512];
        struct pair pair;

        memset(junk, (int)byte, sizeof junk);
        pair_config(&pair);
        pair_begin(&pair);
        (void)feed(&pair, RESPONDER, by_bytes_of(junk, sizeof junk), ROOM_BYTES);
        assert_gives_up_in_silence(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void keys_of_low_order_are_refused(void **state)
{
    const struct by_id zero = {{0}};
    struct by_channel *channel = NULL;
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair.configs[INITIATOR].peer_static = &zero;
    assert_int_equal(
        by_channel_new(&pair.configs[INITIATOR], 0, &pair.sides[INITIATOR].out, &channel),
        BANYAN_ERR_INVALID);
    assert_null(channel);
    assert_int_equal(pair.sides[INITIATOR].out.size, 0);
    by_buffer_deinit(&pair.sides[INITIATOR].out);
    for (size_t message = 0; message < 2; message++) {
        size_t from = pair_at(&pair, message);

        memset(pair.sides[from].out.data + 2, 0, 32);
        carry(&pair, from);
        assert_int_equal(pair.sides[1 - from].status, BANYAN_ERR_INVALID);
        assert_silent(&pair, 1 - from);
        pair_end(&pair);
    }
}

static void one_byte_a_second_is_cut_after_ten(void **state)
{
    struct pair pair;
    size_t fed = 0;

    (void)state;
    (void)pair_at(&pair, 0);
    for (; pair.sides[RESPONDER].status == BANYAN_OK; pair.now_ms += 1000, fed++)
        (void)feed(&pair, RESPONDER, by_bytes_of(pair.sides[INITIATOR].out.data + fed, 1), 1);
    assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_NETWORK);
    assert_int_equal(fed, 11);
    assert_silent(&pair, RESPONDER);
    pair_end(&pair);
}

/* Strangers at each stage, held all at once; the allocator says what they cost. */
static void a_stranger_costs_less_than_4_kib(void **state)
{
    enum { STRANGERS = 200 };
    static struct pair pairs[STRANGERS];
    size_t before = 0;
    size_t cost = 0;

    (void)state;
    for (size_t stage = 0; stage < 2; stage++) {
        before = mallinfo2().uordblks;
        for (size_t i = 0; i < STRANGERS; i++) {
            pair_config(&pairs[i]);
            pair_begin(&pairs[i]);
            if (stage == 0) /* all but the last byte of message 1 */
                pairs[i].sides[INITIATOR].out.size--;
            carry(&pairs[i], INITIATOR);
            assert_int_equal(by_channel_state(pairs[i].sides[RESPONDER].channel),
                             BY_CHANNEL_SHAKING);
        }
        cost = (mallinfo2().uordblks - before) / STRANGERS; /* of both sides together */
        print_message("stage %zu: %zu bytes for both sides\n", stage, cost);
        assert_true(cost < BY_STRANGER_BYTES_MAX);
        for (size_t i = 0; i < STRANGERS; i++)
            pair_end(&pairs[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handshake_with_any_bit_flipped_ends_in_silence),
        cmocka_unit_test(a_handshake_cut_anywhere_ends_in_silence),
        cmocka_unit_test(messages_replayed_or_in_another_place_end_in_silence),
        cmocka_unit_test(a_caller_of_another_network_gets_silence),
        cmocka_unit_test(a_caller_who_does_not_know_our_key_gets_silence),
        cmocka_unit_test(whoever_scans_gets_silence),
        cmocka_unit_test(keys_of_low_order_are_refused),
        cmocka_unit_test(one_byte_a_second_is_cut_after_ten),
        cmocka_unit_test(a_stranger_costs_less_than_4_kib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
