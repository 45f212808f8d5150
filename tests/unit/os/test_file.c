/* Files that are whole or absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/test_folder.h"
#include "os/os.h"

static void put(const char *path, const char *text)
{
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_replace(path, by_bytes_of_text(text), &error), BANYAN_OK);
}

static void assert_content(const char *path, const char *text)
{
    struct by_buffer content = BY_BUFFER_INIT(4096);
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_read(path, 4096, &content, &error), BANYAN_OK);
    assert_true(by_bytes_equal(by_buffer_bytes(&content), by_bytes_of_text(text)));
    by_buffer_deinit(&content);
}

static void a_replaced_file_has_the_new_content_and_mode_0600(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct stat facts;

    put(path, "old and longer");
    put(path, "new");
    assert_content(path, "new");
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(test_folder_count(*state), 1);
    free(path);
}

static void a_file_is_created_once(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_create(path, by_bytes_of_text("first"), &error), BANYAN_OK);
    assert_int_equal(by_os_file_create(path, by_bytes_of_text("second"), &error),
                     BANYAN_ERR_EXISTS);
    assert_non_null(strstr(error.text, path));
    assert_content(path, "first");
    assert_int_equal(test_folder_count(*state), 1);
    free(path);
}

static void what_a_killed_write_left_is_taken_away_and_nothing_that_looks_like_it(void **state)
{
    static const struct {
        const char *name;
        bool goes;
    } rows[] = {
        {"key.tmp-0123456789abcdef", true},
        {"key.tmp-ffffffffffffffff", true},
        {"key", false},
        {"key.tmp-0123456789abcde", false},
        {"key.tmp-0123456789abcdef0", false},
        {"key.tmp-0123456789ABCDEF", false},
        {"key.tmp-0123456789abcdeg", false},
        {"key.old-0123456789abcdef", false},
        {"a.key.tmp-0123456789abcdef", false},
        {"keys.tmp-0123456789abcdef", false},
    };
    char *path = test_folder_path(*state, "key");
    char *folder = test_folder_path(*state, "key.tmp-00000000000000f0");
    char *link = test_folder_path(*state, "key.tmp-00000000000000f1");
    struct banyan_error error = {0};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *file = test_folder_path(*state, rows[i].name);
        put(file, "seeds");
        free(file);
    }
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(by_os_file_leftovers_remove(path, &error), BANYAN_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *file = test_folder_path(*state, rows[i].name);
        if (by_os_file_exists(file) == rows[i].goes)
            fail_msg("%s %s", rows[i].name, rows[i].goes ? "stays" : "is gone");
        free(file);
    }
    assert_true(by_os_file_exists(folder));
    assert_true(by_os_file_exists(link));
    free(path);
    free(folder);
    free(link);
}

static void a_folder_is_held_by_one_at_a_time(void **state)
{
    struct by_os_hold *first = NULL, *second = NULL;
    struct banyan_error error = {0};
    char *folder = test_folder_path(*state, "");

    assert_int_equal(by_os_hold_take_folder(folder, true, &first, &error), BANYAN_OK);
    assert_int_equal(by_os_hold_take_folder(folder, false, &second, &error), BANYAN_ERR_BUSY);
    by_os_hold_drop(first);
    assert_int_equal(by_os_hold_take_folder(folder, false, &second, &error), BANYAN_OK);
    by_os_hold_drop(second);
    assert_int_equal(test_folder_count(*state), 0);
    free(folder);
}

static void a_file_is_read_up_to_its_limit_and_not_past_it(void **state)
{
    char *path = test_folder_path(*state, "file");
    static const struct {
        size_t limit;
        enum banyan_status status;
    } rows[] = {{6, BANYAN_OK}, {5, BANYAN_OK}, {4, BANYAN_ERR_TOO_LARGE}};

    put(path, "12345");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_buffer content = BY_BUFFER_INIT(64);
        struct banyan_error error = {0};

        assert_int_equal(by_os_file_read(path, rows[i].limit, &content, &error), rows[i].status);
        assert_int_equal(content.size, rows[i].status == BANYAN_OK ? 5 : 0);
        by_buffer_deinit(&content);
    }
    free(path);
}

static void what_cannot_be_read_is_named(void **state)
{
    char *path = test_folder_path(*state, "absent");
    struct by_buffer content = BY_BUFFER_INIT(64);
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_read(path, 64, &content, &error), BANYAN_ERR_NOT_FOUND);
    assert_non_null(strstr(error.text, path));
    assert_int_equal(by_os_file_read(*state, 64, &content, &error), BANYAN_ERR_DISK);
    assert_non_null(strstr(error.text, "folder"));
    by_buffer_deinit(&content);
    free(path);
}

static void removing_what_is_not_there_is_no_failure(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct banyan_error error = {0};

    put(path, "x");
    assert_true(by_os_file_exists(path));
    assert_int_equal(by_os_file_remove(path, &error), BANYAN_OK);
    assert_false(by_os_file_exists(path));
    assert_int_equal(by_os_file_remove(path, &error), BANYAN_OK);
    free(path);
}

static void an_output_appears_when_committed_and_not_before(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct by_os_output *output = NULL;
    struct banyan_error error = {0};

    assert_int_equal(by_os_output_open(path, &output, &error), BANYAN_OK);
    assert_int_equal(by_os_output_write(output, by_bytes_of_text("in "), &error), BANYAN_OK);
    assert_int_equal(by_os_output_write(output, by_bytes_of_text("pieces"), &error), BANYAN_OK);
    assert_false(by_os_file_exists(path));
    assert_int_equal(by_os_output_commit(output, &error), BANYAN_OK);
    assert_content(path, "in pieces");
    assert_int_equal(by_os_output_open(path, &output, &error), BANYAN_ERR_EXISTS);
    free(path);
}

static void an_aborted_output_leaves_nothing(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct by_os_output *output = NULL;
    struct banyan_error error = {0};

    assert_int_equal(by_os_output_open(path, &output, &error), BANYAN_OK);
    assert_int_equal(by_os_output_write(output, by_bytes_of_text("x"), &error), BANYAN_OK);
    by_os_output_abort(output);
    assert_int_equal(test_folder_count(*state), 0);
    free(path);
}

static void an_output_does_not_take_a_name_given_meanwhile(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct by_os_output *output = NULL;
    struct banyan_error error = {0};

    assert_int_equal(by_os_output_open(path, &output, &error), BANYAN_OK);
    put(path, "somebody else's");
    assert_int_equal(by_os_output_commit(output, &error), BANYAN_ERR_EXISTS);
    assert_content(path, "somebody else's");
    assert_int_equal(test_folder_count(*state), 1);
    free(path);
}

static void an_input_is_read_in_pieces_and_again_from_the_start(void **state)
{
    char *path = test_folder_path(*state, "file");
    struct by_os_input *input = NULL;
    struct banyan_error error = {0};
    uint8_t piece[4];
    size_t got = 0;

    put(path, "abcdef");
    assert_int_equal(by_os_input_open(path, &input, &error), BANYAN_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(by_os_input_read(input, piece, 4, &got, &error), BANYAN_OK);
        assert_int_equal(got, 4);
        assert_memory_equal(piece, "abcd", 4);
        assert_int_equal(by_os_input_read(input, piece, 4, &got, &error), BANYAN_OK);
        assert_int_equal(got, 2);
        assert_int_equal(by_os_input_read(input, piece, 4, &got, &error), BANYAN_OK);
        assert_int_equal(got, 0);
        assert_int_equal(by_os_input_rewind(input, &error), BANYAN_OK);
    }
    by_os_input_close(input);
    free(path);
}

static void a_pipe_cannot_be_read_twice_and_says_so(void **state)
{
    struct by_os_input *input = NULL;
    struct banyan_error error = {0};
    int ends[2];
    int standard = dup(STDIN_FILENO);

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    assert_int_equal(by_os_input_open("-", &input, &error), BANYAN_OK);
    assert_int_equal(by_os_input_rewind(input, &error), BANYAN_ERR_USAGE);
    by_os_input_close(input);
    assert_true(dup2(standard, STDIN_FILENO) >= 0);
    assert_int_equal(close(standard) | close(ends[0]) | close(ends[1]), 0);
}

static void a_scratch_file_has_no_name_and_gives_back_what_was_written(void **state)
{
    struct by_os_scratch *scratch = NULL;
    struct banyan_error error = {0};
    uint8_t bytes[1000], read[1000];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    assert_int_equal(by_os_scratch_open(*state, &scratch, &error), BANYAN_OK);
    assert_int_equal(test_folder_count(*state), 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(by_os_scratch_write(scratch, by_bytes_of(bytes, sizeof bytes), &error),
                         BANYAN_OK);
    assert_int_equal(by_os_scratch_seek(scratch, 999000 - 5, &error), BANYAN_OK);
    assert_int_equal(by_os_scratch_read(scratch, read, 5, &error), BANYAN_OK);
    assert_memory_equal(read, bytes + 995, 5);
    assert_int_equal(by_os_scratch_read(scratch, read, sizeof read, &error), BANYAN_OK);
    assert_memory_equal(read, bytes, sizeof read);
    assert_int_equal(by_os_scratch_read(scratch, read, 1, &error), BANYAN_ERR_NOT_FOUND);
    by_os_scratch_close(scratch);
    assert_int_equal(by_os_scratch_open("/nowhere", &scratch, &error), BANYAN_ERR_NOT_FOUND);
    assert_non_null(strstr(error.text, "/nowhere"));
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)

static void a_folder_is_taken_away_with_all_that_is_in_it_and_no_link_is_followed(void **state)
{
    struct banyan_error error = {0};
    char *outside = test_folder_path(*state, "outside");
    char *folder = test_folder_path(*state, "folder");
    char *deep = test_folder_path(folder, "a/b");
    char *file = test_folder_path(folder, "a/b/file");
    char *link = test_folder_path(folder, "a/link");

    put(outside, "stays");
    assert_int_equal(by_os_folder_make(deep, &error), BANYAN_OK);
    put(file, "goes");
    assert_int_equal(symlink("../../outside", link), 0);
    assert_int_equal(by_os_folder_remove(folder, &error), BANYAN_OK);
    assert_false(by_os_file_exists(folder));
    assert_content(outside, "stays");
    assert_int_equal(by_os_folder_remove(folder, &error), BANYAN_OK);
    free(outside);
    free(folder);
    free(deep);
    free(file);
    free(link);
}

static void a_folder_is_moved_over_an_empty_one_and_over_nothing_else(void **state)
{
    struct banyan_error error = {0};
    char *from = test_folder_path(*state, "from");
    char *to = test_folder_path(*state, "to");
    char *file = test_folder_path(from, "file");
    char *moved = test_folder_path(to, "file");

    assert_int_equal(by_os_folder_make(from, &error), BANYAN_OK);
    put(file, "content");
    assert_int_equal(by_os_folder_make(to, &error), BANYAN_OK);
    assert_int_equal(by_os_folder_move(from, to, &error), BANYAN_OK);
    assert_content(moved, "content");
    assert_false(by_os_file_exists(from));
    assert_int_equal(by_os_folder_move(from, to, &error), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(by_os_folder_make(from, &error), BANYAN_OK);
    assert_int_not_equal(by_os_folder_move(from, to, &error), BANYAN_OK);
    assert_content(moved, "content");
    free(from);
    free(to);
    free(file);
    free(moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_replaced_file_has_the_new_content_and_mode_0600),
        ROW(a_file_is_created_once),
        ROW(what_a_killed_write_left_is_taken_away_and_nothing_that_looks_like_it),
        ROW(a_folder_is_held_by_one_at_a_time),
        ROW(a_scratch_file_has_no_name_and_gives_back_what_was_written),
        ROW(a_file_is_read_up_to_its_limit_and_not_past_it),
        ROW(what_cannot_be_read_is_named),
        ROW(removing_what_is_not_there_is_no_failure),
        ROW(an_output_appears_when_committed_and_not_before),
        ROW(an_aborted_output_leaves_nothing),
        ROW(an_output_does_not_take_a_name_given_meanwhile),
        ROW(an_input_is_read_in_pieces_and_again_from_the_start),
        ROW(a_pipe_cannot_be_read_twice_and_says_so),
        ROW(a_folder_is_taken_away_with_all_that_is_in_it_and_no_link_is_followed),
        ROW(a_folder_is_moved_over_an_empty_one_and_over_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
