#include "core/log_list.h"

#include <stdlib.h>
#include <string.h>

static enum banyan_status note_log(void *context, const struct by_store_log *log)
{
    struct by_log_list *list = context;

    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct by_store_log *logs = reallocarray(list->logs, capacity, sizeof *logs);
        if (logs == NULL)
            return BANYAN_ERR_MEMORY;
        list->logs = logs;
        list->capacity = capacity;
    }
    list->logs[list->count++] = *log;
    return BANYAN_OK;
}

enum banyan_status by_log_list_read(struct by_log_list *list, struct by_store_txn *txn)
{
    list->count = 0;
    return by_store_logs(txn, note_log, list);
}

void by_log_list_deinit(struct by_log_list *list)
{
    free(list->logs);
    memset(list, 0, sizeof *list);
}
