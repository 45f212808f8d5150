/* Tables that tell where blocks are, damaged and made anew from the blocks. */
#include "fixture.h"
#include "store/internal.h"

struct state {
    char *folder;
    struct by_store *store;
    struct test_runs runs;
    struct test_log log;
};

/* 10 blocks of 20 entries, 5 of one, and one more that is not in the store yet. */
#define HELD_RUNS    15u
#define HELD_ENTRIES 205u

static int set_up(void **state)
{
    struct state *s = calloc(1, sizeof *s);
    void *folder = NULL;
    struct test_writing what = {
        .count = 200, .run_entries = 20, .payload_size = 60, .record_count = 50, .seed = 3};

    if (s == NULL || test_folder_make(&folder) != 0)
        return -1;
    s->folder = folder;
    s->log = test_log_start(1);
    test_log_write(&s->log, &what, &s->runs);
    what.count = 6;
    what.run_entries = 1;
    test_log_write(&s->log, &what, &s->runs);
    s->store = open_store(s->folder);
    *state = s;
    for (size_t i = 0; i < HELD_RUNS; i++) {
        if (append(s->store, &s->runs, i, 1) != BANYAN_OK)
            return -1;
    }
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

/* One bit of one row, in the key or behind it. */
struct flip {
    enum by_table table;
    size_t row; /* counted from the end */
    size_t at;
    bool is_key;
    uint8_t bit;
};

static enum banyan_status flip_bit(void *context, struct by_store_txn *txn)
{
    const struct flip *flip = context;
    struct by_rows rows;
    struct by_row row = {0};
    uint8_t behind[BY_KEY_BYTES_MAX], bytes[8192];
    size_t key_size = 0;

    memset(behind, 255, sizeof behind);
    assert_int_equal(by_rows_open(txn, flip->table, &rows), BANYAN_OK);
    row.key = by_bytes_of(behind, sizeof behind);
    for (size_t i = 0; i <= flip->row; i++) {
        struct by_row before = {0};

        assert_int_equal(by_rows_before(&rows, row.key, &before), BANYAN_OK);
        row = before;
    }
    by_rows_close(&rows);
    key_size = row.key.size;
    assert_true(key_size + row.value.size <= sizeof bytes);
    memcpy(bytes, row.key.data, key_size);
    if (row.value.size > 0)
        memcpy(bytes + key_size, row.value.data, row.value.size);
    row.value.data = bytes + key_size;
    assert_int_equal(by_row_remove(txn, flip->table, by_bytes_of(bytes, key_size)), BANYAN_OK);
    bytes[flip->is_key ? flip->at : key_size + flip->at] ^= flip->bit;
    return by_row_put(txn, flip->table, by_bytes_of(bytes, key_size), row.value);
}

static void damage(struct state *s, const struct flip *flip)
{
    struct banyan_error error = {0};

    assert_int_equal(by_store_write(s->store, flip_bit, (void *)(uintptr_t)flip, &error),
                     BANYAN_OK);
    /* What was read before may be remembered rightly: begin without memory. */
    by_store_close(s->store);
    s->store = open_store(s->folder);
}

static uint64_t faults(struct state *s)
{
    struct by_store_report report;
    struct banyan_error error = {0};

    assert_int_equal(by_store_check(s->store, &test_network, NULL, NULL, &report, &error),
                     BANYAN_OK);
    return report.index_faults + report.damaged_blocks;
}

static void a_flipped_bit_of_an_index_is_seen_and_repaired(void **state)
{
    static const struct flip rows[] = {
        {BY_TABLE_STORE, 0, 3, false, 4},       /* the mark */
        {BY_TABLE_LOG, 0, 0, false, 1},         /* number */
        {BY_TABLE_LOG, 0, 4, false, 2},         /* forked */
        {BY_TABLE_LOG, 0, 12, false, 1},        /* checksum */
        {BY_TABLE_LOG, 0, 5, true, 1},          /* log id */
        {BY_TABLE_LOG_NUMBER, 0, 0, true, 1},   /* number */
        {BY_TABLE_LOG_NUMBER, 0, 20, false, 1}, /* log id */
        {BY_TABLE_OPERATION, 7, 3, true, 1},    /* record */
        {BY_TABLE_OPERATION, 7, 35, true, 1},   /* seq */
        {BY_TABLE_RUN, 0, 0, true, 1},          /* log number */
        {BY_TABLE_RUN, 0, 11, true, 128},       /* seq */
        {BY_TABLE_RUN, 0, 19, true, 2},         /* arrival */
        {BY_TABLE_RUN, 0, 0, false, 1},         /* first seq */
        {BY_TABLE_RUN, 3, 50, false, 1},        /* tip */
        {BY_TABLE_RUN, 3, 87, false, 1},        /* checksum */
        {BY_TABLE_LOG, 0, 40, true, 1},         /* acts or records */
        {BY_TABLE_LOG_NUMBER, 0, 40, false, 1}, /* acts or records */
        {BY_TABLE_BLOCK, 0, 40, false, 1},      /* the last block: acts or records */
        {BY_TABLE_BLOCK, 0, 41, false, 1},      /* log number */
        {BY_TABLE_BLOCK, 0, 53, false, 1},      /* last seq */
        {BY_TABLE_BLOCK, 2, 61, false, 1},      /* tip's hlc */
        {BY_TABLE_BLOCK, 4, 140, false, 1},     /* checksum */
        {BY_TABLE_BLOCK, 7, 0, false, 1},       /* an indexed one: log id */
        {BY_TABLE_BLOCK, 7, 71, false, 1},      /* prev */
        {BY_TABLE_BLOCK, 7, 106, false, 1},     /* tip */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_store_repair report = {0};
        struct banyan_error error = {0};
        struct state *s = NULL;
        void *own = NULL;

        assert_int_equal(set_up(&own), 0);
        s = own;
        damage(s, &rows[i]);
        if (faults(s) == 0)
            fail_msg("row %zu: not seen", i);
        assert_int_equal(by_store_repair_index(s->store, &report, &error), BANYAN_OK);
        if (report.lost_blocks + report.damaged_blocks > 0 || report.blocks != HELD_RUNS ||
            faults(s) > 0)
            fail_msg("row %zu: %llu lost, %llu damaged, %llu faults left", i,
                     (unsigned long long)report.lost_blocks,
                     (unsigned long long)report.damaged_blocks, (unsigned long long)faults(s));
        assert_int_equal(log_of(s->store, &s->log).tip_seq, HELD_ENTRIES - 1);
        assert_int_equal(append(s->store, &s->runs, HELD_RUNS, 1), BANYAN_OK);
        assert_checks_clean(s->store, HELD_ENTRIES + 1);
        assert_int_equal(tear_down(&own), 0);
    }
    (void)state;
}

static void a_log_does_not_grow_from_below_a_tip_that_cannot_be_told(void **state)
{
    static const struct flip rows[] = {
        {BY_TABLE_STORE, 0, 0, false, 1},
        {BY_TABLE_BLOCK, 0, 7, true, 1},
        {BY_TABLE_BLOCK, 0, 102, false, 16},
        {BY_TABLE_BLOCK, 4, 102, false, 16},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct state *s = NULL;
        void *own = NULL;
        struct find_work work = {0};
        struct banyan_error error = {0};

        assert_int_equal(set_up(&own), 0);
        s = own;
        damage(s, &rows[i]);
        work.log = &s->log.next.log;
        if (by_store_read(s->store, find_log, &work, &error) != BANYAN_ERR_DAMAGED)
            fail_msg("row %zu", i);
        assert_int_equal(append(s->store, &s->runs, HELD_RUNS, 1), BANYAN_ERR_DAMAGED);
        assert_int_equal(tear_down(&own), 0);
    }
    (void)state;
}

static void a_block_that_cannot_be_read_stays_known_through_a_repair(void **state)
{
    static const size_t places[] = {0, 9}; /* of the tail, of the index */
    struct state *s = *state;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct flip flip = {BY_TABLE_BLOCK, places[i], 160, false, 1};
        struct by_store_repair report = {0};
        struct banyan_error error = {0};

        damage(s, &flip);
        assert_int_equal(by_store_repair_index(s->store, &report, &error), BANYAN_OK);
        assert_int_equal(report.damaged_blocks, 1);
        assert_int_equal(report.lost_blocks, 0);
        for (size_t run = 0; run < HELD_RUNS; run++)
            assert_int_equal(append(s->store, &s->runs, run, 1), BANYAN_OK);
        assert_checks_clean(s->store, HELD_ENTRIES);
        assert_false(log_of(s->store, &s->log).is_forked);
    }
}

static void a_whole_store_is_not_changed_by_a_repair(void **state)
{
    struct state *s = *state;
    struct by_store_repair report = {0};
    struct banyan_error error = {0};

    assert_int_equal(by_store_repair_index(s->store, &report, &error), BANYAN_OK);
    assert_int_equal(report.blocks, HELD_RUNS);
    assert_int_equal(report.damaged_blocks + report.lost_blocks, 0);
    assert_false(log_of(s->store, &s->log).is_forked);
    assert_checks_clean(s->store, HELD_ENTRIES);
}

static void a_block_that_nothing_tells_of_is_lost_and_counted(void **state)
{
    const struct flip head = {BY_TABLE_BLOCK, 0, 71, false, 1};
    const struct flip content = {BY_TABLE_BLOCK, 0, 160, false, 1};
    struct state *s = *state;
    struct by_store_repair report = {0};
    struct banyan_error error = {0};

    damage(s, &head);
    damage(s, &content);
    assert_int_equal(by_store_repair_index(s->store, &report, &error), BANYAN_OK);
    assert_int_equal(report.lost_blocks, 1);
    assert_int_equal(log_of(s->store, &s->log).tip_seq, HELD_ENTRIES - 2);
    assert_checks_clean(s->store, HELD_ENTRIES - 1);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_of_an_index_is_seen_and_repaired),
        cmocka_unit_test(a_log_does_not_grow_from_below_a_tip_that_cannot_be_told),
        ROW(a_block_that_cannot_be_read_stays_known_through_a_repair),
        ROW(a_whole_store_is_not_changed_by_a_repair),
        ROW(a_block_that_nothing_tells_of_is_lost_and_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
