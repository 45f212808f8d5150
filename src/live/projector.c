#include "live/state.h"

/* Another process is at work on the view, or it cannot be written to. */
#define BUSY_MS  50
#define RETRY_MS 1000
/* So many at once, so that a node that is closed need not wait for long. */
#define BLOCKS_MAX 4096u

/* Runs and the view want the same processors and the same disk. Runs go first, since peers and
 * other nodes wait for them; when none has come for a moment the view follows. A stream that does
 * not pause gives way now and then, so that the view never lags without end. */
uint64_t by_live_view_pause_ms(const struct by_live *live, uint64_t now_ms)
{
    bool is_quiet = !live->is_storing && live->queue.first == NULL;
    uint64_t quiet_ms = is_quiet ? now_ms - live->arrived_ms : 0;
    uint64_t lag_ms = now_ms - live->view_ms;
    uint64_t quiet_left = 0, lag_left = 0;

    if (quiet_ms >= live->view_quiet_ms || lag_ms >= live->view_lag_ms)
        return 0;
    quiet_left = live->view_quiet_ms - quiet_ms;
    lag_left = live->view_lag_ms - lag_ms;
    return quiet_left < lag_left ? quiet_left : lag_left;
}

/* A piece of what is stored; the mutex is held. How long to wait before the next. */
static uint64_t project_piece(struct by_live *live, struct by_node *node)
{
    uint64_t until = live->stored_until;
    struct by_view_changes changes;
    struct banyan_error error = {.words = live->words};
    enum banyan_status status = BANYAN_OK;

    if (until > live->met_until + BLOCKS_MAX)
        until = live->met_until + BLOCKS_MAX;
    pthread_mutex_unlock(&live->mutex);
    status = by_node_view_until(node, until, &changes, &error);
    pthread_mutex_lock(&live->mutex);
    if (status == BANYAN_ERR_BUSY)
        return BUSY_MS;
    by_live_note_trouble(live, status, &error);
    if (status != BANYAN_OK)
        return RETRY_MS;
    live->met_until = until;
    live->view_ms = by_os_steady_ms();
    by_live_tell(live);
    return 0;
}

void *by_live_project(void *context)
{
    struct by_live *live = context;

    by_os_thread_name("banyan-view");
    by_os_thread_step_back();
    pthread_mutex_lock(&live->mutex);
    while (!live->is_written_out) {
        uint64_t wait_ms = 0;

        if (live->met_until < live->stored_until) {
            wait_ms = by_live_view_pause_ms(live, by_os_steady_ms());
            if (wait_ms == 0)
                wait_ms = project_piece(live, live->projector);
        } else if (by_live_has_question(live)) {
            by_live_answer_work(live);
        } else if (live->tallies != NULL) {
            by_live_tally_work(live);
        } else {
            pthread_cond_wait(&live->to_projector, &live->mutex);
        }
        if (wait_ms > 0 && !live->is_written_out)
            by_live_wait(live, &live->to_projector, wait_ms);
    }
    pthread_mutex_unlock(&live->mutex);
    return NULL;
}
