/*
 * The connections of one node: the loop, the node behind it, and every connection whoever opened
 * it. What `run` and `sync` have in common.
 *
 * Thread: all calls but by_net_stop are for the thread that runs the loop.
 */
#ifndef BY_NET_NET_H
#define BY_NET_NET_H

#include "net/conn.h"

struct by_net;

/* Who is told; each may be NULL. Connections are not to be closed within lost. */
struct by_net_hooks {
    struct banyan_passphrase passphrase; /* for the key, when the home is opened */
    void *context;
    void (*connected)(void *context, struct by_conn *conn);
    void (*in_sync)(void *context, struct by_conn *conn);
    void (*seen)(void *context, struct by_conn *conn, const struct by_seen *seen);
    /* Of connections that were opened here or were up; strangers are only counted. */
    void (*lost)(void *context, struct by_conn *conn);
    void (*gone)(void *context, struct by_conn *conn);
    void (*polled)(void *context); /* the node has taken in what others did */
    void (*trouble)(void *context, const struct banyan_error *error);
    void (*stopping)(void *context); /* close all other handles on the loop */
};

/* An IP address, IPv4 as mapped into IPv6. */
struct by_ip {
    uint8_t bytes[16];
};
#define BY_NET_MET_MAX 64

struct by_net {
    uv_loop_t loop;
    bool loop_is_open;
    struct by_live *live;
    struct by_net_hooks hooks;
    const struct banyan_words *words; /* of who is told */
    struct by_conn_host host;
    uv_async_t wake;
    uv_async_t stop;
    uv_timer_t poll;
    uint64_t poll_ms;        /* BY_LIVE_POLL_MS; may be set before it runs */
    struct by_os_bell *bell; /* NULL: other processes are met by the timer alone */
    uv_poll_t bell_poll;
    uv_timer_t grace; /* for the last goodbyes */
    unsigned open_handles;
    bool is_stopping;

    struct by_conn *conns;
    size_t conn_count, conn_max;
    size_t stranger_count;          /* in the handshake, opened by others */
    uint64_t strangers_turned_away; /* since the start */
    struct by_ip met[BY_NET_MET_MAX];
    size_t met_count; /* ever; the newest are kept */
};

/* As by_live_open. net does not move until it is closed, and hooks are copied. */
BANYAN_MUST_CHECK enum banyan_status by_net_open(struct by_net *net, const char *home,
                                                 const struct by_net_hooks *hooks,
                                                 struct banyan_error *error);
/* As by_live_open_made: node is taken. */
BANYAN_MUST_CHECK enum banyan_status
by_net_open_made(struct by_net *net, struct by_node *node, const struct by_id *inviter,
                 const struct by_net_hooks *hooks, struct banyan_error *error);
/* Until by_net_stop; then all sessions say goodbye. What was received is stored once by_net_close
 * is back. */
void by_net_run(struct by_net *net);
/* From any thread, and from a signal handler. */
void by_net_stop(struct by_net *net);
void by_net_close(struct by_net *net);

const struct by_node *by_net_node(const struct by_net *net);
/* Connection to the goal, which is copied; NULL without memory, or too many. It may have been lost
 * already, which the hook was told. */
struct by_conn *by_net_dial(struct by_net *net, const struct by_id *transport,
                            const struct by_conn_goal *goal, void *tag);
/* The connection that waits at a listener: taken, or turned away. BANYAN_ERR_FULL: there are too
 * many, and it is left waiting until one is gone. */
BANYAN_MUST_CHECK enum banyan_status by_net_take(struct by_net *net, uv_stream_t *listener);
/* The connection to a peer that is up, NULL where there is none. */
struct by_conn *by_net_find(const struct by_net *net, const struct by_id *transport);
/* Members were met at this address: strangers from there have places kept for them. */
void by_net_meet(struct by_net *net, const struct sockaddr_storage *address);

/* "192.0.2.7:7417", "[2001:db8::1]:7417". */
#define BY_NET_ADDRESS_BYTES 64
void by_net_address_text(const struct sockaddr_storage *address, char out[BY_NET_ADDRESS_BYTES]);

#endif
