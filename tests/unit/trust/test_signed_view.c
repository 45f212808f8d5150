/* Signed views: who sees the same signs, who sees something else is told where. */
#include "lib/live_pair.h"
#include "sync/signed_view.h"
#include "trust/compare.h"
#include "trust/signed_view.h"

static const char *view_path(struct world *world)
{
    char path[2 * PATH_BYTES];

    snprintf(path, sizeof path, "%s/%u.view", world->folder, world->bundle_count++);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static const char *sign(struct world *world, int at)
{
    const char *path = view_path(world);
    struct by_buffer json = RESULT;

    expect_ok(world, by_view_sign(world->offices[at].node, path, false, &json, &world->error));
    by_buffer_deinit(&json);
    return path;
}

static enum banyan_status cosign(struct world *world, int at, const char *path)
{
    struct by_buffer json = RESULT;
    enum banyan_status status = by_view_cosign(world->offices[at].node, path, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static struct by_value compare(struct world *world, int at, const char *path)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_view_compare(world->offices[at].node, path, &json, &world->error));
    return parse(world, &json);
}

static struct by_buffer read_file(struct world *world, const char *path)
{
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);

    expect_ok(world, by_os_file_read(path, BY_PROOF_BYTES_MAX, &file, &world->error));
    return file;
}

static enum banyan_status verify(struct world *world, struct by_bytes file)
{
    struct by_buffer json = RESULT;
    enum banyan_status status = by_view_verify(file, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static bool is_true(const struct by_value *map, const char *key)
{
    return by_value_get(map, key)->boolean;
}

static void who_sees_the_same_signs_too_and_anybody_can_check_it(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 3);
    add_site(&world, 0, "Here");
    carry(&world, 0, 1);
    carry(&world, 0, 2);
    const char *path = sign(&world, 0);
    for (int at = 1; at < 3; at++) {
        struct by_value answer = compare(&world, at, path);
        assert_true(is_true(&answer, "same"));
        assert_int_equal(number_of(&answer, "difference_count"), 0);
        assert_string_equal(text_of(&world, &answer, "fingerprint"), fingerprint(&world, at));
        expect_ok(&world, cosign(&world, at, path));
        expect(&world, cosign(&world, at, path), BANYAN_ERR_EXISTS);
    }
    struct by_buffer file = read_file(&world, path), json = RESULT;
    expect_ok(&world, by_view_verify(by_buffer_bytes(&file), &json, &world.error));
    struct by_value told = parse(&world, &json);
    assert_int_equal(by_value_get(&told, "signatures")->array.count, 3);
    by_buffer_deinit(&file);
    world_end(&world);
}

static void who_sees_something_else_is_told_where_and_does_not_sign(void **state)
{
    struct world world;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *both = add_site(&world, 0, "Both");
    carry(&world, 0, 1);
    carry(&world, 1, 0);
    set(&world, 0, both, "area", "1 ha");
    const char *there = add_site(&world, 0, "There");
    const char *here = add_site(&world, 1, "Here");
    const char *path = sign(&world, 0);
    expect(&world, cosign(&world, 1, path), BANYAN_ERR_DIFFERENT);
    struct by_value answer = compare(&world, 1, path);
    const struct by_value *list = by_value_get(&answer, "differences");
    assert_false(is_true(&answer, "same"));
    assert_int_equal(number_of(&answer, "difference_count"), 3);
    for (size_t i = 0; i < list->array.count; i++) {
        const char *id = text_of(&world, &list->array.items[i], "id");
        const char *what = text_of(&world, &list->array.items[i], "what");
        assert_string_equal(what, strcmp(id, both) == 0    ? "different"
                                  : strcmp(id, here) == 0  ? "here"
                                  : strcmp(id, there) == 0 ? "there"
                                                           : "?");
    }
    /* the first of them is the one that the refusal names */
    assert_int_equal(cosign(&world, 1, path), BANYAN_ERR_DIFFERENT);
    assert_non_null(strstr(world.error.text, text_of(&world, &list->array.items[0], "id")));
    carry(&world, 1, 0);
    carry(&world, 0, 1);
    expect(&world, cosign(&world, 1, path), BANYAN_ERR_DIFFERENT);
    expect_ok(&world, cosign(&world, 1, sign(&world, 0)));
    world_end(&world);
}

static void another_network_has_nothing_to_compare(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    found(&world, 1, "Beta");
    const char *path = sign(&world, 0);
    expect(&world, by_view_compare(world.offices[1].node, path, &json, &world.error),
           BANYAN_ERR_WRONG_NETWORK);
    expect(&world, cosign(&world, 1, path), BANYAN_ERR_WRONG_NETWORK);
    by_buffer_deinit(&json);
    world_end(&world);
}

/* Places are not signed, and prove nothing: all before them is. */
static void no_byte_that_is_signed_can_be_changed(void **state)
{
    struct world world;
    struct by_signed_view view;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    add_site(&world, 0, "Here");
    carry(&world, 0, 1);
    carry(&world, 1, 0);
    const char *path = sign(&world, 0);
    expect_ok(&world, cosign(&world, 1, path));
    struct by_buffer file = read_file(&world, path);
    assert_int_equal(by_signed_view_read(by_buffer_bytes(&file), NULL, NULL, &view), BANYAN_OK);
    size_t end = (size_t)(view.places.data - file.data), refused = 0;
    for (size_t i = 0; i < end; i++) {
        uint8_t bit = (uint8_t)(1u << (i * 5 % 8));
        file.data[i] ^= bit;
        refused += verify(&world, by_buffer_bytes(&file)) != BANYAN_OK;
        file.data[i] ^= bit;
    }
    assert_true(refused > end - 64); /* zstd has several ways to write the same */
    for (size_t size = 0; size < file.size; size++)
        expect(&world, verify(&world, by_bytes_of(file.data, size)), BANYAN_ERR_INVALID);
    expect_ok(&world, verify(&world, by_buffer_bytes(&file)));
    by_buffer_deinit(&file);
    world_end(&world);
}

/* Whoever has the file can add a signature of a key of his own: it counts for nobody. */
static void a_strangers_signature_is_noticed(void **state)
{
    struct world world;
    struct by_signed_view view;
    struct by_seed seed = {{7}};
    struct by_signing_key key;
    struct by_buffer forged = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_buffer file = read_file(&world, sign(&world, 0));
    by_signing_key_from_seed(&seed, &key);
    assert_int_equal(by_signed_view_read(by_buffer_bytes(&file), NULL, NULL, &view), BANYAN_OK);
    by_view_statement_sign(&view.statement, &key, 1, &view.signatures[0]);
    size_t tail = (size_t)(view.places.data - file.data) - 1 - 104 - 1;
    assert_int_equal(by_buffer_append(&forged, file.data, tail), BANYAN_OK);
    assert_int_equal(by_signed_view_put_signatures(view.signatures, 1, &forged), BANYAN_OK);
    assert_int_equal(by_signed_view_put_places(view.places, &forged), BANYAN_OK);
    assert_int_equal(forged.size, file.size);
    expect(&world, verify(&world, by_buffer_bytes(&forged)), BANYAN_ERR_DIFFERENT);
    by_buffer_deinit(&forged);
    by_buffer_deinit(&file);
    world_end(&world);
}

/* -- a member, by what it told -- */

static struct by_value compare_member(struct world *world, int at, const char *name)
{
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_compare_member(world->offices[at].node, name, NULL, NULL, &json, &world->error));
    return parse(world, &json);
}

static void a_member_that_was_met_is_compared_by_what_it_held(void **state)
{
    struct world world;
    struct wire wire;
    struct by_buffer json = RESULT;
    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    struct by_value answer = compare_member(&world, 0, "Beta");
    assert_false(is_true(&answer, "known"));
    for (int at = 0; at < 2; at++)
        close_office(&world, at);
    struct by_live *caller = start(&world, 0), *callee = start(&world, 1);
    connect_lives(&world, &wire, caller, callee);
    sync_up(&wire);
    turn_until(&wire, have_views, NULL, "both views have met all");
    for (int i = 0; i < 50; i++) {
        turn(&wire);
        usleep(2000);
    }
    disconnect(&wire);
    by_live_close(caller);
    by_live_close(callee);
    for (int at = 0; at < 2; at++)
        open_office(&world, at);

    answer = compare_member(&world, 0, "Beta");
    assert_true(is_true(&answer, "known"));
    assert_true(is_true(&answer, "same"));
    const char *id = add_site(&world, 0, "New here");
    set(&world, 0, id, "area", "1 ha");
    answer = compare_member(&world, 0, "Beta");
    assert_false(is_true(&answer, "same"));
    assert_int_equal(number_of(&answer, "they_lack"), 2);
    assert_string_equal(text_of(&world, by_value_get(&answer, "first"), "id"), id);
    expect(&world,
           by_compare_member(world.offices[0].node, "Nobody", NULL, NULL, &json, &world.error),
           BANYAN_ERR_NOT_FOUND);
    by_buffer_deinit(&json);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_sees_the_same_signs_too_and_anybody_can_check_it),
        cmocka_unit_test(who_sees_something_else_is_told_where_and_does_not_sign),
        cmocka_unit_test(another_network_has_nothing_to_compare),
        cmocka_unit_test(no_byte_that_is_signed_can_be_changed),
        cmocka_unit_test(a_strangers_signature_is_noticed),
        cmocka_unit_test(a_member_that_was_met_is_compared_by_what_it_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
