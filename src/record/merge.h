/*
 * The merge of one record: a pure function of the SET of its counting operations, the kinds in
 * force and nothing else (docs/protocol.md, Merge). Equal sets give equal bytes, in whatever order
 * they came.
 *
 *   type        of the put by the owner with the lowest id among those that fit their own type.
 *   operation   what by_operation_decode took for one, fits the record's type, and is no put by
 *               another than the owner. What is none is left out with the way through it: a parent
 *               that is no operation is ignored together with its own parents.
 *   past        everything reached through parents, whatever the standing of what lies between.
 *   owner       whom the name says, until a transfer: an operation goes by the transfer in its past
 *               that stands on most others that count, of several the one with the lowest id.
 *   effective   by the owner's organisation, by coordinators and, in open types, by members; the
 *               role is the one carried by the log. An accept, decline or transfer counts only by
 *               owner and coordinators. Every other patch or delete is a proposal, and never a
 *               value.
 *   scalar      its value is the set of assignments that no other lies above; unset is a value too.
 *               Values with equal normal bytes are one.
 *   mltext      one scalar per language; "name" assigns to all languages: a map gives each its text
 *               and unsets those it lacks, unset unsets all.
 *   list        the elements of every set and add with no set or unset above it, less the additions
 *               (operation, index) that a removal above them names. Equal elements are one.
 *   heads       effective operations other than declines and transfers that none of their kind has
 *               in its past: these change no value, so they do not restore what a delete took away.
 *   deleted     all heads are deletes; in conflict when some are. An accept that touches nothing is
 *               a delete.
 *   proposal    accepted when a counting accept names it, else declined when a counting decline
 *               does, else open.
 *   shown first the owner's before others', then highest hlc, then lowest id.
 */
#ifndef BY_RECORD_MERGE_H
#define BY_RECORD_MERGE_H

#include "record/operation.h"

/* One assignment of a path's value: who holds what. */
struct by_candidate {
    struct by_value value;         /* nil = unset */
    const struct by_operation *by; /* of those that hold this value, the one shown first */
};
struct by_merged_path {
    struct by_bytes path; /* in an mltext "field.lang" */
    /* A scalar: the different values of its causally maximal assignments; one is settled, several
     * are a conflict. In the order of display. A list: one candidate with the array of its elements
     * in byte order. */
    struct by_candidate *candidates;
    size_t candidate_count;
    bool is_list;
    /* Lists: the additions behind the elements, parallel to the array: what a removal names. */
    struct by_addition *const *additions; /* each sorted by (operation, index) */
    const size_t *addition_counts;
    /* Of the additions of an element, the one shown first. */
    const struct by_operation *const *element_authors;
};
enum by_deletion { BY_DELETED_NO, BY_DELETED_YES, BY_DELETED_CONFLICT };
enum by_proposal_state { BY_PROPOSAL_OPEN, BY_PROPOSAL_ACCEPTED, BY_PROPOSAL_DECLINED };
struct by_proposal {
    const struct by_operation *operation;
    enum by_proposal_state state;
};
struct by_merged {
    struct by_record_name name;
    struct by_id owner;           /* whose it is now: transfers move it, the name stays */
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
    bool has_put;       /* the put that gave the type is among what was merged */
    uint64_t first_hlc; /* of the put shown */
    uint64_t last_hlc;  /* highest among effective operations */
    bool has_conflict;  /* some path has several candidates, or deletion is in conflict */
};

/* operations: of one record, any order, none twice, organisation and role filled in. Everything in
 * out lives in arena or points into operations. BANYAN_ERR_MEMORY. Cost: (operations + parents) *
 * paths / 64, and sorting. */
BANYAN_MUST_CHECK enum banyan_status
by_merge(const struct by_record_name *name, const struct by_operation *operations, size_t count,
         const struct by_type_set *types, struct by_arena *arena, struct by_merged *out_merged);

/* The merge of the ancestors of heads, themselves included: with the id of one operation, the
 * record as its author saw it and left it. What is an operation, and the type, are decided by all
 * operations. A head that is no operation is ignored. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_as_of(const struct by_record_name *name, const struct by_operation *operations,
               size_t count, const struct by_id *heads, size_t head_count,
               const struct by_type_set *types, struct by_arena *arena,
               struct by_merged *out_merged);

/* The record as of a moment: the merge of the operations stamped up to last_hlc, and of their
 * ancestors, whatever stamp those have. What is an operation, and the type, are decided by all
 * operations. type is empty where nobody had written the record yet. */
BANYAN_MUST_CHECK enum banyan_status
by_merge_until(const struct by_record_name *name, const struct by_operation *operations,
               size_t count, uint64_t last_hlc, const struct by_type_set *types,
               struct by_arena *arena, struct by_merged *out_merged);

/* Merged document as a value: map field -> value shown (mltext nested as language -> text); a path
 * whose value shown first is unset is left out. Lives in arena. */
BANYAN_MUST_CHECK enum banyan_status by_merged_document(const struct by_merged *merged,
                                                        struct by_arena *arena,
                                                        struct by_value *out_map);

#endif
