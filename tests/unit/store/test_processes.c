/* Several processes at one store, killed ones among them, and disks that end. */
#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

#include "fixture.h"

#define KILL_ROUNDS 40u

struct state {
    char *folder;
    struct test_runs runs;
    struct test_log log;
};

static int set_up(void **state)
{
    struct state *s = calloc(1, sizeof *s);
    void *folder = NULL;

    if (s == NULL || test_folder_make(&folder) != 0)
        return -1;
    s->folder = folder;
    s->log = test_log_start(1);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct state *s = *state;
    void *folder = s->folder;

    test_runs_free(&s->runs);
    free(s);
    return test_folder_remove(&folder);
}

static void write_runs(struct state *s, struct test_log *log, size_t count, size_t payload_size)
{
    const struct test_writing what = {
        .count = count, .run_entries = 1, .payload_size = payload_size, .seed = 1};

    test_log_write(log, &what, &s->runs);
}

/* In a child nothing of the parent's test may run on. */
static struct by_store *child_open(const char *folder)
{
    struct by_store *store = NULL;
    struct banyan_error error = {0};

    if (by_store_open(folder, true, &store, &error) != BANYAN_OK)
        _exit(10);
    return store;
}

static void assert_ended_well(pid_t child)
{
    int result = 0;

    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 0);
}

/* -- killed -- */

/* Append run after run, and tell the parent the number of each once it is durable. */
static void append_and_tell(const struct state *s, size_t first, int out)
{
    struct by_store *store = child_open(s->folder);

    for (size_t i = first; i < s->runs.count; i++) {
        uint32_t number = (uint32_t)i;

        if (append(store, &s->runs, i, 1) != BANYAN_OK)
            _exit(11);
        if (write(out, &number, sizeof number) != sizeof number)
            _exit(12);
    }
    _exit(0);
}

/* Kill the child a moment after it has told of so many runs; the number of runs told of in all. */
static size_t listen_and_kill(pid_t child, int in, size_t runs, long moment_us)
{
    const struct timespec moment = {.tv_sec = 0, .tv_nsec = moment_us * 1000};
    uint32_t number = 0;

    for (size_t i = 0; i < runs; i++)
        assert_int_equal(read(in, &number, sizeof number), sizeof number);
    assert_int_equal(nanosleep(&moment, NULL), 0);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(in, &number, sizeof number) == sizeof number)
        continue;
    return (size_t)number + 1;
}

static size_t count_held(const struct state *s)
{
    struct by_store *store = open_store(s->folder);
    struct find_work find = {.log = &s->log.next.log};
    struct banyan_error error = {0};
    enum banyan_status status = by_store_read(store, find_log, &find, &error);
    size_t held = status == BANYAN_OK ? (size_t)find.found.tip_seq + 1 : 0;

    assert_true(status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND);
    assert_checks_clean(store, held);
    if (held > 0)
        assert_true(by_id_equal(&find.found.tip, &s->runs.runs[held - 1].entries[0].id));
    by_store_close(store);
    return held;
}

static void nothing_told_of_is_lost_when_the_writer_is_killed(void **state)
{
    struct state *s = *state;
    uint64_t seed = 11;
    size_t held = 0;

    write_runs(s, &s->log, 4000, 200);
    for (size_t round = 0; round < KILL_ROUNDS; round++) {
        int ends[2];
        size_t told = 0;
        pid_t child = 0;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0)
            append_and_tell(s, held, ends[1]);
        assert_int_equal(close(ends[1]), 0);
        told = listen_and_kill(child, ends[0], 1 + test_random(&seed) % 20,
                               (long)(test_random(&seed) % 1000));
        assert_int_equal(close(ends[0]), 0);
        held = count_held(s);
        /* One more may be held than was told of: killed in between. */
        assert_in_range(held, told, told + 1);
    }
    print_message("%u kills, %zu entries, none lost\n", KILL_ROUNDS, held);
}

/* -- at once -- */

static void two_processes_write_at_once(void **state)
{
    struct state *s = *state;
    struct test_log logs[2] = {test_log_start(1), test_log_start(2)};
    pid_t children[2];
    struct by_store *store = NULL;

    write_runs(s, &logs[0], 150, 100);
    write_runs(s, &logs[1], 150, 100);
    for (size_t i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct by_store *mine = child_open(s->folder);

            for (size_t k = 0; k < 150; k++) {
                if (append(mine, &s->runs, i * 150 + k, 1) != BANYAN_OK)
                    _exit(11);
            }
            by_store_close(mine);
            _exit(0);
        }
    }
    assert_ended_well(children[0]);
    assert_ended_well(children[1]);
    store = open_store(s->folder);
    assert_int_equal(log_of(store, &logs[0]).tip_seq, 149);
    assert_int_equal(log_of(store, &logs[1]).tip_seq, 149);
    assert_checks_clean(store, 300);
    by_store_close(store);
}

static enum banyan_status count_entries(void *context, struct by_store_txn *txn)
{
    size_t *entries = context;
    struct by_store_block block;
    enum banyan_status status = by_store_block_from(txn, 0, &block);

    *entries = 0;
    while (status == BANYAN_OK) {
        *entries += block.run.count;
        status = by_store_block_from(txn, block.arrival + 1, &block);
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static void a_reader_follows_a_store_that_another_process_makes_grow(void **state)
{
    enum { RUNS = 2200 }; /* of 60 KiB: past 32, 64 and 128 MiB */
    struct state *s = *state;
    struct by_store *store = NULL;
    struct banyan_error error = {0};
    size_t entries = 0, rounds = 0;
    uint64_t seen = 0;
    pid_t child = 0;

    write_runs(s, &s->log, RUNS, BY_PAYLOAD_BYTES_MAX);
    child = fork();
    if (child == 0) {
        struct by_store *mine = child_open(s->folder);

        for (size_t i = 0; i < RUNS; i += 50) {
            if (append(mine, &s->runs, i, 50) != BANYAN_OK)
                _exit(11);
        }
        by_store_close(mine);
        _exit(0);
    }
    store = open_store(s->folder);
    while (waitpid(child, NULL, WNOHANG) == 0) {
        size_t before = entries;

        if (by_store_last_txn(store) == seen)
            continue;
        seen = by_store_last_txn(store);
        assert_int_equal(by_store_read(store, count_entries, &entries, &error), BANYAN_OK);
        assert_true(entries >= before && entries % 50 == 0);
        rounds++;
    }
    assert_int_equal(by_store_read(store, count_entries, &entries, &error), BANYAN_OK);
    assert_int_equal(entries, RUNS);
    by_store_close(store);
    print_message("read %zu times while it grew\n", rounds);
}

/* How many runs a reader may lack of those that the number of the last transaction stands for. */
static uint64_t runs_behind(const struct state *s, struct by_store *store)
{
    uint64_t number = by_store_last_txn(store);
    struct find_work find = {.log = &s->log.next.log};
    enum banyan_status status = by_store_read(store, find_log, &find, NULL);

    if (status == BANYAN_ERR_NOT_FOUND)
        return 0;
    assert_int_equal(status, BANYAN_OK);
    return number > find.found.tip_seq + 1 ? number - find.found.tip_seq - 1 : 0;
}

/* Whoever remembers the number as "read until here" would otherwise never read the rest. */
static void what_the_last_transaction_wrote_can_be_read_once_its_number_is_told(void **state)
{
    enum { RUNS = 1000 };
    struct state *s = *state;
    struct by_store *store = NULL;
    uint64_t behind_most = 0, rounds = 0;
    int result = 0;
    pid_t child;

    write_runs(s, &s->log, RUNS, 100);
    child = fork();
    if (child == 0) {
        struct by_store *mine = child_open(s->folder);

        for (size_t i = 0; i < RUNS; i++)
            if (append(mine, &s->runs, i, 1) != BANYAN_OK)
                _exit(11);
        by_store_close(mine);
        _exit(0);
    }
    store = open_store(s->folder);
    for (; waitpid(child, &result, WNOHANG) == 0; rounds++) {
        uint64_t behind = runs_behind(s, store);

        behind_most = behind > behind_most ? behind : behind_most;
    }
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    // what opening the store has written itself, once everything is read
    assert_true(behind_most <= runs_behind(s, store));
    by_store_close(store);
    print_message("looked %llu times\n", (unsigned long long)rounds);
}

/* -- the disk ends -- */

static void a_full_disk_loses_nothing_that_was_told(void **state)
{
    struct state *s = *state;
    char *place = test_folder_path(s->folder, "small");
    struct by_store *store = NULL;
    enum banyan_status status = BANYAN_OK;
    size_t told = 0;

    assert_int_equal(mkdir(place, 0700), 0);
    if (geteuid() != 0 || mount("none", place, "tmpfs", 0, "size=2m,mode=0700") != 0) {
        print_message("skipped: a small disk cannot be mounted here\n");
        free(place);
        skip();
    }
    write_runs(s, &s->log, 4000, 600);
    store = open_store(place);
    while (told < s->runs.count && status == BANYAN_OK) {
        status = append(store, &s->runs, told, 1);
        told += status == BANYAN_OK;
    }
    assert_int_equal(status, BANYAN_ERR_FULL);
    assert_true(told > 100);
    by_store_close(store);
    store = open_store(place);
    assert_int_equal(log_of(store, &s->log).tip_seq, told - 1);
    assert_checks_clean(store, told);
    by_store_close(store);
    assert_int_equal(umount2(place, MNT_DETACH), 0);
    print_message("%zu entries until the disk was full, none lost\n", told);
    free(place);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(nothing_told_of_is_lost_when_the_writer_is_killed),
        ROW(two_processes_write_at_once),
        ROW(a_reader_follows_a_store_that_another_process_makes_grow),
        ROW(what_the_last_transaction_wrote_can_be_read_once_its_number_is_told),
        ROW(a_full_disk_loses_nothing_that_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
