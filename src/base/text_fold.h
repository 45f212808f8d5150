/*
 * The steps of the search key that belong to one script each; by_text_fold puts them in a row.
 */
#ifndef BY_BASE_TEXT_FOLD_H
#define BY_BASE_TEXT_FOLD_H

#include "base/code_points.h"

/* The place of the sign that stands at `at` (rest code points from there to the end) among the
 * signs of a syllable, from 1; 0 for what is no sign. out_size: how many code points it takes. */
typedef unsigned by_sign_order(const int32_t *at, size_t rest, size_t *out_size);
#define BY_SIGN_ORDER_MAX 15u

/* Bring every run of signs into the order of their places, those of one place as they came, and
 * write a sign once that was written twice. Cost linear. */
BANYAN_MUST_CHECK enum banyan_status
by_fold_order_signs(struct by_code_points *list, by_sign_order *order);

/* Lao and Thai, whose blocks run in parallel. */
BANYAN_MUST_CHECK enum banyan_status by_fold_lao(struct by_code_points *list);
BANYAN_MUST_CHECK enum banyan_status by_fold_khmer(struct by_code_points *list);

#endif
