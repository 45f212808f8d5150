/*
 * Conflicts that are settled, opened again, or of more sides than one operation may name.
 */
#include "core/append.h"
#include "core/reopen.h"
#include "core/transfer.h"
#include "lib/world.h"
#include "record/field_value.h"

static const char *
resolve(struct world *world, int at, const char *id, const char *path, const char *value)
{
    const struct banyan_field field = {path, value, value == NULL ? BANYAN_UNSET : BANYAN_SET};
    struct by_buffer json = RESULT;

    expect_ok(world, by_edit_resolve(world->offices[at].node, id, &field, 1, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "outcome");
}

static void undo(struct world *world, int at, const char *id, enum banyan_status wanted)
{
    struct by_buffer json = RESULT;

    expect(world, by_reopen(world->offices[at].node, id, &json, &world->error), wanted);
    by_buffer_deinit(&json);
}

/* The values of a conflict as shown: "12 ha | 14 ha"; "" without one. */
static const char *conflict_text(struct world *world, int at, const char *id, const char *path)
{
    struct by_value record = show(world, at, id);
    const struct by_value *values = by_value_get(by_value_get(&record, "conflicts"), path);
    struct by_buffer text = RESULT;

    for (size_t i = 0; values != NULL && i < values->array.count; i++)
        expect_ok(world, by_buffer_append_format(&text, "%s%s", i == 0 ? "" : " | ",
                                                 text_of(world, &values->array.items[i], "text")));
    const char *copy = by_arena_text(&world->arena, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return copy;
}

static const char *deleted(struct world *world, int at, const char *id)
{
    struct by_value record = show(world, at, id);

    return text_of(world, &record, "deleted");
}

/* Offices 0 and 1 each say their own of a path that both knew. */
static void say_apart(struct world *world, const char *id, const char *path, const char *first,
                      const char *second)
{
    (void)change(world, 0, id, path, first, first == NULL ? BANYAN_UNSET : BANYAN_SET);
    (void)change(world, 1, id, path, second, second == NULL ? BANYAN_UNSET : BANYAN_SET);
    carry(world, 0, 1);
    carry(world, 1, 0);
}

static void what_was_settled_is_opened_again_with_the_same_values(void **state)
{
    static const struct {
        const char *path, *first, *second, *settled;
    } cases[] = {
        {"area", "12 ha", "14 ha", "13 ha"},
        {"area", "12 ha", "14 ha", NULL},
        {"licence", "CC0", NULL, "CC-BY"},
        {"name.vi", "Cồn", "Bửng", "Cồn Bửng"},
    };
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *id = add_site(&world, 1, "A site");
        set(&world, 1, id, "licence", "own");
        carry(&world, 1, 0);
        say_apart(&world, id, cases[i].path, cases[i].first, cases[i].second);
        const char *before = conflict_text(&world, 1, id, cases[i].path);
        assert_string_not_equal(before, "");
        undo(&world, 1, id, BANYAN_ERR_NOT_FOUND);
        assert_string_equal(resolve(&world, 1, id, cases[i].path, cases[i].settled), "resolved");
        assert_string_equal(conflict_text(&world, 1, id, cases[i].path), "");
        carry(&world, 1, 0);
        undo(&world, 0, id, BANYAN_OK);
        carry(&world, 0, 1);
        for (int at = 0; at < 2; at++)
            assert_string_equal(conflict_text(&world, at, id, cases[i].path), before);
        undo(&world, 1, id, BANYAN_ERR_NOT_FOUND);
        resolve(&world, 1, id, cases[i].path, cases[i].settled);
        undo(&world, 1, id, BANYAN_OK);
        assert_string_equal(conflict_text(&world, 1, id, cases[i].path), before);
        carry(&world, 1, 0);
        expect_same_fingerprint(&world, 2);
    }
    world_end(&world);
}

static void what_was_changed_since_is_left_as_it_is(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 0);
    say_apart(&world, id, "area", "12 ha", "14 ha");
    resolve(&world, 1, id, "area", "13 ha");
    set(&world, 1, id, "licence", "CC0");
    undo(&world, 1, id, BANYAN_OK); /* another field was changed */
    resolve(&world, 1, id, "area", "13 ha");
    set(&world, 1, id, "area", "15 ha");
    undo(&world, 1, id, BANYAN_ERR_NOT_FOUND);
    assert_string_equal(field_text(&world, 1, id, "area"), "15 ha");
    world_end(&world);
}

static void a_deletion_that_was_settled_is_opened_again(void **state)
{
    static const char *const words[] = {"yes", "no"};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (size_t i = 0; i < 2; i++) {
        const char *id = add_site(&world, 1, "A site");
        carry(&world, 1, 0);
        set(&world, 0, id, "area", "12 ha");
        expect_ok(&world, by_edit_delete(world.offices[1].node, id, &json, &world.error));
        by_buffer_reset(&json);
        carry(&world, 0, 1);
        resolve(&world, 1, id, "deleted", words[i]);
        assert_string_equal(deleted(&world, 1, id), words[i]);
        undo(&world, 1, id, BANYAN_OK);
        assert_string_equal(deleted(&world, 1, id), "conflict");
        assert_string_equal(field_text(&world, 1, id, "area"), "12 ha");
        resolve(&world, 1, id, "deleted", "no");
        assert_string_equal(deleted(&world, 1, id), "no");
    }
    by_buffer_deinit(&json);
    world_end(&world);
}

static void who_only_proposes_opens_nothing_again(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 0);
    say_apart(&world, id, "area", "12 ha", "14 ha");
    resolve(&world, 1, id, "area", "13 ha");
    carry(&world, 1, 0);
    carry(&world, 0, 2);
    undo(&world, 2, id, BANYAN_ERR_DENIED);
    world_end(&world);
}

/* ---- many sides ------------------------------------------------------------------------------ */

/* Operations that all follow the record as it is, and know nothing of each other. */
struct apart {
    const char *id;
    const char *path;
    enum by_how how;
    size_t count;
    struct by_record_name name;
};

static enum banyan_status write_apart(void *context, struct by_append *append)
{
    const struct apart *apart = context;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_loaded loaded;
    enum banyan_status status =
        by_loaded_read(&loaded, append->node, append->txn, &apart->name, &arena);

    for (size_t i = 0; i < apart->count && status == BANYAN_OK; i++) {
        char text[24];
        snprintf(text, sizeof text, "%zu", i);
        struct by_value item = by_value_literal(text);
        struct by_value list = {.kind = BY_VALUE_ARRAY, .array = {&item, 1}};
        struct by_touch touch = {.path = by_bytes_of_text(apart->path), .how = apart->how};
        struct by_operation operation = {.links = {.name = apart->name,
                                                   .op = BY_OP_PATCH,
                                                   .parents = loaded.merged.all_heads,
                                                   .parent_count = loaded.merged.all_head_count,
                                                   .touches = &touch,
                                                   .touch_count = 1},
                                         .values = apart->how == BY_HOW_ADD ? &list : &item};
        status = by_append_operation(append, &operation);
    }
    by_arena_deinit(&arena);
    return status;
}

static void say_many(struct world *world, int at, struct apart apart)
{
    struct by_node *node = world->offices[at].node;

    expect_ok(world, by_node_find(node, apart.id, &apart.name, &world->error));
    expect_ok(world, by_append_run(node, write_apart, &apart, &world->error));
}

/* Heads of the record that count, read anew. */
static size_t head_count(struct world *world, int at, const char *id)
{
    struct by_node *node = world->offices[at].node;
    struct by_record_name name;
    struct by_loaded loaded;

    expect_ok(world, by_node_find(node, id, &name, &world->error));
    expect_ok(world, by_loaded_fetch(&loaded, node, &name, &world->arena, &world->error));
    return loaded.merged.head_count;
}

static const size_t side_counts[] = {BY_PARENTS_MAX - 1,
                                     BY_PARENTS_MAX,
                                     BY_PARENTS_MAX + 1,
                                     2 * BY_PARENTS_MAX - 2,
                                     2 * BY_PARENTS_MAX - 1,
                                     2 * BY_PARENTS_MAX,
                                     700};
#define SIDE_COUNTS (sizeof side_counts / sizeof side_counts[0])

static void one_edit_settles_a_conflict_of_any_number_of_sides(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (size_t i = 0; i < SIDE_COUNTS; i++) {
        const char *id = add_site(&world, 1, "A site");
        say_many(&world, 1,
                 (struct apart){id, "licence", BY_HOW_SET, side_counts[i], {{{0}}, {{0}}}});
        assert_int_equal(head_count(&world, 1, id), side_counts[i]);
        assert_int_equal(conflict_count(&world, 1, id), 1);
        resolve(&world, 1, id, "licence", "CC0");
        assert_int_equal(head_count(&world, 1, id), 1);
        assert_int_equal(conflict_count(&world, 1, id), 0);
        assert_string_equal(field_text(&world, 1, id, "licence"), "CC0");
    }
    carry(&world, 1, 0);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void a_record_of_many_heads_is_deleted_and_handed_over_at_once(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (size_t i = 0; i < SIDE_COUNTS; i++) {
        const char *id = add_site(&world, 1, "A site");
        say_many(&world, 1,
                 (struct apart){id, "licence", BY_HOW_SET, side_counts[i], {{{0}}, {{0}}}});
        expect_ok(&world, by_edit_delete(world.offices[1].node, id, &json, &world.error));
        by_buffer_reset(&json);
        assert_string_equal(deleted(&world, 1, id), "yes");
        expect_ok(&world, by_edit_undelete(world.offices[1].node, id, &json, &world.error));
        by_buffer_reset(&json);
        say_many(&world, 1,
                 (struct apart){id, "licence", BY_HOW_SET, side_counts[i], {{{0}}, {{0}}}});
        expect_ok(&world, by_transfer(world.offices[1].node, id, "Alpha", &json, &world.error));
        by_buffer_reset(&json);
        assert_string_equal(set(&world, 1, id, "area", "1 ha"), "proposed");
        carry(&world, 1, 0);
        assert_string_equal(set(&world, 0, id, "area", "2 ha"), "changed");
        assert_string_equal(field_text(&world, 0, id, "area"), "2 ha");
    }
    by_buffer_deinit(&json);
    world_end(&world);
}

static void elements_added_by_many_are_taken_away_at_once(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (size_t i = 0; i < SIDE_COUNTS; i++) {
        const char *id = add_site(&world, 1, "A site");
        struct by_buffer all = RESULT;
        size_t count = side_counts[i] < BY_REMOVALS_MAX ? side_counts[i] : BY_REMOVALS_MAX;
        say_many(&world, 1, (struct apart){id, "tags", BY_HOW_ADD, count, {{{0}}, {{0}}}});
        assert_string_equal(change(&world, 1, id, "tags", "new", BANYAN_ADD), "changed");
        for (size_t k = 0; k < count; k++)
            expect_ok(&world, by_buffer_append_format(&all, "%s%zu", k == 0 ? "" : ";", k));
        const char *text = by_arena_text(&world.arena, by_buffer_bytes(&all));
        assert_string_equal(change(&world, 1, id, "tags", text, BANYAN_REMOVE), "changed");
        assert_string_equal(field_text(&world, 1, id, "tags"), "new");
        by_buffer_deinit(&all);
    }
    carry(&world, 1, 0);
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_settled_is_opened_again_with_the_same_values),
        cmocka_unit_test(what_was_changed_since_is_left_as_it_is),
        cmocka_unit_test(a_deletion_that_was_settled_is_opened_again),
        cmocka_unit_test(who_only_proposes_opens_nothing_again),
        cmocka_unit_test(one_edit_settles_a_conflict_of_any_number_of_sides),
        cmocka_unit_test(a_record_of_many_heads_is_deleted_and_handed_over_at_once),
        cmocka_unit_test(elements_added_by_many_are_taken_away_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
