/* Roles given and taken away, members that are removed or leave, and what of theirs stays. */
#include "admin/role.h"
#include "core/held.h"
#include "lib/world.h"

static const char *const names[] = {"Alpha", "Beta", "Gamma", "Delta"};

static struct by_value give(struct world *world, int at, int to, const char *role)
{
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_role_set(world->offices[at].node, names[to], role, 0, &json, &world->error));
    return parse(world, &json);
}

static struct by_value remove_keeping(struct world *world, int at, int whom, const char *keep)
{
    const struct banyan_removal removal = {
        .organisation = names[whom], .keep = &keep, .keep_count = keep == NULL ? 0 : 1};
    struct by_buffer json = RESULT;

    expect_ok(world, by_remove(world->offices[at].node, &removal, &json, &world->error));
    return parse(world, &json);
}

static void expect_outcome(struct world *world, const struct by_value *answer, const char *outcome)
{
    assert_string_equal(text_of(world, answer, "outcome"), outcome);
}

static void refuse_removal(struct world *world, int at, const struct banyan_removal *removal,
                           enum banyan_status wanted)
{
    struct by_buffer json = RESULT;

    expect(world, by_remove(world->offices[at].node, removal, &json, &world->error), wanted);
    by_buffer_deinit(&json);
}

static enum by_role role_at(const struct world *world, int at, int of)
{
    return by_charter_role(world->offices[at].node->charter,
                           &world->offices[of].node->organisation);
}

static size_t record_count(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_report_status(world->offices[at].node, NULL, 0, &json, &world->error));
    struct by_value status = parse(world, &json);
    const struct by_value *sites = by_value_get(by_value_get(&status, "records"), "site");
    return sites == NULL ? 0 : (size_t)sites->integer;
}

static void
what_is_held_of_a_removed_member_stays_and_what_it_writes_later_counts_nowhere(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    add_site(&world, 2, "before");
    carry(&world, 2, 0);
    carry(&world, 0, 1);
    struct by_value answer = remove_keeping(&world, 0, 2, NULL);
    expect_outcome(&world, &answer, "removed");
    add_site(&world, 2, "after");
    assert_int_equal(record_count(&world, 2), 2);
    /* Office 1 gets the later record first, then the removal. */
    carry(&world, 2, 1);
    assert_int_equal(record_count(&world, 1), 2);
    carry(&world, 0, 1);
    assert_int_equal(record_count(&world, 1), 1);
    carry(&world, 2, 0);
    assert_int_equal(record_count(&world, 0), 1);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void what_lies_past_a_cut_is_listed_as_held(void **state)
{
    struct world world;
    uint64_t held = 0;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    add_site(&world, 2, "before");
    carry(&world, 2, 0);
    add_site(&world, 2, "after");
    carry(&world, 2, 1);
    remove_keeping(&world, 0, 2, NULL);
    carry(&world, 0, 1);
    const struct by_id *gone = &world.offices[2].node->organisation;
    expect_ok(&world, by_held_count(world.offices[0].node, gone, &held, &world.error));
    assert_int_equal(held, 0);
    expect_ok(&world, by_held_count(world.offices[1].node, gone, &held, &world.error));
    assert_int_equal(held, 1);
    world_end(&world);
}

static void a_removal_can_keep_less_than_what_is_held(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 2, "genuine");
    add_site(&world, 2, "by the thief");
    add_site(&world, 2, "by the thief too");
    carry(&world, 2, 0);
    carry(&world, 0, 1);
    struct by_buffer json = RESULT;
    expect_ok(&world, by_history(world.offices[0].node, id, "en", &json, &world.error));
    struct by_value history = parse(&world, &json);
    const char *entry = text_of(&world, &history.array.items[0], "entry");
    struct by_value answer = remove_keeping(&world, 0, 2, entry);
    expect_outcome(&world, &answer, "removed");
    assert_int_equal(number_of(&answer, "held"), 2);
    assert_int_equal(record_count(&world, 0), 1);
    carry(&world, 0, 1);
    assert_int_equal(record_count(&world, 1), 1);
    expect_same_fingerprint(&world, 2);
    const char *unknown = "ZZZZZZZZ";
    const struct banyan_removal wrong = {.organisation = "Beta", .keep = &unknown, .keep_count = 1};
    refuse_removal(&world, 0, &wrong, BANYAN_ERR_NOT_FOUND);
    assert_int_equal(role_at(&world, 0, 1), BY_ROLE_MEMBER);
    world_end(&world);
}

static void remove_dropping(int from, bool is_gone, uint64_t held, int left)
{
    struct world world;

    world_begin(&world);
    found_network(&world, 3);
    const char *ids[] = {add_site(&world, 2, "genuine"), add_site(&world, 2, "by the thief"),
                         add_site(&world, 2, "by the thief too")};
    carry(&world, 2, 0);
    carry(&world, 0, 1);
    struct by_buffer json = RESULT;
    expect_ok(&world, by_history(world.offices[0].node, ids[from], "en", &json, &world.error));
    struct by_value history = parse(&world, &json);
    const char *entry = text_of(&world, &history.array.items[0], "entry");
    const char *unknown = "ZZZZZZZZ";
    struct banyan_removal removal = {.organisation = "Gamma", .drop = &unknown, .drop_count = 1};
    refuse_removal(&world, 0, &removal, BANYAN_ERR_NOT_FOUND);
    if (is_gone)
        remove_keeping(&world, 0, 2, NULL);
    removal.drop = &entry;
    json = (struct by_buffer)RESULT;
    expect_ok(&world, by_remove(world.offices[0].node, &removal, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    expect_outcome(&world, &answer, "removed");
    assert_int_equal(number_of(&answer, "held"), held);
    assert_int_equal(record_count(&world, 0), left);
    carry(&world, 0, 1);
    assert_int_equal(record_count(&world, 1), left);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void a_removal_can_drop_what_an_entry_begins(void **state)
{
    (void)state;
    remove_dropping(2, false, 1, 2);
    remove_dropping(1, false, 2, 1);
}

static void of_who_was_removed_more_can_be_dropped(void **state)
{
    (void)state;
    remove_dropping(2, true, 1, 2);
    remove_dropping(1, true, 2, 1);
}

static void a_coordinator_is_lowered_once_most_of_them_agree(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 4);
    give(&world, 0, 1, "coordinator");
    carry(&world, 0, 1);
    struct by_value asked = give(&world, 0, 2, "coordinator");
    expect_outcome(&world, &asked, "asked");
    assert_int_equal(number_of(&asked, "needed"), 2);
    assert_int_equal(by_value_get(&asked, "waits_for")->array.count, 1);
    carry(&world, 0, 1);
    /* Who asks for the same votes for it. */
    struct by_value joined = give(&world, 1, 2, "coordinator");
    expect_outcome(&world, &joined, "raised");
    carry(&world, 1, 0);
    carry(&world, 0, 2);
    assert_int_equal(role_at(&world, 2, 2), BY_ROLE_COORDINATOR);
    struct by_value removal = remove_keeping(&world, 2, 1, NULL);
    expect_outcome(&world, &removal, "asked");
    carry(&world, 2, 0);
    assert_int_equal(role_at(&world, 0, 1), BY_ROLE_COORDINATOR);
    struct by_value voted = remove_keeping(&world, 0, 1, NULL);
    expect_outcome(&world, &voted, "removed");
    carry(&world, 0, 2);
    carry(&world, 0, 3);
    assert_int_equal(role_at(&world, 2, 1), BY_ROLE_NONE);
    assert_int_equal(role_at(&world, 3, 1), BY_ROLE_NONE);
    struct by_value again = remove_keeping(&world, 0, 1, NULL);
    expect_outcome(&world, &again, "unchanged");
    world_end(&world);
}

static void the_last_coordinator_does_not_leave_by_accident(void **state)
{
    const struct banyan_removal own = {.organisation = "Alpha"};
    const struct banyan_removal leave = {.leave = true};
    const struct banyan_removal other = {.organisation = "Beta", .leave = true};
    struct by_buffer json = RESULT;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    refuse_removal(&world, 0, &own, BANYAN_ERR_USAGE);
    refuse_removal(&world, 0, &other, BANYAN_ERR_USAGE);
    refuse_removal(&world, 0, &leave, BANYAN_ERR_DENIED);
    expect(&world, by_role_set(world.offices[0].node, "Alpha", "member", 0, &json, &world.error),
           BANYAN_ERR_DENIED);
    refuse_removal(&world, 1, &own, BANYAN_ERR_DENIED);
    give(&world, 0, 1, "coordinator");
    expect_ok(&world, by_remove(world.offices[0].node, &leave, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    expect_outcome(&world, &answer, "left");
    carry(&world, 0, 1);
    assert_int_equal(role_at(&world, 1, 0), BY_ROLE_NONE);
    assert_int_equal(role_at(&world, 1, 1), BY_ROLE_COORDINATOR);
    world_end(&world);
}

static void a_member_leaves_and_can_be_taken_back(void **state)
{
    const struct banyan_removal leave = {.leave = true};
    struct by_buffer json = RESULT;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    expect_ok(&world, by_remove(world.offices[2].node, &leave, &json, &world.error));
    by_buffer_deinit(&json);
    carry(&world, 2, 0);
    assert_int_equal(role_at(&world, 0, 2), BY_ROLE_NONE);
    expect(&world, by_node_may_write(world.offices[2].node, &world.error), BANYAN_ERR_NOT_MEMBER);
    struct by_value answer = give(&world, 0, 2, "reader");
    expect_outcome(&world, &answer, "raised");
    carry(&world, 0, 2);
    assert_int_equal(role_at(&world, 2, 2), BY_ROLE_READER);
    answer = give(&world, 0, 2, "member");
    carry(&world, 0, 2);
    add_site(&world, 2, "back again");
    carry(&world, 2, 0);
    assert_int_equal(record_count(&world, 0), 1);
    world_end(&world);
}

static uint64_t until_at(const struct world *world, int at, int of)
{
    const struct by_charter *charter = world->offices[at].node->charter;

    return by_charter_org_find(charter, &world->offices[of].node->organisation)->until_ms;
}

static void set_until(struct world *world, const char *role, uint64_t until_ms,
                      enum banyan_status wanted, const char *outcome)
{
    struct by_buffer json = RESULT;

    expect(world, by_role_set(world->offices[0].node, "Beta", role, until_ms, &json, &world->error),
           wanted);
    if (wanted != BANYAN_OK)
        return;
    struct by_value answer = parse(world, &json);
    expect_outcome(world, &answer, outcome);
}

static void until_is_a_reminder_that_moves_and_goes(void **state)
{
    const uint64_t later_ms = by_os_wall_ms() + 86400000;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    set_until(&world, "coordinator", 1, BANYAN_ERR_INVALID, NULL);
    set_until(&world, "coordinator", later_ms, BANYAN_OK, "raised");
    set_until(&world, "coordinator", later_ms, BANYAN_OK, "unchanged");
    carry(&world, 0, 1);
    assert_int_equal(until_at(&world, 1, 1), later_ms);
    set_until(&world, "coordinator", later_ms + 1, BANYAN_OK, "reminded");
    assert_int_equal(until_at(&world, 0, 1), later_ms + 1);
    set_until(&world, "member", later_ms, BANYAN_ERR_USAGE, NULL);
    set_until(&world, "coordinator", 0, BANYAN_OK, "reminded");
    assert_int_equal(until_at(&world, 0, 1), 0);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_is_held_of_a_removed_member_stays_and_what_it_writes_later_counts_nowhere),
        cmocka_unit_test(what_lies_past_a_cut_is_listed_as_held),
        cmocka_unit_test(a_removal_can_keep_less_than_what_is_held),
        cmocka_unit_test(a_removal_can_drop_what_an_entry_begins),
        cmocka_unit_test(of_who_was_removed_more_can_be_dropped),
        cmocka_unit_test(a_coordinator_is_lowered_once_most_of_them_agree),
        cmocka_unit_test(the_last_coordinator_does_not_leave_by_accident),
        cmocka_unit_test(a_member_leaves_and_can_be_taken_back),
        cmocka_unit_test(until_is_a_reminder_that_moves_and_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
