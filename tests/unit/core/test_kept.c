/*
 * Records of many operations: one more is applied to what the view keeps of them, and gives the
 * rows that all together give. BY_TEST_SEED repeats a run.
 */
#include <sqlite3.h>

#include "lib/world.h"
#include "os/os.h"
#include "record/digest.h"

#define OFFICES 3
#define STEPS   300

struct story {
    struct world world;
    uint64_t random;
    const char *site;
};

/* xorshift64*: the same on every machine. */
static uint64_t draw(struct story *story, uint64_t below)
{
    story->random ^= story->random >> 12;
    story->random ^= story->random << 25;
    story->random ^= story->random >> 27;
    return (story->random * 2685821657736338717u >> 33) % below;
}

static const char *rows(struct world *world, int at, const char *sql)
{
    struct by_buffer json = RESULT;
    struct by_node *node = world->offices[at].node;

    expect_ok(world, by_node_view(node, NULL, &world->error));
    expect_ok(world, by_view_sql(node->view, sql, 0, 0, &json, &world->error));
    const char *text = by_arena_text(&world->arena, by_buffer_bytes(&json));
    by_buffer_deinit(&json);
    return text;
}

static const char *const tables[] = {
    "SELECT * FROM record ORDER BY name",
    "SELECT * FROM conflict ORDER BY name, path, position",
    "SELECT * FROM proposal ORDER BY name, entry",
    "SELECT * FROM site ORDER BY fid",
    "SELECT r.fid FROM search s JOIN record r ON r.fid = s.rowid WHERE search MATCH 'lake*' ORDER "
    "BY 1",
    "SELECT * FROM bucket ORDER BY bucket",
    "SELECT * FROM banyan_ids ORDER BY name, path",
    "SELECT name FROM banyan_merged ORDER BY name",
};
#define TABLES (sizeof tables / sizeof tables[0])

static void expect_rows_of_a_rebuild(struct world *world, int at)
{
    struct by_node *node = world->offices[at].node;
    struct by_view_changes changes;
    const char *before[TABLES];

    for (size_t i = 0; i < TABLES; i++)
        before[i] = rows(world, at, tables[i]);
    expect_ok(world,
              by_view_rebuild(node->view, node->store, node->charter, &changes, &world->error));
    for (size_t i = 0; i < TABLES; i++)
        assert_string_equal(before[i], rows(world, at, tables[i]));
}

/* Deleted ones may not be edited, others not be brought back; nothing is there to be decided. */
static void write_something(struct story *story, int at)
{
    static const struct banyan_field fields[] = {
        {"area", "1 ha", BANYAN_SET},       {"area", "2 km2", BANYAN_SET},
        {"area", NULL, BANYAN_UNSET},       {"name.vi", "Hồ Tây", BANYAN_SET},
        {"name.en", "Lake", BANYAN_SET},    {"country", "VNM", BANYAN_ADD},
        {"country", "KHM;LAO", BANYAN_ADD}, {"country", "VNM", BANYAN_REMOVE},
        {"country", "LAO", BANYAN_SET},     {"geometry", "11,105", BANYAN_SET},
        {"licence", "CC0", BANYAN_SET},     {"tags", "a;b", BANYAN_ADD},
        {"tags", "b", BANYAN_REMOVE},       {"site_type", "oecm", BANYAN_SET},
        {"language", "en", BANYAN_SET},     {"tags", NULL, BANYAN_UNSET}};
    struct world *world = &story->world;
    struct by_node *node = world->offices[at].node;
    struct by_buffer json = RESULT;
    enum banyan_status status;

    switch (draw(story, 24)) {
    case 0:
        status = by_edit_delete(node, story->site, &json, &world->error);
        break;
    case 1:
    case 2:
    case 3:
    case 4:
        status = by_edit_undelete(node, story->site, &json, &world->error);
        break;
    case 5:
        status = by_decide_accept(node, story->site, &json, &world->error);
        break;
    case 6:
        status = by_decide_decline(node, story->site, &json, &world->error);
        break;
    default:
        status =
            by_edit_change(node, story->site, &fields[draw(story, 16)], 1, &json, &world->error);
    }
    if (status != BANYAN_ERR_USAGE && status != BANYAN_ERR_NOT_FOUND &&
        status != BANYAN_ERR_DENIED && status != BANYAN_ERR_INVALID)
        expect_ok(world, status);
    by_buffer_deinit(&json);
}

static void one_more_gives_the_rows_that_all_together_give(void **state)
{
    const char *given = getenv("BY_TEST_SEED");
    struct story story = {.site = NULL};
    struct world *world = &story.world;
    (void)state;

    by_os_random(&story.random, sizeof story.random);
    story.random = given != NULL ? strtoull(given, NULL, 10) : story.random | 1;
    print_message("BY_TEST_SEED=%llu\n", (unsigned long long)story.random);
    world_begin(world);
    found_network(world, OFFICES);
    story.site = add_site(world, 1, "A site");
    carry(world, 1, 0);
    carry(world, 1, 2);
    for (int step = 0; step < STEPS; step++) {
        /* mostly one office for a while, so that edits follow each other */
        write_something(&story, draw(&story, 8) == 0 ? (int)draw(&story, OFFICES) : 1);
        if (draw(&story, 4) == 0)
            (void)rows(world, 1, tables[0]);
        if (draw(&story, 12) == 0)
            carry(world, 2 * (int)draw(&story, 2), 1);
        if (draw(&story, 12) == 0)
            carry(world, 1, draw(&story, 2) == 0 ? 0 : 2);
        if (step % 60 == 59)
            expect_rows_of_a_rebuild(world, 1);
    }
    for (int i = 0; i < 2 * OFFICES; i++)
        carry(world, i % OFFICES, (i + 1) % OFFICES);
    expect_same_fingerprint(world, OFFICES);
    for (int at = 0; at < OFFICES; at++) {
        expect_rows_of_a_rebuild(world, at);
        for (size_t i = 0; i < TABLES; i++)
            assert_string_equal(rows(world, at, tables[i]), rows(world, 0, tables[i]));
    }
    assert_non_null(strstr(rows(world, 0, "SELECT count(*) FROM banyan_merged"), "[[1]]"));
    world_end(world);
}

/* Damage done to it shows that it is looked at. */
static void what_is_kept_and_damaged_is_made_anew(void **state)
{
    struct world world;
    char area[16];
    (void)state;

    world_begin(&world);
    found_network(&world, 1);
    const char *id = add_site(&world, 0, "A site");
    for (int i = 1; i <= (int)BY_RECORD_LEAF_MAX + 2; i++) {
        snprintf(area, sizeof area, "%d ha", i);
        set(&world, 0, id, "area", area);
        (void)rows(&world, 0, tables[0]);
        bool is_kept = i + 1 > (int)BY_RECORD_LEAF_MAX;
        assert_non_null(strstr(rows(&world, 0, "SELECT count(*) FROM banyan_merged"),
                               is_kept ? "[[1]]" : "[[0]]"));
    }
    sqlite3 *db = NULL;
    char *path = by_home_view_path(world.offices[0].home);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE banyan_merged SET merged = x'00'", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    free(path);
    /* damaged: the view is made anew, and says the same */
    set(&world, 0, id, "area", "7 ha");
    assert_non_null(strstr(rows(&world, 0, "SELECT area FROM site"), "7"));
    expect_rows_of_a_rebuild(&world, 0);
    world_end(&world);
}

/* The fields as JSON, and whether it is deleted. */
static const char *state_of(struct world *world, const char *id)
{
    struct by_value record = show(world, 0, id);
    struct by_buffer text = RESULT;

    expect_ok(world, by_json_write(by_value_get(&record, "fields"), &text));
    expect_ok(world, by_json_write(by_value_get(&record, "deleted"), &text));
    const char *copy = by_arena_text(&world->arena, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return copy;
}

static void a_long_record_is_edited_as_a_short_one(void **state)
{
    static const struct banyan_field edits[] = {
        {"tags", "a;b;c", BANYAN_ADD},     {"tags", "b", BANYAN_REMOVE},
        {"tags", "b;d", BANYAN_ADD},       {"tags", "a", BANYAN_REMOVE},
        {"country", "VNM", BANYAN_SET},    {"country", "KHM", BANYAN_ADD},
        {"country", "VNM", BANYAN_REMOVE}, {"name.vi", "Hồ", BANYAN_SET},
        {"name.en", NULL, BANYAN_UNSET},   {"name.en", "Lake", BANYAN_SET},
        {"area", "3 ha", BANYAN_SET},      {"area", "3 ha", BANYAN_SET},
        {"tags", NULL, BANYAN_UNSET},      {"tags", "e", BANYAN_ADD}};
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 1);
    const char *ids[] = {add_site(&world, 0, "A site"), add_site(&world, 0, "A site")};
    for (int i = 0; i <= (int)BY_RECORD_LEAF_MAX; i++)
        set(&world, 0, ids[1], "licence", i % 2 == 0 ? "CC0" : "CC-BY");
    set(&world, 0, ids[0], "licence", "CC0");
    assert_non_null(strstr(rows(&world, 0, "SELECT count(*) FROM banyan_merged"), "[[1]]"));
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        const char *outcomes[2];
        for (int r = 0; r < 2; r++)
            outcomes[r] = change(&world, 0, ids[r], edits[i].path, edits[i].value, edits[i].change);
        assert_string_equal(outcomes[0], outcomes[1]);
        assert_string_equal(state_of(&world, ids[0]), state_of(&world, ids[1]));
    }
    for (int r = 0; r < 2; r++) {
        struct by_buffer json = RESULT;
        expect_ok(&world, by_edit_delete(world.offices[0].node, ids[r], &json, &world.error));
        by_buffer_reset(&json);
        expect_ok(&world, by_edit_undelete(world.offices[0].node, ids[r], &json, &world.error));
        by_buffer_deinit(&json);
    }
    assert_string_equal(state_of(&world, ids[0]), state_of(&world, ids[1]));
    expect_rows_of_a_rebuild(&world, 0);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_more_gives_the_rows_that_all_together_give),
        cmocka_unit_test(a_long_record_is_edited_as_a_short_one),
        cmocka_unit_test(what_is_kept_and_damaged_is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
