#include "moment.h"

#include <ctype.h>
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

static bool read_day(const char *text, bool end_of_day, uint64_t *out_ms)
{
    struct tm parts = {.tm_isdst = -1};
    const char *end = strptime(text, "%Y-%m-%d", &parts);
    time_t seconds;

    if (end == NULL || *end != '\0' || !isdigit((unsigned char)text[0]))
        return false;
    parts.tm_isdst = -1;
    if (end_of_day)
        parts.tm_mday++;
    seconds = mktime(&parts);
    if (seconds < 0)
        return false;
    *out_ms = (uint64_t)seconds * 1000u;
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
