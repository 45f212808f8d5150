#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void words_show_foreign_text_safely(void **state)
{
    struct banyan_error error = {0};

    (void)state;
    assert_int_equal(
        by_fail(&error, BANYAN_ERR_DISK, "file \"%s\" %d", "a\x1b[2J\n\xe2\x80\xae\xff", 7),
        BANYAN_ERR_DISK);
    assert_int_equal(error.status, BANYAN_ERR_DISK);
    assert_string_equal(error.text, "file \"a\\x1b[2J\\x0aU+202E\\xff\" 7");
    assert_int_equal(by_fail(NULL, BANYAN_ERR_DISK, "x"), BANYAN_ERR_DISK);
}

static const char *in_another_language(const char *english)
{
    return strcmp(english, "%s holds %d words") == 0                   ? "%2$d mots dans %1$s"
           : strcmp(english, "the disk refused to read or write") == 0 ? "disque en panne"
                                                                       : english;
}

static void a_sentence_is_translated_before_its_places_are_filled(void **state)
{
    const struct banyan_words words = {.language = "fr", .translate = in_another_language};
    struct banyan_error error = {.words = &words};
    struct banyan_error beside = by_error_beside(&error);

    (void)state;
    (void)by_fail(&error, BANYAN_ERR_INVALID, "%s holds %d words", "%s holds %d words", 3);
    assert_string_equal(error.text, "3 mots dans %s holds %d words");
    (void)by_fail_plain(&beside, BANYAN_ERR_DISK);
    assert_string_equal(beside.text, "disque en panne");
    (void)by_fail(&beside, BANYAN_ERR_INVALID, "nobody has translated this");
    assert_string_equal(beside.text, "nobody has translated this");
    assert_string_equal(by_words(NULL, "plain"), "plain");
    assert_null(by_error_beside(NULL).words);
}

static void long_words_are_cut_between_characters(void **state)
{
    static const char *const pieces[] = {"a",    "\xc3\xa9", "\xe1\x9e\x80", "\xf0\x9f\x8c\xb3",
                                         "\x1b", "\xff"};
    char text[3000];

    (void)state;
    for (size_t piece = 0; piece < 6; piece++) {
        for (size_t lead = 0; lead < 8; lead++) {
            size_t size = strlen(pieces[piece]);
            struct banyan_error error = {0};

            memset(text, 'x', sizeof text);
            for (size_t at = lead; at + size < sizeof text; at += size)
                memcpy(text + at, pieces[piece], size);
            text[sizeof text - size - 1] = 0;
            assert_int_equal(by_fail(&error, BANYAN_ERR_USAGE, "%s", text), BANYAN_ERR_USAGE);
            assert_in_range(strlen(error.text), BANYAN_ERROR_BYTES_MAX - 8,
                            BANYAN_ERROR_BYTES_MAX - 1);
            if (piece < 4)
                assert_null(strchr(error.text, '\\'));
        }
    }
}

static void plain_words_do_not_replace_better_ones(void **state)
{
    struct banyan_error error = {0};

    (void)state;
    assert_int_equal(by_fail_plain(&error, BANYAN_ERR_DISK), BANYAN_ERR_DISK);
    assert_string_equal(error.text, banyan_status_text(BANYAN_ERR_DISK));
    (void)by_fail(&error, BANYAN_ERR_FULL, "better");
    (void)by_fail_plain(&error, BANYAN_ERR_FULL);
    assert_string_equal(error.text, "better");
    (void)by_fail_plain(&error, BANYAN_ERR_MEMORY);
    assert_string_equal(error.text, banyan_status_text(BANYAN_ERR_MEMORY));
    assert_int_equal(by_fail_plain(NULL, BANYAN_ERR_MEMORY), BANYAN_ERR_MEMORY);
}

static void every_status_has_name_sentence_and_class(void **state)
{
    (void)state;
    assert_string_equal(banyan_status_name(BANYAN_ERR_DISK), "BANYAN_ERR_DISK");
    assert_int_equal(banyan_status_class(BANYAN_OK), BANYAN_CLASS_DONE);
    assert_int_equal(banyan_status_class(BANYAN_ERR_NETWORK), BANYAN_CLASS_NETWORK);
    for (int number = 0; number >= -24; number--) {
        assert_memory_equal(banyan_status_name((enum banyan_status)number), "BANYAN_", 7);
        assert_true(strlen(banyan_status_text((enum banyan_status)number)) > 3);
    }
    assert_string_equal(banyan_status_name((enum banyan_status) - 1000), "unknown status");
    assert_int_equal(banyan_status_class((enum banyan_status) - 1000), BANYAN_CLASS_STORAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_show_foreign_text_safely),
        cmocka_unit_test(a_sentence_is_translated_before_its_places_are_filled),
        cmocka_unit_test(long_words_are_cut_between_characters),
        cmocka_unit_test(plain_words_do_not_replace_better_ones),
        cmocka_unit_test(every_status_has_name_sentence_and_class),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
