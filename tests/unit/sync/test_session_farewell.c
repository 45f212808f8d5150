/* A peer that has no right any more is told the acts up to its loss, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/pair.h"

/* b lost its right with what a's act logs say now; a goes on. */
static void lose_right(struct pair *pair, struct by_frontier *farewell)
{
    fake_copy_acts(&pair->a, farewell);
    pair->end_a.farewell = farewell;
    pair->end_a.right = BY_RIGHT_NONE;
}

static bool holds_all(const struct fake_node *node, const struct by_frontier *acts)
{
    for (size_t i = 0; i < acts->count; i++) {
        const struct by_frontier_log *own = by_frontier_find(&node->frontier, &acts->logs[i].log);
        struct by_sample tip = {.seq = acts->logs[i].tips[0].seq, .id = acts->logs[i].tips[0].id};

        if (own == NULL ||
            fake_find_entry(fake_find_log((struct fake_node *)node, &own->log), &tip) == SIZE_MAX)
            return false;
    }
    return true;
}

static void expect_over(const struct pair *pair)
{
    assert_true(pair->end_a.is_closed && pair->end_b.is_closed);
    assert_int_equal(pair->end_a.reason, BY_REASON_NO_ROLE);
    assert_int_equal(pair->end_b.reason, BY_REASON_NO_ROLE);
    assert_true(pair->end_b.is_by_peer);
    assert_int_equal(pair->end_a.in_sync_count, 0);
}

/* Whoever opens the connection, and whatever b holds of it. */
static void who_connects_gets_the_acts_that_it_lacks_up_to_its_loss(void **state)
{
    (void)state;
    for (uint32_t held = 0; held <= 4; held += 2)
        for (int by_peer = 0; by_peer < 2; by_peer++) {
            struct by_frontier farewell;
            struct pair pair;

            pair_init(&pair);
            write_logs(&pair.a, 0, 4, 20);
            write_logs(&pair.b, 0, held, 20);
            write_logs(&pair.b, 7, 1, 3); /* of its own, that nobody has */
            lose_right(&pair, &farewell);
            write_logs(&pair.a, 5, 1, 20); /* afterwards */
            fake_connect(by_peer ? &pair.end_b : &pair.end_a, 1);
            (void)pair_run(&pair);
            expect_over(&pair);
            assert_true(holds_all(&pair.b, &farewell));
            assert_int_equal(pair.b.frontier.count, 2 * (4 + 1));
            assert_int_equal(pair.a.frontier.count, 2 * 5);
            assert_int_equal(pair.end_a.sent[BY_MESSAGE_HELLO], 1);
            assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], 4 - held);
            assert_int_equal(pair.end_a.sent_records, 0);
            assert_int_equal(pair.end_a.sent_messages, 1 + (4 - held) + 1);
            by_frontier_deinit(&farewell);
            pair_deinit(&pair);
        }
}

static void who_is_live_is_cut_off_at_once(void **state)
{
    struct by_frontier farewell;
    struct pair pair;
    size_t records;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 4, 20);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    pair.end_a.in_sync_count = 0;
    records = pair.end_a.sent_records;
    /* In one turn: the act that takes the right, what comes after, and records. */
    fake_announce(&pair.a, 5, LOG_NONCE);
    lose_right(&pair, &farewell);
    fake_announce(&pair.a, 6, LOG_NONCE);
    fake_write(&pair.a, 5, LOG_NONCE, 3, 1);
    fake_write(&pair.a, 0, LOG_NONCE, 3, 1);
    fake_write(&pair.b, 1, LOG_NONCE, 3, 1);
    fake_poll_all(&pair.b);
    fake_poll_all(&pair.a);
    assert_true(pair.end_a.is_closed);
    (void)pair_run(&pair);
    expect_over(&pair);
    assert_int_equal(pair.end_a.sent_records, records);
    assert_true(holds_all(&pair.b, &farewell));
    assert_int_equal(pair.b.frontier.count, 2 * 5);
    by_frontier_deinit(&farewell);
    pair_deinit(&pair);
}

static void in_the_middle_of_a_comparison_it_is_told_the_next_time(void **state)
{
    (void)state;
    for (size_t delivered = 0; delivered < 12; delivered++) {
        struct by_frontier farewell;
        struct pair pair;
        size_t records;

        pair_init(&pair);
        write_logs(&pair.a, 0, 4, 20);
        write_logs(&pair.b, 2, 4, 20);
        fake_connect(&pair.end_b, 1);
        (void)fake_run((struct fake_link *[]){&pair.end_a, &pair.end_b}, 2, delivered);
        lose_right(&pair, &farewell);
        records = pair.end_a.sent_records;
        fake_poll_all(&pair.a);
        (void)pair_run(&pair);
        assert_int_equal(pair.end_a.sent_records, records);
        assert_true(pair.end_a.is_closed);
        assert_int_equal(pair.end_a.reason, BY_REASON_NO_ROLE);
        fake_cut(&pair.end_a);
        fake_connect(&pair.end_b, 2);
        (void)pair_run(&pair);
        assert_true(pair.end_a.is_closed && pair.end_b.is_closed);
        assert_true(holds_all(&pair.b, &farewell));
        by_frontier_deinit(&farewell);
        pair_deinit(&pair);
    }
}

static void who_says_nothing_is_given_up_soon(void **state)
{
    struct by_frontier farewell;
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 4, 20);
    lose_right(&pair, &farewell);
    pair.end_b.is_cut_off = true;
    fake_connect(&pair.end_b, 1);
    (void)pair_run(&pair);
    assert_false(pair.end_a.is_closed);
    assert_int_equal(by_session_deadline_ms(pair.end_a.session), pair.a.now_ms + BY_LIMITED_MS_MAX);
    pair.a.now_ms += BY_LIMITED_MS_MAX;
    fake_poll_all(&pair.a);
    assert_true(pair.end_a.is_closed);
    by_frontier_deinit(&farewell);
    pair_deinit(&pair);
}

/* The key of an organisation: a tells it acts. */
static void recover(struct pair *pair, struct by_frontier *acts)
{
    fake_copy_acts(&pair->a, acts);
    pair->end_a.farewell = acts;
    pair->end_a.right = BY_RIGHT_ACTS_OUT;
    fake_connect(&pair->end_b, 1);
}

static void
who_comes_to_recover_gets_all_acts_and_nothing_of_records_and_gives_nothing(void **state)
{
    (void)state;
    for (int is_limited = 0; is_limited < 2; is_limited++) {
        struct by_frontier acts, own;
        struct pair pair;
        size_t held = 0;

        pair_init(&pair);
        write_logs(&pair.a, 0, 30, 200);
        write_logs(&pair.b, 40, 1, 3);
        fake_copy_acts(&pair.b, &own);
        /* Should it say that it has something to tell as well, nobody listens. */
        if (is_limited) {
            pair.end_b.farewell = &own;
            pair.end_b.right = BY_RIGHT_NONE;
        }
        held = pair.a.frontier.count;
        recover(&pair, &acts);
        (void)pair_run(&pair);
        assert_true(pair.end_a.is_closed && pair.end_b.is_closed);
        assert_int_equal(pair.end_a.reason, BY_REASON_DONE);
        assert_int_equal(pair.end_a.sent_records, 0);
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_NOTES] + pair.end_a.sent[BY_MESSAGE_NOTED], 0);
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_PLACED], 0);
        assert_int_equal(pair.end_a.in_sync_count, 0);
        assert_int_equal(pair.a.frontier.count, held);
        if (!is_limited) {
            assert_true(holds_all(&pair.b, &acts));
            assert_int_equal(pair.end_b.reason, BY_REASON_DONE);
            assert_true(pair.end_b.is_by_peer);
        }
        by_frontier_deinit(&acts);
        by_frontier_deinit(&own);
        pair_deinit(&pair);
    }
}

/* Many acts over a slow line take as long as they take; silence does not. */
static void who_comes_to_recover_has_time_while_something_moves(void **state)
{
    struct by_frontier acts;
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 40, 10);
    recover(&pair, &acts);
    while (!pair.end_a.is_closed &&
           fake_run((struct fake_link *[]){&pair.end_a, &pair.end_b}, 2, 1) > 0) {
        pair.a.now_ms += BY_LIMITED_MS_MAX;
        pair.b.now_ms = pair.a.now_ms;
        fake_poll_all(&pair.a);
    }
    assert_true(pair.end_a.is_closed);
    assert_int_equal(pair.end_a.reason, BY_REASON_DONE);
    fake_cut(&pair.end_a);
    pair.end_b.is_cut_off = true;
    fake_connect(&pair.end_b, 2);
    (void)pair_run(&pair);
    assert_false(pair.end_a.is_closed);
    pair.a.now_ms += BY_SYNC_STALL_MS_MAX;
    fake_poll_all(&pair.a);
    assert_true(pair.end_a.is_closed);
    assert_int_equal(pair.end_a.reason, BY_REASON_STALLED);
    by_frontier_deinit(&acts);
    pair_deinit(&pair);
}

static void who_comes_to_recover_and_is_removed_meanwhile_is_cut_off(void **state)
{
    (void)state;
    for (size_t delivered = 0; delivered < 3; delivered++) {
        struct by_frontier acts;
        struct pair pair;
        size_t sent = 0;

        pair_init(&pair);
        write_logs(&pair.a, 0, 40, 10);
        recover(&pair, &acts);
        (void)fake_run((struct fake_link *[]){&pair.end_a, &pair.end_b}, 2, delivered);
        assert_false(pair.end_a.is_closed);
        pair.end_a.right = BY_RIGHT_NONE;
        sent = pair.end_a.sent[BY_MESSAGE_BLOCK];
        fake_poll_all(&pair.a);
        (void)pair_run(&pair);
        assert_true(pair.end_a.is_closed);
        assert_int_equal(pair.end_a.reason, BY_REASON_NO_ROLE);
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], sent);
        by_frontier_deinit(&acts);
        pair_deinit(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_connects_gets_the_acts_that_it_lacks_up_to_its_loss),
        cmocka_unit_test(who_is_live_is_cut_off_at_once),
        cmocka_unit_test(in_the_middle_of_a_comparison_it_is_told_the_next_time),
        cmocka_unit_test(who_says_nothing_is_given_up_soon),
        cmocka_unit_test(
            who_comes_to_recover_gets_all_acts_and_nothing_of_records_and_gives_nothing),
        cmocka_unit_test(who_comes_to_recover_has_time_while_something_moves),
        cmocka_unit_test(who_comes_to_recover_and_is_removed_meanwhile_is_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
