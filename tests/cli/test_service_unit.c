/*
 * The unit that keeps a node at work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service_unit.h"

static const struct {
    const char *home, *word; /* as in ExecStart */
} words[] = {
    {"/home/lan/.local/share/banyan", "\"/home/lan/.local/share/banyan\""},
    {"/home/lan/two words", "\"/home/lan/two words\""},
    {"/srv/100%/$HOME", "\"/srv/100%%/$$HOME\""},
    {"/srv/\"a\"\\b'c", "\"/srv/\\\"a\\\"\\\\b'c\""},
    {"/srv/Rừng; ngập mặn", "\"/srv/Rừng; ngập mặn\""},
};

static void a_home_stands_in_the_unit_whatever_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct pool pool = {0};
        struct service_unit unit = {.program = "/usr/bin/banyan", .home = words[i].home};
        const char *text = service_unit_text(&pool, &unit);
        const char *line =
            pool_format(&pool, "\nExecStart=\"/usr/bin/banyan\" --home %s run\n", words[i].word);

        print_message("  %s\n", words[i].home);
        assert_non_null(strstr(text, line));
        assert_string_equal(service_unit_home(&pool, text), words[i].home);
        pool_free(&pool);
    }
}

static void a_file_with_a_passphrase_is_passed_on(void **state)
{
    struct pool pool = {0};
    const struct service_unit unit = {
        .program = "/usr/bin/banyan", .home = "/srv/b", .passphrase_file = "/srv/100% \"mine\""};

    (void)state;
    assert_non_null(
        strstr(service_unit_text(&pool, &unit),
               " --home \"/srv/b\" run --passphrase-file \"/srv/100%% \\\"mine\\\"\"\n"));
    pool_free(&pool);
}

static void an_address_to_listen_at_is_passed_on(void **state)
{
    struct pool pool = {0};
    struct service_unit unit = {
        .program = "/usr/bin/banyan", .home = "/srv/b", .listen = "[::]:7417"};

    (void)state;
    assert_non_null(
        strstr(service_unit_text(&pool, &unit), " --home \"/srv/b\" run --listen \"[::]:7417\"\n"));
    pool_free(&pool);
}

static void a_program_in_a_folder_with_quotes_cannot_be_one(void **state)
{
    (void)state;
    assert_true(service_unit_can_run("/home/lan/100% $a/banyan"));
    assert_false(service_unit_can_run("/home/\"lan\"/banyan"));
    assert_false(service_unit_can_run("/home/lan's/banyan"));
    assert_false(service_unit_can_run("/home/lan\\/banyan"));
    assert_false(service_unit_can_run("/home/lan\n/banyan"));
}

static void a_unit_of_others_has_no_home(void **state)
{
    struct pool pool = {0};

    (void)state;
    assert_null(service_unit_home(&pool, ""));
    assert_null(service_unit_home(&pool, "[Service]\nExecStart=/usr/bin/banyan run\n"));
    pool_free(&pool);
}

static const struct {
    const char *settings, *home, *want;
} places[] = {
    {NULL, "/home/lan", "/home/lan/.config/systemd/user/banyan.service"},
    {"/etc/lan", "/home/lan", "/etc/lan/systemd/user/banyan.service"},
    {"", "/home/lan", "/home/lan/.config/systemd/user/banyan.service"},
    {"here", "/home/lan", "/home/lan/.config/systemd/user/banyan.service"},
    {NULL, "", NULL},
    {NULL, NULL, NULL},
};

static void set(const char *name, const char *value)
{
    if (value != NULL)
        assert_int_equal(setenv(name, value, 1), 0);
    else
        assert_int_equal(unsetenv(name), 0);
}

static void the_unit_lies_where_systemd_looks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct pool pool = {0};
        const char *path;

        set("XDG_CONFIG_HOME", places[i].settings);
        set("HOME", places[i].home);
        path = service_unit_path(&pool);
        assert_int_equal(path != NULL, places[i].want != NULL);
        if (path != NULL)
            assert_string_equal(path, places[i].want);
        pool_free(&pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_home_stands_in_the_unit_whatever_its_name),
        cmocka_unit_test(an_address_to_listen_at_is_passed_on),
        cmocka_unit_test(a_file_with_a_passphrase_is_passed_on),
        cmocka_unit_test(a_program_in_a_folder_with_quotes_cannot_be_one),
        cmocka_unit_test(a_unit_of_others_has_no_home),
        cmocka_unit_test(the_unit_lies_where_systemd_looks),
    };

    return cmocka_run_group_tests_name("the unit of a node", tests, NULL, NULL);
}
