/* Importing tables: what comes of a row, again and again. */
#include "import/import.h"
#include "lib/world.h"

static const char *write_file(struct world *world, const char *name, const char *text)
{
    char path[PATH_BYTES];
    FILE *file = NULL;

    snprintf(path, sizeof path, "%.400s/%.100s", world->folder, name);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static enum banyan_status
import_with(struct world *world, const struct banyan_import *import, struct by_value *out_answer)
{
    struct by_buffer json = RESULT;
    enum banyan_status status =
        by_import_file(world->offices[0].node, import, NULL, NULL, &json, &world->error);

    memset(out_answer, 0, sizeof *out_answer);
    if (json.size > 0)
        *out_answer = parse(world, &json);
    by_buffer_deinit(&json);
    return status;
}

static struct by_value import_text(struct world *world, const char *text, const char *key)
{
    const struct banyan_import import = {
        .path = write_file(world, "t.csv", text), .type = "site", .key = key};
    struct by_value answer;

    expect_ok(world, import_with(world, &import, &answer));
    return answer;
}

static void assert_counts(const struct by_value *answer, int64_t added, int64_t same,
                          int64_t updated, int64_t edited)
{
    assert_int_equal(number_of(answer, "new"), added);
    assert_int_equal(number_of(answer, "same"), same);
    assert_int_equal(number_of(answer, "update"), updated);
    assert_int_equal(number_of(answer, "edited"), edited);
}

static struct by_value list_sites(struct world *world)
{
    static const char *const columns[] = {"name"};
    const struct by_view_list list = {.type = "site", .columns = columns, .column_count = 1};
    struct by_buffer json = RESULT;

    expect_ok(world, by_node_view(world->offices[0].node, NULL, &world->error));
    expect_ok(world, by_view_list(world->offices[0].node->view, &list, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return *by_value_get(&answer, "rows");
}

static const char *id_of(struct world *world, const char *name)
{
    struct by_value rows = list_sites(world);

    for (size_t i = 0; i < rows.array.count; i++)
        if (strcmp(text_of(world, &rows.array.items[i], "name"), name) == 0)
            return text_of(world, &rows.array.items[i], "id");
    fail_msg("there is no site %s", name);
    return NULL;
}

static struct by_value undo(struct world *world, const struct by_value *answer)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_import_undo(world->offices[0].node, text_of(world, answer, "import"), &json,
                                    &world->error));
    return parse(world, &json);
}

#define HEAD "No;Name;Site type;Area, ha\n"

static void a_row_imported_again_is_the_same_record(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value answer = import_text(&world, HEAD "1;A;pa;1,5\n2;B;oecm;\n", NULL);
    assert_counts(&answer, 2, 0, 0, 0);
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "area"), "1.5 ha");
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "source"), "t.csv, row 2");
    answer = import_text(&world, HEAD "1;A;pa;1,5\n2;B;oecm;\n", NULL);
    assert_counts(&answer, 0, 2, 0, 0);
    /* rows of the same words in another order, with another between */
    answer = import_text(&world, HEAD "2;B;oecm;\n3;C;pa;\n1;A;pa;1,5\n", NULL);
    assert_counts(&answer, 1, 2, 0, 0);
    assert_int_equal(list_sites(&world).array.count, 3);
    world_end(&world);
}

static void true_twins_stay_two(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value answer = import_text(&world, "Name;Site type\nA;pa\nA;pa\nB;pa\n", NULL);
    assert_counts(&answer, 3, 0, 0, 0);
    answer = import_text(&world, "Name;Site type\nA;pa\nA;pa\nB;pa\n", NULL);
    assert_counts(&answer, 0, 3, 0, 0);
    /* a third one looks like those that are there, and is one more all the same */
    answer = import_text(&world, "Name;Site type\nA;pa\nA;pa\nA;pa\n", NULL);
    assert_counts(&answer, 0, 2, 0, 0);
    assert_int_equal(number_of(&answer, "duplicate?"), 1);
    assert_int_equal(list_sites(&world).array.count, 4);
    world_end(&world);
}

/* With a key: the file, the import before, and the record. */
static void what_changed_in_the_file_is_changed_and_what_people_changed_stays(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value answer = import_text(&world, HEAD "1;A;pa;1\n2;B;pa;2\n3;C;pa;3\n", "No");
    assert_counts(&answer, 3, 0, 0, 0);
    const char *a = id_of(&world, "A"), *b = id_of(&world, "B"), *c = id_of(&world, "C");

    /* people change B and C; the file changes A and C */
    set(&world, 0, b, "area", "20 ha");
    set(&world, 0, c, "area", "30 ha");
    answer = import_text(&world, HEAD "1;A;pa;10\n2;B;pa;2\n3;C;pa;33\n", "No");
    assert_counts(&answer, 0, 1, 1, 1);
    assert_string_equal(field_text(&world, 0, a, "area"), "10 ha");
    assert_string_equal(field_text(&world, 0, b, "area"), "20 ha");
    assert_string_equal(field_text(&world, 0, c, "area"), "30 ha");

    /* the same again is no news; back to what was before is */
    answer = import_text(&world, HEAD "1;A;pa;10\n2;B;pa;2\n", "No");
    assert_counts(&answer, 0, 2, 0, 0);
    answer = import_text(&world, HEAD "1;A;pa;1\n2;B;pa;2,0\n", "No");
    assert_counts(&answer, 0, 1, 1, 0);
    assert_string_equal(field_text(&world, 0, a, "area"), "1 ha");
    world_end(&world);
}

static const struct by_value *change_of(const struct by_value *answer, size_t row, size_t at)
{
    const struct by_value *changed = by_value_get(answer, "changed");

    assert_true(row < changed->array.count);
    changed = by_value_get(&changed->array.items[row], "changes");
    assert_true(at < changed->array.count);
    return &changed->array.items[at];
}

static size_t count_changes(const struct by_value *answer, size_t row)
{
    return by_value_get(&by_value_get(answer, "changed")->array.items[row], "changes")->array.count;
}

/* What the file says where it stands (source) is no change; new rows are no changes at all. */
static void each_change_says_from_what_to_what(void **state)
{
    struct world world;
    char rows[512];

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value answer = import_text(&world, HEAD "1;A;pa;1\n2;B;oecm;\n", "No");
    assert_int_equal(by_value_get(&answer, "changed")->array.count, 0);
    answer = import_text(&world, HEAD "1;A;oecm;10\n2;B;oecm;5\n3;C;pa;\n", "No");
    assert_counts(&answer, 1, 0, 2, 0);
    assert_int_equal(by_value_get(&answer, "changed")->array.count, 2);
    assert_int_equal(count_changes(&answer, 0), 2);
    assert_string_equal(text_of(&world, change_of(&answer, 0, 0), "path"), "site_type");
    assert_string_equal(text_of(&world, change_of(&answer, 0, 0), "before"), "Protected area");
    assert_string_equal(text_of(&world, change_of(&answer, 0, 1), "before"), "1 ha");
    assert_string_equal(text_of(&world, change_of(&answer, 0, 1), "text"), "10 ha");
    assert_int_equal(count_changes(&answer, 1), 1);
    assert_int_equal(by_value_get(change_of(&answer, 1, 0), "before")->kind, BY_VALUE_NIL);

    /* long texts that differ far behind say where, between letters */
    snprintf(rows, sizeof rows, "No;Name;Site type\n1;%0200d ồđá mot;pa\n", 0);
    (void)import_text(&world, rows, "No");
    memcpy(strstr(rows, "mot"), "hai", 3);
    answer = import_text(&world, rows, "No");
    assert_non_null(strstr(text_of(&world, change_of(&answer, 0, 0), "before"), "ồđá mot"));
    assert_non_null(strstr(text_of(&world, change_of(&answer, 0, 0), "text"), "ồđá hai"));
    world_end(&world);
}

/* However many change, what is told is bounded. */
static void of_many_changed_rows_the_first_are_told(void **state)
{
    struct world world;
    struct by_buffer rows = BY_BUFFER_INIT(SIZE_MAX);

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    for (int value = 1; value <= 2; value++) {
        by_buffer_reset(&rows);
        assert_int_equal(by_buffer_append_format(&rows, HEAD), BANYAN_OK);
        for (int i = 0; i < 300; i++)
            assert_int_equal(by_buffer_append_format(&rows, "%d;N%d;pa;%d\n", i, i, value),
                             BANYAN_OK);
        struct by_value answer = import_text(&world, (const char *)rows.data, "No");
        if (value == 2) {
            assert_int_equal(number_of(&answer, "update"), 300);
            assert_int_equal(by_value_get(&answer, "changed")->array.count, 250);
            assert_int_equal(number_of(&answer, "changed_left_out"), 50);
        }
    }
    by_buffer_deinit(&rows);
    world_end(&world);
}

static void overwriting_takes_the_file_for_right(void **state)
{
    struct world world;
    struct by_value answer;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    answer = import_text(&world, HEAD "1;A;pa;1\n", "No");
    set(&world, 0, id_of(&world, "A"), "area", "20 ha");
    const struct banyan_import import = {.path = write_file(&world, "t.csv", HEAD "1;A;pa;1\n"),
                                         .type = "site",
                                         .key = "A",
                                         .overwrite = true};
    expect_ok(&world, import_with(&world, &import, &answer));
    assert_counts(&answer, 0, 0, 1, 0);
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "area"), "1 ha");
    world_end(&world);
}

static void a_fault_hinders_all_unless_bad_rows_are_skipped(void **state)
{
    struct world world;
    struct by_value answer;
    char rejects[PATH_BYTES];

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct banyan_import import = {
        .path = write_file(&world, "t.csv", HEAD "1;A;pa;1\n2;B;park;x\n3;;pa;\n1;D;pa;\n"),
        .type = "site",
        .key = "No"};

    expect(&world, import_with(&world, &import, &answer), BANYAN_ERR_INVALID);
    assert_int_equal(number_of(&answer, "error"), 3);
    assert_int_equal(by_value_get(&answer, "problems")->array.count, 4);
    assert_int_equal(list_sites(&world).array.count, 0);

    snprintf(rejects, sizeof rejects, "%.400s/rejects.csv", world.folder);
    import.skip_bad = true;
    import.rejects = rejects;
    expect_ok(&world, import_with(&world, &import, &answer));
    assert_int_equal(list_sites(&world).array.count, 1);

    /* what was refused comes with its reason, and is imported once it is mended */
    struct by_buffer bytes = BY_BUFFER_INIT(SIZE_MAX);
    expect_ok(&world, by_os_file_read(rejects, SIZE_MAX, &bytes, &world.error));
    const char *text = by_arena_text(&world.arena, by_buffer_bytes(&bytes));
    assert_non_null(strstr(text, "row 2 has the same key"));
    assert_non_null(strstr(text, "2,B,park,x,"));
    by_buffer_deinit(&bytes);
    answer = import_text(&world, HEAD "2;B;pa;2\n3;C;pa;\n4;D;pa;\n", "No");
    assert_counts(&answer, 3, 0, 0, 0);
    assert_int_equal(list_sites(&world).array.count, 4);
    world_end(&world);
}

static void a_dry_run_changes_nothing(void **state)
{
    struct world world;
    struct by_value answer;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *before = fingerprint(&world, 0);
    const struct banyan_import import = {
        .path = write_file(&world, "t.csv", HEAD "1;A;pa;1\n"), .type = "site", .dry_run = true};

    expect_ok(&world, import_with(&world, &import, &answer));
    assert_counts(&answer, 1, 0, 0, 0);
    assert_int_equal(by_value_get(&answer, "import")->kind, BY_VALUE_NIL);
    assert_string_equal(fingerprint(&world, 0), before);
    world_end(&world);
}

static void an_import_is_taken_back_but_for_what_was_changed_since(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value first = import_text(&world, HEAD "1;A;pa;1\n2;B;pa;2\n", "No");
    struct by_value second =
        import_text(&world, HEAD "1;A;pa;10\n2;B;pa;20\n3;C;pa;3\n4;D;pa;\n", "No");
    const char *a = id_of(&world, "A"), *b = id_of(&world, "B");

    assert_counts(&second, 2, 0, 2, 0);
    set(&world, 0, b, "description.en", "seen");
    set(&world, 0, id_of(&world, "D"), "area", "4 ha");
    struct by_value answer = undo(&world, &second);
    assert_int_equal(number_of(&answer, "deleted"), 1);
    assert_int_equal(number_of(&answer, "restored"), 1);
    assert_int_equal(number_of(&answer, "left_count"), 2);
    assert_string_equal(field_text(&world, 0, a, "area"), "1 ha");
    assert_string_equal(field_text(&world, 0, b, "area"), "20 ha");
    assert_int_equal(list_sites(&world).array.count, 3);

    struct by_buffer json = RESULT;
    expect(&world,
           by_import_undo(world.offices[0].node, text_of(&world, &second, "import"), &json,
                          &world.error),
           BANYAN_ERR_USAGE);
    by_buffer_deinit(&json);
    /* A says what it said behind the first import, since the second was taken back; B does not */
    answer = undo(&world, &first);
    assert_int_equal(number_of(&answer, "left_count"), 1);
    assert_int_equal(number_of(&answer, "deleted"), 1);
    world_end(&world);
}

static void a_deleted_record_stays_deleted(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value answer = import_text(&world, HEAD "1;A;pa;1\n", "No");
    expect_ok(&world,
              by_edit_delete(world.offices[0].node, id_of(&world, "A"), &json, &world.error));
    by_buffer_deinit(&json);
    answer = import_text(&world, HEAD "1;A;pa;2\n", "No");
    assert_int_equal(number_of(&answer, "deleted"), 1);
    assert_int_equal(list_sites(&world).array.count, 0);
    world_end(&world);
}

static void imports_are_taken_back_one_after_the_other(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value first = import_text(&world, HEAD "1;A;pa;1\n2;B;pa;1\n", "No");
    struct by_value second = import_text(&world, HEAD "1;A;pa;2\n2;B;pa;1\n", "No");
    struct by_value undone = undo(&world, &second);
    assert_int_equal(number_of(&undone, "restored"), 1);
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "area"), "1 ha");
    undone = undo(&world, &first);
    assert_int_equal(number_of(&undone, "deleted"), 2);
    assert_int_equal(number_of(&undone, "left_count"), 0);
    assert_int_equal(list_sites(&world).array.count, 0);
    world_end(&world);
}

/* The first mapping was wrong: it took the remarks for the description. */
static void what_was_taken_back_comes_in_again_where_the_file_is_right(void **state)
{
    static const char text[] = "No;Name;Site type;Remarks\n1;A;pa;by car\n";
    struct world world;
    struct banyan_import again = {.type = "site",
                                  .key = "No",
                                  .mapping =
                                      "{\"type\": \"site\", \"columns\": {\"Remarks\": null}}",
                                  .overwrite = true};

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value first = import_text(&world, text, "No"), answer;
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "description.en"), "by car");
    (void)undo(&world, &first);
    answer = import_text(&world, text, "No");
    assert_int_equal(number_of(&answer, "deleted"), 1);
    again.path = write_file(&world, "t.csv", text);
    expect_ok(&world, import_with(&world, &again, &answer));
    assert_counts(&answer, 0, 0, 1, 0);
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "description.en"), "");
    struct by_value undone = undo(&world, &answer);
    assert_int_equal(number_of(&undone, "deleted"), 1);
    assert_int_equal(list_sites(&world).array.count, 0);
    again.mapping = NULL; /* and once more, as it was at first: nothing of it differs */
    expect_ok(&world, import_with(&world, &again, &answer));
    assert_counts(&answer, 0, 0, 1, 0);
    assert_string_equal(field_text(&world, 0, id_of(&world, "A"), "description.en"), "by car");
    expect_ok(&world, import_with(&world, &again, &answer));
    assert_counts(&answer, 0, 1, 0, 0);
    world_end(&world);
}

/* More rows than one transaction takes; the range of entries in the journal spans them. */
/* Somebody else at work between the look at the rows and the writing. */
struct meanwhile {
    struct world *world;
    const char *id;     /* whose area is set */
    const char *import; /* or a file to import */
    bool is_done;
};

static void work_meanwhile(void *context, uint64_t done, uint64_t total)
{
    struct meanwhile *meanwhile = context;
    struct by_value ignored;

    (void)done;
    (void)total;
    if (meanwhile->is_done)
        return;
    meanwhile->is_done = true;
    if (meanwhile->id != NULL)
        set(meanwhile->world, 0, meanwhile->id, "area", "7 ha");
    if (meanwhile->import == NULL)
        return;
    const struct banyan_import import = {.path = meanwhile->import, .type = "site", .key = "No"};
    expect_ok(meanwhile->world, import_with(meanwhile->world, &import, &ignored));
}

static void import_while(struct world *world, const char *text, struct meanwhile *meanwhile)
{
    struct by_buffer json = RESULT;
    const struct banyan_import import = {
        .path = write_file(world, "t.csv", text), .type = "site", .key = "No"};

    meanwhile->import = meanwhile->id == NULL ? import.path : NULL;
    expect_ok(world, by_import_file(world->offices[0].node, &import, work_meanwhile, meanwhile,
                                    &json, &world->error));
    assert_true(meanwhile->is_done);
    by_buffer_deinit(&json);
}

static size_t count_imports(struct world *world)
{
    struct by_buffer json = RESULT;

    expect_ok(world, by_imports(world->offices[0].node, &json, &world->error));
    return parse(world, &json).array.count;
}

static void what_others_write_during_an_import_is_seen_before_it_writes(void **state)
{
    struct world world;
    struct meanwhile meanwhile = {.world = &world};

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    /* the same file at the same time: the second finds all of it there */
    import_while(&world, HEAD "1;A;pa;1\n2;B;pa;2\n", &meanwhile);
    assert_int_equal(list_sites(&world).array.count, 2);
    assert_int_equal(count_imports(&world), 1);
    /* a value that people set after the rows were looked at is not overwritten */
    const char *a = id_of(&world, "A"), *b = id_of(&world, "B");
    meanwhile = (struct meanwhile){.world = &world, .id = a};
    import_while(&world, HEAD "1;A;pa;10\n2;B;pa;20\n3;C;pa;30\n", &meanwhile);
    assert_string_equal(field_text(&world, 0, a, "area"), "7 ha");
    assert_string_equal(field_text(&world, 0, b, "area"), "20 ha");
    assert_string_equal(field_text(&world, 0, id_of(&world, "C"), "area"), "30 ha");
    world_end(&world);
}

static void many_rows_are_written_and_taken_back(void **state)
{
    enum { ROWS = 2000 };
    struct world world;
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    expect_ok(&world, by_buffer_append_format(&text, HEAD));
    for (int i = 0; i < ROWS; i++)
        expect_ok(&world, by_buffer_append_format(&text, "%d;Site %d;pa;%d\n", i, i, i + 1));
    struct by_value answer =
        import_text(&world, by_arena_text(&world.arena, by_buffer_bytes(&text)), "No");
    by_buffer_deinit(&text);
    assert_counts(&answer, ROWS, 0, 0, 0);
    assert_int_equal(list_sites(&world).array.count, ROWS);
    set(&world, 0, id_of(&world, "Site 1500"), "area", "7 ha");
    answer = undo(&world, &answer);
    assert_int_equal(number_of(&answer, "deleted"), ROWS - 1);
    assert_int_equal(number_of(&answer, "left_count"), 1);
    assert_int_equal(list_sites(&world).array.count, 1);
    world_end(&world);
}

/* The same file in two homes of the network: what it adds differs in nothing but its owner. */
static void two_devices_name_a_row_alike(void **state)
{
    struct world world;
    struct by_value answer;

    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    answer = import_text(&world, HEAD "1;A;pa;1\n", "No");
    assert_counts(&answer, 1, 0, 0, 0);
    const struct banyan_import import = {
        .path = write_file(&world, "t.csv", HEAD "1;A;pa;1\n"), .type = "site", .key = "No"};
    struct by_buffer json = RESULT;
    expect_ok(&world,
              by_import_file(world.offices[1].node, &import, NULL, NULL, &json, &world.error));
    by_buffer_deinit(&json);
    carry(&world, 0, 1);
    carry(&world, 1, 0);
    expect_same_fingerprint(&world, 2);
    assert_int_equal(list_sites(&world).array.count, 2);
    world_end(&world);
}

static void a_mapping_says_where_columns_go(void **state)
{
    struct world world;
    struct by_value answer;
    const struct banyan_import import = {
        .mapping = "{\"type\": \"site\", \"key\": [\"N\"], \"set\": {\"country\": \"UKR\", "
                   "\"site_type\": \"pa\"}, \"columns\": {\"T\": \"name.uk\", \"N\": null, "
                   "\"P\": {\"field\": \"area\", \"unit\": \"ha\"}, \"S\": {\"field\": "
                   "\"desig_type\", \"values\": {\"n\": \"National\", \"-\": \"\"}}, \"D\": "
                   "{\"field\": \"status_yr\", \"dates\": \"dmy\"}}}"};
    struct banyan_import here = import;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    here.path = write_file(&world, "t.csv", "N;T;P;S;D\n7;Ліс;3,25;n;31.1.2020\n8;Луг;;-;\n");
    expect_ok(&world, import_with(&world, &here, &answer));
    assert_counts(&answer, 2, 0, 0, 0);
    const char *id = id_of(&world, "Ліс");
    assert_string_equal(field_text(&world, 0, id, "area"), "3.25 ha");
    assert_string_equal(field_text(&world, 0, id, "status_yr"), "2020-01-31");
    assert_string_equal(field_text(&world, 0, id, "desig_type"), "National");
    assert_string_equal(field_text(&world, 0, id, "country"), "Ukraine");
    assert_string_equal(field_text(&world, 0, id_of(&world, "Луг"), "desig_type"), "");
    world_end(&world);
}

static void a_mapping_with_a_fault_is_refused_with_words(void **state)
{
    static const struct {
        const char *mapping, *words;
    } rows[] = {
        {"", "the mapping cannot be read: This is not valid JSON: line "},
        {"[]", "no JSON object"},
        {"{\"type\": 7}", "\"type\" is no text"},
        {"{\"columns\": {\"No\": \"nmae\"}}", "'nmae', which is no field of site"},
        {"{\"columns\": {\"No\": 7}}", "\"No\" is neither a field"},
        {"{\"columns\": {\"No\": {\"field\": \"area\", \"untit\": \"ha\"}}}",
         "none of field, part"},
        {"{\"columns\": {\"No\": {\"field\": \"geometry\", \"part\": \"x\"}}}", "none of latitude"},
        {"{\"columns\": {\"No\": {\"field\": \"area\", \"dates\": \"x\"}}}", "none of ymd"},
        {"{\"columns\": {\"No\": {\"field\": \"area\", \"values\": []}}}", "no {cell: value}"},
        {"{\"columns\": []}", "\"columns\" is no"},
        {"{\"set\": []}", "\"set\" is no"},
        {"{\"set\": {\"country\": 1}}", "no text"},
        {"{\"key\": \"No\"}", "no list of columns"},
        {"{\"key\": [\"Nr\"]}", "names Nr, a column that the file does not have"},
    };
    struct world world;
    struct by_value answer;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct banyan_import import = {.path = write_file(&world, "t.csv", HEAD "1;A;pa;1\n"),
                                             .type = "site",
                                             .mapping = rows[i].mapping};

        expect(&world, import_with(&world, &import, &answer), BANYAN_ERR_INVALID);
        print_message("%s\n", world.error.text);
        assert_non_null(strstr(world.error.text, rows[i].words));
    }
    world_end(&world);
}

/* -- records that stay on this device -- */

static struct by_value
import_contacts(struct world *world, const char *text, enum banyan_status wanted)
{
    const struct banyan_import import = {
        .path = write_file(world, "people.csv", text), .type = "contact", .key = "No"};
    struct by_value answer;

    expect(world, import_with(world, &import, &answer), wanted);
    return answer;
}

static struct by_value list_of(struct world *world, const char *type)
{
    const struct by_view_list list = {.type = type};
    struct by_buffer json = RESULT;

    expect_ok(world, by_node_view(world->offices[0].node, NULL, &world->error));
    expect_ok(world, by_view_list(world->offices[0].node->view, &list, &json, &world->error));
    struct by_value answer = parse(world, &json);
    return *by_value_get(&answer, "rows");
}

static size_t count_private(const struct by_value *rows)
{
    size_t count = 0;

    for (size_t i = 0; i < rows->array.count; i++)
        count += by_value_get(&rows->array.items[i], "private")->boolean;
    return count;
}

#define PEOPLE "No;Name;Role;Phone;sharing\n"

static void rows_are_private_as_they_or_their_type_say(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *before = fingerprint(&world, 0);
    struct by_value answer =
        import_contacts(&world, PEOPLE "1;A;expert;1;\n2;B;expert;2;private\n", BANYAN_OK);
    assert_int_equal(number_of(&answer, "private"), 2);
    assert_string_equal(fingerprint(&world, 0), before);
    answer = import_contacts(
        &world, PEOPLE "1;A;expert;11;\n2;B;expert;2;private\n3;C;expert;3;members\n", BANYAN_OK);
    assert_counts(&answer, 1, 1, 1, 0);
    assert_int_equal(number_of(&answer, "private"), 1);
    assert_string_not_equal(fingerprint(&world, 0), before);
    struct by_value rows = list_of(&world, "contact");
    assert_int_equal(rows.array.count, 3);
    assert_int_equal(count_private(&rows), 2);
    /* an import is no way to share, nor to take back */
    answer = import_contacts(&world, PEOPLE "1;A;expert;11;members\n", BANYAN_ERR_INVALID);
    assert_int_equal(number_of(&answer, "error"), 1);
    answer = import_contacts(&world, PEOPLE "3;C;expert;3;private\n", BANYAN_ERR_INVALID);
    assert_int_equal(number_of(&answer, "error"), 1);
    world_end(&world);
}

static void an_import_of_both_kinds_is_taken_back_whole(void **state)
{
    struct world world;
    struct by_buffer json = RESULT;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_value answer = import_contacts(
        &world, PEOPLE "1;A;expert;1;\n2;B;expert;2;members\n3;C;expert;3;\n4;D;expert;4;\n",
        BANYAN_OK);
    expect_ok(&world, by_imports(world.offices[0].node, &json, &world.error));
    struct by_value list = parse(&world, &json);
    assert_int_equal(list.array.count, 1);
    assert_int_equal(number_of(&list.array.items[0], "new"), 4);

    /* one that was edited, and one that was shared, stay */
    struct by_value rows = list_of(&world, "contact");
    for (size_t i = 0; i < rows.array.count; i++) {
        const char *id = text_of(&world, &rows.array.items[i], "id");
        const char *name = field_text(&world, 0, id, "name");
        if (strcmp(name, "C") == 0)
            assert_string_equal(set(&world, 0, id, "phone", "33"), "changed");
        if (strcmp(name, "D") == 0)
            assert_string_equal(set(&world, 0, id, "sharing", "members"), "shared");
    }
    struct by_value undone = undo(&world, &answer);
    assert_int_equal(number_of(&undone, "deleted"), 2);
    assert_int_equal(number_of(&undone, "left_count"), 2);
    assert_int_equal(list_of(&world, "contact").array.count, 2);
    expect(&world,
           by_import_undo(world.offices[0].node, text_of(&world, &answer, "import"), &json,
                          &world.error),
           BANYAN_ERR_USAGE);
    by_buffer_deinit(&json);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_imported_again_is_the_same_record),
        cmocka_unit_test(true_twins_stay_two),
        cmocka_unit_test(what_changed_in_the_file_is_changed_and_what_people_changed_stays),
        cmocka_unit_test(each_change_says_from_what_to_what),
        cmocka_unit_test(of_many_changed_rows_the_first_are_told),
        cmocka_unit_test(overwriting_takes_the_file_for_right),
        cmocka_unit_test(a_fault_hinders_all_unless_bad_rows_are_skipped),
        cmocka_unit_test(a_dry_run_changes_nothing),
        cmocka_unit_test(an_import_is_taken_back_but_for_what_was_changed_since),
        cmocka_unit_test(a_deleted_record_stays_deleted),
        cmocka_unit_test(imports_are_taken_back_one_after_the_other),
        cmocka_unit_test(what_was_taken_back_comes_in_again_where_the_file_is_right),
        cmocka_unit_test(what_others_write_during_an_import_is_seen_before_it_writes),
        cmocka_unit_test(many_rows_are_written_and_taken_back),
        cmocka_unit_test(two_devices_name_a_row_alike),
        cmocka_unit_test(a_mapping_says_where_columns_go),
        cmocka_unit_test(a_mapping_with_a_fault_is_refused_with_words),
        cmocka_unit_test(rows_are_private_as_they_or_their_type_say),
        cmocka_unit_test(an_import_of_both_kinds_is_taken_back_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
