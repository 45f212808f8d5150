/*
 * Dates of year, month or day (ISO 8601: YYYY, YYYY-MM, YYYY-MM-DD), and Unix milliseconds to and
 * from UTC text.
 */
#ifndef BY_BASE_DATE_H
#define BY_BASE_DATE_H

#include "base/bytes.h"

/* Whether text is a date of the calendar, years 0001 to 9999. */
bool by_date_is(struct by_bytes text);

/* "2026-11-21T08:46:03Z", 20 characters and a NUL. Past year 9999 the year is written as 9999. */
#define BY_DATE_TIME_BYTES 21
void by_date_time_text(uint64_t unix_ms, char out_text[BY_DATE_TIME_BYTES]);

/* YYYY[-MM[-DD[Thh:mm[:ss]Z]]] to the first millisecond it covers. BANYAN_ERR_INVALID. */
BANYAN_MUST_CHECK enum banyan_status by_date_to_ms(struct by_bytes text, uint64_t *out_unix_ms);

#endif
