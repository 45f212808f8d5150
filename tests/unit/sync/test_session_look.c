/* Questions about the view: one at a time, within an allowance, and answered to members alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/pair.h"

static const struct by_look top = {.depth = 0};

static void begin(struct pair *pair)
{
    pair_init(pair);
    write_logs(&pair->a, 0, 3, 5);
    write_logs(&pair->b, 0, 3, 5);
}

static void begin_live(struct pair *pair)
{
    begin(pair);
    fake_connect(&pair->end_a, 1);
    (void)pair_run(pair);
    assert_true(pair_is_in_sync(pair));
}

static void ask(struct pair *pair, struct fake_link *link, const struct by_look *look)
{
    by_session_look(link->session, look);
    fake_poll(link);
    (void)pair_run(pair);
}

/* A message of our own making to one end, as if the other had sent it. */
static void inject(struct pair *pair, struct fake_link *link, const struct by_message *message)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);

    assert_int_equal(by_message_encode(message, &bytes), BANYAN_OK);
    fake_deliver_to(link, by_buffer_bytes(&bytes));
    by_buffer_deinit(&bytes);
    (void)pair_run(pair);
}

static void each_kind_of_question_is_answered_both_ways(void **state)
{
    static const enum by_seen_what kinds[] = {BY_SEEN_TOP,   BY_SEEN_LEVEL,  BY_SEEN_LEVEL,
                                              BY_SEEN_LEVEL, BY_SEEN_BUCKET, BY_SEEN_RECORD};
    struct pair pair;

    (void)state;
    begin_live(&pair);
    for (uint8_t depth = 0; depth <= BY_LOOK_RECORD; depth++)
        for (size_t side = 0; side < 2; side++) {
            const struct by_look look = {.depth = depth};

            ask(&pair, pair.ends[side], &look);
            assert_int_equal(pair.ends[1 - side]->look.depth, depth);
            assert_int_equal(pair.ends[side]->seen_count, depth + 1);
            assert_int_equal(pair.ends[side]->seen_what, kinds[depth]);
        }
    assert_true(pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void what_is_written_meanwhile_goes_on(void **state)
{
    struct pair pair;

    (void)state;
    begin_live(&pair);
    pair.end_b.is_mute = true;
    ask(&pair, &pair.end_a, &top);
    assert_false(by_session_can_look(pair.end_a.session));
    fake_write(&pair.a, 0, LOG_NONCE, 3, 1);
    fake_write(&pair.b, 1, LOG_NONCE, 3, 1);
    fake_poll_all(&pair.a);
    fake_poll_all(&pair.b);
    (void)pair_run(&pair);
    assert_true(fake_equal(&pair.a, &pair.b));
    fake_answer(&pair.end_b);
    fake_poll(&pair.end_b);
    (void)pair_run(&pair);
    assert_int_equal(pair.end_a.seen_count, 1);
    assert_true(by_session_can_look(pair.end_a.session) && pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void an_allowance_is_kept_to(void **state)
{
    struct pair pair;

    (void)state;
    begin_live(&pair);
    for (size_t i = 1; i <= BY_LOOKS_BURST + 1; i++) {
        ask(&pair, &pair.end_a, &top);
        assert_int_equal(pair.end_a.seen_count, i);
        assert_int_equal(pair.end_a.seen_what, i <= BY_LOOKS_BURST ? BY_SEEN_TOP : BY_SEEN_NOT_NOW);
    }
    assert_int_equal(pair.end_b.look_count, BY_LOOKS_BURST);
    for (uint64_t late = 0; late < 2; late++) {
        pair.a.now_ms += BY_LOOKS_INTERVAL_MS - 1 + late;
        pair.b.now_ms += BY_LOOKS_INTERVAL_MS - 1 + late;
        ask(&pair, &pair.end_a, &top);
        assert_int_equal(pair.end_a.seen_what, late > 0 ? BY_SEEN_TOP : BY_SEEN_NOT_NOW);
    }
    ask(&pair, &pair.end_a, &top);
    assert_int_equal(pair.end_a.seen_what, BY_SEEN_NOT_NOW);
    /* However long it waits, a burst is all. */
    pair.a.now_ms += BY_LOOKS_INTERVAL_MS * BY_LOOKS_BURST * 2;
    pair.b.now_ms += BY_LOOKS_INTERVAL_MS * BY_LOOKS_BURST * 2;
    for (size_t i = 1; i <= BY_LOOKS_BURST + 1; i++)
        ask(&pair, &pair.end_a, &top);
    assert_int_equal(pair.end_a.seen_what, BY_SEEN_NOT_NOW);
    assert_false(pair.end_a.is_closed);
    pair_deinit(&pair);
}

static void who_breaks_the_rules_of_asking_is_left(void **state)
{
    static const struct by_message second = {.type = BY_MESSAGE_LOOK};
    static const struct by_message unasked = {.type = BY_MESSAGE_SEEN};
    static const struct by_message other = {.type = BY_MESSAGE_SEEN, .seen.what = BY_SEEN_LEVEL};

    (void)state;
    for (int way = 0; way < 4; way++) {
        struct pair pair;

        begin(&pair);
        pair.end_a.is_older = way == 3;
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        pair.end_a.is_mute = pair.end_b.is_mute = true;
        if (way == 1)
            ask(&pair, &pair.end_b, &top);
        if (way == 2)
            ask(&pair, &pair.end_a, &top);
        inject(&pair, &pair.end_a, way == 0 ? &unasked : way == 2 ? &other : &second);
        if (way == 1)
            assert_int_equal(pair.end_a.look_count, 1);
        assert_true(pair.end_a.is_closed);
        assert_int_equal(pair.end_a.reason, BY_REASON_PROTOCOL);
        pair_deinit(&pair);
    }
}

static void an_older_program_is_not_asked(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        struct pair pair;

        begin(&pair);
        pair.ends[side]->is_older = true;
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        assert_false(by_session_can_look(pair.end_a.session));
        assert_false(by_session_can_look(pair.end_b.session));
        pair_deinit(&pair);
    }
}

/* Neither an unknown key nor one that lost its right, whatever it asked before. */
static void only_members_are_answered(void **state)
{
    static const struct by_message question = {.type = BY_MESSAGE_LOOK};

    (void)state;
    for (int way = 0; way < 3; way++) {
        struct by_frontier farewell;
        struct pair pair;

        begin(&pair);
        if (way == 0)
            pair.end_a.right = BY_RIGHT_ACTS_IN;
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        fake_copy_acts(&pair.a, &farewell);
        if (way == 2) { /* asked in time, answered too late */
            pair.end_a.is_mute = true;
            ask(&pair, &pair.end_b, &top);
            assert_int_equal(pair.end_a.look_count, 1);
        }
        if (way > 0) {
            pair.end_a.farewell = &farewell;
            pair.end_a.right = BY_RIGHT_NONE;
        }
        if (way == 2)
            fake_answer(&pair.end_a);
        else
            inject(&pair, &pair.end_a, &question);
        fake_poll(&pair.end_a);
        (void)pair_run(&pair);
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_SEEN], 0);
        assert_int_equal(pair.end_b.seen_count, 0);
        assert_int_equal(pair.end_a.look_count, way == 2 ? 1 : 0);
        by_frontier_deinit(&farewell);
        pair_deinit(&pair);
    }
}

/* So that two nodes can be compared as they are. */
static void a_session_that_holds_back_exchanges_nothing(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++)
        for (uint32_t more = 0; more < 2; more++) { /* the acts differ as well */
            struct pair pair;

            begin(&pair);
            write_logs(&pair.a, 5, more, 9);
            write_logs(&pair.b, 7, more, 9);
            fake_write(&pair.a, 0, LOG_NONCE, 4, 1);
            fake_write(&pair.b, 1, LOG_NONCE, 4, 1);
            pair.ends[side]->holds = true;
            fake_connect(&pair.end_a, 1);
            (void)pair_run(&pair);
            for (uint8_t depth = 0; depth <= BY_LOOK_RECORD; depth++) {
                const struct by_look look = {.depth = depth};

                ask(&pair, pair.ends[side], &look);
            }
            assert_int_equal(pair.ends[side]->seen_count, 6);
            for (size_t i = 0; i < 2; i++)
                assert_int_equal(pair.ends[i]->sent[BY_MESSAGE_BLOCK], 0);
            assert_false(fake_equal(&pair.a, &pair.b));
            by_session_hold(pair.ends[side]->session, false);
            fake_poll(pair.ends[side]);
            (void)pair_run(&pair);
            assert_true(pair_is_in_sync(&pair));
            pair_deinit(&pair);
        }
}

/* Whoever is asked and does not answer is given up like anybody who does not move. */
static void an_answer_is_not_waited_for_without_end(void **state)
{
    struct pair pair;

    (void)state;
    begin_live(&pair);
    pair.end_b.is_mute = true;
    ask(&pair, &pair.end_a, &top);
    for (int late = 0; late < 2; late++) {
        assert_false(pair.end_a.is_closed);
        pair.a.now_ms += BY_SYNC_STALL_MS_MAX - 1 + (uint64_t)late;
        fake_poll_all(&pair.a);
        if (late == 0)
            pair.a.now_ms -= BY_SYNC_STALL_MS_MAX - 1;
    }
    assert_true(pair.end_a.is_closed);
    assert_int_equal(pair.end_a.reason, BY_REASON_STALLED);
    pair_deinit(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_question_is_answered_both_ways),
        cmocka_unit_test(what_is_written_meanwhile_goes_on),
        cmocka_unit_test(an_allowance_is_kept_to),
        cmocka_unit_test(who_breaks_the_rules_of_asking_is_left),
        cmocka_unit_test(an_older_program_is_not_asked),
        cmocka_unit_test(only_members_are_answered),
        cmocka_unit_test(a_session_that_holds_back_exchanges_nothing),
        cmocka_unit_test(an_answer_is_not_waited_for_without_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
