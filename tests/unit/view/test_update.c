#include "history.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCHES 90

/* In the index of words. */
static int64_t count_found(struct by_view *view, const char *word)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM search WHERE search MATCH '%s'", word);
    return count_rows(view, sql);
}

static void rows_are_the_same_in_every_order_of_arrival_and_every_batching(void **state)
{
    struct net net;
    struct history *history = calloc(1, sizeof *history);
    net_begin(&net);
    history->net = &net;
    history->seed = 20261121;
    make_history(history, BATCHES);
    size_t *order = calloc(net.runs.count, sizeof order[0]);
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "one.gpkg");
    append(store, &net, NULL, 0, net.runs.count);
    (void)update(view, store, net.charter);
    char *expected = dump(view);
    assert_true(count_rows(view, "SELECT count(*) FROM conflict") > 0);
    assert_true(count_rows(view, "SELECT count(*) FROM proposal") > 0);
    assert_true(count_rows(view, "SELECT count(*) FROM site") > 5);
    assert_true(count_rows(view, "SELECT count(*) FROM rtree_site_geometry") > 2);
    by_store_close(store);
    for (unsigned round = 0; round < 6; round++) {
        char *folder = strdup("/tmp/banyan-test-XXXXXX");
        void *other = folder;
        assert_non_null(mkdtemp(folder));
        struct by_store *other_store = open_store(folder);
        struct by_view *other_view = open_view(&net, folder, "other.gpkg");
        shuffle(&net, &history->seed, order);
        for (size_t done = 0; done < net.runs.count;) {
            size_t count = 1 + test_random(&history->seed) % (round % 2 == 0 ? 4 : 40);
            count = count < net.runs.count - done ? count : net.runs.count - done;
            append(other_store, &net, order, done, count);
            done += count;
            (void)update(other_view, other_store, net.charter);
        }
        assert_same_dump(expected, other_view);
        by_view_close(other_view);
        by_store_close(other_store);
        assert_int_equal(test_folder_remove(&other), 0);
    }
    by_view_close(view);
    free(expected);
    free(order);
    free(history);
    net_end(&net);
}

static void a_view_rebuilt_or_deleted_comes_back_the_same(void **state)
{
    struct net net;
    struct history *history = calloc(1, sizeof *history);
    struct banyan_error error = {.text = ""};
    struct by_id root, again;
    net_begin(&net);
    history->net = &net;
    history->seed = 7;
    make_history(history, BATCHES);
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, net.runs.count);
    struct by_view_changes first = update(view, store, net.charter);
    char *expected = dump(view);
    must(by_view_root(view, &root, &error), &error);
    assert_false(by_id_is_zero(&root));
    struct by_view_changes second;
    must(by_view_rebuild(view, store, net.charter, &second, &error), &error);
    assert_memory_equal(&first, &second, sizeof first);
    assert_same_dump(expected, view);
    must(by_view_root(view, &again, &error), &error);
    assert_true(by_id_equal(&root, &again));
    by_view_close(view);
    char *path = test_folder_path(*state, "view.gpkg");
    assert_int_equal(remove(path), 0);
    free(path);
    view = open_view(&net, *state, "view.gpkg");
    (void)update(view, store, net.charter);
    assert_same_dump(expected, view);
    by_view_close(view);
    by_store_close(store);
    free(expected);
    free(history);
    net_end(&net);
}

static void an_update_without_news_changes_nothing(void **state)
{
    struct net net;
    net_begin(&net);
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 1),
                                            .op = BY_OP_PUT,
                                            .type = "site",
                                            .changes = {{"name.vi", BY_HOW_SET, "\"Hồ\""}}});
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, 1);
    assert_int_equal(update(view, store, net.charter).records_new, 1);
    int64_t written = sqlite3_total_changes(view->db);
    struct by_view_changes changes = update(view, store, net.charter);
    assert_int_equal(changes.records_new + changes.records_changed, 0);
    assert_int_equal(sqlite3_total_changes(view->db), written);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* -- standing -- */

static void entries_of_a_log_are_shown_once_their_log_counts(void **state)
{
    struct net net;
    net_begin(&net);
    (void)net_write(&net, &(struct writing){.author = STRANGER,
                                            .name = net_name(&net, STRANGER, 1),
                                            .op = BY_OP_PUT,
                                            .type = "site",
                                            .changes = {{"name.en", BY_HOW_SET, "\"Late\""}}});
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 2),
                                            .op = BY_OP_PUT,
                                            .type = "site",
                                            .changes = {{"name.en", BY_HOW_SET, "\"Soon\""}}});
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, 2);
    assert_int_equal(update(view, store, net.charter).records_new, 1);
    struct by_id invite =
        world_invite(&net.world, &net.authors[0].person, WORLD_ALL, "late", BY_ROLE_MEMBER);
    struct by_id join =
        world_join(&net.world, &net.authors[STRANGER].person, WORLD_ALL, "late", &invite);
    (void)world_admit(&net.world, &net.authors[0].person, WORLD_ALL, &join);
    (void)world_open(&net.world, &net.authors[STRANGER].person, WORLD_ALL, 0);
    struct by_charter *later = world_charter(&net.world);
    assert_int_equal(update(view, store, later).records_new, 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 2);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM member"), 4);
    char *shown = dump(view);
    struct by_view *fresh = open_view(&net, *state, "fresh.gpkg");
    (void)update(fresh, store, later);
    assert_same_dump(shown, fresh);
    /* And back: under the first charter the record is gone again. */
    assert_int_equal(update(view, store, net.charter).records_deleted, 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM record"), 1);
    free(shown);
    by_charter_free(later);
    by_view_close(fresh);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

static void other_types_in_force_make_every_row_anew(void **state)
{
    struct net net;
    net_begin(&net);
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 1),
                                            .op = BY_OP_PUT,
                                            .type = "site",
                                            .changes = {{"name.en", BY_HOW_SET, "\"X\""}}});
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, 1);
    (void)update(view, store, net.charter);
    char *expected = dump(view);
    assert_int_equal(sqlite3_exec(view->db,
                                  "UPDATE banyan_state SET types = zeroblob(32);"
                                  "UPDATE record SET label = 'old'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(update(view, store, net.charter).records_new, 1);
    assert_same_dump(expected, view);
    free(expected);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* A device restored from a backup goes on twice from the same place: seven branches, of which the
 * rule lets four count. Whatever came first, the rows agree. */
static void a_fork_gives_the_same_rows_whatever_branch_came_first(void **state)
{
    struct net net;
    net_begin(&net);
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 1),
                                            .op = BY_OP_PUT,
                                            .type = "site",
                                            .changes = {{"name.en", BY_HOW_SET, "\"Trunk\""}}});
    struct by_block_base fork_base = net.authors[0].writer->next;
    for (uint8_t branch = 0; branch < 7; branch++) {
        net.authors[0].writer->next = fork_base;
        (void)net_write(&net, &(struct writing){.author = 0,
                                                .name = net_name(&net, 0, (uint8_t)(10 + branch)),
                                                .op = BY_OP_PUT,
                                                .type = "site",
                                                .changes = {{"name.en", BY_HOW_SET, "\"B\""}}});
    }
    char *expected = NULL;
    for (size_t turn = 0; turn < 4; turn++) {
        char name[32];
        size_t order[8] = {0};
        (void)snprintf(name, sizeof name, "fork-%zu", turn);
        char *folder = test_folder_path(*state, name);
        must(by_os_folder_make(folder, NULL), NULL);
        struct by_store *store = open_store(folder);
        struct by_view *view = open_view(&net, folder, "view.gpkg");
        for (size_t i = 0; i < 7; i++)
            order[i + 1] = 1 + (i * (turn + 1) + turn) % 7;
        for (size_t i = 0; i < 8; i++) {
            append(store, &net, order, i, 1);
            if (turn % 2 == 1 || i == 7)
                (void)update(view, store, net.charter);
        }
        assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 5);
        if (expected == NULL)
            expected = dump(view);
        assert_same_dump(expected, view);
        by_view_close(view);
        by_store_close(store);
        free(folder);
    }
    free(expected);
    net_end(&net);
}

/* -- fids -- */

static void of_two_names_with_one_fid_the_lower_has_the_row(void **state)
{
    struct net net;
    struct by_id ids[3];
    net_begin(&net);
    for (uint8_t i = 0; i < 3; i++)
        ids[i] = net_write(&net, &(struct writing){.author = 0,
                                                   .name = net_name(&net, 0, (uint8_t)(3 - i)),
                                                   .op = BY_OP_PUT,
                                                   .type = i == 1 ? "org" : "site",
                                                   .changes = {{"name.en", BY_HOW_SET,
                                                                i == 0   ? "\"third\""
                                                                : i == 1 ? "\"second\""
                                                                         : "\"first\""}}});
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    view->fid_mask = 0;
    for (size_t i = 0; i < 3; i++) {
        append(store, &net, NULL, i, 1);
        (void)update(view, store, net.charter);
    }
    struct by_view *at_once = open_view(&net, *state, "at_once.gpkg");
    at_once->fid_mask = 0;
    (void)update(at_once, store, net.charter);
    char *expected = dump(view);
    assert_same_dump(expected, at_once);
    free(expected);
    by_view_close(at_once);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM record"), 3);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site WHERE record_label = 'first'"), 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM org"), 0);
    assert_int_equal(count_found(view, "first"), 1);
    assert_int_equal(count_found(view, "second") + count_found(view, "third"), 0);
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 1),
                                            .op = BY_OP_DELETE,
                                            .parents = &ids[2],
                                            .parent_count = 1});
    append(store, &net, NULL, 3, 1);
    assert_int_equal(update(view, store, net.charter).records_deleted, 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 0);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM org WHERE record_label = 'second'"), 1);
    assert_int_equal(count_found(view, "second"), 1);
    assert_int_equal(count_found(view, "first") + count_found(view, "third"), 0);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* -- the file -- */

static void a_file_that_is_no_view_is_made_anew(void **state)
{
    static const char *const contents[] = {"", "no database at all, but long enough to be read",
                                           "SQLite format 3"};
    struct net net;
    net_begin(&net);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        char *path = test_folder_path(*state, "odd.gpkg");
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_true(fwrite(contents[i], 1, strlen(contents[i]), file) == strlen(contents[i]));
        assert_int_equal(fclose(file), 0);
        struct by_view *view = open_view(&net, *state, "odd.gpkg");
        assert_int_equal(count_rows(view, "SELECT count(*) FROM record"), 0);
        by_view_close(view);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    net_end(&net);
}

static void a_view_of_another_network_is_emptied(void **state)
{
    struct net net;
    net_begin(&net);
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 1),
                                            .op = BY_OP_PUT,
                                            .type = "site",
                                            .changes = {{"name.en", BY_HOW_SET, "\"X\""}}});
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, 1);
    (void)update(view, store, net.charter);
    by_view_close(view);
    view = open_view(&net, *state, "view.gpkg");
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 1);
    by_view_close(view);
    net.world.network.bytes[0] ^= 1;
    view = open_view(&net, *state, "view.gpkg");
    assert_int_equal(count_rows(view, "SELECT count(*) FROM site"), 0);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

static void a_second_writer_is_told_to_come_back(void **state)
{
    struct net net;
    struct banyan_error error = {.text = ""};
    struct by_view_changes changes;
    net_begin(&net);
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    struct by_view *other = open_view(&net, *state, "view.gpkg");
    assert_int_equal(sqlite3_exec(other->db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(by_view_update(view, store, net.charter, &changes, &error), BANYAN_ERR_BUSY);
    assert_int_equal(sqlite3_exec(other->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    must(by_view_update(view, store, net.charter, &changes, &error), &error);
    by_view_close(other);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* The other process of the test below: counts until it has seen enough, or a part of the rows. */
static int count_until_told(const char *path, int stop)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    struct pollfd told = {.fd = stop, .events = POLLIN};
    int all = -1;
    bool is_whole = sqlite3_open_v2(path, &reader, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;
    sqlite3_busy_timeout(reader, 5000);
    while (is_whole && poll(&told, 1, 0) == 0) {
        is_whole = sqlite3_prepare_v2(reader, "SELECT count(*) FROM site", -1, &statement, NULL) ==
                       SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW;
        int count = is_whole ? sqlite3_column_int(statement, 0) : -1;
        is_whole = is_whole && count > 0 && (all < 0 || count == all);
        all = count;
        sqlite3_finalize(statement);
    }
    sqlite3_close(reader);
    return is_whole ? 0 : 1;
}

static void who_reads_during_a_rebuild_finds_every_row(void **state)
{
    struct net net;
    struct history *history = calloc(1, sizeof *history);
    struct banyan_error error = {.text = ""};
    struct by_view_changes changes;
    int stop[2], answer;
    net_begin(&net);
    history->net = &net;
    history->seed = 7;
    make_history(history, BATCHES);
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, net.runs.count);
    (void)update(view, store, net.charter);
    assert_int_equal(pipe(stop), 0);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0)
        _exit(count_until_told(view->path, stop[0]));
    for (int i = 0; i < 30; i++)
        must(by_view_rebuild(view, store, net.charter, &changes, &error), &error);
    assert_int_equal(write(stop[1], "", 1), 1);
    assert_int_equal(waitpid(reader, &answer, 0), reader);
    assert_int_equal(answer, 0);
    (void)close(stop[0]);
    (void)close(stop[1]);
    by_view_close(view);
    by_store_close(store);
    free(history);
    net_end(&net);
}

struct told_progress {
    size_t count;
    uint64_t done, total;
    bool is_in_order;
};

static void note_progress(void *context, uint64_t done, uint64_t total)
{
    struct told_progress *told = context;
    bool follows = told->count == 0 ? done == 0 : done > told->done && total == told->total;
    told->is_in_order = (told->count == 0 || told->is_in_order) && follows && done <= total;
    told->done = done;
    told->total = total;
    told->count++;
}

/* Slices are of 256 blocks, and what is done of one is told too. */
static void an_update_tells_how_far_it_has_come(void **state)
{
    struct net net;
    struct told_progress told = {0};
    net_begin(&net);
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    for (size_t i = 0; i < 600; i++) {
        const struct writing put = {.author = 0,
                                    .name = net_name(&net, 0, (uint8_t)(i % 200)),
                                    .op = BY_OP_PUT,
                                    .type = "site",
                                    .changes = {{"name.en", BY_HOW_SET, "\"A lake\""}}};
        net_add(&net, &put);
        (void)net_flush(&net, 0);
    }
    append(store, &net, NULL, 0, 600);
    by_view_watch(view, note_progress, &told);
    (void)update(view, store, net.charter);
    assert_true(told.is_in_order);
    assert_true(told.count >= 4); /* before the first slice, and after each of three */
    assert_int_equal(told.done, 600);
    assert_int_equal(told.total, 600);
    size_t count = told.count;
    (void)update(view, store, net.charter);
    assert_int_equal(told.count, count); /* nothing new, nothing to tell */
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

static void answer_nothing(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_null(context);
}

/* As GDAL and QGIS have them: the standard's R-tree triggers name them. */
static void add_spatial_functions(sqlite3 *db)
{
    static const char *const names[] = {"ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(
            sqlite3_create_function(db, names[i], 1, SQLITE_UTF8, NULL, answer_nothing, NULL, NULL),
            SQLITE_OK);
}

static void others_cannot_write_and_are_told_why(void **state)
{
    static const char *const writes[] = {"DELETE FROM org", "UPDATE org SET kind = 'x'",
                                         "DELETE FROM record", "DELETE FROM member",
                                         "INSERT INTO site (fid, id) VALUES (1, 'x')"};
    struct net net;
    net_begin(&net);
    (void)net_write(&net, &(struct writing){.author = 0,
                                            .name = net_name(&net, 0, 1),
                                            .op = BY_OP_PUT,
                                            .type = "org",
                                            .changes = {{"name.en", BY_HOW_SET, "\"X\""}}});
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, 1);
    (void)update(view, store, net.charter);
    sqlite3 *outsider = NULL;
    assert_int_equal(sqlite3_open(view->path, &outsider), SQLITE_OK);
    add_spatial_functions(outsider);
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        assert_int_not_equal(sqlite3_exec(outsider, writes[i], NULL, NULL, NULL), SQLITE_OK);
        if (strstr(sqlite3_errmsg(outsider), "written by banyan") == NULL)
            fail_msg("%s: %s", writes[i], sqlite3_errmsg(outsider));
    }
    sqlite3_close(outsider);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* A field of that name is not in force, so anybody may invent it. */
static void a_field_named_deleted_stands_beside_a_deletion_in_conflict(void **state)
{
    struct net net;
    net_begin(&net);
    struct by_record_name name = net_name(&net, 0, 1);
    struct writing put = {.author = 0,
                          .name = name,
                          .op = BY_OP_PUT,
                          .type = "site",
                          .changes = {{"name.en", BY_HOW_SET, "\"Phluk\""}}};
    struct by_id first = net_write(&net, &put);
    struct writing edit = {.author = 0,
                           .name = name,
                           .op = BY_OP_PATCH,
                           .parents = &first,
                           .parent_count = 1,
                           .changes = {{"deleted", BY_HOW_SET, "\"one\""}}};
    (void)net_write(&net, &edit);
    edit.changes[0].json = "\"two\"";
    (void)net_write(&net, &edit);
    struct writing delete = {
        .author = 1, .name = name, .op = BY_OP_DELETE, .parents = &first, .parent_count = 1};
    (void)net_write(&net, &delete);
    struct by_store *store = open_store(*state);
    struct by_view *view = open_view(&net, *state, "view.gpkg");
    append(store, &net, NULL, 0, net.runs.count);
    (void)update(view, store, net.charter);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM conflict WHERE path = 'deleted'"), 5);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
    const struct CMUnitTest tests[] = {
        TEST(rows_are_the_same_in_every_order_of_arrival_and_every_batching),
        TEST(a_view_rebuilt_or_deleted_comes_back_the_same),
        TEST(an_update_without_news_changes_nothing),
        TEST(entries_of_a_log_are_shown_once_their_log_counts),
        TEST(other_types_in_force_make_every_row_anew),
        TEST(a_fork_gives_the_same_rows_whatever_branch_came_first),
        TEST(a_field_named_deleted_stands_beside_a_deletion_in_conflict),
        TEST(of_two_names_with_one_fid_the_lower_has_the_row),
        TEST(a_file_that_is_no_view_is_made_anew),
        TEST(a_view_of_another_network_is_emptied),
        TEST(a_second_writer_is_told_to_come_back),
        TEST(who_reads_during_a_rebuild_finds_every_row),
        TEST(an_update_tells_how_far_it_has_come),
        TEST(others_cannot_write_and_are_told_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
