/*
 * One operation more on a merged record, without the operations that it was merged from.
 *
 * What an author wrote who had seen everything lies above everything: what it assigns is settled,
 * and the rest stays as it is; so it is with what was accepted, declined or given away by whoever
 * had seen everything. Such an operation, which names all heads as its parents, is what one
 * computer gives; others take the merge of all operations.
 */
#ifndef BY_RECORD_MERGE_ONTO_H
#define BY_RECORD_MERGE_ONTO_H

#include "record/merge.h"

enum by_onto {
    BY_ONTO_DONE,     /* merged is what by_merge gives with the operation among the others */
    BY_ONTO_PROPOSAL, /* so too: it is a proposal, the last of merged->proposals */
    BY_ONTO_CLOSES, /* so too, and the proposals that it names are accepted, or declined where they
                       were open: those of merged->proposals are; others are the caller's */
    BY_ONTO_NONE    /* merged is unchanged: by_merge has to tell */
};
/*
 * operation: organisation and role filled in, not among those that merged was made from. merged: of
 * by_merge, or of what was kept of one; it needs no proposals but those wanted back, and no
 * element_authors, which are not kept up. What is added lives in arena, or points into operation.
 *
 * What is no operation of the record (by_operation_fits) changes nothing and is done. BANYAN_ERR_
 * MEMORY leaves merged of no use. Cost: paths and elements of the record, whatever its history.
 */
BANYAN_MUST_CHECK enum banyan_status
by_merge_onto(struct by_merged *merged, const struct by_operation *operation,
              const struct by_type_set *types, struct by_arena *arena, enum by_onto *out_onto);

#endif
