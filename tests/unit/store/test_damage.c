/* Bytes that change on disk: seen, passed over, made good; never handed out as an entry. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "fixture.h"
#include "store/internal.h"

#define FLIPS 400u

struct state {
    char *folder;
    struct by_store *store;
    struct test_runs runs;
    struct test_log log;
    struct met met;
};

static int set_up(void **state)
{
    struct state *s = calloc(1, sizeof *s);
    void *folder = NULL;
    const struct test_writing what = {
        .count = 600, .run_entries = 20, .payload_size = 60, .record_count = 100, .seed = 3};

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

/* -- one block -- */

struct change {
    uint64_t arrival;
    size_t at;
};

static enum banyan_status change_block(void *context, struct by_store_txn *txn)
{
    const struct change *change = context;
    uint8_t key[8], copy[4096];
    struct by_bytes value = {0};

    by_put_u64be(key, change->arrival);
    assert_int_equal(by_row_get(txn, BY_TABLE_BLOCK, by_bytes_of(key, 8), &value), BANYAN_OK);
    assert_in_range(value.size, BY_BLOCK_HEAD_BYTES, sizeof copy);
    memcpy(copy, value.data, value.size);
    copy[change->at % value.size] ^= 1;
    return by_row_put(txn, BY_TABLE_BLOCK, by_bytes_of(key, 8), by_bytes_of(copy, value.size));
}

static void damage(struct state *s, uint64_t arrival, size_t at)
{
    struct change change = {.arrival = arrival, .at = at};
    struct banyan_error error = {0};

    assert_int_equal(by_store_write(s->store, change_block, &change, &error), BANYAN_OK);
    /* What was read before may be remembered rightly: begin without memory. */
    by_store_close(s->store);
    s->store = open_store(s->folder);
}

static enum banyan_status walk_past_damage(void *context, struct by_store_txn *txn)
{
    size_t *damaged = context;
    struct by_store_block block;
    uint64_t from = 0;
    enum banyan_status status = BANYAN_OK;

    while ((status = by_store_block_from(txn, from, &block)) != BANYAN_ERR_NOT_FOUND) {
        *damaged += status == BANYAN_ERR_DAMAGED;
        assert_true(status == BANYAN_OK || status == BANYAN_ERR_DAMAGED);
        from = block.arrival + 1;
    }
    assert_int_equal(from, 30);
    return BANYAN_OK;
}

static enum banyan_status read_headers(void *context, struct by_store_txn *txn)
{
    struct state *s = context;

    s->met.count = 0;
    return by_store_log_headers(txn, &s->log.next.log, false, meet_entry, &s->met);
}

static enum banyan_status read_record(void *context, struct by_store_txn *txn)
{
    struct state *s = context;
    struct by_record_name name = test_record(7);
    size_t damaged = 0;

    s->met.count = 0;
    assert_int_equal(by_store_record_entries(txn, &name, meet_entry, &s->met, &damaged), BANYAN_OK);
    /* Record 7 has one operation in every fifth block. */
    assert_int_equal(s->met.count + damaged, 6);
    return BANYAN_OK;
}

static void a_changed_byte_anywhere_in_a_block_is_seen_and_passed_over(void **state)
{
    static const size_t places[] = {0, 39, 40, 47, 48, 79, 80, 111, 112, 113, 200, 400, 700};
    struct state *s = *state;
    struct by_store_report report;
    struct banyan_error error = {0};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t damaged = 0;

        damage(s, 5, places[i]);
        assert_int_equal(by_store_read(s->store, walk_past_damage, &damaged, &error), BANYAN_OK);
        assert_int_equal(damaged, 1);
        assert_int_equal(by_store_read(s->store, read_headers, s, &error), BANYAN_ERR_DAMAGED);
        assert_int_equal(s->met.count, 580);
        assert_int_equal(by_store_read(s->store, read_record, s, &error), BANYAN_OK);
        assert_int_equal(by_store_check(s->store, &test_network, NULL, NULL, &report, &error),
                         BANYAN_OK);
        assert_int_equal(report.damaged_blocks, 1);
        assert_int_equal(report.index_faults, 0);
        assert_int_equal(report.first_damaged_seq, 100);
        assert_true(by_log_id_equal(&report.first_damaged, &s->log.next.log));
        damage(s, 5, places[i]); /* and back */
    }
    assert_checks_clean(s->store, 600);
}

static void a_damaged_block_is_made_good_by_the_same_run(void **state)
{
    static const uint64_t arrivals[] = {0, 13, 29};
    struct state *s = *state;
    struct banyan_error error = {0};

    for (size_t i = 0; i < sizeof arrivals / sizeof arrivals[0]; i++) {
        damage(s, arrivals[i], 300);
        assert_int_equal(append_one(s->store, &s->runs.runs[arrivals[i]]), BY_STORE_NEW);
        assert_int_equal(append_one(s->store, &s->runs.runs[arrivals[i]]), BY_STORE_HELD);
        assert_false(log_of(s->store, &s->log).is_forked);
        assert_int_equal(log_of(s->store, &s->log).tip_seq, 599);
        assert_int_equal(by_store_read(s->store, read_headers, s, &error), BANYAN_OK);
        assert_int_equal(s->met.count, 600);
        assert_checks_clean(s->store, 600);
    }
}

static void a_damaged_block_is_made_good_by_a_longer_run(void **state)
{
    struct state *s = *state;
    struct banyan_error error = {0};

    damage(s, 7, 300);
    assert_int_equal(append_one(s->store, test_runs_join(&s->runs, 6, 3)), BY_STORE_PART);
    assert_false(log_of(s->store, &s->log).is_forked);
    assert_int_equal(by_store_read(s->store, read_headers, s, &error), BANYAN_OK);
    assert_int_equal(s->met.count, 600);
    for (size_t i = 0; i < 30; i++)
        assert_true(has_met(&s->met, &s->runs.runs[i].entries[10].id));
}

/* -- any bit of the file -- */

/* What a reader of a damaged store saw, as exit codes. */
enum seen { SEEN_ALL = 0, SEEN_DAMAGE = 1, SEEN_LESS = 2, SEEN_WRONG = 3 };

static const struct by_entry *original(const struct state *s, const struct by_entry *entry)
{
    uint64_t seq = entry->header.seq;

    return seq < 600 ? &s->runs.runs[seq / 20].entries[seq % 20] : NULL;
}

struct reading {
    const struct state *s;
    size_t entries;
    bool is_wrong, is_damaged;
};

static enum banyan_status compare(void *context, const struct by_entry *entry)
{
    struct reading *reading = context;
    const struct by_entry *wanted = original(reading->s, entry);

    reading->entries++;
    if (wanted == NULL || !by_id_equal(&wanted->id, &entry->id) ||
        !by_bytes_equal(wanted->links, entry->links) ||
        !by_bytes_equal(wanted->payload, entry->payload))
        reading->is_wrong = true;
    return BANYAN_OK;
}

static enum banyan_status compare_all(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    uint64_t from = 0;

    for (uint64_t i = 0; i < 40; i++) {
        struct by_store_block block;
        enum banyan_status status = by_store_block_from(txn, from, &block);

        if (status == BANYAN_ERR_NOT_FOUND)
            break;
        reading->is_damaged |= status != BANYAN_OK;
        for (size_t k = 0; status == BANYAN_OK && k < block.run.count; k++)
            (void)compare(reading, &block.run.entries[k]);
        from = block.arrival + 1;
    }
    for (uint64_t i = 0; i < 100; i++) {
        struct by_record_name name = test_record(i);
        size_t damaged = 0;

        reading->is_damaged |=
            by_store_record_entries(txn, &name, compare, reading, &damaged) != BANYAN_OK;
        reading->is_damaged |= damaged > 0;
    }
    return BANYAN_OK;
}

static enum seen look(const struct state *s, const char *folder)
{
    struct reading reading = {.s = s};
    struct by_store *store = NULL;
    struct by_store_report report = {0};
    struct banyan_error error = {0};

    if (by_store_open(folder, false, &store, &error) != BANYAN_OK)
        return SEEN_DAMAGE;
    if (by_store_read(store, compare_all, &reading, &error) != BANYAN_OK ||
        by_store_check(store, &test_network, NULL, NULL, &report, &error) != BANYAN_OK ||
        report.damaged_blocks + report.bad_seals + report.index_faults > 0)
        reading.is_damaged = true;
    by_store_close(store);
    if (reading.is_wrong)
        return SEEN_WRONG;
    if (reading.is_damaged)
        return SEEN_DAMAGE;
    return reading.entries == 1200 ? SEEN_ALL : SEEN_LESS;
}

/* In a process of its own: LMDB itself may fall over a damaged page. */
static int look_apart(const struct state *s, const char *folder)
{
    int result = 0;
    pid_t child = fork();

    if (child == 0) {
        const struct rlimit none = {0};

        for (int number = 1; number < NSIG; number++)
            (void)signal(number, SIG_DFL);
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)alarm(20);
        _exit((int)look(s, folder));
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    return result;
}

static void a_flipped_bit_never_gives_wrong_data(void **state)
{
    struct state *s = *state;
    char *file = test_folder_path(s->folder, "data.mdb");
    char *copy = test_folder_path(s->folder, "copy");
    char *copy_file = test_folder_path(copy, "data.mdb");
    struct by_buffer bytes = BY_BUFFER_INIT(8u * 1024 * 1024);
    struct banyan_error error = {0};
    size_t counts[4] = {0}, crashes = 0;
    uint64_t seed = 17;

    by_store_close(s->store);
    s->store = NULL;
    assert_int_equal(by_os_file_read(file, bytes.size_max, &bytes, &error), BANYAN_OK);
    assert_int_equal(by_os_folder_make(copy, &error), BANYAN_OK);
    for (size_t i = 0; i < FLIPS; i++) {
        size_t bit = (size_t)(test_random(&seed) % (bytes.size * 8));
        int result = 0;

        bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(by_os_file_replace(copy_file, by_buffer_bytes(&bytes), &error), BANYAN_OK);
        bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        result = look_apart(s, copy);
        if (WIFEXITED(result) && WEXITSTATUS(result) < 4)
            counts[WEXITSTATUS(result)]++;
        else
            crashes++;
        if (WIFEXITED(result) && WEXITSTATUS(result) >= SEEN_LESS)
            print_error("bit %zu of %zu: %d\n", bit, bytes.size * 8, WEXITSTATUS(result));
    }
    print_message("%u flips of %zu bytes: %zu without effect, %zu seen, %zu less without a word, "
                  "%zu wrong, %zu ended the process\n",
                  FLIPS, bytes.size, counts[SEEN_ALL], counts[SEEN_DAMAGE], counts[SEEN_LESS],
                  counts[SEEN_WRONG], crashes);
    assert_int_equal(counts[SEEN_WRONG], 0);
    assert_int_equal(counts[SEEN_LESS], 0);
    by_buffer_deinit(&bytes);
    free(copy_file);
    free(copy);
    free(file);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_changed_byte_anywhere_in_a_block_is_seen_and_passed_over),
        ROW(a_damaged_block_is_made_good_by_the_same_run),
        ROW(a_damaged_block_is_made_good_by_a_longer_run),
        ROW(a_flipped_bit_never_gives_wrong_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
