/*
 * One record in a tally: what was exchanged of it, and what that did.
 */
#ifndef BY_VIEW_TALLY_RECORD_H
#define BY_VIEW_TALLY_RECORD_H

#include "record/registry.h"
#include "view/gather.h"
#include "view/tally.h"

/* How an operation went over the connection. */
enum by_tally_way { BY_TALLY_SENT, BY_TALLY_RECEIVED, BY_TALLY_WAYS };

/* The operations of a record. ways: parallel; bit 1 << way for each way that one went. */
struct by_tally_operations {
    struct by_gathering gathering;
    uint8_t *ways;
    size_t capacity;
};
/* Append, where it counts. */
BANYAN_MUST_CHECK enum banyan_status by_tally_operations_add(struct by_tally_operations *operations,
                                                             const struct by_entry *entry,
                                                             uint8_t ways);
/* Add what the exchange did to the record. */
BANYAN_MUST_CHECK enum banyan_status
by_tally_count(const struct by_tally_operations *operations, const struct by_record_name *name,
               const struct by_type_set *types, const struct by_registry *registry,
               struct by_tally_result *result);

#endif
