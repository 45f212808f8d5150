/* The entries that named records in this slice, one by one. */
#include <stdlib.h>
#include <string.h>

#include "record/field_value.h"
#include "view/update.h"

/* More at once are merged with all others. */
#define NEWS_MAX 256u

enum banyan_status by_update_note_news(struct by_update *update)
{
    struct by_touched *grown =
        reallocarray(update->news, update->touched_count, sizeof update->news[0]);
    if (grown == NULL)
        return by_fail_plain(update->error, BANYAN_ERR_MEMORY);
    memcpy(grown, update->touched, update->touched_count * sizeof grown[0]);
    update->news = grown;
    update->news_count = update->touched_count;
    return BANYAN_OK;
}

static size_t find_first(const struct by_update *update, const struct by_record_name *name)
{
    size_t low = 0;
    size_t high = update->news_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_record_name_compare(&update->news[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The entry where it still is as it was met; the store is the one of then, within one read. */
static enum banyan_status add_entry(struct by_update *update, const struct by_touched *met,
                                    struct by_gathering *news, bool *is_whole)
{
    struct by_store_block block;
    struct by_record_name name;
    enum banyan_status status = by_store_block_from(update->txn, met->arrival, &block);
    *is_whole = status == BANYAN_OK && block.arrival == met->arrival && met->at < block.run.count &&
                by_op_links_name(block.run.entries[met->at].links, &name) == BANYAN_OK &&
                by_record_name_equal(&name, &met->name);
    if (*is_whole)
        return by_gathering_add(news, &block.run.entries[met->at]);
    return status == BANYAN_ERR_MEMORY ? status : BANYAN_OK;
}

static int order_by_hlc(const void *a, const void *b)
{
    const struct by_operation *left = a;
    const struct by_operation *right = b;
    if (left->hlc != right->hlc)
        return left->hlc < right->hlc ? -1 : 1;
    return by_id_compare(&left->id, &right->id);
}

enum banyan_status by_update_gather_news(struct by_update *update,
                                         const struct by_record_name *name,
                                         struct by_gathering *out_news, bool *out_is_whole)
{
    enum banyan_status status = BANYAN_OK;
    size_t first = find_first(update, name);
    *out_news = (struct by_gathering){.standings = &update->standings, .arena = &update->gathered};
    *out_is_whole = true;
    for (size_t i = first; i < update->news_count && status == BANYAN_OK && *out_is_whole &&
                           by_record_name_equal(&update->news[i].name, name);
         i++) {
        *out_is_whole = i - first < NEWS_MAX && !update->news[i].is_private;
        if (*out_is_whole)
            status = add_entry(update, &update->news[i], out_news, out_is_whole);
    }
    if (status != BANYAN_OK)
        return by_fail_plain(update->error, status);
    if (out_news->count > 0)
        qsort(out_news->operations, out_news->count, sizeof out_news->operations[0], order_by_hlc);
    return BANYAN_OK;
}
