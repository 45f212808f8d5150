/* Who can write into a home, or hands a user some SQL, changes no more than what he could without
 * banyan. */
#include <fcntl.h>
#include <sqlite3.h>

#include "lib/hostile.h"

static void set_up(struct world *world)
{
    world_begin(world);
    found_network(world, 2);
    add_site(world, 0, "Keo Por");
    carry(world, 0, 1);
}

static const char *path_in(struct world *world, int at, const char *name)
{
    char path[PATH_BYTES + 64];

    snprintf(path, sizeof path, "%s/%s", world->offices[at].home, name);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t count_of(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

static size_t count_sites(struct world *world, int at)
{
    const struct by_view_list list = {.type = "site", .language = "en"};
    struct by_buffer json = RESULT;

    expect_ok(world, by_node_view(world->offices[at].node, NULL, &world->error));
    expect_ok(world, by_view_list(world->offices[at].node->view, &list, &json, &world->error));
    struct by_value rows = parse(world, &json);
    return (size_t)number_of(&rows, "count");
}

/* A view that is a link to a database of the user's would empty that. */
static void a_view_that_is_a_link_touches_nothing_behind_it(void **state)
{
    struct world world;
    (void)state;

    set_up(&world);
    const char *other = path_in(&world, 1, "diary.sqlite");
    run_sql(other, "CREATE TABLE diary (day); INSERT INTO diary VALUES (1), (2)");
    close_office(&world, 1);
    const char *view = path_in(&world, 1, "view.gpkg");
    assert_int_equal(unlink(view), 0);
    assert_int_equal(symlink(other, view), 0);
    open_office(&world, 1);
    enum banyan_status status = by_node_view(world.offices[1].node, NULL, &world.error);
    assert_true(status == BANYAN_OK || status == BANYAN_ERR_UNSAFE_PLACE);
    close_office(&world, 1);
    assert_int_equal(count_of(other, "SELECT count(*) FROM diary"), 2);
    world_end(&world);
}

static void a_key_file_that_is_a_link_is_refused(void **state)
{
    struct world world;
    (void)state;

    set_up(&world);
    close_office(&world, 1);
    const char *key = path_in(&world, 1, "device.key");
    const char *moved = path_in(&world, 1, "moved.key");
    assert_int_equal(rename(key, moved), 0);
    assert_int_equal(symlink("/etc/passwd", key), 0);
    struct by_node *node = NULL;
    assert_int_not_equal(by_node_open(world.offices[1].home, &node, &world.error), BANYAN_OK);
    assert_string_not_equal(world.error.text, "");
    world_end(&world);
}

/* Schema objects that run on banyan's own statements. */
static void what_is_planted_in_the_view_does_not_run(void **state)
{
    static const char *const plants[] = {
        "CREATE TABLE stolen (x); CREATE TRIGGER spy AFTER INSERT ON record BEGIN INSERT INTO "
        "stolen"
        " VALUES (new.document); END; CREATE TRIGGER spy2 BEFORE DELETE ON site BEGIN SELECT"
        " RAISE(IGNORE); END",
        "CREATE TABLE moved AS SELECT * FROM member; DROP TABLE member; CREATE VIEW member AS"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS organisation,"
        " 'x' AS name, 'x' AS kind, 'x' AS country, 'x' AS role, 'x' AS since, 'x' AS admitted_by,"
        " 1 AS final, 0 AS suspended FROM n",
        "DROP TABLE banyan_state; CREATE VIEW banyan_state AS WITH RECURSIVE n(i) AS (SELECT 1"
        " UNION ALL SELECT i + 1 FROM n) SELECT i AS made_by, i AS network, 0 AS mark, NULL AS"
        " mark_tip, NULL AS charter, NULL AS types FROM n WHERE i < 0",
        "CREATE TABLE \"site\"\"; DROP\" (x)",
        "DROP TABLE record",
        "ALTER TABLE site ADD COLUMN more TEXT CHECK (length(hex(zeroblob(9))) > 0)",
        "PRAGMA user_version = 0; PRAGMA application_id = 0"};
    struct world world;
    (void)state;

    set_up(&world);
    for (size_t i = 0; i < sizeof plants / sizeof plants[0]; i++) {
        close_office(&world, 1);
        run_sql(path_in(&world, 1, "view.gpkg"),
                "DROP TRIGGER IF EXISTS banyan_guard_record_INSERT");
        run_sql(path_in(&world, 1, "view.gpkg"), plants[i]);
        open_office(&world, 1);
        add_site(&world, 0, "Another");
        const char *bundle = make_bundle(&world, 0);
        struct by_buffer json = RESULT;
        enum banyan_status status =
            by_bundle_apply(world.offices[1].node, bundle, &json, &world.error);
        by_buffer_reset(&json);
        /* what is missing is told, and mended by the call that is named */
        if (status == BANYAN_ERR_DAMAGED) {
            expect_calm(&world, "rebuild", by_rebuild(world.offices[1].node, &json, &world.error));
            by_buffer_reset(&json);
            apply_bundle(&world, 1, bundle);
        } else {
            expect_ok(&world, status);
        }
        assert_int_equal(count_sites(&world, 1), 2 + i);
        expect_calm(&world, "members",
                    by_report_members(world.offices[1].node, &json, &world.error));
        by_buffer_deinit(&json);
        expect_same_fingerprint(&world, 2);
        if (i == 0)
            assert_int_equal(count_of(path_in(&world, 1, "view.gpkg"),
                                      "SELECT count(*) FROM sqlite_master WHERE name = 'stolen'"
                                      " AND (SELECT count(*) FROM stolen) > 0"),
                             0);
        expect_calm(&world, "rebuild", by_rebuild(world.offices[1].node, &json, &world.error));
        by_buffer_deinit(&json);
    }
    world_end(&world);
}

/* Rows that banyan did not write: an answer or a refusal, and rebuild mends it. */
static void tampered_rows_are_survived(void **state)
{
    static const char *const changes[] = {
        "UPDATE record SET document = '{'",
        "UPDATE record SET document = '[1,2]'",
        "UPDATE record SET document = '{\"name\":{\"en\":{\"a\":1}},\"geometry\":7}'",
        "UPDATE record SET document = x'00ff'",
        "UPDATE record SET id = '', type = '', label = x'ff'",
        "UPDATE record SET digest = x'00', heads = x'00'",
        "UPDATE record SET fid = -1",
        "UPDATE record SET deleted = 9, conflicts = -5, proposals = -5",
        "UPDATE OR IGNORE record SET name = x'01'",
        "UPDATE conflict SET value = 'nonsense', path = ''",
        "UPDATE conflict SET path = printf('%0500d', 1)",
        "UPDATE OR IGNORE proposal SET entry = 'abcdefab'",
        "UPDATE OR IGNORE proposal SET name = 7",
        "UPDATE proposal SET changes = '{}'",
        "UPDATE proposal SET changes = '[{\"path\":7,\"change\":[],\"value\":{}}]'",
        "UPDATE proposal SET organisation = '', at = ''",
        "UPDATE member SET name = x'ff00'",
        "DELETE FROM member",
        "UPDATE OR IGNORE bucket SET bucket = 70000",
        "UPDATE bucket SET digest = x'00'",
        "UPDATE banyan_log SET standing = x'00'",
        "UPDATE banyan_log SET again_from = -1",
        "UPDATE banyan_state SET mark = -1",
        "UPDATE banyan_state SET mark = 9223372036854775807",
        "UPDATE banyan_state SET mark_tip = x'00', charter = x'00'",
        "DELETE FROM banyan_state",
        "DELETE FROM search_data",
        "UPDATE search_data SET block = x'00'",
        "UPDATE rtree_site_geometry_node SET data = x'00'",
        "DELETE FROM site"};
    struct world world;
    struct banyan_error error = {0};
    (void)state;

    set_up(&world);
    const char *id = add_site(&world, 0, "In question");
    carry(&world, 0, 1);
    set(&world, 1, id, "licence", "CC0");
    carry(&world, 1, 0);
    struct by_record_name name = name_of(&world, 0, id);
    struct forged twice[] = {
        one_touch(&world, &name, NULL, "site_type", BY_HOW_SET, by_value_literal("one")),
        one_touch(&world, &name, NULL, "site_type", BY_HOW_SET, by_value_literal("two"))};
    forge(&world, 0, twice, 2, NULL);
    const char *right = dump_rows(&world, 0);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct by_buffer json = RESULT;
        close_office(&world, 0);
        const char *path = path_in(&world, 0, "view.gpkg");
        static const char *const tables[] = {"record", "conflict",     "proposal", "member",
                                             "bucket", "banyan_state", "site"};
        for (size_t t = 0; t < 7; t++) {
            char sql[200];
            snprintf(sql, sizeof sql,
                     "DROP TRIGGER IF EXISTS banyan_guard_%s_UPDATE; DROP TRIGGER IF EXISTS"
                     " banyan_guard_%s_DELETE",
                     tables[t], tables[t]);
            run_sql(path, sql);
        }
        run_sql(path, changes[i]);
        open_office(&world, 0);
        struct by_node *node = world.offices[0].node;
        const struct by_view_list list = {.language = "en"};
        const struct by_view_list sites = {.type = "site", .language = "vi"};
        if (by_node_view(node, NULL, &error) == BANYAN_OK) {
            (void)!by_view_list(node->view, &list, &json, &error);
            (void)!by_view_list(node->view, &sites, &json, &error);
            (void)!by_view_search(node->view, by_bytes_of_text("keo"), NULL, 0, "en", &json,
                                  &error);
            (void)!by_view_conflicts(node->view, "en", &json, &error);
            (void)!by_view_inbox(node->view, NULL, "en", &json, &error);
            (void)!by_report_status(node, NULL, 0, &json, &error);
            (void)!by_report_members(node, &json, &error);
            (void)!by_report_fingerprint(node, &json, &error);
            (void)!by_show(node, id, "en", &json, &error);
            (void)!by_history(node, id, "en", &json, &error);
            (void)!by_decide_accept(node, "abcdefab", &json, &error);
        }
        by_buffer_reset(&json);
        expect_calm(&world, changes[i], by_rebuild(node, &json, &world.error));
        by_buffer_deinit(&json);
        assert_string_equal(right, dump_rows(&world, 0));
    }
    world_end(&world);
}

/* -- SQL and searches that people paste -- */

static void sql_from_users_only_reads_and_ends(void **state)
{
    static const char *const refused[] = {"ATTACH '/etc/passwd' AS p",
                                          "PRAGMA writable_schema = 1",
                                          "PRAGMA journal_mode = DELETE",
                                          "PRAGMA query_only = 0",
                                          "SELECT load_extension('/tmp/x.so')",
                                          "DELETE FROM record",
                                          "WITH x AS (SELECT 1) INSERT INTO record SELECT * FROM x",
                                          "CREATE TEMP TABLE t (a)",
                                          "VACUUM INTO '/tmp/banyan-stolen.db'",
                                          "SELECT 1; DROP TABLE record",
                                          "INSERT INTO search(search) VALUES ('rebuild')",
                                          "DELETE FROM sqlite_master",
                                          "UPDATE rtree_site_geometry_node SET data = NULL",
                                          "SELECT fts3_tokenizer('simple', x'00')",
                                          "SELECT writefile('/tmp/x', 'x')",
                                          "SELECT readfile('/etc/passwd')",
                                          "BEGIN EXCLUSIVE",
                                          "ANALYZE",
                                          "REINDEX",
                                          "DETACH main",
                                          "SELECT * FROM pragma_database_list",
                                          ""};
    static const char *const bounded[] = {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT length(randomblob(1000000000))", "SELECT length(zeroblob(2000000000))",
        "SELECT hex(zeroblob(60000000))",
        "WITH RECURSIVE n(i, s) AS (SELECT 1, 'a' UNION ALL SELECT i + 1, s || s FROM n) SELECT"
        " max(length(s)) FROM n"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    set_up(&world);
    expect_ok(&world, by_node_view(world.offices[1].node, NULL, &world.error));
    struct by_view *view = world.offices[1].node->view;
    const char *before = dump_rows(&world, 1);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        enum banyan_status status = by_view_sql(view, refused[i], 0, 1000, &json, &world.error);
        if (status != BANYAN_ERR_USAGE)
            fail_msg("%s: %s", refused[i], banyan_status_name(status));
    }
    for (size_t i = 0; i < sizeof bounded / sizeof bounded[0]; i++) {
        double start = seconds();
        enum banyan_status status = by_view_sql(view, bounded[i], 0, 500, &json, &world.error);
        if (status == BANYAN_OK || banyan_status_class(status) == BANYAN_CLASS_STORAGE)
            fail_msg("%s: %s", bounded[i], banyan_status_name(status));
        assert_true(seconds() - start < 20);
        by_buffer_reset(&json);
    }
    by_buffer_deinit(&json);
    assert_string_equal(before, dump_rows(&world, 1));
    world_end(&world);
}

static void searches_and_filters_are_only_words(void **state)
{
    static const char *const words[] = {
        "\"",           "\"\"\"",       "NEAR(",     "a NEAR/2 b", "*", "NOT", "a NOT b",
        "AND OR",       "^keo",         "type:site", "{a b}: c",   "-", "(",   "'",
        "keo\"* OR \"", "\xe2\x80\xae", "%",         "\\",         ""};
    static const char *const filters[] = {"name=' OR 1=1 --",
                                          "name=\"",
                                          "country=');DROP TABLE x;--",
                                          "area=1e999",
                                          "area=1 ha' OR '1",
                                          "geometry=1",
                                          "record_fid=1",
                                          "x'y=1",
                                          "name.en\"=1",
                                          "=",
                                          "label=\xff",
                                          "area=1 OR 1"};
    static const char *const wheres[] = {"1) UNION SELECT * FROM member --",
                                         "1); DROP TABLE site; --",
                                         "1 /*",
                                         "'",
                                         "fid IN (SELECT load_extension('x'))",
                                         ")",
                                         "EXISTS (SELECT 1 FROM"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    set_up(&world);
    expect_ok(&world, by_node_view(world.offices[1].node, NULL, &world.error));
    struct by_view *view = world.offices[1].node->view;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        expect_calm(
            &world, words[i],
            by_view_search(view, by_bytes_of_text(words[i]), NULL, 0, "en", &json, &world.error));
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++)
        for (int typed = 0; typed < 2; typed++) {
            const struct by_view_list list = {
                .type = typed ? "site" : NULL, .filters = &filters[i], .filter_count = 1};
            by_buffer_reset(&json);
            enum banyan_status status = by_view_list(view, &list, &json, &world.error);
            if (banyan_status_class(status) == BANYAN_CLASS_STORAGE)
                fail_msg("%s: %s", filters[i], world.error.text);
            struct by_value rows;
            if (status == BANYAN_OK) {
                expect_ok(&world,
                          by_json_parse(by_buffer_bytes(&json), &world.arena, &rows, &world.error));
                assert_int_equal(number_of(&rows, "count"), 0);
            }
        }
    for (size_t i = 0; i < sizeof wheres / sizeof wheres[0]; i++) {
        const struct by_view_list list = {.type = "site", .where = wheres[i]};
        if (by_view_list(view, &list, &json, &world.error) != BANYAN_ERR_USAGE)
            fail_msg("%s", wheres[i]);
    }
    by_buffer_deinit(&json);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_that_is_a_link_touches_nothing_behind_it),
        cmocka_unit_test(a_key_file_that_is_a_link_is_refused),
        cmocka_unit_test(what_is_planted_in_the_view_does_not_run),
        cmocka_unit_test(tampered_rows_are_survived),
        cmocka_unit_test(sql_from_users_only_reads_and_ends),
        cmocka_unit_test(searches_and_filters_are_only_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
