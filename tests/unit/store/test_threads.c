/* Several threads at one store, each with a handle of its own. */
#include <pthread.h>
#include <stdatomic.h>

#include "fixture.h"

/* More than the map begins with: 32 MiB. */
#define RUNS_PER_WRITER 320u
#define PAYLOAD_BYTES   60000u
#define WRITERS         2u
#define READERS         2u

struct worker {
    pthread_t thread;
    struct by_store *store;
    const struct test_runs *runs;
    size_t first;
    const struct test_log *log;
    atomic_bool *is_over;
    enum banyan_status status;
    uint64_t highest_seq;
};

static void *write_runs(void *context)
{
    struct worker *worker = context;

    for (size_t i = 0; i < RUNS_PER_WRITER && worker->status == BANYAN_OK; i += 4)
        worker->status = append(worker->store, worker->runs, worker->first + i, 4);
    return NULL;
}

/* What is read is whole, and never less than before. */
static void *read_on(void *context)
{
    struct worker *worker = context;
    struct find_work work = {.log = &worker->log->next.log};

    while (!atomic_load(worker->is_over) && worker->status == BANYAN_OK) {
        enum banyan_status status = by_store_read(worker->store, find_log, &work, NULL);

        (void)by_store_last_txn(worker->store);
        if (status == BANYAN_ERR_NOT_FOUND)
            continue;
        worker->status = status;
        if (work.found.tip_seq < worker->highest_seq)
            worker->status = BANYAN_ERR_DAMAGED;
        worker->highest_seq = work.found.tip_seq;
    }
    return NULL;
}

static void begin(struct worker *worker, struct by_store *store, void *(*work)(void *context))
{
    assert_int_equal(by_store_share(store, &worker->store), BANYAN_OK);
    assert_int_equal(pthread_create(&worker->thread, NULL, work, worker), 0);
}

static void end(struct worker *worker)
{
    assert_int_equal(pthread_join(worker->thread, NULL), 0);
    assert_int_equal(worker->status, BANYAN_OK);
    by_store_close(worker->store);
}

static void threads_write_and_read_while_the_map_grows(void **state)
{
    struct test_runs runs = {.count = 0};
    struct test_log logs[WRITERS];
    struct worker writers[WRITERS] = {{.first = 0}}, readers[READERS] = {{.first = 0}};
    atomic_bool is_over = false;
    struct by_store *store = open_store(*state);

    for (uint32_t i = 0; i < WRITERS; i++) {
        const struct test_writing what = {
            .count = RUNS_PER_WRITER, .run_entries = 1, .payload_size = PAYLOAD_BYTES, .seed = i};

        logs[i] = test_log_start((uint8_t)(i + 1));
        test_log_write(&logs[i], &what, &runs);
    }
    for (uint32_t i = 0; i < READERS; i++) {
        readers[i].log = &logs[i % WRITERS];
        readers[i].is_over = &is_over;
        begin(&readers[i], store, read_on);
    }
    for (uint32_t i = 0; i < WRITERS; i++) {
        writers[i].runs = &runs;
        writers[i].first = (size_t)i * RUNS_PER_WRITER;
        begin(&writers[i], store, write_runs);
    }
    for (uint32_t i = 0; i < WRITERS; i++)
        end(&writers[i]);
    atomic_store(&is_over, true);
    for (uint32_t i = 0; i < READERS; i++)
        end(&readers[i]);
    assert_checks_clean(store, (uint64_t)WRITERS * RUNS_PER_WRITER);
    by_store_close(store);
    test_runs_free(&runs);
}

static void handles_are_closed_in_any_order(void **state)
{
    struct by_store *store = open_store(*state);
    struct by_store *second = NULL, *third = NULL;
    struct banyan_error error = {0};

    assert_int_equal(by_store_share(store, &second), BANYAN_OK);
    by_store_close(store);
    assert_int_equal(by_store_share(second, &third), BANYAN_OK);
    by_store_close(second);
    assert_checks_clean(third, 0);
    assert_int_equal(by_store_open(*state, true, &store, &error), BANYAN_ERR_BUSY);
    by_store_close(third);
    by_store_close(open_store(*state));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, test_folder_make, test_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(threads_write_and_read_while_the_map_grows),
        ROW(handles_are_closed_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
