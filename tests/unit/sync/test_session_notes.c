#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/pair.h"

static bool holds(const struct fake_node *node, uint32_t writer, uint8_t kind, uint64_t counter)
{
    struct by_signing_key key = fake_key(writer);
    const struct by_notes_slot *slot = by_notes_find(&node->notes, &key.public_key, kind);

    return slot != NULL && slot->note.counter == counter;
}

static size_t sent_about_notes(const struct fake_link *link)
{
    return link->sent[BY_MESSAGE_NOTED] + link->sent[BY_MESSAGE_NOTES];
}

/* A and B hold the acts of writers 0 to 2. */
static void pair_with_members(struct pair *pair)
{
    pair_init(pair);
    write_logs(&pair->a, 0, 3, 2);
    fake_connect(&pair->end_a, 1);
    (void)pair_run(pair);
    fake_cut(&pair->end_a);
    assert_true(fake_equal(&pair->a, &pair->b));
}

/* A message of our own making to one end, as if the other had sent it. */
static void inject(struct fake_link *link, const struct by_note *note)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);
    const struct by_message message = {.type = BY_MESSAGE_NOTES, .notes.bytes = note->bytes};

    assert_int_equal(by_message_encode(&message, &bytes), BANYAN_OK);
    fake_deliver_to(link, by_buffer_bytes(&bytes));
    by_buffer_deinit(&bytes);
    (void)fake_receive_next(link);
}

static void advance_clock(struct pair *pair, uint64_t ms)
{
    pair->a.now_ms += ms;
    pair->b.now_ms += ms;
    fake_poll_all(&pair->a);
    fake_poll_all(&pair->b);
}

static void both_sides_come_to_hold_the_newest_of_all(void **state)
{
    struct pair pair;

    (void)state;
    pair_with_members(&pair);
    pair.a.organisation.bytes[0] = 9;
    fake_note(&pair.a, 0, BY_NOTE_ADDRESSES, 1, 0);
    fake_note(&pair.a, 1, BY_NOTE_STANDING, 7, 0);
    fake_note(&pair.b, 1, BY_NOTE_STANDING, 6, 0);
    fake_note(&pair.b, 2, BY_NOTE_ADDRESSES, 3, 0);
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    assert_true(fake_equal_notes(&pair.a, &pair.b));
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(pair.b.notes.count, 3);
    assert_true(holds(&pair.b, 1, BY_NOTE_STANDING, 7));
    assert_int_equal(pair.end_a.sent[BY_MESSAGE_NOTES], 1);
    assert_int_equal(pair.end_b.sent[BY_MESSAGE_NOTES], 1);
    struct by_signing_key key = fake_key(0);
    assert_int_equal(by_notes_find(&pair.b.notes, &key.public_key, BY_NOTE_ADDRESSES)->via.bytes[0],
                     9);
    pair_deinit(&pair);
}

static void nodes_that_hold_the_same_notes_say_nothing_about_them(void **state)
{
    struct pair pair;
    size_t bytes = 0;

    (void)state;
    pair_with_members(&pair);
    for (uint8_t round = 0; round < 3; round++) {
        fake_connect(&pair.end_a, (uint8_t)(2 + round));
        (void)pair_run(&pair);
        assert_true(pair_is_in_sync(&pair));
        if (round == 0) {
            bytes = pair.end_a.sent_bytes;
            fake_cut(&pair.end_a);
            for (uint32_t i = 0; i < 3; i++)
                fake_note(&pair.a, i, BY_NOTE_STANDING, 1, 0);
            continue;
        }
        assert_int_equal(sent_about_notes(&pair.end_a) + sent_about_notes(&pair.end_b),
                         round == 1 ? 4 : 0);
        assert_true(round == 1 || pair.end_a.sent_bytes == bytes);
        fake_cut(&pair.end_a);
    }
    pair_deinit(&pair);
}

static void acts_that_announce_a_device_come_before_its_notes(void **state)
{
    struct pair pair;

    (void)state;
    pair_init(&pair);
    write_logs(&pair.a, 0, 3, 2);
    fake_note(&pair.a, 2, BY_NOTE_ADDRESSES, 1, 0);
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(holds(&pair.b, 2, BY_NOTE_ADDRESSES, 1));
    /* Live as well. */
    write_logs(&pair.a, 5, 1, 1);
    fake_note(&pair.a, 5, BY_NOTE_ADDRESSES, 1, 0);
    (void)pair_run(&pair);
    assert_true(holds(&pair.b, 5, BY_NOTE_ADDRESSES, 1));
    pair_deinit(&pair);
}

struct line {
    struct fake_node nodes[3];
    struct fake_link ends[6];
    struct fake_link *all[6];
};

/* Nodes 0 to 2, all with the same acts, in a line or a ring. */
static void line_init(struct line *line, size_t links)
{
    memset(line, 0, sizeof *line);
    for (size_t i = 0; i < 3; i++) {
        fake_node_init(&line->nodes[i]);
        write_logs(&line->nodes[i], 0, 3, 0);
    }
    for (size_t i = 0; i < links; i++)
        fake_join(&line->nodes[i], &line->ends[2 * i], &line->nodes[(i + 1) % 3],
                  &line->ends[2 * i + 1]);
    for (size_t i = 0; i < 6; i++)
        line->all[i] = &line->ends[i];
    for (size_t i = 0; i < links; i++)
        fake_connect(&line->ends[2 * i], (uint8_t)(i + 1));
    (void)fake_run(line->all, 2 * links, MESSAGES_MAX);
}

static void line_deinit(struct line *line, size_t links)
{
    for (size_t i = 0; i < links; i++)
        fake_cut(&line->ends[2 * i]);
    for (size_t i = 0; i < 3; i++)
        fake_node_deinit(&line->nodes[i]);
}

static void a_new_note_is_passed_on_and_never_back(void **state)
{
    struct line line;

    (void)state;
    line_init(&line, 2);
    fake_note(&line.nodes[0], 0, BY_NOTE_STANDING, 1, 0);
    assert_int_equal(fake_run(line.all, 4, MESSAGES_MAX), 2);
    assert_true(holds(&line.nodes[2], 0, BY_NOTE_STANDING, 1));
    line_deinit(&line, 2);
}

static void in_a_ring_a_note_crosses_each_link_at_most_once_each_way(void **state)
{
    struct line line;

    (void)state;
    line_init(&line, 3);
    fake_note(&line.nodes[0], 0, BY_NOTE_STANDING, 1, 0);
    (void)fake_run(line.all, 6, MESSAGES_MAX);
    for (size_t i = 0; i < 3; i++)
        assert_true(holds(&line.nodes[i], 0, BY_NOTE_STANDING, 1));
    for (size_t i = 0; i < 6; i++)
        assert_true(line.ends[i].sent[BY_MESSAGE_NOTES] <= 1);
    line_deinit(&line, 3);
}

static void notes_of_who_has_no_role_are_neither_kept_nor_passed_on(void **state)
{
    struct line line;
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    uint8_t space[66];
    struct by_note stranger =
        fake_sign_note(77, BY_NOTE_STANDING, 1, fake_note_body(BY_NOTE_STANDING, 0, space), &bytes);

    (void)state;
    line_init(&line, 2);
    line.nodes[1].unnoted = fake_key(1).public_key;
    fake_note(&line.nodes[0], 1, BY_NOTE_STANDING, 1, 0);
    inject(&line.ends[1], &stranger);
    (void)fake_run(line.all, 4, MESSAGES_MAX);
    assert_int_equal(line.nodes[1].notes.count, 0);
    assert_int_equal(line.nodes[2].notes.count, 0);
    assert_non_null(line.ends[1].session);
    by_buffer_deinit(&bytes);
    line_deinit(&line, 2);
}

static void a_kind_of_a_later_version_is_passed_over(void **state)
{
    struct pair pair;
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    struct by_note later = fake_sign_note(1, 3, 1, by_bytes_of("what", 4), &bytes);

    (void)state;
    pair_with_members(&pair);
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    inject(&pair.end_b, &later);
    assert_int_equal(pair.b.notes.count, 0);
    assert_non_null(pair.end_b.session);
    by_buffer_deinit(&bytes);
    pair_deinit(&pair);
}

static void a_forged_note_ends_the_session(void **state)
{
    struct pair pair;
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    uint8_t space[66];
    struct by_note note =
        fake_sign_note(1, BY_NOTE_STANDING, 1, fake_note_body(BY_NOTE_STANDING, 0, space), &bytes);

    (void)state;
    pair_with_members(&pair);
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    bytes.data[bytes.size - 1] ^= 1;
    inject(&pair.end_b, &note);
    assert_true(pair.end_b.is_closed && pair.end_b.reason == BY_REASON_PROTOCOL);
    assert_int_equal(pair.b.notes.count, 0);
    by_buffer_deinit(&bytes);
    pair_deinit(&pair);
}

static void whoever_has_no_role_gets_no_notes_and_brings_none(void **state)
{
    struct pair pair;
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    uint8_t space[66];
    struct by_note note =
        fake_sign_note(1, BY_NOTE_STANDING, 1, fake_note_body(BY_NOTE_STANDING, 0, space), &bytes);

    (void)state;
    pair_with_members(&pair);
    fake_note(&pair.b, 0, BY_NOTE_ADDRESSES, 1, 0);
    pair.end_b.right = BY_RIGHT_ACTS_IN;
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    inject(&pair.end_b, &note);
    fake_note(&pair.b, 2, BY_NOTE_ADDRESSES, 1, 0);
    (void)pair_run(&pair);
    assert_int_equal(sent_about_notes(&pair.end_b), 0);
    assert_int_equal(pair.a.notes.count, 0);
    assert_false(holds(&pair.b, 1, BY_NOTE_STANDING, 1));
    /* With a role it gets them all. */
    pair.end_b.right = BY_RIGHT_ALL;
    fake_poll_all(&pair.b);
    (void)pair_run(&pair);
    assert_true(fake_equal_notes(&pair.a, &pair.b));
    by_buffer_deinit(&bytes);
    pair_deinit(&pair);
}

static void what_came_too_soon_comes_with_the_next_comparison(void **state)
{
    struct pair pair;
    uint64_t last = BY_NOTES_BURST + 5;

    (void)state;
    pair_with_members(&pair);
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    for (uint64_t i = 1; i <= last; i++) {
        pair.a.now_ms += BY_NOTES_INTERVAL_MS; /* A's clock is no help to B */
        fake_note(&pair.a, 1, BY_NOTE_STANDING, i, 0);
        if (pair.end_a.session != NULL)
            (void)pair_run(&pair);
    }
    assert_true(holds(&pair.a, 1, BY_NOTE_STANDING, last));
    assert_true(holds(&pair.b, 1, BY_NOTE_STANDING, BY_NOTES_BURST));
    advance_clock(&pair, BY_SYNC_RESYNC_MS);
    (void)pair_run(&pair);
    assert_true(holds(&pair.b, 1, BY_NOTE_STANDING, last));
    assert_true(pair_is_in_sync(&pair));
    pair_deinit(&pair);
}

static void many_notes_come_in_messages_of_a_bound(void **state)
{
    enum { WRITERS = 100 };
    struct pair pair;

    (void)state;
    pair_init(&pair);
    for (uint32_t i = 0; i < WRITERS; i++) {
        fake_announce(&pair.a, i, LOG_NONCE);
        fake_note(&pair.a, i, BY_NOTE_STANDING, 1, 0);
        fake_note(&pair.a, i, BY_NOTE_ADDRESSES, 1, 0);
    }
    fake_connect(&pair.end_a, 1);
    (void)pair_run(&pair);
    assert_true(fake_equal_notes(&pair.a, &pair.b));
    assert_true(pair_is_in_sync(&pair));
    assert_int_equal(pair.b.notes.count, 2 * WRITERS);
    assert_in_range(pair.end_a.sent[BY_MESSAGE_NOTES], 2 * WRITERS / BY_SYNC_NOTES_MAX, 20);
    pair_deinit(&pair);
}

/* A node that was put back from a copy signs with counters that are known already. */
static void a_node_hears_its_own_newer_note_from_others(void **state)
{
    struct pair pair;

    (void)state;
    pair_with_members(&pair);
    fake_note(&pair.b, 0, BY_NOTE_ADDRESSES, 9, 0);
    fake_note(&pair.a, 0, BY_NOTE_ADDRESSES, 2, 1);
    fake_connect(&pair.end_a, 2);
    (void)pair_run(&pair);
    assert_true(holds(&pair.a, 0, BY_NOTE_ADDRESSES, 9));
    fake_note(&pair.a, 0, BY_NOTE_ADDRESSES, 10, 1);
    (void)pair_run(&pair);
    assert_true(holds(&pair.b, 0, BY_NOTE_ADDRESSES, 10));
    pair_deinit(&pair);
}

static void a_peer_that_never_says_which_notes_it_holds_is_given_up(void **state)
{
    struct pair pair;

    (void)state;
    pair_with_members(&pair);
    fake_note(&pair.a, 0, BY_NOTE_ADDRESSES, 1, 0);
    fake_connect(&pair.end_a, 2);
    while (pair.end_b.sent[BY_MESSAGE_NOTED] == 0)
        assert_true(fake_run(pair.ends, 2, 1) == 1);
    pair.end_a.is_cut_off = true;
    (void)pair_run(&pair);
    assert_false(by_session_is_in_sync(pair.end_a.session));
    advance_clock(&pair, BY_SYNC_STALL_MS_MAX);
    assert_true(pair.end_a.is_closed && pair.end_a.reason == BY_REASON_STALLED);
    pair_deinit(&pair);
}

/* -- random gossip -- */

#define NODES   5u
#define LINKS   6u /* a ring and a chord */
#define ROUNDS  60u
#define DEVICES 4u

static const size_t link_ends[LINKS][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}, {0, 2}};

struct world {
    uint64_t seed;
    struct fake_node nodes[NODES];
    struct fake_link ends[2 * LINKS];
    struct fake_link *all[2 * LINKS];
    uint8_t handshakes;
    struct by_notes newest; /* what all are to hold in the end */
};

static size_t pick(struct world *world, size_t below)
{
    return (size_t)(sample_next(&world->seed) % below);
}

static void world_init(struct world *world, uint64_t seed)
{
    memset(world, 0, sizeof *world);
    world->seed = seed;
    by_notes_init(&world->newest);
    for (size_t i = 0; i < NODES; i++) {
        fake_node_init(&world->nodes[i]);
        for (uint32_t k = 0; k < DEVICES; k++)
            if (k != i) /* some learn of a device from the others' acts */
                fake_announce(&world->nodes[i], k, 1);
    }
    for (size_t i = 0; i < LINKS; i++)
        fake_join(&world->nodes[link_ends[i][0]], &world->ends[2 * i],
                  &world->nodes[link_ends[i][1]], &world->ends[2 * i + 1]);
    for (size_t i = 0; i < 2 * LINKS; i++)
        world->all[i] = &world->ends[i];
}

static void world_deinit(struct world *world)
{
    for (size_t i = 0; i < LINKS; i++)
        fake_cut(&world->ends[2 * i]);
    for (size_t i = 0; i < NODES; i++)
        fake_node_deinit(&world->nodes[i]);
    by_notes_deinit(&world->newest);
}

/* A device signs at whichever node: some keys were copied, some counters come twice. */
static void note_somewhere(struct world *world)
{
    struct fake_node *node = &world->nodes[pick(world, NODES)];
    uint32_t writer = (uint32_t)pick(world, DEVICES);
    uint8_t kind = (uint8_t)(1 + pick(world, 2));
    uint64_t counter = 1 + pick(world, 6);
    uint8_t variant = (uint8_t)pick(world, 26);
    struct fake_link link = {.node = node};
    const struct by_id device = fake_key(writer).public_key;
    struct fake_node all = {.notes = world->newest};

    if (!fake_keeps_notes(&link, &device))
        return;
    for (size_t i = 0; i < NODES; i++)
        world->nodes[i].now_ms += BY_NOTES_INTERVAL_MS / 30;
    fake_note(node, writer, kind, counter, variant);
    all.now_ms = UINT64_MAX / 2; /* no rate is looked at */
    for (size_t i = 0; i < all.notes.slot_count; i++)
        all.notes.slots[i].paid_ms = 0;
    fake_note(&all, writer, kind, counter, variant);
    world->newest = all.notes;
}

static void connect_or_cut(struct world *world)
{
    struct fake_link *link = &world->ends[2 * pick(world, LINKS)];

    if (link->session != NULL || link->other->session != NULL)
        fake_cut(link);
    else
        fake_connect(link, world->handshakes++);
}

/* All links up, and compared until nothing is left to say. */
static void heal(struct world *world)
{
    for (size_t i = 0; i < LINKS; i++) {
        fake_cut(&world->ends[2 * i]);
        fake_connect(&world->ends[2 * i], world->handshakes++);
    }
    (void)fake_run(world->all, 2 * LINKS, MESSAGES_MAX);
    for (size_t i = 0; i < NODES; i++) {
        world->nodes[i].now_ms += BY_SYNC_RESYNC_MS + BY_NOTES_BURST * BY_NOTES_INTERVAL_MS;
        fake_poll_all(&world->nodes[i]);
    }
    (void)fake_run(world->all, 2 * LINKS, MESSAGES_MAX);
}

static void play(uint64_t seed)
{
    struct world world;
    size_t steps = 0;

    world_init(&world, seed);
    for (steps = 20 + pick(&world, 100); steps > 0; steps--) {
        size_t what = pick(&world, 10);

        if (what < 3)
            connect_or_cut(&world);
        else if (what < 6)
            note_somewhere(&world);
        else
            (void)fake_run(world.all, 2 * LINKS, 1 + pick(&world, 30));
    }
    heal(&world);
    for (size_t i = 0; i < NODES; i++)
        if (!by_id_equal(by_notes_digest(&world.nodes[i].notes), by_notes_digest(&world.newest)))
            fail_msg("node %zu does not hold the newest notes: BY_TEST_SEED=%llu", i,
                     (unsigned long long)seed);
    world_deinit(&world);
}

static void after_any_gossip_all_hold_the_same_newest_notes(void **state)
{
    const char *seed = getenv("BY_TEST_SEED");
    const char *rounds = getenv("BY_TEST_ROUNDS");
    size_t count = rounds != NULL ? (size_t)strtoull(rounds, NULL, 10) : ROUNDS;

    (void)state;
    if (seed != NULL)
        play(strtoull(seed, NULL, 10));
    for (size_t i = 0; i < count && seed == NULL; i++)
        play(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_come_to_hold_the_newest_of_all),
        cmocka_unit_test(nodes_that_hold_the_same_notes_say_nothing_about_them),
        cmocka_unit_test(acts_that_announce_a_device_come_before_its_notes),
        cmocka_unit_test(a_new_note_is_passed_on_and_never_back),
        cmocka_unit_test(in_a_ring_a_note_crosses_each_link_at_most_once_each_way),
        cmocka_unit_test(notes_of_who_has_no_role_are_neither_kept_nor_passed_on),
        cmocka_unit_test(a_kind_of_a_later_version_is_passed_over),
        cmocka_unit_test(a_forged_note_ends_the_session),
        cmocka_unit_test(whoever_has_no_role_gets_no_notes_and_brings_none),
        cmocka_unit_test(what_came_too_soon_comes_with_the_next_comparison),
        cmocka_unit_test(many_notes_come_in_messages_of_a_bound),
        cmocka_unit_test(a_node_hears_its_own_newer_note_from_others),
        cmocka_unit_test(a_peer_that_never_says_which_notes_it_holds_is_given_up),
        cmocka_unit_test(after_any_gossip_all_hold_the_same_newest_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
