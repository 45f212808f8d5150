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

/* Here a hundredth of a degree of latitude is 1,106 m, one of longitude 1,097 m. */
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
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.91]}", 1106},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.61,9.9]}", 1097},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.918]}", 1991},
        {"site", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9182]}", -1},
        {"site", "{\"type\":\"Polygon\",\"coordinates\":[[[106,9],[107,9],[107,10],[106,9]]]}", -1},
        {"site",
         "{\"type\":\"Polygon\",\"coordinates\":[[[106.5,9.8],[106.7,9.8],[106.7,10],[106.5,9.8]]]"
         "}",
         0},
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

/* Far apart, two of one name are two. */
static void a_name_is_no_sign_where_both_places_are_known_and_far_apart(void **state)
{
    static const struct {
        const char *geometry;
        int64_t metres; /* -1: nothing is told; -2: told, without a distance */
    } rows[] = {
        {"{\"type\":\"Point\",\"coordinates\":[106.6,9.98]}", 8849},
        {"{\"type\":\"Point\",\"coordinates\":[106.6,10]}", -1},
        {NULL, -2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_value found = ask(*state, "site", "Rung ngap man Con Bung", rows[i].geometry);
        const struct by_value *metres = by_value_get(&found, "metres");
        int64_t got = metres == NULL ? -1 : metres->kind == BY_VALUE_NIL ? -2 : metres->integer;
        if (got < rows[i].metres - 2 || got > rows[i].metres + 2)
            fail_msg("row %zu: %lld", i, (long long)got);
    }
}

/* ---- among many -------------------------------------------------------------------------- */

struct crowd {
    struct net net;
    void *folder;
    struct by_store *store;
    struct by_view *view;
    uint64_t state;
};

static uint64_t draw(struct crowd *crowd, uint64_t below)
{
    crowd->state = crowd->state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (crowd->state >> 33) % below;
}

/* Words that names share, so that many are nearly alike; some in other letters. */
static void make_name(struct crowd *crowd, char *out_name, size_t size)
{
    static const char *const words[] = {"rung", "ngap", "man", "con",   "bung", "thien", "ho",
                                        "ba",   "be",   "лес", "озеро", "ទន្លេ", "ຄຳມ່ວນ"};
    size_t used = 0, count = 2 + (size_t)draw(crowd, 4);
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(out_name + used, size - used, "%s%s", i == 0 ? "" : " ",
                                 words[draw(crowd, sizeof words / sizeof words[0])]);
}

static void begin_crowd(struct crowd *crowd, uint8_t count)
{
    memset(crowd, 0, sizeof *crowd);
    crowd->state = 42;
    assert_int_equal(test_folder_make(&crowd->folder), 0);
    net_begin(&crowd->net);
    for (uint8_t i = 1; i <= count; i++) {
        char name[256], json[300];
        make_name(crowd, name, sizeof name);
        (void)snprintf(json, sizeof json, "\"%s\"", name);
        struct writing writing = {.author = 0,
                                  .name = net_name(&crowd->net, 0, i),
                                  .op = BY_OP_PUT,
                                  .type = "site",
                                  .changes = {{"name.en", BY_HOW_SET, json}}};
        (void)net_write(&crowd->net, &writing);
    }
    crowd->store = open_store(crowd->folder);
    append(crowd->store, &crowd->net, NULL, 0, crowd->net.runs.count);
    crowd->view = open_view(&crowd->net, crowd->folder, "view.gpkg");
    (void)update(crowd->view, crowd->store, crowd->net.charter);
}

static void end_crowd(struct crowd *crowd)
{
    by_view_close(crowd->view);
    by_store_close(crowd->store);
    net_end(&crowd->net);
    (void)test_folder_remove(&crowd->folder);
}

/* The likest by one search in the view; 0 where none is. */
static int64_t find_one(struct crowd *crowd, const struct by_view_alike *alike)
{
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    struct by_value answer;
    must(by_view_alike(crowd->view, alike, &out, &error), &error);
    must(by_json_parse(by_buffer_bytes(&out), &crowd->net.arena, &answer, &error), &error);
    by_buffer_deinit(&out);
    const struct by_value *found = by_value_get(&answer, "alike");
    return found->array.count == 0 ? 0
                                   : by_value_get(&found->array.items[0], "similarity")->integer;
}

static void an_index_of_names_finds_what_a_search_finds(void **state)
{
    struct crowd crowd;
    struct by_alike_index *index = NULL;
    struct banyan_error error = {.text = ""};
    size_t found_count = 0;
    (void)state;
    begin_crowd(&crowd, 250);
    const struct by_type *site = by_type_shipped_find(by_bytes_of_text("site"));
    must(by_alike_index_new(crowd.view, site, &index, &error), &error);
    for (size_t i = 0; i < 3000; i++) {
        char name[256];
        make_name(&crowd, name, sizeof name);
        struct by_bytes names[] = {by_bytes_of_text(name)};
        const struct by_view_alike alike = {.type = site, .names = names, .name_count = 1};
        struct by_alike_found found = {.similarity = 0};
        enum banyan_status status = by_alike_index_find(index, &alike, &found, &error);
        int64_t wanted = find_one(&crowd, &alike);
        assert_true(status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND);
        if ((status == BANYAN_OK) != (wanted > 0) || found.similarity != wanted)
            fail_msg("%s: %d by the index, %lld by a search", name, found.similarity,
                     (long long)wanted);
        found_count += wanted > 0;
    }
    assert_true(found_count > 100 && found_count < 2900);
    by_alike_index_free(index);
    end_crowd(&crowd);
}

static void an_index_finds_by_place_what_lies_within_two_hundred_metres(void **state)
{
    static const struct {
        const char *name, *geometry;
        int similarity; /* -2: nothing is found */
    } rows[] = {
        {"Another", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9017]}", -1},
        {"Another", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9019]}", -2},
        {"Rung ngap man Con Bung", "{\"type\":\"Point\",\"coordinates\":[106.6,9.9017]}", 100},
        {"Rung ngap man Con Bung", "{\"type\":\"Point\",\"coordinates\":[106.6,9.95]}", 100},
        {"Rung ngap man Con Bung", "{\"type\":\"Point\",\"coordinates\":[106.6,10]}", -2},
        {"Rung ngap man Con Bung", NULL, 100},
        {"Another", NULL, -2},
    };
    struct scene *scene = *state;
    struct by_alike_index *index = NULL;
    struct banyan_error error = {.text = ""};
    const struct by_type *site = by_type_shipped_find(by_bytes_of_text("site"));
    must(by_alike_index_new(scene->view, site, &index, &error), &error);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes names[] = {by_bytes_of_text(rows[i].name)};
        struct by_view_alike alike = {.type = site, .names = names, .name_count = 1};
        struct by_value place;
        struct by_alike_found found = {.similarity = -2};
        struct by_record_name wanted = net_name(&scene->net, 0, 1);
        if (rows[i].geometry != NULL) {
            place = json_value(&scene->net, rows[i].geometry);
            alike.geometry = &place;
        }
        enum banyan_status status = by_alike_index_find(index, &alike, &found, &error);
        if (found.similarity != rows[i].similarity)
            fail_msg("row %zu: %d", i, found.similarity);
        if (status == BANYAN_OK)
            assert_true(by_record_name_equal(&found.name, &wanted));
    }
    by_alike_index_free(index);
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
        cmocka_unit_test(a_name_is_no_sign_where_both_places_are_known_and_far_apart),
        cmocka_unit_test(an_index_of_names_finds_what_a_search_finds),
        cmocka_unit_test(an_index_finds_by_place_what_lies_within_two_hundred_metres),
        cmocka_unit_test(a_record_is_found_by_what_it_is_called),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
