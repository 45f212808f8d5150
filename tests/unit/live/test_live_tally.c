/* What sessions exchanged, in records, and the same on both sides. */
#include "lib/live_pair.h"

static struct by_live_tally *begin_tally(struct wire *wire, int side)
{
    struct by_live_tally *tally = NULL;

    assert_int_equal(by_live_tally_new(wire->sides[side].peer, &tally), BANYAN_OK);
    return tally;
}

static bool is_counted(struct wire *wire, void *context)
{
    const struct by_tally_result *result = NULL;
    (void)wire;

    return by_live_tally_state(context, &result) != BY_LIVE_COUNTING;
}

/* What one side counts once both are in sync and their views have met what came. */
static struct by_tally_result count(struct wire *wire, int side)
{
    const struct by_tally_result *result = NULL;
    struct by_live_tally *tally = begin_tally(wire, side);

    turn_until(wire, is_counted, tally, "what was exchanged is counted");
    assert_int_equal(by_live_tally_state(tally, &result), BY_LIVE_COUNTED);
    struct by_tally_result copy = *result;
    by_live_tally_free(tally);
    return copy;
}

static void expect_changes(const struct by_tally_changes *changes, uint64_t new_ones,
                           uint64_t changed, uint64_t deleted, uint64_t proposed)
{
    assert_int_equal(changes->records_new, new_ones);
    assert_int_equal(changes->records_changed, changed);
    assert_int_equal(changes->records_deleted, deleted);
    assert_int_equal(changes->records_proposed, proposed);
}

static void expect_mirrored(const struct by_tally_result *here, const struct by_tally_result *there)
{
    assert_memory_equal(&here->sent, &there->received, sizeof here->sent);
    assert_memory_equal(&here->received, &there->sent, sizeof here->sent);
    assert_int_equal(here->both_count, there->both_count);
    assert_memory_equal(here->listed, there->listed, sizeof here->listed);
}

/* Both nodes run, connect, are in sync, and count. */
static void
exchange(struct world *world, struct by_tally_result *out_first, struct by_tally_result *out_second)
{
    struct by_live *first = start(world, 0), *second = start(world, 1);
    struct wire wire;

    connect_lives(world, &wire, first, second);
    sync_up(&wire);
    turn_until(&wire, have_views, NULL, "both views have met what came");
    *out_first = count(&wire, 0);
    *out_second = count(&wire, 1);
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
}

static void delete (struct world *world, int at, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_edit_delete(world->offices[at].node, id, &json, &world->error));
    by_buffer_deinit(&json);
}

static void close_offices(struct world *world, int count)
{
    for (int i = 0; i < count; i++)
        close_office(world, i);
}

static void each_side_tells_what_came_and_what_went(void **state)
{
    struct world world;
    struct by_tally_result first, second;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *held = add_site(&world, 0, "Held by both"), *gone = add_site(&world, 0, "Gone");
    (void)carry(&world, 0, 1);
    for (int i = 0; i < 30; i++)
        add_site(&world, 0, "New");
    for (int i = 0; i < 20; i++)
        add_site(&world, 1, "New there");
    set(&world, 0, held, "area", "12 ha");
    delete (&world, 0, gone);
    close_offices(&world, 2);
    exchange(&world, &first, &second);
    expect_changes(&first.sent, 30, 1, 1, 0);
    expect_changes(&first.received, 20, 0, 0, 0);
    expect_mirrored(&first, &second);
    assert_int_equal(first.both_count, 0);
    world_end(&world);
}

static void nothing_in_both_directions_is_told_of_equals(void **state)
{
    struct world world;
    struct by_tally_result first, second;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "Held by both");
    (void)carry(&world, 0, 1);
    close_offices(&world, 2);
    exchange(&world, &first, &second);
    expect_changes(&first.sent, 0, 0, 0, 0);
    expect_changes(&first.received, 0, 0, 0, 0);
    expect_mirrored(&first, &second);
    world_end(&world);
}

/* A record of the first: its coordinator edits it, and the member proposes. */
static void what_both_edited_is_named_on_both_sides(void **state)
{
    struct world world;
    struct by_tally_result first, second;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *own = add_site(&world, 1, "Con But"), *proposed = add_site(&world, 0, "Phluk");
    (void)carry(&world, 0, 1);
    (void)carry(&world, 1, 0);
    set(&world, 0, own, "area", "10 ha"); /* as coordinator */
    set(&world, 1, own, "area", "20 ha");
    set(&world, 0, proposed, "area", "30 ha");
    set(&world, 1, proposed, "name.en", "Kampong Phluk");
    close_offices(&world, 2);
    exchange(&world, &first, &second);
    expect_changes(&first.sent, 0, 2, 0, 0);
    expect_changes(&first.received, 0, 1, 0, 1);
    expect_mirrored(&first, &second);
    assert_int_equal(first.both_count, 2);
    assert_string_equal(first.listed[0].label, "Con But");
    assert_string_equal(first.listed[0].id, own);
    assert_true(first.listed[0].in_conflict);
    assert_string_equal(first.listed[1].label, "Phluk");
    assert_false(first.listed[1].in_conflict);
    world_end(&world);
}

static bool have_exchanged(struct wire *wire, void *context)
{
    (void)context;
    return by_live_peer_has_sent(wire->sides[0].peer) &&
           by_live_peer_has_received(wire->sides[1].peer) && have_synced(wire, NULL) &&
           have_views(wire, NULL);
}

/* The store is open once in a process: the node beside is this program again. */
static void add_in_other_process(struct world *world, int at, const char *name)
{
    int outcome = -1;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "test_live_tally", "--add", world->offices[at].home, name,
              (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_true(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
}

static int add_and_end(const char *home, const char *name)
{
    const struct banyan_field fields[] = {{"name.en", name, BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET}};
    struct by_node *node = NULL;
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = by_node_open(home, &node, NULL);

    if (status == BANYAN_OK)
        status = by_edit_add(node, "site", fields, 2, &json, NULL);
    by_buffer_deinit(&json);
    by_node_close(node);
    return status == BANYAN_OK ? 0 : 1;
}

static void a_tally_begins_where_the_last_one_ended(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "Before");
    add_site(&world, 0, "Before too");
    close_offices(&world, 2);
    struct by_live *first = start(&world, 0), *second = start(&world, 1);
    connect_lives(&world, &wire, first, second);
    turn_until(&wire, have_exchanged, NULL, "both are in sync");
    struct by_tally_result here = count(&wire, 0), there = count(&wire, 1);
    expect_changes(&here.sent, 2, 0, 0, 0);
    expect_mirrored(&here, &there);
    assert_false(by_live_peer_has_sent(wire.sides[0].peer));
    add_in_other_process(&world, 0, "Live");
    turn_until(&wire, have_exchanged, NULL, "what is new has gone over");
    here = count(&wire, 0);
    there = count(&wire, 1);
    expect_changes(&here.sent, 1, 0, 0, 0);
    expect_mirrored(&here, &there);
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
    world_end(&world);
}

static void a_tally_outlives_its_peer_and_may_be_dropped_at_any_time(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (int i = 0; i < 8; i++)
        add_site(&world, 0, "New");
    close_offices(&world, 2);
    struct by_live *second = start(&world, 1);
    for (int round = 0; round < 8; round++) {
        const struct by_tally_result *result = NULL;
        struct by_live_tally *tallies[3] = {NULL};
        struct by_live *first = start(&world, 0);
        struct wire wire;

        connect_lives(&world, &wire, first, second);
        sync_up(&wire);
        turn_until(&wire, have_views, NULL, "both views have met what came");
        for (int i = 0; i < 3; i++)
            tallies[i] = begin_tally(&wire, 0);
        disconnect(&wire);
        usleep((unsigned)round * 100);
        by_live_tally_free(tallies[round % 3]);
        while (by_live_tally_state(tallies[(round + 1) % 3], &result) == BY_LIVE_COUNTING)
            usleep(100);
        assert_non_null(result);
        by_live_tally_free(tallies[(round + 1) % 3]);
        by_live_tally_free(tallies[(round + 2) % 3]);
        by_live_close(first);
    }
    by_live_close(second);
    world_end(&world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_tells_what_came_and_what_went),
        cmocka_unit_test(nothing_in_both_directions_is_told_of_equals),
        cmocka_unit_test(what_both_edited_is_named_on_both_sides),
        cmocka_unit_test(a_tally_begins_where_the_last_one_ended),
        cmocka_unit_test(a_tally_outlives_its_peer_and_may_be_dropped_at_any_time),
    };

    if (argc == 4 && strcmp(argv[1], "--add") == 0)
        return add_and_end(argv[2], argv[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
