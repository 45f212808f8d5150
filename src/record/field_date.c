/*
 * Reading dates as people write them in several countries.
 */
#include "base/date.h"
#include "base/error.h"
#include "record/field_parts.h"

#define PARTS_MAX 3u
/* Beyond, a year is of the Buddhist calendar, 543 ahead. */
#define YEAR_MAX        2400u
#define BUDDHIST_AHEAD  543u
#define DATE_TEXT_BYTES 16

/* Up to three numbers with one mark between. */
struct parts {
    struct by_bytes texts[PARTS_MAX];
    unsigned numbers[PARTS_MAX];
    size_t count;
    char mark;
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool take_number(struct by_bytes *text, struct parts *parts)
{
    unsigned number = 0;
    size_t size = 0;

    while (size < text->size && size < 5 && is_digit(text->data[size]))
        number = number * 10 + (unsigned)(text->data[size++] - '0');
    if (parts->count == PARTS_MAX || size == 0 || size == 3 || size > 4)
        return false;
    parts->texts[parts->count] = by_bytes_of(text->data, size);
    parts->numbers[parts->count++] = number;
    *text = by_bytes_of(text->data + size, text->size - size);
    return true;
}

static bool take_apart(struct by_bytes text, struct parts *out_parts)
{
    struct parts parts = {.count = 0};

    while (take_number(&text, &parts)) {
        char mark = text.size > 0 ? (char)text.data[0] : 0;

        if (mark == 0) {
            *out_parts = parts;
            return true;
        }
        if ((mark != '-' && mark != '/' && mark != '.') || (parts.count > 1 && mark != parts.mark))
            return false;
        parts.mark = mark;
        text = by_bytes_of(text.data + 1, text.size - 1);
    }
    return false;
}

static bool is_year(const struct parts *parts, size_t at)
{
    return at < parts->count && parts->texts[at].size == 4;
}

/* YYYY, YYYY-MM or YYYY-MM-DD; 0 for a month or day that is not said. */
static void write_date(unsigned year, unsigned month, unsigned day, char text[DATE_TEXT_BYTES])
{
    if (month == 0)
        (void)snprintf(text, DATE_TEXT_BYTES, "%04u", year % 10000);
    else if (day == 0)
        (void)snprintf(text, DATE_TEXT_BYTES, "%04u-%02u", year % 10000, month % 100);
    else
        (void)snprintf(text, DATE_TEXT_BYTES, "%04u-%02u-%02u", year % 10000, month % 100,
                       day % 100);
}

/* The year first, or last: then day before month, but for a slash, which both orders use. Writes a
 * second reading where there is one, else "". */
static void
order_parts(const struct parts *parts, char text[DATE_TEXT_BYTES], char other[DATE_TEXT_BYTES])
{
    const unsigned *numbers = parts->numbers;
    bool is_unsure = parts->mark == '/' && parts->count == 3;

    other[0] = 0;
    if (is_year(parts, 0)) {
        write_date(numbers[0], numbers[1], numbers[2], text);
    } else if (parts->count == 2) {
        write_date(numbers[1], numbers[0], 0, text);
    } else if (is_unsure && numbers[0] <= 12 && numbers[1] > 12) {
        write_date(numbers[2], numbers[0], numbers[1], text);
    } else {
        write_date(numbers[2], numbers[1], numbers[0], text);
        if (is_unsure && numbers[0] <= 12 && numbers[1] != numbers[0])
            write_date(numbers[2], numbers[0], numbers[1], other);
    }
}

static bool has_zero(const struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        if (parts->numbers[i] == 0)
            return true;
    return false;
}

/* One year, first or last, and no 0, which stands for what is not said. */
static bool are_date(const struct parts *parts)
{
    size_t years = 0;

    for (size_t i = 0; i < parts->count; i++)
        years += is_year(parts, i);
    return years == 1 && !has_zero(parts) &&
           (is_year(parts, 0) || is_year(parts, parts->count - 1));
}

enum banyan_status
by_read_date(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct parts parts = {.count = 0};
    char date[DATE_TEXT_BYTES] = "";
    char other[DATE_TEXT_BYTES] = "";
    struct by_bytes copy = {0};
    unsigned year = 0;
    enum banyan_status status = BANYAN_OK;

    if (take_apart(text, &parts) && are_date(&parts))
        order_parts(&parts, date, other);
    if (!by_date_is(by_bytes_of_text(date)))
        return by_reading_fail(reading,
                               "\"%.*s\" is no date; write a year, month or day, as in 2020, "
                               "2020-01 or 2020-01-31",
                               by_excerpt_size(text), (const char *)text.data);
    if (other[0] != 0)
        return by_reading_fail(reading, "\"%.*s\" can be read in two ways; write %s or %s",
                               by_excerpt_size(text), (const char *)text.data, date, other);
    year = parts.numbers[is_year(&parts, 0) ? 0 : parts.count - 1];
    if (year > YEAR_MAX + BUDDHIST_AHEAD)
        return by_reading_fail(reading, "the year %u is far ahead", year);
    if (year > YEAR_MAX)
        return by_reading_fail(reading,
                               "the year %u is far ahead; if it is of the Buddhist calendar, "
                               "write %u",
                               year, year - BUDDHIST_AHEAD);
    status = by_arena_copy(reading->arena, by_bytes_of_text(date), &copy);
    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    *out_value = by_value_text(copy);
    return BANYAN_OK;
}
