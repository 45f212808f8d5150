/*
 * Texts in which people wrote where something is.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/public.h"

#define GAP_BYTES_MAX    24u /* between two numbers that belong together */
#define DIGITS_MAX       40u
#define DECIMALS_TELLING 4

/* -- boxes -- */

struct by_place_box by_place_box_none(void)
{
    return (struct by_place_box){.least = {INFINITY, INFINITY}, .most = {-INFINITY, -INFINITY}};
}

static void widen(struct by_place_box *box, const struct by_value *coordinates)
{
    if (coordinates->array.count > 0 && coordinates->array.items[0].kind == BY_VALUE_ARRAY) {
        for (size_t i = 0; i < coordinates->array.count; i++)
            widen(box, &coordinates->array.items[i]);
        return;
    }
    for (size_t i = 0; i < 2 && i < coordinates->array.count; i++) {
        const struct by_value *value = &coordinates->array.items[i];
        double at = value->kind == BY_VALUE_INT ? (double)value->integer : value->real;

        box->least[i] = fmin(box->least[i], at);
        box->most[i] = fmax(box->most[i], at);
    }
}

void by_place_box_widen(struct by_place_box *box, const struct by_value *geometry)
{
    widen(box, by_value_get(geometry, "coordinates"));
}

/* -- numbers -- */

struct number {
    size_t begin, end; /* in the text */
    double value;
    int digits, decimals; /* digits: before the decimals */
};

static bool is_digit(struct by_bytes text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* The next from there on; false at the end. A comma or a point with digits behind is decimal. */
static bool read_number(struct by_bytes text, size_t from, struct number *out_number)
{
    char digits[DIGITS_MAX + 2];
    size_t at = from, size = 0;

    while (at < text.size && !is_digit(text, at))
        at++;
    *out_number = (struct number){.begin = at};
    for (; is_digit(text, at); at++, out_number->digits++)
        if (size < DIGITS_MAX)
            digits[size++] = (char)text.data[at];
    if (at < text.size && (text.data[at] == '.' || text.data[at] == ',') &&
        is_digit(text, at + 1)) {
        if (size < DIGITS_MAX)
            digits[size++] = '.';
        for (at++; is_digit(text, at); at++, out_number->decimals++)
            if (size < DIGITS_MAX)
                digits[size++] = (char)text.data[at];
    }
    digits[size] = 0;
    out_number->end = at;
    out_number->value = strtod(digits, NULL);
    return out_number->digits > 0;
}

static bool may_be_degrees(const struct number *number)
{
    return number->digits <= 3 && number->value <= 180;
}

static bool follows(struct by_bytes text, size_t at, const char *mark)
{
    size_t size = strlen(mark);

    return text.size - at >= size && memcmp(text.data + at, mark, size) == 0;
}

/* Of temperatures there are degrees too, but no minutes. */
static bool is_degrees(struct by_bytes text, const struct number *number)
{
    static const char *const marks[] = {"\u00b0", "\u00ba", "\u02da"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t at = number->end;

        while (at < text.size && text.data[at] == ' ')
            at++;
        if (!follows(text, at, marks[i]))
            continue;
        at += 2;
        while (at < text.size && text.data[at] == ' ')
            at++;
        return may_be_degrees(number) &&
               (number->decimals >= DECIMALS_TELLING || is_digit(text, at));
    }
    return false;
}

/* "48P 512345 1123456": metres east and north, beside each other. */
static bool is_grid(const struct number *east, const struct number *north)
{
    return east->digits == 6 && north->digits >= 6 && north->digits <= 7;
}

static bool is_pair(const struct number *first, const struct number *second)
{
    return may_be_degrees(first) && may_be_degrees(second) && first->decimals >= DECIMALS_TELLING &&
           second->decimals >= DECIMALS_TELLING;
}

/* Whether the number, without its sign, says the place along that axis, finer than it leaves. */
static bool
is_within(const struct number *number, const struct by_place_box *box, size_t axis, int decimals)
{
    double step = pow(10, -number->decimals);
    double value = box->most[axis] < 0 ? -number->value : number->value;

    return number->decimals > 0 && number->decimals > decimals &&
           value >= box->least[axis] - step && value <= box->most[axis] + step;
}

static bool is_in_box(const struct number *first, const struct number *second,
                      const struct by_place_box *box, int decimals)
{
    return (is_within(first, box, 0, decimals) && is_within(second, box, 1, decimals)) ||
           (is_within(first, box, 1, decimals) && is_within(second, box, 0, decimals));
}

/* -- links and codes -- */

static char lower(uint8_t byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

static bool has_word(struct by_bytes text, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= text.size; i++) {
        size_t k = 0;

        while (k < size && lower(text.data[i + k]) == word[k])
            k++;
        if (k == size)
            return true;
    }
    return false;
}

static bool has_link(struct by_bytes text)
{
    static const char *const links[] = {"maps.google",   "google.com/maps", "goo.gl/maps",
                                        "maps.app.goo",  "openstreetmap.",  "osm.org",
                                        "maps.apple.",   "yandex.ru/maps",  "yandex.com/maps",
                                        "what3words.",   "w3w.co",          "geo:",
                                        "bing.com/maps", "here.com/",       "2gis."};

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        if (has_word(text, links[i]))
            return true;
    return false;
}

static bool is_plus_digit(struct by_bytes text, size_t at)
{
    return at < text.size && text.data[at] != 0 &&
           strchr("23456789CFGHJMPQRVWX", text.data[at]) != NULL;
}

/* "7P28QX2V+F9", or "QX2V+F9": at least four before the sign, two behind it. */
static bool has_plus_code(struct by_bytes text)
{
    size_t before = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '+' && before >= 4 && is_plus_digit(text, i + 1) &&
            is_plus_digit(text, i + 2))
            return true;
        before = is_plus_digit(text, i) ? before + 1 : 0;
    }
    return false;
}

/* -- all of it -- */

bool by_text_tells_place(struct by_bytes text, const struct by_place_box *box, int decimals)
{
    struct number last = {.end = 0}, number;
    bool has_last = false;

    if (has_link(text) || has_plus_code(text))
        return true;
    for (size_t at = 0; read_number(text, at, &number); at = number.end) {
        bool is_beside = has_last && number.begin - last.end <= GAP_BYTES_MAX;

        if (is_degrees(text, &number) ||
            (is_beside && (is_pair(&last, &number) || is_grid(&last, &number) ||
                           is_in_box(&last, &number, box, decimals))))
            return true;
        last = number;
        has_last = true;
    }
    return false;
}
