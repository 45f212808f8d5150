/* Every call of the interface: what it gives, and that it refuses what it cannot use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "banyan/banyan.h"
#include "lib/test_folder.h"

static const struct banyan_profile profile = {.name = "Alpha", .country = "VNM", .kind = "ngo"};
static const char *const names[] = {"Test network"};
static const struct banyan_field site[] = {{"name", "A site", BANYAN_SET},
                                           {"site_type", "oecm", BANYAN_SET}};

static banyan_node *open_new(const char *folder)
{
    struct banyan_text recovery;
    struct banyan_error error;
    banyan_node *node = NULL;
    char *home = test_folder_path(folder, "home");

    if (banyan_init(home, names, 1, &profile, &recovery, &error) != BANYAN_OK)
        fail_msg("%s", error.text);
    assert_int_equal(strlen(recovery.data), recovery.size);
    banyan_text_free(&recovery);
    if (banyan_node_open(home, &node, &error) != BANYAN_OK)
        fail_msg("%s", error.text);
    free(home);
    return node;
}

/* The id in {"id": "K7QM-2F9D", ...}, which comes first. */
static void take_id(struct banyan_text *json, char out_id[10])
{
    const char *at = strstr(json->data, "\"id\"");

    assert_non_null(at);
    at = strchr(at + 4, '"');
    assert_non_null(at);
    memcpy(out_id, at + 1, 9);
    out_id[9] = '\0';
    banyan_text_free(json);
}

static void calls_with_an_id_and_a_language_answer_for_a_record(void **state)
{
    struct banyan_text json = {0};
    struct banyan_error error;
    char id[10];
    banyan_node *node = open_new(*state);

    assert_int_equal(banyan_add(node, "site", site, 2, &json, &error), BANYAN_OK);
    take_id(&json, id);
    typedef enum banyan_status reading(banyan_node *, const char *, const char *,
                                       struct banyan_text *, struct banyan_error *);
    reading *const readings[] = {banyan_show, banyan_history};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(readings[i](node, id, NULL, &json, &error), BANYAN_OK);
        assert_non_null(strstr(json.data, "A site"));
        assert_int_equal(strlen(json.data), json.size);
        banyan_text_free(&json);
        assert_int_equal(readings[i](node, "ZZZZ-ZZZZ", NULL, &json, &error), BANYAN_ERR_NOT_FOUND);
        assert_null(json.data);
        assert_string_not_equal(error.text, "");
        assert_int_equal(readings[i](node, NULL, NULL, &json, &error), BANYAN_ERR_USAGE);
        assert_int_equal(readings[i](NULL, id, NULL, &json, NULL), BANYAN_ERR_USAGE);
        assert_int_equal(readings[i](node, id, NULL, NULL, NULL), BANYAN_ERR_USAGE);
    }
    banyan_node_close(node);
}

typedef enum banyan_status
id_call(banyan_node *, const char *, struct banyan_text *, struct banyan_error *);
static void calls_with_an_id_alone_answer_or_refuse(void **state)
{
    static const struct {
        id_call *call;
        enum banyan_status status;
    } steps[] = {
        {banyan_who_can_read, BANYAN_OK},
        {banyan_undelete, BANYAN_ERR_USAGE},
        {banyan_delete, BANYAN_OK},
        {banyan_undelete, BANYAN_OK},
        {banyan_accept, BANYAN_ERR_NOT_FOUND},
        {banyan_decline, BANYAN_ERR_NOT_FOUND},
        {banyan_approve, BANYAN_ERR_NOT_FOUND},
    };
    struct banyan_text json = {0};
    struct banyan_error error;
    char id[10];
    banyan_node *node = open_new(*state);

    assert_int_equal(banyan_add(node, "site", site, 2, &json, &error), BANYAN_OK);
    take_id(&json, id);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(steps[i].call(node, id, &json, &error), steps[i].status);
        assert_int_equal(json.data != NULL, steps[i].status == BANYAN_OK);
        banyan_text_free(&json);
        assert_int_equal(steps[i].call(node, NULL, &json, &error), BANYAN_ERR_USAGE);
        assert_int_equal(steps[i].call(NULL, id, &json, &error), BANYAN_ERR_USAGE);
        assert_int_equal(steps[i].call(node, id, NULL, &error), BANYAN_ERR_USAGE);
    }
    banyan_node_close(node);
}

typedef enum banyan_status node_call(banyan_node *, struct banyan_text *, struct banyan_error *);
static void calls_with_a_node_alone_answer_or_refuse(void **state)
{
    node_call *const calls[] = {banyan_status_report, banyan_rebuild, banyan_members,
                                banyan_fingerprint};
    struct banyan_text json = {0};
    struct banyan_error error;
    banyan_node *node = open_new(*state);

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (calls[i](node, &json, &error) != BANYAN_OK)
            fail_msg("%s", error.text);
        assert_true(json.size > 2);
        banyan_text_free(&json);
        assert_int_equal(calls[i](NULL, &json, &error), BANYAN_ERR_USAGE);
        assert_int_equal(calls[i](node, NULL, &error), BANYAN_ERR_USAGE);
    }
    assert_int_equal(banyan_check(node, NULL, NULL, &json, &error), BANYAN_OK);
    assert_non_null(strstr(json.data, "\"ok\""));
    banyan_text_free(&json);
    assert_int_equal(banyan_check(NULL, NULL, NULL, &json, &error), BANYAN_ERR_USAGE);
    banyan_node_close(node);
    banyan_node_close(NULL);
}

static void queries_answer_or_refuse(void **state)
{
    static const char *const bad_filter[] = {"nothing"};
    const struct banyan_list sites = {.type = "site"};
    const struct banyan_list no_filters = {.type = "site", .filter_count = 1};
    const struct banyan_list filtered = {.type = "site", .filters = bad_filter, .filter_count = 1};
    struct banyan_text json = {0};
    struct banyan_error error;
    banyan_node *node = open_new(*state);

    assert_int_equal(banyan_add(node, "site", site, 2, &json, &error), BANYAN_OK);
    banyan_text_free(&json);
    assert_int_equal(banyan_list_records(node, &sites, &json, &error), BANYAN_OK);
    assert_non_null(strstr(json.data, "A site"));
    banyan_text_free(&json);
    assert_int_equal(banyan_list_records(node, &no_filters, &json, &error), BANYAN_ERR_USAGE);
    assert_int_not_equal(banyan_list_records(node, &filtered, &json, &error), BANYAN_OK);
    assert_int_equal(banyan_search(node, "site", NULL, 0, NULL, &json, &error), BANYAN_OK);
    assert_non_null(strstr(json.data, "A site"));
    banyan_text_free(&json);
    assert_int_equal(banyan_search(node, NULL, NULL, 0, NULL, &json, &error), BANYAN_ERR_USAGE);
    assert_int_equal(banyan_sql(node, "SELECT count(*) FROM site", 0, &json, &error), BANYAN_OK);
    banyan_text_free(&json);
    assert_int_not_equal(banyan_sql(node, "DELETE FROM record", 0, &json, &error), BANYAN_OK);
    assert_int_equal(banyan_conflicts(node, NULL, &json, &error), BANYAN_OK);
    assert_string_equal(json.data, "[]");
    banyan_text_free(&json);
    assert_int_equal(banyan_inbox(node, NULL, &json, &error), BANYAN_OK);
    assert_string_equal(json.data, "[]");
    banyan_text_free(&json);
    banyan_node_close(node);
}

static void types_are_told_with_and_without_a_node(void **state)
{
    struct banyan_text json = {0};
    struct banyan_error error;
    banyan_node *node = open_new(*state);

    for (int i = 0; i < 2; i++) {
        assert_int_equal(banyan_types(i == 0 ? NULL : node, NULL, NULL, &json, &error), BANYAN_OK);
        assert_non_null(strstr(json.data, "\"site\""));
        banyan_text_free(&json);
    }
    assert_int_equal(banyan_types(NULL, "site", "vi", &json, &error), BANYAN_OK);
    assert_non_null(strstr(json.data, "site_type"));
    banyan_text_free(&json);
    assert_int_equal(banyan_types(NULL, "sites", NULL, &json, &error), BANYAN_ERR_NOT_FOUND);
    assert_non_null(strstr(error.text, "site"));
    banyan_node_close(node);
}

static void calls_without_what_they_need_are_refused_and_give_nothing(void **state)
{
    static const struct banyan_field no_path = {NULL, "x", BANYAN_SET};
    static const char *const no_names[] = {NULL};
    static const char *const filters[] = {"country=KHM"};
    static const struct banyan_missing without_type = {
        .purpose = "wdpca", .filters = filters, .filter_count = 1};
    static const struct banyan_bundle no_where = {.path = NULL};
    static const struct banyan_invite no_addresses = {.address_count = 1};
    struct banyan_text json = {.data = NULL, .size = 1};
    struct banyan_error error;
    banyan_node *node = open_new(*state);
    const enum banyan_status statuses[] = {
        banyan_init(NULL, names, 1, &profile, &json, &error),
        banyan_init("/tmp/x", names, 1, NULL, &json, &error),
        banyan_init("/tmp/x", NULL, 1, &profile, &json, &error),
        banyan_init("/tmp/x", no_names, 1, &profile, &json, &error),
        banyan_init("/tmp/x", names, 1, &profile, NULL, &error),
        banyan_join(NULL, "code", &profile, &json, &error),
        banyan_join("/tmp/x", NULL, &profile, &json, &error),
        banyan_join("/tmp/x", "code", NULL, &json, &error),
        banyan_node_open(NULL, &node, &error),
        banyan_node_open("/tmp/x", NULL, &error),
        banyan_add(node, NULL, site, 2, &json, &error),
        banyan_add(node, "site", NULL, 2, &json, &error),
        banyan_add(node, "site", &no_path, 1, &json, &error),
        banyan_edit(node, NULL, site, 2, &json, &error),
        banyan_edit(node, "ZZZZ-ZZZZ", &no_path, 1, &json, &error),
        banyan_edit_upon(node, "ZZZZ-ZZZZ", NULL, site, 2, &json, &error),
        banyan_edit_upon(node, "ZZZZ-ZZZZ", "0123456789abcdef", &no_path, 1, &json, &error),
        banyan_resolve(node, "ZZZZ-ZZZZ", &no_path, 1, &json, &error),
        banyan_list_records(node, NULL, &json, &error),
        banyan_missing(node, NULL, &json, &error),
        banyan_missing(node, &without_type, &json, &error),
        banyan_sql(node, NULL, 0, &json, &error),
        banyan_invite(node, NULL, &json, &error),
        banyan_invite(node, &no_addresses, &json, &error),
        banyan_bundle_make(node, NULL, &json, &error),
        banyan_bundle_make(node, &no_where, &json, &error),
        banyan_bundle_verify(node, NULL, &json, &error),
        banyan_bundle_apply(node, NULL, &json, &error),
        banyan_types(NULL, NULL, NULL, NULL, &error),
    };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i] != BANYAN_ERR_USAGE)
            fail_msg("call %zu gave %s", i, banyan_status_name(statuses[i]));
    }
    assert_null(json.data);
    assert_int_equal(json.size, 0);
    banyan_node_close(node);
}

static const char *backwards(const char *english)
{
    return strstr(english, "there is no home in") != NULL ? "init, join: %s" : english;
}

static void failures_are_told_in_the_words_of_the_program(void **state)
{
    static const struct banyan_words words = {.language = "xx", .translate = backwards};
    struct banyan_error error;
    banyan_node *node = NULL;
    char *home = test_folder_path(*state, "nowhere");
    char expected[600];

    banyan_speak(&words);
    assert_int_equal(banyan_node_open(home, &node, &error), BANYAN_ERR_NOT_FOUND);
    banyan_speak(NULL);
    (void)snprintf(expected, sizeof expected, "init, join: %s", home);
    assert_string_equal(error.text, expected);
    assert_int_equal(banyan_node_open(home, &node, &error), BANYAN_ERR_NOT_FOUND);
    assert_non_null(strstr(error.text, "there is no home in"));
    free(home);
}

static void the_version_and_the_default_home_are_told(void **state)
{
    (void)state;
    assert_string_equal(banyan_version(), "0.1.0");
    assert_int_equal(setenv("BANYAN_HOME", "/tmp/somewhere", 1), 0);
    char *home = banyan_default_home();
    assert_string_equal(home, "/tmp/somewhere");
    free(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, test_folder_make, test_folder_remove)
        IN_FOLDER(calls_with_an_id_and_a_language_answer_for_a_record),
        IN_FOLDER(calls_with_an_id_alone_answer_or_refuse),
        IN_FOLDER(calls_with_a_node_alone_answer_or_refuse),
        IN_FOLDER(queries_answer_or_refuse),
        IN_FOLDER(types_are_told_with_and_without_a_node),
        IN_FOLDER(calls_without_what_they_need_are_refused_and_give_nothing),
        IN_FOLDER(failures_are_told_in_the_words_of_the_program),
        IN_FOLDER(the_version_and_the_default_home_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
