/* Stretches of logs: what is in them, and how little they take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "log/extent.h"

#define LOGS 3u
#define SEQS 60u

static struct by_log_id numbered_log(unsigned number)
{
    struct by_log_id log = {.nonce = {(uint8_t)number}};

    return log;
}

static void add(struct by_extents *extents, unsigned number, uint64_t from, uint64_t until)
{
    struct by_log_id log = numbered_log(number);

    assert_int_equal(by_extents_add(extents, &log, from, until), BANYAN_OK);
}

static bool holds(const struct by_extents *extents, unsigned number, uint64_t seq)
{
    struct by_log_id log = numbered_log(number);

    return by_extents_find(extents, &log, seq) < extents->count;
}

static void what_goes_on_where_the_last_ended_is_one(void **state)
{
    struct by_extents extents = {0};
    (void)state;

    for (uint64_t seq = 0; seq < 100000; seq += 10)
        add(&extents, 0, seq, seq + 10);
    assert_int_equal(extents.count, 1);
    assert_int_equal(extents.capacity, 8);
    by_extents_join(&extents);
    assert_true(holds(&extents, 0, 0) && holds(&extents, 0, 99999));
    assert_false(holds(&extents, 0, 100000) || holds(&extents, 1, 5));
    by_extents_deinit(&extents);
}

static void logs_in_turns_take_one_each_and_no_more_room_than_that(void **state)
{
    struct by_extents extents = {0};
    (void)state;

    for (uint64_t seq = 0; seq < 10000; seq++)
        for (unsigned log = 0; log < LOGS; log++)
            add(&extents, log, seq, seq + 1);
    assert_int_equal(extents.capacity, 8);
    by_extents_join(&extents);
    assert_int_equal(extents.count, LOGS);
    for (unsigned log = 0; log < LOGS; log++)
        assert_true(holds(&extents, log, 0) && holds(&extents, log, 9999));
    by_extents_deinit(&extents);
}

static void add_apart(struct by_extents *extents, unsigned pieces)
{
    for (uint64_t i = 0; i < pieces; i++)
        add(extents, 1, i * 10, i * 10 + 2);
    by_extents_join(extents);
}

static void pieces_apart_are_kept_up_to_a_bound_and_then_as_one(void **state)
{
    static const struct {
        unsigned pieces;
        size_t kept;
    } rows[] = {
        {BY_EXTENTS_PER_LOG_MAX - 1, BY_EXTENTS_PER_LOG_MAX - 1},
        {BY_EXTENTS_PER_LOG_MAX, BY_EXTENTS_PER_LOG_MAX},
        {BY_EXTENTS_PER_LOG_MAX + 1, 1},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_extents extents = {0};

        add(&extents, 0, 7, 8);
        add_apart(&extents, rows[i].pieces);
        add(&extents, 2, 7, 8);
        by_extents_join(&extents);
        assert_int_equal(extents.count, rows[i].kept + 2);
        assert_int_equal(holds(&extents, 1, 5), rows[i].kept == 1);
        assert_false(holds(&extents, 1, rows[i].pieces * 10));
        by_extents_deinit(&extents);
    }
}

static unsigned pieces_of(const bool table[SEQS])
{
    unsigned pieces = 0;

    for (unsigned seq = 0; seq < SEQS; seq++)
        pieces += table[seq] && (seq == 0 || !table[seq - 1]);
    return pieces;
}

/* Against a table of what was added. */
static void nothing_that_was_added_is_ever_lacking(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 300; seed++) {
        struct by_extents extents = {0};
        bool table[LOGS][SEQS] = {{false}};
        unsigned most[LOGS] = {0}; /* pieces that it ever had */

        srand(seed);
        for (int i = rand() % 40; i >= 0; i--) {
            unsigned log = (unsigned)rand() % LOGS;
            unsigned from = (unsigned)rand() % (SEQS - 1);
            unsigned until = from + 1 + (unsigned)rand() % (SEQS - from < 6 ? SEQS - from : 6);

            add(&extents, log, from, until);
            memset(&table[log][from], true, until - from);
            unsigned pieces = pieces_of(table[log]);
            most[log] = pieces > most[log] ? pieces : most[log];
        }
        by_extents_join(&extents);
        for (unsigned log = 0; log < LOGS; log++)
            for (unsigned seq = 0; seq < SEQS; seq++)
                if (holds(&extents, log, seq) != table[log][seq] &&
                    (table[log][seq] || most[log] <= BY_EXTENTS_PER_LOG_MAX))
                    fail_msg("seed %u: log %u at %u", seed, log, seq);
        by_extents_deinit(&extents);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_on_where_the_last_ended_is_one),
        cmocka_unit_test(logs_in_turns_take_one_each_and_no_more_room_than_that),
        cmocka_unit_test(pieces_apart_are_kept_up_to_a_bound_and_then_as_one),
        cmocka_unit_test(nothing_that_was_added_is_ever_lacking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
