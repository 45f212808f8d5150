/*
 * Inside of a node at work: its state, and what its parts call of each other.
 *
 *   live.c            loop thread: opening, closing, meeting what the other threads did
 *   live_peer.c       loop thread: peers, what they may do, runs handed over
 *   live_port.c       loop thread: what sessions read
 *   live_roots.c      loop thread: the keys of organisations, as transport keys
 *   live_farewell.c   loop thread: what a peer without a right may still be told
 *   live_notes.c      loop thread: the notes of all devices, from the store and to the writer
 *   live_own_notes.c  loop thread: what this device says of itself, and when
 *   live_met.c        loop thread: what a peer that was met holds, kept for `status`
 *   live_writer.c     writer thread: from queued runs to a commit, and to news of it
 *   live_sources.c    writer thread: the runs of each peer, and what it is answered
 *   live_judge.c      writer thread: one transaction
 *   live_look.c       writer thread: what is new in the store, by whomever
 *   live_tips.c       writer thread: the counting ends of a log
 *   live_projector.c  projector thread
 *   live_answers.c    projector thread, when the view has met all: answers about the view
 *   live_tally.c      projector thread, when the view has met all: counting what was exchanged
 *   live_news.c       the lists that go from one thread to another
 *
 * The mutex guards what stands under it and is held for moments only. All else belongs to one
 * thread.
 */
#ifndef BY_LIVE_STATE_H
#define BY_LIVE_STATE_H

#include <pthread.h>

#include "core/intake.h"
#include "live/live.h"
#include "log/extent.h"

/* -- from the loop to the writer -- */

enum by_live_order {
    BY_LIVE_RUN,    /* keep it; acts wait for the next settle */
    BY_LIVE_SETTLE, /* judge the acts so far */
    BY_LIVE_FORGET  /* settle, and forget the peer */
};
/* What became of a run in a transaction. */
enum by_live_fate {
    BY_LIVE_UNDECIDED, /* acts before a settle */
    BY_LIVE_KEPT,
    BY_LIVE_ASIDE, /* acts whose past is missing: judged again with what comes */
    BY_LIVE_DROPPED,
    BY_LIVE_GAP
};
struct by_live_item {
    struct by_live_item *next;
    enum by_live_order order;
    enum by_live_fate fate; /* the writer's */
    uint64_t entries_new;   /* the writer's; where only part is, the last ones */
    uint64_t peer;
    struct by_id transport;
    size_t size; /* in memory */
    bool are_acts;
    struct by_run run; /* into the same piece of memory, as is packed */
    struct by_bytes packed;
};
struct by_live_queue {
    struct by_live_item *first, *last;
    size_t bytes;
};
void by_live_queue_add(struct by_live_queue *queue, struct by_live_item *item);
struct by_live_item *by_live_queue_take(struct by_live_queue *queue);
/* Append all of from, which is empty afterwards. */
void by_live_queue_move(struct by_live_queue *queue, struct by_live_queue *from);
void by_live_queue_clear(struct by_live_queue *queue);

/* -- from the writer to the loop -- */

/* How a log stands now. */
struct by_live_log_news {
    struct by_log_id log;
    bool is_act_log;
    bool is_gone; /* of the frontier */
    struct by_tip *tips;
    size_t tip_count;
};
struct by_live_verdict_news {
    uint64_t peer;
    enum by_session_verdict verdict;
    struct by_extent brought; /* entries of records that are new here; empty: none */
};
struct by_live_news {
    struct by_live_log_news *logs;
    size_t log_count, log_capacity;
    struct by_live_verdict_news *verdicts;
    size_t verdict_count, verdict_capacity;
};
/* tips are copied. */
BANYAN_MUST_CHECK enum banyan_status
by_live_news_add_log(struct by_live_news *news, const struct by_live_log_news *log);
BANYAN_MUST_CHECK enum banyan_status
by_live_news_add_verdict(struct by_live_news *news, const struct by_live_verdict_news *verdict);
/* Append all of from, which is empty afterwards; on BANYAN_ERR_MEMORY both are as they were. */
BANYAN_MUST_CHECK enum banyan_status
by_live_news_move(struct by_live_news *news, struct by_live_news *from);
void by_live_news_clear(struct by_live_news *news);
void by_live_news_deinit(struct by_live_news *news);

/* -- the writer's own -- */

/* What the writer keeps about a peer. */
struct by_live_source {
    uint64_t peer;
    struct by_id transport;
    struct by_live_queue aside; /* acts judged whose past is missing, oldest first */
    struct by_live_queue acts;  /* not judged yet */
    struct by_live_queue batch; /* what came since */
};
struct by_live_touch {
    struct by_log_id log;
    bool is_act_log;
};

/* A note to be kept in the store, or removed from it. */
struct by_live_kept;

struct by_live_writer {
    struct by_node *node;
    struct by_node *spare;        /* its acts are exchanged for the loop's */
    struct by_frontier frontier;  /* as told to the loop */
    uint64_t frontier_version;    /* of the acts it follows; UINT64_MAX: of none */
    uint64_t seen_txn;            /* of the store as last looked at, or earlier */
    uint64_t mark;                /* first arrival not met */
    uint64_t own_from, own_until; /* arrivals of the last batch: met by touches */
    bool settle_is_due;
    struct by_live_touch *touches; /* logs that are further than the frontier says */
    size_t touch_count, touch_capacity;
    struct by_live_source *sources;
    size_t source_count, source_capacity;
    struct by_live_news news; /* of the batch at work */
};

/* The key of an organisation. */
struct by_live_root {
    struct by_id key;
    struct by_id transport; /* the same as a transport key; zero where it cannot be one */
};

struct by_live {
    /* the loop's */
    struct by_os_hold *hold;
    struct by_node *node;
    struct by_node *projector; /* the projector's */
    struct by_frontier frontier;
    struct by_live_peer **peers; /* by number, which only grows */
    size_t peer_count, peer_capacity;
    uint64_t last_peer;
    struct by_id inviter; /* zero: none */
    uint64_t seen_txn;
    uint64_t told_txn;                 /* written_txn at the last poll */
    uint64_t seen_until, viewed_until; /* of stored_until and met_until, at the last poll */
    struct by_live_news taken;
    struct by_buffer packed;    /* the block read last */
    struct by_live_root *roots; /* as of roots_version of the acts; grows with the organisations */
    size_t root_count;
    uint64_t roots_version;
    struct by_notes notes;
    uint64_t notes_kept_version; /* as handed to the writer */
    uint64_t notes_looked_ms;    /* whether one of this device's is due */
    struct by_id state_seen;     /* of the logs, then */
    uint64_t state_changed_ms;   /* since when it is that */
    uint64_t state_moved_ms;     /* since when it has not stood still */

    by_live_wake *wake;
    void *wake_context;
    pthread_t writer_thread, projector_thread;
    struct by_keeping *keeping; /* NULL: other programs need the passphrase themselves */
    bool has_writer, has_projector;

    pthread_mutex_t mutex;
    pthread_cond_t to_writer, to_projector;
    /* under the mutex */
    bool is_closing;     /* the writer ends when its queue is empty */
    bool is_written_out; /* the projector ends: the view goes on where it stopped */
    bool has_woken;
    bool look_again; /* the store was written to by others */
    bool spare_is_ready;
    struct by_live_queue queue;
    struct by_live_kept *kept;
    struct by_live_news news;
    uint64_t stored_until;         /* arrivals: what the view is to meet, and */
    uint64_t met_until;            /* what it met */
    struct by_live_tally *tallies; /* to be counted, first one first */
    struct by_live_tally *last_tally;
    struct by_live_answer *answers; /* looked for, and found; first one first */
    bool is_storing;                /* runs are with the writer */
    uint64_t arrived_ms;            /* when blocks came last, from anywhere */
    uint64_t view_ms; /* since when the view lags, or has last made up for some of it */
    uint64_t view_quiet_ms, view_lag_ms; /* BY_LIVE_VIEW_QUIET_MS and _LAG_MS, but in tests */
    uint64_t written_txn;
    const struct banyan_words *words; /* of who is told */
    struct banyan_error trouble;      /* of the last failure, until it is told */
    enum banyan_status trouble_status;

    struct by_live_writer writer;
};

struct by_live_peer {
    struct by_live *live;
    uint64_t number;
    struct by_id transport;
    struct by_id organisation;
    enum by_session_right right;
    struct by_session *session;
    struct by_frontier farewell; /* where it has no right any more; made when it is asked for */
    bool has_farewell;
    uint64_t runs_under_way;
    uint64_t stored_until;            /* arrivals: all that it brought lies before */
    struct by_extents sent, received; /* of records, since the last tally */
    struct by_id met_state;           /* of the logs, as both held them when last kept */
    uint64_t met_ms;
    struct by_id still_state; /* what they are, and since when */
    uint64_t still_ms;
};

/* -- live.c -- */
/* Wait for the condition, at most so long. The mutex is held. */
void by_live_wait(struct by_live *live, pthread_cond_t *condition, uint64_t wait_ms);
/* There is something to poll. The mutex is held. */
void by_live_tell(struct by_live *live);
/* Keep a failure to be told at the next poll. The mutex is held. */
void by_live_note_trouble(struct by_live *live, enum banyan_status status,
                          const struct banyan_error *error);

/* -- live_peer.c -- */
/* NULL where it is gone. */
struct by_live_peer *by_live_peer_find(const struct by_live *live, uint64_t number);
void by_live_peer_judge(struct by_live_peer *peer);
/* The organisation of a transport key: of several the one with the highest role. */
const struct by_charter_org *
by_live_org_of(const struct by_charter *charter, const struct by_id *transport);
/* -- roots.c, loop thread -- */
/* The organisation whose present key is this as a transport key; NULL for none. */
const struct by_charter_org *
by_live_org_of_root(struct by_live *live, const struct by_id *transport);

/* -- live_port.c -- */
extern const struct by_session_port by_live_port; /* its context is a peer */

/* -- live_farewell.c -- */
/* Of by_session_port; context is a peer. */
struct by_frontier *by_live_farewell(void *context);
/* Of a block only what the peer may be told: up to last_seq; packed is exchanged. */
BANYAN_MUST_CHECK enum banyan_status
by_live_cut_block(struct by_live *live, struct by_session_block *block);

/* -- live_notes.c -- */
BANYAN_MUST_CHECK enum banyan_status
by_live_load_notes(struct by_live *live, struct banyan_error *error);
/* The charter is another: notes of devices that have no role any more go. */
void by_live_prune_notes(struct by_live *live);
/* Hand what is new to the writer. */
void by_live_keep_new_notes(struct by_live *live);
/* Hand to the writer that the device holds what standing says. Without memory, nothing is kept. */
void by_live_keep_met(struct by_live *live, const struct by_id *device, struct by_bytes standing);
/* On the writer's thread: kept is taken. */
BANYAN_MUST_CHECK enum banyan_status by_live_keep_notes(struct by_live_writer *writer,
                                                        struct by_live_kept *kept,
                                                        struct banyan_error *error);
void by_live_kept_free(struct by_live_kept *kept);

/* -- live_own_notes.c -- */
/* Make those that are due. */
BANYAN_MUST_CHECK enum banyan_status
by_live_make_notes(struct by_live *live, uint64_t now_ms, struct banyan_error *error);

/* -- live_met.c -- */
/* The peer goes: keep what it held, as far as that is sure. */
void by_live_part(struct by_live_peer *peer);

/* -- live_tips.c -- */
struct by_live_tips {
    bool counts;
    struct by_tip *tips; /* freed by the caller */
    size_t count;
};
/* The ends that count by the charter of node. BANYAN_ERR_DAMAGED where they cannot be told. */
BANYAN_MUST_CHECK enum banyan_status
by_live_tips_read(struct by_store_txn *txn, const struct by_node *node, const struct by_log_id *log,
                  bool is_act_log, struct by_live_tips *out_tips);

/* -- live_judge.c -- */
/* Do what items say, in one commit; they are taken. Verdicts go to writer->news, logs to
 * writer->touches, whatever becomes of it. */
BANYAN_MUST_CHECK enum banyan_status by_live_judge(struct by_live_writer *writer,
                                                   struct by_live_queue *items,
                                                   struct banyan_error *error);

/* -- live_sources.c -- */
/* Hand items to the sources they come from. */
BANYAN_MUST_CHECK enum banyan_status
by_live_sources_take(struct by_live_writer *writer, struct by_live_queue *items);
/* Answer what was decided, and sort the rest; forgotten sources go. */
BANYAN_MUST_CHECK enum banyan_status
by_live_sources_answer(struct by_live_writer *writer, bool is_stored);
void by_live_sources_deinit(struct by_live_writer *writer);
BANYAN_MUST_CHECK enum banyan_status
by_live_touch(struct by_live_writer *writer, const struct by_log_id *log, bool is_act_log);

/* -- live_look.c -- */
/* Learn all that is new in the store; how its logs stand now goes to writer->news. What failed is
 * done the next time. */
BANYAN_MUST_CHECK enum banyan_status
by_live_look(struct by_live_writer *writer, struct banyan_error *error);

/* -- live_writer.c -- */
/* Hand over what the writer knows. */
void by_live_publish(struct by_live *live);
void *by_live_write(void *live);

/* -- live_projector.c -- */
/* How long the view waits yet, though blocks are there for it. The mutex is held. */
uint64_t by_live_view_pause_ms(const struct by_live *live, uint64_t now_ms);
void *by_live_project(void *live);

/* -- live_answers.c -- */
/* Whether one is to be looked for, and looking for the first such. The mutex is held, and let go
 * meanwhile. */
bool by_live_has_question(const struct by_live *live);
void by_live_answer_work(struct by_live *live);
/* On the loop's thread: those of peers that are there go to their sessions. */
void by_live_hand_out_answers(struct by_live *live);
void by_live_drop_answers(struct by_live *live);

/* -- live_tally.c -- */
/* A slice of the first tally; there is one. The mutex is held, and let go meanwhile. */
void by_live_tally_work(struct by_live *live);

#endif
