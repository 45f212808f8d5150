/* Bundles: harmless twice, refused whole when anything is wrong. */
#include "lib/world.h"
#include "os/os.h"

static struct by_buffer read_file(struct world *world, const char *path)
{
    struct by_buffer bytes = RESULT;

    expect_ok(world, by_os_file_read(path, 64u * 1024u * 1024u, &bytes, &world->error));
    return bytes;
}

static const char *write_file(struct world *world, struct by_bytes bytes)
{
    const char *path = bundle_path(world);

    expect_ok(world, by_os_file_create(path, bytes, &world->error));
    return path;
}

static enum banyan_status try_apply(struct world *world, int at, const char *path)
{
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_bundle_apply(world->offices[at].node, path, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static void applying_twice_is_harmless(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "A site");
    const char *path = make_bundle(&world, 0);
    struct by_value first = apply_bundle(&world, 1, path);
    assert_int_equal(number_of(&first, "records_new"), 1);
    assert_int_equal(number_of(&first, "entries_new"), 1);
    const char *before = fingerprint(&world, 1);
    struct by_value second = apply_bundle(&world, 1, path);
    assert_int_equal(number_of(&second, "records_new"), 0);
    assert_int_equal(number_of(&second, "entries_new"), 0);
    assert_int_equal(number_of(&second, "acts_new"), 0);
    assert_string_equal(before, fingerprint(&world, 1));
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void verifying_counts_what_is_new_and_changes_nothing(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "A site");
    const char *path = make_bundle(&world, 0);
    const char *before = fingerprint(&world, 1);
    expect_ok(&world, by_bundle_verify(world.offices[1].node, path, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    assert_int_equal(number_of(&answer, "new"), 1);
    assert_string_equal(text_of(&world, by_value_get(&answer, "by"), "name"), "Alpha");
    assert_string_equal(before, fingerprint(&world, 1));
    world_end(&world);
}

static void a_bundle_never_overwrites(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const struct banyan_bundle bundle = {.path = make_bundle(&world, 0)};
    expect(&world, by_bundle_make(world.offices[0].node, &bundle, &json, &world.error),
           BANYAN_ERR_EXISTS);
    by_buffer_deinit(&json);
    world_end(&world);
}

static void a_bundle_cut_short_anywhere_changes_nothing(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "A site");
    struct by_buffer bytes = read_file(&world, make_bundle(&world, 0));
    const char *before = fingerprint(&world, 1);
    for (size_t size = 0; size < bytes.size; size += 1 + bytes.size / 37) {
        const char *path = write_file(&world, by_bytes_of(bytes.data, size));
        enum banyan_status status = try_apply(&world, 1, path);
        if (status == BANYAN_OK || banyan_status_class(status) == BANYAN_CLASS_STORAGE)
            fail_msg("cut at %zu of %zu: %s", size, bytes.size, banyan_status_name(status));
    }
    assert_string_equal(before, fingerprint(&world, 1));
    by_buffer_deinit(&bytes);
    world_end(&world);
}

static void a_flipped_bit_anywhere_changes_nothing(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "A site");
    struct by_buffer bytes = read_file(&world, make_bundle(&world, 0));
    const char *before = fingerprint(&world, 1);
    for (size_t at = 0; at < bytes.size; at += 1 + bytes.size / 61) {
        bytes.data[at] ^= (uint8_t)(1u << (at % 8));
        const char *path = write_file(&world, by_buffer_bytes(&bytes));
        enum banyan_status status = try_apply(&world, 1, path);
        if (status == BANYAN_OK)
            fail_msg("bit %zu of byte %zu of %zu was not missed", at % 8, at, bytes.size);
        assert_string_not_equal(world.error.text, "");
        bytes.data[at] ^= (uint8_t)(1u << (at % 8));
    }
    assert_string_equal(before, fingerprint(&world, 1));
    by_buffer_deinit(&bytes);
    world_end(&world);
}

static void what_is_no_bundle_or_not_ours_is_refused_by_name(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    found(&world, 3, "A stranger");
    const char *text = write_file(&world, by_bytes_of_text("Dear friends, here is the bundle."));
    expect(&world, try_apply(&world, 1, text), BANYAN_ERR_MALFORMED);
    expect(&world, try_apply(&world, 1, "/no/such/file"), BANYAN_ERR_NOT_FOUND);
    expect(&world, try_apply(&world, 3, make_bundle(&world, 0)), BANYAN_ERR_NOT_FOR_US);

    static const char *const readers[] = {"Beta"};
    const struct banyan_bundle for_beta = {
        .path = bundle_path(&world), .readers = readers, .reader_count = 1};
    struct by_buffer json = RESULT;
    expect_ok(&world, by_bundle_make(world.offices[0].node, &for_beta, &json, &world.error));
    by_buffer_deinit(&json);
    expect(&world, try_apply(&world, 2, for_beta.path), BANYAN_ERR_NOT_FOR_US);
    expect_ok(&world, try_apply(&world, 1, for_beta.path));
    world_end(&world);
}

static void a_bundle_is_for_members_by_name_or_id(void **state)
{
    static const char *const nobody[] = {"Nobody"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const struct banyan_bundle alone = {.path = bundle_path(&world)};
    expect(&world, by_bundle_make(world.offices[0].node, &alone, &json, &world.error),
           BANYAN_ERR_USAGE);
    const struct banyan_bundle unknown = {
        .path = bundle_path(&world), .readers = nobody, .reader_count = 1};
    expect(&world, by_bundle_make(world.offices[0].node, &unknown, &json, &world.error),
           BANYAN_ERR_NOT_FOUND);
    assert_false(by_os_file_exists(unknown.path));
    by_buffer_deinit(&json);
    world_end(&world);
}

static void a_bundle_since_a_moment_leaves_out_what_is_older(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "Early");
    for (int i = 0; i < 3; i++)
        add_site(&world, 0, "Late");
    const struct banyan_bundle nothing_new = {.path = bundle_path(&world),
                                              .since_ms = by_os_wall_ms() + 1000000};
    expect_ok(&world, by_bundle_make(world.offices[0].node, &nothing_new, &json, &world.error));
    struct by_value made = parse(&world, &json);
    assert_int_equal(number_of(&made, "entries"), 0);
    struct by_value applied = apply_bundle(&world, 1, nothing_new.path);
    assert_int_equal(number_of(&applied, "records_new"), 0);
    applied = carry(&world, 0, 1);
    assert_int_equal(number_of(&applied, "records_new"), 4);
    assert_int_equal(number_of(&applied, "waiting"), 0);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void a_run_without_its_beginning_waits_until_that_comes(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "Early");
    assert_int_equal(usleep(5000), 0);
    const struct banyan_bundle late = {.path = bundle_path(&world), .since_ms = by_os_wall_ms()};
    add_site(&world, 0, "Late");
    expect_ok(&world, by_bundle_make(world.offices[0].node, &late, &json, &world.error));
    by_buffer_deinit(&json);
    struct by_value applied = apply_bundle(&world, 1, late.path);
    assert_int_equal(number_of(&applied, "waiting"), 1);
    assert_int_equal(number_of(&applied, "records_new"), 0);
    applied = carry(&world, 0, 1);
    assert_int_equal(number_of(&applied, "waiting"), 0);
    assert_int_equal(number_of(&applied, "records_new"), 2);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applying_twice_is_harmless),
        cmocka_unit_test(verifying_counts_what_is_new_and_changes_nothing),
        cmocka_unit_test(a_bundle_never_overwrites),
        cmocka_unit_test(a_bundle_cut_short_anywhere_changes_nothing),
        cmocka_unit_test(a_flipped_bit_anywhere_changes_nothing),
        cmocka_unit_test(what_is_no_bundle_or_not_ours_is_refused_by_name),
        cmocka_unit_test(a_bundle_is_for_members_by_name_or_id),
        cmocka_unit_test(a_run_without_its_beginning_waits_until_that_comes),
        cmocka_unit_test(a_bundle_since_a_moment_leaves_out_what_is_older),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
