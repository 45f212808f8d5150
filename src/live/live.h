/*
 * A node at work among peers: what `banyan run` keeps between sessions and the store.
 *
 *      loop thread                         writer thread            projector thread
 *   sessions, frontier, reads  ── runs ──▶ store, one commit  ────▶ view, by itself
 *             ▲                            for many runs
 *             └── by_live_poll ◀─ verdicts, new tips, new charter ──┘
 *
 * All calls below are for the loop thread; none of them waits for a disk's sync or for the view.
 * The two other threads have store handles of their own (by_store_share). What other processes
 * write to the home is met by by_live_poll too: it compares the number of the store's last
 * transaction, which costs no system call.
 */
#ifndef BY_LIVE_LIVE_H
#define BY_LIVE_LIVE_H

#include "core/node.h"
#include "sync/session.h"
#include "view/tally.h"

struct by_live;
/* A session's place in the bookkeeping: made with it, freed after it. */
struct by_live_peer;

/* Called from any thread, at most once until the next by_live_poll: there is something to poll. */
typedef void by_live_wake(void *context);

/* passphrase: who is asked, where the key is locked; copied, and may be NULL. BANYAN_ERR_NOT_FOUND,
 * _UNSAFE_PLACE, _DAMAGED, _DENIED (the passphrase), _BUSY (another `run` has this home), _MEMORY;
 * each with words. */
BANYAN_MUST_CHECK enum banyan_status
by_live_open(const char *home, const struct banyan_passphrase *passphrase, by_live_wake *wake,
             void *context, struct by_live **out_live, struct banyan_error *error);
/* Waits for runs under way: what was handed over is stored. NULL is fine. All peers have been
 * freed. */
void by_live_close(struct by_live *live);
/* The same of a node whose home is not complete: it has a network and a transport key, and takes
 * what the one with the transport key inviter brings. node is taken, and closed by failures too. No
 * command can ask it to sign. */
BANYAN_MUST_CHECK enum banyan_status
by_live_open_made(struct by_node *node, const struct by_id *inviter, by_live_wake *wake,
                  void *context, struct by_live **out_live, struct banyan_error *error);

/* The node behind it: keys, network, charter. Borrowed; changes only in by_live_poll. */
const struct by_node *by_live_node(const struct by_live *live);

/* Number of the store's last transaction that sessions know all of: what was committed by then has
 * been offered to every peer whose session is in sync. */
uint64_t by_live_txn(const struct by_live *live);

/* What a transport key may do now: BY_RIGHT_ALL for devices of organisations with a role (and,
 * while this node waits to be taken in, for the key in its invitation), BY_RIGHT_NONE for devices
 * that had one. The key of an organisation itself (by_box_public_of_signing_public): with a role
 * BY_RIGHT_ACTS_OUT, without BY_RIGHT_NONE. Else BY_RIGHT_ACTS_IN. out_organisation is zero when
 * unknown. */
enum by_session_right
by_live_right(struct by_live *live, const struct by_id *transport, struct by_id *out_organisation);

/* A session with the port and the frontier behind it. transport: the peer's static key. */
BANYAN_MUST_CHECK enum banyan_status
by_live_peer_new(struct by_live *live, const struct by_id *transport, const uint8_t binding[32],
                 bool is_caller, uint64_t now_ms, struct by_live_peer **out_peer);
struct by_session *by_live_peer_session(struct by_live_peer *peer);
/* Answers still under way for it are dropped; its runs are stored all the same. NULL is fine. */
void by_live_peer_free(struct by_live_peer *peer);

/* BY_SESSION_STORE: copied and queued, while the message it came in still lies where the session
 * got it. BY_SESSION_SETTLE: answer the act runs queued so far. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_live_store(struct by_live_peer *peer, const struct by_session_output *output);
BANYAN_MUST_CHECK enum banyan_status by_live_settle(struct by_live_peer *peer);

/* False while so many bytes of runs wait to be stored that hosts should not read from their peers.
 * What sessions hand over meanwhile is taken all the same. */
bool by_live_is_ready(struct by_live *live);

/* BY_SESSION_IN_SYNC: says so to others as well, in a note of how far this device is, if that is
 * due. */
void by_live_make_standing(struct by_live *live, uint64_t now_ms);
/* The same: keeps for `status` what both hold now. */
void by_live_note_met(struct by_live_peer *peer);
/* Every second or so: the same, of what was sent since and must have arrived. */
void by_live_watch_met(struct by_live_peer *peer);
/* The notes of all devices. Borrowed; they change in by_live_poll, and with what sessions hear. */
const struct by_notes *by_live_notes(const struct by_live *live);

/* BY_SESSION_LOOK: the session is answered in a later by_live_poll, once the view has met all that
 * is stored. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_live_answer(struct by_live_peer *peer, const struct by_look *look);
/* The same question about this node's own view. */
struct by_live_answer;
BANYAN_MUST_CHECK enum banyan_status by_live_answer_new(struct by_live *live,
                                                        const struct by_look *look,
                                                        struct by_live_answer **out_answer);
/* False while it is looked for. The message, empty where it failed, holds until free. */
bool by_live_answer_is_there(struct by_live_answer *answer, struct by_bytes *out_message);
/* Before the node is closed. NULL is fine. */
void by_live_answer_free(struct by_live_answer *answer);

/* After a wake, and every BY_LIVE_POLL_MS: takes in what other threads and processes did; sets the
 * frontier, tells all sessions (by_session_changed, by_session_stored), admits newcomers whose
 * joins arrived, and makes notes that are due. Poll the sessions after. A failure of another thread
 * is handed out once, with words; work goes on, and what failed is tried again where it can be. */
#define BY_LIVE_POLL_MS 20
BANYAN_MUST_CHECK enum banyan_status
by_live_poll(struct by_live *live, uint64_t now_ms, struct banyan_error *error);

/* Whether all that the peer brought is stored, and the view has met it. */
bool by_live_peer_is_met(const struct by_live_peer *peer);

/* What went over the connection of a peer since its session began, or since its last tally, in
 * records. Counted on the projector's thread whenever the view has met all; wakes when it is done.
 */
struct by_live_tally;
/* Whether there is anything to count. */
bool by_live_peer_has_sent(const struct by_live_peer *peer);
bool by_live_peer_has_received(const struct by_live_peer *peer);
/* The peer may be freed meanwhile. BANYAN_ERR_MEMORY: what there was is forgotten. */
BANYAN_MUST_CHECK enum banyan_status
by_live_tally_new(struct by_live_peer *peer, struct by_live_tally **out_tally);
enum by_live_tally_state { BY_LIVE_COUNTING, BY_LIVE_COUNTED, BY_LIVE_UNCOUNTED /* it failed */ };
/* The result, where it is counted, holds until free. */
enum by_live_tally_state
by_live_tally_state(struct by_live_tally *tally, const struct by_tally_result **out_result);
/* Before the node is closed. NULL is fine. */
void by_live_tally_free(struct by_live_tally *tally);

#endif
