/*
 * Hybrid logical clock: 48 bits of Unix milliseconds, then a 16-bit counter. Orders values for
 * people; decides nothing.
 */
#ifndef BY_BASE_HLC_H
#define BY_BASE_HLC_H

#include <stdint.h>

/* The stamp after last at wall_ms: later than last, but never past wall_ms + BY_CLOCK_AHEAD_MS_MAX;
 * where last is further ahead than that it is ignored. */
uint64_t by_hlc_next(uint64_t last, uint64_t wall_ms);
uint64_t by_hlc_ms(uint64_t hlc);
/* The last stamp of a millisecond; of one past what stamps hold, the last of all. */
uint64_t by_hlc_last_of(uint64_t ms);

#endif
