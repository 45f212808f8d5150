/* Founding, inviting, joining, taking in. */
#include "core/admit.h"
#include "lib/world.h"

static struct by_value status_of(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_report_status(world->offices[at].node, NULL, 0, &json, &world->error));
    return parse(world, &json);
}

static struct by_value members_of(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_report_members(world->offices[at].node, &json, &world->error));
    return parse(world, &json);
}

static void a_founder_is_coordinator_and_has_a_record_of_its_own(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value status = status_of(&world, 0);
    const struct by_value *organisation = by_value_get(&status, "organisation");
    assert_string_equal(text_of(&world, organisation, "role"), "coordinator");
    assert_string_equal(text_of(&world, organisation, "name"), "Alpha");
    assert_false(by_value_get(&status, "waiting")->boolean);
    assert_int_equal(number_of(by_value_get(&status, "records"), "org"), 1);
    world_end(&world);
}

static void the_own_record_is_put_once(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (int i = 0; i < 3; i++) {
        close_office(&world, 1);
        open_office(&world, 1);
        carry(&world, 0, 1);
    }
    struct by_value status = status_of(&world, 1);
    assert_int_equal(number_of(by_value_get(&status, "records"), "org"), 2);
    world_end(&world);
}

static void whoever_waits_knows_itself_and_writes_nothing(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    const struct banyan_field fields[] = {{"name", "A", BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET}};
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    join(&world, 1, "Beta", invite(&world, 0, NULL));
    struct by_value status = status_of(&world, 1);
    assert_true(by_value_get(&status, "waiting")->boolean);
    assert_string_equal(text_of(&world, by_value_get(&status, "organisation"), "name"), "Beta");
    expect(&world, by_edit_add(world.offices[1].node, "site", fields, 2, &json, &world.error),
           BANYAN_ERR_NOT_MEMBER);
    by_buffer_deinit(&json);
    world_end(&world);
}

static void a_member_takes_in_whom_it_meets_and_the_third_never_meets_the_first(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *for_beta = invite(&world, 0, NULL);
    const char *for_gamma = invite(&world, 0, NULL);
    join(&world, 1, "Beta", for_beta);
    carry(&world, 1, 0);
    carry(&world, 0, 1);
    join(&world, 2, "Gamma", for_gamma);
    struct by_value applied = carry(&world, 2, 1);
    assert_int_equal(by_value_get(&applied, "admitted")->array.count, 1);
    carry(&world, 1, 2);
    add_site(&world, 2, "Third place");
    for (int i = 0; i < 2; i++) {
        carry(&world, 2, 1);
        carry(&world, 1, 0);
        carry(&world, 0, 1);
        carry(&world, 1, 2);
    }
    expect_same_fingerprint(&world, 3);
    assert_int_equal(members_of(&world, 2).array.count, 3);
    world_end(&world);
}

static void a_coordinator_confirms_whom_a_member_took_in(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *code = invite(&world, 0, NULL);
    carry(&world, 0, 1);
    join(&world, 2, "Gamma", code);
    carry(&world, 2, 1);
    struct by_value members = members_of(&world, 1);
    assert_int_equal(members.array.count, 3);
    assert_string_equal(text_of(&world, &members.array.items[2], "name"), "Gamma");
    assert_false(by_value_get(&members.array.items[2], "final")->boolean);
    carry(&world, 1, 0);
    members = members_of(&world, 0);
    assert_true(by_value_get(&members.array.items[2], "final")->boolean);
    world_end(&world);
}

static void an_invitation_brings_in_one_organisation(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *code = invite(&world, 0, NULL);
    join(&world, 1, "Beta", code);
    join(&world, 2, "Gamma", code);
    carry(&world, 1, 0);
    struct by_value applied = carry(&world, 2, 0);
    assert_int_equal(by_value_get(&applied, "admitted")->array.count, 0);
    assert_int_equal(members_of(&world, 0).array.count, 2);
    world_end(&world);
}

static const char *invite_until(struct world *world, uint64_t expires_ms)
{
    const struct banyan_invite invitation = {.name = "A guest", .expires_ms = expires_ms};
    struct by_buffer json = RESULT;

    expect_ok(world, by_invite(world->offices[0].node, &invitation, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "code");
}

static void
an_invitation_past_its_day_brings_nobody_in_and_one_without_a_day_always_does(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *short_lived = invite_until(&world, by_os_wall_ms() + 50);
    const char *for_ever = invite_until(&world, 0);
    by_os_sleep_ms(60);
    join(&world, 1, "Late", short_lived);
    join(&world, 2, "Years later", for_ever);
    carry(&world, 1, 0);
    carry(&world, 2, 0);
    carry(&world, 0, 2);
    assert_int_equal(
        by_charter_role(world.offices[0].node->charter, &world.offices[1].node->organisation),
        BY_ROLE_NONE);
    assert_int_equal(by_node_role(world.offices[2].node), BY_ROLE_MEMBER);
    world_end(&world);
}

static void
of_two_newcomers_that_two_members_take_in_at_once_a_coordinator_says_who_was_meant(void **state)
{
    struct by_buffer json = RESULT;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *code = invite(&world, 0, NULL);
    carry(&world, 0, 1);
    join(&world, 2, "Meant", code);
    join(&world, 3, "Not meant", code);
    carry(&world, 2, 1);
    carry(&world, 3, 0);
    carry(&world, 1, 0);
    carry(&world, 0, 1);
    /* Alpha is a coordinator, and took in the wrong one: its word stands until it is removed. */
    const struct by_id *meant = &world.offices[2].node->organisation;
    assert_int_equal(by_charter_role(world.offices[0].node->charter, meant), BY_ROLE_NONE);
    expect_ok(&world, by_admit(world.offices[0].node, "Meant", NULL, &json, &world.error));
    by_buffer_deinit(&json);
    carry(&world, 0, 1);
    carry(&world, 0, 2);
    assert_int_equal(by_charter_role(world.offices[1].node->charter, meant), BY_ROLE_MEMBER);
    assert_int_equal(by_node_role(world.offices[2].node), BY_ROLE_MEMBER);
    world_end(&world);
}

static void
a_join_sent_twice_is_harmless_and_whoever_has_not_heard_of_it_accepts_the_newcomer(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    join(&world, 2, "Gamma", invite(&world, 0, NULL));
    const char *asked = make_bundle(&world, 2);
    apply_bundle(&world, 0, asked);
    apply_bundle(&world, 0, asked);
    carry(&world, 0, 2);
    add_site(&world, 2, "Con But");
    /* Beta has heard of nothing: what Gamma brings tells it all. */
    carry(&world, 2, 1);
    apply_bundle(&world, 1, asked);
    assert_int_equal(
        by_charter_role(world.offices[1].node->charter, &world.offices[2].node->organisation),
        BY_ROLE_MEMBER);
    carry(&world, 2, 0);
    carry(&world, 1, 0);
    carry(&world, 0, 1);
    carry(&world, 0, 2);
    expect_same_fingerprint(&world, 3);
    world_end(&world);
}

static void a_reader_reads_and_writes_nothing(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    const struct banyan_field fields[] = {{"name", "A", BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET}};
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "Seen by readers");
    join(&world, 1, "Beta", invite(&world, 0, "reader"));
    carry(&world, 1, 0);
    carry(&world, 0, 1);
    assert_string_equal(field_text(&world, 1, id, "name.en"), "Seen by readers");
    expect(&world, by_edit_add(world.offices[1].node, "site", fields, 2, &json, &world.error),
           BANYAN_ERR_DENIED);
    by_buffer_deinit(&json);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void only_a_coordinator_invites(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    const struct banyan_invite invitation = {.name = "A guest"};
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    expect(&world, by_invite(world.offices[1].node, &invitation, &json, &world.error),
           BANYAN_ERR_DENIED);
    by_buffer_deinit(&json);
    world_end(&world);
}

static void invitations_keep_their_bounds(void **state)
{
    static const char *const addresses[] = {"a.org:1", "b.org:1", "c.org:1", "d.org:1", "e.org:1"};
    static const char *const no_port[] = {"a.org"};
    const struct {
        const char *claim;
        struct banyan_invite invite;
        enum banyan_status status;
    } cases[] = {
        {"plain", {.name = NULL}, BANYAN_OK},
        {"as many addresses as fit",
         {.addresses = addresses, .address_count = BY_CODE_ADDRESSES_MAX},
         BANYAN_OK},
        {"one more", {.addresses = addresses, .address_count = 5}, BANYAN_ERR_USAGE},
        {"no port", {.addresses = no_port, .address_count = 1}, BANYAN_ERR_INVALID},
        {"a coordinator", {.role = "coordinator"}, BANYAN_ERR_USAGE},
        {"no such role", {.role = "boss"}, BANYAN_ERR_USAGE},
        {"expired already", {.expires_ms = 1}, BANYAN_ERR_INVALID},
        {"a name on two lines", {.name = "a\nb"}, BANYAN_ERR_INVALID},
        {"a name that is no text", {.name = "\xff"}, BANYAN_ERR_BAD_TEXT},
    };
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct by_buffer json = RESULT;
        print_message("%s\n", cases[i].claim);
        expect(&world, by_invite(world.offices[0].node, &cases[i].invite, &json, &world.error),
               cases[i].status);
        by_buffer_deinit(&json);
    }
    world_end(&world);
}

static void founding_and_joining_refuse_what_breaks_rules_and_leave_no_home(void **state)
{
    static const char *const english[] = {"Net"};
    static const char *const twice[] = {"Net", "en=Other"};
    char long_name[BY_ORG_NAME_BYTES_MAX + 2];
    const struct {
        const char *claim;
        const char *const *names;
        size_t name_count;
        struct banyan_profile profile;
        enum banyan_status status;
    } cases[] = {
        {"no network name",
         NULL,
         0,
         {.name = "A", .country = "VNM", .kind = "ngo"},
         BANYAN_ERR_USAGE},
        {"two names in a language",
         twice,
         2,
         {.name = "A", .country = "VNM", .kind = "ngo"},
         BANYAN_ERR_INVALID},
        {"no name", english, 1, {.name = NULL, .country = "VNM", .kind = "ngo"}, BANYAN_ERR_USAGE},
        {"empty name",
         english,
         1,
         {.name = "", .country = "VNM", .kind = "ngo"},
         BANYAN_ERR_INVALID},
        {"a name too long",
         english,
         1,
         {.name = long_name, .country = "VNM", .kind = "ngo"},
         BANYAN_ERR_INVALID},
        {"no country", english, 1, {.name = "A", .country = NULL, .kind = "ngo"}, BANYAN_ERR_USAGE},
        {"no such country",
         english,
         1,
         {.name = "A", .country = "XYZ", .kind = "ngo"},
         BANYAN_ERR_INVALID},
        {"no such kind",
         english,
         1,
         {.name = "A", .country = "VNM", .kind = "club"},
         BANYAN_ERR_INVALID},
        {"a name that is no text",
         english,
         1,
         {.name = "\xc3(", .country = "VNM", .kind = "ngo"},
         BANYAN_ERR_BAD_TEXT},
    };
    struct world world;
    (void)state;

    world_begin(&world);
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct by_buffer recovery = RESULT;
        print_message("%s\n", cases[i].claim);
        expect(&world,
               by_found(world.offices[0].home, cases[i].names, cases[i].name_count,
                        &cases[i].profile, &recovery, &world.error),
               cases[i].status);
        by_buffer_deinit(&recovery);
        assert_int_not_equal(access(world.offices[0].home, F_OK), 0);
    }
    long_name[BY_ORG_NAME_BYTES_MAX] = '\0';
    found(&world, 0, long_name);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_founder_is_coordinator_and_has_a_record_of_its_own),
        cmocka_unit_test(the_own_record_is_put_once),
        cmocka_unit_test(whoever_waits_knows_itself_and_writes_nothing),
        cmocka_unit_test(a_member_takes_in_whom_it_meets_and_the_third_never_meets_the_first),
        cmocka_unit_test(a_coordinator_confirms_whom_a_member_took_in),
        cmocka_unit_test(an_invitation_brings_in_one_organisation),
        cmocka_unit_test(
            an_invitation_past_its_day_brings_nobody_in_and_one_without_a_day_always_does),
        cmocka_unit_test(
            of_two_newcomers_that_two_members_take_in_at_once_a_coordinator_says_who_was_meant),
        cmocka_unit_test(
            a_join_sent_twice_is_harmless_and_whoever_has_not_heard_of_it_accepts_the_newcomer),
        cmocka_unit_test(a_reader_reads_and_writes_nothing),
        cmocka_unit_test(only_a_coordinator_invites),
        cmocka_unit_test(invitations_keep_their_bounds),
        cmocka_unit_test(founding_and_joining_refuse_what_breaks_rules_and_leave_no_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
