#include <string.h>

#include "core/local.h"
#include "live/state.h"

/* Another process that adds acts between two of our tries has made progress each time. */
#define TRIES_MAX 64

/* One transaction at work. It may run again from the start: what it leaves in items and sources is
 * overwritten then. */
struct judging {
    struct by_live_writer *writer;
    struct by_intake intake;
    uint64_t before; /* next arrival at its beginning */
    uint64_t after;
    bool is_stale; /* another process added acts since the charter was built */
    bool has_new_acts;
    struct by_live_source *source; /* being worked on */
    struct by_id via;
    size_t aside_bytes;
};

static enum by_live_fate fate_of(enum by_intake_verdict verdict)
{
    switch (verdict) {
    case BY_INTAKE_NEW:
    case BY_INTAKE_HELD:
        break;
    case BY_INTAKE_WAITING:
        return BY_LIVE_ASIDE;
    case BY_INTAKE_GAP:
        return BY_LIVE_GAP;
    case BY_INTAKE_STRANGER:
        return BY_LIVE_DROPPED;
    }
    return BY_LIVE_KEPT;
}

/* Of the peer as the charter at hand knows it; zero for one that it does not. */
static void find_via(struct judging *judging)
{
    const struct by_charter_org *org =
        by_live_org_of(by_intake_charter(&judging->intake), &judging->source->transport);

    judging->via = org == NULL ? (struct by_id){{0}} : org->profile.id;
}

static enum banyan_status keep(struct judging *judging, struct by_live_item *item)
{
    struct by_intake_outcome outcome;
    enum banyan_status status =
        by_intake_keep(&judging->intake, &item->run, item->packed, &judging->via, &outcome);

    /* A log whose end is damaged takes in nothing until it is mended; others go on. */
    if (status == BANYAN_ERR_DAMAGED) {
        item->fate = BY_LIVE_DROPPED;
        return BANYAN_OK;
    }
    if (status != BANYAN_OK)
        return status;
    item->fate = fate_of(outcome.verdict);
    item->entries_new = outcome.entries_new;
    if (outcome.verdict != BY_INTAKE_NEW)
        return BANYAN_OK;
    judging->has_new_acts = judging->has_new_acts || item->are_acts;
    return by_live_touch(judging->writer, &item->run.base.log, item->are_acts);
}

/* -- acts -- */

static bool is_open(const struct by_live_item *item)
{
    return item->order == BY_LIVE_RUN && item->are_acts &&
           (item->fate == BY_LIVE_UNDECIDED || item->fate == BY_LIVE_ASIDE);
}

/* A peer's items in the order they came in. */
static struct by_live_item *
next_item(const struct by_live_source *source, const struct by_live_item *item)
{
    const struct by_live_queue *queues[] = {&source->aside, &source->acts, &source->batch};
    size_t at = 0;

    if (item != NULL && item->next != NULL)
        return item->next;
    if (item != NULL) {
        while (queues[at]->last != item)
            at++;
        at++;
    }
    for (; at < sizeof queues / sizeof queues[0]; at++)
        if (queues[at]->first != NULL)
            return queues[at]->first;
    return NULL;
}

static enum banyan_status gather_acts(const struct judging *judging, const struct by_live_item *end,
                                      struct by_act_list *acts, bool *out_has_undecided)
{
    enum banyan_status status = BANYAN_OK;

    *out_has_undecided = false;
    for (struct by_live_item *item = next_item(judging->source, NULL);
         item != end && status == BANYAN_OK; item = next_item(judging->source, item)) {
        if (!is_open(item))
            continue;
        *out_has_undecided = *out_has_undecided || item->fate == BY_LIVE_UNDECIDED;
        status = by_act_list_add_run(acts, &item->run);
    }
    return status;
}

/* More acts than a charter holds, or a charter of a later version: nothing of it comes in. */
static bool is_refusal(enum banyan_status status)
{
    return status == BANYAN_ERR_TOO_LARGE || status == BANYAN_ERR_UPGRADE;
}

static enum banyan_status settle_one(struct judging *judging, struct by_live_item *item)
{
    enum banyan_status status = keep(judging, item);

    if (status != BANYAN_OK || item->fate != BY_LIVE_ASIDE)
        return status;
    judging->aside_bytes += item->size;
    if (judging->aside_bytes > BY_LIVE_ASIDE_BYTES_MAX)
        item->fate = BY_LIVE_DROPPED;
    return BANYAN_OK;
}

/* Judge the acts before end together. */
static enum banyan_status settle(struct judging *judging, const struct by_live_item *end)
{
    struct by_act_list acts = {0};
    bool has_undecided;
    bool is_refused = false;
    enum banyan_status status = gather_acts(judging, end, &acts, &has_undecided);

    if (status == BANYAN_OK && has_undecided) {
        status = by_intake_judge(&judging->intake, &acts);
        is_refused = is_refusal(status);
        status = is_refused ? BANYAN_OK : status;
        find_via(judging);
    }
    by_act_list_deinit(&acts);
    judging->aside_bytes = 0;
    for (struct by_live_item *item = next_item(judging->source, NULL);
         has_undecided && item != end && status == BANYAN_OK;
         item = next_item(judging->source, item)) {
        if (!is_open(item))
            continue;
        if (is_refused)
            item->fate = BY_LIVE_DROPPED;
        else
            status = settle_one(judging, item);
    }
    return status;
}

/* -- one peer, all peers -- */

static void begin_source(struct judging *judging, struct by_live_source *source)
{
    judging->source = source;
    find_via(judging);
    for (struct by_live_item *item = source->aside.first; item != NULL; item = item->next)
        item->fate = BY_LIVE_ASIDE;
    for (struct by_live_item *item = source->acts.first; item != NULL; item = item->next)
        item->fate = BY_LIVE_UNDECIDED;
    for (struct by_live_item *item = source->batch.first; item != NULL; item = item->next)
        item->fate = BY_LIVE_UNDECIDED;
}

static enum banyan_status work_on(struct judging *judging, struct by_live_source *source)
{
    enum banyan_status status = BANYAN_OK;

    begin_source(judging, source);
    for (struct by_live_item *item = source->batch.first; item != NULL && status == BANYAN_OK;
         item = item->next) {
        if (item->order != BY_LIVE_RUN || !item->are_acts)
            status = settle(judging, item);
        if (status == BANYAN_OK && item->order == BY_LIVE_RUN && !item->are_acts)
            status = keep(judging, item);
    }
    return status;
}

static enum banyan_status work(void *context, struct by_store_txn *txn)
{
    struct judging *judging = context;
    struct by_live_writer *writer = judging->writer;
    uint64_t version;
    enum banyan_status status = by_local_u64_get(txn, BY_LOCAL_ACTS, &version);

    by_intake_deinit(&judging->intake);
    judging->intake = (struct by_intake){.node = writer->node, .txn = txn};
    judging->has_new_acts = false;
    judging->is_stale = status == BANYAN_OK && version != writer->node->act_version;
    if (judging->is_stale)
        return BANYAN_ERR_BUSY;
    judging->before = by_store_next_arrival(txn);
    for (size_t i = 0; i < writer->source_count && status == BANYAN_OK; i++)
        if (writer->sources[i].batch.first != NULL)
            status = work_on(judging, &writer->sources[i]);
    judging->after = by_store_next_arrival(txn);
    if (status == BANYAN_OK && judging->has_new_acts)
        status = by_intake_settle(&judging->intake);
    return status;
}

/* -- after -- */

/* Whether anything is to be stored or decided: acts alone wait for their settle without a
 * transaction. */
static bool has_work(const struct by_live_writer *writer)
{
    for (size_t i = 0; i < writer->source_count; i++)
        for (const struct by_live_item *item = writer->sources[i].batch.first; item != NULL;
             item = item->next)
            if (item->order != BY_LIVE_RUN || !item->are_acts)
                return true;
    return false;
}

static enum banyan_status run(struct judging *judging, struct banyan_error *error)
{
    struct by_node *node = judging->writer->node;

    for (int tries = 0; tries < TRIES_MAX; tries++) {
        enum banyan_status status = by_node_refresh(node, error);

        /* What others bring may just mend damaged acts. */
        if (status != BANYAN_OK && !node->acts_are_damaged)
            return status;
        status = by_store_write(node->store, work, judging, error);
        if (!judging->is_stale)
            return status;
    }
    return by_fail_plain(error, BANYAN_ERR_BUSY);
}

enum banyan_status by_live_judge(struct by_live_writer *writer, struct by_live_queue *items,
                                 struct banyan_error *error)
{
    struct judging judging = {.writer = writer};
    enum banyan_status status = by_live_sources_take(writer, items);
    enum banyan_status answered = BANYAN_OK;

    if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    else if (has_work(writer))
        status = run(&judging, error);
    if (status == BANYAN_OK && judging.intake.txn != NULL) {
        writer->own_from = judging.before;
        writer->own_until = judging.after;
    }
    by_intake_deinit(&judging.intake);
    answered = by_live_sources_answer(writer, status == BANYAN_OK);
    return status == BANYAN_OK ? answered : status;
}
