/* Many records at once take another way into the view than a few: the rows must not tell. */
#include "fixture.h"

#define SITES 3000u
#define BATCH 64u /* too few to make an R-tree anew */

static struct by_record_name site_name(const struct net *net, size_t number)
{
    struct by_record_name name = net_name(net, number % 3, 0);
    name.uuid.bytes[14] = (uint8_t)(number >> 8);
    name.uuid.bytes[15] = (uint8_t)number;
    return name;
}

/* Places all over the globe, some in one spot, some of no extent, some out of bounds, some none. */
static void write_place(char out[160], uint32_t random)
{
    double x = (double)(random % 36000) / 100 - 180, y = (double)(random / 7 % 18000) / 100 - 90;
    if (random % 11 == 0)
        (void)snprintf(out, 160, "{\"type\":\"LineString\",\"coordinates\":[[%.7f,%.7f],[%f,%f]]}",
                       x, y, x + 3, y);
    else if (random % 13 == 0)
        (void)snprintf(out, 160, "{\"type\":\"Point\",\"coordinates\":[105.1,21.3]}");
    else
        (void)snprintf(out, 160, "{\"type\":\"Point\",\"coordinates\":[%.6f,%.6f]}",
                       random % 17 == 0 ? x * 1e6 : x, y);
}

static struct by_id put_site(struct net *net, size_t number, uint32_t random)
{
    char place[160], text[60];
    write_place(place, random);
    (void)snprintf(text, sizeof text, "\"Site %zu of the river %u\"", number,
                   (unsigned)(random % 77));
    const struct writing put = {.author = number % 3,
                                .name = site_name(net, number),
                                .op = BY_OP_PUT,
                                .type = "site",
                                .changes = {{"name.en", BY_HOW_SET, text},
                                            {"site_type", BY_HOW_SET, "\"pa\""},
                                            {random % 7 == 0 ? "description.en" : "geometry",
                                             BY_HOW_SET, random % 7 == 0 ? "\"of old\"" : place}}};
    net_add(net, &put);
    return random % 5 == 0 ? net_flush(net, number % 3) : (struct by_id){{0}};
}

/* Some are edited, proposed to, or deleted at once, some of them are not even put. */
static void write_more(struct net *net, size_t number, const struct by_id *put, uint32_t random)
{
    struct writing more = {
        .author = random % 4,
        .name = site_name(net, number),
        .op = random % 3 == 0 ? BY_OP_DELETE : BY_OP_PATCH,
        .parents = put,
        .parent_count = 1,
        .changes = {{"geometry", BY_HOW_SET, "{\"type\":\"Point\",\"coordinates\":[1.5,2.5]}"}}};
    if (more.op == BY_OP_DELETE)
        more.changes[0].path = NULL;
    net_add(net, &more);
}

static void write_sites(struct net *net)
{
    uint32_t random = 11;
    for (size_t i = 0; i < SITES; i++) {
        random = random * 1664525u + 1013904223u;
        struct by_id put = put_site(net, i, random >> 8);
        if ((random >> 8) % 5 == 0 && (random >> 16) % 3 > 0)
            write_more(net, i, &put, random >> 16);
        if (i % 50 == 0)
            write_more(net, SITES + i, &put, 1);
    }
    for (size_t author = 0; author < AUTHOR_COUNT; author++)
        must(by_writer_flush(net->authors[author].writer), NULL);
}

static void require_sound_trees(struct by_view *view)
{
    assert_int_equal(count_rows(view, "SELECT rtreecheck('rtree_site_geometry') = 'ok'"), 1);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM rtree_site_geometry"),
                     count_rows(view, "SELECT count(*) FROM site WHERE geometry IS NOT NULL"));
}

/* What stands within a window: by the R-tree, and by looking at every place. */
static void require_found(struct by_view *view)
{
    static const char sql[] =
        "SELECT count(*) FROM rtree_site_geometry WHERE maxx >= -20 AND minx <= 60 AND"
        " maxy >= 10 AND miny <= 40";
    int64_t count = count_rows(view, sql);
    assert_true(count > 50);
    assert_int_equal(count,
                     count_rows(view, "SELECT count(*) FROM rtree_site_geometry WHERE +maxx >= -20 "
                                      "AND +minx <= 60 AND +maxy >= 10 AND +miny <= 40"));
}

static void many_records_at_once_give_the_rows_that_a_few_at_a_time_give(void **state)
{
    struct net net;
    const char *folder = *state;
    net_begin(&net);
    write_sites(&net);
    struct by_store *at_once = open_store(folder), *slowly = NULL;
    struct by_view *whole = open_view(&net, folder, "whole.gpkg");
    struct by_view *slow = open_view(&net, folder, "slow.gpkg");
    void *second = NULL;
    assert_int_equal(test_folder_make(&second), 0);
    slowly = open_store(second);

    append(at_once, &net, NULL, 0, net.runs.count);
    (void)update(whole, at_once, net.charter);
    for (size_t at = 0; at < net.runs.count; at += 2) {
        append(slowly, &net, NULL, at, net.runs.count - at < 2 ? net.runs.count - at : 2);
        (void)update(slow, slowly, net.charter);
    }
    char *expected = dump(slow);
    assert_same_dump(expected, whole);
    require_sound_trees(slow);
    require_sound_trees(whole);
    require_found(whole);

    free(expected);
    by_view_close(whole);
    by_view_close(slow);
    by_store_close(at_once);
    by_store_close(slowly);
    assert_int_equal(test_folder_remove(&second), 0);
    net_end(&net);
}

/* The tree that was made at once grows and shrinks as any other, also by half as many again. */
static void what_comes_later_finds_its_place(void **state)
{
    struct net net;
    const char *folder = *state;
    net_begin(&net);
    write_sites(&net);
    struct by_store *store = open_store(folder);
    struct by_view *view = open_view(&net, folder, "view.gpkg");
    const size_t steps[] = {net.runs.count / 3, 1, 1, 1, net.runs.count / 3, 1, 1, 1, SIZE_MAX};
    size_t at = 0;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        size_t left = net.runs.count - at, some = steps[i] < left ? steps[i] : left;
        append(store, &net, NULL, at, some);
        (void)update(view, store, net.charter);
        require_sound_trees(view);
        at += some;
    }
    require_found(view);
    char *expected = dump(view);
    struct by_view_changes changes;
    struct banyan_error error = {.text = ""};
    must(by_view_rebuild(view, store, net.charter, &changes, &error), &error);
    assert_same_dump(expected, view);
    require_sound_trees(view);

    free(expected);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* Before the last slice of an update the trees wait; one that never came to its last slice leaves
 * them so. */
static void trees_that_are_late_are_made_by_the_next_update(void **state)
{
    struct net net;
    const char *folder = *state;
    net_begin(&net);
    write_sites(&net);
    struct by_store *store = open_store(folder);
    struct by_view *view = open_view(&net, folder, "view.gpkg");
    assert_true(net.runs.count > 2 * 256); /* slices */
    append(store, &net, NULL, 0, net.runs.count - 1);
    (void)update(view, store, net.charter);
    require_sound_trees(view);
    assert_int_equal(count_rows(view, "SELECT boxes_late FROM banyan_state"), 0);

    assert_int_equal(sqlite3_exec(view->db,
                                  "DELETE FROM rtree_site_geometry WHERE id % 3 = 0;"
                                  " UPDATE banyan_state SET boxes_late = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    append(store, &net, NULL, net.runs.count - 1, 1);
    (void)update(view, store, net.charter);
    require_sound_trees(view);
    require_found(view);
    assert_int_equal(count_rows(view, "SELECT boxes_late FROM banyan_state"), 0);

    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

/* So many blocks are one slice: whether it was the last is not known before the next. */
static void an_update_that_ends_with_a_slice_has_its_digest(void **state)
{
    struct net net;
    const char *folder = *state;
    net_begin(&net);
    for (size_t i = 0; i < 256; i++) {
        (void)put_site(&net, i, 1);
        (void)net_flush(&net, i % 3);
    }
    assert_int_equal(net.runs.count, 256);
    struct by_store *store = open_store(folder);
    struct by_view *view = open_view(&net, folder, "view.gpkg");
    append(store, &net, NULL, 0, net.runs.count);
    (void)update(view, store, net.charter);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM record"), 256);
    assert_true(count_rows(view, "SELECT count(*) FROM bucket") > 200);
    assert_int_equal(count_rows(view, "SELECT count(*) FROM banyan_bucket"), 0);
    by_view_close(view);
    by_store_close(store);
    net_end(&net);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(many_records_at_once_give_the_rows_that_a_few_at_a_time_give),
        TEST(an_update_that_ends_with_a_slice_has_its_digest),
        TEST(what_comes_later_finds_its_place),
        TEST(trees_that_are_late_are_made_by_the_next_update),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
