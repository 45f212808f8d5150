/*
 * A session: what two nodes say to each other over one encrypted connection so that both hold the
 * same logs, and stay so (docs/protocol.md, Sessions).
 *
 * A pure state machine. Inputs are the calls below; after each of them the host calls
 * by_session_poll until it gives BY_SESSION_NOTHING. Time comes in as milliseconds of a clock that
 * never goes back. Nothing about a peer is kept between sessions.
 *
 *   host                                  session
 *   by_session_receive (message)     →
 *   by_session_changed (log)         →
 *   by_session_stored (verdict)      →
 *                                    ←    send, store, settle, in sync, close
 *                                    ←    reads through by_session_port
 *
 * What a session tells a peer and takes from it depends on the peer's right, which is asked for
 * before every message in and out. When it is lost, the session is cut in the same step: it takes
 * nothing more, and sends but the acts up to the loss before it closes.
 *
 * Thread: one. Sessions of a node share one frontier.
 */
#ifndef BY_SYNC_SESSION_H
#define BY_SYNC_SESSION_H

#include "sync/frontier.h"
#include "sync/message.h"
#include "sync/notes.h"

/* What the peer may do, by the charter now. */
enum by_session_right {
    BY_RIGHT_NONE,     /* removed, or refused: the session says farewell and closes */
    BY_RIGHT_ACTS_IN,  /* an unknown key: may send BY_SYNC_LIMITED_BYTES of acts, gets nothing */
    BY_RIGHT_ACTS_OUT, /* the key of an organisation itself, which makes devices: gets acts, and
                          nothing is taken from it */
    BY_RIGHT_ALL       /* has a role, or is the member that a newcomer was invited by */
};

/* A block as read. */
struct by_session_block {
    struct by_block_base base;
    uint64_t last_seq;      /* last entry of the block that lies on the branch asked for */
    struct by_bytes packed; /* holds until the next read */
};

/*
 * What the host does for the session. Entries past the frontier (displaced branches, damaged
 * blocks) may be held too; a branch is named by an entry on it, its tip. Reads that fail with
 * BANYAN_ERR_NOT_FOUND or BANYAN_ERR_DAMAGED leave that log out until it changes; any other failure
 * closes the session.
 */
struct by_session_port {
    enum by_session_right (*right)(void *context);
    /* What a peer without a right may still be told: the act logs up to its loss, and no record
     * log; with BY_RIGHT_ACTS_OUT all act logs. Borrowed until free. NULL, as an answer or instead
     * of the call: nothing. */
    struct by_frontier *(*farewell)(void *context);
    /* Whether notes of a device are kept here: the charter knows it, with a role. */
    bool (*keeps_notes)(void *context, const struct by_id *device);
    /* Whether an entry is held. */
    enum banyan_status (*holds)(void *context, const struct by_log_id *log,
                                const struct by_sample *entry, bool *out_is_held);
    /* The id of the entry at seq <= tip->seq on the branch that ends in tip. */
    enum banyan_status (*entry_id)(void *context, const struct by_log_id *log,
                                   const struct by_sample *tip, uint64_t seq, struct by_id *out_id);
    /* The block with the entry at seq <= tip->seq on the branch that ends in tip. */
    enum banyan_status (*block)(void *context, const struct by_log_id *log,
                                const struct by_sample *tip, uint64_t seq,
                                struct by_session_block *out_block);
};

struct by_session_setup {
    const struct by_session_port *port; /* with context borrowed until free */
    void *context;
    struct by_frontier *frontier; /* borrowed; changes are told by by_session_changed */
    struct by_notes *notes;       /* borrowed; changes are seen at the next poll */
    const struct by_id *via;      /* borrowed: the peer's organisation, for notes that it brings */
    struct by_id network;         /* for seals */
    struct by_id handshake;       /* the hash of the handshake */
    bool is_caller;               /* this side opened the connection */
    uint64_t now_ms;
};

/* Reasons in bye messages, and in BY_SESSION_CLOSE. */
enum by_session_reason {
    BY_REASON_DONE = 1,     /* the host, or the peer's, asked for it */
    BY_REASON_NO_ROLE = 2,  /* the peer has no role (any more), or proved none in time */
    BY_REASON_PROTOCOL = 3, /* a message broke the rules */
    BY_REASON_STALLED = 4,  /* no progress for BY_SYNC_STALL_MS_MAX while the peer was to act */
    BY_REASON_STORAGE = 5,  /* reading or storing failed, or memory */
    BY_REASON_UPGRADE = 6   /* a message of a later version */
};

enum by_session_output_kind {
    BY_SESSION_NOTHING,
    BY_SESSION_SEND,   /* send message */
    BY_SESSION_STORE,  /* store run: it keeps the rules of by_run_verify and its seal is verified */
    BY_SESSION_SETTLE, /* answer every act run handed out so far */
    BY_SESSION_IN_SYNC, /* both hold all that counted when this round began, or more */
    BY_SESSION_LOOK,    /* answer the question about the view: by_session_answer */
    BY_SESSION_SEEN,    /* the answer to by_session_look */
    BY_SESSION_CLOSE    /* the last output: send the bye, free the session */
};

/* Everything is borrowed until the next call with this session. */
struct by_session_output {
    enum by_session_output_kind kind;
    struct by_bytes
        message;    /* send; close: the bye, to go out as the channel's goodbye, or empty */
    bool is_padded; /* send: pad it, so that its length says little */
    const struct by_run *run;      /* store */
    struct by_bytes packed;        /* store */
    bool are_acts;                 /* store */
    const struct by_look *look;    /* look */
    const struct by_seen *seen;    /* seen */
    enum by_session_reason reason; /* close */
    bool is_by_peer;               /* close: the peer said so */
    enum banyan_status status;     /* close: what went wrong, or BANYAN_OK */
};

/* What became of a run. */
enum by_session_verdict {
    BY_VERDICT_KEPT,    /* held now: new, in part new or held before; or acts kept for their past */
    BY_VERDICT_DROPPED, /* acts that the charter does not share, a log that does not count */
    BY_VERDICT_GAP,     /* hangs on an entry that is not held */
    BY_VERDICT_FAILED   /* the store failed: the session closes */
};

struct by_session_stats {
    uint64_t blocks_in, blocks_out;
    uint64_t entries_in;          /* of kept runs; some may have been held before */
    uint64_t bytes_in, bytes_out; /* of all messages */
    uint64_t dropped_runs;        /* strangers', or logs that do not count */
    uint64_t ignored_messages;    /* too late, or about logs not known here */
    uint64_t rounds;
    uint64_t forked_logs;         /* talked about as forked, with this peer */
    uint64_t notes_in, notes_out; /* those in that were new here */
};

struct by_session;
BANYAN_MUST_CHECK enum banyan_status
by_session_new(const struct by_session_setup *setup, struct by_session **out_session);
void by_session_free(struct by_session *session);

/* Whether a message can be taken now. While it cannot, the host does not read from the peer. */
bool by_session_is_ready(const struct by_session *session);
/* One whole message of the peer, borrowed until the session has been polled to the end; it is ready
 * (asserted), and was polled to the end since the last one. */
void by_session_receive(struct by_session *session, struct by_bytes message, uint64_t now_ms);
/* The frontier's entry of the log was set or removed, whatever the reason. */
void by_session_changed(struct by_session *session, const struct by_log_id *log);
/* Answers the oldest BY_SESSION_STORE not yet answered (there is one: asserted). Answers may come
 * late, and should for many at once; those about act runs may wait for BY_SESSION_SETTLE, so that
 * acts are judged together with their past. The frontier is set, and all sessions told, before. */
void by_session_stored(struct by_session *session, enum by_session_verdict verdict,
                       uint64_t now_ms);
/* Questions about the peer's view, one at a time, and about ours (docs/protocol.md, Sessions).
 *
 * allow    before the first poll: both sides have BY_FEATURE_LOOKS
 * hold     true: this side says its hello, and nothing of its logs, until it is called with false;
 *          so the peer has them not sent meanwhile. Before the first poll.
 * can_look whether a question may be asked now: the peer has a right, and none is asked
 * look     asks it (asserted that it can)
 * answer   to BY_SESSION_LOOK: an encoded BY_MESSAGE_SEEN; a question that is not there any more is
 *          passed over */
void by_session_allow_looks(struct by_session *session);
void by_session_hold(struct by_session *session, bool is_held);
bool by_session_can_look(const struct by_session *session);
void by_session_look(struct by_session *session, const struct by_look *look);
void by_session_answer(struct by_session *session, struct by_bytes message);
/* Compare again, as a live session does by itself every BY_SYNC_RESYNC_MS. */
void by_session_resync(struct by_session *session);
/* Say goodbye. */
void by_session_end(struct by_session *session);

/* The next output. While can_send is false nothing is sent but all else goes on. */
void by_session_poll(struct by_session *session, uint64_t now_ms, bool can_send,
                     struct by_session_output *out_output);
/* When to poll though nothing happened. */
uint64_t by_session_deadline_ms(const struct by_session *session);

/* Whether nothing waits: all that the peer lacks has been sent and is stored there as far as it
 * told, all that it sent is stored here, and so with notes. */
bool by_session_is_in_sync(const struct by_session *session);
const struct by_session_stats *by_session_stats(const struct by_session *session);

#endif
