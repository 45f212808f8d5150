/*
 * Inside of a session: its state, and what its parts call of each other.
 *
 *   session.c          beginning, end, what comes out next
 *   session_receive.c  what comes in, and when it has to wait
 *   session_compare.c  hello and frontiers: finding out how far the peer is
 *   session_logs.c     the table of what the peer holds
 *   session_branch.c   forked logs: offers, probes, asks
 *   session_block.c    blocks in and out, credit
 *   session_notes.c    notes in and out
 *   session_look.c     questions about the view, and answers
 *   session_farewell.c what a peer is told that has no right any more, or comes to recover
 */
#ifndef BY_SYNC_SESSION_STATE_H
#define BY_SYNC_SESSION_STATE_H

#include "sync/session.h"

enum by_session_phase {
    BY_PHASE_HELLO,   /* both digests are on their way */
    BY_PHASE_LIMITED, /* the peer has to prove a role first */
    BY_PHASE_ACTS,    /* act logs are compared and sent */
    BY_PHASE_RECORDS, /* record logs are */
    BY_PHASE_LIVE     /* what is new is sent at once */
};

/* How the peer's copy of a log stands to ours. */
enum by_log_mode {
    BY_LOG_UNKNOWN, /* nothing is sent yet */
    BY_LOG_FOLLOWS, /* it holds our only branch up to next, or is further */
    BY_LOG_FORKED   /* branch by branch, see struct by_branch */
};

struct by_peer_log {
    struct by_log_id log;
    bool is_act_log;
    bool is_listed;   /* in the frontier; else only heard of from the peer */
    bool is_left_out; /* reading it failed, until it changes */
    uint8_t gap_count;
    enum by_log_mode mode;
    uint64_t next; /* BY_LOG_FOLLOWS: first seq that the peer lacks */
    /* of the frontier's entry */
    struct by_sample tip; /* the highest */
    uint64_t count;       /* its seq + 1; 0 = empty */
    uint64_t hlc;
    bool is_forked;
    /* what the last digest we sent said of it */
    uint64_t said_count;
    bool said_forked;
    bool is_touched; /* it changed since */
};

struct by_keyed_log {
    uint8_t key[BY_SYNC_KEY_BYTES];
    bool is_act_log;
    struct by_log_id log;
};

/* An own branch of a log in mode BY_LOG_FORKED. */
enum by_branch_state { BY_BRANCH_TO_OFFER, BY_BRANCH_OFFERED, BY_BRANCH_SENDING, BY_BRANCH_DONE };
struct by_branch {
    struct by_log_id log;
    bool is_act_log;
    struct by_sample tip;
    enum by_branch_state state;
    uint64_t next; /* BY_BRANCH_SENDING: first seq to send */
};

/* A run handed to the host. */
struct by_waiting_run {
    struct by_log_id log;
    uint64_t first_seq;
    struct by_sample last;
    size_t entry_count;
    size_t size; /* of its message */
    bool are_acts;
};

/* The own frontier as far as it has been said. */
struct by_frontier_talk {
    bool is_due;
    bool has_begun;
    struct by_log_id after; /* keyed: the last log said */
    uint64_t first;         /* placed: where the next part begins */
};

enum { BY_RECORDS, BY_ACTS, BY_KINDS };

struct by_session {
    struct by_session_setup setup;
    uint64_t now_ms;
    struct by_sync_voice own;
    struct by_sync_voice peer;
    enum by_session_phase phase;
    bool peer_had_role;
    bool is_farewell; /* the peer has no right any more: it is told so, and nothing else */
    bool was_live;    /* it lost its right during the session */
    bool is_recovery; /* no farewell: it has BY_RIGHT_ACTS_OUT, and is told no more either */
    uint64_t began_ms;
    uint64_t compared_ms; /* when it last went live */
    bool is_awaiting;     /* the peer is to act */
    uint64_t awaiting_since_ms;

    bool is_closing;
    enum by_session_reason reason;
    enum banyan_status status;
    bool is_by_peer;

    /* this round */
    bool hello_is_due;
    bool hello_is_heard;
    bool is_limited_by_peer;
    struct by_id said_state, said_acts;
    uint8_t heard_state[BY_SYNC_STATE_BYTES], heard_acts[BY_SYNC_ACTS_BYTES];
    struct by_frontier_talk keyed[BY_KINDS];
    struct by_frontier_talk placed;
    bool differs_is_due;
    bool buckets_are_due, buckets_are_said, buckets_are_heard;
    uint8_t said_buckets[BY_SYNC_BUCKETS * BY_SYNC_BUCKET_BYTES];
    uint8_t heard_buckets[BY_SYNC_BUCKETS * BY_SYNC_BUCKET_BYTES];
    bool has_filter; /* placed: only logs of these buckets */
    uint8_t filter[BY_SYNC_BUCKETS / 8];
    bool frontier_is_heard[BY_KINDS];
    bool end_is_said[BY_KINDS], end_is_heard[BY_KINDS];
    bool in_sync_is_due;

    /* notes */
    struct by_id said_notes; /* their digest, and their version then */
    uint64_t said_notes_version;
    uint8_t heard_notes[BY_SYNC_NOTES_DIGEST_BYTES];
    bool notes_differ; /* in this round: both say which they hold */
    bool noted_is_due;
    bool noted_is_heard;
    bool notes_are_told; /* what the peer holds is known */
    bool notes_end_is_said, notes_end_is_heard;
    uint64_t notes_sent_version; /* all notes as of this one are with the peer */
    uint64_t *notes_known;       /* by slot: as of which version the peer holds its note */
    size_t notes_known_count;

    struct by_peer_log *logs; /* in log-id order */
    size_t log_count, log_capacity;
    struct by_keyed_log *keys; /* of logs, sorted by key */
    size_t key_count;
    bool keys_are_made;
    struct by_branch *branches;
    size_t branch_count, branch_capacity;
    bool has_work[BY_KINDS]; /* a log or branch may have something to send */

    /* credit, in bytes of block messages since the session began */
    uint64_t may_send, sent;
    uint64_t may_receive, received, stored;
    uint64_t size_wanted; /* of the next block, which did not fit */

    /* storing */
    struct by_block_reader reader;
    bool store_is_due;
    struct by_run run;
    struct by_bytes packed;
    struct by_waiting_run *waiting; /* oldest first */
    size_t waiting_first, waiting_count, waiting_capacity;
    size_t acts_waiting;
    uint64_t acts_waiting_bytes;
    bool settle_is_due;
    bool has_deferred;
    struct by_buffer deferred; /* a message that comes after runs not yet answered */

    /* questions about the view */
    bool can_look; /* both sides have the feature */
    bool is_held;  /* logs are not compared yet */
    bool is_asking, ask_is_due;
    struct by_look asked;
    bool seen_is_due; /* the answer to it */
    struct by_seen seen;
    bool is_looking, look_is_due; /* the peer's */
    struct by_look look;
    uint64_t looks_left, looks_ms; /* that the peer may still ask, as of then */

    struct by_buffer replies; /* size u32 ‖ message, oldest first */
    size_t replies_taken;
    struct by_buffer message; /* being sent */
    struct by_buffer places;  /* scratch */
    struct by_session_stats stats;
};

/* -- session.c -- */
void by_session_fail(struct by_session *session, enum by_session_reason reason,
                     enum banyan_status status);
/* Storage trouble unless status is BANYAN_OK; whether it was. */
bool by_session_check(struct by_session *session, enum banyan_status status);
void by_session_begin_round(struct by_session *session, uint8_t round);
void by_session_note_progress(struct by_session *session);
/* Queue an answer; one that is encoded already. */
void by_session_reply(struct by_session *session, const struct by_message *message);
void by_session_reply_encoded(struct by_session *session, struct by_bytes message);
/* The peer's right now; closes the session when it is lost. */
enum by_session_right by_session_check_right(struct by_session *session);
/* Go to the next phase when this one is over. */
void by_session_advance(struct by_session *session);

/* -- session_compare.c -- */
/* Write the next message of hello and frontiers that is due; false when none is. */
bool by_session_say(struct by_session *session);
void by_session_hear_hello(struct by_session *session, const struct by_message *message);
void by_session_hear_keyed(struct by_session *session, const struct by_message *message);
void by_session_hear_placed(struct by_session *session, const struct by_message *message);
void by_session_hear_buckets(struct by_session *session, const struct by_message *message);
void by_session_hear_differs(struct by_session *session);
void by_session_begin_records(struct by_session *session);

/* -- session_logs.c -- */
/* Read the whole frontier; everything is unknown of the peer. */
void by_session_read_logs(struct by_session *session);
struct by_peer_log *by_session_find_log(struct by_session *session, const struct by_log_id *log);
/* Find or make it. NULL when memory ran out; the session closes then. */
struct by_peer_log *
by_session_add_log(struct by_session *session, const struct by_log_id *log, bool is_act_log);
void by_session_drop_log(struct by_session *session, struct by_peer_log *log);
/* The session's frontier is another: what is held of each log now is what that says. */
void by_session_exchange_frontier(struct by_session *session, struct by_frontier *frontier);
/* Remember what is held now as what was said. */
void by_session_mark_said(struct by_session *session);
/* The peer holds what was said of the log. */
void by_session_assume_said(struct by_session *session, struct by_peer_log *log);
/* The peer holds this much of the log. */
void by_session_place_log(struct by_session *session, struct by_peer_log *log,
                          const struct by_place *place);

/* -- session_branch.c -- */
/* Go branch by branch; those not talked about yet will be offered. */
void by_session_fork_log(struct by_session *session, struct by_peer_log *log);
/* The frontier's tips of a forked log changed. */
void by_session_update_branches(struct by_session *session, const struct by_peer_log *log);
/* The peer holds the branch that ends in tip. */
void by_session_end_branch(struct by_session *session, const struct by_log_id *log,
                           const struct by_sample *tip);
/* Write the next offer; false when none is due. */
bool by_session_offer(struct by_session *session, bool are_acts);
struct by_branch *by_session_sending_branch(struct by_session *session, bool are_acts);
/* Whether branches of this kind are not done. */
bool by_session_has_branches(const struct by_session *session, bool are_acts);
void by_session_hear_offer(struct by_session *session, const struct by_message_branch *offer);
void by_session_hear_probe(struct by_session *session, const struct by_message_branch *probe);
void by_session_hear_ask(struct by_session *session, const struct by_message_branch *ask);
/* What is before a run that came too early. */
void by_session_probe_gap(struct by_session *session, const struct by_waiting_run *run);

/* -- session_block.c -- */
/* Write the next block; false when none is to be sent, or credit is spent. */
bool by_session_send_block(struct by_session *session, bool are_acts);
/* Write the credit that stored blocks gave back; false when it is not worth a message. */
bool by_session_top_up(struct by_session *session);
void by_session_hear_block(struct by_session *session, const struct by_message *message,
                           size_t size);
void by_session_hear_credit(struct by_session *session, uint64_t total);

/* -- session_notes.c -- */
void by_session_begin_notes_round(struct by_session *session);
void by_session_hash_notes(const struct by_session *session, const struct by_sync_voice *voice,
                           uint8_t out_notes[BY_SYNC_NOTES_DIGEST_BYTES]);
/* Both hellos are there. */
void by_session_compare_notes(struct by_session *session);
/* Acts are compared: what they announce can be noted. */
void by_session_begin_notes(struct by_session *session);
void by_session_say_noted(struct by_session *session);
void by_session_hear_noted(struct by_session *session, const struct by_message *message);
void by_session_hear_notes(struct by_session *session, const struct by_message *message);
/* Write notes that the peer lacks; false when none are due. */
bool by_session_send_notes(struct by_session *session);
/* Whether notes are still to come or go. */
bool by_session_has_notes(const struct by_session *session);

/* -- session_look.c -- */
/* Write the question that is due; false when none is. */
bool by_session_ask(struct by_session *session);
void by_session_hear_look(struct by_session *session, const struct by_look *look);
void by_session_hear_seen(struct by_session *session, const struct by_seen *seen);

/* -- session_farewell.c -- */
/* The peer has no right any more, or is to get acts alone. */
void by_session_begin_farewell(struct by_session *session, bool is_recovery);
/* Write the next message of it; false when none can be written, or all has been said: then the
 * session closes. */
bool by_session_say_farewell(struct by_session *session);
/* Whether the peer may still say this. */
bool by_session_hears_in_farewell(const struct by_session *session,
                                  const struct by_message *message);

/* -- session_receive.c -- */
void by_session_take_deferred(struct by_session *session);

#endif
