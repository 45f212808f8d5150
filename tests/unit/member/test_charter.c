#include "story.h"

static void founders_are_coordinators_with_their_devices(void **state)
{
    struct story *story = *state;
    struct by_charter *charter = world_charter(&story->world);
    const struct by_charter_org *org = by_charter_org_find(charter, &story->bo.root.public_key);
    const struct by_charter_device *device =
        by_charter_device_find(charter, &story->bo.device.public_key);
    size_t count = 0;

    assert_true(by_charter_has_genesis(charter));
    assert_non_null(by_value_get(by_charter_names(charter), "en"));
    assert_non_null(by_charter_types(charter));
    assert_non_null(by_charter_orgs(charter, &count));
    assert_int_equal(count, 2);
    assert_int_equal(org->role, BY_ROLE_COORDINATOR);
    assert_true(org->is_final);
    assert_false(org->is_suspended);
    assert_true(by_id_is_zero(&org->admitted_by));
    assert_int_equal(org->profile.name.size, strlen("Búng Bình Thiên"));
    assert_true(by_id_equal(&device->organisation, &story->bo.root.public_key));
    assert_true(by_id_equal(&device->certificate.transport, &story->bo.certificate.transport));
    by_charter_free(charter);
}

static void a_set_without_genesis_gives_nobody_a_right(void **state)
{
    struct story *story = *state;
    struct by_id invite = world_invite(&story->world, &story->ana, WORLD_ALL, "x", BY_ROLE_MEMBER);
    struct by_charter *charter = NULL;
    struct by_id heads[BY_PARENTS_MAX];
    size_t count = 1;

    assert_int_equal(by_charter_build(&story->world.network, story->world.acts + 1, 1, &charter),
                     BANYAN_OK);
    assert_false(by_charter_has_genesis(charter));
    assert_null(by_charter_names(charter));
    assert_null(by_charter_types(charter));
    assert_false(by_charter_counts(charter, &invite));
    (void)by_charter_orgs(charter, &count);
    assert_int_equal(count, 0);
    by_charter_free(charter);
    assert_int_equal(by_charter_build(&story->world.network, NULL, 0, &charter), BANYAN_OK);
    assert_int_equal(by_charter_heads(charter, heads), 0);
    by_charter_free(charter);
}

static void an_invited_member_may_open_logs_once_admitted(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "c", BY_ROLE_MEMBER);
    struct by_id join = world_join(world, &story->chan, WORLD_ALL, "c", &invite);
    struct by_id early = world_open(world, &story->chan, WORLD_ALL, 1);
    struct by_id admit = world_admit(world, &story->bo, WORLD_ALL, &join);
    struct by_id late = world_open(world, &story->chan, WORLD_ALL, 2);

    assert_true(counts(world, &invite));
    assert_true(counts(world, &join));
    assert_true(counts(world, &admit));
    assert_false(counts(world, &early));
    assert_true(counts(world, &late));
    assert_false(has_log(world, &story->chan, 1));
    assert_true(has_log(world, &story->chan, 2));
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
}

static void the_lists_tell_pending_joins_from_admitted_ones(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id c = bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "d", BY_ROLE_READER);
    struct by_id join = world_join(world, &story->dara, WORLD_ALL, "d", &invite);
    struct by_charter *charter = world_charter(world);
    const struct by_charter_join *joins = NULL;
    const struct by_charter_invite *invites = NULL;
    const struct by_charter_org *org = NULL;
    size_t count = 0;

    (void)c;
    joins = by_charter_pending_joins(charter, &count);
    assert_int_equal(count, 1);
    assert_true(by_id_equal(&joins[0].join, &join));
    assert_true(by_id_equal(&joins[0].invite, &invite));
    assert_true(by_id_equal(&joins[0].profile.id, &story->dara.root.public_key));
    assert_false(joins[0].invite_is_used);
    invites = by_charter_invites(charter, &count);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(invites[i].is_used, !by_id_equal(&invites[i].act, &invite));
    (void)by_charter_unacknowledged_joins(charter, &count);
    assert_int_equal(count, 0);
    org = by_charter_org_find(charter, &story->chan.root.public_key);
    assert_true(org->is_final);
    assert_true(by_id_equal(&org->admitted_by, &story->ana.root.public_key));
    by_charter_free(charter);

    /* Chan is a member, and may admit; a coordinator's node then acknowledges. */
    (void)world_admit(world, &story->chan, WORLD_ALL, &join);
    charter = world_charter(world);
    (void)by_charter_pending_joins(charter, &count);
    assert_int_equal(count, 0);
    joins = by_charter_unacknowledged_joins(charter, &count);
    assert_int_equal(count, 1);
    assert_true(by_id_equal(&joins[0].join, &join));
    assert_false(by_charter_org_find(charter, &story->dara.root.public_key)->is_final);
    assert_int_equal(by_charter_role(charter, &story->dara.root.public_key), BY_ROLE_READER);
    by_charter_free(charter);

    (void)world_admit(world, &story->bo, WORLD_ALL, &join);
    charter = world_charter(world);
    (void)by_charter_unacknowledged_joins(charter, &count);
    assert_int_equal(count, 0);
    assert_true(by_charter_org_find(charter, &story->dara.root.public_key)->is_final);
    by_charter_free(charter);
}

static void joining_gives_at_most_the_role_of_a_member(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_COORDINATOR);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_HUB);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_HUB);
}

static void acts_of_a_stranger_are_void_and_go_nowhere(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id acts[4] = {
        world_invite(world, &story->eve, WORLD_ALL, "e", BY_ROLE_MEMBER),
        world_open(world, &story->eve, WORLD_ALL, 1),
        world_role(world, &story->eve, WORLD_ALL, &story->eve, BY_ROLE_MEMBER),
        world_device(world, &story->eve, WORLD_ALL),
    };
    struct by_charter *charter = NULL;
    struct by_id heads[BY_PARENTS_MAX];

    for (size_t i = 0; i < 4; i++) {
        assert_false(counts(world, &acts[i]));
        assert_false(shares(world, &acts[i]));
    }
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_NONE);
    charter = world_charter(world);
    assert_null(by_charter_device_find(charter, &story->eve.device.public_key));
    assert_int_equal(by_charter_heads(charter, heads), 1);
    assert_true(by_id_equal(&heads[0], &world->network));
    by_charter_free(charter);
}

static void nobody_admits_oneself(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "e", BY_ROLE_MEMBER);
    struct by_id join = world_join(world, &story->eve, WORLD_ALL, "e", &invite);
    struct by_id admit = world_admit(world, &story->eve, WORLD_ALL, &join);

    assert_true(counts(world, &join));
    assert_false(counts(world, &admit));
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_NONE);
}

static void a_reader_admits_nobody_and_opens_no_log(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = {{0}};
    struct by_id join = {{0}};
    struct by_id admit = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_READER);
    invite = world_invite(world, &story->ana, WORLD_ALL, "d", BY_ROLE_MEMBER);
    join = world_join(world, &story->dara, WORLD_ALL, "d", &invite);
    admit = world_admit(world, &story->chan, WORLD_ALL, &join);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    assert_false(counts(world, &admit));
    assert_false(has_log(world, &story->chan, 1));
}

static void a_join_with_the_proof_of_another_invite_is_void(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "c", BY_ROLE_MEMBER);
    struct by_id other = world_invite(world, &story->ana, WORLD_ALL, "d", BY_ROLE_MEMBER);
    struct by_id join = world_join(world, &story->chan, WORLD_ALL, "d", &invite);
    struct by_id admit = world_admit(world, &story->bo, WORLD_ALL, &join);

    (void)other;
    assert_false(counts(world, &join));
    assert_false(counts(world, &admit));
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_NONE);
}

static void a_join_that_does_not_know_its_invite_is_void(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = world->count;
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "c", BY_ROLE_MEMBER);
    struct by_id join = world_join(world, &story->chan, before, "c", &invite);
    struct by_id admit = world_admit(world, &story->ana, WORLD_ALL, &join);

    assert_false(counts(world, &join));
    assert_false(counts(world, &admit));
}

static void a_join_by_an_invite_of_a_member_is_void(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = {{0}};
    struct by_id join = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    invite = world_invite(world, &story->chan, WORLD_ALL, "d", BY_ROLE_MEMBER);
    join = world_join(world, &story->dara, WORLD_ALL, "d", &invite);
    assert_false(counts(world, &invite));
    assert_false(counts(world, &join));
}

static void a_certificate_must_be_of_the_organisation_the_network_and_the_author(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "c", BY_ROLE_MEMBER);
    struct by_signing_key key = world_invite_key("c");
    const struct by_id no_network = {{0}};

    for (int wrong = 0; wrong < 4; wrong++) {
        struct by_act act = world_join_act(world, &story->chan, "c", &invite);
        struct by_id join = {{0}};

        if (wrong == 1) /* signed by another root */
            by_certificate_sign(&act.join.certificate, &story->eve.root, &world->network);
        if (wrong == 2) /* for another network */
            by_certificate_sign(&act.join.certificate, &story->chan.root, &no_network);
        if (wrong == 3) { /* of another device */
            act.join.certificate.device = story->eve.device.public_key;
            by_certificate_sign(&act.join.certificate, &story->chan.root, &world->network);
        }
        by_join_prove(&act, &key, &world->network);
        join = world_act(world, &story->chan, WORLD_ALL, &act);
        assert_int_equal(counts(world, &join), wrong == 0);
    }
}

static void the_clock_takes_no_part_so_an_expired_invite_still_counts(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_act act = {.kind = BY_KIND_INVITE};
    struct by_id invite = {{0}};
    struct by_id join = {{0}};
    struct by_charter *charter = NULL;
    const struct by_charter_join *pending = NULL;
    size_t count = 0;

    act.invite.key = world_invite_key("c").public_key;
    act.invite.role = BY_ROLE_MEMBER;
    act.invite.expires_ms = 1;
    invite = world_act(world, &story->ana, WORLD_ALL, &act);
    join = world_join(world, &story->chan, WORLD_ALL, "c", &invite);
    charter = world_charter(world);
    pending = by_charter_pending_joins(charter, &count);
    assert_int_equal(count, 1);
    assert_int_equal(pending[0].expires_ms, 1);
    by_charter_free(charter);
    (void)world_admit(world, &story->bo, WORLD_ALL, &join);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
}

static void a_member_does_not_admit_by_an_invite_it_knows_to_be_used(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = {{0}};
    struct by_id first = {{0}};
    struct by_id second = {{0}};
    struct by_id by_member = {{0}};
    struct by_id by_coordinator = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    invite = world_invite(world, &story->ana, WORLD_ALL, "d", BY_ROLE_MEMBER);
    first = world_join(world, &story->dara, WORLD_ALL, "d", &invite);
    second = world_join(world, &story->eve, WORLD_ALL, "d", &invite);
    (void)world_admit(world, &story->ana, WORLD_ALL, &first);
    by_member = world_admit(world, &story->chan, WORLD_ALL, &second);
    assert_false(counts(world, &by_member));
    assert_true(shares(world, &by_member));
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_NONE);
    by_coordinator = world_admit(world, &story->bo, WORLD_ALL, &second);
    assert_true(counts(world, &by_coordinator));
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_MEMBER);
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_MEMBER);
}

/* Chan and Dara are members; Eve and Fay join by one invite and are admitted apart. */
struct double_use {
    struct person fay;
    struct by_id eve_join;
    struct by_id fay_join;
    struct by_id eve_open;
};

static struct double_use use_twice(struct story *story)
{
    struct world *world = &story->world;
    struct double_use twice = {.fay = world_person("F", "F1")};
    struct by_id invite = {{0}};
    size_t before = 0;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    invite = world_invite(world, &story->ana, WORLD_ALL, "e", BY_ROLE_MEMBER);
    twice.eve_join = world_join(world, &story->eve, WORLD_ALL, "e", &invite);
    twice.fay_join = world_join(world, &twice.fay, WORLD_ALL, "e", &invite);
    before = world->count;
    (void)world_admit(world, &story->chan, before, &twice.eve_join);
    (void)world_admit(world, &story->dara, before, &twice.fay_join);
    twice.eve_open = world_open(world, &story->eve, before + 1, 1);
    return twice;
}

static void two_joins_of_one_invite_are_both_suspended(void **state)
{
    struct story *story = *state;
    struct double_use twice = use_twice(story);
    struct world *world = &story->world;
    struct by_charter *charter = NULL;
    const struct by_charter_join *joins = NULL;
    size_t count = 0;

    assert_true(is_suspended(world, &story->eve));
    assert_true(is_suspended(world, &twice.fay));
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_NONE);
    assert_false(counts(world, &twice.eve_open));
    assert_true(shares(world, &twice.eve_open));
    charter = world_charter(world);
    joins = by_charter_suspended_joins(charter, &count);
    assert_int_equal(count, 2);
    assert_true(joins[0].invite_is_used && joins[1].invite_is_used);
    /* No node may settle this by itself. */
    (void)by_charter_unacknowledged_joins(charter, &count);
    assert_int_equal(count, 0);
    assert_null(by_charter_device_find(charter, &story->eve.device.public_key));
    by_charter_free(charter);
}

static void the_join_that_a_coordinator_admits_stays(void **state)
{
    struct story *story = *state;
    struct double_use twice = use_twice(story);
    struct world *world = &story->world;

    (void)world_admit(world, &story->bo, WORLD_ALL, &twice.eve_join);
    assert_false(is_suspended(world, &story->eve));
    assert_true(is_suspended(world, &twice.fay));
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_MEMBER);
    assert_true(counts(world, &twice.eve_open));
    (void)world_admit(world, &story->ana, WORLD_ALL, &twice.fay_join);
    assert_false(is_suspended(world, &twice.fay));
    assert_int_equal(role_of(world, &twice.fay), BY_ROLE_MEMBER);
}

static void a_role_act_of_a_coordinator_ends_a_suspension_too(void **state)
{
    struct story *story = *state;
    struct double_use twice = use_twice(story);

    (void)world_role(&story->world, &story->ana, WORLD_ALL, &twice.fay, BY_ROLE_HUB);
    assert_true(is_suspended(&story->world, &story->eve));
    assert_false(is_suspended(&story->world, &twice.fay));
    assert_int_equal(role_of(&story->world, &twice.fay), BY_ROLE_MEMBER);
}

static void a_coordinator_raises_a_reader_and_a_member_does_not(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id by_member = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_READER);
    by_member = world_role(world, &story->chan, WORLD_ALL, &story->dara, BY_ROLE_MEMBER);
    assert_false(counts(world, &by_member));
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_READER);
    (void)world_role(world, &story->bo, WORLD_ALL, &story->dara, BY_ROLE_MEMBER);
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_MEMBER);
    /* Raising is all that a role act does. */
    (void)world_role(world, &story->bo, WORLD_ALL, &story->dara, BY_ROLE_READER);
    assert_int_equal(role_of(world, &story->dara), BY_ROLE_MEMBER);
}

static void a_new_coordinator_needs_a_quorum(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id raise = {{0}};
    struct by_id early = {{0}};
    struct by_id late = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    raise = world_role(world, &story->ana, WORLD_ALL, &story->chan, BY_ROLE_COORDINATOR);
    assert_true(counts(world, &raise));
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
    /* Neither the author again nor the one to be raised makes the second vote. */
    (void)world_approve(world, &story->ana, WORLD_ALL, &raise);
    (void)world_approve(world, &story->chan, WORLD_ALL, &raise);
    early = world_invite(world, &story->chan, WORLD_ALL, "x", BY_ROLE_MEMBER);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_MEMBER);
    (void)world_approve(world, &story->bo, WORLD_ALL, &raise);
    late = world_invite(world, &story->chan, WORLD_ALL, "y", BY_ROLE_MEMBER);
    assert_int_equal(role_of(world, &story->chan), BY_ROLE_COORDINATOR);
    assert_false(counts(world, &early));
    assert_true(counts(world, &late));
}

static void a_quorum_given_by_genesis_is_never_less_than_a_majority(void **state)
{
    static const struct {
        uint32_t given;
        size_t votes_needed;
    } rows[] = {{0, 2}, {1, 2}, {2, 2}, {3, 3}, {BY_FOUNDERS_MAX, 3}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world = {.count = 0};
        struct person people[3] = {world_person("A", "A1"), world_person("B", "B1"),
                                   world_person("C", "C1")};
        struct person *founders[3] = {&people[0], &people[1], &people[2]};
        struct person dara = world_person("D", "D1");
        struct by_id raise = {{0}};

        world_found(&world, founders, 3, rows[i].given);
        (void)bring_in(&world, &people[0], &dara, "d", BY_ROLE_MEMBER);
        raise = world_role(&world, &people[0], WORLD_ALL, &dara, BY_ROLE_COORDINATOR);
        for (size_t votes = 1; votes <= 3; votes++) {
            enum by_role role = role_of(&world, &dara);

            if ((role == BY_ROLE_COORDINATOR) != (votes >= rows[i].votes_needed))
                fail_msg("quorum %u: %zu votes make role %d", rows[i].given, votes, role);
            if (votes < 3)
                (void)world_approve(&world, founders[votes], WORLD_ALL, &raise);
        }
        world_deinit(&world);
    }
}

static void a_device_introduces_itself_by_certificate_if_its_organisation_has_a_role(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person second = world_person("C", "C2");
    struct person third = world_person("C", "C3");
    struct by_id early = world_device(world, &third, WORLD_ALL);
    struct by_id late = {{0}};
    struct by_charter *charter = NULL;
    size_t count = 0;

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    late = world_device(world, &second, WORLD_ALL);
    (void)world_open(world, &second, WORLD_ALL, 1);
    (void)world_open(world, &third, WORLD_ALL, 1);
    assert_false(counts(world, &early));
    assert_true(counts(world, &late));
    assert_true(has_log(world, &second, 1));
    assert_false(has_log(world, &third, 1));
    charter = world_charter(world);
    (void)by_charter_devices(charter, &count);
    assert_int_equal(count, 4);
    by_charter_free(charter);
}

static void a_device_does_not_serve_two_organisations(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person twofold = world_person("D", "C1");
    struct by_id device = {{0}};
    struct by_id invite = {{0}};
    struct by_id join = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)bring_in(world, &story->ana, &story->dara, "d", BY_ROLE_MEMBER);
    twofold.nonce[0] = 1;
    device = world_device(world, &twofold, WORLD_ALL);
    assert_false(counts(world, &device));
    twofold.root = world_key("X", 1);
    invite = world_invite(world, &story->ana, WORLD_ALL, "x", BY_ROLE_MEMBER);
    join = world_join(world, &twofold, WORLD_ALL, "x", &invite);
    assert_false(counts(world, &join));
}

static void a_transport_key_is_taken_once_claimed_but_claims_made_apart_stand(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = world->count;
    struct person second = world_person("A", "A2");
    struct person third = world_person("B", "B2");
    struct person fourth = world_person("B", "B3");
    struct by_id acts[3];

    third.certificate.transport = second.certificate.transport;
    fourth.certificate.transport = second.certificate.transport;
    acts[0] = world_device(world, &second, before);
    acts[1] = world_device(world, &third, before);
    acts[2] = world_device(world, &fourth, WORLD_ALL);
    assert_true(counts(world, &acts[0]));
    assert_true(counts(world, &acts[1]));
    assert_false(counts(world, &acts[2]));
}

static void a_device_opens_sixteen_logs_and_not_a_seventeenth(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    size_t before = 0;
    struct by_id last = {{0}};
    struct by_id apart = {{0}};

    for (uint32_t i = 1; i < BY_OPENS_PER_DEVICE_MAX; i++)
        (void)world_open(world, &story->bo, WORLD_ALL, i);
    before = world->count;
    last = world_open(world, &story->bo, WORLD_ALL, BY_OPENS_PER_DEVICE_MAX);
    assert_true(counts(world, &last));
    last = world_open(world, &story->bo, WORLD_ALL, BY_OPENS_PER_DEVICE_MAX + 1);
    assert_false(counts(world, &last));
    /* It is passed on: it would count if one of the others fell. */
    assert_true(shares(world, &last));
    /* Only the own past is looked at: a copy of the device that knows fifteen opens one more. */
    apart = world_log(world, &story->bo, before, &world->acts[before - 1].id,
                      &(struct by_act){.kind = BY_KIND_OPEN, .opening = {{7}}}, NULL, 0);
    assert_true(counts(world, &apart));
}

static void an_organisation_opens_sixty_four_logs_and_no_more(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    uint32_t opened = 0;

    for (int d = 0; d < 5; d++) {
        struct person device = world_person("A", (const char *[]){"a", "b", "c", "d", "e"}[d]);

        (void)world_device(world, &device, WORLD_ALL);
        for (uint32_t i = 0; i < BY_OPENS_PER_DEVICE_MAX && opened <= BY_OPENS_PER_ORG_MAX; i++) {
            struct by_id id = world_open(world, &device, WORLD_ALL, i);

            opened++;
            if (opened >= BY_OPENS_PER_ORG_MAX)
                assert_int_equal(counts(world, &id), opened == BY_OPENS_PER_ORG_MAX);
        }
    }
    assert_int_equal(opened, BY_OPENS_PER_ORG_MAX + 1);
}

static void an_open_may_not_name_the_log_it_stands_in(void **state)
{
    struct story *story = *state;
    struct by_act act = {.kind = BY_KIND_OPEN};
    struct by_id id = {{0}};

    memcpy(act.opening.nonce, story->ana.nonce, sizeof act.opening.nonce);
    id = world_act(&story->world, &story->ana, WORLD_ALL, &act);
    assert_false(counts(&story->world, &id));
}

static void a_log_that_shared_acts_stand_in_holds_no_records(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_log_id log = world_record_log(&story->ana, 1);
    struct person twice = story->ana;
    struct by_charter *charter = NULL;

    (void)world_open(world, &story->ana, WORLD_ALL, 1);
    charter = world_charter(world);
    assert_non_null(by_charter_log_find(charter, &log));
    by_charter_free(charter);
    memcpy(twice.nonce, log.nonce, sizeof twice.nonce);
    twice.seq = 0;
    memset(&twice.prev, 0, sizeof twice.prev);
    (void)world_open(world, &twice, WORLD_ALL, 2);
    charter = world_charter(world);
    assert_null(by_charter_log_find(charter, &log));
    log = world_record_log(&story->ana, 2);
    assert_non_null(by_charter_log_find(charter, &log));
    by_charter_free(charter);
}

static void a_log_keeps_the_role_of_its_open(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_charter *charter = NULL;
    struct by_log_id first = world_record_log(&story->chan, 1);
    struct by_log_id second = world_record_log(&story->chan, 2);
    struct by_id raise = {{0}};

    (void)bring_in(world, &story->ana, &story->chan, "c", BY_ROLE_MEMBER);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    raise = world_role(world, &story->ana, WORLD_ALL, &story->chan, BY_ROLE_COORDINATOR);
    (void)world_approve(world, &story->bo, WORLD_ALL, &raise);
    (void)world_open(world, &story->chan, WORLD_ALL, 2);
    (void)world_open(world, &story->chan, WORLD_ALL, 1);
    charter = world_charter(world);
    assert_int_equal(by_charter_log_find(charter, &first)->role, BY_ROLE_MEMBER);
    assert_int_equal(by_charter_log_find(charter, &second)->role, BY_ROLE_COORDINATOR);
    by_charter_free(charter);
}

static void an_act_whose_past_is_not_held_waits(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id invite = world_invite(world, &story->ana, WORLD_ALL, "c", BY_ROLE_MEMBER);
    struct by_id open = world_open(world, &story->bo, WORLD_ALL, 1);
    struct by_charter *charter = NULL;
    const struct by_act_entry without[2] = {world->acts[0], world->acts[2]};

    assert_true(counts(world, &invite));
    assert_true(counts(world, &open));
    assert_int_equal(by_charter_build(&world->network, without, 2, &charter), BANYAN_OK);
    assert_false(by_charter_counts(charter, &open));
    assert_false(by_charter_shares(charter, &open));
    by_charter_free(charter);
}

static void acts_of_unknown_kinds_and_broken_bodies_are_void(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    static const uint8_t hostile[] = {0xdd, 0xff, 0xff, 0xff, 0xff, 0x00};
    struct by_id ids[3];

    for (size_t i = 0; i < 3; i++) {
        struct by_act_entry *entry = NULL;

        ids[i] = world_open(world, &story->ana, WORLD_ALL, (uint32_t)i);
        entry = &world->acts[world->count - 1];
        if (i == 0)
            entry->kind = 999;
        if (i == 1)
            entry->payload = by_bytes_of(hostile, sizeof hostile);
        if (i == 2)
            entry->links = by_bytes_of(hostile, sizeof hostile);
    }
    for (size_t i = 0; i < 3; i++)
        assert_false(counts(world, &ids[i]));
    assert_int_equal(role_of(world, &story->ana), BY_ROLE_COORDINATOR);
}

static void a_genesis_that_breaks_a_rule_gives_nobody_a_right(void **state)
{
    struct person ana = world_person("A", "A1");
    struct person bo = world_person("B", "B1");
    struct person *founders[2] = {&ana, &bo};

    (void)state;
    for (int wrong = 0; wrong < 5; wrong++) {
        struct world world = {.count = 0};
        struct by_act act = world_genesis_act(&world, founders, 2, 0);
        const struct by_id zero = {{0}};
        const struct by_id prev = {{1}};
        const struct person eve = world_person("E", "E1");
        struct by_id first = {{0}};

        if (wrong == 1) /* a founder did not sign */
            act.genesis.founders[1].devices[0].signature.bytes[5] ^= 1;
        if (wrong == 4)
            first = world_log(&world, &ana, 0, &zero,
                              &(struct by_act){.kind = BY_KIND_OPEN, .opening = {{1}}}, NULL, 0);
        world.network = wrong == 2   ? world_log(&world, &eve, 0, &zero, &act, NULL, 0)
                        : wrong == 3 ? world_log(&world, &ana, 1, &prev, &act, NULL, 0)
                        : wrong == 4 ? world_log(&world, &ana, 0, &zero, &act, &first, 1)
                                     : world_log(&world, &ana, 0, &zero, &act, NULL, 0);
        assert_int_equal(role_of(&world, &bo), wrong == 0 ? BY_ROLE_COORDINATOR : BY_ROLE_NONE);
        world_deinit(&world);
    }
}

static void a_second_genesis_is_void(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct person *founders[1] = {&story->eve};
    struct by_act act = world_genesis_act(world, founders, 1, 0);
    struct by_id id = world_act(world, &story->eve, 0, &act);

    assert_false(counts(world, &id));
    assert_int_equal(role_of(world, &story->eve), BY_ROLE_NONE);
}

static void too_many_acts_are_refused(void **state)
{
    struct story *story = *state;
    struct by_act_entry *acts = calloc(BY_ACTS_MAX + 1, sizeof *acts);
    struct by_charter *charter = NULL;

    assert_non_null(acts);
    for (size_t i = 0; i <= BY_ACTS_MAX; i++)
        acts[i] = story->world.acts[0];
    assert_int_equal(by_charter_build(&story->world.network, acts, BY_ACTS_MAX + 1, &charter),
                     BANYAN_ERR_TOO_LARGE);
    for (size_t count = BY_ACTS_MAX - 1; count <= BY_ACTS_MAX; count++) {
        assert_int_equal(by_charter_build(&story->world.network, acts, count, &charter), BANYAN_OK);
        /* One act given often is one act. */
        assert_int_equal(by_charter_role(charter, &story->bo.root.public_key), BY_ROLE_COORDINATOR);
        by_charter_free(charter);
    }
    free(acts);
}

static void heads_are_at_most_so_many_and_then_the_deepest(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_id heads[BY_PARENTS_MAX];
    struct by_id deepest = {{0}};
    struct by_id zero = {{0}};
    struct by_charter *charter = NULL;
    bool found = false;

    for (uint8_t i = 0; i < BY_PARENTS_MAX; i++) {
        struct by_act act = {.kind = BY_KIND_APPROVE, .approve = {.act = {{i}}}};

        (void)world_log(world, &story->bo, 0, &zero, &act, &world->network, 1);
    }
    (void)world_open(world, &story->ana, 1, 1);
    deepest = world_open(world, &story->ana, 1, 2);
    charter = world_charter(world);
    assert_int_equal(by_charter_heads(charter, heads), BY_PARENTS_MAX);
    for (size_t i = 0; i < BY_PARENTS_MAX; i++) {
        assert_true(i == 0 || by_id_compare(&heads[i - 1], &heads[i]) < 0);
        found = found || by_id_equal(&heads[i], &deepest);
    }
    assert_true(found);
    by_charter_free(charter);
}

static void signatures_checked_once_are_taken_over(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_charter *first = NULL;
    struct by_charter *second = NULL;
    struct by_id digests[2];

    (void)use_twice(story);
    first = world_charter(world);
    by_charter_digest(first, &digests[0]);
    assert_int_equal(
        by_charter_build_after(first, &world->network, world->acts, world->count, &second),
        BANYAN_OK);
    by_charter_free(first);
    by_charter_digest(second, &digests[1]);
    assert_true(by_id_equal(&digests[0], &digests[1]));
    by_charter_free(second);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void shuffle(struct by_act_entry *acts, size_t count, uint64_t *seed)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = next(seed) % i;
        struct by_act_entry other = acts[k];

        acts[k] = acts[i - 1];
        acts[i - 1] = other;
    }
}

/* Removals apart from each other, of members and among coordinators, a device that is revoked, and
 * what they do who have not heard of it. */
static void fall_out(struct story *story)
{
    struct world *world = &story->world;
    size_t before = world->count;
    struct person second = world_person("B", "B2");

    (void)world_device(world, &second, before);
    (void)world_lower(world, &story->ana, before, &story->dara, &story->dara.prev);
    (void)world_open(world, &story->dara, before, 30);
    (void)world_lower(world, &story->bo, before, &story->chan, &story->chan.prev);
    (void)world_lower(world, &story->chan, before, &story->bo, &story->bo.prev);
    (void)world_revoke(world, &story->bo, WORLD_ALL, &second, true);
    (void)world_open(world, &second, before, 1);
    (void)world_role(world, &story->ana, WORLD_ALL, &story->dara, BY_ROLE_READER);
}

/* A busy world: joins, double use, promotions, forks, removals. */
static void live(struct story *story)
{
    struct world *world = &story->world;
    struct double_use twice = use_twice(story);
    struct by_id raise =
        world_role(world, &story->bo, WORLD_ALL, &story->chan, BY_ROLE_COORDINATOR);
    struct by_id zero = {{0}};

    for (uint32_t i = 0; i < 20; i++)
        (void)world_open(world, &story->dara, world->count - i / 2, i);
    (void)world_approve(world, &story->ana, WORLD_ALL, &raise);
    (void)world_invite(world, &story->chan, WORLD_ALL, "y", BY_ROLE_MEMBER);
    for (uint8_t i = 0; i < 8; i++)
        (void)world_log(world, &story->ana, 0, &zero,
                        &(struct by_act){.kind = BY_KIND_OPEN, .opening = {{i, 1}}},
                        &world->network, 1);
    (void)world_role(world, &story->chan, WORLD_ALL, &twice.fay, BY_ROLE_MEMBER);
    fall_out(story);
}

static void every_order_of_the_same_acts_gives_the_same_digest(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;
    struct by_charter *charter = NULL;
    struct by_id want;

    live(story);
    charter = world_charter(world);
    by_charter_digest(charter, &want);
    by_charter_free(charter);
    for (uint64_t round = 0; round < 100; round++) {
        uint64_t seed = round;
        struct by_id got;

        shuffle(world->acts, world->count, &seed);
        charter = world_charter(world);
        by_charter_digest(charter, &got);
        by_charter_free(charter);
        if (!by_id_equal(&want, &got))
            fail_msg("seed %llu gives another digest", (unsigned long long)round);
    }
}

/* What is shared only grows, is closed under pasts, and holds what counts, whatever part of the
 * acts has been learnt. */
static void what_is_shared_grows_with_what_is_learnt(void **state)
{
    struct story *story = *state;
    struct world *world = &story->world;

    live(story);
    for (uint64_t round = 0; round < 20; round++) {
        uint64_t seed = round;
        bool *was_shared = calloc(world->count, sizeof *was_shared);

        assert_non_null(was_shared);
        shuffle(world->acts, world->count, &seed);
        for (size_t known = 1; known <= world->count; known++) {
            struct by_charter *charter = NULL;

            world_check(by_charter_build(&world->network, world->acts, known, &charter));
            for (size_t i = 0; i < known; i++) {
                bool is_shared = by_charter_shares(charter, &world->acts[i].id);

                if ((was_shared[i] || by_charter_counts(charter, &world->acts[i].id)) && !is_shared)
                    fail_msg("seed %llu, %zu acts: act %zu is not shared",
                             (unsigned long long)round, known, i);
                was_shared[i] = is_shared;
            }
            by_charter_free(charter);
        }
        free(was_shared);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(founders_are_coordinators_with_their_devices),
        STORY(a_set_without_genesis_gives_nobody_a_right),
        STORY(an_invited_member_may_open_logs_once_admitted),
        STORY(the_lists_tell_pending_joins_from_admitted_ones),
        STORY(joining_gives_at_most_the_role_of_a_member),
        STORY(acts_of_a_stranger_are_void_and_go_nowhere),
        STORY(nobody_admits_oneself),
        STORY(a_reader_admits_nobody_and_opens_no_log),
        STORY(a_join_with_the_proof_of_another_invite_is_void),
        STORY(a_join_that_does_not_know_its_invite_is_void),
        STORY(a_join_by_an_invite_of_a_member_is_void),
        STORY(a_certificate_must_be_of_the_organisation_the_network_and_the_author),
        STORY(the_clock_takes_no_part_so_an_expired_invite_still_counts),
        STORY(a_member_does_not_admit_by_an_invite_it_knows_to_be_used),
        STORY(two_joins_of_one_invite_are_both_suspended),
        STORY(the_join_that_a_coordinator_admits_stays),
        STORY(a_role_act_of_a_coordinator_ends_a_suspension_too),
        STORY(a_coordinator_raises_a_reader_and_a_member_does_not),
        STORY(a_new_coordinator_needs_a_quorum),
        cmocka_unit_test(a_quorum_given_by_genesis_is_never_less_than_a_majority),
        STORY(a_device_introduces_itself_by_certificate_if_its_organisation_has_a_role),
        STORY(a_device_does_not_serve_two_organisations),
        STORY(a_transport_key_is_taken_once_claimed_but_claims_made_apart_stand),
        STORY(a_device_opens_sixteen_logs_and_not_a_seventeenth),
        STORY(an_organisation_opens_sixty_four_logs_and_no_more),
        STORY(an_open_may_not_name_the_log_it_stands_in),
        STORY(a_log_that_shared_acts_stand_in_holds_no_records),
        STORY(a_log_keeps_the_role_of_its_open),
        STORY(an_act_whose_past_is_not_held_waits),
        STORY(acts_of_unknown_kinds_and_broken_bodies_are_void),
        cmocka_unit_test(a_genesis_that_breaks_a_rule_gives_nobody_a_right),
        STORY(a_second_genesis_is_void),
        STORY(too_many_acts_are_refused),
        STORY(heads_are_at_most_so_many_and_then_the_deepest),
        STORY(signatures_checked_once_are_taken_over),
        STORY(every_order_of_the_same_acts_gives_the_same_digest),
        STORY(what_is_shared_grows_with_what_is_learnt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
