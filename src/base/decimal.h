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

/* Less than, equal to or more than 0, as a is to b. Both are decimals; 1 and 1.0 are equal. */
int by_decimal_compare(struct by_bytes a, struct by_bytes b);

#endif
