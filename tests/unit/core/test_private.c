/*
 * Records that a device keeps for itself: they work like others, nothing of them leaves, and one
 * that is shared starts anew.
 */
#include "bundle/read.h"
#include "core/care.h"
#include "core/transfer.h"
#include "export/export.h"
#include "lib/world.h"
#include "view/digest.h"

static const char *add_contact(struct world *world, int at, const char *name, const char *sharing)
{
    const struct banyan_field fields[] = {{"name", name, BANYAN_SET},
                                          {"role", "focal_point", BANYAN_SET},
                                          {"sharing", sharing, BANYAN_SET}};
    struct by_buffer json = RESULT;

    expect_ok(world, by_edit_add(world->offices[at].node, "contact", fields,
                                 sharing == NULL ? 2 : 3, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "id");
}

static size_t history_size(struct world *world, int at, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_history(world->offices[at].node, id, "en", &json, &world->error));
    return parse(world, &json).array.count;
}

static const char *who_can_read(struct world *world, int at, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_who_can_read(world->offices[at].node, id, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "sharing");
}

/* Records that a list of the type has. */
static size_t listed(struct world *world, int at, const char *type)
{
    const struct by_view_list list = {.type = type};
    struct by_buffer json = RESULT;

    expect_ok(world, by_node_view(world->offices[at].node, NULL, &world->error));
    expect_ok(world, by_view_list(world->offices[at].node->view, &list, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return by_value_get(&answer, "rows")->array.count;
}

static int64_t counted(struct world *world, int at, const char *what)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value counts;

    expect_ok(world, by_node_view(world->offices[at].node, NULL, &world->error));
    expect_ok(world, by_counts_read(world->offices[at].node, &arena, &counts, &world->error));
    int64_t count = number_of(&counts, what);
    by_arena_deinit(&arena);
    return count;
}

static enum banyan_status
try_change(struct world *world, int at, const char *id, const char *path, const char *value)
{
    const struct banyan_field field = {path, value, value == NULL ? BANYAN_UNSET : BANYAN_SET};
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_edit_change(world->offices[at].node, id, &field, 1, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static void contacts_are_private_unless_they_are_said_to_be_shared(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *before = fingerprint(&world, 0);
    const char *own = add_contact(&world, 0, "Nobody Else", NULL);

    assert_string_equal(who_can_read(&world, 0, own), "private");
    assert_string_equal(fingerprint(&world, 0), before);
    assert_int_equal(listed(&world, 0, "contact"), 1);
    assert_int_equal(counted(&world, 0, "private"), 1);

    const char *shared = add_contact(&world, 0, "Everybody", "members");
    assert_string_equal(who_can_read(&world, 0, shared), "members");
    assert_string_not_equal(fingerprint(&world, 0), before);
    assert_int_equal(listed(&world, 0, "contact"), 2);
    assert_int_equal(counted(&world, 0, "private"), 1);
    world_end(&world);
}

static void a_private_record_is_edited_deleted_and_brought_back_like_others(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_contact(&world, 0, "A", NULL);

    assert_string_equal(set(&world, 0, id, "phone", "+84 1"), "changed");
    assert_string_equal(set(&world, 0, id, "phone", "+84 2"), "changed");
    assert_string_equal(set(&world, 0, id, "phone", "+84 2"), "unchanged");
    assert_string_equal(field_text(&world, 0, id, "phone"), "+84 2");
    assert_int_equal(history_size(&world, 0, id), 3);
    expect_ok(&world, by_blame(world.offices[0].node, id, "en", &json, &world.error));
    by_buffer_reset(&json);
    expect_ok(&world, by_edit_delete(world.offices[0].node, id, &json, &world.error));
    assert_int_equal(listed(&world, 0, "contact"), 0);
    assert_int_equal(counted(&world, 0, "private"), 0);
    assert_int_equal(counted(&world, 0, "deleted"), 0);
    by_buffer_reset(&json);
    expect_ok(&world, by_edit_undelete(world.offices[0].node, id, &json, &world.error));
    by_buffer_deinit(&json);
    assert_int_equal(listed(&world, 0, "contact"), 1);
    world_end(&world);
}

/* The home, the view, and a view that is made anew: all show them. */
static void private_records_outlive_closing_and_rebuilding(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_contact(&world, 0, "A", NULL);

    close_office(&world, 0);
    open_office(&world, 0);
    assert_string_equal(field_text(&world, 0, id, "name"), "A");
    expect_ok(&world, by_rebuild(world.offices[0].node, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    assert_int_equal(number_of(&answer, "private"), 1);
    assert_int_equal(listed(&world, 0, "contact"), 1);
    expect_ok(&world, by_check(world.offices[0].node, NULL, NULL, &json, &world.error));
    by_buffer_deinit(&json);
    world_end(&world);
}

/* What is lost with the folder is not shown any longer. */
static void without_their_store_private_records_are_gone_from_the_view(void **state)
{
    struct world world;
    char path[2 * PATH_BYTES];
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    (void)add_contact(&world, 0, "A", NULL);
    assert_int_equal(listed(&world, 0, "contact"), 1);
    close_office(&world, 0);
    snprintf(path, sizeof path, "%s/private", world.offices[0].home);
    assert_int_equal(nftw(path, test_folder_drop, 16, FTW_DEPTH | FTW_PHYS), 0);
    open_office(&world, 0);
    assert_int_equal(listed(&world, 0, "contact"), 0);
    world_end(&world);
}

static void who_only_reads_keeps_private_records(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    join(&world, 1, "Beta", invite(&world, 0, "reader"));
    const struct banyan_field fields[] = {{"name", "A", BANYAN_SET},
                                          {"role", "expert", BANYAN_SET}};
    struct by_buffer json = RESULT;
    expect(&world, by_edit_add(world.offices[1].node, "contact", fields, 2, &json, &world.error),
           BANYAN_ERR_NOT_MEMBER);
    by_buffer_deinit(&json);
    carry(&world, 1, 0);
    carry(&world, 0, 1);

    const char *id = add_contact(&world, 1, "A", NULL);
    assert_string_equal(who_can_read(&world, 1, id), "private");
    expect(&world, try_change(&world, 1, id, "sharing", "members"), BANYAN_ERR_DENIED);
    assert_string_equal(who_can_read(&world, 1, id), "private");
    world_end(&world);
}

static void sharing_puts_a_record_anew_under_its_name(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_contact(&world, 0, "A", NULL);
    assert_string_equal(set(&world, 0, id, "phone", "old"), "changed");
    assert_string_equal(set(&world, 0, id, "phone", "new"), "changed");
    assert_string_equal(change(&world, 0, id, "languages", "vi; en", BANYAN_SET), "changed");
    assert_string_equal(change(&world, 0, id, "languages", "en", BANYAN_REMOVE), "changed");
    carry(&world, 0, 1);
    assert_int_equal(listed(&world, 1, "contact"), 0);

    assert_string_equal(set(&world, 0, id, "sharing", "members"), "shared");
    carry(&world, 0, 1);
    expect_same_fingerprint(&world, 2);
    for (int at = 0; at < 2; at++) {
        assert_int_equal(history_size(&world, at, id), 1);
        assert_string_equal(field_text(&world, at, id, "phone"), "new");
        assert_string_equal(field_text(&world, at, id, "languages"), "Vietnamese");
        assert_string_equal(who_can_read(&world, at, id), "members");
        assert_int_equal(listed(&world, at, "contact"), 1);
    }
    assert_int_equal(counted(&world, 0, "private"), 0);
    /* from now on it is like others */
    assert_string_equal(set(&world, 1, id, "phone", "theirs"), "proposed");
    assert_string_equal(set(&world, 0, id, "phone", "newer"), "changed");
    carry(&world, 0, 1);
    assert_string_equal(field_text(&world, 1, id, "phone"), "newer");
    world_end(&world);
}

static void other_changes_may_come_with_the_sharing(void **state)
{
    const struct banyan_field fields[] = {{"sharing", "public", BANYAN_SET},
                                          {"phone", NULL, BANYAN_UNSET},
                                          {"languages", "km", BANYAN_ADD},
                                          {"languages", "vi", BANYAN_REMOVE},
                                          {"job_title.vi", "Giám đốc", BANYAN_SET}};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_contact(&world, 0, "A", NULL);
    assert_string_equal(set(&world, 0, id, "phone", "secret"), "changed");
    assert_string_equal(set(&world, 0, id, "languages", "vi"), "changed");
    expect_ok(&world, by_edit_change(world.offices[0].node, id, fields, 5, &json, &world.error));
    by_buffer_deinit(&json);
    carry(&world, 0, 1);
    assert_string_equal(field_text(&world, 1, id, "phone"), "");
    assert_string_equal(field_text(&world, 1, id, "languages"), "Khmer");
    assert_string_equal(field_text(&world, 1, id, "job_title.vi"), "Giám đốc");
    assert_string_equal(who_can_read(&world, 1, id), "public");
    world_end(&world);
}

static void what_all_hold_does_not_become_private(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 0, "Here");
    carry(&world, 0, 1);

    for (int at = 0; at < 2; at++) {
        expect(&world, try_change(&world, at, id, "sharing", "private"), BANYAN_ERR_DENIED);
        assert_non_null(strstr(world.error.text, "cannot become private again"));
    }
    const char *own = add_contact(&world, 0, "A", NULL);
    expect(&world, try_change(&world, 0, own, "sharing", NULL), BANYAN_ERR_INVALID);
    world_end(&world);
}

static void a_private_record_is_not_handed_over(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_contact(&world, 0, "A", NULL);

    expect(&world, by_transfer(world.offices[0].node, id, "Beta", &json, &world.error),
           BANYAN_ERR_USAGE);
    expect(&world, by_decide_accept(world.offices[0].node, id, &json, &world.error),
           BANYAN_ERR_USAGE);
    by_buffer_deinit(&json);
    world_end(&world);
}

/* The name of what a shared record refers to stays here too. */
static void an_export_does_not_name_a_private_record_that_others_refer_to(void **state)
{
    static const char *const files[] = {"s.csv", "s.jsonl", "s.geojson", "s.xlsx"};
    const struct banyan_field org[] = {{"name.en", "Hushed Steward", BANYAN_SET},
                                       {"kind", "ngo", BANYAN_SET},
                                       {"sharing", "private", BANYAN_SET}};
    const char *type = "site";
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    expect_ok(&world, by_edit_add(world.offices[0].node, "org", org, 3, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    const char *steward = text_of(&world, &answer, "id"), *id = add_site(&world, 0, "Here");
    const struct banyan_field refer = {"stewards", steward, BANYAN_SET};
    expect_ok(&world, by_edit_change(world.offices[0].node, id, &refer, 1, &json, &world.error));
    answer = parse(&world, &json);
    assert_int_equal(number_of(&answer, "private_references"), 1);
    assert_string_equal(field_text(&world, 0, id, "stewards"), "Hushed Steward");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[2 * PATH_BYTES];
        struct by_buffer bytes = BY_BUFFER_INIT(1u << 20);
        snprintf(path, sizeof path, "%s/%s", world.folder, files[i]);
        const struct banyan_export options = {
            .path = path, .types = &type, .type_count = 1, .labels = true, .language = "en"};
        expect_ok(&world,
                  by_export_file(world.offices[0].node, &options, NULL, NULL, &json, &world.error));
        by_buffer_deinit(&json);
        expect_ok(&world, by_os_file_read(path, bytes.size_max, &bytes, &world.error));
        assert_null(memmem(bytes.data, bytes.size, "Hushed", 6));
        if (i == 0)
            assert_non_null(memmem(bytes.data, bytes.size, steward, strlen(steward)));
        by_buffer_deinit(&bytes);
    }
    world_end(&world);
}

/* -- a member who knows the name of a private record writes upon it -- */

static enum banyan_status write_upon(void *context, struct by_append *append)
{
    struct by_touch touch = {.path = by_bytes_of_text("phone"), .how = BY_HOW_SET};
    struct by_value value = by_value_literal("theirs");
    struct by_operation operation = {.links = {.name = *(struct by_record_name *)context,
                                               .op = BY_OP_PATCH,
                                               .touches = &touch,
                                               .touch_count = 1},
                                     .values = &value};
    enum banyan_status status = by_append_operation(append, &operation);

    if (status != BANYAN_OK)
        return status;
    operation.links.op = BY_OP_PUT;
    operation.links.type = by_bytes_of_text("contact");
    return by_append_operation(append, &operation);
}

static void what_others_write_upon_its_name_does_not_show(void **state)
{
    struct world world;
    struct by_record_name name;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_contact(&world, 0, "A", NULL);
    expect_ok(&world, by_node_find(world.offices[0].node, id, &name, &world.error));
    expect_ok(&world, by_append_run(world.offices[1].node, write_upon, &name, &world.error));

    carry(&world, 1, 0);
    for (int times = 0; times < 2; times++) {
        assert_string_equal(who_can_read(&world, 0, id), "private");
        assert_string_equal(field_text(&world, 0, id, "phone"), "");
        assert_int_equal(listed(&world, 0, "contact"), 1);
        expect_same_fingerprint(&world, 2);
        expect_ok(&world, by_rebuild(world.offices[0].node, &json, &world.error));
        by_buffer_deinit(&json);
    }
    assert_string_equal(set(&world, 0, id, "phone", "ours"), "changed");
    assert_string_equal(set(&world, 0, id, "sharing", "members"), "shared");
    assert_string_equal(field_text(&world, 0, id, "phone"), "ours");
    carry(&world, 0, 1);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contacts_are_private_unless_they_are_said_to_be_shared),
        cmocka_unit_test(a_private_record_is_edited_deleted_and_brought_back_like_others),
        cmocka_unit_test(private_records_outlive_closing_and_rebuilding),
        cmocka_unit_test(without_their_store_private_records_are_gone_from_the_view),
        cmocka_unit_test(who_only_reads_keeps_private_records),
        cmocka_unit_test(sharing_puts_a_record_anew_under_its_name),
        cmocka_unit_test(other_changes_may_come_with_the_sharing),
        cmocka_unit_test(what_all_hold_does_not_become_private),
        cmocka_unit_test(a_private_record_is_not_handed_over),
        cmocka_unit_test(what_others_write_upon_its_name_does_not_show),
        cmocka_unit_test(an_export_does_not_name_a_private_record_that_others_refer_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
