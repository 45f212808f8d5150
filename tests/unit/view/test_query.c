#include "fixture.h"

#include "record/field_value.h"

/* A small network with everything that queries show. */
struct scene {
    struct net net;
    void *folder;
    struct by_store *store;
    struct by_view *view;
    struct by_id dong_van, hoa_binh, proposal;
    char ids[4][BY_SHORT_ID_BYTES];
};

static struct by_id put(struct scene *scene, size_t owner, uint8_t number, const char *type,
                        const struct change *changes, size_t count)
{
    struct writing writing = {.author = owner,
                              .name = net_name(&scene->net, owner, number),
                              .op = BY_OP_PUT,
                              .type = type};
    memcpy(writing.changes, changes, count * sizeof changes[0]);
    return net_write(&scene->net, &writing);
}

static void add_records(struct scene *scene)
{
    const struct change dong_van[] = {
        {"name.vi", BY_HOW_SET, "\"Cao nguyên đá Đồng Văn\""},
        {"name.en", BY_HOW_SET, "\"Dong Van karst plateau\""},
        {"language", BY_HOW_SET, "\"vi\""},
        {"country", BY_HOW_ADD, "[\"VNM\"]"},
        {"area", BY_HOW_SET, "{\"value\":\"2356.80\",\"unit\":\"km2\"}"},
        {"geometry", BY_HOW_SET,
         "{\"type\":\"Polygon\",\"coordinates\":[[[105,23],[105.5,23],[105.5,23.4],[105,23]]]}"},
        {"site_type", BY_HOW_SET, "\"PA\""}};
    const struct change hoa_binh[] = {
        {"name.vi", BY_HOW_SET, "\"Hồ Hòa Bình\""},
        {"country", BY_HOW_ADD, "[\"LAO\",\"VNM\"]"},
        {"area", BY_HOW_SET, "{\"value\":\"12\",\"unit\":\"ha\"}"},
        {"geometry", BY_HOW_SET, "{\"type\":\"Point\",\"coordinates\":[105.3,20.8]}"}};
    const struct change green[] = {{"name.en", BY_HOW_SET, "\"GreenViet\""}};
    const struct change gone[] = {{"name.en", BY_HOW_SET, "\"Closed site\""}};
    scene->dong_van = put(scene, 0, 1, "site", dong_van, 7);
    scene->hoa_binh = put(scene, 1, 2, "site", hoa_binh, 4);
    (void)put(scene, 1, 3, "org", green, 1);
    struct by_id closed = put(scene, 0, 4, "site", gone, 1);
    (void)net_write(&scene->net, &(struct writing){.author = 0,
                                                   .name = net_name(&scene->net, 0, 4),
                                                   .op = BY_OP_DELETE,
                                                   .parents = &closed,
                                                   .parent_count = 1});
}

static void add_disagreement(struct scene *scene)
{
    struct net *net = &scene->net;
    static const char *const areas[] = {"{\"value\":\"2400\",\"unit\":\"km2\"}",
                                        "{\"value\":\"2500\",\"unit\":\"km2\"}"};
    for (size_t author = 0; author < 2; author++)
        (void)net_write(net, &(struct writing){.author = author,
                                               .name = net_name(net, 0, 1),
                                               .op = BY_OP_PATCH,
                                               .parents = &scene->dong_van,
                                               .parent_count = 1,
                                               .changes = {{"area", BY_HOW_SET, areas[author]}}});
    scene->proposal =
        net_write(net, &(struct writing){.author = 2,
                                         .name = net_name(net, 1, 2),
                                         .op = BY_OP_PATCH,
                                         .parents = &scene->hoa_binh,
                                         .parent_count = 1,
                                         .changes = {{"name.vi", BY_HOW_SET, "\"Hồ Hoà Bình\""}}});
}

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    if (scene == NULL || test_folder_make(&scene->folder) != 0)
        return -1;
    net_begin(&scene->net);
    add_records(scene);
    add_disagreement(scene);
    scene->store = open_store(scene->folder);
    scene->view = open_view(&scene->net, scene->folder, "view.gpkg");
    append(scene->store, &scene->net, NULL, 0, scene->net.runs.count);
    (void)update(scene->view, scene->store, scene->net.charter);
    for (uint8_t i = 0; i < 4; i++) {
        struct by_record_name name =
            net_name(&scene->net, i == 1 || i == 2 ? 1 : 0, (uint8_t)(i + 1));
        by_record_short_id(&name, scene->ids[i]);
    }
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    void *folder = scene->folder;
    by_view_close(scene->view);
    by_store_close(scene->store);
    net_end(&scene->net);
    free(scene);
    return test_folder_remove(&folder);
}

/* -- what a call answers: its JSON, or the error's words -- */

static char *
answer(enum banyan_status status, struct by_buffer *out, const struct banyan_error *error)
{
    struct by_buffer words = BY_BUFFER_INIT(4096);
    if (status == BANYAN_OK)
        return by_buffer_take_text(out);
    by_buffer_deinit(out);
    must(by_buffer_append_format(&words, "%s: %s", banyan_status_name(status), error->text), NULL);
    return by_buffer_take_text(&words);
}

static void assert_has(char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
    free(text);
}

static void assert_is(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

static void assert_has_not(char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("%s in %s", part, text);
    free(text);
}

static char *list(struct scene *scene, const struct by_view_list *list)
{
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    return answer(by_view_list(scene->view, list, &out, &error), &out, &error);
}

static char *list_filtered(struct scene *scene, const char *filter)
{
    return list(scene, &(struct by_view_list){
                           .type = "site", .filters = &filter, .filter_count = filter != NULL});
}

static char *search(struct scene *scene, const char *text)
{
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    return answer(by_view_search(scene->view, by_bytes_of_text(text), NULL, 0, "en", &out, &error),
                  &out, &error);
}

static char *sql(struct scene *scene, const char *text, uint64_t limit, uint64_t time_ms)
{
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    return answer(by_view_sql(scene->view, text, limit, time_ms, &out, &error), &out, &error);
}

/* -- lists -- */

static void lists_compare_texts_folded_and_codes_exactly(void **state)
{
    static const struct {
        const char *filter, *part;
    } rows[] = {
        {NULL, "\"count\":2"},
        {"name=ho hoa binh", "\"count\":1"},
        {"name=DONG VAN KARST PLATEAU", "\"count\":1"},
        {"country=VNM", "\"count\":2"},
        {"country=LAO", "\"count\":1"},
        {"country=Viet Nam", "\"count\":2"},
        {"country=Lào", "\"count\":1"},
        {"country=XL", "is no code"},
        {"site_type=PA", "\"count\":1"},
        {"site_type=pa", "\"count\":0"},
        {"site_type=", "\"count\":1"},
        {"area=12 ha", "\"count\":1"},
        {"area=12.0", "\"count\":1"},
        {"area=12 km2", "\"count\":0"},
        {"area=much", "area: 'much' is no number"},
        {"geometry=", "\"count\":0"},
        {"geometry=x", "is a geometry"},
        {"record_conflicts=1", "\"count\":1"},
        {"contry=VNM", "near names: country"},
        {"VNM", "filters look like country=KHM"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_has(list_filtered(*state, rows[i].filter), rows[i].part);
}

static void lists_sort_choose_columns_and_languages(void **state)
{
    static const char *const columns[] = {"name", "area", "area_unit"};
    static const char *const wrong[] = {"nam"};
    struct by_view_list all = {.type = "site",
                               .language = "en",
                               .columns = columns,
                               .column_count = 3,
                               .sort = "-area",
                               .where = "area > 0 -- why"};
    char *text = list(*state, &all);
    assert_true(strstr(text, "Dong Van karst plateau") < strstr(text, "Hồ Hòa Bình"));
    assert_has(text, "\"area_unit\":\"km2\"");
    all.limit = 1;
    assert_has_not(list(*state, &all), "Hồ Hòa Bình");
    all.where = "DELETE FROM site";
    assert_has(list(*state, &all), "BANYAN_ERR_USAGE");
    all.where = NULL;
    all.columns = wrong;
    all.column_count = 1;
    assert_has(list(*state, &all), "near names: name");
    assert_has(list(*state, &(struct by_view_list){.type = NULL}), "\"count\":3");
    assert_has(list(*state, &(struct by_view_list){.type = "siet"}), "near names: site");
    assert_has(list(*state, &(struct by_view_list){.type = "site", .deleted = true}),
               "Closed site");
}

/* -- search -- */

static void search_finds_names_however_they_are_typed(void **state)
{
    struct scene *scene = *state;
    assert_has(search(scene, "dong van"), scene->ids[0]);
    assert_has(search(scene, "Hoà Bình"), scene->ids[1]);
    assert_has(search(scene, "HOA BINH"), "\"field\":\"name.vi\",\"text\":\"Hồ Hòa Bình\"");
    assert_has(search(scene, "karst"), "\"label\":\"Dong Van karst plateau\"");
    assert_has(search(scene, "greenv"), scene->ids[2]);
    assert_is(search(scene, "closed"), "[]");
    assert_is(search(scene, "\"* OR ("), "[]");
    assert_is(search(scene, ""), "[]");
}

/* -- SQL -- */

static void sql_reads_and_only_reads(void **state)
{
    static const struct {
        const char *sql, *part;
    } rows[] = {
        {"SELECT count(*) AS n FROM site", "{\"columns\":[\"n\"],\"rows\":[[2]],\"more\":false}"},
        {"SELECT 1.5, 'x', NULL, x'0a', 9e999;", "[[1.5,\"x\",null,\"0a\",null]]"},
        {"SELECT CAST(x'ff' AS TEXT)", "\\\\xff"},
        {"SELECT count(*) FROM rtree_site_geometry WHERE minx < 106", "[[2]]"},
        {"SELECT count(*) FROM search WHERE search MATCH 'karst'", "[[1]]"},
        {"SELECT name FROM pragma_table_info('site') LIMIT 1", "fid"},
        {"DELETE FROM site", "only reading is possible"},
        {"UPDATE record SET label = 'x'", "only reading is possible"},
        {"CREATE TABLE x (y)", "only reading is possible"},
        {"ATTACH 'other.db' AS other", "only reading is possible"},
        {"PRAGMA query_only = 0", "only reading is possible"},
        {"PRAGMA writable_schema = 1", "only reading is possible"},
        {"SELECT load_extension('x')", "not authorized"},
        {"BEGIN", "only reading is possible"},
        {"SELECT 1; SELECT 2", "one statement at a time"},
        {"", "there is no SQL"},
        {"SELEC", "syntax error"},
        {"SELECT * FROM sites", "near names: site"},
        {"SELECT contry FROM site", "near names: country"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_has(sql(*state, rows[i].sql, 0, 0), rows[i].part);
}

static void sql_ends_at_its_limits(void **state)
{
    const char *endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                          " SELECT count(*) FROM n";
    const char *long_list = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                            " WHERE i < 3) SELECT i FROM n";
    assert_has(sql(*state, endless, 0, 50), "was stopped");
    assert_has(sql(*state, long_list, 2, 0), "[[1],[2]],\"more\":true");
    assert_has(sql(*state, long_list, 3, 0), "[[1],[2],[3]],\"more\":false");
    assert_has(sql(*state, long_list, 4, 0), "[[1],[2],[3]],\"more\":false");
}

/* -- finding by id -- */

static void a_record_is_found_by_its_id_in_every_spelling(void **state)
{
    struct scene *scene = *state;
    struct by_record_name expected = net_name(&scene->net, 0, 1), found;
    struct banyan_error error = {.text = ""};
    const char *id = scene->ids[0];
    char lower[16] = {0}, bare[16] = {0}, hex[97];
    uint8_t bytes[48];
    for (size_t i = 0; i < 9; i++)
        lower[i] = id[i] >= 'A' && id[i] <= 'Z' ? (char)(id[i] + 32) : id[i];
    (void)snprintf(bare, sizeof bare, "%.4s%.4s", id, id + 5);
    by_record_name_put(bytes, &expected);
    by_hex(by_bytes_of(bytes, sizeof bytes), hex);
    const char *const spellings[] = {id, lower, bare, hex};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        must(by_view_find(scene->view, by_bytes_of_text(spellings[i]), &found, &error), &error);
        assert_true(by_record_name_equal(&expected, &found));
    }
    must(by_view_find(scene->view, by_bytes_of(id, 4), &found, &error), &error);
    assert_int_equal(by_view_find(scene->view, by_bytes_of(id, 3), &found, &error),
                     BANYAN_ERR_INVALID);
    assert_int_equal(by_view_find(scene->view, by_bytes_of_text("nothing!"), &found, &error),
                     BANYAN_ERR_INVALID);
    assert_int_equal(by_view_find(scene->view, by_bytes_of_text("00000000"), &found, &error),
                     BANYAN_ERR_NOT_FOUND);
}

/* -- trust -- */

static void conflicts_show_every_value_and_whose_it_is(void **state)
{
    struct scene *scene = *state;
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    struct banyan_error error = {.text = ""};
    char *text = answer(by_view_conflicts(scene->view, "en", &out, &error), &out, &error);
    assert_non_null(strstr(text, scene->ids[0]));
    assert_non_null(strstr(text, "\"path\":\"area\",\"field\":\"Area\""));
    assert_non_null(strstr(text, "2400"));
    assert_has(text, "2500");
}

static void the_inbox_shows_open_proposals_of_an_owner(void **state)
{
    struct scene *scene = *state;
    struct by_id owners[] = {org_of(&scene->net, 0), org_of(&scene->net, 1)};
    struct banyan_error error = {.text = ""};
    char hex[65];
    by_hex(by_id_bytes(&scene->proposal), hex);
    for (size_t i = 0; i < 3; i++) {
        struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
        const struct by_id *owner = i < 2 ? &owners[i] : NULL;
        char *text = answer(by_view_inbox(scene->view, owner, "en", &out, &error), &out, &error);
        if (i == 0) {
            assert_string_equal(text, "[]");
            free(text);
            continue;
        }
        assert_non_null(strstr(text, hex));
        assert_non_null(strstr(text, "\"text\":\"Hồ Hoà Bình\""));
        assert_has(text, "\"before\":\"Hồ Hòa Bình\"");
    }
}

static void counts_are_those_of_the_rows(void **state)
{
    struct scene *scene = *state;
    struct by_buffer out = BY_BUFFER_INIT(4096);
    struct banyan_error error = {.text = ""};
    char *text = answer(by_view_counts(scene->view, NULL, &out, &error), &out, &error);
    assert_string_equal(text, "{\"records\":{\"org\":1,\"site\":2},\"conflicts\":1,"
                              "\"proposals\":1,\"deleted\":1,\"private\":0}");
    free(text);
    text = answer(by_view_columns(NULL, "site", &out, &error), &out, &error);
    assert_has(text, "{\"name\":\"area_unit\",\"sql_type\":\"TEXT\",\"field\":\"area\"}");
}

static void types_past_a_bound_are_counted_together(void **state)
{
    struct scene *scene = *state;
    struct by_buffer out = BY_BUFFER_INIT(64 * 1024);
    struct banyan_error error = {.text = ""};
    size_t held = scene->net.runs.count;
    const struct change name[] = {{"name", BY_HOW_SET, "\"x\""}};

    for (size_t i = 0; i < 300; i++) {
        char type[16];
        (void)snprintf(type, sizeof type, "invented_%03zu", i);
        (void)put(scene, i % 2, (uint8_t)(50 + i / 2), type, name, 1);
    }
    append(scene->store, &scene->net, NULL, held, scene->net.runs.count - held);
    (void)update(scene->view, scene->store, scene->net.charter);
    char *text = answer(by_view_counts(scene->view, NULL, &out, &error), &out, &error);
    assert_has(text, "\"invented_255\":1,\"org\":1,\"site\":2,\"\":44}");
}

/* -- others' tools -- */

/* What "before 'path' after" says in a shell; NULL when the program is not here, which is said. */
static char *shell(const char *program, const char *before, const char *path, const char *after)
{
    char command[1024], probe[128];
    struct by_buffer out = BY_BUFFER_INIT(1024 * 1024);
    char part[4096];
    (void)snprintf(probe, sizeof probe, "%s >/dev/null 2>&1", program);
    if (system(probe) != 0) {
        print_message("skipped: %s does not work here\n", program);
        return NULL;
    }
    (void)snprintf(command, sizeof command, "%s '%s' %s 2>&1", before, path, after);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(part, sizeof part, pipe) != NULL)
        append_all(&out, part);
    append_all(&out, pclose(pipe) == 0 ? "exit 0" : "failed");
    return by_buffer_take_text(&out);
}

static void the_standards_checker_finds_no_fault(void **state)
{
    struct scene *scene = *state;
    char *text = shell("/usr/bin/python3 -c 'import osgeo_utils.samples.validate_gpkg'",
                       "/usr/bin/python3 -m osgeo_utils.samples.validate_gpkg -k --extra"
                       " --warning-as-error",
                       scene->view->path, "");
    if (text == NULL)
        skip();
    if (strcmp(text, "exit 0") != 0)
        fail_msg("%s", text);
    free(text);
}

static void gdal_reads_the_layers_while_banyan_writes(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(sqlite3_exec(scene->view->db,
                                  "BEGIN IMMEDIATE; UPDATE banyan_state SET mark = mark", NULL,
                                  NULL, NULL),
                     SQLITE_OK);
    char *text = shell("ogrinfo --version", "ogrinfo -ro -so", scene->view->path, "site");
    assert_int_equal(sqlite3_exec(scene->view->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    if (text == NULL)
        skip();
    assert_non_null(strstr(text, "Feature Count: 2"));
    assert_non_null(strstr(text, "Extent: (105.0"));
    assert_non_null(strstr(text, "WGS 84"));
    assert_null(strstr(text, "Warning"));
    free(text);
    text = shell("ogrinfo --version", "ogrinfo -ro -q -geom=SUMMARY -where \"area_unit = 'ha'\"",
                 scene->view->path, "site");
    assert_non_null(strstr(text, "area (Real) = 12"));
    assert_has(text, "POINT");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(lists_compare_texts_folded_and_codes_exactly),
        TEST(lists_sort_choose_columns_and_languages),
        TEST(search_finds_names_however_they_are_typed),
        TEST(sql_reads_and_only_reads),
        TEST(sql_ends_at_its_limits),
        TEST(a_record_is_found_by_its_id_in_every_spelling),
        TEST(conflicts_show_every_value_and_whose_it_is),
        TEST(the_inbox_shows_open_proposals_of_an_owner),
        TEST(counts_are_those_of_the_rows),
        TEST(types_past_a_bound_are_counted_together),
        TEST(the_standards_checker_finds_no_fault),
        TEST(gdal_reads_the_layers_while_banyan_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
