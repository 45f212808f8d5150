#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/pair.h"

#define WRITER 1u

static const uint8_t text[100] = {"a site"};

/* count more entries at the end of the writer's log, another chain for each variant. */
static void write_on(struct fake_node *node, uint8_t nonce, uint8_t variant, size_t count)
{
    fake_write_on(node, WRITER, nonce, NULL, variant, count, 7, by_bytes_of(text, sizeof text), 99);
}

/* Another branch from the entry at seq of the log's first branch. */
static void
write_from(struct fake_node *node, uint8_t nonce, uint64_t seq, uint8_t variant, size_t count)
{
    struct by_log_id id = fake_log_id(WRITER, nonce);
    const struct fake_log *log = fake_find_log(node, &id);

    fake_write_on(node, WRITER, nonce, &log->entries[seq].at, variant, count, 7,
                  by_bytes_of(text, sizeof text), 99);
}

static size_t tip_count(struct fake_node *node, uint8_t nonce)
{
    struct by_log_id id = fake_log_id(WRITER, nonce);

    return by_frontier_find(&node->frontier, &id)->tip_count;
}

static void connect_and_compare(struct pair *pair, uint8_t handshake)
{
    fake_cut(&pair->end_a);
    fake_connect(&pair->end_a, handshake);
    (void)pair_run(pair);
    assert_true(pair_is_in_sync(pair));
}

struct fork_row {
    const char *name;
    size_t common;
    size_t at_a, at_b; /* entries after the fork */
};

static void a_log_forked_between_two_nodes_is_whole_on_both_after_one_session(void **state)
{
    static const struct fork_row rows[] = {
        {"at the first entry", 0, 3, 5},       {"just behind", 10, 1, 1},
        {"the same length", 20, 20, 20},       {"one long branch", 30, 400, 2},
        {"the other long branch", 30, 2, 400}, {"late in a long log", 500, 3, 9},
        {"early in a long log", 3, 300, 300},  {"far back", 700, 150, 700},
    };

    (void)state;
    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            uint8_t nonce = kind == 0 ? LOG_NONCE : 0;
            struct pair pair;

            print_message("%s, %s\n", rows[i].name, kind == 0 ? "records" : "acts");
            pair_init(&pair);
            fake_announce(&pair.a, WRITER, LOG_NONCE);
            fake_announce(&pair.b, WRITER, LOG_NONCE);
            if (rows[i].common > 0) {
                write_on(&pair.a, nonce, 0, rows[i].common);
                write_on(&pair.b, nonce, 0, rows[i].common);
            }
            write_on(&pair.a, nonce, 1, rows[i].at_a);
            write_on(&pair.b, nonce, 2, rows[i].at_b);
            connect_and_compare(&pair, 1);
            assert_int_equal(tip_count(&pair.a, nonce), 2);
            /* From then on the fork costs nothing. */
            connect_and_compare(&pair, 2);
            assert_int_equal(pair.end_a.sent_messages, 1);
            assert_int_equal(pair.end_b.sent_messages, 1);
            pair_deinit(&pair);
        }
    }
}

static void the_common_part_of_a_long_forked_log_is_not_sent_again(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    fake_announce(&pair.a, WRITER, LOG_NONCE);
    fake_announce(&pair.b, WRITER, LOG_NONCE);
    write_on(&pair.a, LOG_NONCE, 0, 1400);
    write_on(&pair.b, LOG_NONCE, 0, 1400);
    write_on(&pair.a, LOG_NONCE, 1, 7);
    write_on(&pair.b, LOG_NONCE, 2, 700);
    connect_and_compare(&pair, 1);
    assert_true(pair.end_a.sent[BY_MESSAGE_OFFER] > 0);
    assert_true(pair.end_b.sent[BY_MESSAGE_PROBE] + pair.end_a.sent[BY_MESSAGE_PROBE] > 0);
    /* At most a block's worth of entries from before the fork. */
    assert_in_range(pair.end_a.sent[BY_MESSAGE_BLOCK], 1, 1 + 64 / 7 + 1);
    assert_in_range(pair.end_b.sent[BY_MESSAGE_BLOCK], 100, 100 + 64 / 7 + 1);
    pair_deinit(&pair);
}

static void branches_of_one_node_reach_another_that_has_none_or_one(void **state)
{
    (void)state;
    for (size_t held = 0; held < 3; held++) {
        struct pair pair;

        pair_init(&pair);
        fake_announce(&pair.a, WRITER, LOG_NONCE);
        write_on(&pair.a, LOG_NONCE, 0, 50);
        for (uint8_t i = 1; i <= 3; i++)
            write_from(&pair.a, LOG_NONCE, 20 + i % 2, i, 10 * i);
        if (held > 0) {
            fake_announce(&pair.b, WRITER, LOG_NONCE);
            write_on(&pair.b, LOG_NONCE, 0, held == 1 ? 50 : 14);
        }
        connect_and_compare(&pair, 1);
        pair_deinit(&pair);
    }
}

static void of_more_branches_than_count_the_same_ones_count_on_both(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    fake_announce(&pair.a, WRITER, LOG_NONCE);
    fake_announce(&pair.b, WRITER, LOG_NONCE);
    write_on(&pair.a, LOG_NONCE, 0, 30);
    write_on(&pair.b, LOG_NONCE, 0, 30);
    for (uint8_t i = 0; i < 6; i++) {
        write_from(&pair.a, LOG_NONCE, 13, 10 + i, 5 + i);
        write_from(&pair.b, LOG_NONCE, 13, 20 + i, 5 + i);
    }
    connect_and_compare(&pair, 1);
    assert_int_equal(tip_count(&pair.a, LOG_NONCE), BY_FORK_BRANCHES_MAX);
    connect_and_compare(&pair, 2);
    assert_int_equal(pair.end_a.sent_messages, 1);
    pair_deinit(&pair);
}

static void a_fork_that_happens_live_reaches_both(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < 2; kind++) {
        uint8_t nonce = kind == 0 ? LOG_NONCE : 0;
        struct pair pair;

        pair_init(&pair);
        fake_announce(&pair.a, WRITER, LOG_NONCE);
        write_on(&pair.a, nonce, 0, 5);
        connect_and_compare(&pair, 1);
        write_on(&pair.a, nonce, 1, 9);
        write_on(&pair.b, nonce, 2, 16);
        fake_poll_all(&pair.a);
        fake_poll_all(&pair.b);
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        assert_int_equal(tip_count(&pair.a, nonce), 2);
        /* Both writers go on, unaware of each other. */
        for (uint8_t i = 0; i < 3; i++) {
            write_on(&pair.a, nonce, 3, 4);
            fake_poll_all(&pair.a);
            (void)pair_run(&pair);
            assert_true(pair_is_in_sync(&pair));
        }
        pair_deinit(&pair);
    }
}

static void a_run_whose_beginning_is_missing_makes_the_receiver_ask_for_it(void **state)
{
    struct by_log_id id = fake_log_id(WRITER, LOG_NONCE);
    struct pair pair;
    struct fake_log *log;

    (void)state;
    pair_init(&pair);
    fake_announce(&pair.a, WRITER, LOG_NONCE);
    write_on(&pair.a, LOG_NONCE, 0, 140);
    connect_and_compare(&pair, 1);
    /* The receiver's store loses all it held of the log, and says so to nobody. */
    log = fake_find_log(&pair.b, &id);
    log->entry_count = 0;
    write_on(&pair.a, LOG_NONCE, 0, 7);
    fake_poll_all(&pair.a);
    (void)pair_run(&pair);
    assert_int_equal(log->entry_count, 147);
    assert_true(pair.end_b.sent[BY_MESSAGE_PROBE] > 0);
    pair_deinit(&pair);
}

static void only_so_many_branches_are_offered_at_once(void **state)
{
    const uint32_t counts[] = {BY_SYNC_OFFERS_MAX - 1, BY_SYNC_OFFERS_MAX, BY_SYNC_OFFERS_MAX + 1};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pair pair;

        pair_init(&pair);
        for (uint32_t writer = 0; writer < counts[i]; writer++) {
            fake_announce(&pair.a, writer, LOG_NONCE);
            fake_announce(&pair.b, writer, LOG_NONCE);
            fake_write_on(&pair.a, writer, LOG_NONCE, NULL, 1, 3, 1, by_bytes_of(text, 9), 99);
            fake_write_on(&pair.b, writer, LOG_NONCE, NULL, 2, 3, 1, by_bytes_of(text, 9), 99);
        }
        pair.end_b.is_cut_off = true;
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        pair.end_b.is_cut_off = false;
        /* B reads all that A says, and A nothing from the first offer on. */
        while (pair.end_a.sent[BY_MESSAGE_OFFER] == 0)
            assert_int_equal(fake_run(pair.ends, 2, 1), 1);
        pair.end_a.is_cut_off = true;
        (void)pair_run(&pair);
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_OFFER],
                         counts[i] < BY_SYNC_OFFERS_MAX ? counts[i] : BY_SYNC_OFFERS_MAX);
        pair.end_a.is_cut_off = false;
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        pair_deinit(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_forked_between_two_nodes_is_whole_on_both_after_one_session),
        cmocka_unit_test(the_common_part_of_a_long_forked_log_is_not_sent_again),
        cmocka_unit_test(branches_of_one_node_reach_another_that_has_none_or_one),
        cmocka_unit_test(of_more_branches_than_count_the_same_ones_count_on_both),
        cmocka_unit_test(a_fork_that_happens_live_reaches_both),
        cmocka_unit_test(a_run_whose_beginning_is_missing_makes_the_receiver_ask_for_it),
        cmocka_unit_test(only_so_many_branches_are_offered_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
