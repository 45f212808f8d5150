/*
 * Whether a member sees what this node sees, by asking its node now: over a connection of its own,
 * which exchanges nothing, or, where a node runs on the home, by that one.
 *
 * With a node that runs it goes by two things of the home:
 *
 *   value BY_LOCAL_COMPARE    the question: number u64 ‖ organisation 32
 *   file "compared"           the answer: number u64 ‖ why u8 ‖ end u8 ‖ by_compared_encode, where
 *                             why is BY_COMPARE_DONE
 */
#ifndef BY_NET_COMPARE_H
#define BY_NET_COMPARE_H

#include "banyan/run.h"
#include "net/asking.h"
#include "net/dial.h"

/* What hindered, if anything. */
enum by_compare_why {
    BY_COMPARE_DONE = 0,
    BY_COMPARE_NO_ADDRESS = 1,
    BY_COMPARE_NOT_CONNECTED = 2, /* the node that runs is not */
    BY_COMPARE_OLDER = 3,         /* their program knows no questions */
    BY_COMPARE_NO_TIME = 4,
    BY_COMPARE_LOST = 5 /* end says how */
};
struct by_compare_outcome {
    enum by_compare_why why;
    enum by_conn_end end;
    struct by_compared compared; /* DONE */
};

/* Shape in include/banyan/run.h. What hinders the asking is part of the answer. */
BANYAN_MUST_CHECK enum banyan_status
by_compare_once(const char *home, const struct banyan_compare *compare, struct by_buffer *out,
                struct banyan_error *error);

/* -- compare_wait.c: the side that asks a node that runs -- */
/* BANYAN_ERR_BUSY where none is at work, as far as it wrote down; BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status
by_compare_wait(const char *home, const struct banyan_compare *compare,
                struct by_compare_outcome *out_outcome, struct banyan_error *error);

/* -- compare_hear.c: that node -- */
struct by_hearer {
    struct by_net *net;
    struct by_dialer *dialer;
    uint64_t seen_txn; /* the store's transaction when looked at */
    uint64_t number;   /* of the last question */
    bool is_at_work, is_to_save;
    struct by_id organisation;
    uint64_t until_ms;
    struct by_asking asking;
    /* the answer's file */
    uv_work_t save;
    bool is_saving;
    char *path;
    struct by_buffer bytes, writing;
};
/* Questions of before are not answered. BANYAN_ERR_MEMORY, or of the store. */
BANYAN_MUST_CHECK enum banyan_status by_hearer_init(struct by_hearer *hearer, struct by_net *net,
                                                    struct by_dialer *dialer, const char *home);
/* Often. */
void by_hearer_poll(struct by_hearer *hearer);
/* Hooks of the same names. */
void by_hearer_seen(struct by_hearer *hearer, const struct by_conn *conn,
                    const struct by_seen *seen);
void by_hearer_lost(struct by_hearer *hearer, const struct by_conn *conn);
/* Once the loop has ended, before the node is closed. */
void by_hearer_deinit(struct by_hearer *hearer);

/* What both sides know of the home. */
char *by_compared_path(const char *home);
#define BY_COMPARED_FILE_BYTES_MAX (10u + BY_COMPARED_BYTES_MAX)
BANYAN_MUST_CHECK enum banyan_status by_compare_question_get(struct by_store_txn *txn,
                                                             uint64_t *out_number,
                                                             struct by_id *out_organisation);
BANYAN_MUST_CHECK enum banyan_status by_compare_question_put(struct by_store_txn *txn,
                                                             uint64_t number,
                                                             const struct by_id *organisation);

#endif
