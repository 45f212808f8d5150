#include "core/acts.h"

#include <stdlib.h>
#include <string.h>

#include "core/log_list.h"

void by_act_list_deinit(struct by_act_list *list)
{
    free(list->entries);
    by_arena_deinit(&list->arena);
    memset(list, 0, sizeof *list);
}

static enum banyan_status grow(struct by_act_list *list)
{
    if (list->count < list->capacity)
        return BANYAN_OK;
    size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    struct by_act_entry *entries = reallocarray(list->entries, capacity, sizeof *entries);
    if (entries == NULL)
        return BANYAN_ERR_MEMORY;
    list->entries = entries;
    list->capacity = capacity;
    return BANYAN_OK;
}

enum banyan_status by_act_list_add(struct by_act_list *list, const struct by_act_entry *act)
{
    enum banyan_status status = grow(list);
    if (status != BANYAN_OK)
        return status;

    struct by_act_entry *copy = &list->entries[list->count];
    *copy = *act;
    status = by_arena_copy(&list->arena, act->links, &copy->links);
    if (status == BANYAN_OK)
        status = by_arena_copy(&list->arena, act->payload, &copy->payload);
    if (status == BANYAN_OK)
        list->count++;
    return status;
}

enum banyan_status by_act_list_add_run(struct by_act_list *list, const struct by_run *run)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < run->count && status == BANYAN_OK; i++) {
        const struct by_entry *entry = &run->entries[i];
        const struct by_act_entry act = {.id = entry->id,
                                         .prev = entry->header.prev,
                                         .log = entry->header.log,
                                         .seq = entry->header.seq,
                                         .hlc = entry->header.hlc,
                                         .kind = entry->header.kind,
                                         .links = entry->links,
                                         .payload = entry->payload};
        status = by_act_list_add(list, &act);
    }
    return status;
}

static enum banyan_status add_block(void *context, const struct by_store_block *block)
{
    return by_act_list_add_run(context, &block->run);
}

enum banyan_status by_act_list_add_held(struct by_act_list *list, struct by_store_txn *txn)
{
    struct by_log_list logs = {0};
    bool is_damaged = false;
    enum banyan_status status = by_log_list_read(&logs, txn);

    for (size_t i = 0; i < logs.count && status == BANYAN_OK; i++) {
        if (!logs.logs[i].is_act_log)
            continue;
        status = by_store_log_blocks(txn, &logs.logs[i].log, true, 0, add_block, list);
        if (status == BANYAN_ERR_DAMAGED) {
            is_damaged = true;
            status = BANYAN_OK;
        }
    }
    by_log_list_deinit(&logs);
    if (status == BANYAN_OK && is_damaged)
        return BANYAN_ERR_DAMAGED;
    return status;
}

static int order(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_act_entry *)a)->id,
                         &((const struct by_act_entry *)b)->id);
}

void by_act_list_unite(struct by_act_list *list)
{
    size_t kept = 0;

    if (list->count > 1)
        qsort(list->entries, list->count, sizeof *list->entries, order);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && by_id_equal(&list->entries[kept - 1].id, &list->entries[i].id))
            continue;
        list->entries[kept++] = list->entries[i];
    }
    list->count = kept;
}
