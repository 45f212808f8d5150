#include "live/live.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/keeping.h"
#include "core/keys.h"
#include "core/local.h"
#include "live/state.h"

#define RUN_FILE "run.lock"

/* -- what the threads tell each other -- */

void by_live_tell(struct by_live *live)
{
    if (live->has_woken)
        return;
    live->has_woken = true;
    if (live->wake != NULL)
        live->wake(live->wake_context);
}

void by_live_note_trouble(struct by_live *live, enum banyan_status status,
                          const struct banyan_error *error)
{
    if (status == BANYAN_OK || live->trouble_status != BANYAN_OK)
        return;
    live->trouble_status = status;
    live->trouble = (struct banyan_error){.words = live->words};
    if (error != NULL && error->text[0] != '\0')
        live->trouble = *error;
    else
        (void)!by_fail_plain(&live->trouble, status);
}

void by_live_wait(struct by_live *live, pthread_cond_t *condition, uint64_t wait_ms)
{
    uint64_t until_ms = by_os_steady_ms() + wait_ms;
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};

    pthread_cond_timedwait(condition, &live->mutex, &until);
}

/* -- opening -- */

static enum banyan_status
take_home(struct by_live *live, const char *home, struct banyan_error *error)
{
    char *path = by_os_path_join(home, RUN_FILE);
    enum banyan_status status = BANYAN_ERR_MEMORY;

    if (path == NULL)
        return by_fail_plain(error, status);
    status = by_os_hold_take_alone(path, &live->hold, error);
    if (status == BANYAN_ERR_BUSY)
        status =
            by_fail(error, status,
                    "another banyan run is at work on %s: stop that one first, or let it be", home);
    free(path);
    return status;
}

static enum banyan_status read_inviter(void *context, struct by_store_txn *txn)
{
    struct by_live *live = context;
    struct by_bytes value;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_INVITER, &value);

    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status != BANYAN_OK)
        return status;
    return by_id_from_bytes(value, &live->inviter) == BANYAN_OK ? BANYAN_OK : BANYAN_ERR_DAMAGED;
}

static enum banyan_status share_node(struct by_live *live, struct banyan_error *error)
{
    enum banyan_status status = by_node_share(live->node, &live->writer.node);

    if (status == BANYAN_OK)
        status = by_node_share(live->node, &live->writer.spare);
    if (status == BANYAN_OK)
        status = by_node_share(live->node, &live->projector);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

static enum banyan_status start_threads(struct by_live *live, struct banyan_error *error)
{
    live->look_again = true;
    live->has_writer = pthread_create(&live->writer_thread, NULL, by_live_write, live) == 0;
    live->has_projector = live->has_writer &&
                          pthread_create(&live->projector_thread, NULL, by_live_project, live) == 0;
    return live->has_projector
               ? BANYAN_OK
               : by_fail(error, BANYAN_ERR_MEMORY, "this system gives no further thread");
}

/* What is there once the node is: shares of it, and threads. */
static enum banyan_status start(struct by_live *live, struct banyan_error *error)
{
    enum banyan_status status = share_node(live, error);

    if (status == BANYAN_OK)
        status = by_live_look(&live->writer, error);
    if (status != BANYAN_OK)
        return status;
    by_live_publish(live);
    status = by_live_poll(live, 0, error);
    if (status == BANYAN_OK)
        status = by_live_load_notes(live, error);
    return status == BANYAN_OK ? start_threads(live, error) : status;
}

static enum banyan_status open_parts(struct by_live *live, const char *home,
                                     const struct banyan_passphrase *passphrase,
                                     struct banyan_error *error)
{
    enum banyan_status status = by_node_open(home, &live->node, error);

    if (status == BANYAN_OK)
        status = take_home(live, home, error);
    if (status == BANYAN_OK && passphrase != NULL)
        live->node->passphrase = *passphrase;
    if (status == BANYAN_OK)
        status = by_keys_unlock(live->node, error);
    if (status == BANYAN_OK)
        status = by_store_read(live->node->store, read_inviter, live, error);
    if (status == BANYAN_OK && by_keeping_open(live->node, &live->keeping) != BANYAN_OK)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    return status == BANYAN_OK ? start(live, error) : status;
}

static enum banyan_status
open_made(struct by_live *live, const struct by_id *inviter, struct banyan_error *error)
{
    enum banyan_status status = take_home(live, live->node->home, error);

    live->inviter = *inviter;
    if (status == BANYAN_OK)
        status = by_node_refresh(live->node, error);
    return status == BANYAN_OK ? start(live, error) : status;
}

/* Waits for a condition are by the steady clock. */
static bool init_conditions(struct by_live *live)
{
    pthread_condattr_t steady;
    bool is_done = pthread_condattr_init(&steady) == 0;

    is_done = is_done && pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&live->to_writer, &steady) == 0 &&
              pthread_cond_init(&live->to_projector, &steady) == 0;
    (void)pthread_condattr_destroy(&steady);
    return is_done;
}

static enum banyan_status new_live(by_live_wake *wake, void *context, struct by_live **out_live)
{
    struct by_live *live = calloc(1, sizeof *live);

    if (live == NULL)
        return BANYAN_ERR_MEMORY;
    if (pthread_mutex_init(&live->mutex, NULL) != 0 || !init_conditions(live)) {
        free(live);
        return BANYAN_ERR_MEMORY;
    }
    live->wake = wake;
    live->wake_context = context;
    live->packed.size_max = BY_BLOCK_PACKED_BYTES_MAX;
    live->view_quiet_ms = BY_LIVE_VIEW_QUIET_MS;
    live->view_lag_ms = BY_LIVE_VIEW_LAG_MS;
    live->writer.frontier_version = UINT64_MAX;
    by_frontier_init(&live->frontier);
    by_notes_init(&live->notes);
    by_frontier_init(&live->writer.frontier);
    *out_live = live;
    return BANYAN_OK;
}

enum banyan_status by_live_open(const char *home, const struct banyan_passphrase *passphrase,
                                by_live_wake *wake, void *context, struct by_live **out_live,
                                struct banyan_error *error)
{
    struct by_live *live = NULL;
    enum banyan_status status = new_live(wake, context, &live);

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    live->words = by_error_beside(error).words;
    status = open_parts(live, home, passphrase, error);
    if (status == BANYAN_OK)
        *out_live = live;
    else
        by_live_close(live);
    return status;
}

enum banyan_status by_live_open_made(struct by_node *node, const struct by_id *inviter,
                                     by_live_wake *wake, void *context, struct by_live **out_live,
                                     struct banyan_error *error)
{
    struct by_live *live = NULL;
    enum banyan_status status = new_live(wake, context, &live);

    if (status != BANYAN_OK) {
        by_node_close(node);
        return by_fail_plain(error, status);
    }
    live->words = by_error_beside(error).words;
    live->node = node;
    status = open_made(live, inviter, error);
    if (status == BANYAN_OK)
        *out_live = live;
    else
        by_live_close(live);
    return status;
}

/* -- closing -- */

static void stop_threads(struct by_live *live)
{
    pthread_mutex_lock(&live->mutex);
    live->is_closing = true;
    live->is_written_out = live->is_written_out || !live->has_writer;
    pthread_cond_signal(&live->to_writer);
    pthread_cond_signal(&live->to_projector);
    pthread_mutex_unlock(&live->mutex);
    if (live->has_writer)
        pthread_join(live->writer_thread, NULL);
    if (live->has_projector)
        pthread_join(live->projector_thread, NULL);
}

static void free_writer(struct by_live_writer *writer)
{
    by_live_sources_deinit(writer);
    by_live_news_deinit(&writer->news);
    by_frontier_deinit(&writer->frontier);
    by_node_close(writer->node);
    by_node_close(writer->spare);
}

void by_live_close(struct by_live *live)
{
    if (live == NULL)
        return;
    by_keeping_close(live->keeping);
    by_live_keep_new_notes(live);
    stop_threads(live);
    by_live_kept_free(live->kept);
    by_live_drop_answers(live);
    free_writer(&live->writer);
    by_node_close(live->projector);
    by_live_queue_clear(&live->queue);
    by_live_news_deinit(&live->news);
    by_live_news_deinit(&live->taken);
    free(live->peers);
    free(live->roots);
    by_frontier_deinit(&live->frontier);
    by_notes_deinit(&live->notes);
    by_buffer_deinit(&live->packed);
    by_node_close(live->node);
    by_os_hold_drop(live->hold);
    pthread_cond_destroy(&live->to_projector);
    pthread_cond_destroy(&live->to_writer);
    pthread_mutex_destroy(&live->mutex);
    free(live);
}

const struct by_node *by_live_node(const struct by_live *live)
{
    return live->node;
}

const struct by_notes *by_live_notes(const struct by_live *live)
{
    return &live->notes;
}

uint64_t by_live_txn(const struct by_live *live)
{
    return live->told_txn;
}

/* -- meeting what was done -- */

static void judge_peers(struct by_live *live)
{
    for (size_t i = 0; i < live->peer_count; i++)
        by_live_peer_judge(live->peers[i]);
}

/* What the other threads have left for this one. Their failure is told once; it has words. */
static enum banyan_status take_news(struct by_live *live, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    bool is_new_charter = false;

    pthread_mutex_lock(&live->mutex);
    live->has_woken = false;
    is_new_charter = live->spare_is_ready;
    if (is_new_charter)
        by_node_swap_acts(live->node, live->writer.spare);
    live->spare_is_ready = false;
    live->seen_until = live->stored_until;
    live->told_txn = live->written_txn;
    live->viewed_until = live->met_until;
    status = by_live_news_move(&live->taken, &live->news);
    if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    if (status == BANYAN_OK && live->trouble_status != BANYAN_OK) {
        status = by_fail(error, live->trouble_status, "%s", live->trouble.text);
        live->trouble_status = BANYAN_OK;
    }
    pthread_mutex_unlock(&live->mutex);
    if (is_new_charter) {
        judge_peers(live);
        by_live_prune_notes(live);
    }
    return status;
}

static enum banyan_status meet_log(struct by_live *live, const struct by_live_log_news *news)
{
    enum banyan_status status = BANYAN_OK;

    if (news->is_gone)
        by_frontier_remove(&live->frontier, &news->log);
    else
        status = by_frontier_set(&live->frontier, &news->log, news->is_act_log, news->tips,
                                 news->tip_count);
    for (size_t i = 0; i < live->peer_count && status == BANYAN_OK; i++)
        by_session_changed(live->peers[i]->session, &news->log);
    return status;
}

static enum banyan_status
meet_verdict(struct by_live *live, const struct by_live_verdict_news *news, uint64_t now_ms)
{
    struct by_live_peer *peer = by_live_peer_find(live, news->peer);
    enum banyan_status status = BANYAN_OK;

    if (peer == NULL)
        return BANYAN_OK;
    peer->runs_under_way--;
    peer->stored_until = live->seen_until;
    if (news->brought.from < news->brought.until)
        status = by_extents_add(&peer->received, &news->brought.log, news->brought.from,
                                news->brought.until);
    by_session_stored(peer->session, news->verdict, now_ms);
    return status;
}

/* Ask the writer to look where another process has written. */
static void look_for_others(struct by_live *live)
{
    uint64_t number = by_store_last_txn(live->node->store);

    if (number == live->seen_txn)
        return;
    live->seen_txn = number;
    pthread_mutex_lock(&live->mutex);
    if (number != live->written_txn) {
        live->look_again = true;
        pthread_cond_signal(&live->to_writer);
    }
    pthread_mutex_unlock(&live->mutex);
}

enum banyan_status by_live_poll(struct by_live *live, uint64_t now_ms, struct banyan_error *error)
{
    struct by_live_news *news = &live->taken;
    enum banyan_status status = BANYAN_OK;
    enum banyan_status told = take_news(live, error);

    look_for_others(live);
    for (size_t i = 0; i < news->log_count && status == BANYAN_OK; i++)
        status = meet_log(live, &news->logs[i]);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    for (size_t i = 0; i < news->verdict_count; i++) {
        enum banyan_status met = meet_verdict(live, &news->verdicts[i], now_ms);
        status = status == BANYAN_OK ? met : status;
    }
    by_live_news_clear(news);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    if (told == BANYAN_OK)
        told = by_live_make_notes(live, now_ms, error);
    by_live_keep_new_notes(live);
    by_live_hand_out_answers(live);
    return told;
}
