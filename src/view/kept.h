/*
 * What is kept of a merged record of many operations, so that one more need not read them all
 * again (record/merge_onto.h): the merge itself, in table banyan_merged, beside the tree of its ids
 * (view/id_tree.h). Records of few operations have neither: merging them costs no more.
 */
#ifndef BY_VIEW_KEPT_H
#define BY_VIEW_KEPT_H

#include "record/digest.h"
#include "view/internal.h"

/* Records of more operations are kept. */
#define BY_KEPT_ABOVE BY_RECORD_LEAF_MAX

struct by_kept {
    struct by_merged merged;      /* without proposals */
    uint64_t open_proposal_count; /* that it has */
    struct by_operation *heads;   /* of merged, as far as rows tell of them */
    size_t head_count;
};

/* heads_of: where the operations are found that merged's heads name. What is too large to be kept
 * is removed. */
BANYAN_MUST_CHECK enum banyan_status
by_kept_put(struct by_view *view, const struct by_merged *merged, uint64_t open_proposal_count,
            const struct by_operation *heads_of, size_t count, struct by_arena *arena,
            struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_kept_remove(struct by_view *view, const struct by_record_name *name, struct banyan_error *error);
/* Everything lives in arena. BANYAN_ERR_NOT_FOUND where nothing is kept. */
BANYAN_MUST_CHECK enum banyan_status
by_kept_get(struct by_view *view, const struct by_record_name *name, struct by_arena *arena,
            struct by_kept *out_kept, struct banyan_error *error);
/* Whether anything is kept of a record; of any record. */
BANYAN_MUST_CHECK enum banyan_status by_kept_has(struct by_view *view,
                                                 const struct by_record_name *name, bool *out_has,
                                                 struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_kept_any(struct by_view *view, bool *out_any, struct banyan_error *error);

#endif
