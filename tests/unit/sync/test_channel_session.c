/*
 * After the handshake: the owner's verdict, messages, hostile frames, the end.
 */
#include "unit/sync/channel_pair.h"

static uint8_t sample[BY_MESSAGE_BYTES_MAX + 1];

static void fill_sample(void)
{
    for (size_t i = 0; i < sizeof sample; i++)
        sample[i] = (uint8_t)(i * 11 + i / 253);
}

static struct by_bytes sample_of(size_t size)
{
    return by_bytes_of(sample, size);
}

/* The handshake is done, the responder has not decided. */
static void pair_ask(struct pair *pair)
{
    pair_config(pair);
    pair_begin(pair);
    pair_shake(pair);
    by_channel_accept(pair->sides[INITIATOR].channel, pair->now_ms, BY_CHANNEL_OPEN);
}

/* -- the verdict -- */
static void no_message_is_read_before_the_verdict(void **state)
{
    struct by_buffer all = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_bytes rest;
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair_begin(&pair);
    carry(&pair, INITIATOR);
    carry(&pair, RESPONDER); /* message 3 waits, and a message goes right behind it */
    by_channel_accept(pair.sides[INITIATOR].channel, pair.now_ms, BY_CHANNEL_OPEN);
    assert_int_equal(send(&pair, INITIATOR, by_bytes_of_text("early"), true), BANYAN_OK);
    assert_int_equal(by_buffer_append_bytes(&all, by_buffer_bytes(&pair.sides[INITIATOR].out)),
                     BANYAN_OK);
    rest = feed(&pair, RESPONDER, by_buffer_bytes(&all), ROOM_BYTES);
    assert_int_equal(rest.size, 2 + 64);
    assert_int_equal(pair.sides[RESPONDER].peers, 1);
    assert_int_equal(pair.sides[RESPONDER].messages, 0);
    assert_int_equal(feed(&pair, RESPONDER, rest, 1).size, rest.size);
    by_channel_accept(pair.sides[RESPONDER].channel, pair.now_ms, BY_CHANNEL_OPEN);
    assert_int_equal(feed(&pair, RESPONDER, rest, ROOM_BYTES).size, 0);
    assert_true(by_bytes_equal(heard(&pair, RESPONDER), by_bytes_of_text("early")));
    by_buffer_deinit(&all);
    pair_end(&pair);
}

static void nothing_is_sent_before_the_verdict(void **state)
{
    struct pair pair;

    (void)state;
    pair_config(&pair);
    pair_begin(&pair);
    pair.sides[INITIATOR].out.size = 0;
    for (size_t i = 0; i < 2; i++) {
        struct side *side = &pair.sides[i];

        assert_int_equal(send(&pair, i, by_bytes_of_text("x"), false), BANYAN_ERR_DENIED);
        assert_int_equal(
            by_channel_goodbye(side->channel, pair.now_ms, by_bytes_of_text("x"), &side->out),
            BANYAN_ERR_DENIED);
        assert_int_equal(side->out.size, 0);
    }
    pair_end(&pair);
    pair_ask(&pair);
    assert_int_equal(send(&pair, RESPONDER, by_bytes_of_text("x"), false), BANYAN_ERR_DENIED);
    assert_int_equal(pair.sides[RESPONDER].out.size, 0);
    pair_end(&pair);
}

static void a_refused_peer_is_told_why(void **state)
{
    static const size_t sizes[] = {0, 1, 300, BY_FRAME_PART_BYTES_MAX + 1, BY_MESSAGE_BYTES_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct pair pair;

        pair_ask(&pair);
        assert_int_equal(by_channel_goodbye(pair.sides[RESPONDER].channel, pair.now_ms,
                                            sample_of(sizes[i]), &pair.sides[RESPONDER].out),
                         BANYAN_OK);
        carry(&pair, RESPONDER);
        assert_int_equal(pair.sides[INITIATOR].goodbyes, 1);
        assert_int_equal(pair.sides[INITIATOR].messages, 0);
        assert_true(by_bytes_equal(heard(&pair, INITIATOR), sample_of(sizes[i])));
        for (size_t side = 0; side < 2; side++) {
            struct by_channel *channel = pair.sides[side].channel;

            assert_int_equal(by_channel_state(channel), BY_CHANNEL_ENDED);
            assert_int_equal(by_channel_end(channel), BANYAN_OK);
            assert_int_equal(send(&pair, side, by_bytes_of_text("x"), false), BANYAN_ERR_NETWORK);
            assert_true(by_channel_deadline_ms(channel) == START_MS + BY_GOODBYE_MS_MAX);
            by_channel_accept(channel, pair.now_ms, BY_CHANNEL_OPEN); /* too late: nothing */
            assert_int_equal(by_channel_state(channel), BY_CHANNEL_ENDED);
            assert_int_equal(feed(&pair, side, by_bytes_of_text("late"), 1).size, 0);
            assert_int_equal(pair.sides[side].status, BANYAN_OK);
            assert_int_equal(
                by_channel_tick(channel, START_MS + BY_GOODBYE_MS_MAX, &pair.sides[side].out),
                BANYAN_ERR_NETWORK);
        }
        pair_end(&pair);
    }
}

static void a_limited_peer_may_send_64_kib(void **state)
{
    (void)state;
    for (size_t over = 0; over < 3; over++) { /* limit - 1, limit, limit + 1 */
        struct pair pair;

        pair_ask(&pair);
        by_channel_accept(pair.sides[RESPONDER].channel, pair.now_ms, BY_CHANNEL_LIMITED);
        assert_int_equal(send(&pair, INITIATOR, sample_of(1), true), BANYAN_OK); /* 47 of plain */
        assert_int_equal(
            send(&pair, INITIATOR, sample_of(BY_LIMITED_BYTES_MAX - 47 - 1 + over), false),
            BANYAN_OK);
        carry(&pair, INITIATOR);
        assert_int_equal(pair.sides[RESPONDER].messages, over < 2 ? 2 : 1);
        assert_int_equal(pair.sides[RESPONDER].status, over < 2 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        if (over == 2)
            assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void a_limited_peer_that_gets_a_role_goes_on(void **state)
{
    struct pair pair;

    (void)state;
    pair_ask(&pair);
    by_channel_accept(pair.sides[RESPONDER].channel, pair.now_ms, BY_CHANNEL_LIMITED);
    assert_int_equal(send(&pair, INITIATOR, sample_of(BY_LIMITED_BYTES_MAX), false), BANYAN_OK);
    carry(&pair, INITIATOR);
    assert_int_equal(send(&pair, RESPONDER, by_bytes_of_text("welcome"), true), BANYAN_OK);
    by_channel_accept(pair.sides[RESPONDER].channel, pair.now_ms + 9, BY_CHANNEL_OPEN);
    carry(&pair, RESPONDER);
    assert_true(by_bytes_equal(heard(&pair, INITIATOR), by_bytes_of_text("welcome")));
    pair.now_ms += BY_LIMITED_MS_MAX + 1;
    assert_int_equal(send(&pair, INITIATOR, sample_of(BY_LIMITED_BYTES_MAX), false), BANYAN_OK);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].messages, 2);
    pair_end(&pair);
}

static void a_limited_peer_has_15_seconds(void **state)
{
    struct by_channel *channel = NULL;
    struct pair pair;

    (void)state;
    pair_ask(&pair);
    channel = pair.sides[RESPONDER].channel;
    by_channel_accept(channel, START_MS + 100, BY_CHANNEL_LIMITED);
    assert_true(by_channel_deadline_ms(channel) == START_MS + 100 + 15000);
    pair.now_ms = START_MS + 100 + 14999;
    assert_int_equal(send(&pair, INITIATOR, sample_of(1), true), BANYAN_OK);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].messages, 1);
    pair.now_ms++;
    assert_int_equal(send(&pair, INITIATOR, sample_of(1), true), BANYAN_OK);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_NETWORK);
    assert_silent(&pair, RESPONDER);
    pair_end(&pair);
}

/* -- messages -- */
static void messages_arrive_in_both_directions(void **state)
{
    static const size_t sizes[] = {
        1,
        2,
        BY_FRAME_PART_BYTES_MAX - 1,
        BY_FRAME_PART_BYTES_MAX,
        BY_FRAME_PART_BYTES_MAX + 1,
        BY_MESSAGE_BYTES_MAX - 1,
        BY_MESSAGE_BYTES_MAX,
    };
    struct pair pair;

    (void)state;
    pair_open(&pair);
    for (size_t i = 0; i < 4 * sizeof sizes / sizeof sizes[0]; i++) {
        size_t from = i % 2;
        struct by_bytes message = sample_of(sizes[i / 4]);

        assert_int_equal(send(&pair, from, message, i / 2 % 2 != 0), BANYAN_OK);
        (void)feed(&pair, 1 - from, by_buffer_bytes(&pair.sides[from].out), 1 + i * 997);
        pair.sides[from].out.size = 0;
        assert_int_equal(pair.sides[1 - from].messages, i / 2 + 1);
        assert_true(by_bytes_equal(heard(&pair, 1 - from), message));
    }
    pair_end(&pair);
}

static void a_message_past_the_bound_is_not_sent(void **state)
{
    struct side *side = NULL;
    struct pair pair;

    (void)state;
    pair_open(&pair);
    side = &pair.sides[INITIATOR];
    assert_int_equal(send(&pair, INITIATOR, sample_of(BY_MESSAGE_BYTES_MAX + 1), false),
                     BANYAN_ERR_TOO_LARGE);
    assert_int_equal(send(&pair, INITIATOR, sample_of(0), false), BANYAN_ERR_USAGE);
    assert_int_equal(by_channel_goodbye(side->channel, pair.now_ms,
                                        sample_of(BY_MESSAGE_BYTES_MAX + 1), &side->out),
                     BANYAN_ERR_TOO_LARGE);
    assert_int_equal(side->out.size, 0);
    assert_int_equal(send(&pair, INITIATOR, sample_of(5), false), BANYAN_OK);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].messages, 1);
    pair_end(&pair);
}

static void a_message_past_the_readers_bound_ends_the_session(void **state)
{
    (void)state;
    for (size_t size = 99; size <= 101; size++) {
        struct pair pair;

        pair_config(&pair);
        pair.configs[RESPONDER].message_bytes_max = 100;
        pair_begin(&pair);
        pair_shake(&pair);
        for (size_t i = 0; i < 2; i++)
            by_channel_accept(pair.sides[i].channel, pair.now_ms, BY_CHANNEL_OPEN);
        assert_int_equal(send(&pair, INITIATOR, sample_of(size), true), BANYAN_OK);
        carry(&pair, INITIATOR);
        assert_int_equal(pair.sides[RESPONDER].messages, size <= 100);
        if (size > 100) {
            assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_TOO_LARGE);
            assert_silent(&pair, RESPONDER);
        }
        pair_end(&pair);
    }
}

static void a_peer_that_never_reads_fills_the_buffer_and_no_more(void **state)
{
    struct side *side = NULL;
    struct pair pair;
    size_t sent = 0;

    (void)state;
    pair_open(&pair);
    side = &pair.sides[INITIATOR];
    side->out.size_max = 1000;
    while (send(&pair, INITIATOR, sample_of(20), true) == BANYAN_OK)
        sent++;
    assert_int_equal(sent, 1000 / 66);
    assert_int_equal(send(&pair, INITIATOR, sample_of(20), true), BANYAN_ERR_TOO_LARGE);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].messages, sent);
    assert_int_equal(send(&pair, INITIATOR, sample_of(20), true), BANYAN_OK);
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].messages, sent + 1);
    pair_end(&pair);
}

/* -- hostile frames -- */
#define FRAMES      4u
#define FRAME_BYTES (2u + 64u)

/* Four padded messages of one byte lie in the initiator's buffer. */
static void pair_four(struct pair *pair)
{
    pair_open(pair);
    for (size_t i = 0; i < FRAMES; i++)
        assert_int_equal(send(pair, INITIATOR, by_bytes_of(sample + i, 1), true), BANYAN_OK);
    assert_int_equal(pair->sides[INITIATOR].out.size, FRAMES * FRAME_BYTES);
}

static struct by_bytes frame_at(const struct pair *pair, size_t i)
{
    return by_bytes_of(pair->sides[INITIATOR].out.data + i * FRAME_BYTES, FRAME_BYTES);
}

static void a_frame_replayed_or_out_of_place_ends_the_session(void **state)
{
    (void)state;
    for (size_t place = 0; place < FRAMES; place++) {
        for (size_t frame = 0; frame < FRAMES; frame++) {
            struct pair pair;

            if (frame == place)
                continue;
            pair_four(&pair);
            for (size_t i = 0; i < place; i++)
                (void)feed(&pair, RESPONDER, frame_at(&pair, i), ROOM_BYTES);
            (void)feed(&pair, RESPONDER, frame_at(&pair, frame), ROOM_BYTES);
            assert_int_equal(pair.sides[RESPONDER].status, BANYAN_ERR_BAD_SIGNATURE);
            assert_int_equal(pair.sides[RESPONDER].messages, place);
            assert_silent(&pair, RESPONDER);
            pair_end(&pair);
        }
    }
}

static void a_frame_sent_back_ends_the_session(void **state)
{
    struct pair pair;

    (void)state;
    pair_four(&pair);
    (void)feed(&pair, INITIATOR, frame_at(&pair, 0), ROOM_BYTES);
    assert_int_equal(pair.sides[INITIATOR].status, BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(pair.sides[INITIATOR].messages, 0);
    pair_end(&pair);
}

static void a_frame_with_any_bit_flipped_ends_the_session(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * FRAME_BYTES; bit++) {
        struct side *side = NULL;
        struct pair pair;

        pair_four(&pair);
        side = &pair.sides[RESPONDER];
        pair.sides[INITIATOR].out.data[FRAME_BYTES + bit / 8] ^= (uint8_t)(1u << bit % 8);
        carry(&pair, INITIATOR);
        assert_int_equal(side->messages, 1); /* the frame before it */
        if (side->status == BANYAN_OK) {     /* a longer size: waits for what never comes */
            side->status = by_channel_end(side->channel);
            assert_int_equal(side->status, BANYAN_ERR_TRUNCATED);
        }
        assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void a_stream_cut_anywhere_is_known_to_be_cut(void **state)
{
    (void)state;
    for (size_t cut = 0; cut <= FRAMES * FRAME_BYTES; cut++) {
        struct side *side = NULL;
        struct pair pair;

        pair_four(&pair);
        side = &pair.sides[RESPONDER];
        (void)feed(&pair, RESPONDER, by_bytes_of(pair.sides[INITIATOR].out.data, cut), 7);
        assert_int_equal(side->messages, cut / FRAME_BYTES);
        side->status = by_channel_end(side->channel);
        assert_int_equal(side->status, BANYAN_ERR_TRUNCATED);
        assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

static void garbage_in_a_session_ends_it(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        static uint8_t junk[70000];
        struct pair pair;

        memset(junk, (int)byte, sizeof junk);
        pair_open(&pair);
        (void)feed(&pair, RESPONDER, by_bytes_of(junk, sizeof junk), ROOM_BYTES);
        assert_int_not_equal(pair.sides[RESPONDER].status, BANYAN_OK);
        assert_silent(&pair, RESPONDER);
        pair_end(&pair);
    }
}

/* -- the end -- */
static void a_session_ends_after_24_hours_with_a_goodbye(void **state)
{
    const uint64_t end_ms = START_MS + 24u * 60u * 60u * 1000u;
    struct pair pair;
    struct side *side = NULL;

    (void)state;
    pair_open(&pair);
    side = &pair.sides[RESPONDER];
    assert_true(by_channel_deadline_ms(side->channel) == end_ms);
    assert_int_equal(by_channel_tick(side->channel, end_ms - 1, &side->out), BANYAN_OK);
    assert_int_equal(by_channel_state(side->channel), BY_CHANNEL_OPEN);
    assert_int_equal(by_channel_tick(side->channel, end_ms, &side->out), BANYAN_OK);
    assert_int_equal(by_channel_state(side->channel), BY_CHANNEL_ENDED);
    carry(&pair, RESPONDER);
    assert_int_equal(pair.sides[INITIATOR].goodbyes, 1);
    assert_int_equal(heard(&pair, INITIATOR).size, 0);
    pair_end(&pair);
}

static void a_session_ends_after_24_hours_though_nobody_polls(void **state)
{
    struct pair pair;

    (void)state;
    pair_open(&pair);
    assert_int_equal(send(&pair, INITIATOR, sample_of(1), true), BANYAN_OK);
    pair.now_ms = START_MS + BY_SESSION_MS_MAX;
    carry(&pair, INITIATOR);
    assert_int_equal(pair.sides[RESPONDER].messages, 0);
    assert_int_equal(by_channel_state(pair.sides[RESPONDER].channel), BY_CHANNEL_ENDED);
    assert_int_equal(pair.sides[RESPONDER].out.size, 2 + 64);
    pair_end(&pair);
}

static void a_session_over_time_with_no_room_for_a_goodbye_fails(void **state)
{
    struct pair pair;
    struct side *side = NULL;

    (void)state;
    pair_open(&pair);
    side = &pair.sides[RESPONDER];
    side->out.size_max = 65;
    side->status = by_channel_tick(side->channel, START_MS + BY_SESSION_MS_MAX, &side->out);
    assert_int_equal(side->status, BANYAN_ERR_NETWORK);
    side->out.size_max = ROOM_BYTES;
    assert_silent(&pair, RESPONDER);
    pair_end(&pair);
}

static void a_session_goes_on_across_a_change_of_keys(void **state)
{
    struct pair pair;

    (void)state;
    pair_open(&pair);
    for (size_t i = 0; i < BY_FRAMES_PER_KEY + 3; i++) {
        assert_int_equal(send(&pair, i % 2, sample_of(1), false), BANYAN_OK);
        assert_int_equal(send(&pair, INITIATOR, sample_of(2), false), BANYAN_OK);
        carry(&pair, INITIATOR);
        carry(&pair, RESPONDER);
    }
    assert_int_equal(pair.sides[RESPONDER].messages, 3 * (BY_FRAMES_PER_KEY + 2) / 2 + 2);
    assert_int_equal(pair.sides[INITIATOR].messages, (BY_FRAMES_PER_KEY + 2) / 2);
    pair_end(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_message_is_read_before_the_verdict),
        cmocka_unit_test(nothing_is_sent_before_the_verdict),
        cmocka_unit_test(a_refused_peer_is_told_why),
        cmocka_unit_test(a_limited_peer_may_send_64_kib),
        cmocka_unit_test(a_limited_peer_that_gets_a_role_goes_on),
        cmocka_unit_test(a_limited_peer_has_15_seconds),
        cmocka_unit_test(messages_arrive_in_both_directions),
        cmocka_unit_test(a_message_past_the_bound_is_not_sent),
        cmocka_unit_test(a_message_past_the_readers_bound_ends_the_session),
        cmocka_unit_test(a_peer_that_never_reads_fills_the_buffer_and_no_more),
        cmocka_unit_test(a_frame_replayed_or_out_of_place_ends_the_session),
        cmocka_unit_test(a_frame_sent_back_ends_the_session),
        cmocka_unit_test(a_frame_with_any_bit_flipped_ends_the_session),
        cmocka_unit_test(a_stream_cut_anywhere_is_known_to_be_cut),
        cmocka_unit_test(garbage_in_a_session_ends_it),
        cmocka_unit_test(a_session_ends_after_24_hours_with_a_goodbye),
        cmocka_unit_test(a_session_ends_after_24_hours_though_nobody_polls),
        cmocka_unit_test(a_session_over_time_with_no_room_for_a_goodbye_fails),
        cmocka_unit_test(a_session_goes_on_across_a_change_of_keys),
    };

    fill_sample();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
