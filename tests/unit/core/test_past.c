/*
 * Records as they were: one shown, many listed, and nothing changed by looking back.
 * BY_TEST_SEED repeats a run.
 */
#include "core/past.h"
#include "lib/world.h"
#include "os/os.h"

/* A moment of its own: what is written after it bears a later stamp. */
static uint64_t now(void)
{
    uint64_t at = by_os_wall_ms();

    while (by_os_wall_ms() <= at)
        (void)usleep(200);
    return at;
}

static struct by_value show_at(struct world *world, int at, const char *id, uint64_t ms)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_show_as_of(world->offices[at].node, id, ms, "en", &json, &world->error));
    return parse(world, &json);
}

static const char *text_then(struct world *world, const char *id, const char *path, uint64_t ms)
{
    struct by_value record = show_at(world, 0, id, ms);
    const struct by_value *texts = by_value_get(&record, "text");

    return by_value_get(texts, path) == NULL ? "" : text_of(world, texts, path);
}

static const char *
list_text(struct world *world, int at, const struct by_view_list *list, uint64_t ms)
{
    struct by_node *node = world->offices[at].node;
    struct by_buffer json = RESULT;

    if (ms > 0) {
        expect_ok(world, by_past_list(node, list, ms, &json, &world->error));
    } else {
        expect_ok(world, by_node_view(node, NULL, &world->error));
        expect_ok(world, by_view_list(node->view, list, &json, &world->error));
    }
    const char *text = by_arena_text(&world->arena, by_buffer_bytes(&json));
    by_buffer_deinit(&json);
    return text;
}

static void a_record_is_shown_as_it_was(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    uint64_t before = now();
    const char *id = add_site(&world, 0, "A site");
    carry(&world, 0, 1);
    uint64_t written = now();
    set(&world, 0, id, "area", "12 ha");
    set(&world, 1, id, "area", "14 ha"); /* a proposal of a member */
    carry(&world, 1, 0);
    uint64_t proposed = now();
    expect_ok(&world, by_decide_accept(world.offices[0].node, id, &json, &world.error));
    by_buffer_reset(&json);
    uint64_t accepted = now();
    expect_ok(&world, by_edit_delete(world.offices[0].node, id, &json, &world.error));
    by_buffer_reset(&json);

    expect(&world, by_show_as_of(world.offices[0].node, id, before, "en", &json, &world.error),
           BANYAN_ERR_NOT_FOUND);
    by_buffer_deinit(&json);
    assert_string_equal(text_then(&world, id, "area", written), "");
    assert_string_equal(text_then(&world, id, "name.en", written), "A site");
    assert_string_equal(text_then(&world, id, "area", proposed), "12 ha");
    struct by_value record = show_at(&world, 0, id, proposed);
    assert_string_equal(
        text_of(&world, &by_value_get(&record, "proposals")->array.items[0], "state"), "open");
    record = show_at(&world, 0, id, accepted);
    assert_string_equal(text_of(&world, &record, "deleted"), "no");
    assert_string_equal(
        text_of(&world, &by_value_get(&record, "proposals")->array.items[0], "state"), "accepted");
    record = show_at(&world, 0, id, now());
    assert_string_equal(text_of(&world, &record, "deleted"), "yes");
    assert_non_null(by_value_get(&record, "as_of"));
    world_end(&world);
}

static void what_two_wrote_apart_is_a_conflict_until_it_was_settled(void **state)
{
    struct world world;
    const struct banyan_field settled = {"area", "13 ha", BANYAN_SET};
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 0);
    set(&world, 0, id, "area", "12 ha");
    uint64_t first = now();
    set(&world, 1, id, "area", "14 ha");
    carry(&world, 1, 0);
    uint64_t both = now();
    expect_ok(&world, by_edit_resolve(world.offices[0].node, id, &settled, 1, &json, &world.error));
    by_buffer_deinit(&json);
    assert_string_equal(text_then(&world, id, "area", first), "12 ha");
    struct by_value record = show_at(&world, 0, id, both);
    assert_int_equal(by_value_get(by_value_get(&record, "conflicts"), "area")->array.count, 2);
    assert_string_equal(text_then(&world, id, "area", now()), "13 ha");
    world_end(&world);
}

/* -- lists -- */

#define OFFICES   3
#define STEPS     60
#define SITES_MAX 8

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

/* Deleted ones may not be edited, others not be brought back. */
static void write_something(struct story *story, int at)
{
    static const char *const areas[] = {"1 ha", "2 ha", "3 km2"};
    struct by_node *node = story->world.offices[at].node;
    const struct banyan_field field = {"area", areas[draw(story, 3)], BANYAN_SET};
    struct by_buffer json = RESULT;
    struct by_record_name name;
    enum banyan_status status;

    if (story->site_count == 0 || (draw(story, 5) == 0 && story->site_count < SITES_MAX)) {
        story->sites[story->site_count++] = add_site(&story->world, at, "A site");
        return;
    }
    const char *id = story->sites[draw(story, story->site_count)];
    if (by_node_find(node, id, &name, NULL) != BANYAN_OK)
        return; /* not heard of yet */
    switch (draw(story, 6)) {
    case 0:
        status = by_edit_delete(node, id, &json, &story->world.error);
        break;
    case 1:
        status = by_edit_undelete(node, id, &json, &story->world.error);
        break;
    default:
        status = by_edit_change(node, id, &field, 1, &json, &story->world.error);
    }
    if (status != BANYAN_ERR_USAGE)
        expect_ok(&story->world, status);
    by_buffer_deinit(&json);
}

static const char *const columns[] = {"id",           "area",           "record_created",
                                      "record_owner", "record_changed", "record_conflicts"};
static const char *const own_columns[] = {"id", "label", "created", "changed", "conflicts"};
static const char *const filters[] = {"area=1 ha"};
static const struct by_view_list lists[] = {
    {.type = "site", .columns = columns, .column_count = 6, .language = "en"},
    {.type = "site", .filters = filters, .filter_count = 1, .language = "en"},
    {.type = "site", .where = "banyan_fold(record_label) = 'a site'", .sort = "-area"},
    {.type = "site", .columns = own_columns, .column_count = 5, .deleted = true},
    {.columns = own_columns, .column_count = 5, .language = "en"},
};
#define LISTS (sizeof lists / sizeof lists[0])

struct moment {
    uint64_t ms;
    const char *said[LISTS];
};

static void all_hear_of_all(struct world *world)
{
    for (int i = 0; i < 2 * OFFICES; i++)
        carry(world, i % OFFICES, (i + 1) % OFFICES);
}

static const char *dump(struct world *world)
{
    struct by_buffer json = RESULT;
    struct by_node *node = world->offices[0].node;

    expect_ok(world, by_view_sql(node->view,
                                 "SELECT r.*, s.* FROM record r LEFT JOIN site s"
                                 " ON s.fid = r.fid ORDER BY name",
                                 0, 0, &json, &world->error));
    const char *text = by_arena_text(&world->arena, by_buffer_bytes(&json));
    by_buffer_deinit(&json);
    return text;
}

static void a_list_of_the_past_is_what_was_listed_then(void **state)
{
    const char *given = getenv("BY_TEST_SEED");
    struct story story = {.site_count = 0};
    struct world *world = &story.world;
    struct moment moments[STEPS / 20];
    size_t moment_count = 0;
    (void)state;

    by_os_random(&story.random, sizeof story.random);
    story.random = given != NULL ? strtoull(given, NULL, 10) : story.random | 1;
    print_message("BY_TEST_SEED=%llu\n", (unsigned long long)story.random);
    world_begin(world);
    found_network(world, OFFICES);
    for (int step = 0; step < STEPS; step++) {
        write_something(&story, (int)draw(&story, OFFICES));
        if (draw(&story, 8) == 0)
            carry(world, (int)draw(&story, 2), 2);
        if (step % 20 != 19)
            continue;
        all_hear_of_all(world);
        for (size_t i = 0; i < LISTS; i++)
            moments[moment_count].said[i] = list_text(world, 0, &lists[i], 0);
        moments[moment_count++].ms = now();
    }
    const char *before = dump(world);
    for (size_t m = 0; m < moment_count; m++)
        for (size_t i = 0; i < LISTS; i++)
            for (int at = 0; at < OFFICES; at++)
                assert_string_equal(list_text(world, at, &lists[i], moments[m].ms),
                                    moments[m].said[i]);
    assert_string_equal(dump(world), before);
    assert_string_equal(list_text(world, 0, &lists[0], 0), moments[moment_count - 1].said[0]);
    world_end(world);
}

static void a_condition_on_the_past_may_read_and_nothing_else(void **state)
{
    static const char *const conditions[] = {"0) ; DELETE FROM record --",
                                             "load_extension('x') = 1", "no_such_column = 1"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 1);
    uint64_t before = now();
    const char *id = add_site(&world, 0, "A site");
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        const struct by_view_list list = {.type = "site", .where = conditions[i]};
        expect(&world, by_past_list(world.offices[0].node, &list, before, &json, &world.error),
               BANYAN_ERR_USAGE);
        by_buffer_deinit(&json);
    }
    /* and nothing of the rules is left behind */
    set(&world, 0, id, "area", "12 ha");
    assert_string_equal(field_text(&world, 0, id, "area"), "12 ha");
    const struct by_view_list sites = {.type = "site"};
    assert_non_null(strstr(list_text(&world, 0, &sites, 0), "12"));
    assert_null(strstr(list_text(&world, 0, &sites, before), id));
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_shown_as_it_was),
        cmocka_unit_test(what_two_wrote_apart_is_a_conflict_until_it_was_settled),
        cmocka_unit_test(a_list_of_the_past_is_what_was_listed_then),
        cmocka_unit_test(a_condition_on_the_past_may_read_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
