#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const struct {
    const char *name;
    const char *text;
    const char *normal; /* NULL: refused; the same as text: accepted as it is */
} rows[] = {
    {"nothing", "", ""},
    {"ASCII", "plain text, longer than eight bytes", "plain text, longer than eight bytes"},
    {"line feed and tab", "a\n\tb", "a\n\tb"},
    {"carriage returns become line feeds", "a\r\nb\rc\r", "a\nb\nc\n"},
    {"escape", "\x1b[2J", NULL},
    {"control in the second word", "12345678\x01", NULL},
    {"control within a word",
     "123\x1f"
     "5678",
     NULL},
    {"delete", "1234567\x7f", NULL},
    {"C1 control", "\xc2\x85", NULL},
    {"stray continuation", "a\x80", NULL},
    {"overlong slash", "\xc0\xaf", NULL},
    {"surrogate", "\xed\xa0\x80", NULL},
    {"past the last code point", "\xf4\x90\x80\x80", NULL},
    {"cut short", "abc\xe1\x9e", NULL},
    {"Vietnamese composed", "Đồng Văn", "Đồng Văn"},
    {"Vietnamese decomposed", "\xc4\x90o\xcc\x82\xcc\x80ng Va\xcc\x86n", "Đồng Văn"},
    {"mark on ASCII after eight", "abcdefgha\xcc\x81", "abcdefgh\xc3\xa1"},
    {"Cyrillic short i decomposed", "\xd0\xb8\xcc\x86", "й"},
    {"Lao as typed", "ຄຳມ່ວນ", "ຄຳມ່ວນ"},
    {"Lao marks in order", "\xe0\xba\x81\xe0\xba\xb8\xe0\xbb\x88",
     "\xe0\xba\x81\xe0\xba\xb8\xe0\xbb\x88"},
    {"Lao tone before vowel", "\xe0\xba\x81\xe0\xbb\x88\xe0\xba\xb8",
     "\xe0\xba\x81\xe0\xba\xb8\xe0\xbb\x88"},
    {"Khmer", "ទន្លេសាប", "ទន្លេសាប"},
    {"zero-width space stays", "ក\xe2\x80\x8bខ", "ក\xe2\x80\x8bខ"},
    {"Hangul jamo", "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "각"},
    {"syllable and final jamo", "\xea\xb0\x80\xe1\x86\xa8", "각"},
    {"Kelvin sign", "\xe2\x84\xaa", "K"},
    {"excluded composite", "\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc"},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static void stored_text_is_normal_form_c(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct by_bytes text = by_bytes_of_text(rows[i].text);
        struct by_buffer out = BY_BUFFER_INIT(1000);
        bool is_same = rows[i].normal != NULL && strcmp(rows[i].text, rows[i].normal) == 0;

        print_message("%s\n", rows[i].name);
        assert_int_equal(by_text_check(text), is_same ? BANYAN_OK : BANYAN_ERR_BAD_TEXT);
        assert_int_equal(by_text_normalise(text, &out),
                         rows[i].normal != NULL ? BANYAN_OK : BANYAN_ERR_BAD_TEXT);
        assert_true(by_bytes_equal(by_buffer_bytes(&out),
                                   by_bytes_of_text(rows[i].normal ? rows[i].normal : "")));
        by_buffer_deinit(&out);
    }
}

/* As by_text_normalise, without a copy where none is needed. */
static void text_in_stored_form_is_handed_back_as_it_is(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct by_bytes text = by_bytes_of_text(rows[i].text), stored;
        bool is_same = rows[i].normal != NULL && strcmp(rows[i].text, rows[i].normal) == 0;

        print_message("%s\n", rows[i].name);
        assert_int_equal(by_text_stored(text, 1000, &arena, &stored),
                         rows[i].normal != NULL ? BANYAN_OK : BANYAN_ERR_BAD_TEXT);
        if (rows[i].normal == NULL)
            continue;
        assert_true(by_bytes_equal(stored, by_bytes_of_text(rows[i].normal)));
        assert_true(is_same == (stored.data == text.data));
        assert_int_equal(by_text_stored(text, stored.size, &arena, &stored), BANYAN_OK);
        if (stored.size > 0)
            assert_int_equal(by_text_stored(text, stored.size - 1, &arena, &stored),
                             BANYAN_ERR_TOO_LARGE);
    }
    by_arena_deinit(&arena);
}

static void the_answer_does_not_depend_on_where_text_begins(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (size_t lead = 0; lead < 17; lead++) {
            char text[200];

            memset(text, 'x', lead);
            strcpy(text + lead, rows[i].text);
            assert_int_equal(by_text_check(by_bytes_of_text(text)),
                             by_text_check(by_bytes_of_text(rows[i].text)));
        }
    }
}

static void nul_is_no_text(void **state)
{
    (void)state;
    assert_int_equal(by_text_check(by_bytes_of("a", 2)), BANYAN_ERR_BAD_TEXT);
    assert_int_equal(by_text_check(by_bytes_of("12345678", 9)), BANYAN_ERR_BAD_TEXT);
}

/* Marks in the worst order, a million of them: must end soon. */
static void a_wall_of_marks_costs_no_more_than_its_length(void **state)
{
    static const char *const marks[] = {"\xcc\x81", "\xcc\xa3", "\xcc\xb4", "\xcd\x85"};
    size_t size = 2000000;
    char *text = malloc(size);
    struct by_buffer out = BY_BUFFER_INIT(2 * size);

    (void)state;
    assert_non_null(text);
    for (size_t at = 0; at < size; at += 2)
        memcpy(text + at, marks[at / 2 % 4], 2);
    memcpy(text, "aa", 2);
    assert_int_equal(by_text_check(by_bytes_of(text, size)), BANYAN_ERR_BAD_TEXT);
    assert_int_equal(by_text_normalise(by_bytes_of(text, size), &out), BANYAN_OK);
    assert_int_equal(by_text_check(by_buffer_bytes(&out)), BANYAN_OK);
    by_buffer_deinit(&out);
    free(text);
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
    (void)state;
    for (size_t room = 2; room <= 4; room++) {
        struct by_buffer out = BY_BUFFER_INIT(room);

        assert_int_equal(by_text_normalise(by_bytes_of_text("e\xcc\x81r"), &out),
                         room >= 3 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        assert_int_equal(out.size, room >= 3 ? 3 : 0);
        by_buffer_deinit(&out);
    }
}

static void language_tags_have_their_form(void **state)
{
    static const char *const good[] = {
        "vi",      "en-GB",   "kmr",      "zh-Hant-TW",
        "sr-Latn", "sl-1994", "en-a-b-c", "ab-12345678-12345678-12345678-12345"};
    static const char *const bad[] = {
        "",      "e",      "engl",         "1a",    "en-",  "-en",
        "en_GB", "en--GB", "en-123456789", "en GB", "en\n", "ab-12345678-12345678-12345678-123456"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(by_text_is_language(by_bytes_of_text(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(by_text_is_language(by_bytes_of_text(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_text_is_normal_form_c),
        cmocka_unit_test(text_in_stored_form_is_handed_back_as_it_is),
        cmocka_unit_test(the_answer_does_not_depend_on_where_text_begins),
        cmocka_unit_test(nul_is_no_text),
        cmocka_unit_test(a_wall_of_marks_costs_no_more_than_its_length),
        cmocka_unit_test(a_full_buffer_is_left_as_it_was),
        cmocka_unit_test(language_tags_have_their_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
