/*
 * One record read from the logs: its counting operations and what they merge to.
 */
#ifndef BY_CORE_LOADED_H
#define BY_CORE_LOADED_H

#include "core/node.h"
#include "record/merge.h"

struct by_loaded {
    struct by_operation *operations;
    size_t count;
    struct by_merged merged;
    const struct by_type *type; /* NULL for a type that this program does not know */
    bool is_private;            /* this device alone has it */
};

/* Everything lives in arena. node's charter is that of txn. BANYAN_ERR_NOT_FOUND when no put of it
 * counts. */
BANYAN_MUST_CHECK enum banyan_status
by_loaded_read(struct by_loaded *loaded, const struct by_node *node, struct by_store_txn *txn,
               const struct by_record_name *name, struct by_arena *arena);
/* What it merges to alone: of a record of many operations from what the view keeps, where that is
 * of the same moment. operations may be none then, and merged lacks proposals and element_authors.
 */
BANYAN_MUST_CHECK enum banyan_status
by_loaded_read_merged(struct by_loaded *loaded, const struct by_node *node,
                      struct by_store_txn *txn, const struct by_record_name *name,
                      struct by_arena *arena);
/* A private record, in a transaction of the private store. BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status
by_loaded_read_private(struct by_loaded *loaded, const struct by_node *node,
                       struct by_store_txn *txn, const struct by_record_name *name,
                       struct by_arena *arena);
/* As by_loaded_read in a transaction of its own, with words; failing that, the private record. */
BANYAN_MUST_CHECK enum banyan_status
by_loaded_fetch(struct by_loaded *loaded, const struct by_node *node,
                const struct by_record_name *name, struct by_arena *arena,
                struct banyan_error *error);
/* As by_loaded_fetch, of by_loaded_read_merged. */
BANYAN_MUST_CHECK enum banyan_status
by_loaded_fetch_merged(struct by_loaded *loaded, const struct by_node *node,
                       const struct by_record_name *name, struct by_arena *arena,
                       struct banyan_error *error);
/* As by_loaded_fetch, with what they merge to as of a stamp. BANYAN_ERR_NOT_FOUND when the record
 * was not written then. */
BANYAN_MUST_CHECK enum banyan_status
by_loaded_fetch_as_of(struct by_loaded *loaded, const struct by_node *node,
                      const struct by_record_name *name, uint64_t last_hlc, struct by_arena *arena,
                      struct banyan_error *error);

/* Append the record's name for people; language NULL: the record's own. */
BANYAN_MUST_CHECK enum banyan_status by_loaded_label(const struct by_loaded *loaded,
                                                     const char *language, struct by_arena *arena,
                                                     struct by_buffer *out);

/* Whether what the node's organisation writes on the record counts at once, not as a proposal. */
bool by_loaded_is_ours_to_edit(const struct by_loaded *loaded, const struct by_node *node);
/* Whether the node's organisation accepts and declines proposals on the record. */
bool by_loaded_is_ours_to_decide(const struct by_loaded *loaded, const struct by_node *node);

#endif
