/*
 * What came of exchanges with peers, in records: counted beside the loop, told in the order in
 * which they began. A connection that is lost meanwhile is told of after it.
 *
 * Thread: the loop's.
 */
#ifndef BY_NET_EXCHANGE_H
#define BY_NET_EXCHANGE_H

#include "banyan/run.h"
#include "net/conn.h"

struct by_exchange {
    struct by_exchange *next;
    struct by_id transport;
    char address[BY_ADDRESS_BYTES_MAX + 1];
    bool is_first; /* of its connection */
    bool is_over;  /* the connection was lost since; end says why */
    enum by_conn_end end;
    struct by_live_tally *tally;
};
/* Zeroed = empty. */
struct by_exchanges {
    struct by_exchange *first, *last;
};

/* Count what went over the connection since the last time. Without memory nothing is told. */
void by_exchanges_begin(struct by_exchanges *exchanges, const struct by_conn *conn,
                        const char *address, bool is_first);
/* The newest with this peer that is not told yet; NULL where there is none. */
struct by_exchange *
by_exchanges_find(const struct by_exchanges *exchanges, const struct by_id *transport);
/* Tell those that are counted; result is NULL where counting failed. */
typedef void by_exchange_tell(void *context, const struct by_exchange *exchange,
                              const struct by_tally_result *result);
void by_exchanges_poll(struct by_exchanges *exchanges, by_exchange_tell *tell, void *context);
/* Before the node is closed. */
void by_exchanges_deinit(struct by_exchanges *exchanges);

/* As the public interface has it. */
struct banyan_changes by_exchange_changes(const struct by_tally_changes *changes);
bool by_exchange_is_empty(const struct by_tally_result *result);

#endif
