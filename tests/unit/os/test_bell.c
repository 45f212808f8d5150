#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/test_folder.h"

static bool is_rung(const struct by_os_bell *bell)
{
    struct pollfd one = {.fd = by_os_bell_descriptor(bell), .events = POLLIN};

    return poll(&one, 1, 0) == 1 && (one.revents & POLLIN) != 0;
}

static void a_bell_is_rung_until_it_is_hushed(void **state)
{
    char *path = test_folder_path(*state, "bell");
    struct by_os_bell *bell = by_os_bell_hang(path);
    struct stat facts;

    assert_non_null(bell);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_false(is_rung(bell));
    by_os_bell_ring(path);
    by_os_bell_ring(path);
    assert_true(is_rung(bell));
    by_os_bell_hush(bell);
    assert_false(is_rung(bell));
    by_os_bell_drop(bell);
    assert_int_equal(test_folder_count(*state), 0);
    by_os_bell_ring(path); /* nobody hears it, and nothing is made */
    assert_int_equal(test_folder_count(*state), 0);
    free(path);
}

static void another_process_rings(void **state)
{
    char *path = test_folder_path(*state, "bell");
    struct by_os_bell *bell = by_os_bell_hang(path);
    pid_t other = fork();
    int outcome = 0;

    if (other == 0) {
        by_os_bell_ring(path);
        _exit(0);
    }
    assert_int_equal(waitpid(other, &outcome, 0), other);
    assert_int_equal(outcome, 0);
    assert_true(is_rung(bell));
    by_os_bell_drop(bell);
    free(path);
}

/* More rings than a pipe holds bytes: nobody waits. */
static void a_bell_that_nobody_hushes_holds_nobody_up(void **state)
{
    char *path = test_folder_path(*state, "bell");
    struct by_os_bell *bell = by_os_bell_hang(path);

    for (int i = 0; i < 70000; i++)
        by_os_bell_ring(path);
    by_os_bell_hush(bell);
    assert_false(is_rung(bell));
    by_os_bell_drop(bell);
    free(path);
}

static void one_that_was_left_behind_is_used_again(void **state)
{
    char *path = test_folder_path(*state, "bell");

    assert_int_equal(mkfifo(path, 0600), 0);
    by_os_bell_ring(path); /* a ring of before is gone with who rang */
    struct by_os_bell *bell = by_os_bell_hang(path);
    assert_non_null(bell);
    assert_false(is_rung(bell));
    by_os_bell_ring(path);
    assert_true(is_rung(bell));
    by_os_bell_drop(bell);
    free(path);
}

static void what_is_no_pipe_is_left_alone(void **state)
{
    static const char *const kinds[] = {"file", "folder", "link"};
    char *path = test_folder_path(*state, "bell"), *far = test_folder_path(*state, "far");

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct stat before, after;

        print_message("%s\n", kinds[i]);
        if (i == 0)
            assert_int_equal(by_os_file_create(path, by_bytes_of("x", 1), NULL), BANYAN_OK);
        else if (i == 1)
            assert_int_equal(mkdir(path, 0700), 0);
        else {
            assert_int_equal(mkfifo(far, 0600), 0);
            assert_int_equal(symlink(far, path), 0);
        }
        assert_int_equal(lstat(path, &before), 0);
        by_os_bell_ring(path);
        assert_null(by_os_bell_hang(path));
        assert_int_equal(lstat(path, &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        assert_int_equal(before.st_size, after.st_size);
        assert_int_equal(remove(path), 0);
    }
    free(far);
    free(path);
}

/* Another node hung its own meanwhile. */
static void only_the_own_bell_is_taken_down(void **state)
{
    char *path = test_folder_path(*state, "bell");
    struct by_os_bell *first = by_os_bell_hang(path);

    assert_int_equal(unlink(path), 0);
    struct by_os_bell *second = by_os_bell_hang(path);
    by_os_bell_drop(first);
    by_os_bell_ring(path);
    assert_true(is_rung(second));
    by_os_bell_drop(second);
    free(path);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
    const struct CMUnitTest tests[] = {
        ROW(a_bell_is_rung_until_it_is_hushed),
        ROW(another_process_rings),
        ROW(a_bell_that_nobody_hushes_holds_nobody_up),
        ROW(one_that_was_left_behind_is_used_again),
        ROW(what_is_no_pipe_is_left_alone),
        ROW(only_the_own_bell_is_taken_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
