#include <stdlib.h>
#include <string.h>

#include "core/log_list.h"
#include "live/state.h"

struct looking {
    struct by_live_writer *writer;
    struct by_store_txn *txn;
    uint64_t mark;
    bool is_first;
};

/* -- how one log stands -- */

static bool
is_as_told(const struct by_frontier_log *told, bool is_act_log, const struct by_live_tips *tips)
{
    if (told == NULL || !tips->counts)
        return told == NULL && !tips->counts;
    if (told->is_act_log != is_act_log || told->tip_count != tips->count)
        return false;
    for (size_t i = 0; i < tips->count; i++) {
        bool is_there = false;

        for (size_t k = 0; k < told->tip_count && !is_there; k++)
            is_there = by_id_equal(&told->tips[k].id, &tips->tips[i].id);
        if (!is_there)
            return false;
    }
    return true;
}

static enum banyan_status tell(struct by_live_writer *writer, const struct by_log_id *log,
                               bool is_act_log, const struct by_live_tips *tips)
{
    const struct by_frontier_log *told = by_frontier_find(&writer->frontier, log);
    const struct by_live_log_news news = {.log = *log,
                                          .is_act_log = is_act_log,
                                          .is_gone = !tips->counts,
                                          .tips = tips->tips,
                                          .tip_count = tips->count};
    enum banyan_status status = BANYAN_OK;

    if (is_as_told(told, is_act_log, tips))
        return BANYAN_OK;
    status = by_live_news_add_log(&writer->news, &news);
    if (status == BANYAN_OK && tips->counts)
        status = by_frontier_set(&writer->frontier, log, is_act_log, tips->tips, tips->count);
    else if (status == BANYAN_OK)
        by_frontier_remove(&writer->frontier, log);
    return status;
}

/* A log whose end cannot be told is out of the frontier until it is mended. */
static enum banyan_status
look_at(struct looking *looking, const struct by_log_id *log, bool is_act_log)
{
    struct by_live_writer *writer = looking->writer;
    const struct by_frontier_log *told = by_frontier_find(&writer->frontier, log);
    struct by_live_tips tips = {0};
    enum banyan_status status =
        by_live_tips_read(looking->txn, writer->node, log, is_act_log, &tips);

    if (status == BANYAN_ERR_DAMAGED) {
        tips.counts = false;
        status = BANYAN_OK;
    }
    /* One id is one log in the frontier: the charter counts no record log under an act log's. */
    bool is_of_other = !tips.counts && told != NULL && told->is_act_log != is_act_log;
    if (status == BANYAN_OK && !is_of_other)
        status = tell(writer, log, is_act_log, &tips);
    free(tips.tips);
    return status;
}

/* -- all logs: the charter is another -- */

static enum banyan_status look_at_acts(struct looking *looking, const struct by_log_list *logs)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < logs->count && status == BANYAN_OK; i++)
        if (logs->logs[i].is_act_log)
            status = look_at(looking, &logs->logs[i].log, true);
    return status;
}

static enum banyan_status look_at_records(struct looking *looking)
{
    size_t count;
    const struct by_charter_log *logs = by_charter_logs(looking->writer->node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = look_at(looking, &logs[i].log, false);
    return status;
}

/* Those first that may be in no longer, so that their ids are free. */
static enum banyan_status look_at_told(struct looking *looking)
{
    const struct by_frontier *frontier = &looking->writer->frontier;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = frontier->count; i > 0 && status == BANYAN_OK; i--) {
        struct by_frontier_log told = frontier->logs[i - 1];

        status = look_at(looking, &told.log, told.is_act_log);
    }
    return status;
}

static enum banyan_status look_at_all(struct looking *looking)
{
    struct by_log_list logs = {0};
    enum banyan_status status = by_log_list_read(&logs, looking->txn);

    /* The others are in the list all the same. */
    if (status == BANYAN_ERR_DAMAGED)
        status = BANYAN_OK;
    if (status == BANYAN_OK)
        status = look_at_told(looking);
    if (status == BANYAN_OK)
        status = look_at_acts(looking, &logs);
    if (status == BANYAN_OK)
        status = look_at_records(looking);
    by_log_list_deinit(&logs);
    return status;
}

/* -- logs that grew -- */

/* Blocks since the last look, but for those of the writer's own batch, which are touched already.
 */
static enum banyan_status touch_new(struct looking *looking)
{
    struct by_live_writer *writer = looking->writer;
    uint64_t end = by_store_next_arrival(looking->txn);

    while (looking->mark < end) {
        struct by_store_block block;
        enum banyan_status status = BANYAN_OK;

        if (looking->mark >= writer->own_from && looking->mark < writer->own_until) {
            looking->mark = writer->own_until;
            continue;
        }
        status = by_store_block_from(looking->txn, looking->mark, &block);
        if (status == BANYAN_ERR_NOT_FOUND)
            break;
        if (status == BANYAN_OK)
            status = by_live_touch(writer, &block.run.base.log, block.is_act_log);
        if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
            return status;
        looking->mark = block.arrival + 1;
    }
    looking->mark = end;
    return BANYAN_OK;
}

static int order_touches(const void *a, const void *b)
{
    const struct by_live_touch *left = a;
    const struct by_live_touch *right = b;
    int order = by_log_id_compare(&left->log, &right->log);

    return order != 0 ? order : (int)left->is_act_log - (int)right->is_act_log;
}

static enum banyan_status look_at_touched(struct looking *looking)
{
    struct by_live_writer *writer = looking->writer;
    enum banyan_status status = BANYAN_OK;

    if (writer->touch_count > 1)
        qsort(writer->touches, writer->touch_count, sizeof *writer->touches, order_touches);
    for (size_t i = 0; i < writer->touch_count && status == BANYAN_OK; i++) {
        const struct by_live_touch *touch = &writer->touches[i];

        if (i == 0 || order_touches(&writer->touches[i - 1], touch) != 0)
            status = look_at(looking, &touch->log, touch->is_act_log);
    }
    return status;
}

static enum banyan_status look(void *context, struct by_store_txn *txn)
{
    struct looking *looking = context;
    struct by_live_writer *writer = looking->writer;
    bool is_whole = writer->frontier_version != writer->node->act_version;
    enum banyan_status status = BANYAN_OK;

    looking->txn = txn;
    looking->mark = writer->mark;
    if (looking->is_first)
        looking->mark = by_store_next_arrival(txn);
    else
        status = touch_new(looking);
    if (status == BANYAN_OK)
        status = is_whole ? look_at_all(looking) : look_at_touched(looking);
    return status;
}

enum banyan_status by_live_look(struct by_live_writer *writer, struct banyan_error *error)
{
    struct looking looking = {.writer = writer, .is_first = writer->frontier_version == UINT64_MAX};
    uint64_t version = 0;
    /* Before reading, so that what others write meanwhile calls for another look. */
    uint64_t seen_txn = by_store_last_txn(writer->node->store);
    enum banyan_status status = by_node_refresh(writer->node, error);

    /* Damaged acts hinder nobody from passing on the others. */
    if (status == BANYAN_ERR_DAMAGED && writer->node->acts_are_damaged)
        status = BANYAN_OK;
    version = writer->node->act_version;
    if (status == BANYAN_OK)
        status = by_store_read(writer->node->store, look, &looking, error);
    if (status != BANYAN_OK)
        return status;
    writer->settle_is_due = writer->settle_is_due || version != writer->frontier_version;
    writer->frontier_version = version;
    writer->mark = looking.mark;
    writer->seen_txn = seen_txn;
    writer->own_from = writer->own_until = 0;
    writer->touch_count = 0;
    return BANYAN_OK;
}
