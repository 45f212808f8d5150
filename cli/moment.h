/*
 * Points in time as people write and read them.
 */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "pool.h"

/* "2026-11-21T08:46:03Z" as "2026-11-21 15:46" of the local clock; other text as it is. */
const char *moment_text(struct pool *pool, const char *utc);
/* The day alone, "2026-11-21". */
const char *moment_day(struct pool *pool, const char *utc);

/* "12h", "14d", "3w" or a day "2026-12-31" to Unix ms. A span counts from now, forward or (back)
 * backward; a day is its beginning, or with !back its last ms, so that it is shown as
 * the same day. False when the text is neither. */
bool moment_read(const char *text, bool back, uint64_t now_ms, uint64_t *out_ms);

/* A moment that has passed, to the last Unix ms of it: "2026-11-21 15:46" or "...15:46:30" of the
 * local clock, or with "T" and "Z" as the interface writes it; a day "2026-11-21", a month
 * "2026-11", a year "2026"; or a span ago, "12h", "14d", "3w". What people are shown as 15:46 so is
 * within 15:46. False when the text is none of these, or lies before 1970. */
bool moment_read_past(const char *text, uint64_t now_ms, uint64_t *out_ms);

uint64_t moment_now_ms(void);
/* "2026-11-21T08:46:03Z" of Unix ms. */
const char *moment_utc(struct pool *pool, uint64_t ms);

#endif
