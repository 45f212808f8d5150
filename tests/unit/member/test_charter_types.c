/* Types in force: what a network's coordinators decide together. */
#include "story.h"

/* The name of the one type that is in force. */
static void expect_types(const struct world *world, const char *name)
{
    struct by_charter *charter = world_charter(world);
    const struct by_value *types = by_charter_types(charter);

    assert_int_equal(types->map.count, 1);
    if (!by_bytes_equal(types->map.pairs[0].key, by_bytes_of_text(name)))
        fail_msg("the types are not those of %s", name);
    by_charter_free(charter);
}

static bool are_those_of_genesis(const struct world *world)
{
    struct by_charter *charter = world_charter(world);
    struct by_id act = {{0}};

    assert_true(by_charter_types_act(charter, &act));
    by_charter_free(charter);
    return by_id_equal(&act, &world->network);
}

static void types_are_replaced_once_a_majority_of_coordinators_approved(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id types = world_types(world, &story->ana, WORLD_ALL, "pond");
    struct by_charter *charter = world_charter(world);
    const struct by_charter_motion *motions = NULL;
    size_t count = 0;

    assert_true(by_charter_counts(charter, &types));
    motions = by_charter_motions(charter, &count);
    assert_int_equal(count, 1);
    assert_true(by_id_equal(&motions[0].act, &types));
    assert_int_equal(motions[0].kind, BY_KIND_TYPES);
    assert_int_equal(motions[0].needed, 2);
    assert_int_equal(motions[0].voter_count, 2);
    assert_int_equal(motions[0].vote_count, 1);
    assert_true(by_id_equal(&motions[0].votes[0], &story->ana.root.public_key));
    assert_true(by_id_is_zero(&motions[0].organisation));
    by_charter_free(charter);
    assert_true(are_those_of_genesis(world));
    /* A second vote of the same organisation is none. */
    (void)world_approve(world, &story->ana, WORLD_ALL, &types);
    assert_true(are_those_of_genesis(world));
    (void)world_approve(world, &story->bo, WORLD_ALL, &types);
    assert_false(are_those_of_genesis(world));
    expect_types(world, "pond");
    charter = world_charter(world);
    (void)by_charter_motions(charter, &count);
    assert_int_equal(count, 0);
    by_charter_free(charter);
}

static void a_member_neither_proposes_types_nor_votes_for_them(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id own = {{0}};
    struct by_id types = {{0}};
    struct by_id vote = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    own = world_types(world, &story->chan, WORLD_ALL, "pond");
    types = world_types(world, &story->ana, WORLD_ALL, "lake");
    vote = world_approve(world, &story->chan, WORLD_ALL, &types);
    assert_false(counts(world, &own));
    assert_false(counts(world, &vote));
    assert_true(are_those_of_genesis(world));
}

static void later_types_replace_those_they_know_whatever_the_ids(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

    for (size_t i = 0; i < 6; i++) {
        struct by_id types =
            world_types(world, i % 2 ? &story->ana : &story->bo, WORLD_ALL, names[i]);

        (void)world_approve(world, i % 2 ? &story->bo : &story->ana, WORLD_ALL, &types);
        expect_types(world, names[i]);
    }
}

static void of_types_decided_apart_those_with_the_lowest_id_are_in_force(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = world->count;
    struct by_id ids[2];
    bool first_is_lower = false;

    ids[0] = world_types(world, &story->ana, before, "pond");
    ids[1] = world_types(world, &story->bo, before, "lake");
    (void)world_approve(world, &story->bo, WORLD_ALL, &ids[0]);
    expect_types(world, "pond");
    (void)world_approve(world, &story->ana, WORLD_ALL, &ids[1]);
    first_is_lower = by_id_compare(&ids[0], &ids[1]) < 0;
    expect_types(world, first_is_lower ? "pond" : "lake");
}

static void types_that_were_replaced_wait_for_votes_no_more(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id old = world_types(world, &story->ana, WORLD_ALL, "pond");
    struct by_id types = world_types(world, &story->ana, WORLD_ALL, "lake");
    struct by_charter *charter = NULL;
    size_t count = 0;

    (void)world_approve(world, &story->bo, WORLD_ALL, &types);
    charter = world_charter(world);
    (void)by_charter_motions(charter, &count);
    assert_int_equal(count, 0);
    by_charter_free(charter);
    (void)world_approve(world, &story->bo, WORLD_ALL, &old);
    expect_types(world, "lake");
}

static void a_motion_to_make_a_coordinator_tells_whom(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_charter *charter = NULL;
    const struct by_charter_motion *motions = NULL;
    struct by_id up = {{0}};
    size_t count = 0;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    up = world_role(world, &story->ana, WORLD_ALL, &story->chan, BY_ROLE_COORDINATOR);
    charter = world_charter(world);
    motions = by_charter_motions(charter, &count);
    assert_int_equal(count, 1);
    assert_int_equal(motions[0].role, BY_ROLE_COORDINATOR);
    assert_true(by_id_equal(&motions[0].organisation, &story->chan.root.public_key));
    assert_true(by_id_equal(&motions[0].author, &story->ana.root.public_key));
    by_charter_free(charter);
    (void)world_approve(world, &story->bo, WORLD_ALL, &up);
    charter = world_charter(world);
    (void)by_charter_motions(charter, &count);
    assert_int_equal(count, 0);
    by_charter_free(charter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(types_are_replaced_once_a_majority_of_coordinators_approved),
        STORY(a_member_neither_proposes_types_nor_votes_for_them),
        STORY(later_types_replace_those_they_know_whatever_the_ids),
        STORY(of_types_decided_apart_those_with_the_lowest_id_are_in_force),
        STORY(types_that_were_replaced_wait_for_votes_no_more),
        STORY(a_motion_to_make_a_coordinator_tells_whom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
