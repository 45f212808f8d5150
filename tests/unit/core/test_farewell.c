/* Who is removed is told the acts up to its removal, and nothing else. */
#include "live_pair.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_away_is_told_and_of_a_block_only_its_part),
        cmocka_unit_test(who_is_connected_is_cut_off_in_the_turn_that_learns_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
