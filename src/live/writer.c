#include <string.h>

#include "core/settle.h"
#include "live/state.h"

/* After a failure, before the store is looked at again. */
#define RETRY_MS 1000

/* The mutex is held. A projector that lags already knows when to go on. */
static void note_stored(struct by_live *live, uint64_t until)
{
    bool lags = live->met_until < live->stored_until;

    if (until == live->stored_until)
        return;
    live->stored_until = until;
    live->arrived_ms = by_os_steady_ms();
    if (lags)
        return;
    live->view_ms = live->arrived_ms;
    pthread_cond_signal(&live->to_projector);
}

void by_live_publish(struct by_live *live)
{
    struct by_live_writer *writer = &live->writer;
    enum banyan_status status = BANYAN_OK;

    pthread_mutex_lock(&live->mutex);
    status = by_live_news_move(&live->news, &writer->news);
    note_stored(live, writer->mark > writer->own_until ? writer->mark : writer->own_until);
    live->written_txn = writer->seen_txn;
    by_live_note_trouble(live, status, NULL);
    by_live_tell(live);
    pthread_mutex_unlock(&live->mutex);
}

/* The loop gets a charter made here, where building it holds nobody up. */
static enum banyan_status prepare_spare(struct by_live *live, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    pthread_mutex_lock(&live->mutex);
    live->spare_is_ready = false;
    pthread_mutex_unlock(&live->mutex);
    status = by_node_refresh(live->writer.spare, error);
    if (status == BANYAN_ERR_DAMAGED && live->writer.spare->acts_are_damaged)
        status = BANYAN_OK;
    pthread_mutex_lock(&live->mutex);
    live->spare_is_ready = status == BANYAN_OK;
    pthread_mutex_unlock(&live->mutex);
    return status;
}

/* Take newcomers in, and what else acts call for: new acts in turn, until there is nothing to do.
 */
static enum banyan_status follow(struct by_live *live, struct banyan_error *error)
{
    struct by_live_writer *writer = &live->writer;
    enum banyan_status status = by_live_look(writer, error);

    while (status == BANYAN_OK && writer->settle_is_due) {
        writer->settle_is_due = false;
        status = prepare_spare(live, error);
        if (status == BANYAN_OK) {
            by_live_publish(live);
            status = by_settle(writer->node, NULL, error);
        }
        if (status == BANYAN_OK)
            status = by_live_look(writer, error);
    }
    return status;
}

/* At least one, when there is any. */
static void take_batch(struct by_live *live, struct by_live_queue *out_batch)
{
    *out_batch = (struct by_live_queue){0};
    while (live->queue.first != NULL && out_batch->bytes < BY_LIVE_BATCH_BYTES_MAX)
        by_live_queue_add(out_batch, by_live_queue_take(&live->queue));
}

static bool
write_batch(struct by_live *live, struct by_live_queue *batch, struct by_live_kept *kept)
{
    struct banyan_error error = {.words = live->words};
    enum banyan_status status = BANYAN_OK, followed = BANYAN_OK;

    if (batch->first != NULL)
        status = by_live_judge(&live->writer, batch, &error);
    followed = by_live_keep_notes(&live->writer, kept, &error);
    status = status == BANYAN_OK ? followed : status;
    if (status != BANYAN_OK) {
        pthread_mutex_lock(&live->mutex);
        by_live_note_trouble(live, status, &error);
        pthread_mutex_unlock(&live->mutex);
    }
    followed = follow(live, &error);
    if (followed != BANYAN_OK) {
        pthread_mutex_lock(&live->mutex);
        by_live_note_trouble(live, followed, &error);
        pthread_mutex_unlock(&live->mutex);
    }
    by_live_publish(live);
    return followed == BANYAN_OK;
}

void *by_live_write(void *context)
{
    struct by_live *live = context;
    struct by_live_queue batch;
    struct by_live_kept *kept = NULL;

    by_os_thread_name("banyan-writer");
    pthread_mutex_lock(&live->mutex);
    for (;;) {
        while (!live->is_closing && live->queue.first == NULL && live->kept == NULL &&
               !live->look_again)
            pthread_cond_wait(&live->to_writer, &live->mutex);
        if (live->is_closing && live->queue.first == NULL && live->kept == NULL)
            break;
        live->look_again = false;
        take_batch(live, &batch);
        live->is_storing = batch.first != NULL;
        kept = live->kept;
        live->kept = NULL;
        pthread_mutex_unlock(&live->mutex);
        bool is_done = write_batch(live, &batch, kept);
        pthread_mutex_lock(&live->mutex);
        live->is_storing = false;
        if (!is_done && !live->is_closing && live->queue.first == NULL) {
            live->look_again = true;
            by_live_wait(live, &live->to_writer, RETRY_MS);
        }
    }
    live->is_written_out = true;
    pthread_cond_signal(&live->to_projector);
    pthread_mutex_unlock(&live->mutex);
    return NULL;
}
