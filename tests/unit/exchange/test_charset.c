#include <errno.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/charset.h"
#include "lib/test_runs.h"

/* "Búng Bình Thiên", "Dự án" as windows-1258 has them: the tone stands behind its vowel. */
static const struct {
    const char *name;
    enum by_charset charset;
    const char *bytes;
    size_t size;
    const char *text;
} rows[] = {
#define TEXT(literal) literal, sizeof(literal) - 1
    {"nothing", BY_CHARSET_UTF8, TEXT(""), ""},
    {"ASCII", BY_CHARSET_UTF8, TEXT("name;area\r\n"), "name;area\r\n"},
    {"UTF-8", BY_CHARSET_UTF8, TEXT("Búng Bình Thiên"), "Búng Bình Thiên"},
    {"UTF-8 with a mark", BY_CHARSET_UTF8, TEXT("\xef\xbb\xbfname"), "name"},
    {"UTF-16 with a mark", BY_CHARSET_UTF16LE, TEXT("\xff\xfe\x16\x04;\0"), "Ж;"},
    {"UTF-16 without a mark", BY_CHARSET_UTF16LE, TEXT("n\0a\0m\0e\0"), "name"},
    {"UTF-16, the other way round", BY_CHARSET_UTF16BE, TEXT("\xfe\xff\x04\x16\0;"), "Ж;"},
    {"UTF-16, the other way round, no mark", BY_CHARSET_UTF16BE, TEXT("\0n\0a\0m\0e"), "name"},
    {"Cyrillic", BY_CHARSET_WINDOWS_1251, TEXT("\xc7\xe0\xef\xee\xe2\xe5\xe4\xed\xe8\xea; 12"),
     "Заповедник; 12"},
    {"Ukrainian", BY_CHARSET_WINDOWS_1251, TEXT("\xcf\xe0\xf0\xea \xb3 \xbf\xe6\xe0\xea"),
     "Парк і їжак"},
    {"Vietnamese", BY_CHARSET_WINDOWS_1258, TEXT("B\xfang B\x69\xccnh Thi\xean; D\xfd\xf2 \xe1n"),
     "Búng Bình Thiên; Dự án"},
    {"western", BY_CHARSET_WINDOWS_1252, TEXT("Caf\xe9; r\xe9serve"), "Café; réserve"},
    {"western that looks like UTF-8 once", BY_CHARSET_WINDOWS_1252,
     TEXT("\xabMUS\xc9\xbb; r\xe9serve"), "«MUSÉ»; réserve"},
    {"UTF-8 with a bad byte", BY_CHARSET_UTF8, TEXT("Caf\xc3\xa9\nbad \xff\n"),
     "Café\nbad \xff"
     "00FF\n"},
    {"UTF-8 with halves of characters", BY_CHARSET_UTF8,
     TEXT("Thi\xc3\xaan, B\xc3\xacnh, \xe1\xbb\xb1; \xe1\xbb, \xc3n"),
     "Thiên, Bình, ự; \xff"
     "00E1\xff"
     "00BB, \xff"
     "00C3n"},
};

/* NFC is not this module's business: windows-1258 is compared after composing by hand. */
static void a_file_says_its_encoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_charset_evidence evidence = {0};

        print_message("%s\n", rows[i].name);
        for (size_t k = 0; k < rows[i].size; k++)
            by_charset_look(&evidence, by_bytes_of(rows[i].bytes + k, 1));
        assert_int_equal(by_charset_guess(&evidence), rows[i].charset);
    }
}

/* The rest of the file says what it is, not the half of a character at its end. */
static void a_file_that_was_cut_says_its_encoding(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        enum by_charset charset;
    } cut[] = {
        {TEXT("Búng Bình Thi\xc3"), BY_CHARSET_UTF8},
        {TEXT("Búng; \xe1\xbb"), BY_CHARSET_UTF8},
        {TEXT("Caf\xe9"), BY_CHARSET_WINDOWS_1252},
        {TEXT("\xcf\xe0\xf0\xea"), BY_CHARSET_WINDOWS_1251},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        struct by_charset_evidence evidence = {0};

        by_charset_look(&evidence, by_bytes_of(cut[i].text, cut[i].size));
        assert_int_equal(by_charset_guess(&evidence), cut[i].charset);
    }
}

static void read_in_pieces(size_t row, size_t piece, struct by_buffer *out)
{
    struct by_charset_reader *reader;

    assert_int_equal(by_charset_reader_new(rows[row].charset, &reader), BANYAN_OK);
    for (size_t at = 0; at < rows[row].size; at += piece) {
        size_t size = rows[row].size - at < piece ? rows[row].size - at : piece;

        assert_int_equal(by_charset_read(reader, by_bytes_of(rows[row].bytes + at, size), out),
                         BANYAN_OK);
    }
    assert_int_equal(by_charset_read_end(reader, out), BANYAN_OK);
    by_charset_reader_free(reader);
}

static void pieces_of_any_size_give_the_same_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t piece = 1; piece <= rows[i].size + 1; piece++) {
            struct by_buffer out = BY_BUFFER_INIT(4096);

            read_in_pieces(i, piece, &out);
            print_message("%s in pieces of %zu: %.*s\n", rows[i].name, piece, (int)out.size,
                          (const char *)out.data);
            assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of_text(rows[i].text)));
            by_buffer_deinit(&out);
        }
}

static void what_stands_for_nothing_is_marked_and_read_on_behind(void **state)
{
    static const struct {
        enum by_charset charset;
        const char *bytes;
        size_t size;
        const char *text;
        bool is_cut;
    } broken[] = {
        {BY_CHARSET_UTF8,
         TEXT("a\xff"
              "b"),
         "a\xff"
         "00FFb",
         false},
        {BY_CHARSET_UTF8, TEXT("a\xe1\xbb"),
         "a\xff"
         "00E1",
         true},
        {BY_CHARSET_WINDOWS_1251, TEXT("\xcf\x98;"),
         "П\xff"
         "0098;",
         false},
        {BY_CHARSET_WINDOWS_1252, TEXT("a\x81;"),
         "a\xff"
         "0081;",
         false},
        /* the vowel that waits for its tone stands before it */
        {BY_CHARSET_WINDOWS_1258, TEXT("a\x8a;"),
         "a\xff"
         "008A;",
         false},
        {BY_CHARSET_UTF16BE,
         TEXT("\0a\xdc\x01"
              "\0b"),
         "a\xff"
         "DC01b",
         false},
        {BY_CHARSET_UTF16LE,
         TEXT("a\0\0\xd8"
              "b\0"),
         "a\xff"
         "D800b",
         false},
        {BY_CHARSET_UTF16LE, TEXT("a\0b"),
         "a\xff"
         "0062",
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct by_charset_reader *reader;
        struct by_buffer out = BY_BUFFER_INIT(4096);

        assert_int_equal(by_charset_reader_new(broken[i].charset, &reader), BANYAN_OK);
        assert_int_equal(
            by_charset_read(reader, by_bytes_of(broken[i].bytes, broken[i].size), &out), BANYAN_OK);
        assert_int_equal(by_charset_read_end(reader, &out),
                         broken[i].is_cut ? BANYAN_ERR_MALFORMED : BANYAN_OK);
        print_message("%zu: %.*s\n", i, (int)out.size, (const char *)out.data);
        assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of_text(broken[i].text)));
        by_charset_reader_free(reader);
        by_buffer_deinit(&out);
    }
}

/* -- the short way of UTF-8 and ASCII -- */

/* Long stretches of ASCII, characters of two to four bytes, and any bytes. */
static struct by_bytes random_text(uint64_t seed, uint8_t *room, size_t size)
{
    static const char *const pieces[] = {"plain words, and more of them; ", "đ", "ខ", "𐍈", "\n"};
    size_t at = 0, count = test_random(&seed) % size;

    while (at < count) {
        const char *piece = pieces[test_random(&seed) % 5];
        size_t piece_size = strlen(piece);

        if (test_random(&seed) % 12 == 0)
            room[at++] = (uint8_t)test_random(&seed);
        else if (at + piece_size <= count)
            memcpy(room + at, piece, piece_size);
        else
            break;
        at += piece_size * (at + piece_size <= count);
    }
    return by_bytes_of(room, at);
}

/* False for a text that ends within a character. */
static bool read_by_iconv(struct by_bytes text, struct by_buffer *out)
{
    bool is_whole = true;
    iconv_t conversion = iconv_open("UTF-8", "UTF-8");
    char *in = (char *)(uintptr_t)text.data;
    size_t left = text.size;

    while (left > 0) {
        char piece[4096];
        char *to = piece;
        size_t room = sizeof piece;
        int number = iconv(conversion, &in, &left, &to, &room) == (size_t)-1 ? errno : 0;
        char mark[8];

        assert_int_equal(by_buffer_append(out, piece, sizeof piece - room), BANYAN_OK);
        if (number == EILSEQ || number == EINVAL) {
            (void)snprintf(mark, sizeof mark, "\xff%04X", (unsigned)(uint8_t)*in);
            assert_int_equal(by_buffer_append(out, mark, BY_CHARSET_BAD_BYTES), BANYAN_OK);
        }
        is_whole = number != EINVAL;
        in += number == EILSEQ;
        left = number == EINVAL ? 0 : left - (number == EILSEQ);
    }
    iconv_close(conversion);
    return is_whole;
}

static void utf8_is_read_as_iconv_reads_it(void **state)
{
    uint8_t room[3000];

    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct by_bytes text = random_text(seed, room, sizeof room);
        size_t cut = text.size * (seed % 7) / 7;
        struct by_buffer expected = BY_BUFFER_INIT(SIZE_MAX), read = BY_BUFFER_INIT(SIZE_MAX);
        struct by_charset_reader *reader;
        bool is_whole = read_by_iconv(text, &expected);

        assert_int_equal(by_charset_reader_new(BY_CHARSET_UTF8, &reader), BANYAN_OK);
        assert_int_equal(by_charset_read(reader, by_bytes_of(text.data, cut), &read), BANYAN_OK);
        assert_int_equal(
            by_charset_read(reader, by_bytes_of(text.data + cut, text.size - cut), &read),
            BANYAN_OK);
        assert_int_equal(by_charset_read_end(reader, &read),
                         is_whole ? BANYAN_OK : BANYAN_ERR_MALFORMED);
        if (!by_bytes_equal(by_buffer_bytes(&expected), by_buffer_bytes(&read)))
            fail_msg("seed %llu", (unsigned long long)seed);
        by_charset_reader_free(reader);
        by_buffer_deinit(&expected);
        by_buffer_deinit(&read);
    }
}

static void evidence_does_not_depend_on_the_pieces(void **state)
{
    uint8_t room[3000];

    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct by_bytes text = random_text(seed, room, sizeof room);
        struct by_charset_evidence whole = {0}, pieces = {0};

        by_charset_look(&whole, text);
        for (size_t i = 0; i < text.size; i++)
            by_charset_look(&pieces, by_bytes_of(text.data + i, 1));
        if (memcmp(&whole, &pieces, sizeof whole) != 0)
            fail_msg("seed %llu", (unsigned long long)seed);
    }
}

static void encodings_have_many_names(void **state)
{
    enum by_charset charset;

    (void)state;
    for (int i = 0; i < BY_CHARSET_COUNT; i++) {
        assert_true(by_charset_from_name(by_charset_name((enum by_charset)i), &charset));
        assert_int_equal(charset, i);
    }
    assert_true(by_charset_from_name("CP1258", &charset));
    assert_int_equal(charset, BY_CHARSET_WINDOWS_1258);
    assert_false(by_charset_from_name("koi9", &charset));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_its_encoding),
        cmocka_unit_test(a_file_that_was_cut_says_its_encoding),
        cmocka_unit_test(pieces_of_any_size_give_the_same_text),
        cmocka_unit_test(utf8_is_read_as_iconv_reads_it),
        cmocka_unit_test(evidence_does_not_depend_on_the_pieces),
        cmocka_unit_test(what_stands_for_nothing_is_marked_and_read_on_behind),
        cmocka_unit_test(encodings_have_many_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
