/* Up to where record logs count: tips that lower acts and tips acts name. */
#include "story.h"

static void expect_tips(const struct world *world, const struct person *person, uint32_t n,
                        const uint64_t *seqs, size_t count)
{
    struct by_charter *charter = world_charter(world);
    struct by_log_id log = world_record_log(person, n);
    const struct by_charter_log *found = by_charter_log_find(charter, &log);

    assert_non_null(found);
    assert_true(found->is_cut);
    assert_int_equal(found->tip_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(found->tips[i].seq, seqs[i]);
    by_charter_free(charter);
}
#define EXPECT_TIPS(world, person, n, ...)                                                         \
    expect_tips(world, person, n, (const uint64_t[]){__VA_ARGS__},                                 \
                sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static bool is_cut(const struct world *world, const struct person *person, uint32_t n)
{
    struct by_charter *charter = world_charter(world);
    struct by_log_id log = world_record_log(person, n);
    const struct by_charter_log *found = by_charter_log_find(charter, &log);
    bool result = found != NULL && found->is_cut;

    assert_non_null(found);
    by_charter_free(charter);
    return result;
}

static struct by_bytes *tips_of(struct world *world, size_t count)
{
    struct by_bytes *tips = by_arena_array(&world->arena, count + 1, sizeof *tips);

    assert_non_null(tips);
    return tips;
}

/* Chan, who has opened logs 1 and 2, is removed by Ana, who names seq 5 of the first. */
static struct by_id remove_chan(struct story *story)
{
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_LOWER};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    (void)world_open(world, &story->chan, WORLD_ALL, 2);
    act = world_lower_act(world, &story->chan, BY_ROLE_NONE, &story->chan.prev, 1);
    act.lower.cut.tips = tips_of(world, 1);
    act.lower.cut.tips[0] = world_tip(world, &story->chan, 1, 5);
    act.lower.cut.tip_count = 1;
    return world_act(world, &story->ana, WORLD_ALL, &act);
}

static struct by_act tips_act(struct world *world, const struct person *person, uint32_t log,
                              const struct by_id *lower, uint64_t seq)
{
    struct by_act act = {.kind = BY_KIND_TIPS};

    act.tips.log = world_record_log(person, log);
    act.tips.has_lowering = lower != NULL;
    if (lower != NULL)
        act.tips.lowering = *lower;
    act.tips.cut.tips = tips_of(world, 1);
    act.tips.cut.tips[0] = world_tip(world, person, log, seq);
    act.tips.cut.tip_count = 1;
    return act;
}

static void a_removed_members_logs_count_up_to_the_tips_named_and_others_not_at_all(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    (void)remove_chan(story);
    EXPECT_TIPS(world, &story->chan, 1, 5);
    expect_tips(world, &story->chan, 2, NULL, 0);
}

static void a_tip_that_does_not_verify_is_as_if_it_were_not_named(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_LOWER};
    uint8_t *forged = by_arena_alloc(&world->arena, BY_TIP_BYTES);

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    act = world_lower_act(world, &story->chan, BY_ROLE_NONE, &story->chan.prev, 1);
    act.lower.cut.tips = tips_of(world, 2);
    act.lower.cut.tips[0] = world_tip(world, &story->chan, 1, 5);
    memcpy(forged, world_tip(world, &story->chan, 1, 9).data, BY_TIP_BYTES);
    forged[BY_TIP_BYTES - 1] ^= 1;
    act.lower.cut.tips[1] = by_bytes_of(forged, BY_TIP_BYTES);
    act.lower.cut.tip_count = 2;
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    EXPECT_TIPS(world, &story->chan, 1, 5);
}

static void later_tips_of_a_coordinator_speak_for_the_removal(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id lower = remove_chan(story);
    struct by_act act = tips_act(world, &story->chan, 1, &lower, 9);

    /* Its own organisation may not: it is not its removal. */
    (void)world_act(world, &story->chan, WORLD_ALL, &act);
    EXPECT_TIPS(world, &story->chan, 1, 5);
    (void)world_act(world, &story->bo, WORLD_ALL, &act);
    EXPECT_TIPS(world, &story->chan, 1, 9);
    act = tips_act(world, &story->chan, 2, &lower, 3);
    (void)world_act(world, &story->bo, WORLD_ALL, &act);
    EXPECT_TIPS(world, &story->chan, 2, 3);
}

static void of_several_lists_the_lowest_applies(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id lower = remove_chan(story);
    size_t before = world->count;
    struct by_act act = tips_act(world, &story->chan, 1, &lower, 9);

    (void)world_act(world, &story->bo, before, &act);
    act = tips_act(world, &story->chan, 1, &lower, 7);
    (void)world_act(world, &story->ana, before, &act);
    EXPECT_TIPS(world, &story->chan, 1, 7);
    act = tips_act(world, &story->chan, 1, NULL, 4);
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    EXPECT_TIPS(world, &story->chan, 1, 4);
}

static void an_owner_repairs_its_log_and_repairs_made_apart_are_united(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = 0;
    struct by_act act = {.kind = BY_KIND_TIPS};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    act = tips_act(world, &story->chan, 1, NULL, 6);
    (void)world_act(world, &story->dara, WORLD_ALL, &act);
    assert_false(is_cut(world, &story->chan, 1));
    before = world->count;
    (void)world_act(world, &story->chan, before, &act);
    act = tips_act(world, &story->chan, 1, NULL, 8);
    (void)world_act(world, &story->ana, before, &act);
    EXPECT_TIPS(world, &story->chan, 1, 6, 8);
    act = tips_act(world, &story->chan, 1, NULL, 7);
    (void)world_act(world, &story->chan, WORLD_ALL, &act);
    EXPECT_TIPS(world, &story->chan, 1, 7);
}

static void a_log_opened_by_who_knew_the_removal_is_not_cut_by_it(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    (void)remove_chan(story);
    (void)world_role(world, &story->ana, WORLD_ALL, &story->chan, BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 3);
    assert_false(is_cut(world, &story->chan, 3));
    EXPECT_TIPS(world, &story->chan, 1, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_removed_members_logs_count_up_to_the_tips_named_and_others_not_at_all),
        STORY(a_tip_that_does_not_verify_is_as_if_it_were_not_named),
        STORY(later_tips_of_a_coordinator_speak_for_the_removal),
        STORY(of_several_lists_the_lowest_applies),
        STORY(an_owner_repairs_its_log_and_repairs_made_apart_are_united),
        STORY(a_log_opened_by_who_knew_the_removal_is_not_cut_by_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
