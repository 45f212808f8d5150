/* Members and strangers who tamper with who belongs, whose logs count, and whom bundles reach. */
#include "admin/role.h"
#include "lib/hostile.h"

static enum banyan_status try_bundle(struct world *world, int at)
{
    const struct banyan_bundle bundle = {.path = bundle_path(world)};
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_bundle_make(world->offices[at].node, &bundle, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static void set_up(struct world *world)
{
    world_begin(world);
    found_network(world, 3);
    add_site(world, ROGUE, "Opens the log");
}

/* Nobody can hold the secret to such a key, and nothing can be encrypted to it. */
static void a_transport_key_that_is_none_hinders_no_bundle(void **state)
{
    static const uint8_t weak[][32] = {{0}, {1}, {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae,
                                                  0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
                                                  0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd,
                                                  0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00}};
    struct world world;
    (void)state;

    set_up(&world);
    for (uint8_t i = 0; i < 3; i++) {
        struct guest guest = make_guest((uint8_t)(10 + i));
        memcpy(guest.certificate.transport.bytes, weak[i], 32);
        (void)guest_joins(&world, ROGUE, &guest, "Nobody's key", invite(&world, ROGUE, NULL));
    }
    carry(&world, ROGUE, 1);
    carry(&world, 1, 2);
    add_site(&world, 1, "Keo Por");
    expect_ok(&world, try_bundle(&world, 1));
    carry(&world, 1, 2);
    expect_same_fingerprint(&world, 1);
    expect_harmless(&world, 1, 2);
    world_end(&world);
}

static void two_of_one_name_are_told_apart(void **state)
{
    static const char *const names[] = {"Beta",
                                        "Be\xd1\x82"
                                        "a",
                                        "Beta\xe2\x80\x8b",
                                        "\xe2\x80\xae"
                                        "ateB",
                                        "beta"};
    static const char *const readers[] = {"Beta"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    set_up(&world);
    for (uint8_t i = 0; i < 5; i++) {
        struct guest guest = make_guest((uint8_t)(20 + i));
        struct by_org_profile profile = {.id = guest.root.public_key,
                                         .name = by_bytes_of_text(names[i]),
                                         .kind = by_bytes_of_text("ngo"),
                                         .country = by_bytes_of_text("LAO")};
        if (by_org_profile_check(&profile) == BANYAN_OK)
            (void)guest_joins(&world, ROGUE, &guest, names[i], invite(&world, ROGUE, NULL));
    }
    carry(&world, ROGUE, 1);
    carry(&world, ROGUE, 2);
    const struct banyan_bundle bundle = {
        .path = bundle_path(&world), .readers = readers, .reader_count = 1};
    expect(&world, by_bundle_make(world.offices[2].node, &bundle, &json, &world.error),
           BANYAN_ERR_INVALID);
    by_buffer_deinit(&json);
    expect_harmless(&world, 1, 2);
    world_end(&world);
}

/* A hundred heads, deeper than anything honest, in logs without number. */
static void flood_with_heads(struct world *world, int at)
{
    struct by_act act = {.kind = BY_KIND_OPEN};
    const struct by_signing_key *key = &world->offices[at].node->device;
    struct by_log_id log = act_log(world, at);
    struct by_id last = {{0}};

    for (int i = 0; i < 40; i++) {
        by_os_random(act.opening.nonce, sizeof act.opening.nonce);
        last = forge_act(world, at, key, &log, NULL, &act, NULL, 0);
    }
    for (int i = 0; i < 100; i++) {
        struct by_log_id other = log;
        by_os_random(other.nonce, sizeof other.nonce);
        by_os_random(act.opening.nonce, sizeof act.opening.nonce);
        (void)forge_act(world, at, key, &other, NULL, &act, &last, 1);
    }
}

/* More heads than an act can name: what gives an act its right is among those it names. */
static void a_flood_of_heads_keeps_nobody_out(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    add_site(&world, 2, "Opens the log");
    /* taken in by one who has not heard of the flood */
    join(&world, 3, "Delta", invite(&world, 0, NULL));
    carry(&world, 3, 0);
    flood_with_heads(&world, 2);
    carry(&world, 2, 0);
    carry(&world, 0, 3);
    assert_int_equal(by_node_role(world.offices[3].node), BY_ROLE_MEMBER);
    const char *id = add_site(&world, 3, "Heard after all");
    carry(&world, 3, 0);
    assert_string_equal(field_text(&world, 0, id, "name.en"), "Heard after all");
    add_site(&world, 3, "Again");
    carry(&world, 3, 0);
    carry(&world, 0, 1);
    carry(&world, 0, 2);
    carry(&world, 0, 3);
    expect_same_fingerprint(&world, 4);
    world_end(&world);
}

/* A join that lies below the flood is taken in all the same. */
static void a_flood_of_heads_hides_no_join(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    add_site(&world, 2, "Opens the log");
    join(&world, 3, "Delta", invite(&world, 0, NULL));
    const char *joining = make_bundle(&world, 3);
    flood_with_heads(&world, 2);
    carry(&world, 2, 0);
    apply_bundle(&world, 0, joining);
    carry(&world, 0, 3);
    assert_int_equal(by_node_role(world.offices[3].node), BY_ROLE_MEMBER);
    world_end(&world);
}

/* A log whose owner goes on in hundreds of ways from one place. */
static void a_record_log_of_hundreds_of_branches_counts_four(void **state)
{
    enum { BRANCHES = 300 };
    struct world world;
    (void)state;

    set_up(&world);
    struct by_log_id log = record_log(&world, ROGUE);
    const struct by_block_base first = {.log = log};
    for (uint64_t i = 0; i < BRANCHES; i++) {
        struct by_record_name name = new_name(&world, ROGUE, 700 + i);
        struct forged one =
            one_touch(&world, &name, "site", "name.en", BY_HOW_SET, by_value_literal("A branch"));
        forge_at(&world, ROGUE, &log, &first, &one, 1, NULL);
    }
    expect_harmless(&world, 1, 2);
    world_end(&world);
}

/* Bytes of a stranger: a device that no act gives to anybody. */
static void strangers_are_counted_and_never_kept(void **state)
{
    struct world world;
    struct by_act act = {.kind = BY_KIND_INVITE};
    (void)state;

    set_up(&world);
    struct guest guest = make_guest(40);
    act.invite.role = BY_ROLE_MEMBER;
    act.invite.name = by_bytes_of_text("me");
    act.invite.key = guest.root.public_key;
    for (int i = 0; i < 5; i++)
        (void)forge_act(&world, ROGUE, &guest.device, &guest.acts, NULL, &act, NULL, 0);
    struct by_value answer = carry(&world, ROGUE, 1);
    assert_int_equal(number_of(&answer, "strangers"), 5);
    assert_int_equal(number_of(&answer, "acts_new"), 0);
    expect_harmless(&world, 1, 2);
    world_end(&world);
}

/* Every kind of act that only coordinators log, by a member; and acts of no known kind. */
static void acts_without_a_right_change_nothing(void **state)
{
    struct world world;
    struct by_act acts[6] = {{.kind = BY_KIND_INVITE}, {.kind = BY_KIND_ROLE},
                             {.kind = BY_KIND_ROLE},   {.kind = BY_KIND_APPROVE},
                             {.kind = BY_KIND_ADMIT},  {.kind = BY_KIND_OPEN}};
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    add_site(&world, 2, "Opens the log");
    struct by_node *rogue = world.offices[2].node;
    struct by_log_id log = act_log(&world, 2);
    acts[0].invite.role = BY_ROLE_COORDINATOR;
    acts[0].invite.name = by_bytes_of_text("me");
    acts[1].role.organisation = rogue->organisation;
    acts[1].role.role = BY_ROLE_COORDINATOR;
    acts[2].role.organisation = world.offices[0].node->organisation;
    acts[2].role.role = BY_ROLE_READER;
    acts[3].approve.act = rogue->network;
    acts[4].admit.join = rogue->network;
    memcpy(acts[5].opening.nonce, log.nonce, 8);
    for (int i = 0; i < 6; i++)
        (void)forge_act(&world, 2, &rogue->device, &log, NULL, &acts[i], NULL, 0);
    carry(&world, 2, 0);
    carry(&world, 2, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(by_node_role(world.offices[i].node),
                         i == 0 ? BY_ROLE_COORDINATOR : BY_ROLE_MEMBER);
    carry(&world, 0, 1);
    carry(&world, 1, 0);
    carry(&world, 0, 2);
    expect_same_fingerprint(&world, 3);
    world_end(&world);
}

static enum banyan_status find_record(struct world *world, int at, const char *id)
{
    struct by_record_name found;

    return by_node_find(world->offices[at].node, id, &found, &world->error);
}

/* Where an entry stands in its log decides, whatever its stamp says. */
static void entries_dated_years_before_a_removal_count_no_more_than_others(void **state)
{
    const struct banyan_removal removal = {.organisation = "Gamma"};
    struct by_buffer json = RESULT;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *before = add_site(&world, 2, "before");
    carry(&world, 2, 0);
    carry(&world, 0, 1);
    expect_ok(&world, by_remove(world.offices[0].node, &removal, &json, &world.error));
    by_buffer_deinit(&json);
    const struct by_log_id log = record_log(&world, 2);
    const struct by_record_name name = new_name(&world, 2, 7);
    struct forged forged =
        one_touch(&world, &name, "site", "country", BY_HOW_SET, by_value_literal("KHM"));
    forged.hlc = (uint64_t)1577836800000 << 16; /* 2020 */
    forge_at(&world, 2, &log, NULL, &forged, 1, NULL);
    const char *backdated = id_of(&world, &name);
    /* It shows where nobody knows of the removal, until somebody does. */
    carry(&world, 2, 1);
    assert_int_equal(find_record(&world, 1, backdated), BANYAN_OK);
    carry(&world, 0, 1);
    carry(&world, 2, 0);
    for (int at = 0; at < 2; at++) {
        assert_int_equal(find_record(&world, at, backdated), BANYAN_ERR_NOT_FOUND);
        assert_int_equal(find_record(&world, at, before), BANYAN_OK);
    }
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transport_key_that_is_none_hinders_no_bundle),
        cmocka_unit_test(two_of_one_name_are_told_apart),
        cmocka_unit_test(a_flood_of_heads_keeps_nobody_out),
        cmocka_unit_test(a_flood_of_heads_hides_no_join),
        cmocka_unit_test(a_record_log_of_hundreds_of_branches_counts_four),
        cmocka_unit_test(strangers_are_counted_and_never_kept),
        cmocka_unit_test(acts_without_a_right_change_nothing),
        cmocka_unit_test(entries_dated_years_before_a_removal_count_no_more_than_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
