/*
 * One connection: a socket, the encrypted channel over it, and the session with the member behind
 * it.
 *
 *     DIALING ──connected──▶ SHAKING ──peer known──▶ UP ──goodbye──▶ ENDING ──flushed──▶ CLOSED
 *        └───────────────────────┴── whatever goes wrong, once: lost, then gone ───────────┘
 *
 * Nothing is kept per connection to read into, and what is to be written has a bound: a peer that
 * takes nothing is sent nothing more, and is given up after BY_WRITE_STALL_MS_MAX. While the
 * session is not ready, nothing is read.
 *
 * Thread: the loop's.
 */
#ifndef BY_NET_CONN_H
#define BY_NET_CONN_H

#include <uv.h>

#include "live/live.h"
#include "sync/channel.h"

struct by_conn;

/* What all connections of a node share, and who is told. */
struct by_conn_host {
    uv_loop_t *loop;
    struct by_live *live;
    uint8_t *read_bytes; /* BY_CONN_READ_BYTES, lent for the length of one callback */
    size_t queued_bytes; /* waiting to be written, of all connections */

    void *context;
    /* The peer has shown its key and has a right: transport, organisation and right are set. false:
     * the connection is one too many, and ends with a goodbye. */
    bool (*known)(void *context, struct by_conn *conn);
    void (*in_sync)(void *context, struct by_conn *conn);
    /* The answer to what this node asked about the peer's view; borrowed for the call. */
    void (*seen)(void *context, struct by_conn *conn, const struct by_seen *seen);
    bool holds; /* sessions hold back what they have to say of their logs (by_session_hold) */
    /* Of no use any more: end says why; peer, where it had come so far, holds for the call. Once,
     * always, and the last but for gone. */
    void (*lost)(void *context, struct by_conn *conn);
    /* The memory is freed after the call. */
    void (*gone)(void *context, struct by_conn *conn);
};
#define BY_CONN_READ_BYTES (64u * 1024u)

enum by_conn_state {
    BY_CONN_DIALING,
    BY_CONN_SHAKING,
    BY_CONN_UP,
    BY_CONN_ENDING, /* lost; last bytes are flushed */
    BY_CONN_CLOSED
};

/* Why a connection was lost. */
enum by_conn_end {
    BY_END_NONE,
    BY_END_DONE,         /* this node asked for it, or the day is over */
    BY_END_BY_PEER,      /* the peer said goodbye */
    BY_END_SECOND,       /* there is another one to the same peer */
    BY_END_NO_HOST,      /* the name is not known */
    BY_END_REFUSED,      /* nobody listens there */
    BY_END_UNREACHABLE,  /* no way there */
    BY_END_NO_ANSWER,    /* in time */
    BY_END_MUTE,         /* connected, and nothing said in time */
    BY_END_HANDSHAKE,    /* closed before the peer's key was known */
    BY_END_GARBLED,      /* what came before that is not of a peer's handshake */
    BY_END_VERSION,      /* no version in common */
    BY_END_NO_ROLE,      /* the peer has none, and proved none in time */
    BY_END_NO_ROLE_HERE, /* the peer says that this node's organisation has none */
    BY_END_NOT_TAKEN_IN, /* the same, of one that has asked to join */
    BY_END_REMOVED,      /* the same, of one that knows that it was removed */
    BY_END_CUT,          /* the stream ended without a goodbye */
    BY_END_PROTOCOL,     /* the peer broke the rules, or says that we did */
    BY_END_STALLED,      /* nothing moves */
    BY_END_HERE          /* memory or disk of this node */
};

struct by_conn_setup {
    struct by_conn_host *host;
    const struct by_id *transport; /* the key to expect when this side opens; else NULL */
};

/* Fields are for src/net to read; only conn*.c change them. */
struct by_conn {
    struct by_conn_host *host;
    enum by_conn_state state;
    enum by_conn_end end;
    bool is_caller;
    bool was_up;
    bool is_in_sync;      /* as last told */
    bool waits_for_write; /* a write is under way */
    bool is_reading;
    unsigned open_handles;
    struct by_id transport; /* the peer's, from the start for a caller, else from UP on */
    struct by_id organisation;
    enum by_session_right right;
    struct sockaddr_storage address; /* the peer's, once there is a connection */
    uint64_t start_ms;
    uint64_t deadline_ms; /* of DIALING and ENDING */
    uint64_t stall_ms;    /* when a write that has not moved is given up */
    size_t stall_queue;   /* bytes it had left */

    struct by_channel *channel;
    struct by_live_peer *peer;
    struct by_buffer out;     /* to be written next */
    struct by_buffer writing; /* being written */
    struct by_buffer rest;    /* read and not fed, as the session was not ready */

    uv_tcp_t socket;
    uv_timer_t timer;
    uv_write_t write;
    union { /* one after the other */
        uv_connect_t connect;
        uv_shutdown_t shutdown;
    };
    struct by_conn_dial *dial; /* while a name is looked up */
    unsigned place_count;      /* addresses that the name has */
    bool is_hearsay;           /* as the goal says */

    struct by_conn *next, *previous; /* for the owner's list */
    void *tag;                       /* the owner's */
};

/* BANYAN_ERR_MEMORY, BANYAN_ERR_NETWORK. On success it ends by lost and gone. */
BANYAN_MUST_CHECK enum banyan_status
by_conn_new(const struct by_conn_setup *setup, struct by_conn **out_conn);
/* Take the connection that waits at the listener, and learn its address; not shaking yet.
 * BANYAN_ERR_NETWORK: it is gone already. */
BANYAN_MUST_CHECK enum banyan_status by_conn_take(struct by_conn *conn, uv_stream_t *listener);
/* Begin the handshake over a socket that is connected. */
void by_conn_shake(struct by_conn *conn);
/* Where to connect to. */
struct by_conn_goal {
    const char *host;
    uint16_t port;
    unsigned place;  /* of several addresses that a name has, the one at place modulo their count */
    bool is_hearsay; /* others say so: not this machine itself, nor many at once */
};
/* Connect (net/conn_dial.c). The goal is copied. */
void by_conn_dial(struct by_conn *conn, const struct by_conn_goal *goal);

/* What the session has to say since other threads and peers did something. */
void by_conn_poll(struct by_conn *conn);
/* Say goodbye, flush, close: at once where there is nobody to say it to. */
void by_conn_leave(struct by_conn *conn, enum by_conn_end end);
/* At once. */
void by_conn_close(struct by_conn *conn, enum by_conn_end end);

/* A sentence for people about a connection that was lost, without a full stop. Static. */
const char *by_conn_end_text(enum by_conn_end end);
/* The same in one word, for programs; words are never changed. Static. */
const char *by_conn_end_name(enum by_conn_end end);
const struct by_session_stats *by_conn_stats(const struct by_conn *conn); /* NULL before UP */

#endif
