#include "core/moment.h"

/* Of packed blocks read in one transaction, some milliseconds. */
#define SLICE_BYTES (4u * 1024u * 1024u)
/* A block costs so much beside its bytes. */
#define BLOCK_BYTES 1024u

static enum banyan_status read_moment(void *context, struct by_store_txn *txn)
{
    struct by_moment *moment = context;

    by_log_list_deinit(&moment->logs);
    moment->until = by_store_next_arrival(txn);
    return by_log_list_read(&moment->logs, txn);
}

enum banyan_status
by_moment_take(struct by_moment *out_moment, struct by_store *store, struct banyan_error *error)
{
    *out_moment = (struct by_moment){.store = store};
    return by_store_read(store, read_moment, out_moment, error);
}

void by_moment_deinit(struct by_moment *moment)
{
    by_log_list_deinit(&moment->logs);
}

struct walking {
    const struct by_moment *moment;
    bool are_acts;
    by_store_block_visit *visit;
    void *context;

    /* where the next slice begins */
    size_t log;
    bool is_within; /* a block of that log was visited: the last one is */
    uint64_t last_seq, last_arrival;

    size_t bytes; /* of this slice */
    bool is_full;
    bool is_damaged;
};

static bool was_visited(const struct walking *walking, uint64_t last_seq, uint64_t arrival)
{
    if (!walking->is_within || last_seq > walking->last_seq)
        return false;
    return last_seq < walking->last_seq || arrival <= walking->last_arrival;
}

static enum banyan_status visit_block(void *context, const struct by_store_block *block)
{
    struct walking *walking = context;
    uint64_t last_seq = block->run.base.first_seq + (block->run.count - 1);
    enum banyan_status status = BANYAN_OK;

    if (block->arrival >= walking->moment->until || was_visited(walking, last_seq, block->arrival))
        return BANYAN_OK;
    walking->is_full = walking->bytes >= SLICE_BYTES;
    if (walking->is_full)
        return BANYAN_ERR_BUSY;
    status = walking->visit(walking->context, block);
    walking->is_within = true;
    walking->last_seq = last_seq;
    walking->last_arrival = block->arrival;
    walking->bytes += block->packed.size + BLOCK_BYTES;
    return status;
}

static enum banyan_status read_slice(void *context, struct by_store_txn *txn)
{
    struct walking *walking = context;
    const struct by_log_list *logs = &walking->moment->logs;

    walking->bytes = 0;
    walking->is_full = false;
    for (; walking->log < logs->count; walking->log++, walking->is_within = false) {
        const struct by_store_log *log = &logs->logs[walking->log];
        enum banyan_status status = BANYAN_OK;

        if (log->is_act_log != walking->are_acts)
            continue;
        status =
            by_store_log_blocks(txn, &log->log, log->is_act_log,
                                walking->is_within ? walking->last_seq : 0, visit_block, walking);
        if (walking->is_full)
            return BANYAN_OK;
        walking->is_damaged = walking->is_damaged || status == BANYAN_ERR_DAMAGED;
        if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
            return status;
    }
    return BANYAN_OK;
}

enum banyan_status by_moment_walk(const struct by_moment *moment, bool are_acts,
                                  by_store_block_visit *visit, void *context,
                                  struct banyan_error *error)
{
    struct walking walking = {
        .moment = moment, .are_acts = are_acts, .visit = visit, .context = context};
    enum banyan_status status = BANYAN_OK;

    do {
        status = by_store_read(moment->store, read_slice, &walking, error);
    } while (status == BANYAN_OK && walking.log < moment->logs.count);
    return status == BANYAN_OK && walking.is_damaged ? BANYAN_ERR_DAMAGED : status;
}
