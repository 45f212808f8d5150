/* Writing records: fields, conflicts, deletions, proposals. */
#include "lib/world.h"
#include "record/field_value.h"

static enum banyan_status
try_add(struct world *world, const struct banyan_field *fields, size_t count)
{
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_edit_add(world->offices[0].node, "site", fields, count, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static enum banyan_status try_change(struct world *world, int at, const char *id, const char *path,
                                     const char *value, enum banyan_change how)
{
    const struct banyan_field field = {path, value, how};
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_edit_change(world->offices[at].node, id, &field, 1, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static const char *
resolve(struct world *world, int at, const char *id, const char *path, const char *value)
{
    const struct banyan_field field = {path, value, BANYAN_SET};
    struct by_buffer json = RESULT;

    expect_ok(world, by_edit_resolve(world->offices[at].node, id, &field, 1, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "outcome");
}

typedef enum banyan_status
id_call(struct by_node *node, const char *id, struct by_buffer *out, struct banyan_error *error);
static const char *call(struct world *world, int at, id_call *work, const char *id)
{
    struct by_buffer json = RESULT;

    expect_ok(world, work(world->offices[at].node, id, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "outcome");
}

static enum banyan_status try_call(struct world *world, int at, id_call *work, const char *id)
{
    struct by_buffer json = RESULT;
    enum banyan_status status = work(world->offices[at].node, id, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static void a_field_that_breaks_a_rule_is_refused_with_words(void **state)
{
    static const struct {
        const char *claim;
        struct banyan_field field; /* beside name and site_type */
        enum banyan_status status;
        const char *words; /* something of what is said */
    } cases[] = {
        {"a code", {"country", "VNM", BANYAN_SET}, BANYAN_OK, ""},
        {"a field mistyped", {"contry", "VNM", BANYAN_SET}, BANYAN_ERR_INVALID, "country"},
        {"no such code", {"country", "XYZ", BANYAN_SET}, BANYAN_ERR_INVALID, "country"},
        {"a quantity", {"area", "12 ha", BANYAN_SET}, BANYAN_OK, ""},
        {"no unit", {"area", "12 parsec", BANYAN_SET}, BANYAN_ERR_INVALID, "area"},
        {"a language", {"description.km", "x", BANYAN_SET}, BANYAN_OK, ""},
        {"a language in another script", {"description.hmn-Latn", "x", BANYAN_SET}, BANYAN_OK, ""},
        {"a text of no language", {"description.und", "x", BANYAN_SET}, BANYAN_OK, ""},
        {"a country for a language", {"description.vn", "x", BANYAN_SET}, BANYAN_ERR_INVALID, "vn"},
        {"nothing in one language", {"name.vi", NULL, BANYAN_UNSET}, BANYAN_OK, ""},
        {"nothing in a field", {"area", NULL, BANYAN_UNSET}, BANYAN_OK, ""},
        {"one away from no list", {"country", "VNM", BANYAN_REMOVE}, BANYAN_OK, ""},
        {"no language tag",
         {"description.khmer!", "x", BANYAN_SET},
         BANYAN_ERR_INVALID,
         "language"},
        {"a language where there is none",
         {"area.km", "1 ha", BANYAN_SET},
         BANYAN_ERR_INVALID,
         "every language"},
        {"a field given twice", {"site_type", "pa", BANYAN_SET}, BANYAN_ERR_INVALID, "twice"},
        {"one given twice alike", {"site_type", "oecm", BANYAN_SET}, BANYAN_OK, ""},
        {"adding to one value", {"area", "1 ha", BANYAN_ADD}, BANYAN_ERR_INVALID, "one value"},
        {"adding to a list", {"country", "LAO", BANYAN_ADD}, BANYAN_OK, ""},
        {"no text", {"source", "\xff", BANYAN_SET}, BANYAN_ERR_BAD_TEXT, "source"},
        {"no value", {"source", NULL, BANYAN_SET}, BANYAN_ERR_USAGE, "source"},
        {"no sharing but with nobody, members or all",
         {"sharing", "friends", BANYAN_SET},
         BANYAN_ERR_INVALID,
         "sharing"},
        {"a reference to nothing",
         {"stewards", "ZZZZ-ZZZZ", BANYAN_SET},
         BANYAN_ERR_INVALID,
         "stewards"},
    };
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct banyan_field fields[] = {
            {"name", "A site", BANYAN_SET}, {"site_type", "oecm", BANYAN_SET}, cases[i].field};
        print_message("%s\n", cases[i].claim);
        expect(&world, try_add(&world, fields, 3), cases[i].status);
        if (cases[i].status != BANYAN_OK)
            assert_non_null(strstr(world.error.text, cases[i].words));
    }
    world_end(&world);
}

static void a_new_record_names_all_that_it_lacks(void **state)
{
    static const struct banyan_field fields[] = {{"country", "VNM", BANYAN_SET}};
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    expect(&world, try_add(&world, fields, 1), BANYAN_ERR_INVALID);
    assert_non_null(strstr(world.error.text, "name, site_type"));
    expect(&world, try_add(&world, NULL, 0), BANYAN_ERR_INVALID);
    world_end(&world);
}

static void an_unknown_type_suggests_one(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    expect(&world, by_edit_add(world.offices[0].node, "sitte", NULL, 0, &json, &world.error),
           BANYAN_ERR_INVALID);
    assert_non_null(strstr(world.error.text, "site"));
    by_buffer_deinit(&json);
    world_end(&world);
}

static void the_most_fields_of_one_change_fit_and_one_more_is_refused(void **state)
{
    static struct banyan_field fields[BY_TOUCHES_MAX + 1];
    static char paths[BY_TOUCHES_MAX + 1][16];
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    fields[0] = (struct banyan_field){"site_type", "oecm", BANYAN_SET};
    for (unsigned i = 1; i <= BY_TOUCHES_MAX; i++) {
        snprintf(paths[i], sizeof paths[i], "name.en-x%c%c", 'a' + i / 26, 'a' + i % 26);
        fields[i] = (struct banyan_field){paths[i], "x", BANYAN_SET};
    }
    expect_ok(&world, try_add(&world, fields, BY_TOUCHES_MAX - 1));
    expect_ok(&world, try_add(&world, fields, BY_TOUCHES_MAX));
    expect(&world, try_add(&world, fields, BY_TOUCHES_MAX + 1), BANYAN_ERR_TOO_LARGE);
    world_end(&world);
}

static void what_is_so_already_is_not_written_again(void **state)
{
    static const struct {
        const char *claim;
        struct banyan_field field;
        const char *outcome;
    } steps[] = {
        {"the same text", {"name.en", "A site", BANYAN_SET}, "unchanged"},
        {"a list", {"country", "VNM", BANYAN_SET}, "changed"},
        {"the same list", {"country", "VNM", BANYAN_SET}, "unchanged"},
        {"what the list has", {"country", "VNM", BANYAN_ADD}, "unchanged"},
        {"one more", {"country", "LAO", BANYAN_ADD}, "changed"},
        {"the list in another order", {"country", "LAO;VNM", BANYAN_SET}, "unchanged"},
        {"one that is not there", {"country", "KHM", BANYAN_REMOVE}, "unchanged"},
        {"one away", {"country", "VNM", BANYAN_REMOVE}, "changed"},
        {"a number", {"area", "12 ha", BANYAN_SET}, "changed"},
        {"an equal number", {"area", "12.0 ha", BANYAN_SET}, "unchanged"},
        {"away", {"area", NULL, BANYAN_UNSET}, "changed"},
        {"away already", {"area", NULL, BANYAN_UNSET}, "unchanged"},
    };
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A site");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct banyan_field *field = &steps[i].field;
        print_message("%s\n", steps[i].claim);
        assert_string_equal(change(&world, 0, id, field->path, field->value, field->change),
                            steps[i].outcome);
    }
    assert_string_equal(field_text(&world, 0, id, "area"), "");
    assert_non_null(strstr(field_text(&world, 0, id, "country"), "Lao"));
    world_end(&world);
}

static void a_text_without_language_is_in_the_records_own(void **state)
{
    static const struct banyan_field fields[] = {{"name", "កំពង់ភ្លុក", BANYAN_SET},
                                                 {"language", "km", BANYAN_SET},
                                                 {"site_type", "oecm", BANYAN_SET}};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    expect_ok(&world, by_edit_add(world.offices[0].node, "site", fields, 3, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    const char *id = text_of(&world, &answer, "id");
    assert_string_equal(field_text(&world, 0, id, "name.km"), "កំពង់ភ្លុក");
    set(&world, 0, id, "description", "ភូមិ");
    assert_string_equal(field_text(&world, 0, id, "description.km"), "ភូមិ");
    assert_string_equal(change(&world, 0, id, "description", NULL, BANYAN_UNSET), "changed");
    assert_string_equal(field_text(&world, 0, id, "description.km"), "");
    expect(&world, try_change(&world, 0, id, "name", NULL, BANYAN_UNSET), BANYAN_ERR_INVALID);
    world_end(&world);
}

static void edits_apart_conflict_everywhere_and_one_word_settles_them(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 0);
    set(&world, 1, id, "area", "1200 ha");
    set(&world, 0, id, "area", "12 km2"); /* a coordinator's edits count */
    struct by_value applied = carry(&world, 1, 0);
    assert_int_equal(number_of(&applied, "conflicts_new"), 1);
    carry(&world, 0, 1);
    assert_int_equal(conflict_count(&world, 0, id), 1);
    assert_int_equal(conflict_count(&world, 1, id), 1);
    expect_same_fingerprint(&world, 2);
    assert_string_equal(resolve(&world, 1, id, "area", "1200 ha"), "resolved");
    carry(&world, 1, 0);
    assert_int_equal(conflict_count(&world, 0, id), 0);
    assert_string_equal(field_text(&world, 0, id, "area"), "1200 ha");
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static enum banyan_status set_upon(struct world *world, const char *id, const char *state,
                                   const char *path, const char *value)
{
    const struct banyan_field field = {path, value, BANYAN_SET};
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_edit_change_upon(world->offices[0].node, id, state, &field, 1, &json, &world->error);

    by_buffer_deinit(&json);
    return status;
}

static void what_was_shown_is_edited_not_what_came_since(void **state)
{
    struct world world;
    static const char *const bad[] = {"", "x", "0123456789abcdef", "0123456789abcde-"};

    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 0, "A site");
    struct by_value shown = show(&world, 0, id);
    const char *before = text_of(&world, &shown, "state");
    set(&world, 0, id, "area", "9 ha");
    set(&world, 0, id, "basin.en", "Mekong");
    /* Another value of the same field is in conflict; the same one, or another field, is not. */
    expect_ok(&world, set_upon(&world, id, before, "area", "9.0 ha"));
    expect_ok(&world, set_upon(&world, id, before, "website", "https://example.org"));
    assert_int_equal(conflict_count(&world, 0, id), 0);
    expect_ok(&world, set_upon(&world, id, before, "area", "8 ha"));
    assert_int_equal(conflict_count(&world, 0, id), 1);
    /* Upon what is so now it is an ordinary change. */
    shown = show(&world, 0, id);
    expect_ok(&world, set_upon(&world, id, text_of(&world, &shown, "state"), "area", "7 ha"));
    assert_int_equal(conflict_count(&world, 0, id), 0);
    /* Deleted meanwhile: the edit knows nothing of it. */
    shown = show(&world, 0, id);
    expect_ok(&world, try_call(&world, 0, by_edit_delete, id));
    expect_ok(&world, set_upon(&world, id, text_of(&world, &shown, "state"), "area", "6 ha"));
    shown = show(&world, 0, id);
    assert_string_equal(text_of(&world, &shown, "deleted"), "conflict");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(&world, set_upon(&world, id, bad[i], "area", "5 ha"), BANYAN_ERR_INVALID);
    world_end(&world);
}

static void nothing_takes_the_last_of_what_a_record_cannot_be_without(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A site");
    expect(&world, try_change(&world, 0, id, "name", NULL, BANYAN_UNSET), BANYAN_ERR_INVALID);
    expect(&world, try_change(&world, 0, id, "name.en", NULL, BANYAN_UNSET), BANYAN_ERR_INVALID);
    expect(&world, try_change(&world, 0, id, "site_type", NULL, BANYAN_UNSET), BANYAN_ERR_INVALID);
    set(&world, 0, id, "name.vi", "Khu");
    expect_ok(&world, try_change(&world, 0, id, "name.en", NULL, BANYAN_UNSET));
    expect_ok(&world, try_change(&world, 0, id, "name.en", NULL, BANYAN_UNSET));
    expect(&world, try_change(&world, 0, id, "name.vi", NULL, BANYAN_UNSET), BANYAN_ERR_INVALID);
    world_end(&world);
}

static size_t proposal_count(struct world *world, int at, const char *id)
{
    struct by_value record = show(world, at, id);

    return by_value_get(&record, "proposals")->array.count;
}

static void what_one_has_proposed_is_not_proposed_again(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 0, "A site");
    carry(&world, 0, 1);
    assert_string_equal(set(&world, 1, id, "area", "9 ha"), "proposed");
    assert_string_equal(set(&world, 1, id, "area", "9 ha"), "proposed_already");
    assert_string_equal(set(&world, 1, id, "area", "8 ha"), "proposed");
    assert_string_equal(call(&world, 1, by_edit_delete, id), "proposed");
    assert_string_equal(call(&world, 1, by_edit_delete, id), "proposed_already");
    assert_int_equal(proposal_count(&world, 1, id), 3);
    /* Declined, it can be proposed anew; what the owner writes counts, and is none. */
    carry(&world, 1, 0);
    assert_string_equal(call(&world, 0, by_decide_decline, id), "declined");
    assert_string_equal(set(&world, 0, id, "area", "9 ha"), "changed");
    assert_string_equal(set(&world, 0, id, "area", "7 ha"), "changed");
    carry(&world, 0, 1);
    assert_string_equal(set(&world, 1, id, "area", "9 ha"), "proposed");
    world_end(&world);
}

static void resolve_refuses_what_is_not_in_conflict(void **state)
{
    static const struct banyan_field area = {"area", "1 ha", BANYAN_SET};
    static const struct banyan_field deleted = {"deleted", "yes", BANYAN_SET};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A site");
    struct by_node *node = world.offices[0].node;
    expect(&world, by_edit_resolve(node, id, &area, 1, &json, &world.error), BANYAN_ERR_USAGE);
    expect(&world, by_edit_resolve(node, id, &deleted, 1, &json, &world.error), BANYAN_ERR_USAGE);
    expect(&world, by_edit_resolve(node, id, NULL, 0, &json, &world.error), BANYAN_ERR_USAGE);
    by_buffer_deinit(&json);
    world_end(&world);
}

static void a_deleted_record_comes_back_as_it_was(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A site");
    expect(&world, try_call(&world, 0, by_edit_undelete, id), BANYAN_ERR_USAGE);
    assert_string_equal(call(&world, 0, by_edit_delete, id), "deleted");
    assert_string_equal(call(&world, 0, by_edit_delete, id), "unchanged");
    expect(&world, try_change(&world, 0, id, "area", "1 ha", BANYAN_SET), BANYAN_ERR_USAGE);
    assert_string_equal(call(&world, 0, by_edit_undelete, id), "restored");
    struct by_value record = show(&world, 0, id);
    assert_string_equal(text_of(&world, &record, "deleted"), "no");
    assert_string_equal(field_text(&world, 0, id, "name.en"), "A site");
    world_end(&world);
}

static void a_deletion_and_an_edit_apart_conflict_and_are_settled_either_way(void **state)
{
    static const struct {
        const char *word;
        const char *deleted;
    } cases[] = {{"yes", "yes"}, {"no", "no"}};
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    for (size_t i = 0; i < 2; i++) {
        const char *id = add_site(&world, 1, "A site");
        carry(&world, 1, 0);
        call(&world, 1, by_edit_delete, id);
        set(&world, 0, id, "area", "12 ha");
        carry(&world, 0, 1);
        struct by_value record = show(&world, 1, id);
        assert_string_equal(text_of(&world, &record, "deleted"), "conflict");
        assert_string_equal(resolve(&world, 1, id, "deleted", cases[i].word), "resolved");
        carry(&world, 1, 0);
        record = show(&world, 0, id);
        assert_string_equal(text_of(&world, &record, "deleted"), cases[i].deleted);
        expect_same_fingerprint(&world, 2);
    }
    world_end(&world);
}

static void an_edit_by_others_is_a_proposal_until_the_owner_accepts(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 2);
    assert_string_equal(set(&world, 2, id, "area", "5 ha"), "proposed");
    assert_string_equal(field_text(&world, 2, id, "area"), "");
    expect(&world, try_call(&world, 2, by_decide_accept, id), BANYAN_ERR_DENIED);
    struct by_value applied = carry(&world, 2, 1);
    assert_int_equal(number_of(&applied, "proposals_new"), 1);
    assert_string_equal(field_text(&world, 1, id, "area"), "");
    assert_string_equal(call(&world, 1, by_decide_accept, id), "accepted");
    assert_string_equal(field_text(&world, 1, id, "area"), "5 ha");
    expect(&world, try_call(&world, 1, by_decide_accept, id), BANYAN_ERR_NOT_FOUND);
    carry(&world, 1, 2);
    assert_string_equal(field_text(&world, 2, id, "area"), "5 ha");
    world_end(&world);
}

static void a_coordinator_decides_for_everybody(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 2);
    set(&world, 2, id, "area", "5 ha");
    carry(&world, 2, 0);
    assert_string_equal(call(&world, 0, by_decide_decline, id), "declined");
    carry(&world, 0, 1);
    carry(&world, 2, 1);
    assert_string_equal(field_text(&world, 1, id, "area"), "");
    expect(&world, try_call(&world, 1, by_decide_accept, id), BANYAN_ERR_NOT_FOUND);
    world_end(&world);
}

/* The id of the first proposal shown on a record. */
static const char *proposal_of(struct world *world, int at, const char *id, size_t which)
{
    struct by_value record = show(world, at, id);
    const struct by_value *proposals = by_value_get(&record, "proposals");

    assert_true(proposals->array.count > which);
    return text_of(world, &proposals->array.items[which], "id");
}

static void proposals_that_contradict_are_accepted_one_by_one(void **state)
{
    char beginning[13];
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 4);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 2);
    carry(&world, 1, 3);
    set(&world, 2, id, "area", "5 ha");
    set(&world, 3, id, "area", "6 ha");
    carry(&world, 2, 1);
    carry(&world, 3, 1);
    expect(&world, try_call(&world, 1, by_decide_accept, id), BANYAN_ERR_INVALID);
    snprintf(beginning, sizeof beginning, "%s", proposal_of(&world, 1, id, 0));
    assert_string_equal(call(&world, 1, by_decide_accept, beginning), "accepted");
    assert_string_equal(call(&world, 1, by_decide_decline, proposal_of(&world, 1, id, 1)),
                        "declined");
    expect(&world, try_call(&world, 1, by_decide_accept, "0123456789abcdef"), BANYAN_ERR_NOT_FOUND);
    assert_string_not_equal(field_text(&world, 1, id, "area"), "");
    world_end(&world);
}

static void a_proposed_deletion_deletes_once_accepted(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 2);
    assert_string_equal(call(&world, 2, by_edit_delete, id), "proposed");
    carry(&world, 2, 1);
    struct by_value record = show(&world, 1, id);
    assert_string_equal(text_of(&world, &record, "deleted"), "no");
    const struct by_value *proposals = by_value_get(&record, "proposals");
    assert_int_equal(proposals->array.count, 1);
    const struct by_value *changes = by_value_get(&proposals->array.items[0], "changes");
    assert_int_equal(changes->array.count, 1);
    assert_string_equal(text_of(&world, &changes->array.items[0], "path"), "deleted");
    assert_string_equal(call(&world, 1, by_decide_accept, id), "accepted");
    record = show(&world, 1, id);
    assert_string_equal(text_of(&world, &record, "deleted"), "yes");
    world_end(&world);
}

static void history_tells_who_changed_what_and_what_stood_before(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A site");
    set(&world, 0, id, "area", "5 ha");
    set(&world, 0, id, "area", "6 ha");
    expect_ok(&world, by_history(world.offices[0].node, id, "en", &json, &world.error));
    struct by_value history = parse(&world, &json);
    assert_int_equal(history.array.count, 3);
    const struct by_value *last = &history.array.items[2];
    assert_string_equal(text_of(&world, last, "state"), "counts");
    assert_string_equal(text_of(&world, by_value_get(last, "by"), "name"), "Alpha");
    const struct by_value *change = &by_value_get(last, "changes")->array.items[0];
    assert_string_equal(text_of(&world, change, "text"), "6 ha");
    assert_string_equal(text_of(&world, change, "before"), "5 ha");
    world_end(&world);
}

/* As by a computer whose clock was ten years ahead, and has been set right since. */
static enum banyan_status put_years_ahead(void *context, struct by_append *append)
{
    static const struct banyan_field fields[] = {{"name", "A site", BANYAN_SET},
                                                 {"site_type", "oecm", BANYAN_SET}};
    struct by_record_name *name = context;

    append->wall_ms += UINT64_C(10) * 365 * 24 * 3600 * 1000;
    *name = (struct by_record_name){.owner = append->node->organisation,
                                    .uuid = by_uuid7(append->wall_ms, (const uint8_t[10]){7})};
    return by_edit_put(append, name, by_bytes_of_text("site"), fields, 2);
}

static void history_tells_a_change_after_what_it_changed_whatever_the_clock_said(void **state)
{
    char id[BY_SHORT_ID_BYTES];
    struct world world;
    struct by_buffer json = RESULT;
    struct by_record_name name;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_node *node = world.offices[0].node;
    expect_ok(&world, by_append_run(node, put_years_ahead, &name, &world.error));
    by_record_short_id(&name, id);
    set(&world, 0, id, "area", "5 ha");
    set(&world, 0, id, "area", "6 ha");
    expect_ok(&world, by_history(node, id, "en", &json, &world.error));
    struct by_value history = parse(&world, &json);
    assert_int_equal(history.array.count, 3);
    assert_string_equal(text_of(&world, &history.array.items[0], "op"), "put");
    const struct by_value *change =
        &by_value_get(&history.array.items[2], "changes")->array.items[0];
    assert_string_equal(text_of(&world, change, "before"), "5 ha");
    world_end(&world);
}

static size_t open_proposals(struct world *world, int at, const char *id)
{
    struct by_value record = show(world, at, id);
    const struct by_value *proposals = by_value_get(&record, "proposals");
    size_t count = 0;

    for (size_t i = 0; i < proposals->array.count; i++)
        count += strcmp(text_of(world, &proposals->array.items[i], "state"), "open") == 0;
    return count;
}

static void one_decision_is_on_as_many_proposals_as_an_entry_names(void **state)
{
    char value[32];
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    const char *id = add_site(&world, 1, "A site");
    carry(&world, 1, 2);
    for (unsigned i = 0; i < BY_TARGETS_MAX + 1; i++) {
        snprintf(value, sizeof value, "source %u", i);
        set(&world, 2, id, "source", value);
    }
    carry(&world, 2, 1);
    assert_int_equal(open_proposals(&world, 1, id), BY_TARGETS_MAX + 1);
    assert_string_equal(call(&world, 1, by_decide_decline, id), "declined");
    assert_int_equal(open_proposals(&world, 1, id), 1);
    assert_string_equal(call(&world, 1, by_decide_accept, id), "accepted");
    assert_int_equal(open_proposals(&world, 1, id), 0);
    world_end(&world);
}

/* Sets "area" to a value that is no quantity, as a program with other types might. */
static enum banyan_status write_wrong_kind(void *context, struct by_append *append)
{
    struct by_touch touch = {.path = by_bytes_of_text("area"), .how = BY_HOW_SET};
    struct by_value value = by_value_int(7);
    struct by_operation patch = {.links = {.name = *(const struct by_record_name *)context,
                                           .op = BY_OP_PATCH,
                                           .touches = &touch,
                                           .touch_count = 1},
                                 .values = &value};

    return by_append_operation(append, &patch);
}

static void an_entry_that_breaks_its_type_is_shown_as_invalid_and_changes_nothing(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    struct by_record_name name;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 0, "A site");
    struct by_node *node = world.offices[0].node;
    expect_ok(&world, by_node_find(node, id, &name, &world.error));
    expect_ok(&world, by_append_run(node, write_wrong_kind, &name, &world.error));
    carry(&world, 0, 1);
    for (int at = 0; at < 2; at++) {
        assert_string_equal(field_text(&world, at, id, "area"), "");
        expect_ok(&world, by_history(world.offices[at].node, id, "en", &json, &world.error));
        struct by_value history = parse(&world, &json);
        assert_int_equal(history.array.count, 2);
        assert_string_equal(text_of(&world, &history.array.items[1], "state"), "invalid");
    }
    expect_same_fingerprint(&world, 2);
    world_end(&world);
}

static void all_members_can_read_and_the_sentence_says_so(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    const char *id = add_site(&world, 0, "A site");
    expect_ok(&world, by_who_can_read(world.offices[0].node, id, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    assert_string_equal(text_of(&world, &answer, "sharing"), "members");
    assert_int_equal(by_value_get(&answer, "readers")->array.count, 2);
    set(&world, 0, id, "sharing", "public");
    json = (struct by_buffer)RESULT;
    expect_ok(&world, by_who_can_read(world.offices[0].node, id, &json, &world.error));
    answer = parse(&world, &json);
    assert_non_null(strstr(text_of(&world, &answer, "sentence"), "public"));
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_that_breaks_a_rule_is_refused_with_words),
        cmocka_unit_test(a_new_record_names_all_that_it_lacks),
        cmocka_unit_test(an_unknown_type_suggests_one),
        cmocka_unit_test(the_most_fields_of_one_change_fit_and_one_more_is_refused),
        cmocka_unit_test(what_is_so_already_is_not_written_again),
        cmocka_unit_test(a_text_without_language_is_in_the_records_own),
        cmocka_unit_test(edits_apart_conflict_everywhere_and_one_word_settles_them),
        cmocka_unit_test(what_was_shown_is_edited_not_what_came_since),
        cmocka_unit_test(nothing_takes_the_last_of_what_a_record_cannot_be_without),
        cmocka_unit_test(what_one_has_proposed_is_not_proposed_again),
        cmocka_unit_test(resolve_refuses_what_is_not_in_conflict),
        cmocka_unit_test(a_deleted_record_comes_back_as_it_was),
        cmocka_unit_test(a_deletion_and_an_edit_apart_conflict_and_are_settled_either_way),
        cmocka_unit_test(an_edit_by_others_is_a_proposal_until_the_owner_accepts),
        cmocka_unit_test(a_coordinator_decides_for_everybody),
        cmocka_unit_test(proposals_that_contradict_are_accepted_one_by_one),
        cmocka_unit_test(a_proposed_deletion_deletes_once_accepted),
        cmocka_unit_test(history_tells_who_changed_what_and_what_stood_before),
        cmocka_unit_test(history_tells_a_change_after_what_it_changed_whatever_the_clock_said),
        cmocka_unit_test(one_decision_is_on_as_many_proposals_as_an_entry_names),
        cmocka_unit_test(an_entry_that_breaks_its_type_is_shown_as_invalid_and_changes_nothing),
        cmocka_unit_test(all_members_can_read_and_the_sentence_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
