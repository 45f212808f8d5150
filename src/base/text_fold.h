/*
 * The steps of the search key that belong to one script each; by_text_fold puts them in a row.
 */
#ifndef BY_BASE_TEXT_FOLD_H
#define BY_BASE_TEXT_FOLD_H

#include "base/code_points.h"

/* What one script asks of the signs of a syllable. */
struct by_sign_rules {
    /* The place of the sign at `at` (rest code points from there to the end) among the signs of a
     * syllable, from 1; 0 for what is no sign of this script. out_size: how many code points a sign
     * takes. Signs in the order of their places are in canonical order. */
    unsigned (*place)(const int32_t *at, size_t rest, size_t *out_size);
    /* Mend the ordered signs of one syllable in place and give their new count; what it leaves is
     * in order and needs no more mending. */
    size_t (*mend)(int32_t *signs, size_t count);
};
#define BY_SIGN_PLACE_MAX 15u

/* Bring the signs of every syllable into the order of their places, those of one place as they
 * came, write a sign once that was written twice, and mend them. A syllable that also has a mark
 * that is no sign of this script stays as it is: so no sign ever passes a foreign mark, the
 * syllable is left alone the next time too, and canonical order is kept. Cost linear. */
BANYAN_MUST_CHECK enum banyan_status
by_fold_order_signs(struct by_code_points *list, const struct by_sign_rules *rules);

/* These take a list in canonical order and leave it so; what one has folded, neither changes again.
 * Lao and Thai, whose blocks run in parallel, share one. */
BANYAN_MUST_CHECK enum banyan_status by_fold_lao(struct by_code_points *list);
BANYAN_MUST_CHECK enum banyan_status by_fold_khmer(struct by_code_points *list);

#endif
