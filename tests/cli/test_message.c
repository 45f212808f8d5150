/*
 * The language that people are told in, and how it is chosen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "language.h"
#include "message.h"

static void a_text_is_told_in_the_language_that_was_chosen(void **state)
{
    (void)state;
    assert_true(message_choose("vi"));
    assert_string_equal(_("member"), "thành viên");
    assert_true(message_choose("ru"));
    assert_string_equal(_("member"), "участник");
}

static void what_is_not_translated_is_told_in_english(void **state)
{
    (void)state;
    assert_true(message_choose("ru"));
    assert_string_equal(_("no translator has seen this"), "no translator has seen this");
    assert_string_equal(C_("of a test", "nor this"), "nor this");
    assert_string_equal(P_("one of it", "many of it", 1), "one of it");
    assert_string_equal(P_("one of it", "many of it", 0), "many of it");
    assert_string_equal(_(""), "");
    assert_false(message_choose("tlh"));
    assert_string_equal(_("member"), "member");
}

static void a_dialect_is_told_in_the_nearest_language(void **state)
{
    (void)state;
    assert_true(message_choose("vi-VN"));
    assert_string_equal(_("member"), "thành viên");
    assert_true(message_choose("ru-Cyrl-KZ"));
    assert_string_equal(_("member"), "участник");
    assert_false(message_choose("v"));
    assert_false(message_choose("vie"));
    assert_false(message_choose(""));
}

static void counts_take_the_forms_of_the_language(void **state)
{
    static const struct {
        const char *language;
        uint64_t count;
        const char *want;
    } rows[] = {
        {"en", 0, "0 records"},
        {"en", 1, "1 record"},
        {"en", 1234567, "1,234,567 records"},
        {"vi", 1, "1 bản ghi"},
        {"vi", 1234567, "1\u00a0234\u00a0567 bản ghi"},
        {"ru", 0, "0 записей"},
        {"ru", 1, "1 запись"},
        {"ru", 2, "2 записи"},
        {"ru", 5, "5 записей"},
        {"ru", 11, "11 записей"},
        {"ru", 21, "21 запись"},
        {"ru", 112, "112 записей"},
        {"ru", 1002, "1\u00a0002 записи"},
        {"ru", 999, "999 записей"},
        {"ru", UINT64_MAX, "18\u00a0446\u00a0744\u00a0073\u00a0709\u00a0551\u00a0615 записей"},
    };
    struct pool pool = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)message_choose(rows[i].language);
        assert_string_equal(counted(&pool, rows[i].count, "%s record", "%s records"), rows[i].want);
    }
    pool_free(&pool);
}

static void the_system_says_which_language(void **state)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "BANYAN_LANG"};
    static const struct {
        const char *values[5];
        const char *asked;
        const char *want_labels;
        const char *want_member;
    } rows[] = {
        {{NULL, NULL, NULL, NULL}, NULL, "en", "member"},
        {{NULL, NULL, NULL, "vi_VN.UTF-8"}, NULL, "vi", "thành viên"},
        {{NULL, NULL, "ru_RU", "vi_VN.UTF-8"}, NULL, "ru", "участник"},
        {{NULL, "vi_VN", "ru_RU", "ru_RU"}, NULL, "vi", "thành viên"},
        {{"", "", "", "ru"}, NULL, "ru", "участник"},
        {{"ru", NULL, NULL, "C.UTF-8"}, NULL, "ru", "участник"},
        {{"ru", NULL, NULL, NULL}, NULL, "ru", "участник"},
        {{"km:vi:ru", NULL, NULL, "C.UTF-8"}, NULL, "km", "thành viên"},
        {{"km:en:ru", NULL, NULL, "C.UTF-8"}, NULL, "km", "member"},
        {{":vi", NULL, NULL, "C.UTF-8"}, NULL, "vi", "thành viên"},
        {{":::", NULL, NULL, "ru_RU"}, NULL, "en", "member"},
        {{"ru", "C", NULL, "vi_VN"}, NULL, "en", "member"},
        {{"ru", NULL, NULL, "POSIX"}, NULL, "en", "member"},
        {{NULL, NULL, NULL, "C.UTF-8"}, NULL, "en", "member"},
        {{NULL, NULL, NULL, "../../etc"}, NULL, "en", "member"},
        {{NULL, NULL, NULL, "vi_VN@x.UTF-8"}, NULL, "vi", "thành viên"},
        {{"ru", "C", NULL, "C.UTF-8", "vi"}, NULL, "vi", "thành viên"},
        {{NULL, NULL, NULL, "ru_RU", "vi_VN.UTF-8"}, NULL, "vi", "thành viên"},
        {{NULL, NULL, NULL, "ru_RU", "en"}, NULL, "en", "member"},
        {{NULL, NULL, NULL, "ru_RU", ""}, NULL, "ru", "участник"},
        {{NULL, NULL, NULL, NULL, "ru"}, "vi", "vi", "thành viên"},
        {{"ru", "ru_RU", NULL, NULL}, "vi", "vi", "thành viên"},
        {{"ru", "ru_RU", NULL, NULL}, "km-KH", "km-KH", "member"},
        {{"ru", "ru_RU", NULL, NULL}, "en", "en", "member"},
    };
    struct pool pool = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t j = 0; j < 5; j++)
            assert_int_equal(rows[i].values[j] == NULL ? unsetenv(names[j])
                                                       : setenv(names[j], rows[i].values[j], 1),
                             0);
        assert_string_equal(language_choose(&pool, rows[i].asked), rows[i].want_labels);
        assert_string_equal(_("member"), rows[i].want_member);
    }
    pool_free(&pool);
}

static void what_is_typed_says_it_before_all_is_read(void **state)
{
    char banyan[] = "banyan", lang[] = "--lang", vi[] = "vi", status[] = "status";
    char nonsense[] = "--nonsense", lang_ru[] = "--lang=ru", search[] = "search", dashes[] = "--";
    char *with_value[] = {banyan, lang, vi, status, NULL};
    char *in_one[] = {banyan, status, nonsense, lang_ru, NULL};
    char *without_value[] = {banyan, lang, NULL};
    char *as_a_word[] = {banyan, search, dashes, lang_ru, NULL};

    (void)state;
    assert_string_equal(language_typed(4, with_value), "vi");
    assert_string_equal(language_typed(4, in_one), "ru");
    assert_null(language_typed(2, without_value));
    assert_null(language_typed(4, as_a_word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_told_in_the_language_that_was_chosen),
        cmocka_unit_test(what_is_not_translated_is_told_in_english),
        cmocka_unit_test(a_dialect_is_told_in_the_nearest_language),
        cmocka_unit_test(counts_take_the_forms_of_the_language),
        cmocka_unit_test(the_system_says_which_language),
        cmocka_unit_test(what_is_typed_says_it_before_all_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
