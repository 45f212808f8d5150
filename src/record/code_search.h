/*
 * Finding a code by what people write: the code, a label in any language, or another way to write
 * it.
 */
#ifndef BY_RECORD_CODE_SEARCH_H
#define BY_RECORD_CODE_SEARCH_H

#include "record/types.h"

#define BY_CODES_FOUND_MAX 3u

struct by_code_finding {
    const struct by_code *same[BY_CODES_FOUND_MAX]; /* what the text names */
    size_t same_count;                              /* in all, more than are kept perhaps */
    const struct by_code *near[BY_CODES_FOUND_MAX]; /* only when nothing is the same; nearest first
                                                     */
    size_t near_distances[BY_CODES_FOUND_MAX];
    size_t near_count;
};

/* By code, then by code without regard to case, then by label or alias, folded. Of several with one
 * label, those that are no more give way to those that still are. BANYAN_ERR_MEMORY. Cost: of a
 * label, the folding of all. */
BANYAN_MUST_CHECK enum banyan_status by_code_search(const struct by_code_list *list,
                                                    struct by_bytes text,
                                                    struct by_code_finding *out_finding);

#endif
