/*
 * What the files of a connection share.
 */
#ifndef BY_NET_CONN_PARTS_H
#define BY_NET_CONN_PARTS_H

#include "net/conn.h"

/* Bytes of one connection that may wait though all connections together have too many. */
#define BY_CONN_SHARE_BYTES (64u * 1024u)
/* A queue that is full takes what a session says in one step. */
#define BY_CONN_OUT_BYTES_MAX (BY_PEER_QUEUE_BYTES + 2 * BY_MESSAGE_BYTES_MAX)

/* -- conn.c: its life -- */

uint64_t by_conn_now_ms(const struct by_conn *conn);
/* Tell, once, that nothing more will come of it. */
void by_conn_lose(struct by_conn *conn, enum by_conn_end end);
void by_conn_set_timer(struct by_conn *conn);

/* -- conn_write.c -- */

/* Whether the session may say more: what waits is under its bounds. */
bool by_conn_can_send(const struct by_conn *conn);
/* One write at a time: what comes up meanwhile waits in out. */
void by_conn_flush(struct by_conn *conn);
/* Whether the write under way has moved since it was looked at last; then it has time again. */
bool by_conn_is_moving(struct by_conn *conn);

/* -- conn_channel.c -- */

/* Bytes of the peer; those that the session is not ready for are kept. */
void by_conn_feed(struct by_conn *conn, struct by_bytes bytes);
/* The channel ended with this status, and with it the connection. */
void by_conn_fail_channel(struct by_conn *conn, enum banyan_status status);
/* Read, or stop reading, as the state asks. */
void by_conn_read(struct by_conn *conn);

/* -- conn_session.c -- */

/* Do what the session asks for, until it asks for nothing. false: the connection has ended. */
bool by_conn_poll_session(struct by_conn *conn, bool may_send);
/* The session's say, then whatever it kept us from reading, then the socket again. */
void by_conn_step(struct by_conn *conn);
enum by_conn_end
by_conn_end_of_reason(const struct by_conn *conn, enum by_session_reason reason, bool is_by_peer);

/* -- conn_leave.c -- */

/* Flush, and end as soon as the peer has: what was said is the last. */
void by_conn_begin_ending(struct by_conn *conn, enum by_conn_end end);
/* Say goodbye with this reason first; at once where there is nobody to say it to. */
void by_conn_end_with(struct by_conn *conn, enum by_conn_end end, enum by_session_reason reason);
/* ENDING, and nothing under way: send the end of the stream once all is written. */
void by_conn_finish(struct by_conn *conn);

/* -- conn_dial.c -- */

/* Forget a look-up under way. */
void by_conn_dial_drop(struct by_conn *conn);

#endif
