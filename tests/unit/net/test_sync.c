/* Syncing once: what comes of it, and why it does not. */
#include "running.h"

#include "net/peers.h"
#include "net/people.h"
#include "net/sync.h"

#define ANY_PORT "127.0.0.1:0"

static struct by_value
sync_once(struct world *world, int at, const char *target, enum banyan_status wanted)
{
    const struct banyan_sync sync = {.target = target, .timeout_ms = WAIT_MS};
    struct by_buffer json = RESULT;

    expect(world, by_sync_once(world->offices[at].home, &sync, &json, &world->error), wanted);
    if (wanted == BANYAN_OK || wanted == BANYAN_ERR_NETWORK)
        return parse(world, &json);
    by_buffer_deinit(&json);
    return by_value_nil();
}

static const struct by_value *first_peer(const struct by_value *answer)
{
    const struct by_value *peers = by_value_get(answer, "peers");

    assert_non_null(peers);
    assert_int_equal(peers->kind, BY_VALUE_ARRAY);
    assert_true(peers->array.count > 0);
    return &peers->array.items[0];
}

static void a_newcomer_syncs_once_and_is_a_member(void **state)
{
    struct running alpha;
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A forest");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    struct by_value answer = sync_once(&world, 1, NULL, BANYAN_OK);
    assert_int_equal(number_of(&answer, "in_sync"), 1);
    assert_true(holds_record(&world, 1, id));
    const char *own = add_at(&world, 1, "A lake");
    answer = sync_once(&world, 1, "Alpha", BANYAN_OK);
    assert_int_equal(number_of(by_value_get(first_peer(&answer), "sent"), "new"), 1);
    await_record(&world, 0, own);
    add_at(&world, 0, "A hill");
    /* The node notices what another process wrote within moments, not at once. */
    int64_t received_new = 0;
    for (int tries = 0; tries < 50 && received_new == 0; tries++) {
        answer = sync_once(&world, 1, NULL, BANYAN_OK);
        const struct by_value *received = by_value_get(first_peer(&answer), "received");
        received_new += number_of(received, "new");
        assert_int_equal(number_of(received, "deleted"), 0);
    }
    assert_int_equal(received_new, 1);
    stop_node(&alpha);
    world_end(&world);
}

/* By the other node too, and before it tells that the connection is over. */
static void what_went_over_is_told_on_both_sides(void **state)
{
    struct running alpha;
    struct world world;
    char line[2048];
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A forest");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    (void)sync_once(&world, 1, NULL, BANYAN_OK);
    expect_event(&alpha, "lost|Beta|", line);
    open_office(&world, 0);
    set(&world, 0, id, "area", "10 ha");
    close_office(&world, 0);
    open_office(&world, 1);
    set(&world, 1, id, "area", "20 ha");
    (void)add_site(&world, 1, "A lake");
    (void)add_site(&world, 1, "A hill");
    close_office(&world, 1);
    sleep_ms(500); /* the node has noticed what was written beside it */
    struct by_value answer = sync_once(&world, 1, NULL, BANYAN_OK);
    const struct by_value *peer = first_peer(&answer);
    assert_int_equal(number_of(by_value_get(peer, "sent"), "new"), 2);
    assert_int_equal(number_of(by_value_get(peer, "sent"), "proposed"), 1);
    assert_int_equal(number_of(by_value_get(peer, "received"), "changed"), 1);
    const struct by_value *both = by_value_get(peer, "edited_by_both");
    assert_int_equal(number_of(both, "count"), 1);
    const struct by_value *records = by_value_get(both, "records");
    assert_string_equal(text_of(&world, &records->array.items[0], "id"), id);
    assert_string_equal(text_of(&world, &records->array.items[0], "label"), "A forest");
    expect_event(&alpha, "in-sync|Beta|", line);
    assert_non_null(strstr(line, "||2|0|1"));
    expect_event(&alpha, "lost|Beta|", line);
    stop_node(&alpha);
    world_end(&world);
}

/* The node that runs at the other home is in sync with this one, as of now. */
static void where_a_node_runs_it_does_the_work(void **state)
{
    struct running alpha, beta;
    struct world world;
    char line[2048];
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    start_node(&world, 1, NULL, &beta);
    expect_event(&beta, "connected|", line);
    struct by_value answer = sync_once(&world, 1, NULL, BANYAN_OK);
    for (int i = 0; i < 3; i++) {
        const char *id = add_at(&world, 1, "A lake");
        answer = sync_once(&world, 1, "Alpha", BANYAN_OK);
        assert_true(by_value_get(&answer, "by_running_node")->boolean);
        assert_string_equal(text_of(&world, first_peer(&answer), "address"), alpha.address);
        assert_true(holds_record(&world, 0, id));
    }
    /* Of one that dialled here no address is known. */
    answer = sync_once(&world, 0, "Beta", BANYAN_OK);
    assert_string_equal(text_of(&world, first_peer(&answer), "address"), "");
    (void)sync_once(&world, 1, "Nobody", BANYAN_ERR_NOT_FOUND);
    stop_node(&alpha);
    answer = sync_once(&world, 1, NULL, BANYAN_ERR_NETWORK);
    assert_string_equal(text_of(&world, first_peer(&answer), "reason"), "refused");
    stop_node(&beta);
    world_end(&world);
}

static void why_nobody_was_reached_is_told(void **state)
{
    struct running alpha, stranger;
    struct world world;
    char target[128];
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    (void)sync_once(&world, 1, NULL, BANYAN_OK);
    stop_node(&alpha);
    struct by_value answer = sync_once(&world, 1, NULL, BANYAN_ERR_NETWORK);
    assert_non_null(strstr(text_of(&world, first_peer(&answer), "error"), "nobody listens there"));
    (void)sync_once(&world, 1, "Nobody", BANYAN_ERR_NOT_FOUND);
    (void)sync_once(&world, 1, "Alpha@nowhere", BANYAN_ERR_INVALID);
    (void)sync_once(&world, 1, "192.0.2.1:7417", BANYAN_ERR_NOT_FOUND);
    /* Another network's node is at the address. */
    found(&world, 2, "Gamma");
    close_office(&world, 2);
    start_node(&world, 2, ANY_PORT, &stranger);
    (void)snprintf(target, sizeof target, "Alpha@%s", stranger.address);
    answer = sync_once(&world, 1, target, BANYAN_ERR_NETWORK);
    assert_non_null(strstr(text_of(&world, first_peer(&answer), "error"), "without a word"));
    stop_node(&stranger);
    world_end(&world);
}

/* Another process holds the home, as one does that begins or ends, and has written nothing. */
static pid_t hold_home(struct world *world, int at, unsigned ms)
{
    char *path = by_os_path_join(world->offices[at].home, "run.lock");
    char ready = 0;
    int ends[2];

    assert_non_null(path);
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct by_os_hold *hold = NULL;

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (by_os_hold_take_alone(path, &hold, NULL) != BANYAN_OK || write(ends[1], "!", 1) != 1)
            _exit(1);
        sleep_ms(ms);
        _exit(0);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &ready, 1), 1);
    (void)close(ends[0]);
    free(path);
    return pid;
}

static void a_home_that_is_held_for_a_moment_is_waited_for(void **state)
{
    struct running alpha;
    struct world world;
    int outcome = 0;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    pid_t pid = hold_home(&world, 1, 800);
    (void)sync_once(&world, 1, NULL, BANYAN_OK);
    assert_int_equal(waitpid(pid, &outcome, 0), pid);
    assert_true(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
    pid = hold_home(&world, 1, 60000);
    (void)sync_once(&world, 1, NULL, BANYAN_ERR_BUSY);
    assert_non_null(strstr(world.error.text, "another banyan sync is at work"));
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &outcome, 0), pid);
    stop_node(&alpha);
    world_end(&world);
}

static void peers_are_listed_with_their_addresses(void **state)
{
    struct by_buffer json = RESULT;
    struct running alpha;
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    (void)sync_once(&world, 1, NULL, BANYAN_OK);
    open_office(&world, 1);
    struct by_node *node = world.offices[1].node;
    expect_ok(&world, by_people_remember(node, "Alpha@hub.example.org:7417", &world.error));
    expect_ok(&world, by_peers_report(node, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    const struct by_value *peer = first_peer(&answer);
    assert_string_equal(text_of(&world, by_value_get(peer, "organisation"), "name"), "Alpha");
    const struct by_value *addresses = by_value_get(peer, "addresses");
    assert_int_equal(addresses->array.count, 2);
    assert_string_equal(text_of(&world, &addresses->array.items[0], "address"),
                        "hub.example.org:7417");
    assert_string_equal(text_of(&world, &addresses->array.items[1], "address"), alpha.address);
    expect_ok(&world, by_people_forget(node, "Alpha@hub.example.org:7417", &world.error));
    expect(&world, by_people_remember(node, "Alpha", &world.error), BANYAN_ERR_USAGE);
    expect(&world, by_people_remember(node, "Zeta@a:1", &world.error), BANYAN_ERR_NOT_FOUND);
    stop_node(&alpha);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newcomer_syncs_once_and_is_a_member),
        cmocka_unit_test(what_went_over_is_told_on_both_sides),
        cmocka_unit_test(where_a_node_runs_it_does_the_work),
        cmocka_unit_test(why_nobody_was_reached_is_told),
        cmocka_unit_test(a_home_that_is_held_for_a_moment_is_waited_for),
        cmocka_unit_test(peers_are_listed_with_their_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
