#include "base/hlc.h"

#include "base/limits.h"

#define MS_MAX (UINT64_MAX >> 16)

uint64_t by_hlc_ms(uint64_t hlc)
{
    return hlc >> 16;
}

uint64_t by_hlc_last_of(uint64_t ms)
{
    return ms < MS_MAX ? ms << 16 | 0xffff : UINT64_MAX;
}

uint64_t by_hlc_next(uint64_t last, uint64_t wall_ms)
{
    uint64_t now_ms = wall_ms < MS_MAX ? wall_ms : MS_MAX;
    uint64_t now = now_ms << 16;

    if (last < now || last == UINT64_MAX)
        return now;
    return by_hlc_ms(last + 1) > now_ms + BY_CLOCK_AHEAD_MS_MAX ? now : last + 1;
}
