/*
 * The search key: case and marks that people leave out when they type fall away, what tells words
 * apart stays. Which marks are which differs from script to script (docs/search.md).
 */
#include "base/text_fold.h"

#include <utf8proc.h>

#include "base/text.h"

/* How marks that stand on a letter are treated. */
enum marks {
    MARKS_KEEP,    /* the scripts of Asia: marks are vowels and tones */
    MARKS_DROP,    /* Latin, Greek: with or without, it is the same word to a searcher */
    MARKS_CYRILLIC /* stress falls away, short i and its like stay */
};

static bool is_within(int32_t code_point, int32_t first, int32_t last)
{
    return code_point >= first && code_point <= last;
}

static enum marks marks_on(int32_t letter)
{
    if (is_within(letter, 'a', 'z') || is_within(letter, 0x00aa, 0x02af) ||
        is_within(letter, 0x0370, 0x03ff) || is_within(letter, 0x1e00, 0x1fff) ||
        is_within(letter, 0x2c60, 0x2c7f) || is_within(letter, 0xa720, 0xa7ff))
        return MARKS_DROP;
    if (is_within(letter, 0x0400, 0x052f) || is_within(letter, 0x1c80, 0x1c8f) ||
        is_within(letter, 0xa640, 0xa69f))
        return MARKS_CYRILLIC;
    return MARKS_KEEP;
}

/* Marks that belong to no one script: a vowel of another script that strayed onto a letter stays.
 */
static bool is_general(int32_t mark)
{
    return is_within(mark, 0x0300, 0x036f) || is_within(mark, 0x0483, 0x0489) ||
           is_within(mark, 0x1ab0, 0x1aff) || is_within(mark, 0x1dc0, 0x1dff) ||
           is_within(mark, 0x20d0, 0x20ff) || is_within(mark, 0xfe20, 0xfe2f);
}

/* Whether a mark on a letter is left out. */
static bool is_dropped(int32_t mark, int32_t letter)
{
    switch (marks_on(letter)) {
    case MARKS_DROP:
        return is_general(mark);
    case MARKS_CYRILLIC: /* grave and acute are stress; the two dots make yo of ye */
        return mark == 0x0300 || mark == 0x0301 || (mark == 0x0308 && letter == 0x0435);
    case MARKS_KEEP:
        break;
    }
    return false;
}

/* Latin letters that no decomposition takes apart, as people type them without their keyboard. */
static const struct {
    int32_t letter;
    char plain[3];
} plain_letters[] = {
    {0x00e6, "ae"}, {0x00f0, "d"}, {0x00f8, "o"}, {0x00fe, "th"}, {0x0111, "d"}, {0x0127, "h"},
    {0x0131, "i"},  {0x0142, "l"}, {0x014b, "n"}, {0x0153, "oe"}, {0x0167, "t"}, {0x0180, "b"},
    {0x01e5, "g"},  {0x0256, "d"}, {0x0259, "e"}, {0x0268, "i"},  {0x0289, "u"},
};

static enum banyan_status append_letter(struct by_code_points *out, int32_t letter)
{
    enum banyan_status status = BANYAN_OK;

    if (letter < plain_letters[0].letter)
        return by_code_points_append(out, letter);
    for (size_t i = 0; i < sizeof plain_letters / sizeof plain_letters[0]; i++) {
        if (plain_letters[i].letter != letter)
            continue;
        for (const char *at = plain_letters[i].plain; status == BANYAN_OK && *at != 0; at++)
            status = by_code_points_append(out, *at);
        return status;
    }
    return by_code_points_append(out, letter);
}

/* Decimal digits of the scripts at hand as ASCII ones; another code point as it is. */
static int32_t plain_digit(int32_t code_point)
{
    static const int32_t zeros[] = {0x0660, 0x06f0, 0x0966, 0x0e50, 0x0ed0, 0x1040,
                                    0x1090, 0x17e0, 0x1a80, 0x1a90, 0xff10};

    for (size_t i = 0; code_point >= zeros[0] && i < sizeof zeros / sizeof zeros[0]; i++) {
        if (is_within(code_point, zeros[i], zeros[i] + 9))
            return '0' + (code_point - zeros[i]);
    }
    return code_point;
}

enum sort { SORT_LETTER, SORT_MARK, SORT_DIGIT, SORT_APART };

static enum sort sort_of(int32_t code_point)
{
    utf8proc_category_t category = utf8proc_category(code_point);

    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO)
        return SORT_LETTER;
    if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME)
        return SORT_MARK;
    if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO)
        return SORT_DIGIT;
    return SORT_APART;
}

/* The signs people write for an apostrophe, some of which Unicode calls letters. */
static bool is_apostrophe(int32_t code_point)
{
    return code_point == '\'' || code_point == '`' || is_within(code_point, 0x02b9, 0x02bd) ||
           code_point == 0x02c8 || is_within(code_point, 0x2018, 0x201b) || code_point == 0x2032;
}

/* Where the walk over decomposed text stands. */
struct walk {
    struct by_code_points *out;
    int32_t letter; /* the last letter, 0 once something else stood between */
};

/* A space, but none at the beginning and none after another. */
static enum banyan_status append_gap(struct walk *walk)
{
    struct by_code_points *out = walk->out;

    walk->letter = 0;
    if (out->count == 0 || out->items[out->count - 1] == ' ')
        return BANYAN_OK;
    return by_code_points_append(out, ' ');
}

/* Inside a word of an alphabet an apostrophe is left out as often as written. */
static bool is_inside_word(const struct walk *walk, const int32_t *at, size_t rest)
{
    return walk->letter != 0 && marks_on(walk->letter) != MARKS_KEEP && rest > 1 &&
           !is_apostrophe(at[1]) && sort_of(at[1]) == SORT_LETTER;
}

static enum banyan_status fold_one(struct walk *walk, const int32_t *at, size_t rest)
{
    if (is_apostrophe(*at))
        return is_inside_word(walk, at, rest) ? BANYAN_OK : append_gap(walk);
    switch (sort_of(*at)) {
    case SORT_LETTER:
        walk->letter = *at;
        return append_letter(walk->out, *at);
    case SORT_MARK:
        if (is_dropped(*at, walk->letter))
            return BANYAN_OK;
        return by_code_points_append(walk->out, *at);
    case SORT_DIGIT:
        walk->letter = 0;
        return by_code_points_append(walk->out, plain_digit(*at));
    case SORT_APART:
        break;
    }
    return append_gap(walk);
}

static enum banyan_status
fold_letters(const struct by_code_points *from, struct by_code_points *out)
{
    struct walk walk = {.out = out};
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; status == BANYAN_OK && i < from->count; i++)
        status = fold_one(&walk, &from->items[i], from->count - i);
    if (out->count > 0 && out->items[out->count - 1] == ' ')
        out->count--;
    return status;
}

/* -- plain ASCII -- */

static bool is_ascii(struct by_bytes text)
{
    uint8_t seen = 0;

    for (size_t i = 0; i < text.size; i++)
        seen |= text.data[i];
    return seen < 0x80;
}

/* What each ASCII character is folded to: letters and digits; ' is an apostrophe, . stands apart.
 */
static const char folded_ascii[128 + 1] = "................................"
                                          ".......'........"
                                          "0123456789......"
                                          ".abcdefghijklmno"
                                          "pqrstuvwxyz....."
                                          "'abcdefghijklmno"
                                          "pqrstuvwxyz.....";

/* As the walk over code points does, where none is composed of others and none has marks. */
static enum banyan_status fold_ascii(struct by_bytes text, struct by_buffer *out)
{
    bool is_in_word = false, is_begun = false, is_apart = false;
    uint8_t *at = NULL, *begin = NULL;
    enum banyan_status status = by_buffer_extend(out, text.size, &at);

    if (status != BANYAN_OK)
        return status;
    begin = at;
    for (size_t i = 0; i < text.size; i++) {
        char c = folded_ascii[text.data[i]];

        if (c == '\'' && is_in_word && i + 1 < text.size && folded_ascii[text.data[i + 1]] >= 'a')
            continue;
        if (c < '0') {
            is_apart = true;
            is_in_word = false;
            continue;
        }
        if (is_apart && is_begun)
            *at++ = ' ';
        *at++ = (uint8_t)c;
        is_apart = false;
        is_begun = true;
        is_in_word = c >= 'a';
    }
    out->size -= text.size - (size_t)(at - begin);
    return BANYAN_OK;
}

enum banyan_status by_text_fold(struct by_bytes text, struct by_buffer *out)
{
    if (is_ascii(text))
        return fold_ascii(text, out);

    struct by_code_points decomposed;
    struct by_code_points folded;
    size_t size_before = out->size;
    enum banyan_status status = BANYAN_OK;

    by_code_points_init(&decomposed);
    by_code_points_init(&folded);
    status = by_code_points_decompose(&decomposed, text, true);
    if (status == BANYAN_OK)
        status = fold_letters(&decomposed, &folded);
    if (status == BANYAN_OK) /* a mark that was left out may have kept two others apart */
        status = by_code_points_order(&folded);
    if (status == BANYAN_OK)
        status = by_fold_lao(&folded);
    if (status == BANYAN_OK)
        status = by_fold_khmer(&folded);
    if (status != BANYAN_OK)
        goto out;
    by_code_points_compose(&folded);
    status = by_code_points_encode(&folded, out);
    if (status != BANYAN_OK)
        out->size = size_before;
out:
    by_code_points_deinit(&decomposed);
    by_code_points_deinit(&folded);
    return status;
}
