#include <stdlib.h>

#include "live/state.h"

/* Of a host; the projector works on it while it is in the list. */
struct by_live_tally {
    struct by_live *live;
    struct by_live_tally *next;
    struct by_tally *counting;
    enum by_live_tally_state state;
    bool is_at_work;
    bool is_dropped; /* whoever works on it frees it */
};

/* -- the projector's -- */

static void take_first(struct by_live *live)
{
    live->tallies = live->tallies->next;
    if (live->tallies == NULL)
        live->last_tally = NULL;
}

static void free_one(struct by_live_tally *tally)
{
    by_tally_free(tally->counting);
    free(tally);
}

static enum banyan_status
count_slice(struct by_node *node, struct by_tally *counting, bool *out_is_done)
{
    enum banyan_status status = by_node_refresh(node, NULL);

    /* By the charter of what can be read, as the view. */
    if (status == BANYAN_OK || (status == BANYAN_ERR_DAMAGED && node->acts_are_damaged))
        status = by_tally_step(counting, node->store, node->charter, out_is_done, NULL);
    return status;
}

void by_live_tally_work(struct by_live *live)
{
    struct by_live_tally *tally = live->tallies;
    bool is_done = false;
    enum banyan_status status = BANYAN_OK;

    tally->is_at_work = true;
    pthread_mutex_unlock(&live->mutex);
    status = count_slice(live->projector, tally->counting, &is_done);
    pthread_mutex_lock(&live->mutex);
    tally->is_at_work = false;
    if (status == BANYAN_OK && !is_done && !tally->is_dropped)
        return;
    take_first(live);
    tally->state = status == BANYAN_OK ? BY_LIVE_COUNTED : BY_LIVE_UNCOUNTED;
    if (tally->is_dropped)
        free_one(tally);
    else
        by_live_tell(live);
}

/* -- the loop's -- */

static void hand_over(struct by_live *live, struct by_live_tally *tally)
{
    pthread_mutex_lock(&live->mutex);
    if (live->last_tally == NULL)
        live->tallies = tally;
    else
        live->last_tally->next = tally;
    live->last_tally = tally;
    pthread_cond_signal(&live->to_projector);
    pthread_mutex_unlock(&live->mutex);
}

enum banyan_status by_live_tally_new(struct by_live_peer *peer, struct by_live_tally **out_tally)
{
    struct by_live_tally *tally = calloc(1, sizeof *tally);
    struct by_tally *counting = NULL;
    enum banyan_status status = by_tally_new(&peer->sent, &peer->received, &counting);

    if (tally == NULL || status != BANYAN_OK) {
        by_tally_free(counting);
        free(tally);
        return BANYAN_ERR_MEMORY;
    }
    tally->live = peer->live;
    tally->counting = counting;
    hand_over(peer->live, tally);
    *out_tally = tally;
    return BANYAN_OK;
}

enum by_live_tally_state
by_live_tally_state(struct by_live_tally *tally, const struct by_tally_result **out_result)
{
    enum by_live_tally_state state = BY_LIVE_COUNTING;

    pthread_mutex_lock(&tally->live->mutex);
    state = tally->state;
    pthread_mutex_unlock(&tally->live->mutex);
    *out_result = state == BY_LIVE_COUNTED ? by_tally_result(tally->counting) : NULL;
    return state;
}

/* The list without it; the mutex is held. */
static void take_out(struct by_live *live, const struct by_live_tally *tally)
{
    struct by_live_tally **at = &live->tallies;

    live->last_tally = NULL;
    while (*at != NULL) {
        if (*at == tally)
            *at = tally->next;
        if (*at != NULL) {
            live->last_tally = *at;
            at = &(*at)->next;
        }
    }
}

void by_live_tally_free(struct by_live_tally *tally)
{
    if (tally == NULL)
        return;
    struct by_live *live = tally->live;
    pthread_mutex_lock(&live->mutex);
    tally->is_dropped = tally->is_at_work;
    if (!tally->is_dropped && tally->state == BY_LIVE_COUNTING)
        take_out(live, tally);
    bool is_free = !tally->is_dropped;
    pthread_mutex_unlock(&live->mutex);
    if (is_free)
        free_one(tally);
}
