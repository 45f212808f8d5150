#include <assert.h>
#include <errno.h>
#include <time.h>

#include "os/os.h"

static struct timespec read_clock(clockid_t clock)
{
    struct timespec now = {0};
    int failed = clock_gettime(clock, &now);

    assert(failed == 0);
    (void)failed;
    return now;
}

static uint64_t to_ms(struct timespec time)
{
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

uint64_t by_os_wall_ms(void)
{
    struct timespec now = read_clock(CLOCK_REALTIME);

    /* A machine whose clock stands before 1970 counts from 1970. */
    return now.tv_sec < 0 ? 0 : to_ms(now);
}

uint64_t by_os_steady_ms(void)
{
    return to_ms(read_clock(CLOCK_MONOTONIC));
}

void by_os_sleep_ms(unsigned ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
        continue;
}
