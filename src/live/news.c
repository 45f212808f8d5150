#include <stdlib.h>
#include <string.h>

#include "live/state.h"

/* -- queue -- */

void by_live_queue_add(struct by_live_queue *queue, struct by_live_item *item)
{
    item->next = NULL;
    if (queue->last == NULL)
        queue->first = item;
    else
        queue->last->next = item;
    queue->last = item;
    queue->bytes += item->size;
}

struct by_live_item *by_live_queue_take(struct by_live_queue *queue)
{
    struct by_live_item *item = queue->first;

    if (item == NULL)
        return NULL;
    queue->first = item->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->bytes -= item->size;
    item->next = NULL;
    return item;
}

void by_live_queue_move(struct by_live_queue *queue, struct by_live_queue *from)
{
    for (struct by_live_item *item = by_live_queue_take(from); item != NULL;
         item = by_live_queue_take(from))
        by_live_queue_add(queue, item);
}

void by_live_queue_clear(struct by_live_queue *queue)
{
    for (struct by_live_item *item = by_live_queue_take(queue); item != NULL;
         item = by_live_queue_take(queue))
        free(item);
}

/* -- news -- */

/* Room for count more. */
static enum banyan_status
make_room(void **items, size_t item_size, size_t count, size_t more, size_t *capacity)
{
    size_t wanted = *capacity == 0 ? 16 : *capacity;
    void *grown = NULL;

    if (count + more <= *capacity)
        return BANYAN_OK;
    while (wanted < count + more)
        wanted *= 2;
    grown = reallocarray(*items, wanted, item_size);
    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    *items = grown;
    *capacity = wanted;
    return BANYAN_OK;
}

static enum banyan_status room_for_logs(struct by_live_news *news, size_t more)
{
    void *items = news->logs;
    enum banyan_status status =
        make_room(&items, sizeof *news->logs, news->log_count, more, &news->log_capacity);

    news->logs = items;
    return status;
}

static enum banyan_status room_for_verdicts(struct by_live_news *news, size_t more)
{
    void *items = news->verdicts;
    enum banyan_status status = make_room(&items, sizeof *news->verdicts, news->verdict_count, more,
                                          &news->verdict_capacity);

    news->verdicts = items;
    return status;
}

enum banyan_status
by_live_news_add_log(struct by_live_news *news, const struct by_live_log_news *log)
{
    struct by_live_log_news copy = *log;
    enum banyan_status status = room_for_logs(news, 1);

    if (status != BANYAN_OK)
        return status;
    copy.tips = NULL;
    if (log->tip_count > 0) {
        copy.tips = calloc(log->tip_count, sizeof *copy.tips);
        if (copy.tips == NULL)
            return BANYAN_ERR_MEMORY;
        memcpy(copy.tips, log->tips, log->tip_count * sizeof *copy.tips);
    }
    news->logs[news->log_count++] = copy;
    return BANYAN_OK;
}

enum banyan_status
by_live_news_add_verdict(struct by_live_news *news, const struct by_live_verdict_news *verdict)
{
    enum banyan_status status = room_for_verdicts(news, 1);

    if (status == BANYAN_OK)
        news->verdicts[news->verdict_count++] = *verdict;
    return status;
}

enum banyan_status by_live_news_move(struct by_live_news *news, struct by_live_news *from)
{
    enum banyan_status status = room_for_logs(news, from->log_count);

    if (status == BANYAN_OK)
        status = room_for_verdicts(news, from->verdict_count);
    if (status != BANYAN_OK)
        return status;
    for (size_t i = 0; i < from->log_count; i++)
        news->logs[news->log_count++] = from->logs[i];
    for (size_t i = 0; i < from->verdict_count; i++)
        news->verdicts[news->verdict_count++] = from->verdicts[i];
    from->log_count = from->verdict_count = 0;
    return BANYAN_OK;
}

void by_live_news_clear(struct by_live_news *news)
{
    for (size_t i = 0; i < news->log_count; i++)
        free(news->logs[i].tips);
    news->log_count = news->verdict_count = 0;
}

void by_live_news_deinit(struct by_live_news *news)
{
    by_live_news_clear(news);
    free(news->logs);
    free(news->verdicts);
    memset(news, 0, sizeof *news);
}
