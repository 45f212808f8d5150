/* What a device that lost its last right may still be told. */
#include "story.h"

/* By the votes of Ana, Bo and another one. */
static void
make_coordinator(struct story *story, struct person *person, const char *name, struct person *voter)
{
    struct by_id up = {{0}};

    (void)bring_in(&story->world, &story->ana, person, name, BY_ROLE_MEMBER);
    up = world_role(&story->world, &story->ana, WORLD_ALL, person, BY_ROLE_COORDINATOR);
    (void)world_approve(&story->world, &story->bo, WORLD_ALL, &up);
    if (voter != NULL)
        (void)world_approve(&story->world, voter, WORLD_ALL, &up);
    assert_int_equal(role_of(&story->world, person), BY_ROLE_COORDINATOR);
}

/* By the tips it may know, whether one is this act. */
struct loss {
    struct by_arena arena;
    struct by_charter *charter;
    struct by_log_tip *tips;
    size_t count;
};

static void lose(struct loss *loss, const struct world *world, const struct person *person)
{
    const struct by_charter_device *device = NULL;

    memset(loss, 0, sizeof *loss);
    loss->charter = world_charter(world);
    device = by_charter_device_find(loss->charter, &person->device.public_key);
    assert_non_null(device);
    world_check(by_charter_loss(loss->charter, device, &loss->arena, &loss->tips, &loss->count));
}

static void end_loss(struct loss *loss)
{
    by_charter_free(loss->charter);
    by_arena_deinit(&loss->arena);
}

static bool is_tip(const struct loss *loss, const struct by_id *act)
{
    for (size_t i = 0; i < loss->count; i++)
        if (by_id_equal(&loss->tips[i].id, act))
            return true;
    return false;
}

static size_t tips_of(const struct loss *loss, const struct person *person)
{
    size_t count = 0;

    for (size_t i = 0; i < loss->count; i++)
        count += by_id_equal(&loss->tips[i].log.device, &person->device.public_key);
    return count;
}

static void who_has_a_role_has_lost_nothing(void **state)
{
    struct story *story = *state;
    struct loss loss;

    (void)bring_in(&story->world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_lower(&story->world, &story->ana, WORLD_ALL, &story->chan, NULL);
    lose(&loss, &story->world, &story->bo);
    assert_int_equal(loss.count, 0);
    end_loss(&loss);
}

static void who_is_removed_may_know_its_removal_and_what_that_knew(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id opened = {{0}}, lower = {{0}}, later = {{0}};
    struct loss loss;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    opened = world_open(world, &story->bo, WORLD_ALL, 1);
    lower = world_lower(world, &story->ana, WORLD_ALL, &story->chan, NULL);
    later = world_open(world, &story->ana, WORLD_ALL, 2);
    (void)world_open(world, &story->bo, WORLD_ALL, 3);
    (void)bring_in(world, &story->bo, &story->dara, "d", BY_ROLE_MEMBER);
    lose(&loss, world, &story->chan);
    assert_true(is_tip(&loss, &lower));
    assert_true(is_tip(&loss, &opened));
    assert_false(is_tip(&loss, &later));
    assert_int_equal(tips_of(&loss, &story->ana), 1);
    assert_int_equal(tips_of(&loss, &story->bo), 1);
    assert_int_equal(tips_of(&loss, &story->dara), 0);
    end_loss(&loss);
}

/* What it holds then says the same to it. */
static void what_it_may_know_takes_its_role(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id lower = {{0}}, vote = {{0}}, needless = {{0}};
    struct loss loss;

    make_coordinator(story, &story->chan, "c", NULL);
    make_coordinator(story, &story->dara, "d", NULL);
    make_coordinator(story, &story->eve, "e", &story->dara);
    lower = world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    (void)world_open(world, &story->ana, WORLD_ALL, 1);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
    lose(&loss, world, &story->chan);
    assert_int_equal(loss.count, 0);
    end_loss(&loss);
    (void)world_approve(world, &story->bo, WORLD_ALL, &lower);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
    vote = world_approve(world, &story->dara, WORLD_ALL, &lower);
    needless = world_approve(world, &story->eve, WORLD_ALL, &lower);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
    lose(&loss, world, &story->chan);
    assert_true(is_tip(&loss, &vote));
    assert_false(is_tip(&loss, &needless));
    end_loss(&loss);
}

static void after_a_return_the_second_removal_is_what_is_told(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id first = {{0}}, second = {{0}};
    struct loss loss;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    first = world_lower(world, &story->bo, WORLD_ALL, &story->chan, &story->chan.prev);
    (void)world_role(world, &story->ana, WORLD_ALL, &story->chan, BY_ROLE_MEMBER);
    second = world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    lose(&loss, world, &story->chan);
    assert_true(is_tip(&loss, &first)); /* which the second knew */
    assert_true(is_tip(&loss, &second));
    end_loss(&loss);
}

static void a_second_removal_of_who_is_gone_is_not_told(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id first = {{0}}, second = {{0}};
    struct loss loss;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    first = world_lower(world, &story->bo, WORLD_ALL, &story->chan, &story->chan.prev);
    second = world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    lose(&loss, world, &story->chan);
    assert_true(is_tip(&loss, &first));
    assert_false(is_tip(&loss, &second));
    end_loss(&loss);
}

static void a_revoked_device_is_told_its_revocation(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person phone = world_person("C", "C2");
    struct by_id revoke = {{0}}, later = {{0}};
    struct loss loss;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_device(world, &phone, WORLD_ALL);
    revoke = world_revoke(world, &phone, WORLD_ALL, &story->chan, true);
    later = world_open(world, &phone, WORLD_ALL, 1);
    lose(&loss, world, &story->chan);
    assert_true(is_tip(&loss, &revoke));
    assert_false(is_tip(&loss, &later));
    end_loss(&loss);
    lose(&loss, world, &phone);
    assert_int_equal(loss.count, 0);
    end_loss(&loss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(who_has_a_role_has_lost_nothing),
        STORY(who_is_removed_may_know_its_removal_and_what_that_knew),
        STORY(what_it_may_know_takes_its_role),
        STORY(after_a_return_the_second_removal_is_what_is_told),
        STORY(a_second_removal_of_who_is_gone_is_not_told),
        STORY(a_revoked_device_is_told_its_revocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
