#include "live/state.h"
#include "sync/standing.h"

/* What was sent is taken to have arrived when nothing has changed for so long, and is kept so often
 * at most. */
#define STILL_MS 1000u
#define AGAIN_MS 10000u

static const struct by_id *
device_of(const struct by_charter *charter, const struct by_id *transport)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&devices[i].certificate.transport, transport) &&
            by_charter_device_role(charter, &devices[i]) != BY_ROLE_NONE)
            return &devices[i].certificate.device;
    return NULL;
}

void by_live_note_met(struct by_live_peer *peer)
{
    struct by_live *live = peer->live;
    const struct by_id *device = device_of(live->node->charter, &peer->transport);
    struct by_buffer standing = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);

    by_frontier_state(&live->frontier, &peer->met_state);
    peer->met_ms = by_os_steady_ms();
    if (device != NULL && by_standing_write(&live->frontier, &standing) == BANYAN_OK)
        by_live_keep_met(live, device, by_buffer_bytes(&standing));
    by_buffer_deinit(&standing);
}

/* Whether both have held the same for a while, and that is more than what is kept. */
static bool holds_more(struct by_live_peer *peer)
{
    uint64_t now_ms = by_os_steady_ms();
    struct by_id state;

    if (peer->right != BY_RIGHT_ALL || !by_session_is_in_sync(peer->session))
        return false;
    by_frontier_state(&peer->live->frontier, &state);
    if (!by_id_equal(&state, &peer->still_state)) {
        peer->still_state = state;
        peer->still_ms = now_ms;
    }
    return now_ms - peer->still_ms >= STILL_MS && !by_id_equal(&state, &peer->met_state);
}

void by_live_watch_met(struct by_live_peer *peer)
{
    if (holds_more(peer) && by_os_steady_ms() - peer->met_ms >= AGAIN_MS)
        by_live_note_met(peer);
}

void by_live_part(struct by_live_peer *peer)
{
    if (holds_more(peer))
        by_live_note_met(peer);
}
