/*
 * field=value words, and a record as text in an editor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "decimal_note.h"
#include "edit_text.h"
#include "field_args.h"

static const struct {
    const char *word;
    const char *path, *value;
    enum banyan_change change;
} good[] = {
    {"country=KHM", "country", "KHM", BANYAN_SET},
    {"name.vi=Búng Bình Thiên", "name.vi", "Búng Bình Thiên", BANYAN_SET},
    {"name.zh-Hant=湄公河", "name.zh-Hant", "湄公河", BANYAN_SET},
    {"url=https://a.org/?x=1", "url", "https://a.org/?x=1", BANYAN_SET},
    {"tags+=wetland", "tags", "wetland", BANYAN_ADD},
    {"tags-=wetland", "tags", "wetland", BANYAN_REMOVE},
    {"tags+=a=b", "tags", "a=b", BANYAN_ADD},
    {"area=", "area", NULL, BANYAN_UNSET},
    {"handle=@@name", "handle", "@name", BANYAN_SET},
    {"x= ", "x", " ", BANYAN_SET},
};

static void words_become_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct pool pool = {0};
        struct field_args fields;
        const char *mistake;

        print_message("  %s\n", good[i].word);
        assert_int_equal(field_args_read(&pool, &good[i].word, 1, &fields, &mistake), BANYAN_OK);
        assert_int_equal(fields.count, 1);
        assert_string_equal(fields.fields[0].path, good[i].path);
        assert_int_equal(fields.fields[0].change, good[i].change);
        if (good[i].value == NULL)
            assert_null(fields.fields[0].value);
        else
            assert_string_equal(fields.fields[0].value, good[i].value);
        pool_free(&pool);
    }
}

static const struct {
    const char *words[2];
    size_t count;
    enum banyan_status status;
    const char *mistake;
} bad[] = {
    {{"country"}, 1, BANYAN_ERR_USAGE, "\"country\" is not of the form field=value"},
    {{"=KHM"}, 1, BANYAN_ERR_USAGE, "\"=KHM\" is not of the form field=value"},
    {{"a=1", "a=2"}, 2, BANYAN_ERR_USAGE, "a is given twice; a list is written a=\"a; b\""},
    {{"a=1", "a+=2"}, 2, BANYAN_ERR_USAGE, "a is given twice; a list is written a=\"a; b\""},
    {{"a=-", "b=-"}, 2, BANYAN_ERR_USAGE, "standard input can be read for one field only"},
    {{"a=@/no/such/file"},
     1,
     BANYAN_ERR_NOT_FOUND,
     "cannot read /no/such/file: No such file or directory"},
    {{"a=@/"}, 1, BANYAN_ERR_USAGE, "cannot read /: Is a directory"},
};

static void mistakes_are_named(void **state)
{
    (void)state;
    // "-" reads standard input, which must not wait for a person here
    assert_non_null(freopen("/dev/null", "r", stdin));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct pool pool = {0};
        struct field_args fields;
        const char *mistake;

        assert_int_equal(field_args_read(&pool, bad[i].words, bad[i].count, &fields, &mistake),
                         bad[i].status);
        assert_string_equal(mistake, bad[i].mistake);
        pool_free(&pool);
    }
}

static void a_list_is_added_to_any_number_of_times(void **state)
{
    const char *words[] = {"tags+=a", "tags+=b", "tags-=c"};
    struct pool pool = {0};
    struct field_args fields;
    const char *mistake;

    (void)state;
    assert_int_equal(field_args_read(&pool, words, 3, &fields, &mistake), BANYAN_OK);
    assert_int_equal(fields.count, 3);
    pool_free(&pool);
}

/* A file of so many bytes, each `byte`; the caller removes it. */
static void make_file(char path[], size_t size, char byte, const char *end)
{
    int file = mkstemp(path);
    FILE *stream = fdopen(file, "w");

    assert_non_null(stream);
    for (size_t i = 0; i < size; i++)
        fputc(byte, stream);
    fputs(end, stream);
    assert_int_equal(fclose(stream), 0);
}

static const struct {
    size_t size;
    char byte;
    const char *end;
    enum banyan_status status;
    size_t want_size;
} files[] = {
    {0, 'x', "", BANYAN_OK, 0},
    {3, 'x', "\n", BANYAN_OK, 3},
    {3, 'x', "\r\n", BANYAN_OK, 3},
    {3, 'x', "\n\n", BANYAN_OK, 4},
    {0, 'x', "\xef\xbb\xbfxyz\n", BANYAN_OK, 3},
    {0, 'x', "\xef\xbb\xbf", BANYAN_OK, 0},
    {0, 'x', "\xef\xbb", BANYAN_OK, 2},
    {3, '\0', "", BANYAN_ERR_BAD_TEXT, 0},
    {FIELD_FILE_BYTES_MAX - 1, 'x', "", BANYAN_OK, FIELD_FILE_BYTES_MAX - 1},
    {FIELD_FILE_BYTES_MAX, 'x', "", BANYAN_OK, FIELD_FILE_BYTES_MAX},
    {FIELD_FILE_BYTES_MAX + 1, 'x', "", BANYAN_ERR_TOO_LARGE, 0},
};

static void a_file_is_read_whole_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[] = "/tmp/test_field_args_XXXXXX";
        struct pool pool = {0};
        const char *text = NULL, *mistake = NULL;

        make_file(path, files[i].size, files[i].byte, files[i].end);
        assert_int_equal(text_file_read(&pool, path, &text, &mistake), files[i].status);
        if (files[i].status == BANYAN_OK)
            assert_int_equal(strlen(text), files[i].want_size);
        assert_int_equal(unlink(path), 0);
        pool_free(&pool);
    }
}

/* -- a record as text -- */

static const char record_json[] =
    "{\"id\": \"K7QM-2F9D\", \"type\": \"site\", \"owner\": {\"name\": \"FACT\"}, \"fields\": {"
    "\"area\": {\"value\": \"12\", \"unit\": \"ha\"}, \"name.vi\": \"Kampong Phluk\","
    "\"geometry\": {\"type\": \"Point\", \"coordinates\": [103.8, 13]}, \"stewards\": [\"00\", "
    "\"01\"], \"tags\": [\"forest\", \"wet;land\"], \"name.en\": \"one\\ntwo\", \"open\": true, "
    "\"old\": 5}, \"references\": {\"stewards\": [{\"id\": \"AAAA-BBBB\", \"label\": "
    "\"Green\\u001bViet\"}, {\"id\": \"CCCC-DDDD\", \"label\": \"CCCC-DDDD\"}]}, "
    "\"conflicts\": {\"area\": [{\"text\": \"12 ha\", \"by\": {\"name\": \"FACT\"}}, "
    "{\"text\": \"13 ha\", \"by\": {\"name\": \"MVi\"}}]}}";
static const char type_json[] =
    "{\"fields\": [{\"name\": \"name\", \"label\": \"Name\", \"kind\": \"mltext\"},"
    "{\"name\": \"area\", \"label\": \"Area\", \"kind\": \"quantity\","
    "\"codes\": [{\"code\": \"ha\"}, {\"code\": \"km2\"}]},"
    "{\"name\": \"tags\", \"kind\": \"texts\"}, {\"name\": \"country\", \"kind\": \"code\","
    "\"codes\": [{\"code\": \"KHM\"}]},"
    "{\"name\": \"stewards\", \"kind\": \"refs\", \"refers_to\": \"org\"},"
    "{\"name\": \"geometry\", \"kind\": \"geometry\"}, {\"name\": \"open\", \"kind\": \"bool\"},"
    "{\"name\": \"desig\", \"kind\": \"mltext\"}]}";
static const char record_text[] =
    "# site K7QM-2F9D of FACT\n"
    "# Change, add or remove lines; save and close. A list has one line per element;\n"
    "# further lines of a text begin with a tab. Lines with # in front do not count:\n"
    "# take the # away to fill in a field.\n"
    "\n## Name\n"
    "name.vi=Kampong Phluk\n"
    "name.en=one\n"
    "\ttwo\n"
    "\n## Area (a number and a unit: ha, km2)\n"
    "# In conflict: 12 ha (FACT) | 13 ha (MVi)\n"
    "area=12 ha\n"
    "\n## tags\n"
    "tags=forest\n"
    "tags=wet;land\n"
    "\n## country (KHM)\n"
    "# country=\n"
    "\n## stewards (id or name of a record: org)\n"
    "# AAAA-BBBB: Green\\x1bViet\n"
    "stewards=AAAA-BBBB\n"
    "stewards=CCCC-DDDD\n"
    "\n## geometry (latitude,longitude or GeoJSON)\n"
    "geometry=13,103.8\n"
    "\n## open (yes or no)\n"
    "open=yes\n"
    "\n## desig\n"
    "# desig.LANGUAGE=\n"
    "\n## Of other versions, and kept as it is:\n"
    "# old=5\n";

static void a_record_is_written_as_text(void **state)
{
    struct pool pool = {0};
    json_t *record = json_loads(record_json, 0, NULL);
    json_t *type = json_loads(type_json, 0, NULL);

    (void)state;
    assert_string_equal(edit_text_write(&pool, record, type), record_text);
    json_decref(record);
    json_decref(type);
    pool_free(&pool);
}

static const struct {
    const char *name, *before, *after, *want;
} edits[] = {
    {"the same text asks for nothing", "a=1\ntags=x\n", "tags=x\n# no\n\na=1\n", ""},
    {"another value is set", "a=1\n", "a=2\n", "set a 2\n"},
    {"a new line is set", "a=1\n", "a=1\nb=2", "set b 2\n"},
    {"a line gone is unset", "a=1\nb=2\n", "b=2\n", "unset a\n"},
    {"an emptied line is unset", "a=1\n", "a=\n", "unset a\n"},
    {"an empty line that was not there asks for nothing", "", "a=\n", ""},
    {"elements come and go one by one", "tags=x\ntags=y\n", "tags=y\ntags=z\n",
     "add tags z\nremove tags x\n"},
    {"an emptied list loses its elements", "tags=x\ntags=y\n", "",
     "remove tags x\nremove tags y\n"},
    {"further lines are joined", "a=1\n", "a=1\n\t2\n\t\n\t3\n", "set a 1\n2\n\n3\n"},
    {"line ends of Windows are line ends", "a=1\n", "a=1\r\nb=2\r\n", "set b 2\n"},
};

static void write_changes(FILE *stream, const struct field_args *changes)
{
    static const char *const names[] = {"set", "unset", "add", "remove"};

    for (size_t i = 0; i < changes->count; i++) {
        const struct banyan_field *field = &changes->fields[i];

        fprintf(stream, "%s %s", names[field->change], field->path);
        if (field->value != NULL)
            fprintf(stream, " %s", field->value);
        fputc('\n', stream);
    }
}

static void edited_text_becomes_changes(void **state)
{
    json_t *type = json_loads(type_json, 0, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        struct pool pool = {0};
        struct field_args changes;
        const char *mistake;
        char *text = NULL;
        size_t size;
        FILE *stream = open_memstream(&text, &size);

        print_message("  %s\n", edits[i].name);
        assert_int_equal(
            edit_text_compare(&pool, edits[i].before, edits[i].after, type, &changes, &mistake),
            BANYAN_OK);
        write_changes(stream, &changes);
        assert_int_equal(fclose(stream), 0);
        assert_string_equal(text, edits[i].want);
        free(text);
        pool_free(&pool);
    }
    json_decref(type);
}

static void a_text_that_says_two_things_is_refused(void **state)
{
    struct pool pool = {0};
    struct field_args changes;
    const char *mistake = NULL;

    (void)state;
    assert_int_equal(edit_text_compare(&pool, "a=1\n", "a=2\na=3\n", NULL, &changes, &mistake),
                     BANYAN_ERR_USAGE);
    assert_string_equal(mistake, "a stands there twice");
    assert_int_equal(edit_text_compare(&pool, "a=1\n", "what\n", NULL, &changes, &mistake),
                     BANYAN_ERR_USAGE);
    assert_string_equal(mistake, "\"what\" is not of the form field=value");
    pool_free(&pool);
}

static const struct {
    const char *text;
    const char *thousands; /* NULL: nobody takes it for thousands */
} points[] = {
    {"1.500 ha", "1500"},      {"12.345", "12345"},   {"USD 500.000", "500000"},
    {"-1.500 ha", "1500"},     {"1.5 ha", NULL},      {"1.50 ha", NULL},
    {"0.500 ha", NULL},        {"1500.000 ha", NULL}, {"1.500.000 VND", NULL},
    {"1.500,5 ha", NULL},      {"1,500 ha", NULL},    {"1.5000 ha", NULL},
    {"2020-01-31", NULL},      {".500 ha", NULL},     {"", NULL},
    {"twelve hectares", NULL},
};

static void a_point_before_three_digits_may_be_meant_for_thousands(void **state)
{
    struct pool pool = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        const char *thousands = NULL;

        print_message("  %s\n", points[i].text);
        assert_int_equal(decimal_may_be_thousands(&pool, points[i].text, &thousands),
                         points[i].thousands != NULL);
        if (points[i].thousands != NULL)
            assert_string_equal(thousands, points[i].thousands);
    }
    pool_free(&pool);
}

static void a_text_without_a_field_is_empty(void **state)
{
    (void)state;
    assert_true(edit_text_is_empty(""));
    assert_true(edit_text_is_empty("\n\n# area=\n## Name\r\n \t\n"));
    assert_false(edit_text_is_empty("# area=\narea=\n"));
    assert_false(edit_text_is_empty("x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_before_three_digits_may_be_meant_for_thousands),
        cmocka_unit_test(a_text_without_a_field_is_empty),
        cmocka_unit_test(words_become_changes),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(a_list_is_added_to_any_number_of_times),
        cmocka_unit_test(a_file_is_read_whole_or_refused),
        cmocka_unit_test(a_record_is_written_as_text),
        cmocka_unit_test(edited_text_becomes_changes),
        cmocka_unit_test(a_text_that_says_two_things_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
