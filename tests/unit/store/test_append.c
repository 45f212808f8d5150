/* What becomes of runs: kept once, in order, with every branch. */
#include "fixture.h"

struct state {
    char *folder;
    struct by_store *store;
    struct test_runs runs;
    struct met met;
};

static int set_up(void **state)
{
    struct state *s = calloc(1, sizeof *s);
    void *folder = NULL;

    if (s == NULL || test_folder_make(&folder) != 0)
        return -1;
    s->folder = folder;
    s->store = open_store(s->folder);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct state *s = *state;
    void *folder = s->folder;

    by_store_close(s->store);
    test_runs_free(&s->runs);
    free(s);
    return test_folder_remove(&folder);
}

static enum banyan_status meet_arrivals(void *context, struct by_store_txn *txn)
{
    struct met *met = context;
    struct by_store_block block;
    uint64_t from = 0;

    met->count = 0;
    for (;;) {
        enum banyan_status status = by_store_block_from(txn, from, &block);

        if (status == BANYAN_ERR_NOT_FOUND) {
            assert_int_equal(by_store_next_arrival(txn), from);
            return BANYAN_OK;
        }
        if (status != BANYAN_OK)
            return status;
        for (size_t i = 0; i < block.run.count; i++)
            (void)meet_entry(met, &block.run.entries[i]);
        from = block.arrival + 1;
    }
}

struct walk {
    struct met *met;
    const struct by_log_id *log;
    const struct by_record_name *name;
    uint64_t from_seq;
};

static enum banyan_status meet_block(void *context, const struct by_store_block *block)
{
    for (size_t i = 0; i < block->run.count; i++)
        (void)meet_entry(context, &block->run.entries[i]);
    return BANYAN_OK;
}

static enum banyan_status meet_log(void *context, struct by_store_txn *txn)
{
    struct walk *walk = context;

    walk->met->count = 0;
    return by_store_log_blocks(txn, walk->log, false, walk->from_seq, meet_block, walk->met);
}

static enum banyan_status meet_headers(void *context, struct by_store_txn *txn)
{
    struct walk *walk = context;

    walk->met->count = 0;
    return by_store_log_headers(txn, walk->log, false, meet_entry, walk->met);
}

static enum banyan_status meet_record(void *context, struct by_store_txn *txn)
{
    struct walk *walk = context;
    size_t damaged = 1;

    walk->met->count = 0;
    assert_int_equal(by_store_record_entries(txn, walk->name, meet_entry, walk->met, &damaged),
                     BANYAN_OK);
    assert_int_equal(damaged, 0);
    return BANYAN_OK;
}

static void read_all(struct state *s, by_store_work *work, void *context)
{
    struct banyan_error error = {0};

    assert_int_equal(by_store_read(s->store, work, context, &error), BANYAN_OK);
}

/* Write count operations on own records, in runs of run_entries. */
static void
write_log(struct state *s, struct test_log *log, size_t count, size_t run_entries, uint64_t seed)
{
    const struct test_writing what = {
        .count = count, .run_entries = run_entries, .payload_size = 40, .seed = seed};

    test_log_write(log, &what, &s->runs);
}

static void assert_met_runs(const struct state *s, size_t first, size_t count)
{
    size_t at = 0;

    for (size_t i = first; i < first + count; i++) {
        for (size_t k = 0; k < s->runs.runs[i].count; k++) {
            assert_true(at < s->met.count);
            assert_true(by_id_equal(&s->met.ids[at++], &s->runs.runs[i].entries[k].id));
        }
    }
    assert_int_equal(s->met.count, at);
}

static void an_empty_store_holds_nothing(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1);
    struct find_work find = {.log = &log.next.log};
    struct banyan_error error = {0};

    read_all(s, meet_arrivals, &s->met);
    assert_int_equal(s->met.count, 0);
    assert_int_equal(by_store_read(s->store, find_log, &find, &error), BANYAN_ERR_NOT_FOUND);
    assert_checks_clean(s->store, 0);
}

static void what_is_appended_is_read_back_by_arrival_and_by_log(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1);
    struct walk walk = {.met = &s->met, .log = &log.next.log};
    struct by_store_log found;

    write_log(s, &log, 300, 50, 1);
    assert_int_equal(append(s->store, &s->runs, 0, s->runs.count), BANYAN_OK);
    read_all(s, meet_arrivals, &s->met);
    assert_met_runs(s, 0, 6);
    read_all(s, meet_log, &walk);
    assert_met_runs(s, 0, 6);
    walk.from_seq = 100;
    read_all(s, meet_log, &walk);
    assert_met_runs(s, 2, 4);
    walk.from_seq = 99;
    read_all(s, meet_log, &walk);
    assert_met_runs(s, 1, 5);
    found = log_of(s->store, &log);
    assert_int_equal(found.tip_seq, 299);
    assert_true(by_id_equal(&found.tip, &log.next.prev));
    assert_int_equal(found.tip_hlc, log.hlc);
    assert_false(found.is_forked);
    assert_false(found.is_act_log);
    assert_checks_clean(s->store, 300);
}

static enum banyan_status compare_content(void *context, struct by_store_txn *txn)
{
    const struct by_run *wanted = context;
    struct by_store_block block;

    assert_int_equal(by_store_block_from(txn, 0, &block), BANYAN_OK);
    assert_int_equal(block.run.count, wanted->count);
    for (size_t i = 0; i < wanted->count; i++) {
        assert_true(by_bytes_equal(block.run.entries[i].links, wanted->entries[i].links));
        assert_true(by_bytes_equal(block.run.entries[i].payload, wanted->entries[i].payload));
        assert_int_equal(block.run.entries[i].header.hlc, wanted->entries[i].header.hlc);
    }
    return BANYAN_OK;
}

static void content_is_what_was_written_also_after_opening_again(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1);

    write_log(s, &log, 64, 64, 1);
    assert_int_equal(append_one(s->store, &s->runs.runs[0]), BY_STORE_NEW);
    by_store_close(s->store);
    s->store = open_store(s->folder);
    read_all(s, compare_content, &s->runs.runs[0]);
}

static void a_run_is_kept_once(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1);

    write_log(s, &log, 30, 10, 1);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(append_one(s->store, &s->runs.runs[i]), BY_STORE_NEW);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(append_one(s->store, &s->runs.runs[i]), BY_STORE_HELD);
    assert_false(log_of(s->store, &log).is_forked);
    assert_checks_clean(s->store, 30);
}

/* The rows of small blocks wait; those of large ones do not. Numbers of logs are given in turn, so
 * that the young log's neighbour in the table is the long one. */
static void a_young_log_goes_on_beside_a_long_one(void **state)
{
    struct state *s = *state;
    struct test_log long_log = test_log_start(1), young = test_log_start(2);

    write_log(s, &long_log, 64, 64, 1);
    write_log(s, &young, 5, 1, 2);
    for (size_t i = 0; i < s->runs.count; i++)
        assert_int_equal(append_one(s->store, &s->runs.runs[i]), BY_STORE_NEW);
    assert_int_equal(log_of(s->store, &young).tip_seq, 4);
    assert_checks_clean(s->store, 69);
}

static void the_first_block_after_opening_may_begin_a_log(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1), other = test_log_start(2);

    write_log(s, &log, 1, 1, 1);
    write_log(s, &other, 2, 1, 2);
    assert_int_equal(append_one(s->store, &s->runs.runs[0]), BY_STORE_NEW);
    by_store_close(s->store);
    s->store = open_store(s->folder);
    assert_int_equal(append_one(s->store, &s->runs.runs[1]), BY_STORE_NEW);
    assert_int_equal(append_one(s->store, &s->runs.runs[2]), BY_STORE_NEW);
    assert_checks_clean(s->store, 3);
}

static void of_an_overlapping_run_only_the_new_part_is_written(void **state)
{
    static const struct {
        size_t held, first, count;
        enum by_store_verdict verdict;
    } rows[] = {
        {1, 0, 2, BY_STORE_PART}, {1, 0, 3, BY_STORE_PART}, {2, 0, 2, BY_STORE_HELD},
        {2, 1, 2, BY_STORE_PART}, {3, 1, 2, BY_STORE_HELD}, {3, 0, 4, BY_STORE_PART},
        {4, 0, 4, BY_STORE_HELD}, {2, 2, 2, BY_STORE_NEW},
    };
    struct state *s = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct test_log log = test_log_start((uint8_t)(i + 1));
        size_t start = s->runs.count;
        struct walk walk = {.met = &s->met, .log = &log.next.log};
        size_t end = rows[i].first + rows[i].count;

        write_log(s, &log, 40, 10, i);
        for (size_t k = 0; k < rows[i].held; k++)
            assert_int_equal(append_one(s->store, &s->runs.runs[start + k]), BY_STORE_NEW);
        assert_int_equal(
            append_one(s->store, test_runs_join(&s->runs, start + rows[i].first, rows[i].count)),
            rows[i].verdict);
        assert_false(log_of(s->store, &log).is_forked);
        read_all(s, meet_log, &walk);
        assert_met_runs(s, start, end > rows[i].held ? end : rows[i].held);
    }
}

static void a_run_that_hangs_on_nothing_is_refused(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1), other = test_log_start(1);

    write_log(s, &log, 30, 10, 1);
    assert_int_equal(append(s->store, &s->runs, 1, 1), BANYAN_ERR_BROKEN_CHAIN);
    assert_int_equal(append(s->store, &s->runs, 0, 1), BANYAN_OK);
    assert_int_equal(append(s->store, &s->runs, 2, 1), BANYAN_ERR_BROKEN_CHAIN);
    /* The right place, but another chain. */
    write_log(s, &other, 30, 10, 2);
    assert_int_equal(append(s->store, &s->runs, 4, 1), BANYAN_ERR_BROKEN_CHAIN);
    assert_false(log_of(s->store, &log).is_forked);
    assert_checks_clean(s->store, 10);
}

/* Runs 0, 1, 2 are the trunk; 3 and 4 a branch that leaves it after run 0. */
/* Act links are a list alone; content does not matter to the store. */
static void write_acts(struct state *s, struct test_log *log, uint64_t count)
{
    struct by_writer *writer = test_runs_must(calloc(1, sizeof *writer));
    struct by_buffer links = BY_BUFFER_INIT(64);
    struct by_act_links none = {0};
    const uint8_t salt[BY_SALT_BYTES] = {1};

    assert_int_equal(by_act_links_encode(&none, &links), BANYAN_OK);
    by_writer_init(writer, &log->key, &test_network, &log->next, test_runs_take, &s->runs);
    for (uint64_t i = 0; i < count; i++)
        assert_int_equal(by_writer_add(writer, BY_KIND_ROLE, by_buffer_bytes(&links),
                                       by_bytes_of_text("act"), salt, 1700000000000u),
                         BANYAN_OK);
    log->next = writer->next;
    by_writer_deinit(writer);
    by_buffer_deinit(&links);
    free(writer);
}

static struct by_store_log
find_kind(struct by_store *store, const struct test_log *log, bool is_act_log)
{
    struct find_work work = {.log = &log->next.log, .is_act_log = is_act_log};
    struct banyan_error error = {0};

    assert_int_equal(by_store_read(store, find_log, &work, &error), BANYAN_OK);
    assert_int_equal(work.found.is_act_log, is_act_log);
    return work.found;
}

/* A hostile device may write both under one id: what is kept does not depend on which came first.
 */
static void acts_and_operations_under_one_id_are_two_logs(void **state)
{
    struct state *s = *state;
    struct test_log of_acts = test_log_start(1), of_operations = test_log_start(2);
    const struct test_writing what = {.count = 1, .run_entries = 1};

    struct test_log again_acts = of_operations, again_operations = of_acts;

    write_acts(s, &of_acts, 1);
    test_log_write(&of_operations, &what, &s->runs);
    test_log_write(&again_operations, &what, &s->runs);
    write_acts(s, &again_acts, 1);
    assert_int_equal(append(s->store, &s->runs, 0, 4), BANYAN_OK);
    assert_checks_clean(s->store, 4);
    for (int i = 0; i < 2; i++) {
        const struct test_log *log = i == 0 ? &of_acts : &of_operations;
        struct by_store_log acts = find_kind(s->store, log, true);
        struct by_store_log records = find_kind(s->store, log, false);

        assert_int_not_equal(acts.number, records.number);
        assert_false(by_id_equal(&acts.tip, &records.tip));
        assert_false(acts.is_forked || records.is_forked);
    }
    assert_int_equal(append(s->store, &s->runs, 0, 4), BANYAN_OK);
    assert_checks_clean(s->store, 4);
}

static void write_fork(struct state *s, struct test_log *log)
{
    struct test_log branch;

    write_log(s, log, 10, 10, 1);
    branch = *log;
    write_log(s, log, 20, 10, 2);
    write_log(s, &branch, 20, 10, 3);
}

static void a_fork_is_kept_with_both_branches_in_any_order(void **state)
{
    static const size_t orders[][5] = {
        {0, 1, 2, 3, 4}, {0, 1, 3, 2, 4}, {0, 3, 4, 1, 2}, {0, 3, 1, 4, 2}};
    struct state *s = *state;

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct test_log log = test_log_start((uint8_t)(i + 1));
        size_t start = s->runs.count;
        size_t first_end = orders[i][1] == 1 && orders[i][2] == 2 ? 2
                           : orders[i][2] == 4                    ? 4
                           : orders[i][3] == 2                    ? 2
                                                                  : 4;
        struct walk walk = {.met = &s->met, .log = &log.next.log};
        struct by_store_log found;

        write_fork(s, &log);
        for (size_t k = 0; k < 5; k++)
            assert_int_equal(append_one(s->store, &s->runs.runs[start + orders[i][k]]),
                             BY_STORE_NEW);
        for (size_t k = 0; k < 5; k++)
            assert_int_equal(append_one(s->store, &s->runs.runs[start + k]), BY_STORE_HELD);
        found = log_of(s->store, &log);
        assert_true(found.is_forked);
        assert_int_equal(found.tip_seq, 29);
        assert_true(by_id_equal(&found.tip, &s->runs.runs[start + first_end].entries[9].id));
        read_all(s, meet_headers, &walk);
        assert_int_equal(s->met.count, 50);
        for (size_t k = 0; k < 5; k++)
            assert_true(has_met(&s->met, &s->runs.runs[start + k].entries[3].id));
    }
    assert_checks_clean(s->store, 50 * (sizeof orders / sizeof orders[0]));
}

static void a_branch_that_overlaps_the_trunk_is_cut_where_it_leaves(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1);
    struct walk walk = {.met = &s->met, .log = &log.next.log};
    struct by_run joined;
    struct by_entry entries[30];

    write_fork(s, &log);
    assert_int_equal(append(s->store, &s->runs, 0, 3), BANYAN_OK);
    joined = s->runs.runs[0];
    joined.entries = entries;
    joined.count = 30;
    memcpy(entries, s->runs.runs[0].entries, 10 * sizeof entries[0]);
    memcpy(entries + 10, s->runs.runs[3].entries, 10 * sizeof entries[0]);
    memcpy(entries + 20, s->runs.runs[4].entries, 10 * sizeof entries[0]);
    assert_int_equal(by_run_check(&joined), BANYAN_OK);
    assert_int_equal(append_one(s->store, &joined), BY_STORE_PART);
    assert_true(log_of(s->store, &log).is_forked);
    read_all(s, meet_headers, &walk);
    assert_int_equal(s->met.count, 50);
    assert_checks_clean(s->store, 50);
}

static void two_beginnings_of_one_log_are_a_fork(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1), other = test_log_start(1);

    write_log(s, &log, 10, 10, 1);
    write_log(s, &other, 10, 10, 2);
    assert_int_equal(append_one(s->store, &s->runs.runs[0]), BY_STORE_NEW);
    assert_int_equal(append_one(s->store, &s->runs.runs[1]), BY_STORE_NEW);
    assert_true(log_of(s->store, &log).is_forked);
    assert_checks_clean(s->store, 20);
}

static void a_record_is_found_in_all_logs_and_branches(void **state)
{
    struct state *s = *state;
    struct test_log logs[3] = {test_log_start(1), test_log_start(2), test_log_start(3)};
    struct test_log branch;
    struct by_record_name name = test_record(1005);
    struct by_record_name twin = name;
    struct walk walk = {.met = &s->met, .name = &name};
    struct test_writing what = {.count = 60,
                                .run_entries = 7,
                                .payload_size = 20,
                                .first_record = 1000,
                                .record_count = 20,
                                .seed = 5};

    for (size_t i = 0; i < 3; i++)
        test_log_write(&logs[i], &what, &s->runs);
    branch = test_log_start(3);
    what.seed = 6;
    test_log_write(&branch, &what, &s->runs);
    assert_int_equal(append(s->store, &s->runs, 0, s->runs.count), BANYAN_OK);
    read_all(s, meet_record, &walk);
    assert_int_equal(s->met.count, 12);
    for (size_t i = 0; i < s->runs.count; i++) {
        for (size_t k = 0; k < s->runs.runs[i].count; k++) {
            const struct by_entry *entry = &s->runs.runs[i].entries[k];

            if (entry->header.seq % 20 == 5)
                assert_true(has_met(&s->met, &entry->id));
        }
    }
    /* The index knows only the owner's first 8 bytes. */
    twin.owner.bytes[31] = 1;
    walk.name = &twin;
    read_all(s, meet_record, &walk);
    assert_int_equal(s->met.count, 0);
    assert_checks_clean(s->store, 240);
}

/* Of the runs before end, how many entries name the record: seq s is of record s % 20. */
static size_t count_of_record(const struct state *s, size_t end, uint64_t record)
{
    size_t count = 0;

    for (size_t i = 0; i < end; i++)
        for (size_t k = 0; k < s->runs.runs[i].count; k++)
            count += s->runs.runs[i].entries[k].header.seq % 20 == record;
    return count;
}

/* What is remembered of the last blocks hides nothing, whoever was asked for before. */
static void each_record_is_found_however_the_store_has_grown(void **state)
{
    struct state *s = *state;
    struct test_log logs[2] = {test_log_start(1), test_log_start(2)};
    struct test_writing what = {.count = 200,
                                .run_entries = 3,
                                .payload_size = 20,
                                .first_record = 1000,
                                .record_count = 20,
                                .seed = 9};

    for (size_t i = 0; i < 2; i++)
        test_log_write(&logs[i], &what, &s->runs);
    for (size_t i = 0; i < s->runs.count; i++) {
        assert_int_equal(append(s->store, &s->runs, i, 1), BANYAN_OK);
        for (uint64_t record = 0; record < 40; record++) {
            struct by_record_name name = test_record(1000 + record % 20);
            struct walk walk = {.met = &s->met, .name = &name};

            read_all(s, meet_record, &walk);
            assert_int_equal(s->met.count, count_of_record(s, i + 1, record % 20));
        }
    }
}

static enum banyan_status collect_log(void *context, const struct by_store_log *log)
{
    struct met *met = context;

    met->ids[met->count++] = log->log.device;
    return BANYAN_OK;
}

static enum banyan_status collect_logs(void *context, struct by_store_txn *txn)
{
    return by_store_logs(txn, collect_log, context);
}

static void logs_are_visited_in_the_order_of_their_ids(void **state)
{
    struct state *s = *state;

    for (uint8_t device = 1; device <= 20; device++) {
        struct test_log log = test_log_start(device);

        write_log(s, &log, 3, 3, device);
    }
    assert_int_equal(append(s->store, &s->runs, 0, s->runs.count), BANYAN_OK);
    read_all(s, collect_logs, &s->met);
    assert_int_equal(s->met.count, 20);
    for (size_t i = 1; i < 20; i++)
        assert_true(by_id_compare(&s->met.ids[i - 1], &s->met.ids[i]) < 0);
}

static enum banyan_status stop(void *context, const struct by_entry *entry)
{
    (void)context;
    (void)entry;
    return BANYAN_ERR_NOT_FOUND;
}

static enum banyan_status stop_early(void *context, struct by_store_txn *txn)
{
    const struct test_log *log = context;
    struct by_record_name name = test_record(0);

    assert_int_equal(by_store_log_headers(txn, &log->next.log, false, stop, NULL),
                     BANYAN_ERR_NOT_FOUND);
    return by_store_record_entries(txn, &name, stop, NULL, NULL);
}

static void a_visitor_stops_with_any_status(void **state)
{
    struct state *s = *state;
    struct test_log log = test_log_start(1);
    struct banyan_error error = {0};

    write_log(s, &log, 10, 10, 1);
    assert_int_equal(append(s->store, &s->runs, 0, 1), BANYAN_OK);
    assert_int_equal(by_store_read(s->store, stop_early, &log, &error), BANYAN_ERR_NOT_FOUND);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(an_empty_store_holds_nothing),
        ROW(what_is_appended_is_read_back_by_arrival_and_by_log),
        ROW(content_is_what_was_written_also_after_opening_again),
        ROW(a_run_is_kept_once),
        ROW(a_young_log_goes_on_beside_a_long_one),
        ROW(the_first_block_after_opening_may_begin_a_log),
        ROW(of_an_overlapping_run_only_the_new_part_is_written),
        ROW(a_run_that_hangs_on_nothing_is_refused),
        ROW(acts_and_operations_under_one_id_are_two_logs),
        ROW(a_fork_is_kept_with_both_branches_in_any_order),
        ROW(a_branch_that_overlaps_the_trunk_is_cut_where_it_leaves),
        ROW(two_beginnings_of_one_log_are_a_fork),
        ROW(a_record_is_found_in_all_logs_and_branches),
        ROW(each_record_is_found_however_the_store_has_grown),
        ROW(logs_are_visited_in_the_order_of_their_ids),
        ROW(a_visitor_stops_with_any_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
