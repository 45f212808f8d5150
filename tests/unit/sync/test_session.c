#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/pair.h"

#define HELLO_BYTES 35u

static size_t bytes_both(const struct pair *pair)
{
    return pair->end_a.sent_bytes + pair->end_b.sent_bytes;
}

static void nodes_that_are_equal_say_hello_and_nothing_else(void **state)
{
    const uint32_t writers[] = {0, 1, 50};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pair pair;

        pair_init(&pair);
        write_logs(&pair.a, 0, writers[i], 3);
        write_logs(&pair.b, 0, writers[i], 3);
        fake_connect(&pair.end_a, 1);
        assert_int_equal(pair_run(&pair), 2);
        assert_true(pair_is_in_sync(&pair));
        assert_int_equal(bytes_both(&pair), 2 * HELLO_BYTES);
        pair_deinit(&pair);
    }
}

static void an_empty_node_gets_all_acts_and_records(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 10, 70);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(pair.end_b.sent[BY_MESSAGE_BLOCK], 0);
    assert_int_equal(pair.b.frontier.count, 20);
    pair_deinit(&pair);
}

static void both_directions_flow_at_once(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 6, 20);
    write_logs(&pair.b, 4, 6, 20); /* two writers in common */
    fake_write(&pair.a, 4, LOG_NONCE, 100, 10);
    fake_connect(&pair.end_b, 1);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_true(pair.end_a.sent[BY_MESSAGE_BLOCK] > 0);
    assert_true(pair.end_b.sent[BY_MESSAGE_BLOCK] > 0);
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_OFFER], 0);
    pair_deinit(&pair);
}

static void where_acts_agree_records_flow_after_one_round_trip(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 100, 1);
    write_logs(&pair.b, 0, 100, 1);
    fake_write(&pair.a, 7, LOG_NONCE, 1, 1);
    fake_connect(&pair.end_a, 1);
    /* Hellos, then frontiers with the first block behind them. */
    assert_int_equal(fake_run(pair.ends, 2, 4), 4);
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], 1);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_KEYED], 0);
    /* Hello 35, frontier 1 + 1 + 8 + 1 + 1 + 100 × 3, end 2. */
    assert_int_equal(pair.end_b.sent_bytes, HELLO_BYTES + 12 + 300 + 2);
    pair_deinit(&pair);
}

static void six_hundred_logs_are_compared_by_buckets_first(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 600, 1);
    write_logs(&pair.b, 0, 600, 1);
    fake_write(&pair.a, 7, LOG_NONCE, 3, 1);
    fake_write(&pair.b, 9, LOG_NONCE, 2, 1);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_BUCKETS], 1);
    assert_int_equal(pair.end_b.sent[BY_MESSAGE_BUCKETS], 1);
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], 3);
    assert_int_equal(pair.end_b.sent[BY_MESSAGE_BLOCK], 2);
    /* Buckets 1,033 and the logs of two of them, at 2.3 a bucket. */
    assert_in_range(pair.end_b.sent_bytes, 1033, 1033 + 1000);
    pair_deinit(&pair);
}

static void buckets_are_compared_first_only_above_the_limit(void **state)
{
    (void)state;
    for (uint32_t more = 0; more < 3; more++) {
        struct pair pair;

        pair_init(&pair);
        write_logs(&pair.a, 0, BY_SYNC_POSITIONAL_MAX - 1 + more, 0);
        write_logs(&pair.b, 0, BY_SYNC_POSITIONAL_MAX - 1 + more, 0);
        fake_write(&pair.a, 7, LOG_NONCE, 1, 1);
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_BUCKETS], more == 2);
        pair_deinit(&pair);
    }
}

static void six_hundred_logs_reach_an_empty_node(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 600, 1);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void a_cut_after_any_message_is_made_good_by_the_next_session(void **state)
{
    size_t total = MESSAGES_MAX;

    (void)state;
    for (size_t cut = 0; cut < total; cut++) {
        struct pair pair;

        pair_init(&pair);
        write_logs(&pair.a, 0, 4, 5);
        write_logs(&pair.b, 2, 4, 5);
        fake_write(&pair.b, 3, LOG_NONCE, 9, 3);
        fake_connect(&pair.end_a, 1);
        total = fake_run(pair.ends, 2, cut) < cut ? cut : total;
        fake_cut(&pair.end_a);
        fake_connect(&pair.end_b, 2);
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        pair_deinit(&pair);
    }
    assert_true(total < MESSAGES_MAX);
}

static void what_is_stored_is_not_sent_again_after_a_cut(void **state)
{
    struct pair pair;
    size_t before = 0;

    (void)state;
    pair_init(&pair);
    fake_announce(&pair.a, 1, LOG_NONCE);
    fake_write(&pair.a, 1, LOG_NONCE, 200, 4);
    fake_connect(&pair.end_a, 1);
    (void)fake_run(pair.ends, 2, 40);
    before = by_session_stats(pair.end_b.session)->blocks_in;
    assert_in_range(before, 10, 49);
    fake_cut(&pair.end_a);
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_in_range(pair.end_a.sent[BY_MESSAGE_BLOCK], 51 - before, 52 - before);
    pair_deinit(&pair);
}

static void a_new_entry_is_with_the_peer_after_one_message(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 5, 3);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    fake_write(&pair.a, 3, LOG_NONCE, 1, 1);
    fake_poll_all(&pair.a);
    assert_int_equal(fake_run(pair.ends, 2, MESSAGES_MAX), 1);
    assert_true(pair_is_in_sync(&pair));
    /* And back. */
    fake_write(&pair.b, 3, LOG_NONCE, 1, 1);
    fake_poll_all(&pair.b);
    assert_int_equal(fake_run(pair.ends, 2, MESSAGES_MAX), 1);
    assert_true(pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void a_log_opened_live_arrives_after_the_act_that_opens_it(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 2, 3);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    fake_announce(&pair.a, 9, LOG_NONCE);
    fake_write(&pair.a, 9, LOG_NONCE, 10, 2);
    fake_poll_all(&pair.a);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(by_session_stats(pair.end_b.session)->dropped_runs, 0);
    pair_deinit(&pair);
}

static void an_act_written_while_records_are_compared_is_no_trouble(void **state)
{
    (void)state;
    for (size_t at = 0; at < 30; at++) {
        struct pair pair;

        pair_init(&pair);
        write_logs(&pair.a, 0, 3, 3);
        write_logs(&pair.b, 2, 3, 3);
        fake_connect(&pair.end_a, 1);
        (void)fake_run(pair.ends, 2, at);
        fake_announce(&pair.a, 20, LOG_NONCE);
        fake_write(&pair.a, 20, LOG_NONCE, 5, 2);
        fake_write(&pair.b, 2, LOG_NONCE, 5, 2);
        fake_poll_all(&pair.a);
        fake_poll_all(&pair.b);
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        pair_deinit(&pair);
    }
}

struct line {
    struct fake_node nodes[3];
    struct fake_link ends[6];
    struct fake_link *all[6];
};

/* Links 0-1 (ends 0, 1), 1-2 (ends 2, 3) and, for a ring, 2-0 (ends 4, 5). */
static void line_init(struct line *line, size_t links)
{
    memset(line, 0, sizeof *line);
    for (size_t i = 0; i < 3; i++)
        fake_node_init(&line->nodes[i]);
    for (size_t i = 0; i < links; i++)
        fake_join(&line->nodes[i], &line->ends[2 * i], &line->nodes[(i + 1) % 3],
                  &line->ends[2 * i + 1]);
    for (size_t i = 0; i < 6; i++)
        line->all[i] = &line->ends[i];
}

static void line_deinit(struct line *line, size_t links)
{
    for (size_t i = 0; i < links; i++)
        fake_cut(&line->ends[2 * i]);
    for (size_t i = 0; i < 3; i++)
        fake_node_deinit(&line->nodes[i]);
}

static void blocks_are_passed_on_and_never_back(void **state)
{
    struct line line;

    (void)state;
    line_init(&line, 2);
    write_logs(&line.nodes[0], 0, 3, 3);
    fake_connect(&line.ends[0], 1);
    fake_connect(&line.ends[2], 2);
    (void)fake_run(line.all, 4, MESSAGES_MAX);
    assert_true(fake_equal(&line.nodes[0], &line.nodes[2]));
    fake_write(&line.nodes[0], 1, LOG_NONCE, 6, 2);
    fake_poll_all(&line.nodes[0]);
    assert_int_equal(fake_run(line.all, 4, MESSAGES_MAX), 6);
    assert_true(fake_equal(&line.nodes[0], &line.nodes[2]));
    assert_int_equal(line.ends[1].sent[BY_MESSAGE_BLOCK], 0);
    assert_int_equal(line.ends[3].sent[BY_MESSAGE_BLOCK], 0);
    line_deinit(&line, 2);
}

static void in_a_ring_a_block_crosses_each_link_at_most_once_each_way(void **state)
{
    struct line line;
    size_t blocks = 0;

    (void)state;
    line_init(&line, 3);
    write_logs(&line.nodes[0], 0, 3, 3);
    for (size_t i = 0; i < 3; i++)
        fake_connect(&line.ends[2 * i], (uint8_t)i);
    (void)fake_run(line.all, 6, MESSAGES_MAX);
    for (size_t i = 0; i < 6; i++)
        line.ends[i].sent[BY_MESSAGE_BLOCK] = 0;
    fake_write(&line.nodes[0], 1, LOG_NONCE, 10, 1);
    fake_poll_all(&line.nodes[0]);
    (void)fake_run(line.all, 6, MESSAGES_MAX);
    assert_true(fake_equal(&line.nodes[0], &line.nodes[1]));
    assert_true(fake_equal(&line.nodes[0], &line.nodes[2]));
    for (size_t i = 0; i < 6; i++)
        blocks += line.ends[i].sent[BY_MESSAGE_BLOCK];
    assert_in_range(blocks, 20, 60);
    for (size_t i = 0; i < 6; i++)
        assert_true(line.ends[i].sent[BY_MESSAGE_BLOCK] <= 10);
    line_deinit(&line, 3);
}

static void a_live_session_compares_again_by_itself(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 5, 3);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_int_equal(by_session_deadline_ms(pair.end_a.session), BY_SYNC_RESYNC_MS);
    pair.a.now_ms = pair.b.now_ms = BY_SYNC_RESYNC_MS - 1;
    fake_poll_all(&pair.a);
    assert_int_equal(pair_run(&pair), 0);
    pair.a.now_ms = pair.b.now_ms = BY_SYNC_RESYNC_MS;
    fake_poll_all(&pair.a);
    assert_int_equal(pair_run(&pair), 2);
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(pair.end_b.in_sync_count, 2);
    pair_deinit(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_that_are_equal_say_hello_and_nothing_else),
        cmocka_unit_test(an_empty_node_gets_all_acts_and_records),
        cmocka_unit_test(both_directions_flow_at_once),
        cmocka_unit_test(where_acts_agree_records_flow_after_one_round_trip),
        cmocka_unit_test(six_hundred_logs_are_compared_by_buckets_first),
        cmocka_unit_test(buckets_are_compared_first_only_above_the_limit),
        cmocka_unit_test(six_hundred_logs_reach_an_empty_node),
        cmocka_unit_test(a_cut_after_any_message_is_made_good_by_the_next_session),
        cmocka_unit_test(what_is_stored_is_not_sent_again_after_a_cut),
        cmocka_unit_test(a_new_entry_is_with_the_peer_after_one_message),
        cmocka_unit_test(a_log_opened_live_arrives_after_the_act_that_opens_it),
        cmocka_unit_test(an_act_written_while_records_are_compared_is_no_trouble),
        cmocka_unit_test(blocks_are_passed_on_and_never_back),
        cmocka_unit_test(in_a_ring_a_block_crosses_each_link_at_most_once_each_way),
        cmocka_unit_test(a_live_session_compares_again_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
