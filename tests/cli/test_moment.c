/*
 * Points in time as people write and read them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "moment.h"

#define HOUR_MS UINT64_C(3600000)
#define NOW_MS  UINT64_C(1795251963000) /* 2026-11-21T09:06:03Z */

static const struct {
    const char *text;
    bool back;
    bool good;
    uint64_t want_ms;
} reads[] = {
    {"12h", false, true, NOW_MS + 12 * HOUR_MS},
    {"14d", false, true, NOW_MS + 14 * 24 * HOUR_MS},
    {"3w", true, true, NOW_MS - 21 * 24 * HOUR_MS},
    {"99999w", true, true, 0},
    {"2026-11-01", true, true, UINT64_C(1793491200000)},
    {"2026-11-01", false, true, UINT64_C(1793491200000) + 24 * HOUR_MS - 1},
    {"1969-12-31", false, false, 0},
    {"999999d", false, false, 0},
    {"14", false, false, 0},
    {"d", false, false, 0},
    {"14 d", false, false, 0},
    {"14dd", false, false, 0},
    {"-1d", false, false, 0},
    {"", false, false, 0},
    {"2026-11-01x", false, false, 0},
    {"2026-13-01", false, false, 0},
    {"2026-02-30", false, false, 0},
    {" 2026-11-01", false, false, 0},
    {"1960-01-01", true, false, 0},
    {"tomorrow", false, false, 0},
};

static void spans_and_days_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
        uint64_t ms = 0;

        print_message("  \"%s\"\n", reads[i].text);
        assert_int_equal(moment_read(reads[i].text, reads[i].back, NOW_MS, &ms), reads[i].good);
        if (reads[i].good)
            assert_int_equal(ms, reads[i].want_ms);
    }
}

#define DAY_MS       (24 * HOUR_MS)
#define NOVEMBER_MS  UINT64_C(1793491200000) /* 2026-11-01T00:00:00Z */
#define IN_UTC(ms)   true, (ms), (ms)
#define IN_HANOI(ms) true, (ms), (ms)-7 * HOUR_MS
#define NOT_A_MOMENT false, 0, 0

static const struct {
    const char *text;
    bool good;
    uint64_t utc_ms, hanoi_ms; /* where the local clock is that of the place */
} pasts[] = {
    {"2026-11-01", IN_HANOI(NOVEMBER_MS + DAY_MS - 1)},
    {"2026-11", IN_HANOI(NOVEMBER_MS + 30 * DAY_MS - 1)},
    {"2026-12", IN_HANOI(NOVEMBER_MS + 61 * DAY_MS - 1)},
    {"2026", IN_HANOI(NOVEMBER_MS + 61 * DAY_MS - 1)},
    {"2026-11-01 15:46", IN_HANOI(NOVEMBER_MS + 15 * HOUR_MS + 47 * 60000 - 1)},
    {"2026-11-01T15:46", IN_HANOI(NOVEMBER_MS + 15 * HOUR_MS + 47 * 60000 - 1)},
    {"2026-11-01 23:59", IN_HANOI(NOVEMBER_MS + DAY_MS - 1)},
    {"2026-11-01 15:46:03", IN_HANOI(NOVEMBER_MS + 15 * HOUR_MS + 46 * 60000 + 3999)},
    {"2026-11-01T15:46:03Z", IN_UTC(NOVEMBER_MS + 15 * HOUR_MS + 46 * 60000 + 3999)},
    {"2026-11-01T15:46Z", IN_UTC(NOVEMBER_MS + 15 * HOUR_MS + 47 * 60000 - 1)},
    {"2d", IN_UTC(NOW_MS - 2 * DAY_MS)},
    {"99999w", IN_UTC(0)},
    {"1969", NOT_A_MOMENT},
    {"1960-01-01", NOT_A_MOMENT},
    {"2026-13", NOT_A_MOMENT},
    {"2026-11-32", NOT_A_MOMENT},
    {"2026-02-30", NOT_A_MOMENT},
    {"2026-02-29 10:00", NOT_A_MOMENT},
    {"2026-11-01 25:00", NOT_A_MOMENT},
    {"2026-11-01 15", NOT_A_MOMENT},
    {"2026-11-01 15:46 ", NOT_A_MOMENT},
    {" 2026", NOT_A_MOMENT},
    {"15:46", NOT_A_MOMENT},
    {"yesterday", NOT_A_MOMENT},
    {"", NOT_A_MOMENT},
    {"-1d", NOT_A_MOMENT},
};

static void a_moment_that_has_passed_lasts_to_the_end_of_what_was_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pasts) / sizeof(pasts[0]); i++) {
        uint64_t ms = 0;

        print_message("  \"%s\"\n", pasts[i].text);
        assert_int_equal(setenv("TZ", "UTC", 1), 0);
        assert_int_equal(moment_read_past(pasts[i].text, NOW_MS, &ms), pasts[i].good);
        if (pasts[i].good)
            assert_int_equal(ms, pasts[i].utc_ms);
        assert_int_equal(setenv("TZ", "ICT-7", 1), 0);
        assert_int_equal(moment_read_past(pasts[i].text, NOW_MS, &ms), pasts[i].good);
        if (pasts[i].good)
            assert_int_equal(ms, pasts[i].hanoi_ms);
        assert_int_equal(setenv("TZ", "UTC", 1), 0);
    }
}

static const struct {
    const char *zone, *utc, *text, *day;
} shown[] = {
    {"UTC", "2026-11-21T08:46:03Z", "2026-11-21 08:46", "2026-11-21"},
    {"ICT-7", "2026-11-21T20:46:03Z", "2026-11-22 03:46", "2026-11-22"},
    {"UTC", "2026", "2026", "2026"},
    {"UTC", "", "", ""},
};

static void times_are_shown_by_the_local_clock(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        struct pool pool = {0};

        assert_int_equal(setenv("TZ", shown[i].zone, 1), 0);
        assert_string_equal(moment_text(&pool, shown[i].utc), shown[i].text);
        assert_string_equal(moment_day(&pool, shown[i].utc), shown[i].day);
        pool_free(&pool);
    }
}

/* --until and --expires: what was asked for is what is told. */
static void a_day_to_come_is_shown_as_it_was_given(void **state)
{
    static const char *const zones[] = {"UTC", "Asia/Bangkok", "America/Lima"};

    (void)state;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        struct pool pool = {0};
        uint64_t ms = 0;

        assert_int_equal(setenv("TZ", zones[i], 1), 0);
        assert_true(moment_read("2026-12-05", false, NOW_MS, &ms));
        assert_string_equal(moment_day(&pool, moment_utc(&pool, ms)), "2026-12-05");
        assert_string_equal(moment_text(&pool, moment_utc(&pool, ms)), "2026-12-05 23:59");
        pool_free(&pool);
    }
    assert_int_equal(setenv("TZ", "UTC", 1), 0);
}

static void a_time_is_written_as_the_interface_writes_it(void **state)
{
    struct pool pool = {0};

    (void)state;
    assert_string_equal(moment_utc(&pool, NOW_MS + 999), "2026-11-21T09:06:03Z");
    assert_string_equal(moment_utc(&pool, 0), "1970-01-01T00:00:00Z");
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_and_days_are_read),
        cmocka_unit_test(a_moment_that_has_passed_lasts_to_the_end_of_what_was_named),
        cmocka_unit_test(times_are_shown_by_the_local_clock),
        cmocka_unit_test(a_day_to_come_is_shown_as_it_was_given),
        cmocka_unit_test(a_time_is_written_as_the_interface_writes_it),
    };

    if (setenv("TZ", "UTC", 1) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
