/*
 * A node that runs, inside: what its files share.
 *
 *   run.c       beginning and end, what connections and the node tell, the contacts' file
 *   run_tell.c  what the host is told of it
 */
#ifndef BY_NET_RUNNER_H
#define BY_NET_RUNNER_H

#include "net/beacon.h"
#include "net/compare.h"
#include "net/contacts.h"
#include "net/dial.h"
#include "net/exchange.h"
#include "net/run.h"
#include "net/server.h"

struct by_runner {
    struct by_net net;
    struct by_server server;
    struct by_dialer dialer;
    struct by_beacon beacon;
    struct by_contacts contacts;
    struct by_exchanges exchanges;
    struct by_hearer hearer;
    struct banyan_run_options options;
    char *home;
    uv_timer_t tick;
    uv_signal_t signals[2];
    uint64_t refused_told; /* strangers turned away, as last told */
    uint64_t refused_ms;
    enum banyan_status trouble; /* as last told */
    uint64_t asked, asked_txn;  /* questions heard, and the store's transaction when looked at */
    uint64_t question_txn;      /* the store's transaction when one was heard last */
    /* the contacts' file */
    uv_work_t save;
    bool is_saving;
    uint64_t saved_ms;
    char *save_path;
    struct by_buffer save_bytes;
};

/* -- run_tell.c -- */
void by_runner_say(struct by_runner *runner, const struct banyan_event *event);
/* With who and where filled in. */
void by_runner_say_of(struct by_runner *runner, const struct by_conn *conn,
                      struct banyan_event event);
/* Once for one kind of trouble in a row. */
/* That the key of an organisation itself has come. */
void by_runner_say_recovering(struct by_runner *runner, const struct by_conn *conn);
void by_runner_say_trouble(struct by_runner *runner, const struct banyan_error *error);
/* Strangers cost a line a minute, however many they are. */
void by_runner_say_refused(struct by_runner *runner);
/* Begin to count what went over the connection of a contact that is in sync, where it is time to
 * tell of it: once in the beginning, then whenever more went over and the view has met it. */
void by_runner_tell_exchange(struct by_runner *runner, struct by_contact *contact);
/* The connection was lost, of a contact or of nobody (NULL). */
void by_runner_tell_lost(struct by_runner *runner, const struct by_conn *conn,
                         const struct by_contact *contact);
/* There is a new one to the same peer. */
void by_runner_tell_old(struct by_runner *runner, const struct by_conn *conn);
/* What has been counted. */
void by_runner_tell_counted(struct by_runner *runner);

#endif
