#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/pair.h"

/* A message of our own making to one end, as if the other had sent it. */
static void inject(struct fake_link *link, const struct by_message *message)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);

    assert_int_equal(by_message_encode(message, &bytes), BANYAN_OK);
    fake_deliver_to(link, by_buffer_bytes(&bytes));
    by_buffer_deinit(&bytes);
    (void)fake_receive_next(link);
}

static void advance_clock(struct pair *pair, uint64_t ms)
{
    pair->a.now_ms += ms;
    pair->b.now_ms += ms;
    fake_poll_all(&pair->a);
    fake_poll_all(&pair->b);
}

/* Payloads that do not compress. */
static void
write_noise(struct fake_node *node, uint32_t writer, uint8_t nonce, size_t count, size_t size)
{
    uint8_t *noise = malloc(size);
    uint64_t seed = 5;

    assert_non_null(noise);
    for (size_t i = 0; i < size; i++)
        noise[i] = (uint8_t)sample_next(&seed);
    fake_write_on(node, writer, nonce, NULL, 0, count, 1, by_bytes_of(noise, size), 99);
    free(noise);
}

/* -- credit -- */

static void no_more_than_the_window_is_sent_before_anything_is_stored(void **state)
{
    struct pair pair;
    struct fake_link *receiver = &pair.end_b;
    size_t sent = 0;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 1, 0);
    write_logs(&pair.b, 0, 1, 0);
    write_noise(&pair.a, 0, LOG_NONCE, 60, 40000);
    receiver->is_slow = true;
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    sent = pair.end_a.sent_bytes;
    assert_in_range(sent, BY_SYNC_WINDOW_BYTES - 41000, BY_SYNC_WINDOW_BYTES + 1000);
    assert_int_equal(receiver->sent[BY_MESSAGE_CREDIT], 0);
    receiver->is_slow = false;
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    assert_in_range(receiver->sent[BY_MESSAGE_CREDIT], 10, 60 * 40000 / BY_SYNC_TOP_UP_BYTES + 1);
    pair_deinit(&pair);
}

static void a_block_beyond_the_credit_closes_the_session(void **state)
{
    struct pair pair;
    struct by_log_id id = fake_log_id(0, LOG_NONCE);
    const struct fake_log *log;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 1, 0);
    write_logs(&pair.b, 0, 1, 0);
    write_noise(&pair.a, 0, LOG_NONCE, 8, 60000);
    log = fake_find_log(&pair.a, &id);
    pair.end_b.is_slow = true;
    pair.end_a.is_cut_off = true;
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    for (size_t i = 0; i < 5 && !pair.end_b.is_closed; i++) {
        struct by_message block = {
            .type = BY_MESSAGE_BLOCK,
            .block = {.base = log->blocks[i].base,
                      .packed = by_bytes_of(log->blocks[i].packed, log->blocks[i].size)}};

        assert_int_equal(pair.end_b.queue_count, i);
        inject(&pair.end_b, &block);
        assert_int_equal(pair.end_b.is_closed, i == 4);
    }
    assert_int_equal(pair.end_b.reason, BY_REASON_PROTOCOL);
    pair_deinit(&pair);
}

static void credit_for_more_than_a_window_is_refused(void **state)
{
    static const struct {
        uint64_t more;
        bool is_closed;
    } rows[] = {{0, false}, {1, true}, {UINT64_MAX - BY_SYNC_WINDOW_BYTES, true}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_message credit = {.type = BY_MESSAGE_CREDIT,
                                    .credit = BY_SYNC_WINDOW_BYTES + rows[i].more};
        struct pair pair;

        pair_init(&pair);
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        inject(&pair.end_a, &credit);
        assert_int_equal(pair.end_a.is_closed, rows[i].is_closed);
        pair_deinit(&pair);
    }
}

/* -- rights -- */

static void nothing_but_a_reason_is_told_to_a_peer_without_role(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 3, 3);
    pair.end_a.right = BY_RIGHT_NONE;
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(pair.end_a.is_closed);
    assert_int_equal(pair.end_a.sent_bytes, 2);
    assert_int_equal(pair.end_b.reason, BY_REASON_NO_ROLE);
    assert_true(pair.end_b.is_by_peer);
    pair_deinit(&pair);
}

static void a_role_that_is_lost_cuts_the_session_in_the_same_step(void **state)
{
    (void)state;
    for (size_t at = 0; at < 12; at++) {
        struct pair pair;
        size_t blocks = 0;

        pair_init(&pair);
        write_logs(&pair.a, 0, 3, 30);
        fake_connect(&pair.end_a, 1);
        (void)fake_run(pair.ends, 2, at);
        blocks = pair.end_a.sent[BY_MESSAGE_BLOCK];
        pair.end_a.right = at % 2 == 0 ? BY_RIGHT_NONE : BY_RIGHT_ACTS_IN;
        fake_write(&pair.a, 1, LOG_NONCE, 1, 1);
        fake_poll_all(&pair.a);
        assert_true(pair.end_a.is_closed);
        assert_int_equal(pair.end_a.reason, BY_REASON_NO_ROLE);
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], blocks);
        pair_deinit(&pair);
    }
}

/* B has a role by acts that A does not hold yet. */
static void an_unknown_key_that_proves_its_role_goes_on_as_a_member(void **state)
{
    struct by_log_id joined = fake_log_id(8, 0);
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 3, 3);
    write_logs(&pair.b, 0, 2, 3);
    write_logs(&pair.b, 8, 1, 9);
    pair.end_a.right = BY_RIGHT_ACTS_IN;
    fake_connect(&pair.end_b, 1);
    while (by_frontier_find(&pair.a.frontier, &joined) == NULL && fake_run(pair.ends, 2, 1) == 1)
        assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], 0);
    /* What A told: hello, and of the two logs it was asked about how far it is. */
    assert_int_equal(pair.end_a.sent_bytes, 35 + 3 + 2 * 11);
    pair.end_a.right = BY_RIGHT_ALL;
    fake_poll_all(&pair.a);
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void an_unknown_key_is_sent_nothing_and_closed_in_time(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 3, 3);
    write_logs(&pair.b, 8, 1, 9);
    pair.a.unshared = fake_key(8).public_key;
    pair.end_a.right = BY_RIGHT_ACTS_IN;
    fake_connect(&pair.end_b, 1);
    (void)pair_run(&pair);
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_BLOCK], 0);
    assert_int_equal(by_session_stats(pair.end_a.session)->dropped_runs, 1);
    assert_int_equal(pair.a.frontier.count, 6);
    advance_clock(&pair, BY_LIMITED_MS_MAX - 1);
    assert_false(pair.end_a.is_closed);
    assert_int_equal(by_session_deadline_ms(pair.end_a.session), BY_LIMITED_MS_MAX);
    advance_clock(&pair, 1);
    assert_true(pair.end_a.is_closed);
    assert_int_equal(pair.end_a.reason, BY_REASON_NO_ROLE);
    pair_deinit(&pair);
}

static void an_unknown_key_sends_so_many_bytes_of_acts_and_no_more(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_noise(&pair.b, 8, 0, 50, 3000);
    pair.end_a.right = BY_RIGHT_ACTS_IN;
    fake_connect(&pair.end_b, 1);
    (void)pair_run(&pair);
    assert_in_range(pair.end_b.sent_bytes, BY_SYNC_LIMITED_BYTES - 4000,
                    BY_SYNC_LIMITED_BYTES + 100);
    pair_deinit(&pair);
}

static void records_of_an_unknown_key_are_not_looked_at(void **state)
{
    struct by_log_id id = fake_log_id(0, LOG_NONCE);
    const struct fake_log *log;
    struct by_message block = {.type = BY_MESSAGE_BLOCK};
    struct by_message probe = {.type = BY_MESSAGE_PROBE, .branch = {.log = id, .high = 1}};
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 1, 3);
    pair.end_a.right = BY_RIGHT_ACTS_IN;
    fake_connect(&pair.end_b, 1);
    pair.end_b.is_cut_off = true;
    (void)pair_run(&pair);
    log = fake_find_log(&pair.a, &id);
    block.block.base = log->blocks[0].base;
    block.block.packed = by_bytes_of(log->blocks[0].packed, log->blocks[0].size);
    probe.branch.tip = log->blocks[0].last;
    inject(&pair.end_a, &block);
    inject(&pair.end_a, &probe);
    assert_int_equal(by_session_stats(pair.end_a.session)->ignored_messages, 2);
    assert_int_equal(pair.end_a.sent_messages, 1);
    pair_deinit(&pair);
}

/* -- acts and logs that do not count -- */

static void acts_that_are_not_shared_are_dropped_and_counted(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 2, 3);
    pair.b.unshared = fake_key(1).public_key;
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_int_equal(pair.b.frontier.count, 2);
    assert_true(by_session_stats(pair.end_b.session)->dropped_runs >= 1);
    assert_false(pair.end_a.is_closed);
    assert_false(pair.end_b.is_closed);
    pair_deinit(&pair);
}

static void a_gap_that_is_never_closed_is_asked_about_so_often(void **state)
{
    struct by_log_id id = fake_log_id(0, LOG_NONCE);
    const struct fake_log *log;
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 1, 40);
    write_logs(&pair.b, 0, 1, 0);
    log = fake_find_log(&pair.a, &id);
    pair.end_a.is_cut_off = true;
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    for (size_t i = 1; i < log->block_count; i++) {
        struct by_message block = {
            .type = BY_MESSAGE_BLOCK,
            .block = {.base = log->blocks[i].base,
                      .packed = by_bytes_of(log->blocks[i].packed, log->blocks[i].size)}};

        inject(&pair.end_b, &block);
        (void)fake_store_next(&pair.end_b);
    }
    assert_int_equal(pair.end_b.sent[BY_MESSAGE_PROBE], BY_SYNC_GAPS_MAX);
    pair_deinit(&pair);
}

/* -- broken messages -- */

static void what_breaks_the_rules_closes_the_session(void **state)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t size;
        enum by_session_reason reason;
    } rows[] = {
        {"nothing at all", "", 0, BY_REASON_PROTOCOL},
        {"type 0", "\0", 1, BY_REASON_UPGRADE},
        {"a later type", "\21", 1, BY_REASON_UPGRADE},
        {"a hello cut short", "\1\0\0", 3, BY_REASON_PROTOCOL},
        {"an unknown flag", "\10\2", 2, BY_REASON_UPGRADE},
        {"bytes behind the end", "\10\0\0", 3, BY_REASON_PROTOCOL},
        {"a block without a block", "\6\0", 2, BY_REASON_PROTOCOL},
        {"a longer varint than needed", "\7\200\0", 3, BY_REASON_PROTOCOL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pair pair;

        print_message("%s\n", rows[i].name);
        pair_init(&pair);
        fake_connect(&pair.end_a, 1);
        (void)pair_run(&pair);
        fake_deliver_to(&pair.end_a, by_bytes_of(rows[i].bytes, rows[i].size));
        (void)fake_receive_next(&pair.end_a);
        assert_true(pair.end_a.is_closed);
        assert_int_equal(pair.end_a.reason, rows[i].reason);
        (void)pair_run(&pair);
        assert_true(pair.end_b.is_closed && pair.end_b.is_by_peer);
        pair_deinit(&pair);
    }
}

static void a_block_with_any_byte_changed_never_reaches_the_store(void **state)
{
    struct by_log_id id = fake_log_id(0, LOG_NONCE);
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 1, 4);
    write_logs(&pair.b, 0, 1, 0);
    for (size_t at = 0; at < 1000; at++) {
        const struct fake_block *held = fake_find_log(&pair.a, &id)->blocks;
        struct by_message block = {
            .type = BY_MESSAGE_BLOCK,
            .block = {.base = held->base, .packed = by_bytes_of(held->packed, held->size)}};
        struct by_buffer bytes = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);

        assert_int_equal(by_message_encode(&block, &bytes), BANYAN_OK);
        if (at >= bytes.size) {
            by_buffer_deinit(&bytes);
            break;
        }
        bytes.data[at] ^= 0x40;
        pair.end_a.is_cut_off = pair.end_b.is_cut_off = true;
        fake_connect(&pair.end_a, 1);
        fake_link_clear(&pair.end_a);
        fake_deliver_to(&pair.end_b, by_buffer_bytes(&bytes));
        pair.end_b.is_cut_off = false;
        while (fake_receive_next(&pair.end_b))
            assert_int_equal(pair.end_b.queue_count, 0);
        fake_cut(&pair.end_a);
        by_buffer_deinit(&bytes);
    }
    pair_deinit(&pair);
}

/* -- time -- */

static void a_peer_that_stops_in_the_middle_is_closed_in_time(void **state)
{
    (void)state;
    for (size_t at = 0; at < 10; at++) {
        struct pair pair;

        pair_init(&pair);
        write_logs(&pair.a, 0, 4, 20);
        write_noise(&pair.a, 1, LOG_NONCE, 10, 40000);
        fake_connect(&pair.end_a, 1);
        (void)fake_run(pair.ends, 2, at);
        pair.end_b.is_cut_off = true;
        (void)pair_run(&pair);
        advance_clock(&pair, BY_SYNC_STALL_MS_MAX - 1);
        assert_false(pair.end_a.is_closed);
        advance_clock(&pair, 1);
        assert_true(pair.end_a.is_closed);
        assert_int_equal(pair.end_a.reason, BY_REASON_STALLED);
        pair_deinit(&pair);
    }
}

static void a_quiet_session_in_sync_does_not_stall(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 4, 20);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    for (size_t i = 0; i < 30; i++) {
        advance_clock(&pair, BY_SYNC_STALL_MS_MAX);
        fake_write(&pair.b, 2, LOG_NONCE, 1, 1);
        fake_poll_all(&pair.b);
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
    }
    pair_deinit(&pair);
}

static void a_slow_store_is_not_the_peers_fault(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 4, 20);
    write_logs(&pair.b, 0, 4, 0);
    pair.end_b.is_slow = true;
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    pair.b.now_ms += 3 * BY_SYNC_STALL_MS_MAX;
    fake_poll_all(&pair.b);
    assert_false(pair.end_b.is_closed);
    pair.end_b.is_slow = false;
    (void)pair_run(&pair);
    assert_true(pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void a_flood_of_probes_is_answered_so_far_and_then_not_read(void **state)
{
    struct by_log_id id = fake_log_id(0, LOG_NONCE);
    struct by_message probe = {.type = BY_MESSAGE_PROBE, .branch = {.log = id, .high = 60}};
    struct by_buffer bytes = BY_BUFFER_INIT(1000);
    struct by_session_output output;
    size_t count = 0;
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 1, 70);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    probe.branch.tip.seq = 69;
    assert_int_equal(
        fake_entry_id(&pair.end_a, &id,
                      &(struct by_sample){69, by_frontier_find(&pair.a.frontier, &id)->tips[0].id},
                      69, &probe.branch.tip.id),
        BANYAN_OK);
    assert_int_equal(by_message_encode(&probe, &bytes), BANYAN_OK);
    while (by_session_is_ready(pair.end_a.session) && count < 100000) {
        by_session_receive(pair.end_a.session, by_buffer_bytes(&bytes), 0);
        by_session_poll(pair.end_a.session, 0, false, &output);
        assert_int_equal(output.kind, BY_SESSION_NOTHING);
        count++;
    }
    assert_in_range(count, 40, BY_SYNC_REPLIES_BYTES_MAX / 1000);
    by_buffer_deinit(&bytes);
    pair_deinit(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_than_the_window_is_sent_before_anything_is_stored),
        cmocka_unit_test(a_block_beyond_the_credit_closes_the_session),
        cmocka_unit_test(credit_for_more_than_a_window_is_refused),
        cmocka_unit_test(nothing_but_a_reason_is_told_to_a_peer_without_role),
        cmocka_unit_test(a_role_that_is_lost_cuts_the_session_in_the_same_step),
        cmocka_unit_test(an_unknown_key_that_proves_its_role_goes_on_as_a_member),
        cmocka_unit_test(an_unknown_key_is_sent_nothing_and_closed_in_time),
        cmocka_unit_test(an_unknown_key_sends_so_many_bytes_of_acts_and_no_more),
        cmocka_unit_test(records_of_an_unknown_key_are_not_looked_at),
        cmocka_unit_test(acts_that_are_not_shared_are_dropped_and_counted),
        cmocka_unit_test(a_gap_that_is_never_closed_is_asked_about_so_often),
        cmocka_unit_test(what_breaks_the_rules_closes_the_session),
        cmocka_unit_test(a_block_with_any_byte_changed_never_reaches_the_store),
        cmocka_unit_test(a_peer_that_stops_in_the_middle_is_closed_in_time),
        cmocka_unit_test(a_quiet_session_in_sync_does_not_stall),
        cmocka_unit_test(a_slow_store_is_not_the_peers_fault),
        cmocka_unit_test(a_flood_of_probes_is_answered_so_far_and_then_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
