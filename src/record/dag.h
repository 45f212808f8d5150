/*
 * The operations of one record as a graph of parents, and the one question the merge asks of it:
 * what lies in whose past.
 */
#ifndef BY_RECORD_DAG_H
#define BY_RECORD_DAG_H

#include "record/operation.h"

struct by_dag {
    const struct by_operation **operations; /* by id; a node is an index into it */
    size_t count;
    uint32_t *parents; /* of node i: parents[starts[i]] to parents[starts[i + 1]] */
    size_t *starts;
    uint32_t *order; /* nodes, parents before children */
};

/* Sorts operations (none twice) in place and keeps them. Parents that are not among them are left
 * out, and so are operations in a ring of parents, which no hash allows, with all above them.
 * Everything lives in arena. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_dag_build(const struct by_operation **operations,
                                                  size_t count, struct by_arena *arena,
                                                  struct by_dag *out_dag);
/* The node of an operation; false when it is none. */
bool by_dag_find(const struct by_dag *dag, const struct by_id *id, uint32_t *out_node);

/* Keep only what lies in the past of heads, themselves included. */
BANYAN_MUST_CHECK enum banyan_status by_dag_restrict(struct by_dag *dag, const struct by_id *heads,
                                                     size_t head_count, struct by_arena *arena);

/* A node's standing in one of many sets of nodes. */
struct by_mark {
    uint32_t set;
    uint32_t node;
    bool covers;                  /* a member: what lies in its past is covered */
    bool is_covered;              /* answer: node lies in the past of another member */
    const struct by_value *value; /* the caller's */
};
/* Answer all marks, which are grouped by set. Cost: (operations + parents) * sets / 64.
 * BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_dag_cover(const struct by_dag *dag, struct by_mark *marks, size_t count, struct by_arena *arena);

/* What an operation says in a set, and what one asks of sets. */
struct by_saying {
    uint32_t node;
    uint32_t set;
    bool covers; /* hides what lies in its own past from whoever has it in theirs */
};
#define BY_NO_SET UINT32_MAX
struct by_asking {
    uint32_t node;
    uint32_t sets[2]; /* taken as one; BY_NO_SET for none */
};
struct by_sayings {
    const struct by_saying *items; /* by node */
    size_t count;
    uint32_t set_count; /* sets are numbered below */
};
/* An answer: the saying lies in the past of who asks, and nothing covers it there. Both stop the
 * work with what they return unless BANYAN_OK. */
struct by_answers {
    enum banyan_status (*answer)(void *context, size_t asking, size_t saying);
    /* The askings that were answered so far have all their answers. May be NULL. */
    enum banyan_status (*settle)(void *context);
    void *context;
};
/* Answer all askings, 64 together in any order. Cost: a sweep through the graph for each 64, which
 * ends once all they could still meet is covered. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_dag_ask(const struct by_dag *dag, const struct by_sayings *sayings,
           const struct by_asking *askings, size_t count, const struct by_answers *answers);

#endif
