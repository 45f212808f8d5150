/*
 * Asking a peer what it sees, down to the first record that it has otherwise (sync/descent.h): each
 * question goes to the peer's session and to this node's own view.
 *
 * Thread: the loop's.
 */
#ifndef BY_NET_ASKING_H
#define BY_NET_ASKING_H

#include "net/net.h"
#include "sync/descent.h"
#include "trust/compare.h"

enum by_asking_state {
    BY_ASKING_IDLE,
    BY_ASKING_AT_WORK,
    BY_ASKING_DONE, /* compared says what came of it */
    BY_ASKING_LOST  /* the connection is, or this node could not look */
};

struct by_asking {
    enum by_asking_state state;
    struct by_live *live;
    struct by_conn *conn; /* AT_WORK */
    enum by_conn_end why; /* LOST */
    struct by_descent descent;
    bool is_asked;
    struct by_live_answer *own;
    struct by_buffer theirs; /* the answer as a message; empty: none yet */
    uint64_t not_before_ms;
    struct by_compared compared;
};

/* Whether the peer answers questions; known from UP on. */
bool by_asking_is_possible(const struct by_conn *conn);
/* From IDLE. conn is UP, and asking is possible. */
void by_asking_begin(struct by_asking *asking, struct by_live *live, struct by_conn *conn);
/* Often: what is due. */
void by_asking_poll(struct by_asking *asking, uint64_t now_ms);
/* Hooks of the same names (net/net.h); of other connections they do nothing. */
void by_asking_seen(struct by_asking *asking, const struct by_conn *conn,
                    const struct by_seen *seen);
void by_asking_lost(struct by_asking *asking, const struct by_conn *conn);
/* IDLE again. Before the node is closed. */
void by_asking_deinit(struct by_asking *asking);

#endif
