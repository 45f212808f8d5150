/* Blocks handed out without being unpacked: as they were written, or not at all. */
#include "fixture.h"
#include "store/internal.h"

#define RUNS    12u
#define IN_RUN  20u
#define ENTRIES (RUNS * IN_RUN)

struct state {
    char *folder;
    struct by_store *store;
    struct test_runs runs;
    struct test_log log;
};

static int set_up(void **state)
{
    struct state *s = calloc(1, sizeof *s);
    void *folder = NULL;
    const struct test_writing what = {.count = ENTRIES,
                                      .run_entries = IN_RUN,
                                      .payload_size = 60,
                                      .record_count = 100,
                                      .seed = 3};

    if (s == NULL || test_folder_make(&folder) != 0)
        return -1;
    s->folder = folder;
    s->log = test_log_start(1);
    test_log_write(&s->log, &what, &s->runs);
    s->store = open_store(s->folder);
    *state = s;
    return append(s->store, &s->runs, 0, s->runs.count) == BANYAN_OK ? 0 : -1;
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

/* -- asking -- */

struct asking {
    const struct state *s;
    uint64_t seq;
    enum banyan_status status;
};

static void assert_is_run(const struct by_store_packed *block, const struct state *s, size_t at)
{
    const struct by_run *run = &s->runs.runs[at];

    assert_true(by_bytes_equal(block->packed, s->runs.packed[at]));
    assert_true(by_log_id_equal(&block->base.log, &run->base.log));
    assert_int_equal(block->base.first_seq, run->base.first_seq);
    assert_true(by_id_equal(&block->base.prev, &run->base.prev));
    assert_int_equal(block->last_seq, run->entries[run->count - 1].header.seq);
    assert_true(by_id_equal(&block->tip, &run->entries[run->count - 1].id));
}

static enum banyan_status ask(void *context, struct by_store_txn *txn)
{
    struct asking *asking = context;
    struct by_store_packed block;

    asking->status = by_store_log_packed(txn, &asking->s->log.next.log, false, asking->seq, &block);
    if (asking->status == BANYAN_OK)
        assert_is_run(&block, asking->s, (size_t)(asking->seq / IN_RUN));
    return BANYAN_OK;
}

/* What is handed out is always right. */
static enum banyan_status status_at(const struct state *s, uint64_t seq)
{
    struct asking asking = {.s = s, .seq = seq};

    assert_int_equal(by_store_read(s->store, ask, &asking, NULL), BANYAN_OK);
    return asking.status;
}

/* -- damage -- */

struct flip {
    uint64_t arrival;
    size_t at;
    size_t size; /* of the block, its head included */
};

static enum banyan_status flip_bit(void *context, struct by_store_txn *txn)
{
    struct flip *flip = context;
    uint8_t key[8], copy[4096];
    struct by_bytes value = {0};

    by_put_u64be(key, flip->arrival);
    assert_int_equal(by_row_get(txn, BY_TABLE_BLOCK, by_bytes_of(key, 8), &value), BANYAN_OK);
    assert_in_range(value.size, flip->at + 1, sizeof copy);
    memcpy(copy, value.data, value.size);
    copy[flip->at] ^= 4;
    flip->size = value.size;
    return by_row_put(txn, BY_TABLE_BLOCK, by_bytes_of(key, 8), by_bytes_of(copy, value.size));
}

static size_t flip_at(struct state *s, uint64_t arrival, size_t at)
{
    struct flip flip = {.arrival = arrival, .at = at};

    assert_int_equal(by_store_write(s->store, flip_bit, &flip, NULL), BANYAN_OK);
    return flip.size;
}

static void repair(struct state *s)
{
    struct by_store_repair report;

    assert_int_equal(by_store_repair_index(s->store, &report, NULL), BANYAN_OK);
}

/* -- claims -- */

static void each_seq_gives_the_block_that_holds_it(void **state)
{
    struct state *s = *state;

    for (uint64_t seq = 0; seq < ENTRIES; seq++)
        assert_int_equal(status_at(s, seq), BANYAN_OK);
    assert_int_equal(status_at(s, ENTRIES), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(status_at(s, UINT64_MAX), BANYAN_ERR_NOT_FOUND);
    s->log.next.log.nonce[0] ^= 1;
    assert_int_equal(status_at(s, 0), BANYAN_ERR_NOT_FOUND);
}

static void a_block_with_any_byte_changed_is_not_handed_out(void **state)
{
    struct state *s = *state;
    size_t size = flip_at(s, 5, 0);

    for (size_t at = 0; at < size; at++) {
        assert_int_equal(status_at(s, 5 * IN_RUN + 3), BANYAN_ERR_DAMAGED);
        assert_int_equal(status_at(s, 4 * IN_RUN + 3), BANYAN_OK);
        (void)flip_at(s, 5, at);
        if (at + 1 < size)
            (void)flip_at(s, 5, at + 1);
    }
    assert_int_equal(status_at(s, 5 * IN_RUN + 3), BANYAN_OK);
}

static void a_log_with_forks_is_asked_branch_by_branch(void **state)
{
    struct state *s = *state;
    struct test_log branch = s->log;
    const struct test_writing what = {
        .count = 1, .run_entries = 1, .payload_size = 60, .record_count = 100, .seed = 4};
    size_t end = s->runs.count;

    branch.next = s->runs.runs[3].base;
    test_log_write(&branch, &what, &s->runs);
    assert_int_equal(append_one(s->store, &s->runs.runs[end]), BY_STORE_NEW);
    assert_int_equal(status_at(s, 7), BANYAN_ERR_EXISTS);
}

static void mending_a_head_gives_no_good_name_to_damage_behind_it(void **state)
{
    struct state *s = *state;

    (void)flip_at(s, 2, 20);
    (void)flip_at(s, 6, 20);
    (void)flip_at(s, 6, BY_BLOCK_HEAD_BYTES + 50);
    repair(s);
    assert_int_equal(status_at(s, 2 * IN_RUN), BANYAN_OK);
    assert_int_equal(status_at(s, 6 * IN_RUN), BANYAN_ERR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_seq_gives_the_block_that_holds_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_block_with_any_byte_changed_is_not_handed_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_log_with_forks_is_asked_branch_by_branch, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(mending_a_head_gives_no_good_name_to_damage_behind_it,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
