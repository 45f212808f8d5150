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

/* What texts were found to name, for many texts of few words. Starts zeroed; holds as long as the
 * lists that were asked. A text that is not in it any more is searched again. */
#define BY_CODE_MEMORY_SLOTS 256u
#define BY_CODE_MEMORY_BYTES 47u /* of a text that is remembered */
struct by_code_memory {
    struct by_code_remembered {
        const struct by_code_list *list;
        struct by_code_finding finding;
        uint8_t size, text[BY_CODE_MEMORY_BYTES];
    } slots[BY_CODE_MEMORY_SLOTS];
};
/* As by_code_search; memory NULL: nothing is remembered. */
BANYAN_MUST_CHECK enum banyan_status
by_code_search_again(struct by_code_memory *memory, const struct by_code_list *list,
                     struct by_bytes text, struct by_code_finding *out_finding);

#endif
