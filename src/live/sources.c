#include <stdlib.h>
#include <string.h>

#include "live/state.h"

static struct by_live_source *
find_source(struct by_live_writer *writer, const struct by_live_item *item)
{
    for (size_t i = 0; i < writer->source_count; i++)
        if (writer->sources[i].peer == item->peer)
            return &writer->sources[i];
    if (writer->source_count == writer->source_capacity) {
        size_t capacity = writer->source_capacity == 0 ? 8 : writer->source_capacity * 2;
        struct by_live_source *grown = reallocarray(writer->sources, capacity, sizeof *grown);

        if (grown == NULL)
            return NULL;
        writer->sources = grown;
        writer->source_capacity = capacity;
    }
    writer->sources[writer->source_count] =
        (struct by_live_source){.peer = item->peer, .transport = item->transport};
    return &writer->sources[writer->source_count++];
}

enum banyan_status by_live_sources_take(struct by_live_writer *writer, struct by_live_queue *items)
{
    for (struct by_live_item *item = by_live_queue_take(items); item != NULL;
         item = by_live_queue_take(items)) {
        struct by_live_source *source = find_source(writer, item);

        if (source == NULL) {
            free(item);
            return BANYAN_ERR_MEMORY;
        }
        by_live_queue_add(&source->batch, item);
    }
    return BANYAN_OK;
}

static enum by_session_verdict verdict_of(const struct by_live_item *item, bool is_stored)
{
    if (!is_stored)
        return BY_VERDICT_FAILED;
    switch (item->fate) {
    case BY_LIVE_UNDECIDED:
    case BY_LIVE_KEPT:
    case BY_LIVE_ASIDE:
        break;
    case BY_LIVE_DROPPED:
        return BY_VERDICT_DROPPED;
    case BY_LIVE_GAP:
        return BY_VERDICT_GAP;
    }
    return BY_VERDICT_KEPT;
}

/* What was set aside earlier has been answered then. */
static void sort_aside(struct by_live_source *source)
{
    struct by_live_queue old = source->aside;

    source->aside = (struct by_live_queue){0};
    for (struct by_live_item *item = by_live_queue_take(&old); item != NULL;
         item = by_live_queue_take(&old)) {
        if (item->fate == BY_LIVE_ASIDE)
            by_live_queue_add(&source->aside, item);
        else
            free(item);
    }
}

/* The entries of records that a stored item brought. */
static struct by_extent brought_by(const struct by_live_item *item)
{
    uint64_t until = item->run.base.first_seq + item->run.count;

    return (struct by_extent){.log = item->run.base.log,
                              .from = item->are_acts ? until : until - item->entries_new,
                              .until = until};
}

static enum banyan_status answer_one(struct by_live_writer *writer, struct by_live_source *source,
                                     struct by_live_item *item, bool is_stored)
{
    struct by_live_verdict_news news;
    enum banyan_status status = BANYAN_OK;

    if (item->order != BY_LIVE_RUN) {
        free(item);
        return BANYAN_OK;
    }
    if (is_stored && item->fate == BY_LIVE_UNDECIDED) {
        by_live_queue_add(&source->acts, item);
        return BANYAN_OK;
    }
    news =
        (struct by_live_verdict_news){.peer = source->peer, .verdict = verdict_of(item, is_stored)};
    if (is_stored)
        news.brought = brought_by(item);
    status = by_live_news_add_verdict(&writer->news, &news);
    if (is_stored && item->fate == BY_LIVE_ASIDE)
        by_live_queue_add(&source->aside, item);
    else
        free(item);
    return status;
}

static enum banyan_status answer(struct by_live_writer *writer, struct by_live_source *source,
                                 bool is_stored, bool *out_is_forgotten)
{
    struct by_live_queue items = source->acts;
    enum banyan_status status = BANYAN_OK;

    source->acts = (struct by_live_queue){0};
    by_live_queue_move(&items, &source->batch);
    if (is_stored)
        sort_aside(source);
    for (struct by_live_item *item = by_live_queue_take(&items); item != NULL;
         item = by_live_queue_take(&items)) {
        *out_is_forgotten = *out_is_forgotten || item->order == BY_LIVE_FORGET;
        enum banyan_status one = answer_one(writer, source, item, is_stored);
        status = status == BANYAN_OK ? one : status;
    }
    return status;
}

static void clear_source(struct by_live_source *source)
{
    by_live_queue_clear(&source->aside);
    by_live_queue_clear(&source->acts);
    by_live_queue_clear(&source->batch);
}

enum banyan_status by_live_sources_answer(struct by_live_writer *writer, bool is_stored)
{
    size_t kept = 0;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < writer->source_count; i++) {
        struct by_live_source *source = &writer->sources[i];
        bool is_forgotten = false;

        if (source->batch.first != NULL) {
            enum banyan_status one = answer(writer, source, is_stored, &is_forgotten);
            status = status == BANYAN_OK ? one : status;
        }
        if (is_forgotten)
            clear_source(source);
        else
            writer->sources[kept++] = *source;
    }
    writer->source_count = kept;
    return status;
}

void by_live_sources_deinit(struct by_live_writer *writer)
{
    for (size_t i = 0; i < writer->source_count; i++)
        clear_source(&writer->sources[i]);
    free(writer->sources);
    free(writer->touches);
}

enum banyan_status
by_live_touch(struct by_live_writer *writer, const struct by_log_id *log, bool is_act_log)
{
    /* Most runs follow one of the same log. */
    for (size_t i = writer->touch_count; i > 0 && i + 4 > writer->touch_count; i--)
        if (writer->touches[i - 1].is_act_log == is_act_log &&
            by_log_id_equal(&writer->touches[i - 1].log, log))
            return BANYAN_OK;
    if (writer->touch_count == writer->touch_capacity) {
        size_t capacity = writer->touch_capacity == 0 ? 16 : writer->touch_capacity * 2;
        struct by_live_touch *grown = reallocarray(writer->touches, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        writer->touches = grown;
        writer->touch_capacity = capacity;
    }
    writer->touches[writer->touch_count++] = (struct by_live_touch){*log, is_act_log};
    return BANYAN_OK;
}
