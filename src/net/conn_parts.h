/*
 * What the files of a connection share.
 */
#ifndef BY_NET_CONN_PARTS_H
#define BY_NET_CONN_PARTS_H

#include "net/conn.h"

/* Bytes of the peer; those that the session is not ready for are kept. */
void by_conn_feed(struct by_conn *conn, struct by_bytes bytes);
/* Read, or stop reading, as the state asks. */
void by_conn_read(struct by_conn *conn);
void by_conn_set_timer(struct by_conn *conn);
/* Forget a look-up under way. */
void by_conn_dial_drop(struct by_conn *conn);

#endif
