/*
 * How a record came to be: its operations, oldest first, with what became of each and what its
 * author saw before.
 */
#ifndef BY_RECORD_TOLD_H
#define BY_RECORD_TOLD_H

#include "record/merge.h"

enum by_fate {
    BY_FATE_COUNTS,
    BY_FATE_OPEN, /* a proposal, as are the next two */
    BY_FATE_ACCEPTED,
    BY_FATE_DECLINED,
    BY_FATE_VOID,   /* its author had no right to it: an accept, decline, transfer or put */
    BY_FATE_INVALID /* breaks the rules of operations, or of the record's type */
};

/* Values beyond these are not told. */
#define BY_TOLD_VALUES_MAX   64u
#define BY_TOLD_ELEMENTS_MAX 256u

/* What stood at a path in the past of an operation that sets or unsets it: nothing, one value, or
 * several in conflict; of a field in all its languages, their values. A list is one value. */
struct by_before {
    struct by_candidate *candidates;
    size_t count;
    bool is_cut; /* there were more */
};

struct by_told {
    const struct by_operation *operation;
    enum by_fate fate;
    enum by_deletion before;   /* of the record, in its past; of what counts */
    struct by_before *befores; /* of its touches; NULL for one that is no operation of the record */
};

/* operations: as of by_merge. An operation stands behind its parents, even where the clock of their
 * writer ran ahead. Everything lives in arena or points into operations. Cost: (operations +
 * parents) * touches / 64 at worst; near the sum of both where edits follow each other.
 * BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_tell(const struct by_record_name *name, const struct by_operation *operations, size_t count,
        const struct by_type_set *types, struct by_arena *arena, struct by_told **out_told,
        size_t *out_count);

#endif
