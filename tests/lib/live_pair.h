/*
 * Nodes at work in one process, their sessions tied together in memory.
 */
#ifndef BY_TESTS_CORE_LIVE_PAIR_H
#define BY_TESTS_CORE_LIVE_PAIR_H

#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

#include "lib/world.h"
#include "live/state.h"

#define PUMP_MS_MAX 20000u

struct message {
    struct message *next;
    size_t size;
    uint8_t bytes[];
};
/* One end of a connection. */
struct side {
    struct world *world;
    struct by_live *live;
    struct by_live_peer *peer;
    struct message *inbox, **inbox_end;
    size_t messages, bytes; /* taken in */
    size_t times_in_sync;
    bool is_closed;
    enum by_session_reason reason;
};
struct wire {
    struct side sides[2];
};

static inline uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline struct by_live *start(struct world *world, int at)
{
    struct by_live *live = NULL;

    expect_ok(world, by_live_open(world->offices[at].home, NULL, NULL, NULL, &live, &world->error));
    return live;
}

static inline void connect_as(struct world *world, struct wire *wire, struct by_live *caller,
                              struct by_live *callee, const struct by_id *caller_key)
{
    struct by_live *lives[] = {caller, callee};
    const struct by_id *keys[] = {&callee->node->transport.public_key, caller_key};
    static const uint8_t binding[32] = {7};

    *wire = (struct wire){0};
    for (int i = 0; i < 2; i++) {
        struct side *side = &wire->sides[i];

        side->world = world;
        side->live = lives[i];
        side->inbox_end = &side->inbox;
        expect_ok(world,
                  by_live_peer_new(lives[i], keys[i], binding, i == 0, now_ms(), &side->peer));
    }
}

static inline void connect_lives(struct world *world, struct wire *wire, struct by_live *caller,
                                 struct by_live *callee)
{
    connect_as(world, wire, caller, callee, &caller->node->transport.public_key);
}

static inline void disconnect(struct wire *wire)
{
    for (int i = 0; i < 2; i++) {
        struct side *side = &wire->sides[i];

        by_live_peer_free(side->peer);
        side->peer = NULL;
        while (side->inbox != NULL) {
            struct message *message = side->inbox;
            side->inbox = message->next;
            free(message);
        }
    }
}

static inline void send_to(struct side *side, struct by_bytes bytes)
{
    struct message *message = malloc(sizeof *message + bytes.size);

    assert_non_null(message);
    message->next = NULL;
    message->size = bytes.size;
    memcpy(message->bytes, bytes.data, bytes.size);
    *side->inbox_end = message;
    side->inbox_end = &message->next;
}

static inline void drain(struct side *side, struct side *other)
{
    struct by_session *session = by_live_peer_session(side->peer);

    while (!side->is_closed) {
        struct by_session_output output;

        by_session_poll(session, now_ms(), true, &output);
        switch (output.kind) {
        case BY_SESSION_NOTHING:
            return;
        case BY_SESSION_SEND:
            if (!other->is_closed)
                send_to(other, output.message);
            break;
        case BY_SESSION_STORE:
            expect_ok(side->world, by_live_store(side->peer, &output));
            break;
        case BY_SESSION_SETTLE:
            expect_ok(side->world, by_live_settle(side->peer));
            break;
        case BY_SESSION_IN_SYNC:
            by_live_make_standing(side->live, now_ms());
            by_live_note_met(side->peer);
            side->times_in_sync++;
            break;
        case BY_SESSION_LOOK:
            expect_ok(side->world, by_live_answer(side->peer, output.look));
            break;
        case BY_SESSION_SEEN:
            break;
        case BY_SESSION_CLOSE:
            side->is_closed = true;
            side->reason = output.reason;
            break;
        }
    }
}

static inline void take_messages(struct side *side, struct side *other)
{
    struct by_session *session = by_live_peer_session(side->peer);

    while (side->inbox != NULL && !side->is_closed && by_session_is_ready(session) &&
           by_live_is_ready(side->live)) {
        struct message *message = side->inbox;

        side->inbox = message->next;
        if (side->inbox == NULL)
            side->inbox_end = &side->inbox;
        side->messages++;
        side->bytes += message->size;
        by_session_receive(session, by_bytes_of(message->bytes, message->size), now_ms());
        drain(side, other);
        free(message);
    }
}

/* One turn of both loops. */
static inline void turn(struct wire *wire)
{
    for (int i = 0; i < 2; i++) {
        struct side *side = &wire->sides[i];
        struct side *other = &wire->sides[1 - i];

        expect_ok(side->world, by_live_poll(side->live, now_ms(), &side->world->error));
        drain(side, other);
        take_messages(side, other);
    }
}

static inline bool are_equal(struct wire *wire)
{
    struct by_id states[2];

    for (int i = 0; i < 2; i++)
        by_frontier_state(&wire->sides[i].live->frontier, &states[i]);
    return by_id_equal(&states[0], &states[1]);
}

typedef bool condition(struct wire *wire, void *context);

/* Turn until it holds; fails after PUMP_MS_MAX. */
static inline void turn_until(struct wire *wire, condition *holds, void *context, const char *what)
{
    uint64_t began_ms = now_ms();

    do {
        turn(wire);
        if (holds(wire, context))
            return;
        usleep(500);
    } while (now_ms() - began_ms < PUMP_MS_MAX);
    fail_msg("in vain: %s", what);
}

static inline bool have_synced(struct wire *wire, void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++)
        if (wire->sides[i].is_closed || wire->sides[i].times_in_sync == 0 ||
            !by_session_is_in_sync(by_live_peer_session(wire->sides[i].peer)))
            return false;
    return are_equal(wire);
}

static inline bool have_views(struct wire *wire, void *context)
{
    (void)context;
    for (int i = 0; i < 2; i++)
        if (!by_live_peer_is_met(wire->sides[i].peer))
            return false;
    return true;
}

static inline void sync_up(struct wire *wire)
{
    turn_until(wire, have_synced, NULL, "both are in sync");
}

#endif
