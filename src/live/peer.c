#include <stdlib.h>
#include <string.h>

#include "live/state.h"

/* -- rights -- */

const struct by_charter_org *
by_live_org_of(const struct by_charter *charter, const struct by_id *transport)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(charter, &count);
    const struct by_charter_org *best = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct by_charter_org *org = NULL;

        if (devices[i].is_revoked || !by_id_equal(&devices[i].certificate.transport, transport))
            continue;
        org = by_charter_org_find(charter, &devices[i].organisation);
        if (org != NULL && (best == NULL || org->role > best->role))
            best = org;
    }
    return best;
}

/* Whether the key is of a device that was revoked: it is no newcomer's. */
static bool is_revoked(const struct by_charter *charter, const struct by_id *transport)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(charter, &count);

    for (size_t i = 0; i < count; i++)
        if (devices[i].is_revoked && by_id_equal(&devices[i].certificate.transport, transport))
            return true;
    return false;
}

/* Of a key that no device has. */
static enum by_session_right
right_of_other(struct by_live *live, const struct by_id *transport, struct by_id *out_organisation)
{
    const struct by_charter_org *org = NULL;

    if (is_revoked(live->node->charter, transport))
        return BY_RIGHT_NONE;
    org = by_live_org_of_root(live, transport);
    if (org == NULL)
        return BY_RIGHT_ACTS_IN;
    *out_organisation = org->profile.id;
    return org->role > BY_ROLE_NONE ? BY_RIGHT_ACTS_OUT : BY_RIGHT_NONE;
}

enum by_session_right
by_live_right(struct by_live *live, const struct by_id *transport, struct by_id *out_organisation)
{
    const struct by_charter_org *org = by_live_org_of(live->node->charter, transport);
    bool is_waiting = by_node_role(live->node) == BY_ROLE_NONE;

    *out_organisation = org == NULL ? (struct by_id){{0}} : org->profile.id;
    if (is_waiting && !by_id_is_zero(&live->inviter) && by_id_equal(&live->inviter, transport))
        return BY_RIGHT_ALL;
    if (org == NULL)
        return right_of_other(live, transport, out_organisation);
    return org->role > BY_ROLE_NONE ? BY_RIGHT_ALL : BY_RIGHT_NONE;
}

/* -- peers -- */

struct by_live_peer *by_live_peer_find(const struct by_live *live, uint64_t number)
{
    size_t low = 0;
    size_t high = live->peer_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (live->peers[middle]->number == number)
            return live->peers[middle];
        if (live->peers[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void by_live_peer_judge(struct by_live_peer *peer)
{
    peer->right = by_live_right(peer->live, &peer->transport, &peer->organisation);
}

static enum banyan_status add_peer(struct by_live *live, struct by_live_peer *peer)
{
    if (live->peer_count == live->peer_capacity) {
        size_t capacity = live->peer_capacity == 0 ? 8 : live->peer_capacity * 2;
        struct by_live_peer **grown = reallocarray(live->peers, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        live->peers = grown;
        live->peer_capacity = capacity;
    }
    live->peers[live->peer_count++] = peer;
    return BANYAN_OK;
}

static void remove_peer(struct by_live *live, const struct by_live_peer *peer)
{
    size_t at = 0;

    while (live->peers[at] != peer)
        at++;
    live->peer_count--;
    memmove(&live->peers[at], &live->peers[at + 1],
            (live->peer_count - at) * sizeof live->peers[0]);
}

enum banyan_status by_live_peer_new(struct by_live *live, const struct by_id *transport,
                                    const uint8_t binding[32], bool is_caller, uint64_t now_ms,
                                    struct by_live_peer **out_peer)
{
    struct by_live_peer *peer = calloc(1, sizeof *peer);
    struct by_session_setup setup = {.port = &by_live_port,
                                     .context = peer,
                                     .frontier = &live->frontier,
                                     .notes = &live->notes,
                                     .via = &peer->organisation,
                                     .network = live->node->network,
                                     .is_caller = is_caller,
                                     .now_ms = now_ms};
    enum banyan_status status = BANYAN_OK;

    if (peer == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(setup.handshake.bytes, binding, sizeof setup.handshake.bytes);
    peer->live = live;
    peer->number = ++live->last_peer;
    peer->transport = *transport;
    by_live_peer_judge(peer);
    status = by_session_new(&setup, &peer->session);
    if (status == BANYAN_OK)
        status = add_peer(live, peer);
    if (status == BANYAN_OK) {
        *out_peer = peer;
        return BANYAN_OK;
    }
    by_session_free(peer->session);
    if (peer->has_farewell)
        by_frontier_deinit(&peer->farewell);
    free(peer);
    return status;
}

struct by_session *by_live_peer_session(struct by_live_peer *peer)
{
    return peer->session;
}

bool by_live_peer_is_met(const struct by_live_peer *peer)
{
    return peer->runs_under_way == 0 && peer->live->viewed_until >= peer->stored_until;
}

bool by_live_peer_has_sent(const struct by_live_peer *peer)
{
    return peer->sent.count > 0;
}

bool by_live_peer_has_received(const struct by_live_peer *peer)
{
    return peer->received.count > 0;
}

/* -- handing over -- */

static struct by_live_item *
new_item(const struct by_live_peer *peer, enum by_live_order order, size_t extra)
{
    struct by_live_item *item = malloc(sizeof *item + extra);

    if (item == NULL)
        return NULL;
    *item = (struct by_live_item){.order = order,
                                  .peer = peer->number,
                                  .transport = peer->transport,
                                  .size = sizeof *item + extra};
    return item;
}

static void hand_over(struct by_live *live, struct by_live_item *item)
{
    pthread_mutex_lock(&live->mutex);
    by_live_queue_add(&live->queue, item);
    pthread_cond_signal(&live->to_writer);
    pthread_mutex_unlock(&live->mutex);
}

static uint8_t *copy(uint8_t *at, struct by_bytes bytes, struct by_bytes *out_copy)
{
    if (bytes.size > 0)
        memcpy(at, bytes.data, bytes.size);
    *out_copy = by_bytes_of(at, bytes.size);
    return at + bytes.size;
}

static size_t size_of(const struct by_run *run, struct by_bytes packed)
{
    size_t size = run->count * sizeof *run->entries + packed.size;

    for (size_t i = 0; i < run->count; i++)
        size += run->entries[i].links.size + run->entries[i].payload.size;
    return size;
}

/* Everything in one piece of memory: the entries, then their parts, then the packed form. */
static void fill(struct by_live_item *item, const struct by_run *run, struct by_bytes packed)
{
    struct by_entry *entries = (struct by_entry *)(void *)(item + 1);
    uint8_t *at = (uint8_t *)(entries + run->count);

    item->run = *run;
    item->run.entries = entries;
    memcpy(entries, run->entries, run->count * sizeof *entries);
    for (size_t i = 0; i < run->count; i++) {
        at = copy(at, run->entries[i].links, &entries[i].links);
        at = copy(at, run->entries[i].payload, &entries[i].payload);
    }
    (void)copy(at, packed, &item->packed);
}

enum banyan_status by_live_store(struct by_live_peer *peer, const struct by_session_output *output)
{
    struct by_live_item *item = new_item(peer, BY_LIVE_RUN, size_of(output->run, output->packed));

    if (item == NULL)
        return BANYAN_ERR_MEMORY;
    item->are_acts = output->are_acts;
    fill(item, output->run, output->packed);
    peer->runs_under_way++;
    hand_over(peer->live, item);
    return BANYAN_OK;
}

enum banyan_status by_live_settle(struct by_live_peer *peer)
{
    struct by_live_item *item = new_item(peer, BY_LIVE_SETTLE, 0);

    if (item == NULL)
        return BANYAN_ERR_MEMORY;
    hand_over(peer->live, item);
    return BANYAN_OK;
}

bool by_live_is_ready(struct by_live *live)
{
    bool is_ready = false;

    pthread_mutex_lock(&live->mutex);
    is_ready = live->queue.bytes < BY_LIVE_QUEUE_BYTES_MAX;
    pthread_mutex_unlock(&live->mutex);
    return is_ready;
}

/* Without memory the writer keeps what it knows of the peer until the end. */
void by_live_peer_free(struct by_live_peer *peer)
{
    struct by_live_item *item = NULL;

    if (peer == NULL)
        return;
    by_live_part(peer);
    item = new_item(peer, BY_LIVE_FORGET, 0);
    if (item != NULL)
        hand_over(peer->live, item);
    remove_peer(peer->live, peer);
    by_extents_deinit(&peer->sent);
    by_extents_deinit(&peer->received);
    by_session_free(peer->session);
    if (peer->has_farewell)
        by_frontier_deinit(&peer->farewell);
    free(peer);
}
