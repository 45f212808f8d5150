#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hlc.h"
#include "base/limits.h"

#define WALL  UINT64_C(1795250763000)
#define AHEAD (WALL + BY_CLOCK_AHEAD_MS_MAX)

static const struct {
    const char *name;
    uint64_t last;
    uint64_t want;
} rows[] = {
    {"nothing before", 0, WALL << 16},
    {"the wall clock is later", (WALL << 16) - 1, WALL << 16},
    {"the same millisecond counts", WALL << 16, (WALL << 16) + 1},
    {"a clock that went back goes on", (WALL + 5) << 16, ((WALL + 5) << 16) + 1},
    {"just inside the bound", (AHEAD << 16) + 0xfffe, (AHEAD << 16) + 0xffff},
    {"no step past the bound", (AHEAD << 16) + 0xffff, WALL << 16},
    {"too far ahead is ignored", (AHEAD + 1) << 16, WALL << 16},
    {"the end of time", UINT64_MAX, WALL << 16},
};

static void stamps_rise_but_never_run_away(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].name);
        assert_true(by_hlc_next(rows[i].last, WALL) == rows[i].want);
    }
    assert_true(by_hlc_ms(by_hlc_next(0, WALL)) == WALL);
    assert_true(by_hlc_ms(by_hlc_next(0, UINT64_MAX)) == UINT64_MAX >> 16);
}

static void a_millisecond_has_a_last_stamp(void **state)
{
    static const uint64_t moments[] = {0, 1, WALL, (UINT64_MAX >> 16) - 1, UINT64_MAX >> 16};
    (void)state;
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        assert_true(by_hlc_ms(by_hlc_last_of(moments[i])) == moments[i]);
        assert_true(by_hlc_ms(by_hlc_last_of(moments[i]) + 1) ==
                    (moments[i] + 1) % ((UINT64_MAX >> 16) + 1));
    }
    assert_true(by_hlc_last_of(UINT64_MAX) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stamps_rise_but_never_run_away),
                                       cmocka_unit_test(a_millisecond_has_a_last_stamp)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
