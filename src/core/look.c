#include "core/look.h"

#include <stdlib.h>
#include <string.h>

#include "sync/message.h"
#include "view/gather.h"

/* -- nodes of the tree, and buckets -- */

static enum banyan_status see_level(struct by_node *node, const struct by_look *look,
                                    struct by_bytes standing, struct by_seen *seen,
                                    struct banyan_error *error)
{
    seen->what = look->depth == 0 ? BY_SEEN_TOP : BY_SEEN_LEVEL;
    seen->standing = standing;
    if (look->depth == 0)
        by_charter_digest(node->charter, &seen->charter);
    return by_view_level(node->view, look->depth, look->place, seen->children, error);
}

static enum banyan_status see_bucket(struct by_node *node, const struct by_look *look,
                                     struct by_buffer *bytes, struct by_seen *seen,
                                     struct banyan_error *error)
{
    struct by_view_place places[BY_SEEN_RECORDS_MAX];
    enum banyan_status status =
        by_view_bucket(node->view, look->place, &look->after, BY_SEEN_RECORDS_MAX, places,
                       &seen->place_count, &seen->has_more, error);

    seen->what = BY_SEEN_BUCKET;
    for (size_t i = 0; i < seen->place_count && status == BANYAN_OK; i++) {
        const struct by_seen_place place = {.name = places[i].name, .digest = places[i].digest};

        status = by_seen_place_add(&place, bytes);
    }
    seen->places = by_buffer_bytes(bytes);
    return status;
}

/* -- one record -- */

struct meeting {
    const struct by_node *node;
    const struct by_look *look;
    const struct by_standings *standings;
    struct by_seen *seen;
    struct by_buffer *ids;
};

static enum banyan_status meet(void *context, const struct by_entry *entry)
{
    struct meeting *meeting = context;
    struct by_seen *seen = meeting->seen;
    const struct by_log_standing *standing =
        by_standings_find(meeting->standings, &entry->header.log);

    if (entry->header.kind != BY_KIND_OPERATION || standing == NULL ||
        !by_standing_counts(standing, &entry->id))
        return BANYAN_OK;
    seen->operation_count++;
    if (entry->header.hlc >= seen->newest_hlc) {
        seen->newest_hlc = entry->header.hlc;
        seen->newest_device = entry->header.log.device;
    }
    return by_buffer_append(meeting->ids, entry->id.bytes, BY_LOOK_ID_BYTES);
}

static enum banyan_status read_record(void *context, struct by_store_txn *txn)
{
    struct meeting *meeting = context;
    struct by_standings standings = {.arena = BY_ARENA_INIT};
    enum banyan_status status = by_standings_init(&standings, txn, meeting->node->charter);

    meeting->standings = &standings;
    if (status == BANYAN_OK)
        status = by_store_record_entries(txn, &meeting->look->name, meet, meeting, NULL);
    by_standings_deinit(&standings);
    return status;
}

static int order_ids(const void *a, const void *b)
{
    return memcmp(a, b, BY_LOOK_ID_BYTES);
}

/* Sorted, none twice, and no more than an answer holds. */
static void list_ids(struct by_buffer *ids, struct by_seen *seen)
{
    size_t count = ids->size / BY_LOOK_ID_BYTES, kept = 0;

    if (count > 1)
        qsort(ids->data, count, BY_LOOK_ID_BYTES, order_ids);
    for (size_t i = 0; i < count && kept < BY_SEEN_IDS_MAX; i++) {
        uint8_t *id = ids->data + i * BY_LOOK_ID_BYTES;

        if (kept > 0 && order_ids(id - BY_LOOK_ID_BYTES, id) == 0)
            continue;
        memmove(ids->data + kept++ * BY_LOOK_ID_BYTES, id, BY_LOOK_ID_BYTES);
    }
    seen->id_count = kept;
    seen->ids = by_bytes_of(ids->data, kept * BY_LOOK_ID_BYTES);
}

static enum banyan_status see_record(struct by_node *node, const struct by_look *look,
                                     struct by_buffer *bytes, struct by_seen *seen,
                                     struct banyan_error *error)
{
    struct meeting meeting = {.node = node, .look = look, .seen = seen, .ids = bytes};
    enum banyan_status status = by_store_read(node->store, read_record, &meeting, error);

    seen->what = BY_SEEN_RECORD;
    if (status == BANYAN_OK)
        list_ids(bytes, seen);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status by_look_answer(struct by_node *node, const struct by_look *look,
                                  struct by_bytes standing, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct by_message message = {.type = BY_MESSAGE_SEEN};
    struct by_buffer bytes = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = BANYAN_OK;

    if (look->depth < BY_LOOK_BUCKET)
        status = see_level(node, look, standing, &message.seen, error);
    else if (look->depth == BY_LOOK_BUCKET)
        status = see_bucket(node, look, &bytes, &message.seen, error);
    else
        status = see_record(node, look, &bytes, &message.seen, error);
    if (status == BANYAN_OK)
        status = by_message_encode(&message, out);
    by_buffer_deinit(&bytes);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
