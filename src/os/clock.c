#include <assert.h>
#include <time.h>

#include "os/os.h"

uint64_t by_os_wall_ms(void)
{
    struct timespec now = {0};
    int failed = clock_gettime(CLOCK_REALTIME, &now);

    assert(failed == 0);
    (void)failed;
    /* A machine whose clock stands before 1970 counts from 1970. */
    if (now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}
