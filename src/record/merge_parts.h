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

/* Choose what is an operation of the record, and build the graph: type and dag. name, types and
 * arena are set before. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_begin(struct by_merge_state *state, const struct by_operation *operations, size_t count);

/* Fill standings and are_owners; whose the record is by all operations together. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_standings(struct by_merge_state *state, struct by_id *out_owner);

/* Whether an operation can be a head: it counts, and says something of what the record holds. */
bool by_merge_can_be_head(const struct by_merge_state *state, size_t node);

/* What became of proposals, by node; after by_merge_standings. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_proposal_states(struct by_merge_state *state, enum by_proposal_state **out_states);

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
    const struct by_assignment *touches; /* in order of nodes */
    size_t touch_count;
    struct by_mark *marks;
    size_t mark_count;
    const struct by_removal *removals; /* of a list, once by_list_removals has found them */
    size_t removal_count;
};

/* A removal that takes an addition back: it names it, and has it in its past. */
struct by_removal {
    uint32_t node; /* of the addition */
    uint32_t index;
    uint32_t by; /* the node that removes */
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
 * Scalars: marks covered. Lists: a mark per touch, removals found. Mltext: marks of the base path.
 */
BANYAN_MUST_CHECK enum banyan_status by_merge_scalar(struct by_merge_state *state,
                                                     const struct by_slot *slot,
                                                     struct by_buffer *out_paths);
BANYAN_MUST_CHECK enum banyan_status by_merge_list(struct by_merge_state *state,
                                                   const struct by_slot *slot,
                                                   struct by_buffer *out_paths);
BANYAN_MUST_CHECK enum banyan_status by_merge_mltext(struct by_merge_state *state,
                                                     const struct by_slot *slot,
                                                     struct by_buffer *out_paths);

/* Find the removals of a list, for any choice of its marks. */
BANYAN_MUST_CHECK enum banyan_status
by_list_removals(struct by_merge_state *state, struct by_slot *slot);

/* A slot per field that is touched, with marks of one set each, numbered as the slots are; nothing
 * is answered yet. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_slots(struct by_merge_state *state, struct by_slot **out_slots, size_t *out_count);

/* All paths of the record, sorted. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_paths(struct by_merge_state *state, struct by_merged *out_merged);

#endif
