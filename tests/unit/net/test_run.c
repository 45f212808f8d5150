/* Nodes that run, over loopback. */
#include "running.h"

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

static void what_a_node_adds_reaches_those_behind_its_peer(void **state)
{
    struct running nodes[3];
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &nodes[0]);
    join_by_code(&world, 0, 1, "Beta", nodes[0].address);
    start_node(&world, 1, ANY_PORT, &nodes[1]);
    await_same_fingerprint(&world, 2);
    join_by_code(&world, 0, 2, "Gamma", nodes[0].address);
    start_node(&world, 2, NULL, &nodes[2]);
    await_same_fingerprint(&world, 3);
    for (int i = 0; i < 3; i++)
        await_record(&world, 2 - i, add_at(&world, i, "Another site"));
    await_same_fingerprint(&world, 3);
    for (int i = 0; i < 3; i++)
        stop_node(&nodes[i]);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newcomer_is_taken_in_over_the_network),
        cmocka_unit_test(what_a_node_adds_reaches_those_behind_its_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
