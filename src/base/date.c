#include "base/date.h"

#include <string.h>

#define MS_PER_DAY 86400000u

struct date {
    unsigned year;
    unsigned month;
    unsigned day;
};

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* Exactly count digits at the front; moves on. */
static bool take_digits(struct by_bytes *rest, size_t count, unsigned *out_number)
{
    unsigned number = 0;

    if (rest->size < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (rest->data[i] < '0' || rest->data[i] > '9')
            return false;
        number = number * 10 + (unsigned)(rest->data[i] - '0');
    }
    rest->data += count;
    rest->size -= count;
    *out_number = number;
    return true;
}

static bool take_sign(struct by_bytes *rest, char sign)
{
    if (rest->size == 0 || rest->data[0] != (uint8_t)sign)
        return false;
    rest->data++;
    rest->size--;
    return true;
}

/* YYYY, YYYY-MM or YYYY-MM-DD at the front; what is not said is the first. */
static bool take_date(struct by_bytes *rest, struct date *out_date, bool *out_has_day)
{
    struct date date = {.month = 1, .day = 1};

    *out_has_day = false;
    if (!take_digits(rest, 4, &date.year) || date.year == 0)
        return false;
    if (take_sign(rest, '-')) {
        if (!take_digits(rest, 2, &date.month) || date.month < 1 || date.month > 12)
            return false;
        *out_has_day = take_sign(rest, '-');
        if (*out_has_day && (!take_digits(rest, 2, &date.day) || date.day < 1 ||
                             date.day > days_in_month(date.year, date.month)))
            return false;
    }
    *out_date = date;
    return true;
}

bool by_date_is(struct by_bytes text)
{
    struct date date = {0};
    bool has_day = false;

    return take_date(&text, &date, &has_day) && text.size == 0;
}

/* Days from 1970-01-01; year is 1970 or later. */
static uint64_t days_since_1970(struct date date)
{
    uint64_t before = date.year - 1;
    uint64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162u;

    for (unsigned month = 1; month < date.month; month++)
        days += days_in_month(date.year, month);
    return days + date.day - 1;
}

/* Thh:mm[:ss]Z */
static bool take_time_of_day(struct by_bytes *rest, unsigned *out_second)
{
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;

    if (!take_sign(rest, 'T') || !take_digits(rest, 2, &hour) || !take_sign(rest, ':') ||
        !take_digits(rest, 2, &minute))
        return false;
    if (take_sign(rest, ':') && !take_digits(rest, 2, &second))
        return false;
    if (!take_sign(rest, 'Z') || hour > 23 || minute > 59 || second > 59)
        return false;
    *out_second = (hour * 60 + minute) * 60 + second;
    return true;
}

enum banyan_status by_date_to_ms(struct by_bytes text, uint64_t *out_unix_ms)
{
    struct date date = {0};
    bool has_day = false;
    unsigned second = 0;

    if (!take_date(&text, &date, &has_day) || date.year < 1970)
        return BANYAN_ERR_INVALID;
    if (text.size > 0 && (!has_day || !take_time_of_day(&text, &second) || text.size > 0))
        return BANYAN_ERR_INVALID;
    *out_unix_ms = days_since_1970(date) * MS_PER_DAY + (uint64_t)second * 1000u;
    return BANYAN_OK;
}

/* The civil date of a day number, counted in eras of 400 years that begin on 1 March. */
static struct date date_of_day(uint64_t days_1970)
{
    uint64_t days = days_1970 + 719468u; /* since 0000-03-01 */
    uint64_t era = days / 146097;
    uint64_t day_of_era = days % 146097;
    uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t month_from_march = (5 * day_of_year + 2) / 153;
    bool in_next_year = month_from_march >= 10;

    return (struct date){
        .year = (unsigned)(era * 400 + year_of_era + (in_next_year ? 1 : 0)),
        .month = (unsigned)(in_next_year ? month_from_march - 9 : month_from_march + 3),
        .day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

static void put_digits(char *at, unsigned number, size_t count)
{
    while (count-- > 0) {
        at[count] = (char)('0' + number % 10);
        number /= 10;
    }
}

void by_date_time_text(uint64_t unix_ms, char out_text[BY_DATE_TIME_BYTES])
{
    uint64_t day_last = days_since_1970((struct date){.year = 9999, .month = 12, .day = 31});
    uint64_t day = unix_ms / MS_PER_DAY;
    struct date date = date_of_day(day < day_last ? day : day_last);
    unsigned second = (unsigned)(unix_ms % MS_PER_DAY / 1000);

    memcpy(out_text, "0000-00-00T00:00:00Z", BY_DATE_TIME_BYTES);
    put_digits(out_text, date.year, 4);
    put_digits(out_text + 5, date.month, 2);
    put_digits(out_text + 8, date.day, 2);
    put_digits(out_text + 11, second / 3600, 2);
    put_digits(out_text + 14, second / 60 % 60, 2);
    put_digits(out_text + 17, second % 60, 2);
}
