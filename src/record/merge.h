/*
 * The merge of one record: a pure function of the SET of its counting operations, its type's kinds
 * in force and nothing else (docs/protocol.md, Merge). Equal sets give equal bytes, in whatever
 * order they came.
 */
#ifndef BY_RECORD_MERGE_H
#define BY_RECORD_MERGE_H

#include "record/operation.h"

/* One assignment of a path's value: who holds what. */
struct by_candidate {
    struct by_value value; /* nil = unset */
    const struct by_operation
        *by; /* the assignment shown for this value: owner's before others', highest hlc, id */
};
struct by_merged_path {
    struct by_bytes path;
    /* A scalar: the different values of its causally maximal assignments; one is settled, several
     * are a conflict. In the order of display. A list: one candidate with the array of its elements
     * in byte order. */
    struct by_candidate *candidates;
    size_t candidate_count;
    bool is_list;
    /* Lists: the additions behind the elements, parallel to the array: what a removal names. */
    struct by_addition *const *additions;
    const size_t *addition_counts;
};
enum by_deletion { BY_DELETED_NO, BY_DELETED_YES, BY_DELETED_CONFLICT };
enum by_proposal_state { BY_PROPOSAL_OPEN, BY_PROPOSAL_ACCEPTED, BY_PROPOSAL_DECLINED };
struct by_proposal {
    const struct by_operation *operation;
    enum by_proposal_state state;
};
struct by_merged {
    struct by_record_name name;
    struct by_bytes type;         /* empty when no put counts: such a record is not shown */
    struct by_merged_path *paths; /* by path; those with nothing but unset are left out */
    size_t path_count;
    enum by_deletion deletion;
    struct by_id *heads; /* effective operations that no other has in its past; sorted */
    size_t head_count;
    struct by_id *all_heads; /* among all operations, proposals included: what a new operation names
                                as parents */
    size_t all_head_count;
    struct by_proposal *proposals; /* by operation id */
    size_t proposal_count;
    uint64_t first_hlc; /* of the put shown */
    uint64_t last_hlc;  /* highest among effective operations */
    bool has_conflict;  /* some path has several candidates, or deletion is in conflict */
};

/* operations: of one record, any order, none twice, organisation and role filled in; invalid ones
 * (values NULL) are not operations and are left out. owner_is_gone: the owner has no role any more.
 * Everything in out lives in arena or points into operations. BANYAN_ERR_MEMORY. Cost: operations *
 * heads in the usual case. */
BANYAN_MUST_CHECK enum banyan_status
by_merge(const struct by_record_name *name, const struct by_operation *operations, size_t count,
         const struct by_type_set *types, struct by_arena *arena, struct by_merged *out_merged);

/* The merge of the ancestors of one operation, itself included: the record as its author saw it and
 * left it. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_as_of(const struct by_record_name *name, const struct by_operation *operations,
               size_t count, const struct by_id *heads, size_t head_count,
               const struct by_type_set *types, struct by_arena *arena,
               struct by_merged *out_merged);

/* Digest of one record: BLAKE2b-256(tag RECORD_DIGEST ‖ owner ‖ uuid ‖ for each counting operation
 * in id order: id ‖ erased u8). ids sorted. */
void by_record_digest(const struct by_record_name *name, const struct by_id *operation_ids,
                      size_t count, struct by_id *out_digest);

/* Merged document as a value: map path -> value shown (mltext nested as language -> text). Lives in
 * arena. */
BANYAN_MUST_CHECK enum banyan_status by_merged_document(const struct by_merged *merged,
                                                        struct by_arena *arena,
                                                        struct by_value *out_map);

#endif
