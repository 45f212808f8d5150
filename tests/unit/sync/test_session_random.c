/*
 * Random logs, forks, partitions and cuts: in the end all nodes hold the same. A failure prints the
 * seed; BY_TEST_SEED repeats it, BY_TEST_ROUNDS sets how many worlds are tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/fake_node.h"

#define NODES        4u
#define LINKS        5u /* a ring and a chord */
#define WRITERS      6u
#define ROUNDS       60u
#define MESSAGES_MAX 1000000u

static const size_t link_ends[LINKS][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 2}};

struct world {
    uint64_t seed;
    struct fake_node nodes[NODES];
    struct fake_link ends[2 * LINKS];
    struct fake_link *all[2 * LINKS];
    uint8_t handshakes;
};

static size_t pick(struct world *world, size_t below)
{
    return (size_t)(sample_next(&world->seed) % below);
}

static void world_init(struct world *world, uint64_t seed)
{
    memset(world, 0, sizeof *world);
    world->seed = seed;
    for (size_t i = 0; i < NODES; i++)
        fake_node_init(&world->nodes[i]);
    for (size_t i = 0; i < LINKS; i++)
        fake_join(&world->nodes[link_ends[i][0]], &world->ends[2 * i],
                  &world->nodes[link_ends[i][1]], &world->ends[2 * i + 1]);
    for (size_t i = 0; i < 2 * LINKS; i++)
        world->all[i] = &world->ends[i];
    for (uint32_t i = 0; i < WRITERS; i++)
        fake_announce(&world->nodes[i % NODES], i, 1);
}

static void world_deinit(struct world *world)
{
    for (size_t i = 0; i < LINKS; i++)
        fake_cut(&world->ends[2 * i]);
    for (size_t i = 0; i < NODES; i++)
        fake_node_deinit(&world->nodes[i]);
}

/* A writer goes on somewhere: mostly at the end of what that node holds, which forks the log when
 * another node holds more; at times from an entry in the middle. */
static void write_somewhere(struct world *world)
{
    static const uint8_t text[40] = {"a site"};
    struct fake_node *node = &world->nodes[pick(world, NODES)];
    uint32_t writer = (uint32_t)pick(world, WRITERS);
    uint8_t nonce = pick(world, 8) == 0 ? 0 : 1;
    uint8_t variant = (uint8_t)pick(world, 256);
    size_t count = 1 + pick(world, 20);
    struct by_log_id id = fake_log_id(writer, nonce);
    const struct fake_log *log = fake_find_log(node, &id);
    const struct by_sample *before = NULL;

    if (log == NULL || (log->entry_count == 0 && !log->is_open))
        return;
    /* Honest writers go on where they are; some are restored from a copy. */
    if (log->entry_count > 0 && pick(world, 10) == 0)
        before = &log->entries[pick(world, log->entry_count)].at;
    else if (pick(world, 4) != 0 && writer % NODES != (size_t)(node - world->nodes))
        return;
    fake_write_on(node, writer, nonce, before, variant, count, 1 + pick(world, 9),
                  by_bytes_of(text, sizeof text), 1000 + pick(world, 1000));
    fake_poll_all(node);
}

static void change_a_link(struct world *world)
{
    struct fake_link *link = &world->ends[2 * pick(world, LINKS)];

    if (link->session == NULL || link->other->session == NULL || pick(world, 3) == 0) {
        fake_cut(link);
        fake_connect(pick(world, 2) == 0 ? link : link->other, ++world->handshakes);
    } else if (pick(world, 2) == 0) {
        fake_cut(link);
    }
}

static void move_a_bit(struct world *world)
{
    for (size_t i = pick(world, 60); i > 0; i--) {
        struct fake_link *end = world->all[pick(world, 2 * LINKS)];

        if (pick(world, 2) == 0)
            (void)fake_receive_next(end);
        else
            (void)fake_store_next(end);
    }
}

/* Anew at all links, until nothing moves. */
static void meet_all(struct world *world)
{
    for (size_t i = 0; i < LINKS; i++) {
        fake_cut(&world->ends[2 * i]);
        fake_connect(&world->ends[2 * i], ++world->handshakes);
    }
    assert_true(fake_run(world->all, 2 * LINKS, MESSAGES_MAX) < MESSAGES_MAX);
}

static bool all_are_equal(struct world *world)
{
    bool are_equal = true;

    for (size_t i = 1; i < NODES; i++)
        are_equal = are_equal && fake_equal(&world->nodes[0], &world->nodes[i]);
    return are_equal;
}

static bool try_world(uint64_t seed)
{
    struct world world;
    bool is_good = true;

    world_init(&world, seed);
    for (size_t i = 0; i < 60; i++) {
        switch (pick(&world, 3)) {
        case 0:
            write_somewhere(&world);
            break;
        case 1:
            change_a_link(&world);
            break;
        default:
            move_a_bit(&world);
        }
    }
    meet_all(&world);
    is_good = all_are_equal(&world);
    /* Nobody was thought to break the rules, and what is live now goes everywhere too. */
    for (size_t i = 0; i < 2 * LINKS; i++)
        is_good = is_good && world.ends[i].session != NULL && world.ends[i].in_sync_count > 0;
    for (size_t i = 0; i < 5; i++)
        write_somewhere(&world);
    (void)fake_run(world.all, 2 * LINKS, MESSAGES_MAX);
    is_good = is_good && all_are_equal(&world);
    world_deinit(&world);
    return is_good;
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void nodes_that_meet_in_the_end_hold_the_same(void **state)
{
    uint64_t first = setting("BY_TEST_SEED", 1);
    uint64_t rounds = setting("BY_TEST_ROUNDS", ROUNDS);

    (void)state;
    for (uint64_t seed = first; seed < first + rounds; seed++) {
        if (try_world(seed))
            continue;
        print_error("BY_TEST_SEED=%llu BY_TEST_ROUNDS=1\n", (unsigned long long)seed);
        fail();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_that_meet_in_the_end_hold_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
