/* When the view follows what a node stores: runs go first, but not for ever. */
#include "lib/live_pair.h"

/* -- the rule -- */

static void runs_go_first_but_not_for_ever(void **state)
{
    static const struct {
        const char *name;
        uint64_t arrived_ms, view_ms, now_ms; /* blocks came last; the view lags since */
        bool is_storing;
        uint64_t pause_ms;
    } rows[] = {
        {"blocks came just now", 1000, 1000, 1000, false, 50},
        {"one moment short of quiet", 1000, 1000, 1049, false, 1},
        {"quiet", 1000, 1000, 1050, false, 0},
        {"long quiet", 1000, 1000, 1999, false, 0},
        {"not quiet while runs are being stored", 1000, 1000, 1500, true, 50},
        {"one moment short of the longest lag", 2990, 1000, 2999, false, 1},
        {"one moment short of it, storing", 2990, 1000, 2999, true, 1},
        {"the longest lag", 2990, 1000, 3000, false, 0},
        {"the longest lag, storing", 2990, 1000, 3000, true, 0},
        {"made up for some of it", 3010, 3010, 3020, false, 40},
    };
    struct by_live *live = calloc(1, sizeof *live);

    (void)state;
    assert_non_null(live);
    live->view_quiet_ms = 50;
    live->view_lag_ms = 2000;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        live->arrived_ms = rows[i].arrived_ms;
        live->view_ms = rows[i].view_ms;
        live->is_storing = rows[i].is_storing;
        if (by_live_view_pause_ms(live, rows[i].now_ms) != rows[i].pause_ms)
            fail_msg("%s: %d ms", rows[i].name, (int)by_live_view_pause_ms(live, rows[i].now_ms));
    }
    free(live);
}

static void runs_that_wait_to_be_stored_are_no_quiet(void **state)
{
    struct by_live *live = calloc(1, sizeof *live);
    struct by_live_item item = {.size = 1};

    (void)state;
    assert_non_null(live);
    live->view_quiet_ms = 50;
    live->view_lag_ms = 2000;
    assert_int_equal(by_live_view_pause_ms(live, 1000), 0);
    live->view_ms = 900;
    by_live_queue_add(&live->queue, &item);
    assert_int_equal(by_live_view_pause_ms(live, 1000), 50);
    free(live);
}

/* -- a node -- */

struct scene {
    struct world world;
    struct wire wire;
    struct by_live *sender, *receiver;
};

static void begin(struct scene *scene, uint64_t quiet_ms, uint64_t lag_ms)
{
    world_begin(&scene->world);
    found_network(&scene->world, 2);
    close_office(&scene->world, 0);
    close_office(&scene->world, 1);
    scene->sender = start(&scene->world, 0);
    scene->receiver = start(&scene->world, 1);
    pthread_mutex_lock(&scene->receiver->mutex);
    scene->receiver->view_quiet_ms = quiet_ms;
    scene->receiver->view_lag_ms = lag_ms;
    pthread_cond_signal(&scene->receiver->to_projector);
    pthread_mutex_unlock(&scene->receiver->mutex);
    connect_lives(&scene->world, &scene->wire, scene->sender, scene->receiver);
    sync_up(&scene->wire);
}

static void end(struct scene *scene)
{
    disconnect(&scene->wire);
    by_live_close(scene->sender);
    by_live_close(scene->receiver);
    world_end(&scene->world);
}

/* An own entry of the sender's, as its commands write them, in this process. */
static void add_one(struct scene *scene)
{
    const struct banyan_field fields[] = {{"name.en", "Pond", BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET}};
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct by_node *node = NULL;

    assert_int_equal(by_node_share(scene->sender->node, &node), BANYAN_OK);
    expect_ok(&scene->world, by_edit_add(node, "site", fields, 2, &json, &scene->world.error));
    by_node_close(node);
    by_buffer_deinit(&json);
}

static bool has_stored_more(struct wire *wire, void *context)
{
    const uint64_t *until = context;

    return wire->sides[1].peer->stored_until > *until;
}

static void expect_stored(struct scene *scene)
{
    uint64_t until = scene->wire.sides[1].peer->stored_until;

    add_one(scene);
    turn_until(&scene->wire, has_stored_more, &until, "the receiver stores what was added");
}

static void the_view_follows_once_a_stream_pauses(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    (void)state;
    assert_non_null(scene);
    begin(scene, 1, UINT64_MAX);
    for (int i = 0; i < 5; i++)
        expect_stored(scene);
    turn_until(&scene->wire, have_views, NULL, "the view meets what came");
    assert_int_equal(scene->receiver->viewed_until, scene->receiver->seen_until);
    end(scene);
    free(scene);
}

/* It is never quiet long enough here. */
static void the_view_follows_a_stream_that_never_pauses(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    uint64_t began_ms = now_ms();
    uint64_t met_until = 0;

    (void)state;
    assert_non_null(scene);
    begin(scene, UINT64_MAX, 100);
    for (int steps = 0; steps < 4;) {
        met_until = scene->receiver->viewed_until;
        expect_stored(scene);
        if (scene->receiver->viewed_until > met_until)
            steps++;
        if (now_ms() - began_ms > PUMP_MS_MAX)
            fail_msg("the view does not follow");
    }
    end(scene);
    free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_go_first_but_not_for_ever),
        cmocka_unit_test(runs_that_wait_to_be_stored_are_no_quiet),
        cmocka_unit_test(the_view_follows_once_a_stream_pauses),
        cmocka_unit_test(the_view_follows_a_stream_that_never_pauses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
