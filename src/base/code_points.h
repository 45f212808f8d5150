/*
 * Code points: UTF-8 in and out, a growing list of them, the two halves of normalisation.
 *
 * For files that work on text point by point; others use base/text.h.
 */
#ifndef BY_BASE_CODE_POINTS_H
#define BY_BASE_CODE_POINTS_H

#include "base/bytes.h"

/* The code point at the front; moves on. -1 and no move for invalid UTF-8 or the end. */
int32_t by_utf8_take(struct by_bytes *rest);
BANYAN_MUST_CHECK enum banyan_status by_utf8_append(int32_t code_point, struct by_buffer *out);

/* Canonical combining class: 0 for what begins a group of marks. */
unsigned by_code_point_class(int32_t code_point);

/* Short lists stand in near, so that most texts allocate nothing. Init, then deinit; not to be
 * copied. */
struct by_code_points {
    int32_t *items;
    size_t count;
    size_t capacity;
    int32_t near[64];
};
void by_code_points_init(struct by_code_points *list);
void by_code_points_deinit(struct by_code_points *list);
BANYAN_MUST_CHECK enum banyan_status
by_code_points_append(struct by_code_points *list, int32_t code_point);

/* Fill an empty list with the canonical decomposition of text, marks in canonical order. When
 * asked, case is folded and what has no shape (joiners, zero-width space, soft hyphen) left out.
 * BANYAN_ERR_BAD_TEXT for invalid UTF-8. Cost linear, whatever the text. */
BANYAN_MUST_CHECK enum banyan_status
by_code_points_decompose(struct by_code_points *list, struct by_bytes text, bool fold_case);
/* Bring marks into canonical order. Cost linear. */
BANYAN_MUST_CHECK enum banyan_status by_code_points_order(struct by_code_points *list);
/* A decomposed and ordered list to normal form C, in place. */
void by_code_points_compose(struct by_code_points *list);
BANYAN_MUST_CHECK enum banyan_status
by_code_points_encode(const struct by_code_points *list, struct by_buffer *out);

#endif
