/*
 * What records lack for a purpose: conditions, counts, filters, and what is said of a purpose that
 * is not known.
 */
#include "fixture.h"

#include "record/field_value.h"

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
    for (size_t i = 0; fields[2 * i] != NULL; i++) {
        bool is_list = fields[2 * i + 1][0] == '[';
        writing.changes[i] =
            (struct change){fields[2 * i], is_list ? BY_HOW_ADD : BY_HOW_SET, fields[2 * i + 1]};
    }
    (void)net_write(&scene->net, &writing);
}

static void add_records(struct scene *scene)
{
    static const char *const decision[] = {"text.en", "\"Plant\"", "kind", "\"task\"", NULL};
    static const char *const done[] = {"text.en", "\"Buy\"",  "kind", "\"task\"",
                                       "state",   "\"done\"", "due",  "\"2024-05\"",
                                       "country", "\"VNM\"",  NULL};
    static const char *const planned[] = {"title.vi",      "\"Dự án\"",  "status",
                                          "\"pipeline\"",  "identifier", "\"VN-1\"",
                                          "planned_start", "\"2025\"",   NULL};
    static const char *const begun[] = {"title.vi",   "\"Đang làm\"", "status",
                                        "\"closed\"", "actual_start", "\"2024\"",
                                        "sectors",    "[\"41030\"]",  NULL};
    put(scene, 1, "decision", decision);
    put(scene, 2, "decision", done);
    put(scene, 3, "activity", planned);
    put(scene, 4, "activity", begun);
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

static struct by_value ask(struct scene *scene, const struct by_view_missing *missing)
{
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    struct by_value answer;
    must(by_view_missing(scene->view, missing, &out, &error), &error);
    must(by_json_parse(by_buffer_bytes(&out), &scene->net.arena, &answer, &error), &error);
    by_buffer_deinit(&out);
    return answer;
}

/* The names of the fields that the record with that label lacks, "a b c". */
static const char *lacking(struct scene *scene, const struct by_value *answer, const char *label)
{
    const struct by_value *rows = by_value_get(answer, "rows");
    struct by_buffer names = BY_BUFFER_INIT(4096);
    struct by_bytes copy;
    for (size_t i = 0; i < rows->array.count; i++) {
        const struct by_value *row = &rows->array.items[i];
        const struct by_value *missing = by_value_get(row, "missing");
        if (!by_bytes_equal(by_value_get(row, "label")->bytes, by_bytes_of_text(label)))
            continue;
        for (size_t k = 0; k < missing->array.count; k++) {
            struct by_bytes name = by_value_get(&missing->array.items[k], "field")->bytes;
            must(by_buffer_append_format(&names, "%s%.*s", k == 0 ? "" : " ", (int)name.size,
                                         (const char *)name.data),
                 NULL);
        }
    }
    must(by_buffer_append_u8(&names, 0), NULL);
    must(by_arena_copy(&scene->net.arena, by_buffer_bytes(&names), &copy), NULL);
    by_buffer_deinit(&names);
    return (const char *)copy.data;
}

static void a_field_is_missing_where_its_condition_holds(void **state)
{
    struct scene *scene = *state;
    struct by_value answer =
        ask(scene, &(struct by_view_missing){.purpose = "reporting", .type = "decision"});
    /* done_on is expected of what is done, and only of that */
    assert_string_equal(lacking(scene, &answer, "Plant"), "state event responsible due");
    assert_string_equal(lacking(scene, &answer, "Buy"), "event responsible done_on");

    answer = ask(scene, &(struct by_view_missing){.purpose = "iati", .type = "activity"});
    /* one of two dates is enough */
    assert_null(strstr(lacking(scene, &answer, "Đang làm"), "planned_start"));
    assert_non_null(strstr(lacking(scene, &answer, "Đang làm"), "planned_end"));
    assert_null(strstr(lacking(scene, &answer, "Dự án"), "planned_start"));
    assert_null(strstr(lacking(scene, &answer, "Đang làm"), "sectors"));
    assert_non_null(strstr(lacking(scene, &answer, "Dự án"), "sectors"));
}

static void counts_are_those_of_all_records_whatever_the_limit(void **state)
{
    struct scene *scene = *state;
    struct by_value answer =
        ask(scene, &(struct by_view_missing){.purpose = "reporting", .limit = 1});
    const struct by_value *types = by_value_get(&answer, "types");
    assert_int_equal(by_value_get(&answer, "rows")->array.count, 1);
    assert_int_equal(by_value_get(&answer, "count")->integer, 4);
    for (size_t i = 0; i < types->array.count; i++) {
        const struct by_value *type = &types->array.items[i];
        bool is_held =
            by_bytes_equal(by_value_get(type, "type")->bytes, by_bytes_of_text("decision")) ||
            by_bytes_equal(by_value_get(type, "type")->bytes, by_bytes_of_text("activity"));
        assert_int_equal(by_value_get(type, "records")->integer, is_held ? 2 : 0);
        assert_int_equal(by_value_get(type, "complete")->integer, 0);
    }
}

static void records_are_chosen_by_filters_and_told_in_a_language(void **state)
{
    struct scene *scene = *state;
    static const char *const filters[] = {"state=done"};
    struct by_value answer = ask(scene, &(struct by_view_missing){.purpose = "reporting",
                                                                  .type = "decision",
                                                                  .filters = filters,
                                                                  .filter_count = 1,
                                                                  .language = "vi"});
    const struct by_value *row = &by_value_get(&answer, "rows")->array.items[0];
    assert_int_equal(by_value_get(&answer, "count")->integer, 1);
    assert_true(
        by_bytes_equal(by_value_get(&by_value_get(row, "missing")->array.items[0], "label")->bytes,
                       by_bytes_of_text("Sự kiện")));
    assert_true(by_value_get(by_value_get(row, "owner"), "name")->bytes.size > 0);
}

static void a_purpose_is_known_by_its_label_too(void **state)
{
    struct scene *scene = *state;
    struct by_value answer =
        ask(scene, &(struct by_view_missing){.purpose = "Trao đổi dữ liệu nhân đạo (HXL)"});
    assert_true(by_bytes_equal(by_value_get(&answer, "purpose")->bytes, by_bytes_of_text("hxl")));
    answer = ask(scene, &(struct by_view_missing){.purpose = NULL});
    assert_int_equal(by_value_get(&answer, "purposes")->array.count,
                     by_code_list_find("purpose")->code_count);
}

static void what_cannot_be_asked_is_said(void **state)
{
    struct scene *scene = *state;
    static const char *const filters[] = {"nothing=1"};
    static const struct {
        struct by_view_missing missing;
        const char *words;
    } rows[] = {
        {{.purpose = "wdpac"},
         "there is no purpose 'wdpac'; there are wdpca, iati, icca, recognition, reporting, hxl, "
         "matching"},
        {{.purpose = "wdpca", .type = "org"},
         "nothing of a record of type org is expected for wdpca"},
        {{.purpose = "wdpca", .type = "sight"}, "there is no type 'sight'"},
        {{.purpose = "wdpca", .type = "site", .filters = filters, .filter_count = 1},
         "a record of type site has no field 'nothing'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
        struct banyan_error error = {.text = ""};
        assert_int_equal(by_view_missing(scene->view, &rows[i].missing, &out, &error),
                         BANYAN_ERR_INVALID);
        if (strstr(error.text, rows[i].words) == NULL)
            fail_msg("%s", error.text);
        by_buffer_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_is_missing_where_its_condition_holds),
        cmocka_unit_test(counts_are_those_of_all_records_whatever_the_limit),
        cmocka_unit_test(records_are_chosen_by_filters_and_told_in_a_language),
        cmocka_unit_test(a_purpose_is_known_by_its_label_too),
        cmocka_unit_test(what_cannot_be_asked_is_said),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
