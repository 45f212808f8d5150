#include "net/sync.h"

#include <stdlib.h>
#include <string.h>

#include "net/dial.h"
#include "net/people.h"
#include "net/sync_result.h"
#include "net/sync_wait.h"
#include "os/os.h"

#define IDLE_MS 60000u
/* A node that begins or ends just now is looked for again so often, after such a pause. */
#define AGAIN_MAX 2u
#define AGAIN_MS  500u
/* A node that begins or ends on this home holds it for so long at most without a word. */
#define HOME_MS  3000u
#define PAUSE_MS 50u

struct syncing {
    struct by_net net;
    const struct banyan_sync *options;
    struct by_sync_result *results;
    size_t count, active_count;
    uint64_t start_ms;
    uint64_t progress_ms, progress; /* when something moved, and a sum that tells */
    bool was_member;                /* when looked at last */
};

/* -- what happens -- */
static struct by_sync_result *result_of(struct syncing *syncing, const struct by_conn *conn)
{
    for (size_t i = 0; i < syncing->count; i++)
        if (conn->tag == &syncing->results[i])
            return &syncing->results[i];
    return NULL;
}

static void keep_figures(struct by_sync_result *result, const struct by_conn *conn)
{
    const struct by_session_stats *stats = by_conn_stats(conn);

    if (stats == NULL)
        return;
    result->stats = *stats;
}

/* A newcomer is in sync with what it may see, nothing, until it is taken in. */
static bool is_member_now(struct syncing *syncing)
{
    bool is_member = by_node_role(by_net_node(&syncing->net)) != BY_ROLE_NONE;

    if (is_member && !syncing->was_member)
        for (size_t i = 0; i < syncing->count; i++)
            if (syncing->results[i].state == BY_SYNC_SAID)
                syncing->results[i].state = BY_SYNC_ACTIVE;
    syncing->was_member = is_member;
    return is_member;
}

static void on_in_sync(void *context, struct by_conn *conn)
{
    struct by_sync_result *result = result_of(context, conn);

    /* What makes a member of a newcomer may come in the same turn: it does not undo this. */
    (void)is_member_now(context);
    if (result != NULL && result->state == BY_SYNC_ACTIVE)
        result->state = BY_SYNC_SAID;
}

/* Of a name with several addresses, the next is tried when nobody was at one. */
static bool has_next_address(const struct by_sync_result *result, const struct by_conn *conn)
{
    return !conn->was_up && result->tries < conn->place_count &&
           (conn->end == BY_END_REFUSED || conn->end == BY_END_UNREACHABLE ||
            conn->end == BY_END_NO_ANSWER);
}

/* The port is not listened at yet, or the node behind it said goodbye before all was done. */
static bool is_passing(enum by_conn_end end)
{
    return end == BY_END_REFUSED || end == BY_END_BY_PEER || end == BY_END_CUT ||
           end == BY_END_SECOND;
}

static bool
is_tried_again(struct syncing *syncing, struct by_sync_result *result, const struct by_conn *conn)
{
    if (result->is_in_sync || syncing->net.is_stopping)
        return false;
    if (has_next_address(result, conn))
        return true;
    if (!is_passing(conn->end) || result->again == AGAIN_MAX)
        return false;
    result->again++;
    result->not_before_ms = uv_now(&syncing->net.loop) + AGAIN_MS;
    return true;
}

static void be_in_sync(struct by_sync_result *result, const struct by_conn *conn)
{
    keep_figures(result, conn);
    result->is_in_sync = true;
    if (by_live_tally_new(conn->peer, &result->tally) != BANYAN_OK)
        result->tally = NULL;
}

/* The goodbye came in the turn in which both were in sync. Where something was sent, it may not
 * have been taken in. */
static bool was_in_sync(const struct syncing *syncing, const struct by_sync_result *result,
                        const struct by_conn *conn)
{
    return result->state == BY_SYNC_SAID && syncing->was_member && conn->peer != NULL &&
           conn->end == BY_END_BY_PEER && by_session_is_in_sync(by_live_peer_session(conn->peer)) &&
           by_conn_stats(conn)->blocks_out == 0;
}

static void on_lost(void *context, struct by_conn *conn)
{
    struct syncing *syncing = context;
    struct by_sync_result *result = result_of(syncing, conn);

    if (result == NULL)
        return;
    syncing->active_count--;
    if (!result->is_in_sync && was_in_sync(syncing, result, conn))
        be_in_sync(result, conn);
    if (!result->is_in_sync)
        keep_figures(result, conn);
    result->conn = NULL;
    result->end_ms = uv_now(&syncing->net.loop);
    result->end = conn->end;
    result->state = is_tried_again(syncing, result, conn) ? BY_SYNC_WAITING : BY_SYNC_DONE;
}

static bool is_active(const struct by_sync_result *result)
{
    return result->state == BY_SYNC_ACTIVE || result->state == BY_SYNC_SAID;
}

/* One key is talked to once, and one address is one device's. */
static bool is_kin(const struct by_sync_result *a, const struct by_sync_result *b)
{
    return by_id_equal(&a->place->transport, &b->place->transport) ||
           strcmp(a->address, b->address) == 0;
}

static bool may_start(struct syncing *syncing, struct by_sync_result *result)
{
    if (uv_now(&syncing->net.loop) < result->not_before_ms)
        return false;
    for (size_t i = 0; i < syncing->count; i++) {
        const struct by_sync_result *other = &syncing->results[i];
        if (other == result || !is_kin(other, result))
            continue;
        if (other->is_in_sync)
            result->state = BY_SYNC_SKIPPED;
        if (other->is_in_sync || is_active(other))
            return false;
    }
    return true;
}

static void start(struct syncing *syncing, struct by_sync_result *result)
{
    struct by_dial_place where;

    by_dial_parse(result->address, &where);
    const struct by_conn_goal goal = {.host = where.host,
                                      .port = where.port,
                                      .place = result->tries++,
                                      .is_hearsay = result->place->is_hearsay};
    result->state = BY_SYNC_ACTIVE;
    result->start_ms = result->end_ms = uv_now(&syncing->net.loop);
    syncing->active_count++;
    struct by_conn *conn = by_net_dial(&syncing->net, &result->place->transport, &goal, result);
    if (conn == NULL) {
        syncing->active_count--;
        result->state = BY_SYNC_DONE;
        result->end = BY_END_HERE;
    } else if (conn->end == BY_END_NONE) {
        result->conn = conn;
    }
}

static bool is_counting(const struct by_sync_result *result)
{
    const struct by_tally_result *counted;

    return result->tally != NULL &&
           by_live_tally_state(result->tally, &counted) == BY_LIVE_COUNTING;
}

static void start_more(struct syncing *syncing)
{
    bool is_under_way = false;

    for (size_t i = 0; i < syncing->count && syncing->active_count < BY_DIALS_MAX; i++)
        if (syncing->results[i].state == BY_SYNC_WAITING &&
            may_start(syncing, &syncing->results[i]))
            start(syncing, &syncing->results[i]);
    for (size_t i = 0; i < syncing->count; i++)
        is_under_way |= syncing->results[i].state == BY_SYNC_WAITING ||
                        is_active(&syncing->results[i]) || is_counting(&syncing->results[i]);
    if (!is_under_way)
        by_net_stop(&syncing->net);
}

/* Done once the view has met what came in; what that was is counted without the connection. */
static void finish_in_sync(struct by_sync_result *result)
{
    struct by_conn *conn = result->conn;

    if (result->state != BY_SYNC_SAID || conn == NULL || conn->peer == NULL)
        return;
    if (!by_live_peer_is_met(conn->peer) ||
        !by_session_is_in_sync(by_live_peer_session(conn->peer)))
        return;
    be_in_sync(result, conn);
    by_conn_leave(conn, BY_END_DONE);
}

static void watch_time(struct syncing *syncing)
{
    uint64_t now = uv_now(&syncing->net.loop);
    uint64_t sum = syncing->net.strangers_turned_away;
    uint64_t limit = syncing->options->timeout_ms;

    for (size_t i = 0; i < syncing->count; i++) {
        const struct by_sync_result *result = &syncing->results[i];
        const struct by_session_stats *stats =
            result->conn == NULL ? NULL : by_conn_stats(result->conn);
        sum += (uint64_t)result->state + (stats == NULL ? 0 : stats->bytes_in + stats->bytes_out);
    }
    if (sum != syncing->progress)
        syncing->progress_ms = now;
    syncing->progress = sum;
    if (limit > 0 ? now - syncing->start_ms >= limit : now - syncing->progress_ms >= IDLE_MS)
        by_net_stop(&syncing->net);
}

static void on_polled(void *context)
{
    struct syncing *syncing = context;

    if (syncing->net.is_stopping)
        return;
    if (syncing->start_ms == 0)
        syncing->start_ms = syncing->progress_ms = uv_now(&syncing->net.loop);
    if (is_member_now(syncing))
        for (size_t i = 0; i < syncing->count; i++)
            finish_in_sync(&syncing->results[i]);
    start_more(syncing);
    watch_time(syncing);
}

/* -- beginning -- */
static enum banyan_status prepare(struct syncing *syncing, const struct by_places_to_go *places,
                                  struct by_arena *arena, struct banyan_error *error)
{
    syncing->results = by_arena_array(arena, places->count, sizeof *syncing->results);
    if (syncing->results == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    syncing->count = places->count;
    for (size_t i = 0; i < places->count; i++) {
        syncing->results[i].place = &places->items[i];
        memcpy(syncing->results[i].address, places->items[i].address.data,
               places->items[i].address.size);
    }
    return BANYAN_OK;
}

static bool gives_address(const char *target)
{
    return target != NULL && strchr(target, '@') != NULL;
}

/* An address that a person gave and a peer answered at. */
static enum banyan_status remember(const struct syncing *syncing, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (!gives_address(syncing->options->target))
        return BANYAN_OK;
    for (size_t i = 0; i < syncing->count && status == BANYAN_OK; i++) {
        const struct by_sync_result *result = &syncing->results[i];
        const struct by_address address = {.transport = result->place->transport,
                                           .source = BY_ADDRESS_OF_PERSON,
                                           .learnt_ms = by_os_wall_ms(),
                                           .text = result->place->address};
        if (result->is_in_sync)
            status = by_addresses_add(by_net_node(&syncing->net)->store, &address, error);
    }
    return status;
}

static struct by_net_hooks hooks_of(struct syncing *syncing)
{
    return (struct by_net_hooks){.passphrase = syncing->options->passphrase,
                                 .context = syncing,
                                 .in_sync = on_in_sync,
                                 .lost = on_lost,
                                 .polled = on_polled};
}

/* With what is open; it is closed. */
static enum banyan_status
sync_all(struct syncing *syncing, struct by_buffer *out, struct banyan_error *error)
{
    const struct by_node *node = by_net_node(&syncing->net);
    const char *target = syncing->options->target;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_places_to_go places;

    enum banyan_status status = by_people_find(node, target, &arena, &places, error);
    if (status == BANYAN_OK)
        status = prepare(syncing, &places, &arena, error);
    if (status == BANYAN_OK) {
        by_net_run(&syncing->net);
        by_sync_note(node->home, syncing->results, syncing->count, gives_address(target));
        status = remember(syncing, error);
    }
    if (status == BANYAN_OK)
        status = by_sync_answer(node, syncing->results, syncing->count, out, error);
    for (size_t i = 0; i < syncing->count; i++)
        by_live_tally_free(syncing->results[i].tally);
    by_net_close(&syncing->net);
    by_arena_deinit(&arena);
    return status;
}

/* By itself. BANYAN_ERR_BUSY where a node, or another sync, holds the home. */
static enum banyan_status sync_alone(const char *home, const struct banyan_sync *sync,
                                     struct by_buffer *out, struct banyan_error *error)
{
    struct syncing syncing = {.options = sync};
    const struct by_net_hooks hooks = hooks_of(&syncing);
    enum banyan_status status = by_net_open(&syncing.net, home, &hooks, error);

    return status == BANYAN_OK ? sync_all(&syncing, out, error) : status;
}

enum banyan_status by_sync_made(struct by_node *node, const struct by_id *inviter,
                                const struct banyan_sync *sync, struct by_buffer *out,
                                struct banyan_error *error)
{
    struct syncing syncing = {.options = sync};
    const struct by_net_hooks hooks = hooks_of(&syncing);
    enum banyan_status status = by_net_open_made(&syncing.net, node, inviter, &hooks, error);

    return status == BANYAN_OK ? sync_all(&syncing, out, error) : status;
}

/* A node that begins holds the home before it says so, one that ends says so before it has let go:
 * for a moment there is nobody to ask, and no room. */
enum banyan_status by_sync_once(const char *home, const struct banyan_sync *sync,
                                struct by_buffer *out, struct banyan_error *error)
{
    uint64_t since_ms = by_os_steady_ms();
    enum banyan_status status = sync_alone(home, sync, out, error);

    while (status == BANYAN_ERR_BUSY) {
        bool was_at_work = false;

        status = by_sync_wait(home, sync, &was_at_work, out, error);
        if (was_at_work)
            since_ms = by_os_steady_ms();
        if (status != BANYAN_ERR_BUSY || by_os_steady_ms() - since_ms >= HOME_MS)
            break;
        by_os_sleep_ms(PAUSE_MS);
        status = sync_alone(home, sync, out, error);
    }
    return status;
}
