/* Nodes that run, over loopback. */
#include "running.h"

#include "net/people.h"

#define ANY_PORT "127.0.0.1:0"

static void a_newcomer_is_taken_in_over_the_network(void **state)
{
    struct running alpha, beta;
    struct world world;
    char line[2048];
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A forest");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &alpha);
    join_by_code(&world, 0, 1, "Beta", alpha.address);
    start_node(&world, 1, NULL, &beta);
    expect_event(&beta, "in-sync|Alpha|", line);
    await_record(&world, 1, id);
    await_record(&world, 0, add_at(&world, 1, "A lake"));
    await_record(&world, 1, add_at(&world, 0, "A hill"));
    await_same_fingerprint(&world, 2);
    stop_node(&beta);
    stop_node(&alpha);
    world_end(&world);
}

static void remember(struct world *world, int at, const char *member, const char *address)
{
    char target[128];

    (void)snprintf(target, sizeof target, "%s@%s", member, address);
    open_office(world, at);
    expect_ok(world, by_people_remember(world->offices[at].node, target, &world->error));
    close_office(world, at);
}

/* Three members with closed homes, who know no addresses. */
static void begin_three(struct world *world)
{
    world_begin(world);
    found_network(world, 3);
    for (int i = 0; i < 3; i++)
        close_office(world, i);
}

static void what_a_node_adds_reaches_those_behind_its_peer_also_when_that_was_away(void **state)
{
    struct running nodes[3];
    struct world world;
    char between[64];
    (void)state;

    begin_three(&world);
    start_node(&world, 0, ANY_PORT, &nodes[0]);
    start_node(&world, 1, ANY_PORT, &nodes[1]);
    start_node(&world, 2, NULL, &nodes[2]);
    strcpy(between, nodes[1].address);
    /* Nodes that run take addresses up as they are told. Gamma knows the way to Beta alone. */
    remember(&world, 1, "Alpha", nodes[0].address);
    remember(&world, 2, "Beta", between);
    await_record(&world, 2, add_at(&world, 0, "A forest"));
    await_record(&world, 0, add_at(&world, 2, "A lake"));
    stop_node(&nodes[1]);
    const char *forest = add_at(&world, 0, "Another forest");
    const char *lake = add_at(&world, 2, "Another lake");
    const char *hill = add_at(&world, 1, "A hill");
    start_node(&world, 1, between, &nodes[1]);
    await_record(&world, 2, forest);
    await_record(&world, 0, lake);
    await_record(&world, 2, hill);
    await_same_fingerprint(&world, 3);
    for (int i = 0; i < 3; i++)
        stop_node(&nodes[i]);
    world_end(&world);
}

/* Alpha looks around by itself once an hour: whoever writes beside it rings. */
static void what_another_process_writes_is_met_when_it_rings(void **state)
{
    struct running alpha, beta;
    struct world world;
    char line[2048];
    (void)state;

    begin_three(&world);
    next_poll_ms = 60u * 60u * 1000u;
    start_node(&world, 0, ANY_PORT, &alpha);
    next_poll_ms = 0;
    remember(&world, 1, "Alpha", alpha.address);
    start_node(&world, 1, NULL, &beta);
    expect_event(&beta, "in-sync|Alpha|", line);
    await_record(&world, 1, add_at(&world, 0, "A forest"));
    await_record(&world, 1, add_at(&world, 0, "A lake"));
    stop_node(&beta);
    stop_node(&alpha);
    world_end(&world);
}

static void a_node_that_was_killed_is_found_again(void **state)
{
    struct running alpha, beta;
    struct world world;
    char address[64], line[2048];
    (void)state;

    begin_three(&world);
    start_node(&world, 0, ANY_PORT, &alpha);
    strcpy(address, alpha.address);
    remember(&world, 1, "Alpha", address);
    start_node(&world, 1, NULL, &beta);
    expect_event(&beta, "in-sync|Alpha|", line);
    kill_node(&alpha);
    expect_event(&beta, "lost|Alpha|", line);
    start_node(&world, 0, address, &alpha);
    expect_event(&beta, "in-sync|Alpha|", line);
    await_record(&world, 1, add_at(&world, 0, "A forest"));
    stop_node(&beta);
    stop_node(&alpha);
    world_end(&world);
}

static unsigned long port_of(const char *address)
{
    return strtoul(strrchr(address, ':') + 1, NULL, 10);
}

/* Connections that are up and end at the port of this machine. */
static int connections_at(unsigned long port)
{
    FILE *file = fopen("/proc/net/tcp", "r");
    char line[512];
    int count = 0;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned number, ip, local, far_ip, far, state;
        count += sscanf(line, "%u: %8X:%4X %8X:%4X %2X", &number, &ip, &local, &far_ip, &far,
                        &state) == 6 &&
                 local == port && state == 1;
    }
    (void)fclose(file);
    return count;
}

static void two_that_dial_each_other_keep_one_connection(void **state)
{
    struct running nodes[2];
    struct world world;
    char addresses[2][64], line[2048];
    (void)state;

    begin_three(&world);
    for (int i = 0; i < 2; i++) { /* learn ports that are free */
        start_node(&world, i, ANY_PORT, &nodes[i]);
        strcpy(addresses[i], nodes[i].address);
        stop_node(&nodes[i]);
    }
    remember(&world, 0, "Beta", addresses[1]);
    remember(&world, 1, "Alpha", addresses[0]);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 2; i++)
            start_node(&world, i, addresses[i], &nodes[i]);
        expect_event(&nodes[0], "in-sync|Beta|", line);
        expect_event(&nodes[1], "in-sync|Alpha|", line);
        sleep_ms(1500);
        assert_int_equal(
            connections_at(port_of(addresses[0])) + connections_at(port_of(addresses[1])), 1);
        for (int i = 0; i < 2; i++)
            stop_node(&nodes[i]);
    }
    world_end(&world);
}

static void note_end(void *context, struct by_conn *conn)
{
    *(enum by_conn_end *)context = conn->end;
}

/* A member could have every node knock at what listens beside it. */
static void what_others_say_does_not_lead_into_the_own_computer(void **state)
{
    static const struct {
        const char *host;
        bool is_hearsay;
        enum by_conn_end end;
    } rows[] = {
        {"127.0.0.1", true, BY_END_UNREACHABLE}, {"127.1.2.3", true, BY_END_UNREACHABLE},
        {"::1", true, BY_END_UNREACHABLE},       {"::ffff:127.0.0.1", true, BY_END_UNREACHABLE},
        {"0.0.0.0", true, BY_END_UNREACHABLE},   {"239.255.74.17", true, BY_END_UNREACHABLE},
        {"127.0.0.1", false, BY_END_NONE},
    };
    const struct by_id transport = {{7}};
    struct world world;
    struct by_net net;
    enum by_conn_end end = BY_END_NONE;
    const struct by_net_hooks hooks = {.context = &end, .lost = note_end};
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    expect_ok(&world, by_net_open(&net, world.offices[0].home, &hooks, &world.error));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct by_conn_goal goal = {
            .host = rows[i].host, .port = 1, .is_hearsay = rows[i].is_hearsay};
        end = BY_END_NONE;
        assert_non_null(by_net_dial(&net, &transport, &goal, NULL));
        if (end != rows[i].end)
            fail_msg("%s: %s", rows[i].host, by_conn_end_text(end));
    }
    by_net_stop(&net);
    by_net_run(&net);
    by_net_close(&net);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newcomer_is_taken_in_over_the_network),
        cmocka_unit_test(what_a_node_adds_reaches_those_behind_its_peer_also_when_that_was_away),
        cmocka_unit_test(what_another_process_writes_is_met_when_it_rings),
        cmocka_unit_test(a_node_that_was_killed_is_found_again),
        cmocka_unit_test(what_others_say_does_not_lead_into_the_own_computer),
        cmocka_unit_test(two_that_dial_each_other_keep_one_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
