/*
 * Filling in words for a failure.
 */
#ifndef BY_BASE_ERROR_H
#define BY_BASE_ERROR_H

#include "banyan/status.h"

/*
 * Set the words and hand the status back, so that a failure is one line: return by_fail(error,
 * STATUS, "...", ...). error may be NULL. Foreign text in the arguments is made safe to print
 * (by_text_visible), and cut to fit.
 */
enum banyan_status by_fail(struct banyan_error *error, enum banyan_status status,
                           const char *format, ...) BANYAN_FORMAT(3, 4);

/* As by_fail with the status's own sentence; keeps words already set for the same status. */
enum banyan_status by_fail_plain(struct banyan_error *error, enum banyan_status status);

#endif
