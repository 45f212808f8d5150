/*
 * Khmer: the signs of a syllable are typed in many orders that look the same. They are brought into
 * one: robat, subscripts with ro last, register shifters, vowels before, below, above and behind,
 * other signs, final signs. Subscript da and ta look the same and become one.
 */
#include "base/text_fold.h"

#define COENG   0x17d2 /* makes the next consonant a subscript */
#define DA      0x178a
#define TA      0x178f
#define RO      0x179a
#define VOWEL_E 0x17c1

static bool is_letter(int32_t code_point)
{
    return code_point >= 0x1780 && code_point <= 0x17b3;
}

/* A coeng without a letter is no sign: were it moved in front of one, it would become one. */
static unsigned place_of_subscript(const int32_t *at, size_t rest, size_t *out_size)
{
    if (rest < 2 || !is_letter(at[1]))
        return 0;
    *out_size = 2;
    return at[1] == RO ? 3 : 2;
}

static unsigned place_of_sign(const int32_t *at, size_t rest, size_t *out_size)
{
    int32_t sign = *at;

    *out_size = 1;
    if (sign < 0x17b6 || sign > 0x17dd)
        return 0;
    if (sign == COENG)
        return place_of_subscript(at, rest, out_size);
    if (sign == 0x17cc) /* robat */
        return 1;
    if (sign == 0x17c9 || sign == 0x17ca) /* register shifters */
        return 4;
    if (sign >= 0x17c1 && sign <= 0x17c3)
        return 5;
    if (sign >= 0x17bb && sign <= 0x17bd)
        return 6;
    if ((sign >= 0x17b7 && sign <= 0x17ba) || sign == 0x17be)
        return 7;
    if (sign == 0x17b6 || sign == 0x17bf || sign == 0x17c0 || sign == 0x17c4 || sign == 0x17c5)
        return 8;
    if (sign == 0x17c7 || sign == 0x17c8) /* final signs */
        return 10;
    /* nikahit and the marks above; punctuation from 0x17d4 on is no sign */
    return sign <= 0x17d1 || sign == 0x17d3 || sign == 0x17dd ? 9 : 0;
}

/* The one code point that two side by side are also written with, or 0. */
static int32_t joined(int32_t first, int32_t second)
{
    if (first == second && first >= 0x17b6 && first <= 0x17d1)
        return first;
    if (first == VOWEL_E && second == 0x17b8)
        return 0x17be;
    if (first == VOWEL_E && second == 0x17b6)
        return 0x17c4;
    return 0;
}

static size_t join(int32_t *signs, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t whole = kept > 0 ? joined(signs[kept - 1], signs[i]) : 0;

        if (whole != 0)
            signs[kept - 1] = whole;
        else
            signs[kept++] = signs[i];
    }
    return kept;
}

/* Letters that Unicode has twice, and the subscript that looks like another. */
static void unify_letters(struct by_code_points *list)
{
    for (size_t i = 0; i < list->count; i++) {
        int32_t *at = &list->items[i];

        if (*at == DA && i > 0 && at[-1] == COENG)
            *at = TA;
        else if (*at == 0x17a3) /* deprecated qaq */
            *at = 0x17a2;
        else if (*at == 0x17b2) /* the other qoo */
            *at = 0x17b1;
    }
}

enum banyan_status by_fold_khmer(struct by_code_points *list)
{
    static const struct by_sign_rules rules = {.place = place_of_sign, .mend = join};

    unify_letters(list);
    return by_fold_order_signs(list, &rules);
}
