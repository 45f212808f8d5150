/*
 * Tables and wrapped text, in columns of a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"

#define COLUMNS_MAX 4

static const struct {
    const char *name;
    size_t width; /* of the terminal; 0 = none */
    const char *headers[COLUMNS_MAX];
    const char *cells[COLUMNS_MAX * 3];
    const char *want;
} tables[] = {
    {"columns are as wide as their widest cell",
     0,
     {"id", "name"},
     {"K7QM-2F9D", "Búng Bình Thiên", "A", "湄公河"},
     "id         name\n"
     "K7QM-2F9D  Búng Bình Thiên\n"
     "A          湄公河\n"},
    {"wide characters count twice, marks not at all",
     0,
     {"a", "b"},
     {"湄公河", "x", "ёлка", "x", "e\xcc\x81t", "x"},
     "a       b\n"
     "湄公河  x\n"
     "ёлка    x\n"
     "e\xcc\x81t      x\n"},
    {"the widest column is cut until a row fits",
     30,
     {"id", "name"},
     {"K7QM-2F9D", "Khu bảo tồn cá Keo Por và cộng đồng"},
     "id         name\n"
     "K7QM-2F9D  Khu bảo tồn cá Keo…\n"},
    {"columns without room are left out and named",
     26,
     {"a", "second", "third"},
     {"0123456789", "abcdefghijklmnopqrst", "0123456789"},
     "a           second\n"
     "0123456789  abcdefghijklm…\n"
     "(no room for: third)\n"},
    {"an empty column makes room before anything is cut",
     26,
     {"a", "newest word", "third"},
     {"0123456789", "", "abcdefghijkl", "0", "", "x"},
     "a           third\n"
     "0123456789  abcdefghijkl\n"
     "0           x\n"
     "(no room for: newest word)\n"},
    {"an empty column stays where there is room",
     40,
     {"a", "newest word", "third"},
     {"0123456789", "", "abcdefghijkl"},
     "a           newest word  third\n"
     "0123456789               abcdefghijkl\n"},
    {"where a table has no rows its columns are left out from the end",
     26,
     {"0123456789", "abcdefghij", "klm"},
     {NULL},
     "0123456789  abcdefghij\n(no room for: klm)\n"},
    {"a cell cannot break the table or steer the terminal",
     0,
     {"a", "b"},
     {"x\ny\x1b[31m", "z"},
     "a               b\n"
     "x\\x0ay\\x1b[31m  z\n"},
    {"a header may be wider than its cells",
     0,
     {"header", "b"},
     {"1", "2"},
     "header  b\n1       2\n"},
    {"no row is still a table", 0, {"a", "b"}, {NULL}, "a  b\n"},
};

static char *printed(size_t at)
{
    struct pool pool = {0};
    struct table table = table_new(&pool);
    struct output out = {.columns = tables[at].width};
    char *text = NULL;
    size_t size;

    out.stream = open_memstream(&text, &size);
    assert_non_null(out.stream);
    for (size_t i = 0; i < COLUMNS_MAX && tables[at].headers[i] != NULL; i++)
        (void)table_column(&table, tables[at].headers[i]);
    for (size_t i = 0; i < COLUMNS_MAX * 3 && tables[at].cells[i] != NULL; i++)
        table_cell(&table, tables[at].cells[i]);
    table_print(&table, &out, 0);
    assert_int_equal(fclose(out.stream), 0);
    pool_free(&pool);
    return text;
}

static void tables_line_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        char *text = printed(i);

        print_message("  %s\n", tables[i].name);
        assert_string_equal(text, tables[i].want);
        free(text);
    }
}

static void numbers_stand_at_the_right(void **state)
{
    struct pool pool = {0};
    struct table table = table_new(&pool);
    struct output out = {0};
    char *text = NULL;
    size_t size;

    (void)state;
    out.stream = open_memstream(&text, &size);
    table_column(&table, "count")->right = true;
    table_column(&table, "what");
    table_cell(&table, "7");
    table_cell(&table, "sites");
    table_print(&table, &out, 2);
    assert_int_equal(fclose(out.stream), 0);
    assert_string_equal(text, "  count  what\n      7  sites\n");
    free(text);
    pool_free(&pool);
}

static const struct {
    const char *name;
    size_t width, indent;
    const char *text, *want;
} wraps[] = {
    {"a short text is one line", 40, 0, "short", "short\n"},
    {"lines break at spaces", 20, 0, "one two three four five six",
     "one two three four\nfive six\n"},
    {"further lines are indented", 24, 4, "one two three four five six",
     "one two three four\n    five six\n"},
    {"text without spaces breaks where the line is full", 20, 0, "ຄຳມ່ວນຄຳມ່ວນຄຳມ່ວນຄຳມ່ວນຄຳມ່ວນ",
     "ຄຳມ່ວນຄຳມ່ວນຄຳມ່ວນຄຳມ່ວນ\nຄຳມ່ວນ\n"},
    {"line feeds stay, empty lines too", 40, 2, "a\n\nb", "a\n\n  b\n"},
    {"other control characters do not", 40, 0, "a\x1b[2Jb", "a\\x1b[2Jb\n"},
    {"nothing is an empty line", 40, 0, "", "\n"},
    {"without a terminal nothing is broken", 0, 0,
     "a line that is rather longer than any terminal would ever be, but this here is none of them",
     "a line that is rather longer than any terminal would ever be, but this here is none of "
     "them\n"},
};

static void text_wraps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++) {
        struct output out = {.columns = wraps[i].width};
        char *text = NULL;
        size_t size;

        print_message("  %s\n", wraps[i].name);
        out.stream = open_memstream(&text, &size);
        say_wrapped(&out, wraps[i].indent, wraps[i].text, false);
        assert_int_equal(fclose(out.stream), 0);
        assert_string_equal(text, wraps[i].want);
        free(text);
    }
}

static void what_is_said_is_safe_and_styled_only_in_color(void **state)
{
    char *plain = NULL, *colored = NULL;
    size_t size;
    struct output out = {0};

    (void)state;
    out.stream = open_memstream(&plain, &size);
    say(&out, "{bold}{}{plain}: {}\n", "a\x1b[1m", "{dim}", NULL);
    assert_int_equal(fclose(out.stream), 0);
    out = (struct output){.stream = open_memstream(&colored, &size), .color = true};
    say(&out, "{bold}{}{plain}: {}\n", "a\x1b[1m", "{dim}", NULL);
    assert_int_equal(fclose(out.stream), 0);
    assert_string_equal(plain, "a\\x1b[1m: {dim}\n");
    assert_string_equal(colored, "\x1b[1ma\\x1b[1m\x1b[0m: {dim}\n");
    free(plain);
    free(colored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_line_up),
        cmocka_unit_test(numbers_stand_at_the_right),
        cmocka_unit_test(text_wraps),
        cmocka_unit_test(what_is_said_is_safe_and_styled_only_in_color),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
