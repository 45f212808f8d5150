/* Opening, transactions and values of this node alone. */
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "store/internal.h"

static enum banyan_status try_open(const char *folder, bool create, struct banyan_error *error)
{
    struct by_store *store = NULL;
    enum banyan_status status = by_store_open(folder, create, &store, error);

    by_store_close(store);
    return status;
}

static void a_store_is_made_only_when_asked(void **state)
{
    char *path = test_folder_path(*state, "a/b");
    struct banyan_error error = {0};

    assert_int_equal(try_open(path, false, &error), BANYAN_ERR_NOT_FOUND);
    assert_non_null(strstr(error.text, path));
    assert_int_equal(try_open(path, true, &error), BANYAN_OK);
    assert_int_equal(try_open(path, false, &error), BANYAN_OK);
    assert_int_equal(try_open(path, true, &error), BANYAN_OK);
    free(path);
}

static void one_process_opens_a_store_once(void **state)
{
    struct by_store *store = open_store(*state);
    struct banyan_error error = {0};

    assert_int_equal(try_open(*state, true, &error), BANYAN_ERR_BUSY);
    assert_int_equal(try_open(*state, false, &error), BANYAN_ERR_BUSY);
    by_store_close(store);
    assert_int_equal(try_open(*state, false, &error), BANYAN_OK);
}

static void put_file(const char *folder, const char *content, size_t size)
{
    char *path = test_folder_path(folder, "data.mdb");
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_replace(path, by_bytes_of(content, size), &error), BANYAN_OK);
    free(path);
}

static void what_is_no_store_is_refused(void **state)
{
    static const char zeros[16384];
    static const struct {
        const char *content;
        size_t size;
        enum banyan_status when_opened, when_created;
    } rows[] = {
        {"", 0, BANYAN_ERR_NOT_FOUND, BANYAN_OK},
        {"x", 1, BANYAN_ERR_DAMAGED, BANYAN_ERR_DAMAGED},
        {zeros, sizeof zeros, BANYAN_ERR_DAMAGED, BANYAN_ERR_DAMAGED},
        {"SQLite format 3", 16, BANYAN_ERR_DAMAGED, BANYAN_ERR_DAMAGED},
    };
    struct banyan_error error = {0};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put_file(*state, rows[i].content, rows[i].size);
        assert_int_equal(try_open(*state, false, &error), rows[i].when_opened);
        assert_int_equal(try_open(*state, true, &error), rows[i].when_created);
    }
}

/* An LMDB file with one row of ours or somebody else's. */
static void make_foreign(const char *folder, const char *key_text, uint32_t number)
{
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi table = 0;
    uint8_t bytes[4];
    MDB_val key = by_val(by_bytes_of_text(key_text));
    MDB_val value = {.mv_size = sizeof bytes, .mv_data = bytes};

    by_put_u32le(bytes, number);
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_open(env, folder, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &table), 0);
    assert_int_equal(mdb_put(txn, table, &key, &value, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void stores_of_others_and_of_later_versions_are_refused(void **state)
{
    static const struct {
        const char *key;
        uint32_t number;
        enum banyan_status status;
    } rows[] = {{"theirs", 1, BANYAN_ERR_DAMAGED},
                {"\1format", 2, BANYAN_ERR_UPGRADE},
                {"\1format", 1, BANYAN_OK}};
    struct banyan_error error = {0};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[2] = {(char)('a' + i), 0};
        char *path = test_folder_path(*state, name);

        assert_int_equal(mkdir(path, 0700), 0);
        make_foreign(path, rows[i].key, rows[i].number);
        assert_int_equal(try_open(path, true, &error), rows[i].status);
        free(path);
    }
}

static void a_folder_that_cannot_be_written_is_named(void **state)
{
    char *path = test_folder_path(*state, "store");
    pid_t child = 0;
    int result = 0;

    by_store_close(open_store(path));
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(chmod(path, 0555), 0);
    child = fork();
    if (child == 0) {
        struct banyan_error error = {0};

        /* Root may write anywhere: go on as nobody. */
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(1);
        _exit(try_open(path, false, &error) == BANYAN_ERR_DISK && strstr(error.text, path) != NULL
                  ? 0
                  : 2);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_int_equal(chmod(path, 0755), 0);
    free(path);
}

static void a_store_cut_short_anywhere_is_refused_or_whole(void **state)
{
    struct test_runs runs = {0};
    struct test_log log = test_log_start(1);
    const struct test_writing what = {.count = 2000, .run_entries = 50, .payload_size = 100};
    char *path = test_folder_path(*state, "data.mdb");
    struct by_store *store = open_store(*state);
    struct banyan_error error = {0};
    uint64_t size = 0;

    test_log_write(&log, &what, &runs);
    assert_int_equal(append(store, &runs, 0, runs.count), BANYAN_OK);
    by_store_close(store);
    assert_int_equal(by_os_file_size(path, &size, &error), BANYAN_OK);
    assert_true(size > 200000);
    for (uint64_t length = size - 1, step = 1; length > 1;
         length -= step, step = step * 5 / 4 + 1) {
        assert_int_equal(truncate(path, (off_t)length), 0);
        assert_int_equal(try_open(*state, false, &error), BANYAN_ERR_DAMAGED);
        if (length <= step)
            break;
    }
    test_runs_free(&runs);
    free(path);
}

/* -- transactions -- */

static void a_store_that_finds_no_room_to_begin_leaves_no_file(void **state)
{
    struct banyan_error error = {0};
    struct by_store *store = open_store(*state);
    struct rlimit usual, tight;
    char *path = test_folder_path(*state, "data.mdb");

    by_store_close(store);
    store = NULL;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    tight = usual;
    tight.rlim_cur = 4096;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    enum banyan_status status = by_store_open(*state, true, &store, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(status, BANYAN_ERR_FULL);
    assert_int_equal(access(path, F_OK), -1);
    by_store_close(open_store(*state));
    free(path);
}

static enum banyan_status put_and_fail(void *context, struct by_store_txn *txn)
{
    assert_int_equal(by_store_local_put(txn, "name", by_bytes_of_text("value")), BANYAN_OK);
    return *(enum banyan_status *)context;
}

static enum banyan_status get_name(void *context, struct by_store_txn *txn)
{
    return by_store_local_get(txn, "name", context);
}

static void work_that_fails_leaves_nothing_behind(void **state)
{
    struct by_store *store = open_store(*state);
    enum banyan_status wanted = BANYAN_ERR_INVALID;
    struct banyan_error error = {0};
    struct by_bytes value;
    uint64_t number = by_store_last_txn(store);

    assert_int_equal(by_store_write(store, put_and_fail, &wanted, &error), BANYAN_ERR_INVALID);
    assert_int_equal(error.status, BANYAN_ERR_INVALID);
    assert_int_equal(by_store_read(store, get_name, &value, &error), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(by_store_last_txn(store), number);
    wanted = BANYAN_OK;
    assert_int_equal(by_store_write(store, put_and_fail, &wanted, &error), BANYAN_OK);
    assert_int_equal(by_store_read(store, get_name, &value, &error), BANYAN_OK);
    assert_int_equal(by_store_last_txn(store), number + 1);
    by_store_close(store);
}

static enum banyan_status nest(void *context, struct by_store_txn *txn)
{
    struct by_bytes value;
    struct banyan_error error = {0};

    (void)txn;
    assert_int_equal(by_store_read(context, get_name, &value, &error), BANYAN_ERR_USAGE);
    assert_int_equal(by_store_write(context, get_name, &value, &error), BANYAN_ERR_USAGE);
    return BANYAN_OK;
}

static void a_transaction_within_another_is_refused(void **state)
{
    struct by_store *store = open_store(*state);
    struct banyan_error error = {0};

    assert_int_equal(by_store_read(store, nest, store, &error), BANYAN_OK);
    assert_int_equal(by_store_write(store, nest, store, &error), BANYAN_OK);
    by_store_close(store);
}

static enum banyan_status use_local_values(void *context, struct by_store_txn *txn)
{
    static const uint8_t large[20000] = {1};
    struct by_bytes first = {0}, second = {0};

    (void)context;
    assert_int_equal(by_store_local_get(txn, "a", &first), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(by_store_local_put(txn, "a", by_bytes_of_text("first")), BANYAN_OK);
    assert_int_equal(by_store_local_get(txn, "a", &first), BANYAN_OK);
    /* A value handed out holds through what follows. */
    assert_int_equal(by_store_local_put(txn, "a", by_bytes_of(large, sizeof large)), BANYAN_OK);
    assert_int_equal(by_store_local_put(txn, "b", by_bytes_of_text("b")), BANYAN_OK);
    assert_int_equal(by_store_local_get(txn, "a", &second), BANYAN_OK);
    assert_true(by_bytes_equal(first, by_bytes_of_text("first")));
    assert_true(by_bytes_equal(second, by_bytes_of(large, sizeof large)));
    assert_int_equal(by_store_local_put(txn, "b", by_bytes_of(NULL, 0)), BANYAN_OK);
    assert_int_equal(by_store_local_put(txn, "b", by_bytes_of(NULL, 0)), BANYAN_OK);
    assert_int_equal(by_store_local_get(txn, "b", &second), BANYAN_ERR_NOT_FOUND);
    return BANYAN_OK;
}

static void local_values_are_put_changed_and_removed(void **state)
{
    struct by_store *store = open_store(*state);
    struct banyan_error error = {0};

    assert_int_equal(by_store_write(store, use_local_values, NULL, &error), BANYAN_OK);
    by_store_close(store);
}

static enum banyan_status put_large(void *context, struct by_store_txn *txn)
{
    static const uint8_t large[1024 * 1024] = {1};
    size_t *runs = context;

    (*runs)++;
    for (int i = 0; i < 100; i++) {
        char name[16];
        enum banyan_status status = BANYAN_OK;

        (void)snprintf(name, sizeof name, "value %d", i);
        status = by_store_local_put(txn, name, by_bytes_of(large, sizeof large));
        if (status != BANYAN_OK)
            return status;
    }
    return BANYAN_OK;
}

static void work_runs_again_when_the_map_grows(void **state)
{
    struct by_store *store = open_store(*state);
    struct banyan_error error = {0};
    size_t runs = 0;

    assert_int_equal(by_store_write(store, put_large, &runs, &error), BANYAN_OK);
    assert_int_equal(runs, 3); /* 32, 64 and 128 MiB */
    by_store_close(store);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_store_is_made_only_when_asked),
        ROW(one_process_opens_a_store_once),
        ROW(what_is_no_store_is_refused),
        ROW(stores_of_others_and_of_later_versions_are_refused),
        ROW(a_folder_that_cannot_be_written_is_named),
        ROW(a_store_cut_short_anywhere_is_refused_or_whole),
        ROW(a_store_that_finds_no_room_to_begin_leaves_no_file),
        ROW(work_that_fails_leaves_nothing_behind),
        ROW(a_transaction_within_another_is_refused),
        ROW(local_values_are_put_changed_and_removed),
        ROW(work_runs_again_when_the_map_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
