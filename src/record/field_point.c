/*
 * Reading points: decimal degrees, or degrees, minutes and seconds with hemispheres.
 */
#include "base/error.h"
#include "record/field_parts.h"

#define FRACTION_DIGITS_MAX 12u

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static void skip(struct by_bytes *text, size_t size)
{
    text->data += size;
    text->size -= size;
}

/* A number of at most three digits with a point or a comma, at the front of text; moves past it. Up
 * to 15 digits take part, so that the quotient of two exact doubles is the double nearest to what
 * was written. */
static bool take_number(struct by_bytes *text, double *out_number, bool *out_is_whole)
{
    size_t at = 0;
    size_t whole = 0;
    double digits = 0;
    double scale = 1;

    while (at < text->size && is_digit(text->data[at]))
        digits = digits * 10 + (text->data[at++] - '0');
    if (at == 0 || at > 3)
        return false;
    whole = at;
    if (at + 1 < text->size && (text->data[at] == '.' || text->data[at] == ',') &&
        is_digit(text->data[at + 1]))
        at++;
    for (; at > whole && at < text->size && is_digit(text->data[at]); at++) {
        if (at - whole > FRACTION_DIGITS_MAX)
            continue;
        digits = digits * 10 + (text->data[at] - '0');
        scale *= 10;
    }
    *out_number = digits / scale;
    *out_is_whole = at == whole;
    skip(text, at);
    return true;
}

/* ---- decimal degrees --------------------------------------------------------------------- */

static bool parse_degrees(struct by_bytes text, double *out_degrees)
{
    bool is_negative = text.size > 0 && text.data[0] == '-';
    bool is_whole = false;

    if (is_negative)
        skip(&text, 1);
    if (!take_number(&text, out_degrees, &is_whole))
        return false;
    if (is_negative)
        *out_degrees = -*out_degrees;
    return text.size == 0;
}

static size_t count_byte(struct by_bytes text, uint8_t byte, size_t *out_first)
{
    size_t count = 0;

    *out_first = text.size;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == byte && count++ == 0)
            *out_first = i;
    return count;
}

/* "lat,lon", "lat lon" or "lat; lon"; with decimal commas only the last two. */
static bool split_point(struct by_bytes text, struct by_bytes *out_lat, struct by_bytes *out_lon)
{
    static const uint8_t marks[] = {';', ',', ' '};

    for (size_t i = 0; i < sizeof marks; i++) {
        size_t at = 0;

        if (count_byte(text, marks[i], &at) != 1 && !(marks[i] == ' ' && at < text.size))
            continue;
        *out_lat = by_trim(by_bytes_of(text.data, at));
        *out_lon = by_trim(by_bytes_of(text.data + at + 1, text.size - at - 1));
        return true;
    }
    return false;
}

static bool parse_decimal(struct by_bytes text, double *out_lat, double *out_lon)
{
    struct by_bytes words[2] = {{0}};

    return split_point(text, &words[0], &words[1]) && parse_degrees(words[0], out_lat) &&
           parse_degrees(words[1], out_lon);
}

/* ---- degrees, minutes, seconds ----------------------------------------------------------- */

/* A word at the front of text means something; longer words stand before those they begin with. */
struct sign {
    const char *text;
    char means;
};
/* In English, Russian and Vietnamese, whose N is south: it is not read beside Đ or T. */
static const struct sign hemispheres[] = {
    {"с.ш.", 'N'}, {"с. ш.", 'N'}, {"ю.ш.", 'S'}, {"ю. ш.", 'S'}, {"в.д.", 'E'}, {"в. д.", 'E'},
    {"з.д.", 'W'}, {"з. д.", 'W'}, {"N", 'N'},    {"S", 'S'},     {"E", 'E'},    {"W", 'W'},
    {"n", 'N'},    {"s", 'S'},     {"e", 'E'},    {"w", 'W'},     {"С", 'N'},    {"Ю", 'S'},
    {"В", 'E'},    {"З", 'W'},     {"B", 'N'},    {"Đ", 'E'},     {"T", 'W'},
};
static const struct sign degree_signs[] = {{"°", 1}, {"º", 1}, {"˚", 1}};
static const struct sign minute_signs[] = {{"'", 1}, {"′", 1}, {"’", 1}, {"´", 1}};
static const struct sign second_signs[] = {{"\"", 1}, {"″", 1}, {"”", 1}, {"''", 1}, {"′′", 1}};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static char take_sign(struct by_bytes *text, const struct sign *signs, size_t count)
{
    *text = by_trim(*text);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(signs[i].text);

        if (text->size >= size && memcmp(text->data, signs[i].text, size) == 0) {
            skip(text, size);
            return signs[i].means;
        }
    }
    return 0;
}

struct angle {
    double degrees;
    char hemisphere; /* 0 = not said */
    bool is_marked;  /* has a hemisphere or a degree sign */
};

/* Minutes or seconds, below 60, with the sign behind them; false where there are none, and text as
 * it was. */
static bool
take_part(struct by_bytes *text, const struct sign *signs, size_t count, double *out_part)
{
    struct by_bytes rest = by_trim(*text);
    bool is_whole = false;

    if (!take_number(&rest, out_part, &is_whole) || *out_part >= 60 ||
        take_sign(&rest, signs, count) == 0)
        return false;
    *text = rest;
    return true;
}

static bool take_angle(struct by_bytes *text, struct angle *out_angle)
{
    struct angle angle = {.hemisphere = take_sign(text, hemispheres, COUNT(hemispheres))};
    bool is_whole = false;
    double minutes = 0;
    double seconds = 0;

    *text = by_trim(*text);
    if (!take_number(text, &angle.degrees, &is_whole))
        return false;
    angle.is_marked = take_sign(text, degree_signs, COUNT(degree_signs)) != 0;
    if (angle.is_marked && is_whole) {
        if (take_part(text, minute_signs, COUNT(minute_signs), &minutes))
            (void)take_part(text, second_signs, COUNT(second_signs), &seconds);
        angle.degrees += minutes / 60 + seconds / 3600;
    }
    if (angle.hemisphere == 0)
        angle.hemisphere = take_sign(text, hemispheres, COUNT(hemispheres));
    angle.is_marked = angle.is_marked || angle.hemisphere != 0;
    *out_angle = angle;
    return angle.is_marked;
}

/* To a hundred millionth: a millimetre. Sixtieths have no end as decimals. */
static double round_degrees(double degrees)
{
    return (double)(int64_t)(degrees * 1e8 + 0.5) / 1e8;
}

static double signed_degrees(const struct angle *angle)
{
    bool is_negative = angle->hemisphere == 'S' || angle->hemisphere == 'W';
    double degrees = round_degrees(angle->degrees);

    return is_negative && degrees > 0 ? -degrees : degrees;
}

static bool is_of(const struct angle *angle, const char *hemispheres_of)
{
    return angle->hemisphere == 0 || strchr(hemispheres_of, angle->hemisphere) != NULL;
}

/* Vietnamese letters for east and west, beside which N would be south. */
static bool is_vietnamese(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == 'T' || (text.data[i] == 0xc4 && i + 1 < text.size))
            return true;
    return false;
}

static bool has_byte(struct by_bytes text, uint8_t byte)
{
    size_t first = 0;

    return count_byte(text, byte, &first) > 0;
}

static bool parse_angles(struct by_bytes text, double *out_lat, double *out_lon)
{
    struct angle first;
    struct angle second;
    struct by_bytes rest = text;

    if (is_vietnamese(text) && (has_byte(text, 'N') || has_byte(text, 'n')))
        return false;
    if (!take_angle(&rest, &first))
        return false;
    rest = by_trim(rest);
    if (rest.size > 0 && (rest.data[0] == ',' || rest.data[0] == ';'))
        skip(&rest, 1);
    if (!take_angle(&rest, &second) || by_trim(rest).size > 0 ||
        (first.hemisphere == 0) != (second.hemisphere == 0))
        return false;
    if (first.hemisphere != 0 && is_of(&first, "EW")) {
        struct angle swapped = first;

        first = second;
        second = swapped;
    }
    *out_lat = signed_degrees(&first);
    *out_lon = signed_degrees(&second);
    return is_of(&first, "NS") && is_of(&second, "EW");
}

/* ---- the point --------------------------------------------------------------------------- */

static enum banyan_status
make_point(const struct by_reading *reading, double lat, double lon, struct by_value *out_value)
{
    struct by_value map = by_value_map(reading->arena, 2);
    struct by_value position = by_value_array(reading->arena, 2);

    if (map.map.pairs == NULL || position.array.items == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    position.array.items[0] = by_value_real(lon);
    position.array.items[1] = by_value_real(lat);
    map.map.pairs[0] = (struct by_pair){by_bytes_of_text("coordinates"), position};
    map.map.pairs[1] = (struct by_pair){by_bytes_of_text("type"), by_value_literal("Point")};
    *out_value = map;
    return BANYAN_OK;
}

enum banyan_status
by_read_point(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    double lat = 0;
    double lon = 0;

    if (!parse_decimal(text, &lat, &lon) && !parse_angles(text, &lat, &lon))
        return by_reading_fail(reading,
                               "\"%.*s\" is no place; write latitude,longitude in degrees, as in "
                               "13.2,103.8 or N 13°12'5\" E 103°48'0\", or GeoJSON",
                               by_excerpt_size(text), (const char *)text.data);
    if (lat > 90 || lat < -90)
        return by_reading_fail(reading,
                               "the latitude of \"%.*s\" is beyond 90 degrees; latitude comes "
                               "first, as in 13.2,103.8",
                               by_excerpt_size(text), (const char *)text.data);
    if (lon > 180 || lon < -180)
        return by_reading_fail(reading, "the longitude of \"%.*s\" is beyond 180 degrees",
                               by_excerpt_size(text), (const char *)text.data);
    return make_point(reading, lat, lon, out_value);
}
