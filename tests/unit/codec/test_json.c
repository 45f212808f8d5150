#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <locale.h>

#include "base/limits.h"
#include "codec/json.h"
#include "lib/shared.h"

static enum banyan_status
parse(struct by_bytes json, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value value = {0};
    enum banyan_status status = by_json_parse(json, &arena, &value, error);

    if (status == BANYAN_OK)
        status = by_json_write(&value, out);
    by_arena_deinit(&arena);
    return status;
}

static const struct {
    const char *json;
    enum banyan_status want;
    const char *written;
} rows[] = {
    {"null", BANYAN_OK, "null"},
    {" { \"b\" : [ 1 , 2.5 , true ] , \"a\" : \"x\" } ", BANYAN_OK,
     "{\"a\":\"x\",\"b\":[1,2.5,true]}"},
    {"1.0", BANYAN_OK, "1"},
    {"-0.0", BANYAN_OK, "0"},
    {"9223372036854775807", BANYAN_OK, "9223372036854775807"},
    {"9223372036854775808", BANYAN_ERR_MALFORMED, ""},
    {"9007199254740993.0", BANYAN_OK, "9007199254740992"},
    {"9007199254740994.0", BANYAN_OK, "9007199254740994.0"},
    {"0.1", BANYAN_OK, "0.1"},
    {"0.30000000000000004", BANYAN_OK, "0.30000000000000004"},
    {"1e300", BANYAN_OK, "1e+300"},
    {"1e400", BANYAN_ERR_MALFORMED, ""},
    {"\"e\\u0301\"", BANYAN_OK, "\"\xc3\xa9\""},
    {"\"\\\"\\\\\\n\\t/\"", BANYAN_OK, "\"\\\"\\\\\\n\\t/\""},
    {"\"a\\r\\nb\"", BANYAN_OK, "\"a\\nb\""},
    {"\"\\u001b\"", BANYAN_ERR_BAD_TEXT, ""},
    {"\"\\u0000\"", BANYAN_ERR_MALFORMED, ""},
    {"\"\xff\"", BANYAN_ERR_MALFORMED, ""},
    {"{\"a\":1,\"a\":2}", BANYAN_ERR_MALFORMED, ""},
    {"{\"e\\u0301\":1,\"\xc3\xa9\":2}", BANYAN_ERR_MALFORMED, ""},
    {"[1,]", BANYAN_ERR_MALFORMED, ""},
    {"", BANYAN_ERR_MALFORMED, ""},
    {"[] []", BANYAN_ERR_MALFORMED, ""},
    {"NaN", BANYAN_ERR_MALFORMED, ""},
};

static void what_is_read_is_written_in_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_buffer out = BY_BUFFER_INIT(1000);
        struct banyan_error error = {0};

        print_message("%s\n", rows[i].json);
        assert_int_equal(parse(by_bytes_of_text(rows[i].json), &out, &error), rows[i].want);
        assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of_text(rows[i].written)));
        assert_int_equal(error.status, rows[i].want);
        assert_int_equal(error.text[0] != 0, rows[i].want != BANYAN_OK);
        by_buffer_deinit(&out);
    }
}

static void failures_name_line_and_column(void **state)
{
    struct by_buffer out = BY_BUFFER_INIT(1000);
    struct banyan_error error = {0};

    (void)state;
    assert_int_equal(parse(by_bytes_of_text("{\n  \"a\": x\n}"), &out, &error),
                     BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "line 2, column 8"));
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    for (size_t depth = BY_JSON_DEPTH_MAX - 1; depth <= BY_JSON_DEPTH_MAX + 1; depth++) {
        struct by_buffer out = BY_BUFFER_INIT(1000);
        char json[100] = {0};

        memset(json, '[', depth);
        strcat(json, "\"[[\\\"[[\"");
        memset(json + strlen(json), ']', depth);
        assert_int_equal(parse(by_bytes_of_text(json), &out, NULL),
                         depth <= BY_JSON_DEPTH_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&out);
    }
}

static void length_is_bounded(void **state)
{
    char *json = malloc(BY_JSON_BYTES_MAX + 1);

    (void)state;
    assert_non_null(json);
    memset(json, ' ', BY_JSON_BYTES_MAX + 1);
    json[0] = '1';
    for (size_t size = BY_JSON_BYTES_MAX - 1; size <= BY_JSON_BYTES_MAX + 1; size++) {
        struct by_buffer out = BY_BUFFER_INIT(1000);

        assert_int_equal(parse(by_bytes_of(json, size), &out, NULL),
                         size <= BY_JSON_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&out);
    }
    free(json);
}

static void the_writer_puts_commas_and_escapes(void **state)
{
    struct by_buffer out = BY_BUFFER_INIT(1000);
    struct by_json json;

    (void)state;
    by_json_init(&json, &out);
    by_json_object_begin(&json);
    by_json_key(&json, "a");
    by_json_array_begin(&json);
    by_json_int(&json, INT64_MIN);
    by_json_bool(&json, false);
    by_json_array_begin(&json);
    by_json_array_end(&json);
    by_json_null(&json);
    by_json_array_end(&json);
    by_json_key(&json, "\x1f\x7f");
    by_json_hex(&json, by_bytes_of("\x00\xff", 2));
    by_json_key(&json, "r");
    by_json_raw(&json, by_bytes_of_text("[1]"));
    by_json_key_bytes(&json, by_bytes_of("t", 1));
    by_json_literal(&json, "\xc3\xa9");
    by_json_object_end(&json);
    assert_int_equal(json.status, BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&out, 0), BANYAN_OK);
    assert_string_equal((char *)out.data,
                        "{\"a\":[-9223372036854775808,false,[],null],"
                        "\"\\u001f\\u007f\":\"00ff\",\"r\":[1],\"t\":\"\xc3\xa9\"}");
    by_buffer_deinit(&out);
}

static void require_shortest(double real)
{
    char shortest[40] = "";
    struct by_buffer out = BY_BUFFER_INIT(100);
    struct by_value value = {.kind = BY_VALUE_FLOAT, .real = real};

    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(shortest, sizeof shortest, "%.*g", digits, real);
        if (strtod(shortest, NULL) == real)
            break;
    }
    if (strpbrk(shortest, ".e") == NULL)
        strcat(shortest, ".0");
    assert_int_equal(by_json_write(&value, &out), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&out, 0), BANYAN_OK);
    assert_string_equal((const char *)out.data, shortest);
    by_buffer_deinit(&out);
}

/* As text is escaped wherever in it a character stands. */
static void each_character_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 256; c++)
        for (size_t size = 1; size <= 20; size++)
            for (size_t at = 0; at < size; at++) {
                char text[32], expected[64], escape[8] = {(char)c};
                struct by_buffer out = BY_BUFFER_INIT(1000);
                struct by_json json;

                memset(text, at % 2 == 0 ? ' ' : '~', size);
                text[at] = (char)c;
                if (c == '"' || c == '\\')
                    (void)snprintf(escape, sizeof escape, "\\%c", c);
                else if (c == '\n' || c == '\t')
                    (void)snprintf(escape, sizeof escape, c == '\n' ? "\\n" : "\\t");
                else if (c < 0x20 || c == 0x7f)
                    (void)snprintf(escape, sizeof escape, "\\u%04x", c);
                (void)snprintf(expected, sizeof expected, "\"%.*s%s%.*s\"", (int)at, text, escape,
                               (int)(size - at - 1), text + at + 1);
                by_json_init(&json, &out);
                by_json_text(&json, by_bytes_of(text, size));
                assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of_text(expected)));
                by_buffer_deinit(&out);
            }
}

static void reals_are_written_in_the_fewest_digits_that_read_back(void **state)
{
    static const double reals[] = {0.0,
                                   -0.0,
                                   0.1,
                                   -0.5,
                                   1e-4,
                                   9.9999e-5,
                                   123456789012345.0,
                                   999999999999999.0,
                                   999999999999999.9,
                                   1e15,
                                   1e16,
                                   0.1 + 0.2,
                                   4503599627370497.5,
                                   1.7976931348623157e308,
                                   5e-324};
    uint64_t random = 7;

    (void)state;
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++)
        require_shortest(reals[i]);
    for (int round = 0; round < 50000; round++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        double whole = (double)(int64_t)(random >> 14), part = 1;

        for (int i = 0; i < round % 20; i++)
            part *= 10;
        require_shortest(whole / part - (round % 3 == 0 ? 180 : 0));
    }
}

static void foreign_depth_is_refused_not_asserted(void **state)
{
    struct by_value levels[BY_JSON_DEPTH_MAX + 1];
    struct by_buffer out = BY_BUFFER_INIT(1000);
    struct by_json json;

    (void)state;
    levels[0] = by_value_nil();
    for (size_t i = 1; i <= BY_JSON_DEPTH_MAX; i++)
        levels[i] = (struct by_value){.kind = BY_VALUE_ARRAY, .array = {&levels[i - 1], 1}};
    by_json_init(&json, &out);
    by_json_array_begin(&json);
    by_json_value(&json, &levels[BY_JSON_DEPTH_MAX]);
    by_json_array_end(&json);
    assert_int_equal(json.status, BANYAN_ERR_TOO_LARGE);
    by_buffer_deinit(&out);
}

static void a_decimal_comma_in_the_locale_changes_nothing(void **state)
{
    struct by_buffer out = BY_BUFFER_INIT(1000);

    (void)state;
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "vi_VN") == NULL) {
        print_message("skipped: no locale with a decimal comma\n");
        skip();
    }
    assert_int_equal(parse(by_bytes_of_text("[0.5,9007199254740994.0]"), &out, NULL), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&out, 0), BANYAN_OK);
    assert_string_equal((char *)out.data, "[0.5,9007199254740994.0]");
    (void)setlocale(LC_NUMERIC, "C");
    by_buffer_deinit(&out);
}

/* y_: must be read, n_: must not, i_: either. We refuse a little of y_: keys twice, controls in
 * text. */
static void check_file(const char *name)
{
    char path[512];
    size_t size = 0;
    struct by_buffer out = BY_BUFFER_INIT(1000000);
    enum banyan_status status = BANYAN_OK;
    bool is_stricter = strstr(name, "duplicated_key") != NULL ||
                       strstr(name, "escaped_null") != NULL || strstr(name, "null_escape") != NULL;
    char *json = NULL;

    (void)snprintf(path, sizeof path, "vectors/json/test_parsing/%s", name);
    json = test_shared_read(path, NULL, &size);
    status = parse(by_bytes_of(json, size), &out, NULL);
    if (name[0] == 'n' && status == BANYAN_OK)
        fail_msg("%s: read", name);
    if (name[0] == 'y' && status != BANYAN_OK && status != BANYAN_ERR_BAD_TEXT && !is_stricter)
        fail_msg("%s: %s", name, banyan_status_name(status));
    by_buffer_deinit(&out);
    free(json);
}

static void the_parsing_suite_is_read_and_refused_as_it_says(void **state)
{
    DIR *folder = opendir(BY_TEST_SHARED "/vectors/json/test_parsing");
    struct dirent *item = NULL;
    size_t count = 0;

    (void)state;
    if (folder == NULL) {
        print_message("skipped: no %s/vectors/json\n", BY_TEST_SHARED);
        skip();
    }
    while ((item = readdir(folder)) != NULL) {
        if (strchr("yni", item->d_name[0]) == NULL || item->d_name[1] != '_')
            continue;
        check_file(item->d_name);
        count++;
    }
    (void)closedir(folder);
    assert_true(count > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_in_one_form),
        cmocka_unit_test(failures_name_line_and_column),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(the_writer_puts_commas_and_escapes),
        cmocka_unit_test(each_character_is_escaped_wherever_it_stands),
        cmocka_unit_test(reals_are_written_in_the_fewest_digits_that_read_back),
        cmocka_unit_test(foreign_depth_is_refused_not_asserted),
        cmocka_unit_test(a_decimal_comma_in_the_locale_changes_nothing),
        cmocka_unit_test(the_parsing_suite_is_read_and_refused_as_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
