#include "core/live_state.h"

/* Another process is at work on the view, or it cannot be written to. */
#define BUSY_MS  50
#define RETRY_MS 1000
/* So many at once, so that a node that is closed need not wait for long. */
#define BLOCKS_MAX 4096u

/* The mutex is held, as in all of these. */
static void drop_met(struct by_live *live)
{
    while (live->ranges.count > 0 &&
           live->ranges.items[live->ranges.first].until <= live->met_until) {
        live->ranges.first++;
        live->ranges.count--;
    }
}

static void note_met(struct by_live *live, const struct by_live_range *piece,
                     const struct by_view_changes *changes)
{
    const struct by_live_view_news news = {.peer = piece->peer, .changes = *changes};

    live->met_until = piece->until;
    by_live_note_trouble(live, by_live_news_add_view(&live->news, &news), NULL);
    drop_met(live);
    by_live_tell(live);
}

/* A piece of the first range. How long to wait before the next. */
static uint64_t project_piece(struct by_live *live, struct by_node *node)
{
    struct by_live_range piece = live->ranges.items[live->ranges.first];
    struct by_view_changes changes;
    struct banyan_error error = {0};
    enum banyan_status status = BANYAN_OK;

    if (piece.until > live->met_until + BLOCKS_MAX)
        piece.until = live->met_until + BLOCKS_MAX;
    pthread_mutex_unlock(&live->mutex);
    status = by_node_view_until(node, piece.until, &changes, &error);
    pthread_mutex_lock(&live->mutex);
    if (status == BANYAN_ERR_BUSY)
        return BUSY_MS;
    by_live_note_trouble(live, status, &error);
    if (status != BANYAN_OK)
        return RETRY_MS;
    note_met(live, &piece, &changes);
    return 0;
}

void *by_live_project(void *context)
{
    struct by_live *live = context;

    pthread_mutex_lock(&live->mutex);
    while (!live->is_written_out) {
        uint64_t wait_ms = 0;

        if (live->ranges.count == 0)
            pthread_cond_wait(&live->to_projector, &live->mutex);
        else
            wait_ms = project_piece(live, live->projector);
        if (wait_ms > 0 && !live->is_written_out)
            by_live_wait(live, &live->to_projector, wait_ms);
    }
    pthread_mutex_unlock(&live->mutex);
    return NULL;
}
