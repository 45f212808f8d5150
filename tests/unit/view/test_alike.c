/*
 * Records that may be the same: by name in any language and script, by place, within their bounds;
 * and a record by what it is called.
 */
#include "fixture.h"

#include "record/field_value.h"
#include "view/alike.h"

struct scene {
    struct net net;
    void *folder;
    struct by_store *store;
    struct by_view *view;
};

static void put(struct scene *scene, uint8_t number, const char *type, const char *const *fields)
{
    struct writing writing = {
        .author = 0, .name = net_name(&scene->net, 0, number), .op = BY_OP_PUT, .type = type};
    for (size_t i = 0; fields[2 * i] != NULL; i++)
        writing.changes[i] = (struct change){fields[2 * i], BY_HOW_SET, fields[2 * i + 1]};
    (void)net_write(&scene->net, &writing);
}

/* A hundredth of a degree of latitude is 1,113 m. */
static void add_records(struct scene *scene)
{
    static const char *const site[] = {
        "name.vi",   "\"Rừng ngập mặn Cồn Bửng\"",
        "name.km",   "\"កំពង់ភ្លុក\"",
        "geometry",  "{\"type\":\"Point\",\"coordinates\":[106.6,9.9]}",
        "site_type", "\"pa\"",
        NULL};
    static const char *const event[] = {"title.en", "\"Mangrove workshop\"", "geometry",
                                        "{\"type\":\"Point\",\"coordinates\":[106.6,9.9]}", NULL};
    static const char *const org[] = {"name.en", "\"Fisheries Action Coalition Team\"", "acronym",
                                      "\"FACT\"", NULL};
    static const char *const other[] = {"name.en", "\"Rung ngap man Con Bung\"", NULL};
    put(scene, 1, "site", site);
    put(scene, 2, "event", event);
    put(scene, 3, "org", org);
    put(scene, 4, "org", other);
}

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    if (scene == NULL || test_folder_make(&scene->folder) != 0)
        return -1;
    net_begin(&scene->net);
    add_records(scene);
    scene->store = open_store(scene->folder);
    append(scene->store, &scene->net, NULL, 0, scene->net.runs.count);
    scene->view = open_view(&scene->net, scene->folder, "view.gpkg");
    (void)update(scene->view, scene->store, scene->net.charter);
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    by_view_close(scene->view);
    by_store_close(scene->store);
    net_end(&scene->net);
    (void)test_folder_remove(&scene->folder);
    free(scene);
    return 0;
}

/* What is told of the one record that may be the same; nil where none is. */
static struct by_value
ask(struct scene *scene, const char *type, const char *name, const char *geometry)
{
    struct by_bytes names[] = {by_bytes_of_text(name == NULL ? "" : name)};
    struct by_value place = by_value_nil(), answer;
    struct by_view_alike alike = {.type = by_type_shipped_find(by_bytes_of_text(type)),
                                  .names = names,
                                  .name_count = name != NULL};
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    if (geometry != NULL) {
        place = json_value(&scene->net, geometry);
        alike.geometry = &place;
    }
    must(by_view_alike(scene->view, &alike, &out, &error), &error);
    must(by_json_parse(by_buffer_bytes(&out), &scene->net.arena, &answer, &error), &error);
    by_buffer_deinit(&out);
    const struct by_value *found = by_value_get(&answer, "alike");
    assert_true(found->array.count <= 1);
    return found->array.count == 1 ? found->array.items[0] : by_value_nil();
}

static void names_are_compared_folded_in_every_language(void **state)
{
    static const struct {
        const char *type, *name;
        int similarity; /* 0: nothing is told; 1: at least 80 */
    } rows[] = {
        {"site", "Rừng ngập mặn Cồn Bửng", 100},
        {"site", "rung ngap man con bung", 100},
        {"site", "Rừng ngập mặn Cồn Bưng", 100},
        {"site", "Rừng ngập mặn Cồn Bửn", 1},
        {"site", "Rừng ngập mặn", 0},
        {"site", "កំពង់ភ្លុក", 100},
        {"site", "ទន្លេសាប", 0},
        {"site", "!!!", 0},
        {"event", "Mangrove workshops", 1},
        {"event", "Rung ngap man Con Bung", 0},
        {"audit", "Rung ngap man Con Bung", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_value found = ask(*state, rows[i].type, rows[i].name, NULL);
        const struct by_value *similarity = by_value_get(&found, "similarity");
        int64_t got = similarity == NULL ? 0 : similarity->integer;
        if (rows[i].similarity == 1 ? got < 80 || got == 100 : got != rows[i].similarity)
            fail_msg("%s: %lld", rows[i].name, (long long)got);
    }
}

static void places_are_near_within_two_kilometres(void **state)
{
    static const struct {
        const char *type, *geometry;
        int64_t metres; /* -1: nothing is told */
    } rows[] = {
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9]}", 0},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.91]}", 1113},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.61,9.9]}", 1097},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9179]}", 1993},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9181]}", -1},
        {"site", "{\"type\":\"Polygon\",\"coordinates\":[[[106,9],[107,9],[107,10],[106,9]]]}", 0},
        {"site", "{\"type\":\"Point\",\"coordinates\":[9.9,106.6]}", -1},
        {"event", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9]}", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_value found = ask(*state, rows[i].type, NULL, rows[i].geometry);
        const struct by_value *metres = by_value_get(&found, "metres");
        int64_t got = metres == NULL ? -1 : metres->integer;
        if (got < rows[i].metres - 2 || got > rows[i].metres + 2)
            fail_msg("%s: %lld m", rows[i].geometry, (long long)got);
    }
}

static void a_record_found_in_both_ways_is_told_once(void **state)
{
    struct by_value found =
        ask(*state, "site", "Con Bung", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9]}");
    assert_int_equal(by_value_get(&found, "similarity")->kind, BY_VALUE_NIL);
    found = ask(*state, "site", "Rung ngap man Con Bung",
                "{\"type\":\"Point\",\"coordinates\":[106.6,9.9]}");
    assert_int_equal(by_value_get(&found, "similarity")->integer, 100);
    assert_int_equal(by_value_get(&found, "metres")->integer, 0);
}

static void a_record_is_found_by_what_it_is_called(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *type, *text;
        uint8_t number; /* 0: what status and words say */
        enum banyan_status status;
        const char *words;
    } rows[] = {
        {"org", "Fisheries Action Coalition Team", 3, BANYAN_OK, ""},
        {"org", "fisheries action  coalition team", 3, BANYAN_OK, ""},
        {"org", "fact", 3, BANYAN_OK, ""},
        {NULL, "FACT", 3, BANYAN_OK, ""},
        {"site", "FACT", 0, BANYAN_ERR_NOT_FOUND, "no site is called \"FACT\""},
        {"org", "Fisheries", 0, BANYAN_ERR_NOT_FOUND, "no org is called"},
        {"org", "", 0, BANYAN_ERR_NOT_FOUND, "no org is called"},
        {"org", "\"", 0, BANYAN_ERR_NOT_FOUND, "no org is called"},
        {NULL, "Rung ngap man Con Bung", 0, BANYAN_ERR_INVALID, "several are called"},
        {"site", "Rung ngap man Con Bung", 1, BANYAN_OK, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_record_name name = {0}, wanted = net_name(&scene->net, 0, rows[i].number);
        struct banyan_error error = {.text = ""};
        enum banyan_status status = by_view_find_called(
            scene->view, rows[i].type, by_bytes_of_text(rows[i].text), &name, &error);
        if (status != rows[i].status || strstr(error.text, rows[i].words) == NULL)
            fail_msg("%s: %s %s", rows[i].text, banyan_status_name(status), error.text);
        if (status == BANYAN_OK)
            assert_true(by_record_name_equal(&name, &wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_compared_folded_in_every_language),
        cmocka_unit_test(places_are_near_within_two_kilometres),
        cmocka_unit_test(a_record_found_in_both_ways_is_told_once),
        cmocka_unit_test(a_record_is_found_by_what_it_is_called),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
