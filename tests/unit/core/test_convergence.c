/*
 * Whatever is written where, and in whatever order bundles travel: once all have heard of all, all
 * see the same, row for row. BY_TEST_SEED repeats a run.
 */
#include "lib/world.h"
#include "os/os.h"

#define OFFICES    4
#define STEPS      90
#define SITES_MAX  12
#define WORLD_RUNS 3

struct story {
    struct world world;
    uint64_t random;
    const char *sites[SITES_MAX];
    size_t site_count;
};

/* xorshift64*: the same on every machine. */
static uint64_t draw(struct story *story, uint64_t below)
{
    story->random ^= story->random >> 12;
    story->random ^= story->random << 25;
    story->random ^= story->random >> 27;
    return (story->random * 2685821657736338717u >> 33) % below;
}

static void note_unless(struct story *story, enum banyan_status status, enum banyan_status fine)
{
    if (status != BANYAN_OK && status != fine)
        expect_ok(&story->world, status);
}

static void edit(struct story *story, int at, const char *id)
{
    static const char *const paths[] = {"area", "name.en", "name.vi", "country", "licence"};
    static const char *const values[][3] = {{"1 ha", "2 ha", "3 km2"},
                                            {"One", "Two", "Three"},
                                            {"Một", "Hai", "Ba"},
                                            {"VNM", "LAO", "KHM"},
                                            {"CC0", "CC-BY", "ODbL"}};
    size_t which = draw(story, 5);
    enum banyan_change how =
        which == 3 ? (enum banyan_change[]){BANYAN_ADD, BANYAN_REMOVE, BANYAN_SET}[draw(story, 3)]
                   : BANYAN_SET;
    const struct banyan_field field = {paths[which], values[which][draw(story, 3)], how};
    struct by_buffer json = RESULT;

    /* deleted ones may not be edited */
    note_unless(
        story,
        by_edit_change(story->world.offices[at].node, id, &field, 1, &json, &story->world.error),
        BANYAN_ERR_USAGE);
    by_buffer_deinit(&json);
}

static void write_something(struct story *story, int at)
{
    struct by_node *node = story->world.offices[at].node;
    struct by_buffer json = RESULT;
    struct by_record_name name;

    if (story->site_count == 0 || (draw(story, 5) == 0 && story->site_count < SITES_MAX)) {
        story->sites[story->site_count++] = add_site(&story->world, at, "A site");
        return;
    }
    const char *id = story->sites[draw(story, story->site_count)];
    if (by_node_find(node, id, &name, NULL) != BANYAN_OK)
        return; /* not heard of yet */
    switch (draw(story, 10)) {
    case 0:
        note_unless(story, by_edit_delete(node, id, &json, &story->world.error), BANYAN_OK);
        break;
    case 1:
        note_unless(story, by_edit_undelete(node, id, &json, &story->world.error),
                    BANYAN_ERR_USAGE);
        break;
    case 2: {
        enum banyan_status status = by_decide_accept(node, id, &json, &story->world.error);
        if (status != BANYAN_ERR_NOT_FOUND && status != BANYAN_ERR_INVALID)
            note_unless(story, status, BANYAN_ERR_DENIED);
        break;
    }
    case 3: {
        enum banyan_status status = by_decide_decline(node, id, &json, &story->world.error);
        if (status != BANYAN_ERR_NOT_FOUND)
            note_unless(story, status, BANYAN_ERR_DENIED);
        break;
    }
    default:
        edit(story, at, id);
    }
    by_buffer_deinit(&json);
}

static const char *dump(struct story *story, int at, const char *sql)
{
    struct by_buffer json = RESULT;
    struct by_node *node = story->world.offices[at].node;

    expect_ok(&story->world, by_node_view(node, NULL, &story->world.error));
    expect_ok(&story->world, by_view_sql(node->view, sql, 0, 0, &json, &story->world.error));
    const char *text = by_arena_text(&story->world.arena, by_buffer_bytes(&json));
    by_buffer_deinit(&json);
    return text;
}

static void expect_same_rows(struct story *story)
{
    static const char *const tables[] = {"SELECT * FROM record ORDER BY name",
                                         "SELECT * FROM conflict ORDER BY name, path, position",
                                         "SELECT * FROM proposal ORDER BY name, entry",
                                         "SELECT * FROM member ORDER BY organisation",
                                         "SELECT * FROM site ORDER BY fid"};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const char *first = dump(story, 0, tables[i]);
        for (int at = 1; at < OFFICES; at++)
            assert_string_equal(first, dump(story, at, tables[i]));
    }
}

static void play(uint64_t seed)
{
    struct story story = {.random = seed};

    print_message("BY_TEST_SEED=%llu\n", (unsigned long long)seed);
    world_begin(&story.world);
    found_network(&story.world, OFFICES);
    for (int step = 0; step < STEPS; step++) {
        int at = (int)draw(&story, OFFICES);
        if (draw(&story, 3) == 0)
            carry(&story.world, at, (at + 1 + (int)draw(&story, OFFICES - 1)) % OFFICES);
        else
            write_something(&story, at);
    }
    /* a ring, there and back: all hear of all */
    for (int i = 0; i < 2 * OFFICES; i++)
        carry(&story.world, i % OFFICES, (i + 1) % OFFICES);
    expect_same_fingerprint(&story.world, OFFICES);
    expect_same_rows(&story);

    const char *before = dump(&story, 0, "SELECT * FROM record ORDER BY name");
    struct by_node *node = story.world.offices[0].node;
    struct by_view_changes changes;
    expect_ok(&story.world, by_view_rebuild(node->view, node->store, node->charter, &changes,
                                            &story.world.error));
    assert_string_equal(before, dump(&story, 0, "SELECT * FROM record ORDER BY name"));
    world_end(&story.world);
}

static void random_exchange_ends_in_equal_fingerprints_and_equal_rows(void **state)
{
    const char *given = getenv("BY_TEST_SEED");
    uint64_t seed;
    (void)state;

    if (given != NULL) {
        play(strtoull(given, NULL, 10));
        return;
    }
    for (int i = 0; i < WORLD_RUNS; i++) {
        by_os_random(&seed, sizeof seed);
        play(seed | 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_exchange_ends_in_equal_fingerprints_and_equal_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
