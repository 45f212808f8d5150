/*
 * A store in a fresh folder, and short words for what most tests do with it.
 */
#ifndef BY_TESTS_UNIT_STORE_FIXTURE_H
#define BY_TESTS_UNIT_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/test_folder.h"
#include "lib/test_runs.h"
#include "store/store.h"

static inline struct by_store *open_store(const char *folder)
{
    struct by_store *store = NULL;
    struct banyan_error error = {0};
    enum banyan_status status = by_store_open(folder, true, &store, &error);

    if (status != BANYAN_OK)
        print_error("%s\n", error.text);
    assert_int_equal(status, BANYAN_OK);
    return store;
}

struct append_work {
    const struct by_run *runs;
    const struct by_bytes *packed;
    size_t count;
    enum by_store_verdict verdict; /* of the last */
};

static inline enum banyan_status append_runs(void *context, struct by_store_txn *txn)
{
    struct append_work *work = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; status == BANYAN_OK && i < work->count; i++)
        status = by_store_append(txn, &work->runs[i],
                                 work->packed != NULL ? work->packed[i] : by_bytes_of(NULL, 0),
                                 &work->verdict);
    return status;
}

/* Runs first to first + count - 1 in one transaction. */
static inline enum banyan_status
append(struct by_store *store, const struct test_runs *runs, size_t first, size_t count)
{
    struct append_work work = {
        .runs = runs->runs + first, .packed = runs->packed + first, .count = count};
    struct banyan_error error = {0};

    return by_store_write(store, append_runs, &work, &error);
}

static inline enum by_store_verdict append_one(struct by_store *store, const struct by_run *run)
{
    struct append_work work = {.runs = run, .count = 1};
    struct banyan_error error = {0};

    assert_int_equal(by_store_write(store, append_runs, &work, &error), BANYAN_OK);
    return work.verdict;
}

struct find_work {
    const struct by_log_id *log;
    bool is_act_log;
    struct by_store_log found;
};

static inline enum banyan_status find_log(void *context, struct by_store_txn *txn)
{
    struct find_work *work = context;

    return by_store_log_find(txn, work->log, work->is_act_log, &work->found);
}

static inline struct by_store_log log_of(struct by_store *store, const struct test_log *log)
{
    struct find_work work = {.log = &log->next.log};
    struct banyan_error error = {0};

    assert_int_equal(by_store_read(store, find_log, &work, &error), BANYAN_OK);
    return work.found;
}

/* Ids of entries met, in order. */
struct met {
    struct by_id ids[4096];
    size_t count;
};

static inline enum banyan_status meet_entry(void *context, const struct by_entry *entry)
{
    struct met *met = context;

    assert_true(met->count < sizeof met->ids / sizeof met->ids[0]);
    met->ids[met->count++] = entry->id;
    return BANYAN_OK;
}

static inline bool has_met(const struct met *met, const struct by_id *id)
{
    size_t times = 0;

    for (size_t i = 0; i < met->count; i++)
        times += by_id_equal(&met->ids[i], id);
    return times == 1;
}

static inline void assert_checks_clean(struct by_store *store, uint64_t entries)
{
    struct by_store_report report;
    struct banyan_error error = {0};

    assert_int_equal(by_store_check(store, &test_network, NULL, NULL, &report, &error), BANYAN_OK);
    assert_int_equal(report.damaged_blocks, 0);
    assert_int_equal(report.bad_seals, 0);
    assert_int_equal(report.index_faults, 0);
    assert_int_equal(report.entries, entries);
}

#endif
