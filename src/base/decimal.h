/*
 * Decimal numbers as text, so that what was reported is what is kept.
 */
#ifndef BY_BASE_DECIMAL_H
#define BY_BASE_DECIMAL_H

#include "base/bytes.h"

/* Whether text is [-]digits[.digits], at most 40 characters, no leading zeros beyond one. */
bool by_decimal_is(struct by_bytes text);

/* The one form of equal numbers: no trailing zeros after the point, no "-0". Appends to out.
 * BANYAN_ERR_INVALID. */
BANYAN_MUST_CHECK enum banyan_status by_decimal_normal(struct by_bytes text, struct by_buffer *out);

#endif
