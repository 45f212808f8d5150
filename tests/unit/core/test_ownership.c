/*
 * Whose record it is, and who did what: handing over, proposals after it, names of people.
 */
#include "base/limits.h"
#include "core/me.h"
#include "core/transfer.h"
#include "lib/world.h"

static const char *
hand_over(struct world *world, int at, const char *id, const char *to, enum banyan_status wanted)
{
    struct by_buffer json = RESULT;

    expect(world, by_transfer(world->offices[at].node, id, to, &json, &world->error), wanted);
    if (wanted != BANYAN_OK) {
        by_buffer_deinit(&json);
        return "";
    }
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "outcome");
}

static const char *owner_of(struct world *world, int at, const char *id)
{
    struct by_value record = show(world, at, id);

    return text_of(world, by_value_get(&record, "owner"), "name");
}

static size_t inbox_count(struct world *world, int at)
{
    struct by_buffer json = RESULT;
    const struct by_node *node = world->offices[at].node;

    expect_ok(world, by_node_view(world->offices[at].node, NULL, &world->error));
    expect_ok(world,
              by_view_inbox(node->view, by_node_decides_on(node), "en", &json, &world->error));
    return parse(world, &json).array.count;
}

static void exchange_all(struct world *world, int count)
{
    for (int round = 0; round < 2; round++)
        for (int i = 0; i + 1 < count; i++) {
            carry(world, i, i + 1);
            carry(world, i + 1, i);
        }
}

static void what_is_handed_over_is_the_new_owners(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "Cồn Bửng");
    exchange_all(&world, 3);
    assert_string_equal(set(&world, 2, id, "country", "VNM"), "proposed");
    assert_string_equal(hand_over(&world, 1, id, "Gamma", BANYAN_OK), "transferred");
    assert_string_equal(owner_of(&world, 1, id), "Gamma");
    assert_string_equal(set(&world, 1, id, "licence", "CC0"), "proposed");
    exchange_all(&world, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(owner_of(&world, i, id), "Gamma");
    /* its own proposal of before, and that of the old owner */
    assert_int_equal(inbox_count(&world, 2), 2);
    assert_int_equal(inbox_count(&world, 1), 0);
    assert_string_equal(set(&world, 2, id, "country", "VNM"), "changed");
    struct by_buffer json = RESULT;
    expect_ok(&world, by_decide_accept(world.offices[2].node, id, &json, &world.error));
    by_buffer_deinit(&json);
    exchange_all(&world, 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(field_text(&world, i, id, "country"), "Vietnam");
        assert_string_equal(field_text(&world, i, id, "licence"), "CC0");
        assert_int_equal(conflict_count(&world, i, id), 0);
    }
    expect_same_fingerprint(&world, 3);
    world_end(&world);
}

static void only_who_owns_a_record_hands_it_over(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    join(&world, 3, "Delta", invite(&world, 0, "reader"));
    carry(&world, 3, 0);
    carry(&world, 0, 3);
    const char *id = add_site(&world, 1, "Cồn Bửng");
    exchange_all(&world, 3);
    carry(&world, 0, 1);
    (void)hand_over(&world, 2, id, "Gamma", BANYAN_ERR_DENIED);
    /* not a coordinator either, as long as the owner is there */
    (void)hand_over(&world, 0, id, "Gamma", BANYAN_ERR_DENIED);
    (void)hand_over(&world, 1, id, "Nobody", BANYAN_ERR_NOT_FOUND);
    (void)hand_over(&world, 1, id, "Delta", BANYAN_ERR_INVALID);
    (void)hand_over(&world, 1, "0000-0000", "Gamma", BANYAN_ERR_NOT_FOUND);
    assert_string_equal(hand_over(&world, 1, id, "Beta", BANYAN_OK), "unchanged");
    assert_string_equal(hand_over(&world, 1, id, "Gamma", BANYAN_OK), "transferred");
    (void)hand_over(&world, 1, id, "Alpha", BANYAN_ERR_DENIED);
    carry(&world, 1, 2);
    assert_string_equal(hand_over(&world, 2, id, "Beta", BANYAN_OK), "transferred");
    carry(&world, 2, 1);
    assert_string_equal(set(&world, 1, id, "licence", "CC0"), "changed");
    world_end(&world);
}

static void name_me(struct world *world, int at, const char *name, enum banyan_status wanted)
{
    struct by_buffer json = RESULT;

    expect(world, by_me(world->offices[at].node, name, &json, &world->error), wanted);
    by_buffer_deinit(&json);
}

/* The person of the last row of the history; "" for nobody. */
static const char *last_person(struct world *world, int at, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_history(world->offices[at].node, id, "en", &json, &world->error));
    struct by_value history = parse(world, &json);
    const struct by_value *row = &history.array.items[history.array.count - 1];
    const struct by_value *person = by_value_get(row, "person");
    return person->kind == BY_VALUE_NIL ? "" : by_arena_text(&world->arena, person->bytes);
}

static void the_name_of_who_wrote_goes_with_it(void **state)
{
    char name[BY_PERSON_BYTES_MAX + 2];
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "Cồn Bửng");
    assert_string_equal(last_person(&world, 1, id), "");
    name_me(&world, 1, "Nguyễn Thị Hoa", BANYAN_OK);
    set(&world, 1, id, "licence", "CC0");
    close_office(&world, 1);
    open_office(&world, 1);
    set(&world, 1, id, "country", "VNM");
    carry(&world, 1, 0);
    assert_string_equal(last_person(&world, 0, id), "Nguyễn Thị Hoa");
    name_me(&world, 0, NULL, BANYAN_OK);
    set(&world, 0, id, "country", "KHM");
    assert_string_equal(last_person(&world, 0, id), "");
    name_me(&world, 1, "", BANYAN_OK);
    set(&world, 1, id, "country", "LAO");
    assert_string_equal(last_person(&world, 1, id), "");
    name_me(&world, 1, "two\nlines", BANYAN_ERR_INVALID);
    name_me(&world, 1, "\xff", BANYAN_ERR_BAD_TEXT);
    memset(name, 'x', sizeof name);
    for (size_t size = BY_PERSON_BYTES_MAX - 1; size <= BY_PERSON_BYTES_MAX + 1; size++) {
        name[size] = '\0';
        name_me(&world, 1, name, size > BY_PERSON_BYTES_MAX ? BANYAN_ERR_INVALID : BANYAN_OK);
        name[size] = 'x';
    }
    /* of the three, the second was the last that was kept */
    set(&world, 1, id, "country", "THA");
    assert_int_equal(strlen(last_person(&world, 1, id)), BY_PERSON_BYTES_MAX);
    world_end(&world);
}

/* ---- blame ----------------------------------------------------------------------------------- */

static struct by_value blame(struct world *world, int at, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_blame(world->offices[at].node, id, "en", &json, &world->error));
    return parse(world, &json);
}

/* "path=text by ORG PERSON from SOURCE, proposed by ORG; ..." of one path. */
static const char *blame_text(struct world *world, int at, const char *id, const char *path)
{
    struct by_value answer = blame(world, at, id);
    const struct by_value *fields = by_value_get(&answer, "fields");
    struct by_buffer text = RESULT;

    for (size_t i = 0; i < fields->array.count; i++) {
        const struct by_value *field = &fields->array.items[i];
        const struct by_value *values = by_value_get(field, "values");
        if (strcmp(text_of(world, field, "path"), path) != 0)
            continue;
        for (size_t k = 0; k < values->array.count; k++) {
            const struct by_value *value = &values->array.items[k];
            const struct by_value *person = by_value_get(value, "person");
            const struct by_value *source = by_value_get(value, "source");
            const struct by_value *proposed = by_value_get(value, "proposed");
            expect_ok(world,
                      by_buffer_append_format(&text, "%s%s by %s", k == 0 ? "" : "; ",
                                              text_of(world, value, "text"),
                                              text_of(world, by_value_get(value, "by"), "name")));
            if (person->kind == BY_VALUE_TEXT)
                expect_ok(world,
                          by_buffer_append_format(&text, " (%s)", text_of(world, value, "person")));
            if (source->kind == BY_VALUE_TEXT)
                expect_ok(world, by_buffer_append_format(&text, " from %s",
                                                         text_of(world, value, "source")));
            if (proposed->kind == BY_VALUE_MAP)
                expect_ok(world, by_buffer_append_format(
                                     &text, ", proposed by %s",
                                     text_of(world, by_value_get(proposed, "by"), "name")));
            assert_int_equal(strlen(text_of(world, value, "device")), 64);
            assert_int_equal(strlen(text_of(world, value, "entry")), 64);
        }
    }
    const char *copy = by_arena_text(&world->arena, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return copy;
}

static void blame_tells_of_each_value_who_said_it(void **state)
{
    const struct banyan_field fields[] = {{"name.en", "Phluk", BANYAN_SET},
                                          {"site_type", "oecm", BANYAN_SET},
                                          {"tags", "lake;bird", BANYAN_SET},
                                          {"source", "sites.csv, row 3", BANYAN_SET}};
    struct by_buffer json = RESULT;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    name_me(&world, 0, "Dara", BANYAN_OK);
    expect_ok(&world, by_edit_add(world.offices[1].node, "site", fields, 4, &json, &world.error));
    struct by_value added = parse(&world, &json);
    const char *id = text_of(&world, &added, "id");
    exchange_all(&world, 3);
    assert_string_equal(blame_text(&world, 0, id, "name.en"),
                        "Phluk by Beta from sites.csv, row 3");
    assert_string_equal(blame_text(&world, 0, id, "source"), "sites.csv, row 3 by Beta");
    /* an element by element, and a value in conflict */
    assert_string_equal(change(&world, 0, id, "tags", "wetland", BANYAN_ADD), "changed");
    assert_string_equal(set(&world, 0, id, "name.en", "Phluk lake"), "changed");
    assert_string_equal(set(&world, 1, id, "name.en", "Kampong Phluk"), "changed");
    assert_string_equal(set(&world, 2, id, "country", "KHM"), "proposed");
    exchange_all(&world, 3);
    assert_string_equal(blame_text(&world, 1, id, "tags"),
                        "bird by Beta from sites.csv, row 3; lake by Beta from sites.csv, row 3; "
                        "wetland by Alpha (Dara)");
    assert_string_equal(blame_text(&world, 1, id, "name.en"),
                        "Kampong Phluk by Beta; Phluk lake by Alpha (Dara)");
    assert_string_equal(blame_text(&world, 1, id, "country"), "");
    /* what was accepted is the proposer's word */
    json = (struct by_buffer)RESULT;
    expect_ok(&world, by_decide_accept(world.offices[1].node, id, &json, &world.error));
    by_buffer_deinit(&json);
    assert_string_equal(blame_text(&world, 1, id, "country"),
                        "Cambodia by Beta, proposed by Gamma");
    struct by_value whole = blame(&world, 1, id);
    assert_int_equal(by_value_get(&whole, "deletion")->array.count, 0);
    json = (struct by_buffer)RESULT;
    expect_ok(&world, by_edit_delete(world.offices[0].node, id, &json, &world.error));
    by_buffer_deinit(&json);
    whole = blame(&world, 0, id);
    const struct by_value *side = &by_value_get(&whole, "deletion")->array.items[0];
    assert_string_equal(text_of(&world, by_value_get(side, "by"), "name"), "Alpha");
    assert_true(by_value_get(side, "deleted")->boolean);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_handed_over_is_the_new_owners),
        cmocka_unit_test(only_who_owns_a_record_hands_it_over),
        cmocka_unit_test(the_name_of_who_wrote_goes_with_it),
        cmocka_unit_test(blame_tells_of_each_value_who_said_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
