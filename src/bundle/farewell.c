#include "bundle/farewell.h"

#include <stdlib.h>

/* Entries of one act log. */
struct link {
    struct by_id id;
    struct by_id prev;
    bool is_told;
};
struct links {
    struct link *items;
    size_t count, capacity;
};

static enum banyan_status note_block(void *context, const struct by_store_block *block)
{
    struct links *links = context;
    size_t needed = links->count + block->run.count;

    if (needed > links->capacity) {
        struct link *grown = reallocarray(links->items, 2 * needed, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        links->items = grown;
        links->capacity = 2 * needed;
    }
    for (size_t i = 0; i < block->run.count; i++)
        links->items[links->count++] = (struct link){.id = block->run.entries[i].id,
                                                     .prev = block->run.entries[i].header.prev};
    return BANYAN_OK;
}

/* Of links and of ids alike: an id comes first. */
static int order(const void *a, const void *b)
{
    return by_id_compare(a, b);
}

/* From the tip down: of a fork that branch alone. */
static void tell_branch(const struct links *links, const struct by_id *tip)
{
    struct link *at = bsearch(tip, links->items, links->count, sizeof *links->items, order);

    while (at != NULL && !at->is_told) {
        at->is_told = true;
        at = bsearch(&at->prev, links->items, links->count, sizeof *links->items, order);
    }
}

static enum banyan_status keep_told(struct by_bundle_farewell *farewell, const struct links *links)
{
    size_t needed = farewell->count + links->count;

    if (needed > farewell->capacity) {
        struct by_id *grown = reallocarray(farewell->acts, 2 * needed, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        farewell->acts = grown;
        farewell->capacity = 2 * needed;
    }
    for (size_t i = 0; i < links->count; i++)
        if (links->items[i].is_told)
            farewell->acts[farewell->count++] = links->items[i].id;
    return BANYAN_OK;
}

/* Tips that follow each other and are of one log. */
static enum banyan_status add_log(struct by_bundle_farewell *farewell, struct by_store_txn *txn,
                                  const struct by_log_tip *tips, size_t count)
{
    struct links links = {.count = 0};
    enum banyan_status status = by_store_log_blocks(txn, &tips[0].log, true, 0, note_block, &links);

    if (links.count > 0)
        qsort(links.items, links.count, sizeof *links.items, order);
    for (size_t i = 0; i < count && links.count > 0; i++)
        tell_branch(&links, &tips[i].id);
    if (status == BANYAN_OK)
        status = keep_told(farewell, &links);
    free(links.items);
    return status;
}

static enum banyan_status add_device(struct by_bundle_farewell *farewell,
                                     const struct by_node *node, struct by_store_txn *txn,
                                     const struct by_charter_device *device)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_log_tip *tips = NULL;
    size_t count = 0;
    enum banyan_status status = by_charter_loss(node->charter, device, &arena, &tips, &count);

    for (size_t at = 0; at < count && status == BANYAN_OK;) {
        size_t same = 1;

        while (at + same < count && by_log_id_equal(&tips[at + same].log, &tips[at].log))
            same++;
        status = add_log(farewell, txn, &tips[at], same);
        at += same;
    }
    by_arena_deinit(&arena);
    return status;
}

/* What several devices are told is the same, or nearly. */
static void drop_doubles(struct by_bundle_farewell *farewell)
{
    size_t kept = 0;

    if (farewell->count > 0)
        qsort(farewell->acts, farewell->count, sizeof *farewell->acts, order);
    for (size_t i = 0; i < farewell->count; i++)
        if (kept == 0 || !by_id_equal(&farewell->acts[kept - 1], &farewell->acts[i]))
            farewell->acts[kept++] = farewell->acts[i];
    farewell->count = kept;
}

enum banyan_status by_bundle_farewell_find(const struct by_node *node, struct by_store_txn *txn,
                                           const struct by_id *organisation,
                                           struct by_bundle_farewell *out_farewell)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    *out_farewell = (struct by_bundle_farewell){.count = 0};
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (!devices[i].is_revoked && by_id_equal(&devices[i].organisation, organisation))
            status = add_device(out_farewell, node, txn, &devices[i]);
    drop_doubles(out_farewell);
    return status == BANYAN_OK && out_farewell->count == 0 ? BANYAN_ERR_NOT_MEMBER : status;
}

void by_bundle_farewell_deinit(struct by_bundle_farewell *farewell)
{
    free(farewell->acts);
    *farewell = (struct by_bundle_farewell){.count = 0};
}

size_t by_bundle_farewell_part(const struct by_bundle_farewell *farewell, const struct by_run *run)
{
    size_t part = 0;

    while (part < run->count && farewell->count > 0 &&
           bsearch(&run->entries[part].id, farewell->acts, farewell->count, sizeof *farewell->acts,
                   order) != NULL)
        part++;
    return part;
}
