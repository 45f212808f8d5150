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
 * backward; a day is its beginning, or with !back its end. False when the text is neither. */
bool moment_read(const char *text, bool back, uint64_t now_ms, uint64_t *out_ms);

uint64_t moment_now_ms(void);
/* "2026-11-21T08:46:03Z" of Unix ms. */
const char *moment_utc(struct pool *pool, uint64_t ms);

#endif
