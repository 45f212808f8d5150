/*
 * A node on the network: staying in sync with the others, once or all the time.
 */
#ifndef BANYAN_RUN_H
#define BANYAN_RUN_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

enum banyan_event_kind {
    BANYAN_EVENT_LISTENING,   /* at address */
    BANYAN_EVENT_CONNECTED,   /* with a member, or with a newcomer (no name) */
    BANYAN_EVENT_IN_SYNC,     /* both hold the same: what came and went until then, since the last
                                 such event of the connection */
    BANYAN_EVENT_LOST,        /* a connection; text says why */
    BANYAN_EVENT_UNREACHABLE, /* nobody at address; text says why. The node goes on trying */
    BANYAN_EVENT_REFUSED,     /* strangers turned away since the last such event: count */
    BANYAN_EVENT_TROUBLE,     /* this node's disk or memory; text */
    BANYAN_EVENT_RECOVERING   /* whoever has the recovery code of a member asked, at address, who
                                 belongs to the network (banyan_recover) */
};
/* Records, each counted once: by what it showed before and what it shows after. */
struct banyan_changes {
    uint64_t records_new;
    uint64_t records_changed;
    uint64_t records_deleted;
    uint64_t records_proposed; /* a change was proposed or decided on; nothing shown changed */
};
/* A record that both sides edited without knowing of each other's. */
struct banyan_both {
    const char *id;   /* short */
    const char *type; /* by name */
    const char *label;
    bool in_conflict; /* values are to be settled: banyan_conflicts */
};
/* Borrowed for the call. Texts are never NULL, and "" where there is nothing to say. */
struct banyan_event {
    enum banyan_event_kind kind;
    const char *organisation; /* id, hex */
    const char *name;         /* of the organisation */
    const char *address;      /* HOST:PORT */
    const char *text;         /* one sentence without a full stop */
    uint64_t count;
    struct banyan_changes received, sent; /* here by what came; there by what was sent */
    uint64_t both_count;                  /* edited on both sides */
    const struct banyan_both *both; /* the first few of them: those in conflict, then by label */
    size_t both_listed;
};
/* Called on the thread that runs; short, and without calls of this header. */
typedef void banyan_event_call(void *context, const struct banyan_event *event);

struct banyan_run_options {
    /* HOST:PORT, HOST an IP address of this machine or empty for all of them; none: all, on the
     * port 7417. */
    const char *const *listen;
    size_t listen_count;
    bool no_listen;
    bool no_beacon;           /* neither tell nearby nodes of this one nor listen for them */
    bool handle_signals;      /* SIGINT and SIGTERM end it */
    banyan_event_call *event; /* may be NULL */
    void *context;
    struct banyan_passphrase passphrase; /* is asked for when the home is opened */
};

/*
 * Be a node of the network until told to end: listen, connect to known addresses and to members
 * nearby, take in and pass on what is new. Sets SIGPIPE to be ignored where it is not handled.
 *
 *   open   the home's logs are held and the ports listened at, so that what hinders shows at once
 *   run    until stop, or a signal; then sessions say goodbye and what was received is stored
 *   stop   from any thread, once or more, before or while it runs
 *   close  NULL is fine
 *
 * Returns BANYAN_ERR_NOT_FOUND, _UNSAFE_PLACE, _DAMAGED  as banyan_node_open
 *         BANYAN_ERR_DENIED   the key is locked, and this is not its passphrase, or nobody is asked
 *         BANYAN_ERR_BUSY     another `run` or `sync` is at work on this home
 *         BANYAN_ERR_USAGE    an address to listen at is not of the form
 *         BANYAN_ERR_NETWORK  the port is taken
 */
typedef struct banyan_runner banyan_runner;
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_runner_open(const char *home, const struct banyan_run_options *options,
                   banyan_runner **out_runner, struct banyan_error *error);
BANYAN_API void banyan_runner_run(banyan_runner *runner);
BANYAN_API void banyan_runner_stop(banyan_runner *runner);
BANYAN_API void banyan_runner_close(banyan_runner *runner);
/* All of it in one call. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_run(const char *home, const struct banyan_run_options *options, struct banyan_error *error);

struct banyan_sync {
    /* MEMBER, MEMBER@HOST:PORT, or a HOST:PORT known already, where MEMBER is a name or at least 8
     * digits of an id; NULL: everybody whose address is known. An address that answers is
     * remembered. */
    const char *target;
    uint64_t timeout_ms;                 /* of all; 0: a minute without progress */
    struct banyan_passphrase passphrase; /* is asked for where no node runs */
};
/*
 * Exchange what is new, until both sides hold the same.
 *
 * {"peers": [{"organisation": {"id", "name"} or null, "address", "in_sync": bool, "error" and
 * "reason" or null (a sentence, and one of the words below),
 * "received": {"new", "changed", "deleted", "proposed"}, "sent": the same, "edited_by_both":
 * {"count", "records": [{"id", "type", "label", "conflict": bool}]} (as in struct banyan_event; the
 * three null where the two are not in sync in the end: what came is kept all the same),
 * "entries_received", "blocks_sent", "bytes_received", "bytes_sent", "ms"}], "in_sync": n,
 * "by_running_node": bool}
 *
 * Where banyan_run is at work on the home, that node does it: the call waits until it is in sync
 * with those of the target that it is connected with, for 15 s at most unless timeout_ms says
 * otherwise. An address that the target gives is remembered for it. What was exchanged is told by
 * its events.
 *
 * Returns BANYAN_ERR_NETWORK    nobody was in sync in the end; out_json says of each why
 *         BANYAN_ERR_NOT_FOUND  no such member, or no address is known
 *         BANYAN_ERR_BUSY       another sync is at work on this home
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_sync(const char *home, const struct banyan_sync *sync, struct banyan_text *out_json,
            struct banyan_error *error);

struct banyan_compare {
    /* MEMBER or MEMBER@HOST:PORT. */
    const char *member;
    uint64_t timeout_ms; /* of all; 0: 15 s */
};
/*
 * Whether a member sees the same, down to the first record that it has otherwise: its node is asked
 * now, at an address that is known, by a connection that exchanges nothing, or by the node that
 * runs on the home. As banyan_compare_told, and
 *
 * "asked": {"at", "same": bool (records and acts about members), "settled": bool (false: one of the
 * two was written to all the time), "same_members": bool, "they_lack": n, "we_lack": n (entries of
 * record logs), "partial": bool (of some logs that is not known), "cause": null, or why they
 * differ: "changes" that one side lacks, "members": acts about them, "program": both hold the same,
 * and one of the two programs is of another version, "first": null, or the record that differs:
 * {"record":
 * {"id", "type", "label"} (the last two empty where it is not known here), "here": {"changes": n,
 * "newest", "by": {"id", "name"} or null} or null, "there": the same, "they_lack": n, "we_lack": n
 * (of its changes), "partial": bool}}, or null with "not_asked": {"error", "reason"}: a sentence,
 * and one of the words below, or
 *
 *   no_address    is known                       older         their program answers no questions
 *
 * Returns BANYAN_ERR_NOT_FOUND  no such member
 *         BANYAN_ERR_BUSY       a sync is at work on this home
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_compare(const char *home, const struct banyan_compare *compare, struct banyan_text *out_json,
               struct banyan_error *error);

/*
 * Words for what hindered a connection; others may be added.
 *
 *   no_host       the name is not known          mute          connected, and nothing was said
 *   refused       nobody listens there           closed        without a word: another key, another
 *   unreachable   no way there                                 network, or too many connections
 *   no_answer     in time                        garbled       no banyan node
 *   version       none in common                 cut           without a goodbye
 *   no_role       the other side has none        protocol      a message broke the rules
 *   no_role_here  they say that we have none     stalled       nothing moved
 *   not_taken_in  they do not admit us           here          memory or disk of this node
 *   goodbye       the other node ended it        second        there is another to the same node
 *   no_time       it was not tried               at_work       connected, and not in sync yet
 *   not_connected a node that runs is not        removed       this organisation was, or left
 */

/* {"running": bool, "told": [HOST:PORT, as of banyan_peers_tell], "peers": [{"organisation": {"id",
 * "name"} or null, "device": hex of its transport key, "addresses": [{"address", "from":
 * "invitation", "person", or "note" where the device tells so itself, "as_of", "via": {"id",
 * "name"} or null: who passed the note on}], "connected": bool, "in_sync": bool, "last_in_sync" or
 * null, "last_connected" or null, "last_tried" or null, "last_address", "last_error" and
 * "last_reason" or null}]}: devices of members other than this one, and others whose address is
 * known. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_peers(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);
/* Remember, or forget, where a member can be reached: MEMBER@HOST:PORT. A node that runs takes it
 * up at once. BANYAN_ERR_NOT_FOUND, BANYAN_ERR_INVALID. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_peers_add(banyan_node *node, const char *peer, struct banyan_error *error);
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_peers_remove(banyan_node *node, const char *peer, struct banyan_error *error);
/* Tell all members, or no longer, that this node can be reached at HOST:PORT: as it goes on from
 * one to the next, each node may come there by itself. BANYAN_ERR_INVALID; BANYAN_ERR_EXISTS;
 * BANYAN_ERR_USAGE where it tells 8 already; BANYAN_ERR_NOT_FOUND. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_peers_tell(banyan_node *node, const char *address, struct banyan_error *error);
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_peers_untell(banyan_node *node, const char *address, struct banyan_error *error);

/* {"running": bool, "told": [{"address", "reach"}], "own": the same}: where others can find this
 * node. told: what members are told, as of banyan_peers_tell. own: addresses of this computer at
 * which the node that runs listens, or would at the usual port where none does; public ones first.
 * reach: "world", "network" (an office, a VPN), "computer", "none". Whether a firewall or a router
 * lets others through is not known. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_reach(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
