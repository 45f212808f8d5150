/* Removal, demotion and revocation: who may lower whom, and what of theirs stands. */
#include "story.h"

/* Three coordinators in all. */
static void make_coordinator(struct story *story, struct person *person, const char *name)
{
    struct by_id up = {{0}};

    (void)bring_in(&story->world, &story->ana, person, name, BY_ROLE_MEMBER);
    up = world_role(&story->world, &story->ana, WORLD_ALL, person, BY_ROLE_COORDINATOR);
    (void)world_approve(&story->world, &story->bo, WORLD_ALL, &up);
    assert_int_equal(role_of(&story->world, person), BY_ROLE_COORDINATOR);
}

static void a_coordinator_removes_a_member_alone(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id lower = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    lower = world_lower(world, &story->bo, WORLD_ALL, &story->chan, NULL);
    assert_true(counts(world, &lower));
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
}

static void a_member_removes_nobody_but_itself(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id other = {{0}};
    struct by_id own = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    other = world_lower(world, &story->chan, WORLD_ALL, &story->dara, NULL);
    own = world_lower(world, &story->chan, WORLD_ALL, &story->chan, NULL);
    assert_false(counts(world, &other));
    assert_true(counts(world, &own));
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_MEMBER);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
}

static void what_came_after_the_cut_off_falls_and_what_came_before_stands(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id kept = {{0}};
    size_t before = 0;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    kept = world_open(world, &story->chan, WORLD_ALL, 1);
    before = world->count;
    (void)world_open(world, &story->chan, WORLD_ALL, 2);
    (void)world_lower(world, &story->ana, before, &story->chan, &kept);
    assert_true(counts(world, &kept));
    assert_true(has_log(world, &story->chan, 1));
    assert_false(has_log(world, &story->chan, 2));
}

static void a_fresh_log_after_removal_does_not_count_however_it_is_dated(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id admit = bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    size_t before = world->count;
    struct by_id backdated = {{0}};
    struct by_id open = {{0}};

    (void)admit;
    (void)world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    /* It pretends not to know, in its act log and in a new one. */
    backdated = world_open(world, &story->chan, before, 3);
    story->chan.nonce[0] = 7;
    story->chan.seq = 0;
    memset(&story->chan.prev, 0, sizeof story->chan.prev);
    open = world_open(world, &story->chan, before, 4);
    assert_false(counts(world, &backdated));
    assert_false(counts(world, &open));
    /* Yet they are passed on, so that all see the same. */
    assert_true(shares(world, &backdated));
    /* Who knows it is removed has no right either. */
    open = world_open(world, &story->chan, WORLD_ALL, 5);
    assert_false(counts(world, &open));
}

static void a_removed_member_can_be_taken_back_and_begins_anew(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    (void)world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    (void)world_role(world, &story->bo, WORLD_ALL, &story->chan, BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 2);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
    assert_true(has_log(world, &story->chan, 2));
}

static void a_demotion_leaves_the_role_it_names(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_OPEN};
    struct by_id open = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    act = world_lower_act(world, &story->chan, BY_ROLE_READER, &story->chan.prev, 1);
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_READER);
    open = world_open(world, &story->chan, WORLD_ALL, 1);
    assert_false(counts(world, &open));
}

static void a_raise_made_apart_from_a_removal_is_capped_by_it(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = 0;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_READER);
    before = world->count;
    (void)world_role(world, &story->bo, before, &story->chan, BY_ROLE_MEMBER);
    (void)world_lower(world, &story->ana, before, &story->chan, &story->chan.prev);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
}

static void a_coordinator_is_removed_by_a_majority_only(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id lower = {{0}};

    make_coordinator(story, &story->chan, "c");
    lower = world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
    /* Whom it is about has no vote. */
    (void)world_approve(world, &story->chan, WORLD_ALL, &lower);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
    (void)world_approve(world, &story->bo, WORLD_ALL, &lower);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
}

static void a_second_removal_needs_only_the_majority_that_the_first_left(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id first = {{0}};
    struct by_id second = {{0}};

    make_coordinator(story, &story->chan, "c");
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    first = world_role(world, &story->ana, WORLD_ALL, &story->dara, BY_ROLE_COORDINATOR);
    (void)world_approve(world, &story->bo, WORLD_ALL, &first);
    (void)world_approve(world, &story->chan, WORLD_ALL, &first);
    first = world_lower(world, &story->ana, WORLD_ALL, &story->dara, &story->dara.prev);
    (void)world_approve(world, &story->bo, WORLD_ALL, &first);
    (void)world_approve(world, &story->chan, WORLD_ALL, &first);
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_NONE);
    second = world_lower(world, &story->ana, WORLD_ALL, &story->chan, &story->chan.prev);
    (void)world_approve(world, &story->bo, WORLD_ALL, &second);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_NONE);
}

static void of_two_coordinators_who_remove_each_other_the_senior_stays(void **state)
{
    for (int junior_first = 0; junior_first < 2; junior_first++) {
        struct story *story = *state;
        struct world *world = &story->world;
        size_t before = world->count;
        struct by_id genesis = world->acts[0].id;

        if (junior_first)
            (void)world_lower(world, &story->bo, before, &story->ana, &genesis);
        (void)world_lower(world, &story->ana, before, &story->bo, NULL);
        if (!junior_first)
            (void)world_lower(world, &story->bo, before, &story->ana, &genesis);
        assert_int_equal(role_of(world, &story->ana), BY_ROLE_COORDINATOR);
        assert_int_equal(role_of(world, &story->bo), BY_ROLE_NONE);
        assert_int_equal(finish(state), 0);
        assert_int_equal(begin(state), 0);
    }
}

static void whoever_leaves_a_coordinator_is_left(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    (void)world_lower(world, &story->bo, WORLD_ALL, &story->bo, &story->bo.prev);
    assert_int_equal(role_of(world, &story->bo), BY_ROLE_NONE);
    (void)world_lower(world, &story->ana, WORLD_ALL, &story->ana, &story->ana.prev);
    assert_int_equal((role_of(world, &story->ana) == BY_ROLE_COORDINATOR) +
                         (role_of(world, &story->bo) == BY_ROLE_COORDINATOR),
                     1);
}

static void coordinators_who_leave_at_once_leave_one(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = world->count;

    (void)world_lower(world, &story->bo, before, &story->bo, NULL);
    (void)world_lower(world, &story->ana, before, &story->ana, NULL);
    assert_int_equal((role_of(world, &story->ana) == BY_ROLE_COORDINATOR) +
                         (role_of(world, &story->bo) == BY_ROLE_COORDINATOR),
                     1);
}

/* All three leave at once; Ana's last act, with more votes than any leaving, stands if she stays.
 */
static void what_would_stand_with_all_others_is_decided_first(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    struct by_id up = world_role(world, &story->ana, WORLD_ALL, &story->chan, BY_ROLE_COORDINATOR);
    (void)world_approve(world, &story->bo, WORLD_ALL, &up);
    size_t before = world->count;
    struct by_id last = story->ana.prev;
    struct by_id lower = world_lower(world, &story->ana, before, &story->dara, &story->dara.prev);
    (void)world_approve(world, &story->bo, WORLD_ALL, &lower);
    assert_true(counts(world, &lower));
    (void)world_lower(world, &story->ana, before, &story->ana, &last);
    (void)world_lower(world, &story->bo, before, &story->bo, &story->bo.prev);
    (void)world_lower(world, &story->chan, before, &story->chan, &story->chan.prev);
    assert_int_equal(role_of(world, &story->ana), BY_ROLE_NONE);
    assert_int_equal(role_of(world, &story->bo), BY_ROLE_NONE);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_MEMBER);
    assert_false(counts(world, &lower));
}

static void a_rogue_coordinator_with_puppets_is_undone_by_a_majority(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person puppets[4];
    struct by_id lower = {{0}};
    size_t before = 0;
    static const char *const names[] = {"p", "q", "r", "s"};

    make_coordinator(story, &story->chan, "c");
    before = world->count;
    /* Chan brings in four puppets, and with them votes for a fifth coordinator of his own. */
    for (size_t i = 0; i < 4; i++) {
        puppets[i] = world_person(names[i], names[i]);
        (void)bring_in(world, &story->chan, &puppets[i], names[i], BY_ROLE_MEMBER);
        lower = world_role(world, &story->chan, WORLD_ALL, &puppets[i], BY_ROLE_COORDINATOR);
        for (size_t k = 0; k <= i; k++)
            (void)world_approve(world, &puppets[k], WORLD_ALL, &lower);
        assert_int_equal(role_of(world, &puppets[i]), BY_ROLE_MEMBER);
    }
    /* Ana and Bo, who have not heard of the puppets, remove him with what he did since. */
    lower = world_lower(world, &story->ana, before, &story->chan, &story->chan.prev);
    lower = world_lower(world, &story->ana, before, &story->chan, NULL);
    (void)world_approve(world, &story->bo, WORLD_ALL, &lower);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(role_of(world, &puppets[i]), BY_ROLE_NONE);
    /* Backdated removals by him and them change nothing. */
    (void)world_lower(world, &story->chan, before, &story->ana, NULL);
    (void)world_lower(world, &puppets[0], WORLD_ALL, &story->ana, NULL);
    assert_int_equal(role_of(world, &story->ana), BY_ROLE_COORDINATOR);
}

static void a_device_is_revoked_by_the_root_key_and_its_siblings_go_on(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person second = world_person("C", "C2");
    struct person wrong = world_person("D", "C1");
    struct by_id open = {{0}};
    struct by_id bad = {{0}};
    struct by_charter *charter = NULL;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_device(world, &second, WORLD_ALL);
    /* Without the root key, or with another one, a member's device revokes no device. */
    bad = world_revoke(world, &second, WORLD_ALL, &story->chan, false);
    assert_false(counts(world, &bad));
    bad = world_revoke(world, &second, WORLD_ALL, &wrong, true);
    assert_false(counts(world, &bad));
    (void)world_revoke(world, &second, WORLD_ALL, &story->chan, true);
    open = world_open(world, &story->chan, WORLD_ALL, 1);
    assert_false(counts(world, &open));
    open = world_open(world, &second, WORLD_ALL, 2);
    assert_true(counts(world, &open));
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
    charter = world_charter(world);
    assert_true(by_charter_device_find(charter, &story->chan.device.public_key)->is_revoked);
    assert_false(by_charter_device_find(charter, &second.device.public_key)->is_revoked);
    by_charter_free(charter);
}

static void another_coordinators_device_is_revoked_by_a_majority_only(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id revoke = {{0}};
    struct by_id invite = {{0}};

    make_coordinator(story, &story->chan, "c");
    revoke = world_revoke(world, &story->ana, WORLD_ALL, &story->chan, false);
    invite = world_invite(world, &story->chan, WORLD_ALL, "e", BY_ROLE_MEMBER);
    assert_true(counts(world, &invite));
    (void)world_approve(world, &story->bo, WORLD_ALL, &revoke);
    assert_true(counts(world, &invite) == false);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
}

static void a_stolen_device_that_forks_below_its_cut_off_gains_nothing(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person second = world_person("C", "C2");
    struct person thief;
    struct by_act act = {.kind = BY_KIND_LOWER};
    struct by_id kept = {{0}};
    struct by_id forked = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_device(world, &second, WORLD_ALL);
    thief = story->chan;
    kept = world_open(world, &story->chan, WORLD_ALL, 1);
    act = world_lower_act(world, &story->chan, BY_ROLE_NONE, &kept, 1);
    act.lower.is_device = true;
    act.lower.device = story->chan.device.public_key;
    by_revocation_sign(&act, &story->chan.root, &world->network);
    (void)world_act(world, &second, WORLD_ALL, &act);
    /* At the same seq as the act that stands, knowing nothing of the revocation. */
    forked = world_open(world, &thief, 5, 2);
    assert_false(counts(world, &forked));
    assert_true(counts(world, &kept));
    assert_true(has_log(world, &story->chan, 1));
    assert_false(has_log(world, &story->chan, 2));
}

static void an_allow_gives_room_for_more_logs(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_ALLOW};
    struct by_id open = {{0}};

    for (uint32_t i = 0; i < BY_OPENS_PER_DEVICE_MAX; i++)
        (void)world_open(world, &story->bo, WORLD_ALL, i);
    open = world_open(world, &story->bo, WORLD_ALL, 100);
    assert_false(counts(world, &open));
    act.allow.device = story->bo.device.public_key;
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    for (uint32_t i = 0; i <= BY_OPENS_PER_DEVICE_MAX; i++) {
        open = world_open(world, &story->bo, WORLD_ALL, 200 + i);
        assert_int_equal(counts(world, &open), i < BY_OPENS_PER_DEVICE_MAX);
    }
}

/* An open that follows the author's last act and names no other: that one knows them all. */
static struct by_id open_next(struct world *world, struct person *person, uint32_t n)
{
    struct by_act act = {.kind = BY_KIND_OPEN};
    struct by_log_id log = world_record_log(person, n);

    memcpy(act.opening.nonce, log.nonce, sizeof log.nonce);
    struct by_id id = world_log(world, person, person->seq, &person->prev, &act, NULL, 0);
    person->seq++;
    person->prev = id;
    return id;
}

/* So many opens that count are added, and one more that does not. */
static void
fill_with_opens(struct world *world, struct person *person, uint32_t *next, uint32_t room)
{
    struct by_id open = world_open(world, person, WORLD_ALL, (*next)++);

    for (uint32_t i = 1; i < room; i++)
        open = open_next(world, person, (*next)++);
    if (room > 0) {
        assert_true(counts(world, &open));
        open = open_next(world, person, (*next)++);
    }
    assert_false(counts(world, &open));
}

/* Or a coordinator who goes on allowing makes every later open cost more. */
static void allows_past_the_limit_give_no_room(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_ALLOW};
    uint32_t next = 0;

    act.allow.device = story->bo.device.public_key;
    for (uint32_t i = 1; i < BY_ALLOWS_MAX; i++)
        (void)world_act(world, &story->ana, WORLD_ALL, &act);
    fill_with_opens(world, &story->bo, &next, BY_ALLOWS_MAX * BY_OPENS_PER_DEVICE_MAX);
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    fill_with_opens(world, &story->bo, &next, BY_OPENS_PER_DEVICE_MAX);
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    fill_with_opens(world, &story->bo, &next, 0);
}

static void a_level_that_this_program_does_not_speak_asks_for_an_upgrade(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_LEVEL, .level.level = BY_ACT_LEVEL + 1};
    struct by_id level = world_act(world, &story->ana, WORLD_ALL, &act);
    struct by_charter *charter = world_charter(world);

    size_t motions;
    (void)by_charter_motions(charter, &motions);
    assert_int_equal(by_charter_level(charter), BY_ACT_LEVEL);
    assert_int_equal(motions, 1);
    by_charter_free(charter);
    /* One that asks for no more than there is waits for no votes. */
    act.level.level = BY_ACT_LEVEL;
    (void)world_act(world, &story->ana, WORLD_ALL, &act);
    charter = world_charter(world);
    (void)by_charter_motions(charter, &motions);
    assert_int_equal(motions, 1);
    by_charter_free(charter);
    (void)world_approve(world, &story->bo, WORLD_ALL, &level);
    assert_int_equal(by_charter_build(&world->network, world->acts, world->count, &charter),
                     BANYAN_ERR_UPGRADE);
}

static void entries_are_erased_by_their_organisation_or_a_coordinator(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_ERASE};
    struct by_id ids[3];

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    act.erase.log = world_record_log(&story->chan, 1);
    ids[0] = world_act(world, &story->chan, WORLD_ALL, &act);
    ids[1] = world_act(world, &story->dara, WORLD_ALL, &act);
    ids[2] = world_act(world, &story->bo, WORLD_ALL, &act);
    assert_true(counts(world, &ids[0]));
    assert_false(counts(world, &ids[1]));
    assert_true(counts(world, &ids[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_coordinator_removes_a_member_alone),
        STORY(a_member_removes_nobody_but_itself),
        STORY(what_came_after_the_cut_off_falls_and_what_came_before_stands),
        STORY(a_fresh_log_after_removal_does_not_count_however_it_is_dated),
        STORY(a_removed_member_can_be_taken_back_and_begins_anew),
        STORY(a_demotion_leaves_the_role_it_names),
        STORY(a_raise_made_apart_from_a_removal_is_capped_by_it),
        STORY(a_coordinator_is_removed_by_a_majority_only),
        STORY(a_second_removal_needs_only_the_majority_that_the_first_left),
        STORY(of_two_coordinators_who_remove_each_other_the_senior_stays),
        STORY(whoever_leaves_a_coordinator_is_left),
        STORY(coordinators_who_leave_at_once_leave_one),
        STORY(what_would_stand_with_all_others_is_decided_first),
        STORY(a_rogue_coordinator_with_puppets_is_undone_by_a_majority),
        STORY(a_device_is_revoked_by_the_root_key_and_its_siblings_go_on),
        STORY(another_coordinators_device_is_revoked_by_a_majority_only),
        STORY(a_stolen_device_that_forks_below_its_cut_off_gains_nothing),
        STORY(an_allow_gives_room_for_more_logs),
        STORY(allows_past_the_limit_give_no_room),
        STORY(a_level_that_this_program_does_not_speak_asks_for_an_upgrade),
        STORY(entries_are_erased_by_their_organisation_or_a_coordinator),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
