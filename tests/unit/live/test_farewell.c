/* Who is removed is told the acts up to its removal, and nothing else. */
#include "lib/live_pair.h"

#include "admin/role.h"
#include "core/append.h"

static struct by_id organisation_of(struct world *world, int at)
{
    open_office(world, at);
    struct by_id organisation = world->offices[at].node->organisation;
    close_office(world, at);
    return organisation;
}

/* In one commit, so in one block: a removal, and an act that is none of the removed one's
 * business. */
struct removing {
    struct by_id organisation;
    struct by_id removal, later;
};

static enum banyan_status remove_and_go_on(void *context, struct by_append *append)
{
    struct removing *removing = context;
    const struct by_act lower = {
        .kind = BY_KIND_LOWER,
        .lower = {.organisation = removing->organisation, .role = BY_ROLE_NONE}};
    struct by_act invite = {.kind = BY_KIND_INVITE, .invite = {.role = BY_ROLE_MEMBER}};
    struct by_signing_key key;

    by_invite_derive((const uint8_t[16]){9}, &key, invite.invite.join_key);
    invite.invite.key = key.public_key;
    enum banyan_status status = by_append_act(append, &lower, &removing->removal);
    return status == BANYAN_OK ? by_append_act(append, &invite, &removing->later) : status;
}

static void remove_by(struct world *world, struct by_node *node, struct removing *removing)
{
    expect_ok(world, by_append_run(node, remove_and_go_on, removing, &world->error));
}

/* The side that removed has closed, and the other has taken in what it said. */
static bool is_told(struct wire *wire, void *context)
{
    const int *remover = context;

    return wire->sides[*remover].is_closed && wire->sides[1 - *remover].inbox == NULL;
}

static void expect_told(struct world *world, int at, const struct removing *removing)
{
    open_office(world, at);
    const struct by_node *node = world->offices[at].node;
    assert_int_equal(by_node_role(node), BY_ROLE_NONE);
    assert_true(by_node_is_removed(node));
    assert_true(by_charter_has(node->charter, &removing->removal));
    assert_false(by_charter_has(node->charter, &removing->later));
    close_office(world, at);
}

static void who_was_away_is_told_and_of_a_block_only_its_part(void **state)
{
    struct removing removing;
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    close_office(&world, 0);
    const char *own = add_site(&world, 1, "Of office 1");
    close_office(&world, 1);
    removing = (struct removing){.organisation = organisation_of(&world, 1)};
    open_office(&world, 0);
    remove_by(&world, world.offices[0].node, &removing);
    const char *after = add_site(&world, 0, "Written afterwards");
    close_office(&world, 0);
    for (int caller = 0; caller < 2; caller++) {
        struct by_live *lives[2] = {start(&world, 0), start(&world, 1)};
        connect_lives(&world, &wire, lives[caller], lives[1 - caller]);
        turn_until(&wire, is_told, &caller, "the removed one is told, and the session closes");
        assert_int_equal(wire.sides[caller].reason, BY_REASON_NO_ROLE);
        assert_int_equal(wire.sides[1 - caller].times_in_sync, 0);
        disconnect(&wire);
        by_live_close(lives[0]);
        by_live_close(lives[1]);
        expect_told(&world, 1, &removing);
    }
    struct by_record_name name;
    open_office(&world, 0);
    assert_int_equal(by_node_find(world.offices[0].node, own, &name, &world.error),
                     BANYAN_ERR_NOT_FOUND);
    close_office(&world, 0);
    open_office(&world, 1);
    assert_int_equal(by_node_find(world.offices[1].node, after, &name, &world.error),
                     BANYAN_ERR_NOT_FOUND);
    world_end(&world);
}

/* -- a device -- */

static enum banyan_status revoke_device(void *context, struct by_append *append)
{
    const struct by_act lower = {
        .kind = BY_KIND_LOWER,
        .lower = {.is_device = true, .device = *(struct by_id *)context, .role = BY_ROLE_NONE}};

    return by_append_act(append, &lower, NULL);
}

static void whose_device_was_revoked_reads_by_whom_and_when_in_the_status(void **state)
{
    struct by_buffer json = RESULT;
    struct world world;
    struct wire wire;
    int revoker = 0;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    struct by_id device = world.offices[1].node->device.public_key;
    close_office(&world, 1);
    expect_ok(&world, by_append_run(world.offices[0].node, revoke_device, &device, &world.error));
    close_office(&world, 0);
    struct by_live *lives[2] = {start(&world, 0), start(&world, 1)};
    connect_lives(&world, &wire, lives[0], lives[1]);
    turn_until(&wire, is_told, &revoker, "the revoked device is told, and the session closes");
    disconnect(&wire);
    by_live_close(lives[0]);
    by_live_close(lives[1]);
    struct by_id revoked_by = organisation_of(&world, 0);
    char by[65];
    by_hex(by_id_bytes(&revoked_by), by);
    open_office(&world, 1);
    struct by_node *node = world.offices[1].node;
    expect_ok(&world, by_report_status(node, NULL, 0, &json, &world.error));
    struct by_value status = parse(&world, &json);
    assert_true(by_value_get(&status, "revoked")->boolean);
    assert_false(by_value_get(&status, "removed")->boolean);
    assert_true(by_bytes_equal(by_value_get(by_value_get(&status, "revoked_by"), "id")->bytes,
                               by_bytes_of_text(by)));
    assert_int_equal(by_value_get(&status, "revoked_at")->kind, BY_VALUE_TEXT);
    assert_int_equal(by_node_may_act(node, &world.error), BANYAN_ERR_DENIED);
    close_office(&world, 1);
    open_office(&world, 0);
    struct by_buffer of_revoker = RESULT;
    expect_ok(&world, by_report_status(world.offices[0].node, NULL, 0, &of_revoker, &world.error));
    status = parse(&world, &of_revoker);
    assert_false(by_value_get(&status, "revoked")->boolean);
    world_end(&world);
}

static void who_is_connected_is_cut_off_in_the_turn_that_learns_of_it(void **state)
{
    struct removing removing;
    struct world world;
    struct wire wire;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    close_office(&world, 0);
    close_office(&world, 1);
    removing = (struct removing){.organisation = organisation_of(&world, 1)};
    struct by_live *lives[2] = {start(&world, 0), start(&world, 1)};
    connect_lives(&world, &wire, lives[0], lives[1]);
    sync_up(&wire);
    /* With a handle of its own, as commands beside a node have. */
    expect_ok(&world, by_node_share(lives[0]->node, &world.offices[0].node));
    remove_by(&world, world.offices[0].node, &removing);
    const char *after = add_site(&world, 0, "Written afterwards");
    close_office(&world, 0);
    int remover = 0;
    turn_until(&wire, is_told, &remover, "the node learns of the removal, and cuts");
    assert_int_equal(wire.sides[0].reason, BY_REASON_NO_ROLE);
    disconnect(&wire);
    by_live_close(lives[0]);
    by_live_close(lives[1]);
    expect_told(&world, 1, &removing);
    struct by_record_name name;
    open_office(&world, 1);
    assert_int_equal(by_node_find(world.offices[1].node, after, &name, &world.error),
                     BANYAN_ERR_NOT_FOUND);
    world_end(&world);
}

/* -- by file -- */

static const char *make_farewell(struct world *world, int from, const char *name)
{
    const struct banyan_bundle bundle = {
        .path = bundle_path(world), .readers = &name, .reader_count = 1};
    struct by_buffer json = RESULT;

    expect_ok(world, by_bundle_make(world->offices[from].node, &bundle, &json, &world->error));
    assert_non_null(strstr((const char *)json.data, "\"farewell\":true"));
    by_buffer_deinit(&json);
    return bundle.path;
}

static void who_lives_by_file_alone_is_told_by_one_up_to_its_removal(void **state)
{
    struct removing removing;
    struct by_record_name name;
    struct by_buffer json = RESULT;
    struct world world;
    const char *path, *all;
    (void)state;

    world_begin(&world);
    static const char *const removed_and_member[] = {"Beta", "Gamma"};
    found_network(&world, 3);
    for (int i = 0; i < 3; i++)
        close_office(&world, i);
    removing = (struct removing){.organisation = organisation_of(&world, 1)};
    open_office(&world, 0);
    remove_by(&world, world.offices[0].node, &removing);
    const char *after = add_site(&world, 0, "Written afterwards");
    all = make_bundle(&world, 0);
    path = make_farewell(&world, 0, "Beta");
    const struct banyan_bundle both = {
        .path = bundle_path(&world), .readers = removed_and_member, .reader_count = 2};
    expect(&world, by_bundle_make(world.offices[0].node, &both, &json, &world.error),
           BANYAN_ERR_NOT_FOUND);
    /* The bundle for all is not for it; its own is for nobody else. */
    open_office(&world, 1);
    expect(&world, by_bundle_apply(world.offices[1].node, all, &json, &world.error),
           BANYAN_ERR_NOT_FOR_US);
    open_office(&world, 2);
    expect(&world, by_bundle_apply(world.offices[2].node, path, &json, &world.error),
           BANYAN_ERR_NOT_FOR_US);
    by_buffer_reset(&json);
    expect_ok(&world, by_bundle_apply(world.offices[1].node, path, &json, &world.error));
    assert_non_null(strstr((const char *)json.data, "\"removed\":true"));
    close_office(&world, 1);
    expect_told(&world, 1, &removing);
    open_office(&world, 1);
    assert_int_equal(by_node_find(world.offices[1].node, after, &name, &world.error),
                     BANYAN_ERR_NOT_FOUND);
    by_buffer_deinit(&json);
    world_end(&world);
}

static bool have_closed(struct wire *wire, void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++)
        if (wire->sides[i].is_closed && wire->sides[1 - i].inbox == NULL)
            return true;
    return false;
}

static void remove_office(struct world *world, int at, const char *organisation)
{
    const struct banyan_removal removal = {.organisation = organisation};
    struct by_buffer json = RESULT;

    expect_ok(world, by_remove(world->offices[at].node, &removal, &json, &world->error));
    by_buffer_deinit(&json);
}

static enum by_role role_seen(const struct world *world, int at, const struct by_id *organisation)
{
    return by_charter_role(world->offices[at].node->charter, organisation);
}

/* Each takes the other for removed, so neither is a member to the other. */
static void two_who_removed_each_other_hear_of_it_and_agree(void **state)
{
    struct by_buffer json = RESULT;
    struct world world;
    struct wire wire;
    struct by_id organisations[2], charters[2];
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    expect_ok(&world,
              by_role_set(world.offices[0].node, "Beta", "coordinator", 0, &json, &world.error));
    by_buffer_deinit(&json);
    carry(&world, 0, 1);
    remove_office(&world, 0, "Beta");
    remove_office(&world, 1, "Alpha");
    for (int at = 0; at < 2; at++)
        organisations[at] = world.offices[at].node->organisation;
    for (int at = 0; at < 2; at++) {
        assert_int_equal(role_seen(&world, at, &organisations[at]), BY_ROLE_COORDINATOR);
        assert_int_equal(role_seen(&world, at, &organisations[1 - at]), BY_ROLE_NONE);
        close_office(&world, at);
    }
    for (int caller = 0; caller < 2; caller++) {
        struct by_live *lives[2] = {start(&world, 0), start(&world, 1)};
        connect_lives(&world, &wire, lives[caller], lives[1 - caller]);
        turn_until(&wire, have_closed, NULL, "each is told, and the session closes");
        for (int i = 0; i < 2; i++)
            assert_int_equal(wire.sides[i].times_in_sync, 0);
        disconnect(&wire);
        by_live_close(lives[0]);
        by_live_close(lives[1]);
    }
    for (int at = 0; at < 2; at++) {
        open_office(&world, at);
        assert_int_equal(role_seen(&world, at, &organisations[0]), BY_ROLE_COORDINATOR);
        assert_int_equal(role_seen(&world, at, &organisations[1]), BY_ROLE_NONE);
        by_charter_digest(world.offices[at].node->charter, &charters[at]);
    }
    assert_true(by_node_is_removed(world.offices[1].node));
    assert_true(by_id_equal(&charters[0], &charters[1]));
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_away_is_told_and_of_a_block_only_its_part),
        cmocka_unit_test(whose_device_was_revoked_reads_by_whom_and_when_in_the_status),
        cmocka_unit_test(two_who_removed_each_other_hear_of_it_and_agree),
        cmocka_unit_test(who_lives_by_file_alone_is_told_by_one_up_to_its_removal),
        cmocka_unit_test(who_is_connected_is_cut_off_in_the_turn_that_learns_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
