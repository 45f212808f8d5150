/*
 * What came of one key at one address, when syncing once; and how all of it is told.
 */
#ifndef BY_NET_SYNC_RESULT_H
#define BY_NET_SYNC_RESULT_H

#include "banyan/run.h"
#include "net/net.h"
#include "net/people.h"

enum by_sync_state {
    BY_SYNC_WAITING,
    BY_SYNC_ACTIVE,
    BY_SYNC_SAID, /* the session says that both are in sync */
    BY_SYNC_DONE,
    BY_SYNC_SKIPPED,
    BY_SYNC_RUNNING /* it is the work of a node that runs */
};
struct by_sync_result {
    enum by_sync_state state;
    const struct by_place_to_go *place;
    char address[BY_ADDRESS_BYTES_MAX + 1];
    unsigned tries; /* of the addresses that a name has */
    unsigned again; /* after an end that may be of a node that begins or ends just now */
    uint64_t not_before_ms;
    struct by_conn *conn;
    bool is_in_sync;
    enum by_conn_end end;
    uint64_t start_ms, end_ms;
    struct by_session_stats stats;
    struct by_live_tally *tally; /* of one in sync */
    /* BY_SYNC_RUNNING */
    bool is_connected;
    bool is_tried; /* since this was asked */
};

/* As include/banyan/run.h has it; BANYAN_ERR_NETWORK where none is in sync, with the answer. */
BANYAN_MUST_CHECK enum banyan_status
by_sync_answer(const struct by_node *node, const struct by_sync_result *results, size_t count,
               struct by_buffer *out, struct banyan_error *error);
/* Why one that is not in sync is not. */
enum by_conn_end by_sync_end(const struct by_sync_result *result);
/* Write down, as a node that runs does, when each was met and what hindered; of an address that was
 * given for this once, only that somebody was met. Only while this process holds the home. Nothing
 * rests on it: what cannot be written is let go. */
void by_sync_note(const char *home, const struct by_sync_result *results, size_t count,
                  bool is_address_given);

#endif
