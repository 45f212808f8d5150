/*
 * Lao and Thai: signs of one syllable are typed in several orders, look the same, and are one word.
 * What is written with one character or with two becomes two.
 */
#include "base/text_fold.h"

#define THAI_FIRST 0x0e00
#define LAO_LAST   0x0eff
#define LAO_FIRST  0x0e80
#define LAO_OFFSET 0x80 /* from a Thai letter to the Lao letter in the same place */

static bool is_block(int32_t code_point)
{
    return code_point >= THAI_FIRST && code_point <= LAO_LAST;
}

/* The places of both scripts, by the Thai code point. */
static unsigned place_of(int32_t sign)
{
    if (sign == 0x0e3c) /* semivowel below */
        return 1;
    if (sign == 0x0e3a) /* cancels a vowel, below */
        return 2;
    if (sign == 0x0e38 || sign == 0x0e39) /* vowels below */
        return 3;
    if (sign == 0x0e31 || (sign >= 0x0e34 && sign <= 0x0e37) || sign == 0x0e3b || sign == 0x0e47)
        return 4;       /* vowels above */
    if (sign == 0x0e4d) /* the ring */
        return 5;
    if (sign >= 0x0e48 && sign <= 0x0e4b) /* tones */
        return 6;
    if (sign == 0x0e4c || sign == 0x0e4e)
        return 7;
    return 0;
}

static unsigned place_of_thai(const int32_t *at, size_t rest, size_t *out_size)
{
    (void)rest;
    *out_size = 1;
    return *at < LAO_FIRST ? place_of(*at) : 0;
}

static unsigned place_of_lao(const int32_t *at, size_t rest, size_t *out_size)
{
    (void)rest;
    *out_size = 1;
    return *at >= LAO_FIRST ? place_of(*at - LAO_OFFSET) : 0;
}

static size_t leave(int32_t *signs, size_t count)
{
    (void)signs;
    return count;
}

/* The semivowel lo, always the first of the signs, is the letter lo. */
static size_t spell_semivowel(int32_t *signs, size_t count)
{
    if (signs[0] == 0x0ebc)
        signs[0] = 0x0ea5;
    return count;
}

/* One code point as the one or two that it is also written with. */
static enum banyan_status append_parts(struct by_code_points *list, int32_t code_point)
{
    static const int32_t parts[][3] = {
        {0x0e33, 0x0e4d, 0x0e32}, /* Thai am: ring and aa */
        {0x0eb3, 0x0ecd, 0x0eb2}, /* Lao am */
        {0x0edc, 0x0eab, 0x0e99}, /* Lao ho no */
        {0x0edd, 0x0eab, 0x0ea1}, /* Lao ho mo */
    };
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (code_point != parts[i][0])
            continue;
        status = by_code_points_append(list, parts[i][1]);
        return status == BANYAN_OK ? by_code_points_append(list, parts[i][2]) : status;
    }
    return by_code_points_append(list, code_point);
}

/* Two e are one ae. Shrinks in place. */
static void join(struct by_code_points *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        int32_t code_point = list->items[i];
        bool is_e = code_point == 0x0e40 || code_point == 0x0ec0;

        if (is_e && kept > 0 && list->items[kept - 1] == code_point)
            list->items[kept - 1] = code_point + 1;
        else
            list->items[kept++] = code_point;
    }
    list->count = kept;
}

enum banyan_status by_fold_lao(struct by_code_points *list)
{
    static const struct by_sign_rules lao = {.place = place_of_lao, .mend = spell_semivowel};
    static const struct by_sign_rules thai = {.place = place_of_thai, .mend = leave};
    enum banyan_status status = BANYAN_OK;
    size_t count = list->count;
    size_t from = 0;

    while (from < count && !is_block(list->items[from]))
        from++;
    if (from == count)
        return BANYAN_OK;
    /* The parts are built behind the list, then take its place. */
    for (size_t i = 0; status == BANYAN_OK && i < count; i++)
        status = append_parts(list, list->items[i]);
    if (status != BANYAN_OK)
        return status;
    list->count -= count;
    for (size_t i = 0; i < list->count; i++)
        list->items[i] = list->items[count + i];
    status = by_fold_order_signs(list, &lao);
    if (status == BANYAN_OK)
        status = by_fold_order_signs(list, &thai);
    if (status == BANYAN_OK)
        join(list);
    return status;
}
