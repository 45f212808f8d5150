#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/frontier.h"

static struct by_log_id log_id(uint32_t n)
{
    struct by_log_id log = {.nonce = {1}};

    by_put_u32be(log.device.bytes, n);
    return log;
}

static struct by_tip tip(uint64_t seq, uint8_t id)
{
    return (struct by_tip){.seq = seq, .id = {{id}}};
}

static void set(struct by_frontier *frontier, uint32_t n, bool is_act_log,
                const struct by_tip *tips, size_t count)
{
    struct by_log_id log = log_id(n);

    assert_int_equal(by_frontier_set(frontier, &log, is_act_log, tips, count), BANYAN_OK);
}

static struct by_id state_of(struct by_frontier *frontier)
{
    struct by_id digest;

    by_frontier_state(frontier, &digest);
    return digest;
}

static void assert_same(struct by_frontier *a, struct by_frontier *b)
{
    struct by_id left = state_of(a);
    struct by_id right = state_of(b);

    assert_true(by_id_equal(&left, &right));
    assert_true(by_id_equal(by_frontier_acts(a), by_frontier_acts(b)));
    assert_true(by_id_equal(by_frontier_list(a), by_frontier_list(b)));
}

static void digests_do_not_depend_on_the_order_of_changes(void **state)
{
    struct by_frontier up, down;
    struct by_tip tips[2] = {tip(5, 9), tip(7, 3)};
    struct by_tip swapped[2] = {tip(7, 3), tip(5, 9)};

    (void)state;
    by_frontier_init(&up);
    by_frontier_init(&down);
    for (uint32_t i = 0; i < 700; i++) {
        set(&up, i, i % 3 == 0, tips, 1 + i % 2);
        if (i % 50 == 0)
            (void)state_of(&up);
    }
    for (uint32_t i = 700; i-- > 0;) {
        set(&down, i, i % 3 == 0, swapped, 2);
        set(&down, i, i % 3 == 0, i % 2 == 1 ? swapped : tips, 1 + i % 2);
    }
    assert_same(&up, &down);
    assert_int_equal(up.record_log_count, 466);
    by_frontier_deinit(&up);
    by_frontier_deinit(&down);
}

static void each_change_of_a_tip_shows_in_the_state_and_going_back_undoes_it(void **state)
{
    struct by_frontier frontier;
    struct by_tip one = tip(1, 1);
    struct by_tip other = tip(2, 2);
    struct by_tip both[2] = {tip(2, 2), tip(1, 1)};
    struct by_id before, after, acts;

    (void)state;
    by_frontier_init(&frontier);
    set(&frontier, 1, false, &one, 1);
    set(&frontier, 2, true, &one, 1);
    before = state_of(&frontier);
    acts = *by_frontier_acts(&frontier);
    set(&frontier, 1, false, &other, 1);
    after = state_of(&frontier);
    assert_false(by_id_equal(&before, &after));
    assert_true(by_id_equal(&acts, by_frontier_acts(&frontier)));
    set(&frontier, 1, false, both, 2);
    assert_int_equal(by_frontier_highest(&frontier.logs[0])->seq, 2);
    set(&frontier, 2, true, &other, 1);
    assert_false(by_id_equal(&acts, by_frontier_acts(&frontier)));
    set(&frontier, 1, false, &one, 1);
    set(&frontier, 2, true, &one, 1);
    after = state_of(&frontier);
    assert_true(by_id_equal(&before, &after));
    by_frontier_deinit(&frontier);
}

static void an_empty_log_is_in_the_list_and_not_in_the_state(void **state)
{
    struct by_frontier frontier;
    struct by_log_id log = log_id(4);
    struct by_id empty, list, now;

    (void)state;
    by_frontier_init(&frontier);
    empty = state_of(&frontier);
    list = *by_frontier_list(&frontier);
    set(&frontier, 4, false, NULL, 0);
    now = state_of(&frontier);
    assert_true(by_id_equal(&empty, &now));
    assert_false(by_id_equal(&list, by_frontier_list(&frontier)));
    assert_null(by_frontier_highest(by_frontier_find(&frontier, &log)));
    by_frontier_remove(&frontier, &log);
    assert_true(by_id_equal(&list, by_frontier_list(&frontier)));
    assert_null(by_frontier_find(&frontier, &log));
    by_frontier_remove(&frontier, &log);
    assert_int_equal(frontier.record_log_count, 0);
    by_frontier_deinit(&frontier);
}

static void what_one_side_says_in_one_round_is_no_word_of_another(void **state)
{
    struct by_frontier frontier;
    struct by_tip one = tip(1, 1);
    struct by_sync_voice voices[4] = {{.side = 0, .round = 0},
                                      {.side = 1, .round = 0},
                                      {.side = 0, .round = 1},
                                      {.handshake = {{1}}, .side = 0, .round = 0}};
    uint8_t tags[4][BY_SYNC_STATE_BYTES];
    uint8_t keys[4][BY_SYNC_KEY_BYTES];
    struct by_log_id log = log_id(1);

    (void)state;
    by_frontier_init(&frontier);
    set(&frontier, 1, false, &one, 1);
    for (size_t i = 0; i < 4; i++) {
        by_sync_hash(&voices[i], BY_SYNC_STATE, by_id_bytes(&one.id), tags[i], sizeof tags[i]);
        by_sync_log_key(&voices[i], &log, keys[i]);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(tags[i], tags[k], sizeof tags[i]);
    }
    /* Names of logs are the same from both sides, for the whole session. */
    assert_memory_equal(keys[0], keys[1], sizeof keys[0]);
    assert_memory_equal(keys[0], keys[2], sizeof keys[0]);
    assert_memory_not_equal(keys[0], keys[3], sizeof keys[0]);
    by_frontier_deinit(&frontier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_do_not_depend_on_the_order_of_changes),
        cmocka_unit_test(each_change_of_a_tip_shows_in_the_state_and_going_back_undoes_it),
        cmocka_unit_test(an_empty_log_is_in_the_list_and_not_in_the_state),
        cmocka_unit_test(what_one_side_says_in_one_round_is_no_word_of_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
