#include <stdlib.h>

#include "live/state.h"

/* The first device of the transport key that lost its right: who has one gets no farewell. */
static const struct by_charter_device *
device_of(const struct by_charter *charter, const struct by_id *transport)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&devices[i].certificate.transport, transport))
            return &devices[i];
    return NULL;
}

static size_t tips_of_log(const struct by_log_tip *tips, size_t count)
{
    size_t same = 1;

    while (same < count && by_log_id_equal(&tips[same].log, &tips[0].log))
        same++;
    return same;
}

static enum banyan_status
add_log(struct by_frontier *frontier, const struct by_log_tip *tips, size_t count)
{
    struct by_tip *own = calloc(count, sizeof *own);
    enum banyan_status status = BANYAN_OK;

    if (own == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        own[i] = (struct by_tip){.seq = tips[i].seq, .id = tips[i].id};
    status = by_frontier_set(frontier, &tips[0].log, true, own, count);
    free(own);
    return status;
}

static enum banyan_status fill(struct by_frontier *frontier, const struct by_charter *charter,
                               const struct by_charter_device *device)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_log_tip *tips = NULL;
    size_t count = 0;
    enum banyan_status status = by_charter_loss(charter, device, &arena, &tips, &count);

    for (size_t at = 0; at < count && status == BANYAN_OK;) {
        size_t same = tips_of_log(&tips[at], count - at);

        status = add_log(frontier, &tips[at], same);
        at += same;
    }
    by_arena_deinit(&arena);
    return status;
}

/* Every act log as it stands now. */
static enum banyan_status fill_all(struct by_frontier *frontier, const struct by_frontier *from)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < from->count && status == BANYAN_OK; i++) {
        const struct by_frontier_log *log = &from->logs[i];

        if (log->is_act_log)
            status = by_frontier_set(frontier, &log->log, true, log->tips, log->tip_count);
    }
    return status;
}

struct by_frontier *by_live_farewell(void *context)
{
    struct by_live_peer *peer = context;
    const struct by_charter *charter = peer->live->node->charter;
    const struct by_charter_device *device = device_of(charter, &peer->transport);
    bool has_all = peer->right == BY_RIGHT_ACTS_OUT;
    enum banyan_status status = BANYAN_OK;

    if (!has_all && (device == NULL || peer->right != BY_RIGHT_NONE))
        return NULL;
    if (!peer->has_farewell) {
        by_frontier_init(&peer->farewell);
        peer->has_farewell = true;
        status = has_all ? fill_all(&peer->farewell, &peer->live->frontier)
                         : fill(&peer->farewell, charter, device);
        if (status != BANYAN_OK)
            return NULL;
    }
    return peer->farewell.count > 0 ? &peer->farewell : NULL;
}

/* What lies behind the loss in a block is not told. */
enum banyan_status by_live_cut_block(struct by_live *live, struct by_session_block *block)
{
    struct by_block_reader reader = {.entries = NULL};
    struct by_zip zip = {0};
    struct by_run run;
    enum banyan_status status = by_block_reader_init(&reader);

    if (status == BANYAN_OK)
        status = by_block_unpack(&reader, &block->base, block->packed, &run);
    if (status == BANYAN_OK && run.base.first_seq + run.count - 1 > block->last_seq) {
        run.count = (size_t)(block->last_seq - run.base.first_seq) + 1;
        by_buffer_reset(&live->packed);
        status = by_block_pack(&run, &zip, &live->packed);
        block->packed = by_buffer_bytes(&live->packed);
    }
    by_block_reader_deinit(&reader);
    by_zip_deinit(&zip);
    return status;
}
