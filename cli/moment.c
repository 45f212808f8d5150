#include "moment.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SPAN_DIGITS_MAX 5u

static bool read_utc(const char *utc, struct tm *out_local)
{
    struct tm parts = {0};
    const char *end = strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts);
    time_t seconds;

    if (end == NULL || strcmp(end, "Z") != 0)
        return false;
    seconds = timegm(&parts);
    tzset(); // localtime_r need not look at TZ by itself
    return localtime_r(&seconds, out_local) != NULL;
}

const char *moment_text(struct pool *pool, const char *utc)
{
    struct tm local;
    char text[32];

    if (!read_utc(utc, &local))
        return utc;
    return pool_copy(pool, text, strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &local));
}

const char *moment_day(struct pool *pool, const char *utc)
{
    struct tm local;
    char text[32];

    if (!read_utc(utc, &local))
        return utc;
    return pool_copy(pool, text, strftime(text, sizeof(text), "%Y-%m-%d", &local));
}

static bool read_span(const char *text, uint64_t *out_ms)
{
    static const struct {
        char unit;
        uint64_t hours;
    } units[] = {{'h', 1}, {'d', 24}, {'w', 168}};
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > SPAN_DIGITS_MAX || strlen(text) != digits + 1)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (units[i].unit != text[digits])
            continue;
        *out_ms = strtoull(text, NULL, 10) * units[i].hours * 3600u * 1000u;
        return true;
    }
    return false;
}

/* 30 February is read as 2 March otherwise. */
static bool is_day_of_month(const struct tm *parts)
{
    struct tm day = {.tm_year = parts->tm_year, .tm_mon = parts->tm_mon, .tm_mday = parts->tm_mday};

    return timegm(&day) != -1 && day.tm_mday == parts->tm_mday;
}

static bool read_day(const char *text, bool end_of_day, uint64_t *out_ms)
{
    struct tm parts = {.tm_isdst = -1};
    const char *end = strptime(text, "%Y-%m-%d", &parts);
    time_t seconds;

    if (end == NULL || *end != '\0' || !isdigit((unsigned char)text[0]) || !is_day_of_month(&parts))
        return false;
    parts.tm_isdst = -1;
    if (end_of_day)
        parts.tm_mday++;
    seconds = mktime(&parts);
    if (seconds < 1)
        return seconds == 0 && !end_of_day;
    *out_ms = (uint64_t)seconds * 1000u - (end_of_day ? 1 : 0);
    return true;
}

bool moment_read(const char *text, bool back, uint64_t now_ms, uint64_t *out_ms)
{
    uint64_t span;

    if (!read_span(text, &span))
        return read_day(text, !back, out_ms);
    *out_ms = !back ? now_ms + span : now_ms > span ? now_ms - span : 0;
    return true;
}

/* The forms of a moment, each with what one is added to for the moment after it. */
static bool read_parts(const char *text, struct tm *out_next, bool *out_utc)
{
    static const struct {
        const char *form;
        bool utc;
        size_t unit; /* offset in struct tm */
    } forms[] = {
        {"%Y", false, offsetof(struct tm, tm_year)},
        {"%Y-%m", false, offsetof(struct tm, tm_mon)},
        {"%Y-%m-%d", false, offsetof(struct tm, tm_mday)},
        {"%Y-%m-%d %H:%M", false, offsetof(struct tm, tm_min)},
        {"%Y-%m-%dT%H:%M", false, offsetof(struct tm, tm_min)},
        {"%Y-%m-%d %H:%M:%S", false, offsetof(struct tm, tm_sec)},
        {"%Y-%m-%dT%H:%M:%S", false, offsetof(struct tm, tm_sec)},
        {"%Y-%m-%dT%H:%MZ", true, offsetof(struct tm, tm_min)},
        {"%Y-%m-%dT%H:%M:%SZ", true, offsetof(struct tm, tm_sec)},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm parts = {.tm_mday = 1};
        const char *end = strptime(text, forms[i].form, &parts);

        if (end == NULL || *end != '\0' || !is_day_of_month(&parts))
            continue;
        parts.tm_isdst = -1;
        ++*(int *)((char *)&parts + forms[i].unit);
        *out_next = parts;
        *out_utc = forms[i].utc;
        return true;
    }
    return false;
}

bool moment_read_past(const char *text, uint64_t now_ms, uint64_t *out_ms)
{
    struct tm next;
    bool is_utc;
    time_t seconds;

    if (read_span(text, out_ms)) {
        *out_ms = now_ms > *out_ms ? now_ms - *out_ms : 0;
        return true;
    }
    if (strspn(text, "0123456789") != 4 || !read_parts(text, &next, &is_utc))
        return false;
    seconds = is_utc ? timegm(&next) : mktime(&next);
    if (seconds <= 0)
        return false;
    *out_ms = (uint64_t)seconds * 1000u - 1;
    return true;
}

uint64_t moment_now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

const char *moment_utc(struct pool *pool, uint64_t ms)
{
    time_t seconds = (time_t)(ms / 1000u);
    struct tm parts;
    char text[32];

    if (gmtime_r(&seconds, &parts) == NULL)
        return "";
    return pool_copy(pool, text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts));
}
