/*
 * All logs of a store as a list: reading blocks inside a walk over logs would move its cursor.
 */
#ifndef BY_CORE_LOG_LIST_H
#define BY_CORE_LOG_LIST_H

#include "store/store.h"

/* Starts zeroed; free logs with by_log_list_deinit. In log-id order. */
struct by_log_list {
    struct by_store_log *logs;
    size_t count;
    size_t capacity;
};
BANYAN_MUST_CHECK enum banyan_status
by_log_list_read(struct by_log_list *list, struct by_store_txn *txn);
void by_log_list_deinit(struct by_log_list *list);

#endif
