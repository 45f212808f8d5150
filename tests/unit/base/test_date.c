#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"

static const struct {
    const char *text;
    bool is_date;
    enum banyan_status want;
    uint64_t want_ms;
} rows[] = {
    {"1970", true, BANYAN_OK, 0},
    {"1970-01-02", true, BANYAN_OK, 86400000},
    {"2000-03", true, BANYAN_OK, 951868800000},
    {"2024-02-29", true, BANYAN_OK, 1709164800000},
    {"2026-11-21T08:46:03Z", false, BANYAN_OK, 1795250763000},
    {"2026-11-21T08:46Z", false, BANYAN_OK, 1795250760000},
    {"9999-12-31", true, BANYAN_OK, 253402214400000},
    {"2026-11-21T08:46:60Z", false, BANYAN_ERR_INVALID, 0},
    {"2026-11-21T24:00Z", false, BANYAN_ERR_INVALID, 0},
    {"2026-11-21T08:46:03", false, BANYAN_ERR_INVALID, 0},
    {"2026-11-21T08:46:03Z ", false, BANYAN_ERR_INVALID, 0},
    {"2026-11T08:46Z", false, BANYAN_ERR_INVALID, 0},
    {"0001-01-01", true, BANYAN_ERR_INVALID, 0}, /* a date, but before the clock's zero */
    {"1900-02-28", true, BANYAN_ERR_INVALID, 0},
    {"1900-02-29", false, BANYAN_ERR_INVALID, 0},
    {"2000-02-29", true, BANYAN_OK, 951782400000},
    {"2023-02-29", false, BANYAN_ERR_INVALID, 0},
    {"0000", false, BANYAN_ERR_INVALID, 0},
    {"2026-00", false, BANYAN_ERR_INVALID, 0},
    {"2026-13", false, BANYAN_ERR_INVALID, 0},
    {"2026-11-00", false, BANYAN_ERR_INVALID, 0},
    {"2026-11-31", false, BANYAN_ERR_INVALID, 0},
    {"2026-1-1", false, BANYAN_ERR_INVALID, 0},
    {"2026-", false, BANYAN_ERR_INVALID, 0},
    {"2026-11-", false, BANYAN_ERR_INVALID, 0},
    {"20261", false, BANYAN_ERR_INVALID, 0},
    {"+202", false, BANYAN_ERR_INVALID, 0},
    {"", false, BANYAN_ERR_INVALID, 0},
};

static void dates_are_those_of_the_calendar(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t ms = 0;

        print_message("%s\n", rows[i].text);
        assert_int_equal(by_date_is(by_bytes_of_text(rows[i].text)), rows[i].is_date);
        assert_int_equal(by_date_to_ms(by_bytes_of_text(rows[i].text), &ms), rows[i].want);
        assert_true(ms == rows[i].want_ms);
    }
}

static void times_read_back_as_written(void **state)
{
    (void)state;
    for (uint64_t ms = 0; ms < 253402300800000; ms += 7654321000) {
        char text[BY_DATE_TIME_BYTES];
        uint64_t again = 0;

        by_date_time_text(ms, text);
        assert_int_equal(by_date_to_ms(by_bytes_of_text(text), &again), BANYAN_OK);
        assert_true(again == ms);
    }
}

static void times_past_year_9999_stay_20_characters(void **state)
{
    static const uint64_t late[] = {253402300799999, 253402300800000, UINT64_MAX};
    char text[BY_DATE_TIME_BYTES];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        by_date_time_text(late[i], text);
        assert_int_equal(strlen(text), 20);
        assert_memory_equal(text, "9999-12-31T", 11);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_those_of_the_calendar),
        cmocka_unit_test(times_read_back_as_written),
        cmocka_unit_test(times_past_year_9999_stay_20_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
