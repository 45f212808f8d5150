/* Nodes at work: sessions, store, view and other processes meet. */
#include "core/log_list.h"
#include "lib/hostile.h"
#include "lib/live_pair.h"

/* Every test ends with the homes closed; what they hold is compared through fresh nodes. */
static void reopen_and_compare(struct world *world, int count)
{
    for (int i = 0; i < count; i++)
        open_office(world, i);
    expect_same_fingerprint(world, count);
}

static void close_offices(struct world *world, int count)
{
    for (int i = 0; i < count; i++)
        close_office(world, i);
}

static void add_sites(struct world *world, int at, int count)
{
    for (int i = 0; i < count; i++) {
        char name[64];

        snprintf(name, sizeof name, "Site %d of office %d", i, at);
        add_site(world, at, name);
    }
}

/* What another process does: this program again, with other arguments. */
static void add_in_other_process(struct world *world, int at, const char *name)
{
    int state = -1;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "test_live", "--add", world->offices[at].home, name, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) == 0);
}

static int add_and_end(const char *home, const char *name)
{
    const struct banyan_field fields[] = {{"name.en", name, BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET}};
    struct by_node *node = NULL;
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};
    enum banyan_status status = by_node_open(home, &node, &error);

    if (status == BANYAN_OK)
        status = by_edit_add(node, "site", fields, 2, &json, &error);
    if (status != BANYAN_OK)
        fprintf(stderr, "%s\n", error.text);
    by_buffer_deinit(&json);
    by_node_close(node);
    return status == BANYAN_OK ? 0 : 1;
}

/* -- equal -- */

static void two_that_differ_are_equal_after_a_cold_sync(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_sites(&world, 0, 30);
    add_sites(&world, 1, 20);
    close_offices(&world, 2);
    struct by_live *first = start(&world, 0), *second = start(&world, 1);
    connect_lives(&world, &wire, first, second);
    sync_up(&wire);
    turn_until(&wire, have_views, NULL, "both views have met what came");
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
    reopen_and_compare(&world, 2);
    world_end(&world);
}

static bool is_further(struct wire *wire, void *context)
{
    const struct by_id *before = context;
    struct by_id states[2];

    for (int i = 0; i < 2; i++)
        by_frontier_state(&wire->sides[i].live->frontier, &states[i]);
    return by_id_equal(&states[0], &states[1]) && !by_id_equal(&states[0], before);
}

static void expect_arrival(struct world *world, struct wire *wire, int at, const char *name)
{
    struct by_id before;

    by_frontier_state(&wire->sides[0].live->frontier, &before);
    add_in_other_process(world, at, name);
    turn_until(wire, is_further, &before, "what another process wrote reaches the peer");
}

static void what_another_process_adds_reaches_the_peer_at_once(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    close_offices(&world, 2);
    struct by_live *first = start(&world, 0), *second = start(&world, 1);
    connect_lives(&world, &wire, first, second);
    sync_up(&wire);
    for (int i = 0; i < 3; i++) {
        expect_arrival(&world, &wire, 0, "From the first");
        expect_arrival(&world, &wire, 1, "From the second");
    }
    assert_int_equal(by_session_stats(by_live_peer_session(wire.sides[0].peer))->rounds, 1);
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
    reopen_and_compare(&world, 2);
    world_end(&world);
}

static void a_node_in_the_middle_passes_on(void **state)
{
    struct world world;
    struct wire left, right;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    close_offices(&world, 3);
    struct by_live *lives[] = {start(&world, 0), start(&world, 1), start(&world, 2)};
    connect_lives(&world, &left, lives[0], lives[1]);
    connect_lives(&world, &right, lives[2], lives[1]);
    sync_up(&left);
    sync_up(&right);
    struct by_id before;
    by_frontier_state(&lives[2]->frontier, &before);
    add_in_other_process(&world, 0, "From afar");
    uint64_t began_ms = now_ms();
    do {
        turn(&left);
        turn(&right);
        usleep(500);
    } while (!is_further(&right, &before) && now_ms() - began_ms < PUMP_MS_MAX);
    assert_true(is_further(&right, &before));
    disconnect(&left);
    disconnect(&right);
    for (int i = 0; i < 3; i++)
        by_live_close(lives[i]);
    reopen_and_compare(&world, 3);
    world_end(&world);
}

static void what_was_handed_over_is_stored_though_the_peer_goes(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_sites(&world, 0, 40);
    close_offices(&world, 2);
    struct by_live *first = start(&world, 0), *second = start(&world, 1);
    connect_lives(&world, &wire, first, second);
    while (wire.sides[1].peer->runs_under_way == 0)
        turn(&wire);
    disconnect(&wire);
    by_live_close(second);
    by_live_close(first);
    open_office(&world, 1);
    struct by_buffer json = RESULT;
    expect_ok(&world, by_report_status(world.offices[1].node, NULL, 0, &json, &world.error));
    struct by_value status = parse(&world, &json);
    assert_non_null(by_value_get(&status, "records"));
    /* And the rest comes with the next connection. */
    close_office(&world, 1);
    first = start(&world, 0);
    second = start(&world, 1);
    connect_lives(&world, &wire, second, first);
    sync_up(&wire);
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
    reopen_and_compare(&world, 2);
    world_end(&world);
}

/* -- what a hostile device writes -- */

/* Two more beginnings of the log that an office writes. */
static void fork_log(struct world *world, int at)
{
    struct by_log_id log = record_log(world, at);
    const struct by_block_base first = {.log = log};

    for (uint64_t i = 0; i < 2; i++) {
        struct by_record_name name = new_name(world, at, 100 + i);
        struct forged one =
            one_touch(world, &name, "site", "name.en", BY_HOW_SET, by_value_literal("A branch"));

        forge_at(world, at, &log, &first, &one, 1, NULL);
    }
}

static void all_branches_of_a_forked_log_reach_the_peer(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_sites(&world, 0, 3);
    carry(&world, 0, 1);
    fork_log(&world, 0);
    struct by_log_id log = record_log(&world, 0);
    close_offices(&world, 2);
    struct by_live *first = start(&world, 0), *second = start(&world, 1);
    assert_int_equal(by_frontier_find(&first->frontier, &log)->tip_count, 3);
    assert_int_equal(by_frontier_find(&second->frontier, &log)->tip_count, 1);
    connect_lives(&world, &wire, first, second);
    sync_up(&wire);
    assert_int_equal(by_frontier_find(&second->frontier, &log)->tip_count, 3);
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
    reopen_and_compare(&world, 2);
    world_end(&world);
}

/* An act under the id of a record log that counted until then, and that peers hold. */
static void an_id_used_for_acts_and_records_is_an_act_log_everywhere(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_sites(&world, 0, 3);
    struct by_log_id log = record_log(&world, 0);
    close_offices(&world, 2);
    struct by_live *first = start(&world, 0), *second = start(&world, 1);
    connect_lives(&world, &wire, first, second);
    sync_up(&wire);
    assert_false(by_frontier_find(&second->frontier, &log)->is_act_log);
    disconnect(&wire);
    by_live_close(first);
    open_office(&world, 0);
    struct by_act act = {.kind = BY_KIND_OPEN, .opening = {{5}}};
    const struct by_block_base beginning = {.log = log};
    struct by_id heads[BY_PARENTS_MAX];
    size_t count = by_charter_heads(world.offices[0].node->charter, heads);
    (void)forge_act(&world, 0, &world.offices[0].node->device, &log, &beginning, &act, heads,
                    count);
    close_office(&world, 0);
    first = start(&world, 0);
    assert_true(by_frontier_find(&first->frontier, &log)->is_act_log);
    connect_lives(&world, &wire, first, second);
    sync_up(&wire);
    assert_true(by_frontier_find(&second->frontier, &log)->is_act_log);
    disconnect(&wire);
    by_live_close(first);
    by_live_close(second);
    reopen_and_compare(&world, 2);
    world_end(&world);
}

/* -- who -- */

static bool is_member(struct wire *wire, void *context)
{
    (void)context;
    return by_node_role(by_live_node(wire->sides[0].live)) == BY_ROLE_MEMBER &&
           have_synced(wire, NULL);
}

static void a_newcomer_is_taken_in_over_a_session(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    add_sites(&world, 0, 5);
    join(&world, 1, "Beta", invite(&world, 0, NULL));
    close_offices(&world, 2);
    struct by_live *host = start(&world, 0), *newcomer = start(&world, 1);
    connect_lives(&world, &wire, newcomer, host);
    struct by_id organisation;
    assert_int_equal(by_live_right(newcomer, &host->node->transport.public_key, &organisation),
                     BY_RIGHT_ALL);
    assert_int_equal(by_live_right(host, &newcomer->node->transport.public_key, &organisation),
                     BY_RIGHT_ACTS_IN);
    turn_until(&wire, is_member, NULL, "the newcomer is a member and holds everything");
    assert_int_equal(by_live_right(host, &newcomer->node->transport.public_key, &organisation),
                     BY_RIGHT_ALL);
    assert_true(by_id_equal(&organisation, &newcomer->node->organisation));
    disconnect(&wire);
    by_live_close(host);
    by_live_close(newcomer);
    reopen_and_compare(&world, 2);
    world_end(&world);
}

/* Acts handed over as if a session had brought them: of one device only, or of all others. */
struct handing {
    struct by_live_peer *peer;
    struct by_id device;
    bool is_of_device;
};

static enum banyan_status hand_block(void *context, const struct by_store_block *block)
{
    struct handing *handing = context;
    const struct by_session_output output = {
        .run = &block->run, .packed = block->packed, .are_acts = true};

    return by_live_store(handing->peer, &output);
}

static enum banyan_status hand_logs(void *context, struct by_store_txn *txn)
{
    struct handing *handing = context;
    struct by_log_list logs = {0};
    enum banyan_status status = by_log_list_read(&logs, txn);

    for (size_t i = 0; i < logs.count && status == BANYAN_OK; i++)
        if (logs.logs[i].is_act_log &&
            by_id_equal(&logs.logs[i].log.device, &handing->device) == handing->is_of_device)
            status = by_store_log_blocks(txn, &logs.logs[i].log, true, 0, hand_block, handing);
    by_log_list_deinit(&logs);
    return status == BANYAN_OK ? by_live_settle(handing->peer) : status;
}

static void acts_that_come_before_their_past_are_judged_again(void **state)
{
    struct world world;
    struct handing handing = {.is_of_device = true};
    static const uint8_t binding[32] = {1};
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 1, "Of the second");
    carry(&world, 1, 0);
    join(&world, 2, "Gamma", invite(&world, 0, NULL));
    handing.device = world.offices[1].node->device.public_key;
    struct by_node *source = world.offices[0].node;
    struct by_log_id log = act_log(&world, 1);
    close_office(&world, 2);
    struct by_live *live = start(&world, 2);
    expect_ok(&world, by_live_peer_new(live, &source->transport.public_key, binding, true, 0,
                                       &handing.peer));
    expect_ok(&world, by_store_read(source->store, hand_logs, &handing, &world.error));
    usleep(20000);
    handing.is_of_device = false;
    expect_ok(&world, by_store_read(source->store, hand_logs, &handing, &world.error));
    by_live_peer_free(handing.peer);
    for (int i = 0; i < 5000 && by_frontier_find(&live->frontier, &log) == NULL; i++) {
        expect_ok(&world, by_live_poll(live, now_ms(), &world.error));
        usleep(1000);
    }
    assert_non_null(by_frontier_find(&live->frontier, &log));
    assert_true(by_charter_has_genesis(by_live_node(live)->charter));
    by_live_close(live);
    world_end(&world);
}

static void a_stranger_gets_nothing(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_sites(&world, 0, 5);
    close_offices(&world, 2);
    struct by_live *host = start(&world, 0), *other = start(&world, 1);
    struct by_id before, after, stranger = {{42}};
    by_frontier_state(&host->frontier, &before);
    connect_as(&world, &wire, other, host, &stranger);
    for (int i = 0; i < 300; i++) {
        turn(&wire);
        usleep(500);
    }
    const struct by_session_stats *stats =
        by_session_stats(by_live_peer_session(wire.sides[1].peer));
    assert_int_equal(stats->blocks_out, 0);
    assert_int_equal(stats->entries_in, 0);
    by_frontier_state(&host->frontier, &after);
    assert_true(by_id_equal(&before, &after));
    disconnect(&wire);
    by_live_close(host);
    by_live_close(other);
    world_end(&world);
}

static void a_member_of_another_network_leaves_no_act(void **state)
{
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    found(&world, 1, "Of another network");
    close_offices(&world, 2);
    struct by_live *host = start(&world, 0), *other = start(&world, 1);
    struct by_id before, after;
    by_frontier_state(&host->frontier, &before);
    connect_lives(&world, &wire, other, host);
    for (int i = 0; i < 200; i++) {
        turn(&wire);
        usleep(500);
    }
    by_frontier_state(&host->frontier, &after);
    assert_true(by_id_equal(&before, &after));
    assert_int_equal(by_session_stats(by_live_peer_session(wire.sides[1].peer))->blocks_out, 0);
    disconnect(&wire);
    by_live_close(host);
    by_live_close(other);
    world_end(&world);
}

/* -- one home -- */

static void a_home_is_run_once_while_commands_work_beside_it(void **state)
{
    struct world world;
    struct by_live *second = NULL;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_offices(&world, 1);
    struct by_live *live = start(&world, 0);
    add_in_other_process(&world, 0, "Beside it");
    int ended = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "test_live", "--run", world.offices[0].home, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), 3);
    by_live_close(live);
    expect_ok(&world, by_live_open(world.offices[0].home, NULL, NULL, NULL, &second, &world.error));
    by_live_close(second);
    expect(&world, by_live_open("/nonexistent/home", NULL, NULL, NULL, &second, &world.error),
           BANYAN_ERR_NOT_FOUND);
    world_end(&world);
}

/* 3 when another run has the home, and says so. */
static int run_and_end(const char *home)
{
    struct by_live *live = NULL;
    struct banyan_error error = {0};
    enum banyan_status status = by_live_open(home, NULL, NULL, NULL, &live, &error);

    by_live_close(live);
    if (status == BANYAN_ERR_BUSY)
        return strstr(error.text, "another banyan run") != NULL ? 3 : 4;
    return status == BANYAN_OK ? 0 : 1;
}

static void wake(void *context)
{
    atomic_fetch_add((atomic_uint *)context, 1);
}

static void the_host_is_woken_once_until_it_polls(void **state)
{
    struct world world;
    struct by_live *live = NULL;
    atomic_uint woken = 0;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_offices(&world, 1);
    expect_ok(&world, by_live_open(world.offices[0].home, NULL, wake, &woken, &live, &world.error));
    for (int i = 0; i < 1000 && atomic_load(&woken) < 2; i++)
        usleep(1000);
    unsigned before = atomic_load(&woken);
    usleep(50000);
    assert_int_equal(atomic_load(&woken), before);
    expect_ok(&world, by_live_poll(live, now_ms(), &world.error));
    by_live_close(live);
    world_end(&world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_differ_are_equal_after_a_cold_sync),
        cmocka_unit_test(what_another_process_adds_reaches_the_peer_at_once),
        cmocka_unit_test(a_node_in_the_middle_passes_on),
        cmocka_unit_test(what_was_handed_over_is_stored_though_the_peer_goes),
        cmocka_unit_test(all_branches_of_a_forked_log_reach_the_peer),
        cmocka_unit_test(an_id_used_for_acts_and_records_is_an_act_log_everywhere),
        cmocka_unit_test(a_newcomer_is_taken_in_over_a_session),
        cmocka_unit_test(acts_that_come_before_their_past_are_judged_again),
        cmocka_unit_test(a_stranger_gets_nothing),
        cmocka_unit_test(a_member_of_another_network_leaves_no_act),
        cmocka_unit_test(a_home_is_run_once_while_commands_work_beside_it),
        cmocka_unit_test(the_host_is_woken_once_until_it_polls),
    };

    if (argc == 4 && strcmp(argv[1], "--add") == 0)
        return add_and_end(argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "--run") == 0)
        return run_and_end(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
