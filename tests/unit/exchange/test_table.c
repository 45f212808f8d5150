#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <csv.h>

#include "base/limits.h"
#include "base/text.h"
#include "codec/json.h"
#include "exchange/table.h"
#include "lib/shared.h"
#include "lib/test_folder.h"
#include "lib/test_runs.h"

static enum banyan_status try_bytes(void **state, struct by_bytes bytes,
                                    struct by_table **out_table, struct banyan_error *error)
{
    char *path = test_folder_path(*state, "table.csv");
    struct by_table_options options = {0};
    enum banyan_status status = BANYAN_OK;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
    status = by_table_open(path, &options, out_table, error);
    free(path);
    return status;
}

static struct by_table *open_bytes(void **state, const void *bytes, size_t size)
{
    struct banyan_error error = {0};
    struct by_table *table = NULL;

    if (try_bytes(state, by_bytes_of(bytes, size), &table, &error) != BANYAN_OK)
        fail_msg("%s", error.text);
    return table;
}

static struct by_table *open_text(void **state, const char *text)
{
    return open_bytes(state, text, strlen(text));
}

static bool cell_is(const struct by_row *row, size_t at, const char *text)
{
    return at < row->count && by_bytes_equal(row->cells[at], by_bytes_of_text(text));
}

/* -- what spreadsheets write -- */

static const struct {
    const char *name, *text;
    const char *header, *first; /* second cell of the header and of the first row */
    size_t columns, rows;
    uint64_t number, line; /* of the last row */
} rows[] = {
    {"commas", "a,b\n1,2\n3,4\n", "b", "2", 2, 2, 3, 3},
    {"semicolons and decimal commas", "a;b\n1,5;2,5\n", "b", "2,5", 2, 1, 2, 2},
    {"TAB", "a\tb\n1\t2\n", "b", "2", 2, 1, 2, 2},
    {"bars", "a|b\n1|2\n", "b", "2", 2, 1, 2, 2},
    {"no line feed at the end", "a,b\n1,2", "b", "2", 2, 1, 2, 2},
    {"CR LF", "a,b\r\n1,2\r\n", "b", "2", 2, 1, 2, 2},
    {"bare CR", "a,b\r1,2\r3,4\r", "b", "2", 2, 2, 3, 3},
    {"a line break in quotes", "a,b\n1,\"x\ny\"\n3,4\n", "b", "x\ny", 2, 2, 3, 4},
    {"an empty line in quotes", "a,b\n1,\"x\n\ny\"\n3,4\n", "b", "x\n\ny", 2, 2, 3, 5},
    {"empty rows between", "a,b\n\n1,2\n;;\n,\n3,4\n", "b", "2", 2, 3, 6, 6},
    {"said in the first line", "sep=|\na,x|b\n1|2\n", "b", "2", 2, 1, 3, 3},
    {"titles above", "Sites of 2026\n\na,b,c\n1,2,3\n4,5,6\n", "b", "2", 3, 2, 5, 5},
    {"quotes doubled, quotes inside",
     "a;b\n1;\"N 49\xc2\xb0"
     "48'33\"\"\"\n",
     "b",
     "N 49\xc2\xb0"
     "48'33\"",
     2, 1, 2, 2},
    {"one column", "name\nx\ny\n", NULL, NULL, 1, 2, 3, 3},
    {"short rows and long ones", "a,b,c\n1,2\n1,2,3,4\n", "b", "2", 3, 2, 3, 3},
};

static void a_table_is_read_as_it_is(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_table *table = open_text(state, rows[i].text);
        struct by_row row = {0}, last = {0};

        print_message("%s: %s\n", rows[i].name, by_table_reading(table));
        /* twice: the second time after going back */
        for (int pass = 0; pass < 2; pass++) {
            size_t count = 0;

            assert_int_equal(by_table_header(table)->count, rows[i].columns);
            assert_true(rows[i].header == NULL ||
                        cell_is(by_table_header(table), 1, rows[i].header));
            while (by_table_next(table, &row, NULL) == BANYAN_OK) {
                if (count++ == 0 && rows[i].first != NULL)
                    assert_true(cell_is(&row, 1, rows[i].first));
                last = row;
            }
            assert_int_equal(count, rows[i].rows);
            assert_int_equal(last.number, rows[i].number);
            assert_int_equal(last.line, rows[i].line);
            assert_int_equal(by_table_rewind(table, NULL), BANYAN_OK);
        }
        by_table_close(table);
    }
}

static void a_file_with_nothing_in_it_is_refused(void **state)
{
    static const char *const texts[] = {"", "\n\n\n", "\xef\xbb\xbf"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct banyan_error error = {0};
        struct by_table *table = NULL;

        assert_int_equal(try_bytes(state, by_bytes_of_text(texts[i]), &table, &error),
                         BANYAN_ERR_INVALID);
        assert_string_equal(error.text, "there is nothing in the file");
    }
}

/* -- bytes that the encoding does not have -- */

static void a_byte_that_stands_for_nothing_is_a_fault_of_its_row(void **state)
{
    static const struct {
        const char *encoding, *text;
        size_t size, cell;
        const char *first, *words; /* of the row in line 3 */
    } bad[] = {
#define BYTES(literal) literal, sizeof(literal) - 1
        {"utf-8", BYTES("a,b\n1,2\nCaf\xe9,x\n3,4\n"), 1, "Caf\xef\xbf\xbd", "byte 0xE9 "},
        {"utf-8", BYTES("a,b\n1,2\nx,\"\xe9,\ny\xff\"\n3,4\n"), 2, "x", "byte 0xE9 "},
        {"utf-8", BYTES("a,b\n1,2\nx,2,\xff\n3,4\n"), 3, "x", "byte 0xFF "},
        {"windows-1251", BYTES("a,b\n1,2\nx,\x98\n3,4\n"), 2, "x", "0x98 stands for no "},
        {"windows-1252", BYTES("a,b\n1,2\nx,\x81\n3,4\n"), 2, "x", "in windows-1252"},
        {"utf-16le", BYTES("a\0,\0b\0\n\0001\0,\0002\0\n\0x\0,\0\x01\xd8\n\0003\0,\0004\0\n\0"), 2,
         "x", "0xD801 is half "},
#undef BYTES
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *path = test_folder_path(*state, "bad.csv");
        const struct by_table_options options = {.encoding = bad[i].encoding, .delimiter = ','};
        struct banyan_error error = {0};
        struct by_table *table = NULL;
        struct by_row row = {0};
        FILE *file = fopen(path, "wb");

        print_message("row %zu\n", i);
        assert_non_null(file);
        assert_int_equal(fwrite(bad[i].text, 1, bad[i].size, file), bad[i].size);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(by_table_open(path, &options, &table, &error), BANYAN_OK);
        assert_int_equal(by_table_next(table, &row, &error), BANYAN_OK);
        assert_null(row.fault);
        assert_int_equal(by_table_next(table, &row, &error), BANYAN_OK);
        assert_non_null(row.fault);
        assert_non_null(strstr(row.fault, bad[i].words));
        assert_int_equal(row.fault_cell, bad[i].cell);
        assert_int_equal(row.line, 3);
        assert_true(cell_is(&row, 0, bad[i].first));
        assert_int_equal(by_table_next(table, &row, &error), BANYAN_OK);
        assert_null(row.fault);
        assert_true(cell_is(&row, 1, "4"));
        by_table_close(table);
        free(path);
    }
}

static void a_header_with_such_a_byte_is_refused(void **state)
{
    struct banyan_error error = {0};
    struct by_table *table = NULL;

    assert_int_equal(try_bytes(state, by_bytes_of_text("\xc3\xa9,\xff\n1,2\n"), &table, &error),
                     BANYAN_ERR_INVALID);
    assert_non_null(strstr(error.text, "the header, in line 1: the byte 0xFF "));
}

/* -- bounds -- */

/* words NULL: it is read. */
static void assert_reads(void **state, const struct by_buffer *text, const char *words)
{
    struct banyan_error error = {0};
    struct by_table *table = NULL;
    enum banyan_status status = try_bytes(state, by_buffer_bytes(text), &table, &error);

    print_message("%s\n", error.text);
    assert_int_equal(status, words == NULL ? BANYAN_OK : BANYAN_ERR_INVALID);
    assert_true(words == NULL || strstr(error.text, words) != NULL);
    by_table_close(table);
}

static void a_row_has_bounds(void **state)
{
    for (int past = -1; past <= 1; past++) {
        struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);

        assert_int_equal(by_buffer_append_bytes(&text, by_bytes_of_text("a,b\n")), BANYAN_OK);
        for (int i = 1; i < (int)BY_CELLS_MAX + past; i++)
            assert_int_equal(by_buffer_append_u8(&text, ','), BANYAN_OK);
        assert_int_equal(by_buffer_append_bytes(&text, by_bytes_of_text("x\n")), BANYAN_OK);
        assert_reads(state, &text, past == 1 ? "line 2 has more than" : NULL);
        by_buffer_deinit(&text);
    }
}

static void a_quote_that_never_ends_is_told_with_its_line(void **state)
{
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);

    assert_int_equal(by_buffer_append_bytes(&text, by_bytes_of_text("a,b\n1,\"x\n")), BANYAN_OK);
    for (uint32_t i = 0; i < BY_LINE_BYTES_MAX / 2; i++)
        assert_int_equal(by_buffer_append_bytes(&text, by_bytes_of_text("yyyy\n")), BANYAN_OK);
    assert_reads(state, &text, "line 2");
    by_buffer_deinit(&text);
}

/* -- what others wrote -- */

static void compare_with_json(void **state, const char *name)
{
    char path[256];
    size_t size, json_size, count = 0;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value objects;
    struct by_row row;

    (void)snprintf(path, sizeof path, "vectors/csv/csvs/%s.csv", name);
    char *text = test_shared_read(path, NULL, &size);
    (void)snprintf(path, sizeof path, "vectors/csv/json/%s.json", name);
    char *json = test_shared_read(path, NULL, &json_size);
    if (text == NULL || json == NULL)
        skip();
    print_message("%s\n", name);
    assert_int_equal(by_json_parse(by_bytes_of(json, json_size), &arena, &objects, NULL),
                     BANYAN_OK);
    struct by_table *table = open_bytes(state, text, size);
    while (by_table_next(table, &row, NULL) == BANYAN_OK) {
        const struct by_row *header = by_table_header(table);

        assert_true(count < objects.array.count);
        for (size_t i = 0; i < header->count; i++) {
            const struct by_value *value =
                by_value_get_bytes(&objects.array.items[count], header->cells[i]);

            struct by_buffer normal = BY_BUFFER_INIT(4096);

            /* line breaks are one character there */
            assert_non_null(value);
            assert_true(i < row.count);
            assert_int_equal(by_text_normalise(row.cells[i], &normal), BANYAN_OK);
            assert_true(by_bytes_equal(value->bytes, by_buffer_bytes(&normal)));
            by_buffer_deinit(&normal);
        }
        count++;
    }
    assert_int_equal(count, objects.array.count);
    by_table_close(table);
    by_arena_deinit(&arena);
    free(json);
    free(text);
}

/* Of location_coordinates the suite's two files tell different things. */
static void csv_spectrum_reads_as_its_json(void **state)
{
    static const char *const names[] = {
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",

    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        compare_with_json(state, names[i]);
}

/* The registers of 25 regions: 5,469 rows, 746 of them with a line break in a cell. */
static void the_reserve_fund_has_all_its_rows(void **state)
{
    size_t size, rows_read = 0, broken = 0;
    char *names = test_shared_read("data/ua/pzo-kyivska.csv", NULL, &size);

    (void)state;
    if (names == NULL)
        skip();
    free(names);
    FILE *list = popen("ls " BY_TEST_SHARED "/data/ua/pzo-*.csv", "r");
    char path[512];

    assert_non_null(list);
    while (fgets(path, sizeof path, list) != NULL) {
        struct by_table_options options = {0};
        struct by_table *table;
        struct by_row row;

        path[strcspn(path, "\n")] = 0;
        assert_int_equal(by_table_open(path, &options, &table, NULL), BANYAN_OK);
        assert_int_equal(by_table_header(table)->count, 9);
        while (by_table_next(table, &row, NULL) == BANYAN_OK) {
            bool has_break = false;

            assert_int_equal(row.count, 9);
            for (size_t i = 0; i < row.count; i++)
                has_break = has_break || memchr(row.cells[i].data, '\n', row.cells[i].size) != NULL;
            broken += has_break;
            rows_read++;
        }
        by_table_close(table);
    }
    assert_int_equal(pclose(list), 0);
    assert_int_equal(rows_read, 5469);
    assert_int_equal(broken, 746);
}

/* -- the short way of a line without quotation marks -- */

/* Rows as libcsv reads them by itself: cells with \x01 behind, rows with \x02; blank ones left out.
 */
struct plain_rows {
    struct by_buffer text;
    size_t begin; /* of the row at work */
};

static void take_cell(void *cell, size_t size, void *context)
{
    struct plain_rows *kept = context;

    assert_int_equal(by_buffer_append(&kept->text, cell, size), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&kept->text, 1), BANYAN_OK);
}

static void take_end(int end, void *context)
{
    struct plain_rows *kept = context;
    bool is_blank = true;

    (void)end;
    for (size_t i = kept->begin; i < kept->text.size; i++)
        is_blank = is_blank && strchr("\x01 \t\r\n", kept->text.data[i]) != NULL;
    if (is_blank)
        kept->text.size = kept->begin;
    else
        assert_int_equal(by_buffer_append_u8(&kept->text, 2), BANYAN_OK);
    kept->begin = kept->text.size;
}

static void append_words(struct by_buffer *text, const char *words)
{
    assert_int_equal(by_buffer_append_bytes(text, by_bytes_of_text(words)), BANYAN_OK);
}

static void make_cell(uint64_t *seed, char delimiter, struct by_buffer *text)
{
    static const char *const pieces[] = {"",  " ",     "\t",         "a",   "Đồng Văn", "12,5",
                                         "|", "ព្រៃឈើ", "заповідник", "ລາວ", "x;y",      "  z  "};
    bool is_quoted = test_random(seed) % 4 == 0;

    if (is_quoted)
        append_words(text, test_random(seed) % 4 == 0 ? " \"" : "\"");
    for (uint64_t i = test_random(seed) % 4; i > 0; i--) {
        const char *piece = pieces[test_random(seed) % (sizeof pieces / sizeof pieces[0])];

        if (is_quoted || strchr(piece, delimiter) == NULL || test_random(seed) % 3 == 0)
            append_words(text, piece);
        if (is_quoted && test_random(seed) % 3 == 0)
            append_words(text, test_random(seed) % 2 == 0 ? "\"\"" : "\n");
        if (!is_quoted && test_random(seed) % 9 == 0)
            append_words(text, "b\"c");
    }
    if (is_quoted)
        append_words(text, test_random(seed) % 4 == 0 ? "\" " : "\"");
}

static void make_table(uint64_t seed, char delimiter, struct by_buffer *text)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};

    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(by_buffer_append_u8(text, (uint8_t)('A' + i)), BANYAN_OK);
        assert_int_equal(by_buffer_append_u8(text, (uint8_t)delimiter), BANYAN_OK);
    }
    append_words(text, "K\n");
    for (uint64_t left = test_random(&seed) % 30; left > 0; left--) {
        for (uint64_t cells = test_random(&seed) % 6; cells > 0; cells--) {
            make_cell(&seed, delimiter, text);
            if (cells > 1 || test_random(&seed) % 8 == 0)
                assert_int_equal(by_buffer_append_u8(text, (uint8_t)delimiter), BANYAN_OK);
        }
        if (left > 1 || test_random(&seed) % 2 == 0)
            append_words(text, ends[test_random(&seed) % 3]);
    }
}

static void read_plainly(struct by_bytes text, char delimiter, struct plain_rows *kept)
{
    struct csv_parser parser;

    assert_int_equal(csv_init(&parser, CSV_APPEND_NULL), 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    assert_int_equal(csv_parse(&parser, text.data, text.size, take_cell, take_end, kept),
                     text.size);
    assert_int_equal(csv_fini(&parser, take_cell, take_end, kept), 0);
    csv_free(&parser);
}

static void
read_as_table(void **state, struct by_bytes text, char delimiter, struct plain_rows *kept)
{
    char *path = test_folder_path(*state, "random.csv");
    const struct by_table_options options = {.delimiter = delimiter, .encoding = "utf-8"};
    struct banyan_error error = {0};
    struct by_table *table = NULL;
    struct by_row row;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(by_table_open(path, &options, &table, &error), BANYAN_OK);
    row = *by_table_header(table);
    do {
        for (size_t i = 0; i < row.count; i++)
            take_cell((void *)(uintptr_t)row.cells[i].data, row.cells[i].size, kept);
        take_end(0, kept);
    } while (by_table_next(table, &row, &error) == BANYAN_OK);
    by_table_close(table);
    free(path);
}

static void rows_are_cut_as_the_library_reads_them(void **state)
{
    static const char delimiters[] = {',', ';', '\t', '|'};

    for (uint64_t seed = 1; seed <= 2000; seed++) {
        char delimiter = delimiters[seed % 4];
        struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);
        struct plain_rows expected = {.text = BY_BUFFER_INIT(SIZE_MAX)},
                          read = {.text = BY_BUFFER_INIT(SIZE_MAX)};

        make_table(seed, delimiter, &text);
        read_plainly(by_buffer_bytes(&text), delimiter, &expected);
        read_as_table(state, by_buffer_bytes(&text), delimiter, &read);
        if (!by_bytes_equal(by_buffer_bytes(&expected.text), by_buffer_bytes(&read.text)))
            fail_msg("seed %llu", (unsigned long long)seed);
        by_buffer_deinit(&text);
        by_buffer_deinit(&expected.text);
        by_buffer_deinit(&read.text);
    }
}

static void columns_are_named_as_in_spreadsheets(void **state)
{
    static const struct {
        size_t column;
        const char *name;
    } named[] = {{0, "A"}, {25, "Z"}, {26, "AA"}, {51, "AZ"}, {701, "ZZ"}, {702, "AAA"}};
    char name[BY_COLUMN_NAME_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        by_column_name(named[i].column, name);
        assert_string_equal(name, named[i].name);
    }
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
    const struct CMUnitTest tests[] = {
        ROW(a_table_is_read_as_it_is),
        ROW(a_file_with_nothing_in_it_is_refused),
        ROW(a_byte_that_stands_for_nothing_is_a_fault_of_its_row),
        ROW(a_header_with_such_a_byte_is_refused),
        ROW(a_row_has_bounds),
        ROW(a_quote_that_never_ends_is_told_with_its_line),
        ROW(csv_spectrum_reads_as_its_json),
        ROW(the_reserve_fund_has_all_its_rows),
        ROW(rows_are_cut_as_the_library_reads_them),
        ROW(columns_are_named_as_in_spreadsheets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
