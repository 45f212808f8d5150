/* Objects of JSON as rows: bounds, and what is wrong with one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "exchange/table.h"
#include "lib/test_folder.h"

/* How a file may hold objects; what stands in "%" is the object at work, on the third line. */
static const struct {
    const char *name, *before, *behind;
    bool is_map;
} shapes[] = {
    {"lines", "{\"name\":\"A\"}\n\n", "\n{\"name\":\"B\"}\n", false},
    {"an array", "[\n{\"name\":\"A\"},\n", ",\n{\"name\":\"B\"}]", false},
    {"submissions", "{\"count\":3,\"results\":[\n{\"name\":\"A\"},\n", ",{\"name\":\"B\"}]}",
     false},
    {"a map",
     "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":null,\n"
     "\"properties\":{\"name\":\"A\"}},\n",
     ",{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"name\":\"B\"}}]}", true},
};

static void append(struct by_buffer *text, const char *more)
{
    assert_int_equal(by_buffer_append_bytes(text, by_bytes_of_text(more)), BANYAN_OK);
}

static void append_many(struct by_buffer *text, char c, size_t count)
{
    uint8_t *at = NULL;

    assert_int_equal(by_buffer_extend(text, count, &at), BANYAN_OK);
    memset(at, c, count);
}

static enum banyan_status open_with(void **state, size_t shape, const struct by_buffer *object,
                                    struct by_table **out_table, struct banyan_error *error)
{
    char *path = test_folder_path(*state, "table.json");
    const struct by_table_options options = {0};
    enum banyan_status status = BANYAN_OK;
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(shapes[shape].before, file) >= 0);
    assert_int_equal(fwrite(object->data, 1, object->size, file), object->size);
    assert_true(fputs(shapes[shape].behind, file) >= 0);
    assert_int_equal(fclose(file), 0);
    status = by_table_open(path, &options, out_table, error);
    free(path);
    return status;
}

static void assert_row(const struct by_row *row, const char *name)
{
    assert_null(row->fault);
    assert_true(row->count > 0);
    for (size_t i = 0; i < row->count; i++)
        if (by_bytes_equal(row->cells[i], by_bytes_of_text(name)))
            return;
    fail_msg("%s is in no cell", name);
}

/* The rows on both sides are read; the one between has the fault, or NULL for none. */
static void assert_between(void **state, const struct by_buffer *object, const char *fault)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct banyan_error error = {0};
        struct by_table *table = NULL;
        struct by_row row;

        if (open_with(state, i, object, &table, &error) != BANYAN_OK)
            fail_msg("%s: %s", shapes[i].name, error.text);
        for (int pass = 0; pass < 2; pass++) {
            assert_int_equal(by_table_next(table, &row, NULL), BANYAN_OK);
            assert_row(&row, "A");
            assert_int_equal(by_table_next(table, &row, NULL), BANYAN_OK);
            assert_int_equal(row.line, 3);
            assert_int_equal(row.number, 2);
            assert_int_equal(row.fault != NULL, fault != NULL);
            if (fault != NULL) {
                print_message("%s: %s\n", shapes[i].name, row.fault);
                assert_int_equal(row.count, 0);
                assert_non_null(strstr(row.fault, "begins at line 3"));
                assert_non_null(strstr(row.fault, fault));
            }
            assert_int_equal(by_table_next(table, &row, NULL), BANYAN_OK);
            assert_row(&row, "B");
            assert_int_equal(by_table_next(table, &row, NULL), BANYAN_ERR_NOT_FOUND);
            assert_int_equal(by_table_rewind(table, NULL), BANYAN_OK);
        }
        by_table_close(table);
    }
}

/* -- bounds -- */

/* {"name":"CC"} with so many bytes in all, most of them between brackets. */
static void an_object_has_a_bound_and_those_behind_it_are_read(void **state)
{
    static const char begin[] = "{\"name\":\"C\"", end[] = "}";

    for (int past = -1; past <= 1; past++) {
        struct by_buffer object = BY_BUFFER_INIT(SIZE_MAX);

        append(&object, begin);
        append_many(&object, ' ',
                    (size_t)((int)BY_JSON_BYTES_MAX + past) - strlen(begin) - strlen(end));
        append(&object, end);
        assert_between(state, &object, past == 1 ? "longer than 4 MiB" : NULL);
        by_buffer_deinit(&object);
    }
}

static void the_cells_of_an_object_have_a_bound(void **state)
{
    for (int past = -1; past <= 1; past++) {
        struct by_buffer object = BY_BUFFER_INIT(SIZE_MAX);

        append(&object, "{\"name\":\"C\",\"x\":\"");
        append_many(&object, 'x', (size_t)((int)BY_LINE_BYTES_MAX - 1 + past));
        append(&object, "\"}");
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
            assert_between(state, &object, past == 1 ? "1048576 bytes" : NULL);
        by_buffer_deinit(&object);
    }
}

static void an_object_with_too_many_columns_adds_none(void **state)
{
    for (int past = -1; past <= 1; past++) {
        struct by_buffer object = BY_BUFFER_INIT(SIZE_MAX);

        append(&object, "{\"name\":\"C\"");
        for (int i = 1; i < (int)BY_CELLS_MAX + past; i++)
            assert_int_equal(by_buffer_append_format(&object, ",\"x%d\":1", i), BANYAN_OK);
        append(&object, "}");
        assert_between(state, &object, past == 1 ? "4096 columns" : NULL);
        by_buffer_deinit(&object);
    }
}

/* -- what is no JSON -- */

static void an_object_that_cannot_be_read_is_a_row_with_a_fault(void **state)
{
    static const char *const texts[] = {
        "{\"name\":tru}",
        "{\"name\":\"\xff\"}",
        "{\"name\":\"C\",\"name\":\"D\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":18446744073709551616}",
        "{name:1}",
        "{\"name\":\"\\u0000\"}",
        "{\"a\":[1,]}",
        "{\"a\":(}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct by_buffer object = BY_BUFFER_INIT(SIZE_MAX);

        append(&object, texts[i]);
        assert_between(state, &object, "cannot be read: ");
        by_buffer_deinit(&object);
    }
}

/* Where the next object begins is not known then. */
static void what_stands_between_objects_ends_the_file(void **state)
{
    static const char *const texts[] = {"{\"name\":\"C}", "{\"name\":[", "name", "{\"name\":1}]"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
            struct by_buffer object = BY_BUFFER_INIT(SIZE_MAX);
            struct banyan_error error = {0};
            struct by_table *table = NULL;

            append(&object, texts[i]);
            assert_int_not_equal(open_with(state, k, &object, &table, &error), BANYAN_OK);
            print_message("%s\n", error.text);
            assert_non_null(strstr(error.text, "line "));
            by_table_close(table);
            by_buffer_deinit(&object);
        }
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
    const struct CMUnitTest tests[] = {
        ROW(an_object_has_a_bound_and_those_behind_it_are_read),
        ROW(the_cells_of_an_object_have_a_bound),
        ROW(an_object_with_too_many_columns_adds_none),
        ROW(an_object_that_cannot_be_read_is_a_row_with_a_fault),
        ROW(what_stands_between_objects_ends_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
