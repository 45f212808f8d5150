/* Where a home may lie, what tells one copy of a file from another, and the process around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/test_folder.h"

static void paths_join_with_one_slash(void **state)
{
    static const struct {
        const char *folder, *name, *path;
    } rows[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *path = test_folder_path(rows[i].folder, rows[i].name);

        assert_string_equal(path, rows[i].path);
        free(path);
    }
}

static void each_path_has_a_parent(void **state)
{
    static const struct {
        const char *path, *parent;
    } rows[] = {{"a", "."},    {"a/b", "a"}, {"a/b/", "a"},      {"/a", "/"}, {"/", "/"},
                {"a//b", "a"}, {"", "."},    {"/a/b/c", "/a/b"}, {"a/", "."}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *parent = by_os_path_parent(rows[i].path);

        assert_string_equal(parent, rows[i].parent);
        free(parent);
    }
}

static void set_or_unset(const char *name, const char *value)
{
    assert_int_equal(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void the_default_home_follows_the_environment(void **state)
{
    static const struct {
        const char *banyan_home, *data, *home, *expected;
    } rows[] = {
        {"/b", "/d", "/h", "/b"},
        {NULL, "/d", "/h", "/d/banyan"},
        {"", "", "/h", "/h/.local/share/banyan"},
        {NULL, "relative", "/h", "/h/.local/share/banyan"},
        {NULL, NULL, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *home = NULL;

        set_or_unset("BANYAN_HOME", rows[i].banyan_home);
        set_or_unset("XDG_DATA_HOME", rows[i].data);
        set_or_unset("HOME", rows[i].home);
        home = by_os_default_home();
        if (rows[i].expected == NULL)
            assert_null(home);
        else
            assert_string_equal(home, rows[i].expected);
        free(home);
    }
}

static void folders_are_made_with_their_parents_for_this_user_alone(void **state)
{
    char *path = test_folder_path(*state, "a/b//c/");
    char *parent = test_folder_path(*state, "a");
    struct banyan_error error = {0};
    struct stat facts;

    assert_int_equal(by_os_folder_make(path, &error), BANYAN_OK);
    assert_int_equal(by_os_folder_make(path, &error), BANYAN_OK);
    assert_int_equal(stat(parent, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_int_equal(by_os_home_check(path, &error), BANYAN_OK);
    free(path);
    free(parent);
}

static void a_folder_is_not_made_where_a_file_is(void **state)
{
    char *path = test_folder_path(*state, "file");
    char *inside = test_folder_path(path, "inside");
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_create(path, by_bytes_of_text(""), &error), BANYAN_OK);
    assert_int_equal(by_os_folder_make(path, &error), BANYAN_ERR_EXISTS);
    assert_int_equal(by_os_folder_make(inside, &error), BANYAN_ERR_EXISTS);
    free(inside);
    free(path);
}

static void a_home_must_be_closed_to_other_users(void **state)
{
    static const struct {
        mode_t mode;
        enum banyan_status status;
    } rows[] = {{0700, BANYAN_OK},
                {0500, BANYAN_OK},
                {0710, BANYAN_ERR_UNSAFE_PLACE},
                {0704, BANYAN_ERR_UNSAFE_PLACE},
                {0755, BANYAN_ERR_UNSAFE_PLACE}};
    struct banyan_error error = {0};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(chmod(*state, rows[i].mode), 0);
        assert_int_equal(by_os_home_check(*state, &error), rows[i].status);
        if (rows[i].status != BANYAN_OK)
            assert_non_null(strstr(error.text, "chmod 700"));
    }
    assert_int_equal(chmod(*state, 0700), 0);
}

static void a_home_must_be_a_folder_that_is_there(void **state)
{
    char *path = test_folder_path(*state, "home");
    struct banyan_error error = {0};

    assert_int_equal(by_os_home_check(path, &error), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(by_os_file_create(path, by_bytes_of_text(""), &error), BANYAN_OK);
    assert_int_equal(by_os_home_check(path, &error), BANYAN_ERR_UNSAFE_PLACE);
    free(path);
}

static void a_home_must_be_our_own(void **state)
{
    struct banyan_error error = {0};

    if (geteuid() != 0) {
        print_message("skipped: only root can give a folder away\n");
        skip();
    }
    assert_int_equal(chown(*state, 65534, 65534), 0);
    assert_int_equal(by_os_home_check(*state, &error), BANYAN_ERR_UNSAFE_PLACE);
    assert_non_null(strstr(error.text, "another user"));
}

static void a_secret_must_be_a_closed_file_of_our_own(void **state)
{
    char *path = test_folder_path(*state, "secret");
    char *name = test_folder_path(*state, "link");
    struct banyan_error error = {0};

    assert_int_equal(by_os_secret_check(path, &error), BANYAN_ERR_NOT_FOUND);
    assert_int_equal(by_os_file_create(path, by_bytes_of_text("s"), &error), BANYAN_OK);
    assert_int_equal(by_os_secret_check(path, &error), BANYAN_OK);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(by_os_secret_check(path, &error), BANYAN_ERR_UNSAFE_PLACE);
    assert_non_null(strstr(error.text, "chmod 600"));
    assert_int_equal(symlink(path, name), 0);
    assert_int_equal(by_os_secret_check(name, &error), BANYAN_ERR_UNSAFE_PLACE);
    assert_int_equal(by_os_secret_check(*state, &error), BANYAN_ERR_UNSAFE_PLACE);
    free(name);
    free(path);
}

static void network_and_shared_file_systems_are_known(void **state)
{
    static const struct {
        uint64_t magic;
        bool is_shared;
    } rows[] = {
        {0x6969, true},                /* NFS */
        {0xff534d42, true},            /* CIFS */
        {0xffffffffff534d42ull, true}, /* the same from a signed field */
        {0x01021997, true},            /* 9p */
        {0x65735546, true},            /* FUSE */
        {0xef53, false},               /* ext4 */
        {0x58465342, false},           /* XFS */
        {0x9123683e, false},           /* Btrfs */
        {0x01021994, false},           /* tmpfs */
        {0x4d44, false},               /* FAT */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(by_os_filesystem_is_shared(rows[i].magic), rows[i].is_shared);
}

static void a_copy_of_a_file_has_another_identity(void **state)
{
    char *path = test_folder_path(*state, "file");
    char *copy = test_folder_path(*state, "copy");
    char first[BY_OS_IDENTITY_BYTES], again[BY_OS_IDENTITY_BYTES], other[BY_OS_IDENTITY_BYTES];
    struct banyan_error error = {0};

    assert_int_equal(by_os_file_create(path, by_bytes_of_text("same"), &error), BANYAN_OK);
    assert_int_equal(by_os_file_create(copy, by_bytes_of_text("same"), &error), BANYAN_OK);
    assert_int_equal(by_os_copy_identity(path, first, &error), BANYAN_OK);
    assert_int_equal(by_os_copy_identity(path, again, &error), BANYAN_OK);
    assert_int_equal(by_os_copy_identity(copy, other, &error), BANYAN_OK);
    assert_string_not_equal(first, other);
    if (strstr(first, "unknown") == NULL)
        assert_string_equal(first, again);
    else
        assert_string_not_equal(first, again);
    assert_int_equal(by_os_file_remove(path, &error), BANYAN_OK);
    assert_int_equal(by_os_copy_identity(path, again, &error), BANYAN_ERR_NOT_FOUND);
    free(copy);
    free(path);
}

static void one_process_holds_a_file_once(void **state)
{
    char *path = test_folder_path(*state, "hold");
    struct by_os_hold *hold = NULL, *second = NULL;
    struct banyan_error error = {0};
    int result = 0;
    pid_t child = 0;

    assert_int_equal(by_os_hold_take(path, &hold, &error), BANYAN_OK);
    assert_int_equal(by_os_hold_take(path, &second, &error), BANYAN_ERR_BUSY);
    child = fork();
    if (child == 0)
        _exit(by_os_hold_take(path, &second, &error) == BANYAN_OK ? 0 : 1);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    by_os_hold_drop(hold);
    assert_int_equal(by_os_hold_take(path, &hold, &error), BANYAN_OK);
    by_os_hold_drop(hold);
    free(path);
}

static void one_process_of_all_holds_a_file_alone(void **state)
{
    char *path = test_folder_path(*state, "alone");
    struct by_os_hold *hold = NULL, *second = NULL;
    struct banyan_error error = {0};
    int result = 0;
    pid_t child = 0;

    assert_int_equal(by_os_hold_take_alone(path, &hold, &error), BANYAN_OK);
    assert_int_equal(by_os_hold_take_alone(path, &second, &error), BANYAN_ERR_BUSY);
    child = fork();
    if (child == 0)
        _exit(by_os_hold_take_alone(path, &second, &error) == BANYAN_ERR_BUSY ? 0 : 1);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    by_os_hold_drop(hold);
    assert_int_equal(by_os_hold_take_alone(path, &hold, &error), BANYAN_OK);
    by_os_hold_drop(hold);
    free(path);
}

static void random_bytes_differ_and_the_clock_is_of_this_century(void **state)
{
    uint8_t first[32] = {0}, second[32] = {0};

    (void)state;
    by_os_random(first, sizeof first);
    by_os_random(second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
    assert_true(by_os_wall_ms() > 1577836800000u);
    assert_true(by_os_wall_ms() < 4102444800000u);
}

static void a_hardened_process_leaves_no_core_and_no_open_files(void **state)
{
    char *path = test_folder_path(*state, "folder");
    int result = 0;
    pid_t child = fork();

    if (child == 0) {
        struct rlimit limit;
        struct stat facts;

        by_os_harden_process();
        if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max > 1)
            _exit(1);
        if (mkdir(path, 0777) != 0 || stat(path, &facts) != 0 || (facts.st_mode & 0777) != 0700)
            _exit(2);
#ifndef __SANITIZE_ADDRESS__
        if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
            _exit(3);
#endif
        _exit(0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    free(path);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(paths_join_with_one_slash),
        ROW(each_path_has_a_parent),
        ROW(the_default_home_follows_the_environment),
        ROW(folders_are_made_with_their_parents_for_this_user_alone),
        ROW(a_folder_is_not_made_where_a_file_is),
        ROW(a_home_must_be_closed_to_other_users),
        ROW(a_home_must_be_a_folder_that_is_there),
        ROW(a_home_must_be_our_own),
        ROW(a_secret_must_be_a_closed_file_of_our_own),
        ROW(network_and_shared_file_systems_are_known),
        ROW(a_copy_of_a_file_has_another_identity),
        ROW(one_process_holds_a_file_once),
        ROW(one_process_of_all_holds_a_file_alone),
        ROW(random_bytes_differ_and_the_clock_is_of_this_century),
        ROW(a_hardened_process_leaves_no_core_and_no_open_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
