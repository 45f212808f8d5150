/*
 * What the files of the merge share.
 */
#ifndef BY_RECORD_MERGE_PARTS_H
#define BY_RECORD_MERGE_PARTS_H

#include "record/dag.h"
#include "record/merge.h"

enum by_standing { BY_STANDING_NONE, BY_STANDING_EFFECTIVE, BY_STANDING_PROPOSAL };

struct by_merge_state {
    struct by_record_name name;
    struct by_bytes type;
    const struct by_type_set *types;
    struct by_dag dag;
    enum by_standing *standings; /* of the nodes */
    bool *are_owners;            /* the operation's author owned the record where it stands */
    struct by_arena scratch;     /* given back when the merge is done */
    struct by_arena *arena;      /* of the caller, for results */
};

/* Fill standings and are_owners; whose the record is by all operations together. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_standings(struct by_merge_state *state, struct by_id *out_owner);

/* One touch of an effective operation. */
struct by_assignment {
    struct by_bytes field;    /* the whole path where the field is not in force */
    struct by_bytes language; /* of an mltext, may be empty */
    bool has_kind;            /* the field is in force */
    enum by_field_kind kind;
    uint32_t node;
    const struct by_touch *touch;
    const struct by_value *value;
};

/* A field in the making: its touches, and marks for those that assign, one set per slot. */
struct by_slot {
    struct by_bytes path;
    bool has_kind;
    enum by_field_kind kind;
    const struct by_assignment *touches;
    size_t touch_count;
    struct by_mark *marks;
    size_t mark_count;
};

/* A value that stands, and who holds it. */
struct by_holding {
    struct by_bytes key; /* equal keys are one value */
    const struct by_value *value;
    const struct by_operation *by;
    bool is_owners;
    uint32_t node;
    uint32_t index; /* of a list element in the value of its operation */
};
struct by_holding
by_holding_make(const struct by_merge_state *state, uint32_t node, const struct by_value *value);
/* qsort forms: as shown; by key and then as shown. */
int by_holding_order(const void *a, const void *b);
int by_holding_order_by_key(const void *a, const void *b);

/* Each appends paths (struct by_merged_path) to out; a path with nothing but unset is left out.
 * Scalars: marks covered. Lists: a mark per set, unset and add. Mltext: marks of the base path. */
BANYAN_MUST_CHECK enum banyan_status by_merge_scalar(struct by_merge_state *state,
                                                     const struct by_slot *slot,
                                                     struct by_buffer *out_paths);
BANYAN_MUST_CHECK enum banyan_status by_merge_list(struct by_merge_state *state,
                                                   const struct by_slot *slot,
                                                   struct by_buffer *out_paths);
BANYAN_MUST_CHECK enum banyan_status by_merge_mltext(struct by_merge_state *state,
                                                     const struct by_slot *slot,
                                                     struct by_buffer *out_paths);

/* All paths of the record, sorted. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_paths(struct by_merge_state *state, struct by_merged *out_merged);

#endif
