#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define COLUMN_COUNT 6

/* Texts of one row have one search key; a NULL ends them. */
static const char *const same[][COLUMN_COUNT] = {
    {"dong van", "Đồng Văn", "ĐỒNG VĂN", "\xc4\x90o\xcc\x82\xcc\x80ng Va\xcc\x86n",
     "\xc3\x90ong, van!"},
    {"hoa binh", "Hòa Bình", "Hoà Bình", "HOA BINH"},
    {"thanh phu", "Thạnh Phú", "Thanh-Phú", " thanh  phu "},
    {"straße", "STRASSE", "strasse"},
    {"Øresund", "oresund"},
    {"Łódź", "lodz"},
    {"İzmir", "izmir", "ızmır"},
    {"Azərbaycan", "azerbaycan"},
    {"ёлка", "елка", "Елка", "ЁЛКА", "\xd0\xb5\xcc\x88лка", "е\xcc\x81лка"},
    {"Кам'янець", "Кам’янець", "Камʼянець", "камянець"},
    {"Oʻzbekiston", "O'zbekiston", "Ozbekiston", "O‘zbekiston"},
    {"საქართველო", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ"},
    {"Երևան", "ԵՐԵՒԱՆ", "երեւան"},
    {"ຄຳມ່ວນ", "ຄໍາມ່ວນ", "ຄຳ\xe2\x80\x8bມ່ວນ"},
    {"ນ້ຳ", "ນໍ້າ", "ນ້ໍາ"},
    {"ໜອງ", "ຫນອງ"},
    {"ຫຼວງພະບາງ", "ຫລວງພະບາງ"},
    {"ເເຂວງ", "ແຂວງ"},
    {"\xe1\x9e\x9f\xe1\x9f\x92\xe1\x9e\x9a\xe1\x9f\x92\xe1\x9e\x8f\xe1\x9e\xb8",  /* s ro ta */
     "\xe1\x9e\x9f\xe1\x9f\x92\xe1\x9e\x8f\xe1\x9f\x92\xe1\x9e\x9a\xe1\x9e\xb8"}, /* s ta ro */
    {"\xe1\x9e\x80\xe1\x9e\xbb\xe1\x9f\x86", "\xe1\x9e\x80\xe1\x9f\x86\xe1\x9e\xbb",
     "\xe1\x9e\x80\xe1\x9e\xbb\xe1\x9e\xbb\xe1\x9f\x86"},
    {"\xe1\x9e\x8e\xe1\x9f\x92\xe1\x9e\x8a\xe1\x9e\xb6\xe1\x9e\x89", /* subscript da, ta */
     "\xe1\x9e\x8e\xe1\x9f\x92\xe1\x9e\x8f\xe1\x9e\xb6\xe1\x9e\x89"},
    {"\xe1\x9e\x80\xe1\x9f\x81\xe1\x9e\xb6", "\xe1\x9e\x80\xe1\x9f\x84"}, /* e with aa, oo */
    {"\xe1\x9e\x80\xe1\x9f\x81\xe1\x9e\xb8", "\xe1\x9e\x80\xe1\x9e\xb8\xe1\x9f\x81",
     "\xe1\x9e\x80\xe1\x9e\xbe"},
    {"២០២០", "2020", "໒໐໒໐"},
    /* a mark of another script in a syllable leaves the syllable as it is, and only that one */
    {"ນ\xe0\xbb\x89\xe0\xba\xb4\xcc\x88 ນ\xe0\xbb\x89\xe0\xba\xb4",
     "ນ\xe0\xbb\x89\xe0\xba\xb4\xcc\x88 ນ\xe0\xba\xb4\xe0\xbb\x89"},
    {"", " ", "-?!", "\xe2\x80\x8b"},
};

/* The first text of a row is told apart from the others. */
static const char *const apart[][COLUMN_COUNT] = {
    {"йод", "иод"},
    {"Україна", "Украіна"},
    {"ўрмон", "урмон"},
    {"ґанок", "ганок"},
    {"қала", "кала"},
    {"ທ່າ", "ທ້າ", "ທາ"},
    {"ទន្លេសាប", "ទន្លាសេប", "ទនលសប"},
    {"កំពង់ភ្លុក", "កពងភលក"},
    {"ນ\xe0\xbb\x89\xe0\xba\xb4\xcc\x88", "ນ\xe0\xba\xb4\xe0\xbb\x89\xcc\x88"},
    {"dong", "duong"},
    {"van 1", "van1", "van 2"},
};

static struct by_buffer fold(const char *text)
{
    struct by_buffer out = BY_BUFFER_INIT(1000);

    assert_int_equal(by_text_fold(by_bytes_of_text(text), &out), BANYAN_OK);
    return out;
}

/* Compare the first text of a row with each other one. */
static void compare_row(const char *const row[COLUMN_COUNT], bool want_same)
{
    struct by_buffer first = fold(row[0]);

    for (size_t i = 1; i < COLUMN_COUNT && row[i] != NULL; i++) {
        struct by_buffer other = fold(row[i]);

        if (by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&other)) != want_same)
            fail_msg("%s (%.*s) and %s (%.*s)", row[0], (int)first.size, (char *)first.data, row[i],
                     (int)other.size, (char *)other.data);
        by_buffer_deinit(&other);
    }
    by_buffer_deinit(&first);
}

static void what_people_hold_for_one_word_has_one_key(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof same / sizeof same[0]; row++)
        compare_row(same[row], true);
}

static void what_people_tell_apart_has_two_keys(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof apart / sizeof apart[0]; row++)
        compare_row(apart[row], false);
}

/* Signs of several scripts in one syllable, which nobody writes but anybody can send. */
static const char *const mixed[] = {
    /* Lao letter, tone, vowel, Khmer coeng, vowel, coeng */
    "\xe0\xba\x99\xe0\xbb\x89\xe0\xba\xbb\xe1\x9f\x92\xe0\xba\xbb\xe1\x9f\x92"
    "b",
    "\xe1\x9e\x80\xe1\x9f\x92\xe1\x9f\x8c\xe1\x9e\x8a", /* coeng that robat parts from its letter */
    "\xe0\xba\x81\xe0\xbb\x88\xe0\xb9\x88\xe0\xbb\x88", /* tones Lao, Thai, Lao */
};

static void require_stable(const char *text)
{
    struct by_buffer once = fold(text);
    struct by_buffer twice = BY_BUFFER_INIT(1000);

    assert_int_equal(by_text_fold(by_buffer_bytes(&once), &twice), BANYAN_OK);
    if (!by_bytes_equal(by_buffer_bytes(&once), by_buffer_bytes(&twice)))
        fail_msg("%s: %.*s, then %.*s", text, (int)once.size, (char *)once.data, (int)twice.size,
                 (char *)twice.data);
    by_buffer_deinit(&once);
    by_buffer_deinit(&twice);
}

static void folding_twice_changes_nothing(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof same / sizeof same[0]; row++) {
        for (size_t i = 0; i < COLUMN_COUNT && same[row][i] != NULL; i++)
            require_stable(same[row][i]);
    }
    for (size_t i = 0; i < sizeof mixed / sizeof mixed[0]; i++)
        require_stable(mixed[i]);
}

/* One code point of each kind that folding tells apart, in UTF-8. */
static const char *const kinds[] = {
    "a",            /* Latin: general marks fall away */
    "-",            /* a gap */
    "\xcc\x88",     /* general mark, above */
    "\xe2\x83\x9d", /* general mark of class 0 */
    "\xe0\xb9\x80", /* Thai e */
    "\xe0\xb8\xb8", /* Thai vowel below */
    "\xe0\xb8\xb3", /* Thai am */
    "\xe0\xb9\x88", /* Thai tone */
    "\xe0\xba\x99", /* Lao letter */
    "\xe0\xba\xba", /* Lao virama */
    "\xe0\xba\xb8", /* Lao vowel below */
    "\xe0\xba\xbb", /* Lao vowel above */
    "\xe0\xba\xbc", /* Lao semivowel */
    "\xe0\xbb\x88", /* Lao tone */
    "\xe1\x9e\x8a", /* Khmer da */
    "\xe1\x9e\x9a", /* Khmer ro */
    "\xe1\x9e\xb6", /* Khmer vowel aa */
    "\xe1\x9e\xb8", /* Khmer vowel ii */
    "\xe1\x9f\x81", /* Khmer vowel e */
    "\xe1\x9f\x8c", /* Khmer robat */
    "\xe1\x9f\x92", /* Khmer coeng */
    "\xe1\x9f\x9d", /* Khmer mark of a class above coeng's */
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])
#define LENGTH     4

static void folding_any_mixture_twice_changes_nothing(void **state)
{
    size_t mixture_count = 1;

    (void)state;
    for (size_t i = 0; i < LENGTH; i++)
        mixture_count *= KIND_COUNT;
    for (size_t mixture = 0; mixture < mixture_count; mixture++) {
        char text[LENGTH * 3 + 1] = "";
        size_t left = mixture;

        for (size_t i = 0; i < LENGTH; i++, left /= KIND_COUNT)
            strcat(text, kinds[left % KIND_COUNT]);
        require_stable(text);
    }
}

/* Beside a letter of another script a text takes the way that all scripts take. */
static void plain_ascii_is_folded_as_beside_any_other_letter(void **state)
{
    static const char signs[] = "abzABZ019'`\" .-_\t\n~[{@";
    uint32_t random = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[16] = "", beside[24];

        for (size_t i = 0; i < (size_t)round % 12; i++) {
            random = random * 1664525u + 1013904223u;
            text[i] = signs[(random >> 16) % (sizeof signs - 1)];
        }
        (void)snprintf(beside, sizeof beside, "\xe0\xb8\x81 %s", text);
        struct by_buffer alone = fold(text), together = fold(beside);
        size_t before = alone.size == 0 ? 3 : 4; /* the letter, and a space */

        if (together.size != before + alone.size ||
            memcmp(together.data + before, alone.size == 0 ? (const void *)"" : alone.data,
                   alone.size) != 0)
            fail_msg("'%s' gave '%.*s', not '%.*s'", text, (int)alone.size,
                     (const char *)alone.data, (int)together.size, (const char *)together.data);
        by_buffer_deinit(&alone);
        by_buffer_deinit(&together);
    }
}

static void a_refused_text_leaves_the_buffer_as_it_was(void **state)
{
    struct by_buffer out = BY_BUFFER_INIT(10);

    (void)state;
    assert_int_equal(by_text_fold(by_bytes_of_text("a\xff"), &out), BANYAN_ERR_BAD_TEXT);
    assert_int_equal(by_text_fold(by_bytes_of_text("12345678901"), &out), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(by_text_tokens(by_bytes_of_text("a\xff"), &out), BANYAN_ERR_BAD_TEXT);
    assert_int_equal(by_text_tokens(by_bytes_of_text("123 567 9012"), &out), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(out.size, 0);
    by_buffer_deinit(&out);
}

/* Signs in the worst order, a million of them: must end soon. */
static void a_wall_of_signs_costs_no_more_than_its_length(void **state)
{
    static const char *const signs[] = {"\xe1\x9f\x87", "\xe1\x9f\x86", "\xe1\x9e\xb6",
                                        "\xe0\xbb\x88", "\xe0\xba\xb8", "\xe1\x9f\x92"};
    size_t size = 3000000;
    char *text = malloc(size);
    struct by_buffer out = BY_BUFFER_INIT(2 * size);

    (void)state;
    assert_non_null(text);
    for (size_t from = 0; from < 6; from += 3) {
        for (size_t at = 0; at < size; at += 3)
            memcpy(text + at, signs[from + at / 3 % 3], 3);
        assert_int_equal(by_text_fold(by_bytes_of(text, size), &out), BANYAN_OK);
    }
    by_buffer_deinit(&out);
    free(text);
}

static const struct {
    const char *folded;
    const char *tokens;
} tokens[] = {
    {"", ""},
    {"dong van", "dong van"},
    {"中", "中"},
    {"中国人", "中国 国人"},
    {"a中国b 12", "a 中国 b 12"},
    {"កខ គ", "កខ គ"},
    {"ຄໍາ 2020", "ຄໍ ໍາ 2020"},
    {"елка ёж", "елка ёж"},
};

static void scripts_without_spaces_give_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        struct by_buffer out = BY_BUFFER_INIT(100);

        print_message("%s\n", tokens[i].folded);
        assert_int_equal(by_text_tokens(by_bytes_of_text(tokens[i].folded), &out), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of_text(tokens[i].tokens)));
        by_buffer_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_hold_for_one_word_has_one_key),
        cmocka_unit_test(what_people_tell_apart_has_two_keys),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(folding_any_mixture_twice_changes_nothing),
        cmocka_unit_test(plain_ascii_is_folded_as_beside_any_other_letter),
        cmocka_unit_test(a_refused_text_leaves_the_buffer_as_it_was),
        cmocka_unit_test(a_wall_of_signs_costs_no_more_than_its_length),
        cmocka_unit_test(scripts_without_spaces_give_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
