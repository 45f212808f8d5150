/* Decisions that take several coordinators: what waits, and voting for it. */
#include "admin/approve.h"
#include "core/act_name.h"
#include "core/append.h"
#include "lib/world.h"

static enum banyan_status log_act(void *context, struct by_append *append)
{
    return by_append_act(append, context, NULL);
}

static void write_act(struct world *world, int at, struct by_act *act)
{
    expect_ok(world, by_append_run(world->offices[at].node, log_act, act, &world->error));
}

/* Office 1 is made a coordinator by office 0, which decides alone. */
static void begin_with_two_coordinators(struct world *world)
{
    world_begin(world);
    found_network(world, 3);
    struct by_act act = {.kind = BY_KIND_ROLE, .role.role = BY_ROLE_COORDINATOR};
    act.role.organisation = world->offices[1].node->organisation;
    write_act(world, 0, &act);
    carry(world, 0, 1);
    assert_int_equal(by_node_role(world->offices[1].node), BY_ROLE_COORDINATOR);
}

static void propose_types(struct world *world, int at)
{
    struct by_act act = {.kind = BY_KIND_TYPES, .types.body = by_value_map(&world->arena, 1)};

    act.types.body.map.pairs[0] =
        (struct by_pair){by_bytes_of_text("types"), by_value_map(&world->arena, 0)};
    write_act(world, at, &act);
}

static struct by_value approvals_of(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_report_status(world->offices[at].node, NULL, 0, &json, &world->error));
    struct by_value status = parse(world, &json);
    return *by_value_get(&status, "approvals");
}

static struct by_value approve(struct world *world, int at, const char *act)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_approve(world->offices[at].node, act, &json, &world->error));
    return parse(world, &json);
}

static void refuse(struct world *world, int at, const char *act, enum banyan_status status)
{
    struct by_buffer json = RESULT;

    expect(world, by_approve(world->offices[at].node, act, &json, &world->error), status);
    by_buffer_deinit(&json);
}

static void what_one_coordinator_asks_for_waits_until_the_other_approves(void **state)
{
    struct world world;
    (void)state;

    begin_with_two_coordinators(&world);
    propose_types(&world, 0);
    assert_true(by_type_set_has(world.offices[0].node->types, by_bytes_of_text("site")));
    carry(&world, 0, 1);
    struct by_value waiting = approvals_of(&world, 1);
    assert_int_equal(waiting.array.count, 1);
    const struct by_value *motion = &waiting.array.items[0];
    assert_string_equal(text_of(&world, motion, "what"), "types");
    assert_int_equal(number_of(motion, "needed"), 2);
    assert_true(by_value_get(motion, "yours")->boolean);
    struct by_value answer = approve(&world, 1, text_of(&world, motion, "act"));
    assert_string_equal(text_of(&world, &answer, "outcome"), "approved");
    assert_true(by_value_get(&answer, "decided")->boolean);
    assert_int_equal(approvals_of(&world, 1).array.count, 0);
    assert_false(by_type_set_has(world.offices[1].node->types, by_bytes_of_text("site")));
    carry(&world, 1, 0);
    assert_int_equal(approvals_of(&world, 0).array.count, 0);
    assert_false(by_type_set_has(world.offices[0].node->types, by_bytes_of_text("site")));
    world_end(&world);
}

static void only_who_has_a_vote_approves_and_only_once(void **state)
{
    struct world world;
    (void)state;

    begin_with_two_coordinators(&world);
    propose_types(&world, 0);
    carry(&world, 0, 2);
    struct by_value waiting = approvals_of(&world, 2);
    const char *name = text_of(&world, &waiting.array.items[0], "act");
    assert_false(by_value_get(&waiting.array.items[0], "yours")->boolean);
    refuse(&world, 2, name, BANYAN_ERR_DENIED);
    struct by_value answer = approve(&world, 0, name);
    assert_string_equal(text_of(&world, &answer, "outcome"), "unchanged");
    assert_false(by_value_get(&answer, "decided")->boolean);
    assert_int_equal(number_of(&answer, "votes"), 1);
    assert_int_equal(number_of(&answer, "needed"), 2);
    refuse(&world, 0, "ZZZZ-ZZZZ", BANYAN_ERR_NOT_FOUND);
    refuse(&world, 0, "", BANYAN_ERR_NOT_FOUND);
    world_end(&world);
}

static void an_act_is_named_by_the_beginning_of_its_short_name_or_all_of_its_id(void **state)
{
    static const struct {
        const char *text;
        bool names_it;
    } rows[] = {
        {"0410-6", true},
        {"0410", true},
        {"o4l0", true},
        {"041", false},
        {"0410-6105", true},
        {"04106105", true},
        {"0410-6105-0", false},
        {"0411", false},
        {"", false},
        {"01020304050102030405010203040501020304050102030405010203040501FF", true},
        {"01020304050102030405010203040501020304050102030405010203040501", false},
    };
    struct by_id act;
    char name[BY_ACT_NAME_BYTES];
    (void)state;

    for (size_t i = 0; i < sizeof act.bytes; i++)
        act.bytes[i] = (uint8_t)(i % 5 + 1);
    act.bytes[31] = 0xff;
    by_act_name(&act, name);
    assert_string_equal(name, "0410-6105");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (by_act_is_named(&act, rows[i].text) != rows[i].names_it)
            fail_msg("'%s'", rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_coordinator_asks_for_waits_until_the_other_approves),
        cmocka_unit_test(only_who_has_a_vote_approves_and_only_once),
        cmocka_unit_test(an_act_is_named_by_the_beginning_of_its_short_name_or_all_of_its_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
