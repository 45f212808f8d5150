/*
 * Types and code lists that a network decides on: proposed, approved, in force on every node alike.
 * BY_TEST_SEED repeats a run.
 */
#include "admin/approve.h"
#include "admin/types.h"
#include "core/append.h"
#include "lib/world.h"
#include "os/os.h"
#include "trust/prove.h"
#include "trust/verify.h"

static const char pond[] =
    "{\"name\":\"pond\",\"label\":{\"en\":\"Pond\",\"vi\":\"Ao\"},\"fields\":["
    "{\"name\":\"name\",\"kind\":\"mltext\",\"required\":true,\"label\":\"Name\"},"
    "{\"name\":\"water\",\"kind\":\"code\",\"list\":\"water\",\"label\":\"Water\"},"
    "{\"name\":\"depth\",\"kind\":\"quantity\",\"list\":\"distance-unit\",\"label\":\"Depth\"}]}";
static const char water[] =
    "{\"name\":\"water\",\"codes\":[{\"code\":\"fresh\",\"label\":\"Fresh water\"},"
    "{\"code\":\"salt\",\"label\":\"Salt water\"}]}";

/* The answer; texts of files, ends in NULL. */
static struct by_value propose(struct world *world, int at, bool shipped, const char *const *texts,
                               enum banyan_status wanted)
{
    struct banyan_type_file files[8];
    struct banyan_types_proposal proposal = {.files = files, .shipped = shipped};
    struct by_buffer json = RESULT;

    for (; texts[proposal.file_count] != NULL; proposal.file_count++)
        files[proposal.file_count] =
            (struct banyan_type_file){"a.json", texts[proposal.file_count]};
    expect(world, by_types_propose(world->offices[at].node, &proposal, &json, &world->error),
           wanted);
    if (wanted != BANYAN_OK) {
        by_buffer_deinit(&json);
        return by_value_nil();
    }
    return parse(world, &json);
}

static struct by_value proposed(struct world *world, int at)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_types_proposed(world->offices[at].node, NULL, &json, &world->error));
    return parse(world, &json);
}

static void approve(struct world *world, int at, const char *act)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_approve(world->offices[at].node, act, &json, &world->error));
    by_buffer_deinit(&json);
}

static const char *text(struct world *world, enum banyan_status status, struct by_buffer *json)
{
    expect_ok(world, status);
    const char *copy = by_arena_text(&world->arena, by_buffer_bytes(json));
    by_buffer_deinit(json);
    return copy;
}

static const char *types_text(struct world *world, int at, const char *type)
{
    struct by_buffer json = RESULT;

    return text(world, by_report_types(world->offices[at].node, type, "vi", &json, &world->error),
                &json);
}

static const char *rows(struct world *world, int at, const char *sql)
{
    struct by_buffer json = RESULT;
    struct by_node *node = world->offices[at].node;

    expect_ok(world, by_node_view(node, NULL, &world->error));
    return text(world, by_view_sql(node->view, sql, 0, 0, &json, &world->error), &json);
}

static const char *add(struct world *world, int at, const char *type,
                       const struct banyan_field *fields, size_t count, enum banyan_status wanted)
{
    struct by_buffer json = RESULT;

    expect(world, by_edit_add(world->offices[at].node, type, fields, count, &json, &world->error),
           wanted);
    if (wanted != BANYAN_OK) {
        by_buffer_deinit(&json);
        return NULL;
    }
    struct by_value answer = parse(world, &json);
    return text_of(world, &answer, "id");
}

static const struct banyan_field a_pond[] = {{"name.vi", "Ao", BANYAN_SET},
                                             {"water", "Salt water", BANYAN_SET},
                                             {"depth", "3 m", BANYAN_SET}};

static void a_coordinator_alone_decides_at_once(void **state)
{
    const char *const texts[] = {pond, water, NULL};
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 2);
    (void)add(&world, 0, "pond", a_pond, 3, BANYAN_ERR_INVALID);
    struct by_value answer = propose(&world, 0, false, texts, BANYAN_OK);
    assert_string_equal(text_of(&world, &answer, "outcome"), "proposed");
    assert_true(by_value_get(&answer, "decided")->boolean);
    const char *id = add(&world, 0, "pond", a_pond, 3, BANYAN_OK);
    assert_string_equal(field_text(&world, 0, id, "water"), "Salt water");
    assert_non_null(strstr(types_text(&world, 0, "pond"), "\"label\":\"Ao\""));
    assert_non_null(strstr(rows(&world, 0, "SELECT water, depth, depth_unit FROM pond"), "salt"));
    carry(&world, 0, 1);
    assert_string_equal(field_text(&world, 1, id, "water"), "Salt water");
    assert_string_equal(rows(&world, 0, "SELECT * FROM pond"),
                        rows(&world, 1, "SELECT * FROM pond"));
    assert_string_equal(types_text(&world, 0, "pond"), types_text(&world, 1, "pond"));
    expect_same_fingerprint(&world, 2);
    answer = propose(&world, 0, false, texts, BANYAN_OK);
    assert_string_equal(text_of(&world, &answer, "outcome"), "unchanged");
    (void)propose(&world, 1, false, texts, BANYAN_ERR_DENIED);
    world_end(&world);
}

static enum banyan_status log_act(void *context, struct by_append *append)
{
    return by_append_act(append, context, NULL);
}

/* Office 1 becomes a coordinator too. */
static void two_coordinators(struct world *world)
{
    struct by_act act = {.kind = BY_KIND_ROLE, .role.role = BY_ROLE_COORDINATOR};

    act.role.organisation = world->offices[1].node->organisation;
    expect_ok(world, by_append_run(world->offices[0].node, log_act, &act, &world->error));
    carry(world, 0, 1);
}

static void several_coordinators_decide_together(void **state)
{
    const char *const texts[] = {pond, water, NULL};
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    two_coordinators(&world);
    const char *site = add_site(&world, 0, "A site");
    struct by_value answer = propose(&world, 0, false, texts, BANYAN_OK);
    assert_false(by_value_get(&answer, "decided")->boolean);
    (void)add(&world, 0, "pond", a_pond, 3, BANYAN_ERR_INVALID);
    carry(&world, 0, 1);
    struct by_value waiting = proposed(&world, 1);
    assert_int_equal(waiting.array.count, 1);
    struct by_value *first = &waiting.array.items[0];
    assert_int_equal(by_value_get(first, "types")->array.count, 1);
    assert_int_equal(by_value_get(first, "lists")->array.count, 1);
    approve(&world, 1, text_of(&world, &answer, "act"));
    assert_int_equal(proposed(&world, 1).array.count, 0);
    const char *id = add(&world, 1, "pond", a_pond, 3, BANYAN_OK);
    carry(&world, 1, 0);
    carry(&world, 1, 2);
    for (int at = 0; at < 3; at++) {
        assert_string_equal(field_text(&world, at, id, "depth"), "3 m");
        assert_string_equal(types_text(&world, at, NULL), types_text(&world, 1, NULL));
    }
    carry(&world, 0, 1);
    carry(&world, 0, 2);
    assert_string_equal(field_text(&world, 2, site, "name.en"), "A site");
    expect_same_fingerprint(&world, 3);
    world_end(&world);
}

static const char lake[] =
    "{\"name\":\"lake\",\"label\":\"Lake\",\"fields\":["
    "{\"name\":\"name\",\"kind\":\"mltext\",\"required\":true,\"label\":\"Name\"},"
    "{\"name\":\"shore\",\"kind\":\"code\",\"list\":\"shore\",\"label\":\"Shore\"}]}";
static const char shore[] =
    "{\"name\":\"shore\",\"codes\":[{\"code\":\"sand\",\"label\":\"Sand\"}]}";
static const struct banyan_field a_lake[] = {{"name.vi", "Hồ", BANYAN_SET},
                                             {"shore", "Sand", BANYAN_SET}};

static void propose_apart(struct world *world, const char *const *first, const char *const *second)
{
    struct by_value one = propose(world, 0, false, first, BANYAN_OK);
    struct by_value other = propose(world, 1, false, second, BANYAN_OK);

    carry(world, 0, 1);
    carry(world, 1, 0);
    approve(world, 0, text_of(world, &other, "act"));
    approve(world, 1, text_of(world, &one, "act"));
    carry(world, 0, 1);
    carry(world, 1, 0);
    carry(world, 1, 2);
}

/* Neither knew of the other's proposal: both stand, also in a proof that others check. */
static void what_two_coordinators_propose_apart_stands_both(void **state)
{
    const char *const first[] = {pond, water, NULL}, *const second[] = {lake, shore, NULL};
    struct by_buffer proof = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_verified verified = {.loaded = {.count = 0}};
    struct by_record_name name;
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 3);
    two_coordinators(&world);
    propose_apart(&world, first, second);
    const char *ids[2] = {add(&world, 0, "pond", a_pond, 3, BANYAN_OK),
                          add(&world, 0, "lake", a_lake, 2, BANYAN_OK)};
    carry(&world, 0, 1);
    carry(&world, 0, 2);
    for (int at = 0; at < 3; at++) {
        assert_string_equal(field_text(&world, at, ids[0], "water"), "Salt water");
        assert_string_equal(field_text(&world, at, ids[1], "shore"), "Sand");
        assert_string_equal(types_text(&world, at, NULL), types_text(&world, 0, NULL));
        assert_non_null(strstr(rows(&world, at, "SELECT shore FROM lake"), "sand"));
    }
    expect_same_fingerprint(&world, 3);
    expect_ok(&world, by_node_find(world.offices[2].node, ids[1], &name, &world.error));
    expect_ok(&world, by_prove(world.offices[2].node, &name, &proof, &world.error));
    expect_ok(&world, by_verify_read(&verified, by_buffer_bytes(&proof), &world.error));
    assert_true(by_type_set_has(verified.outside.types, by_bytes_of_text("pond")));
    assert_true(by_type_set_has(verified.outside.types, by_bytes_of_text("lake")));
    by_verified_deinit(&verified);
    by_buffer_deinit(&proof);
    /* Who proposes next goes on from both. */
    struct by_value answer = propose(&world, 0, false, first, BANYAN_OK);
    assert_string_equal(text_of(&world, &answer, "outcome"), "unchanged");
    answer = propose(&world, 1, false, second, BANYAN_OK);
    assert_string_equal(text_of(&world, &answer, "outcome"), "unchanged");
    world_end(&world);
}

/* Files that break a rule, and a word of what is said. */
static const struct {
    const char *file, *words;
} broken[] = {
    {"{", "a.json"},
    {"[]", "defines no type"},
    {"{\"name\":\"pond\"}", "defines no type"},
    {"{\"name\":\"record\",\"label\":\"R\",\"fields\":[]}", "is taken"},
    {"{\"name\":\"rtree_x\",\"label\":\"R\",\"fields\":[]}", "is taken"},
    {"{\"name\":\"Pond\",\"label\":\"R\",\"fields\":[]}", "a-z"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[]}", "1 to 256 fields"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"a\",\"kind\":\"text\",\"label\":"
     "\"A\"}]}",
     "no field is required"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"a\",\"kind\":\"tekst\",\"label\":"
     "\"A\"}]}",
     "no kind"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"a\",\"kind\":\"code\",\"label\":"
     "\"A\"}]}",
     "needs a list"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"a\",\"kind\":\"code\",\"list\":"
     "\"odd\",\"label\":\"A\"}]}",
     "no list odd"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"tags\",\"kind\":\"texts\","
     "\"label\":\"A\"}]}",
     "not taken"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"extra\":1,\"fields\":[{\"name\":\"a\",\"kind\":\"text\","
     "\"required\":true,\"label\":\"A\"}]}",
     "\"extra\" is no known key"},
    {"{\"name\":\"pond\",\"label\":{\"klingon language\":\"x\"},\"fields\":[{\"name\":\"a\","
     "\"kind\":\"text\",\"required\":true,\"label\":\"A\"}]}",
     "texts by language"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"a\",\"kind\":\"text\","
     "\"required\":"
     "true,\"label\":\"A\",\"expected_for\":[\"odd\"]}]}",
     "no purpose odd"},
    {"{\"name\":\"pond\",\"label\":\"R\",\"fields\":[{\"name\":\"a\",\"kind\":\"text\","
     "\"required\":"
     "true,\"label\":\"A\",\"min\":\"1\"}]}",
     "decimal text"},
    {"{\"name\":\"site\",\"label\":\"R\",\"fields\":[{\"name\":\"area\",\"kind\":\"number\","
     "\"required\":true,\"label\":\"A\"}]}",
     "of kind quantity"},
    {"{\"name\":\"water\",\"codes\":[]}", "1 to 4096 codes"},
    {"{\"name\":\"water\",\"codes\":[{\"code\":\"a b\",\"label\":\"A\"}]}", "letters, digits"},
    {"{\"name\":\"water\",\"codes\":[{\"code\":\"a\",\"label\":\"A\"},{\"code\":\"a\",\"label\":"
     "\"A\"}]}",
     "stands twice"},
    {"{\"name\":\"sharing\",\"codes\":[{\"code\":\"a\",\"label\":\"A\"}]}", "cannot be changed"},
    {"{\"name\":\"water\",\"codes\":[{\"code\":\"a\",\"label\":\"A\",\"since\":\"2026\"}]}",
     "is a day"},
};

static void what_breaks_a_rule_is_refused_with_its_place(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 1);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        const char *const texts[] = {broken[i].file, NULL};

        print_message("  %s\n", broken[i].file);
        world.error.text[0] = '\0';
        (void)propose(&world, 0, false, texts, i == 0 ? BANYAN_ERR_MALFORMED : BANYAN_ERR_INVALID);
        if (strstr(world.error.text, broken[i].words) == NULL)
            fail_msg("'%s' does not say '%s'", world.error.text, broken[i].words);
    }
    world_end(&world);
}

static void a_shipped_type_grows_and_is_as_shipped_again(void **state)
{
    static const char grown[] =
        "{\"name\":\"need\",\"version\":7,\"open\":true,\"label\":\"Need of ours\",\"fields\":["
        "{\"name\":\"title\",\"kind\":\"mltext\",\"required\":true,\"label\":\"Title\"},"
        "{\"name\":\"colour\",\"kind\":\"text\",\"label\":\"Colour\"}]}";
    const char *const texts[] = {grown, water, NULL};
    const char *const none[] = {NULL};
    const struct banyan_field fields[] = {{"title.en", "Help", BANYAN_SET},
                                          {"colour", "blue", BANYAN_SET}};
    struct world world;
    (void)state;

    world_begin(&world);
    found_network(&world, 1);
    const char *before = types_text(&world, 0, "need");
    (void)propose(&world, 0, false, texts, BANYAN_OK);
    assert_non_null(strstr(types_text(&world, 0, "need"), "Need of ours"));
    assert_true(by_type_set_is_open(world.offices[0].node->types, by_bytes_of_text("need")));
    const char *id = add(&world, 0, "need", fields, 2, BANYAN_OK);
    assert_non_null(strstr(rows(&world, 0, "SELECT colour FROM need"), "blue"));
    struct by_value answer = propose(&world, 0, true, none, BANYAN_OK);
    assert_string_equal(text_of(&world, &answer, "outcome"), "proposed");
    assert_null(strstr(types_text(&world, 0, "need"), "Need of ours"));
    assert_string_not_equal(types_text(&world, 0, "need"), before); /* colour stays */
    assert_string_equal(field_text(&world, 0, id, "colour"), "blue");
    assert_non_null(strstr(rows(&world, 0, "SELECT colour FROM need"), "blue"));
    answer = propose(&world, 0, true, none, BANYAN_OK);
    assert_string_equal(text_of(&world, &answer, "outcome"), "unchanged");
    world_end(&world);
}

/* -- in whatever order the acts come -- */

static uint64_t draw(uint64_t *random, uint64_t below)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (*random * 2685821657736338717u >> 33) % below;
}

static void propose_something(struct world *world, uint64_t *random, int at)
{
    char type[256], list[256];
    const char *const texts[] = {type, list, NULL};

    snprintf(list, sizeof list,
             "{\"name\":\"l%llu\",\"codes\":[{\"code\":\"c%llu\",\"label\":\"C\"}]}",
             (unsigned long long)draw(random, 2), (unsigned long long)draw(random, 3));
    snprintf(type, sizeof type,
             "{\"name\":\"t%llu\",\"label\":\"T%llu\",\"fields\":[{\"name\":\"name\",\"kind\":"
             "\"text\",\"required\":true,\"label\":\"N\"},{\"name\":\"f%llu\",\"kind\":\"integer\","
             "\"label\":\"F\"}]}",
             (unsigned long long)draw(random, 2), (unsigned long long)draw(random, 3),
             (unsigned long long)draw(random, 3));
    (void)propose(world, at, false, texts, BANYAN_OK);
}

static void approve_something(struct world *world, uint64_t *random, int at)
{
    struct by_value waiting = proposed(world, at);

    if (waiting.array.count > 0)
        approve(world, at,
                text_of(world, &waiting.array.items[draw(random, waiting.array.count)], "act"));
}

static void write_record(struct world *world, uint64_t *random, int at)
{
    char type[8], path[8];
    const struct banyan_field fields[] = {{"name", "A", BANYAN_SET}, {path, "12", BANYAN_SET}};
    struct by_buffer json = RESULT;

    snprintf(type, sizeof type, "t%llu", (unsigned long long)draw(random, 2));
    snprintf(path, sizeof path, "f%llu", (unsigned long long)draw(random, 3));
    enum banyan_status status =
        by_edit_add(world->offices[at].node, type, fields, 2, &json, &world->error);
    if (status != BANYAN_ERR_INVALID) /* type or field are not in force here */
        expect_ok(world, status);
    by_buffer_deinit(&json);
}

static void the_same_acts_in_any_order_give_the_same_types_and_rows(void **state)
{
    static const char *const queries[] = {
        "SELECT * FROM record ORDER BY name", "SELECT name, sql FROM sqlite_master ORDER BY name",
        "SELECT table_name, data_type FROM gpkg_contents ORDER BY table_name"};
    const char *given = getenv("BY_TEST_SEED");
    struct world world;
    uint64_t random;
    (void)state;

    by_os_random(&random, sizeof random);
    random = given != NULL ? strtoull(given, NULL, 10) : random | 1;
    print_message("BY_TEST_SEED=%llu\n", (unsigned long long)random);
    world_begin(&world);
    found_network(&world, 3);
    two_coordinators(&world);
    for (int step = 0; step < 40; step++) {
        int at = (int)draw(&random, 2);
        switch (draw(&random, 4)) {
        case 0:
            propose_something(&world, &random, at);
            break;
        case 1:
            approve_something(&world, &random, at);
            break;
        case 2:
            write_record(&world, &random, at);
            break;
        default:
            carry(&world, at, (at + 1 + (int)draw(&random, 2)) % 3);
        }
    }
    for (int i = 0; i < 6; i++)
        carry(&world, i % 3, (i + 1) % 3);
    expect_same_fingerprint(&world, 3);
    for (int at = 1; at < 3; at++) {
        assert_string_equal(types_text(&world, at, NULL), types_text(&world, 0, NULL));
        for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
            assert_string_equal(rows(&world, at, queries[i]), rows(&world, 0, queries[i]));
    }
    struct by_node *node = world.offices[0].node;
    struct by_view_changes changes;
    const char *before = rows(&world, 0, queries[0]);
    expect_ok(&world,
              by_view_rebuild(node->view, node->store, node->charter, &changes, &world.error));
    assert_string_equal(rows(&world, 0, queries[0]), before);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_coordinator_alone_decides_at_once),
        cmocka_unit_test(several_coordinators_decide_together),
        cmocka_unit_test(what_two_coordinators_propose_apart_stands_both),
        cmocka_unit_test(what_breaks_a_rule_is_refused_with_its_place),
        cmocka_unit_test(a_shipped_type_grows_and_is_as_shipped_again),
        cmocka_unit_test(the_same_acts_in_any_order_give_the_same_types_and_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
