/*
 * The values that a node keeps for itself in its store, by name. They are no part of what is
 * shared.
 */
#ifndef BY_CORE_LOCAL_H
#define BY_CORE_LOCAL_H

#include "store/store.h"

/* Network id ‖ organisation id. Its presence makes a home complete: it is committed together with
 * the first act. */
#define BY_LOCAL_HOME "home"
/* What told this copy of the store from others when it last wrote (os/os.h, by_os_copy_identity).
 */
#define BY_LOCAL_COPY "copy"
/* The act log and the record log that this copy writes: log id, 40 bytes. */
#define BY_LOCAL_ACT_LOG    "act log"
#define BY_LOCAL_RECORD_LOG "record log"
/* How often acts were added, u64: a charter built at the same number is still right. */
#define BY_LOCAL_ACTS "acts"
/* The join key of the invitation that this node answered, 32 bytes; gone once it is taken in. */
#define BY_LOCAL_JOIN_KEY "join key"
/* The transport key that the invitation names, 32 bytes: whom a newcomer trusts until it is taken
 * in. */
#define BY_LOCAL_INVITER "inviter"
/* The name of the person at work (core/me.h). */
#define BY_LOCAL_ME "me"
/* How often somebody asked a node that runs whether it is in sync, u64 (net/sync_wait.h). */
#define BY_LOCAL_ASKED "asked"
/* The last question to a node that runs whether a member sees the same (net/compare.h). */
#define BY_LOCAL_COMPARE "compare"
/* Where peers can be reached (live/addresses.h), and where this node says that it can be
 * (live/told.h). Notes stand beside (live/kept_notes.h). */
#define BY_LOCAL_ADDRESSES "addresses"
#define BY_LOCAL_TOLD      "told addresses"
/* Tables that were imported here (import/state.h). */
#define BY_LOCAL_IMPORTS "imports"
/* Followed by an organisation's id in hex: newest stamp held of it, u64 ‖ the organisation through
 * whose bundle it came, 32 bytes. */
#define BY_LOCAL_HEARD            "heard "
#define BY_LOCAL_HEARD_NAME_BYTES (sizeof BY_LOCAL_HEARD + 64)

/* 0 where there is no such value. */
BANYAN_MUST_CHECK enum banyan_status
by_local_u64_get(struct by_store_txn *txn, const char *name, uint64_t *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_local_u64_put(struct by_store_txn *txn, const char *name, uint64_t value);
/* BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status
by_local_log_get(struct by_store_txn *txn, const char *name, struct by_log_id *out_log);
BANYAN_MUST_CHECK enum banyan_status
by_local_log_put(struct by_store_txn *txn, const char *name, const struct by_log_id *log);
/* To be called in the transaction that adds acts. */
BANYAN_MUST_CHECK enum banyan_status by_local_acts_changed(struct by_store_txn *txn);

void by_local_heard_name(const struct by_id *organisation,
                         char out_name[BY_LOCAL_HEARD_NAME_BYTES]);
/* out_hlc 0 where nothing was heard. */
BANYAN_MUST_CHECK enum banyan_status by_local_heard_get(struct by_store_txn *txn,
                                                        const struct by_id *organisation,
                                                        uint64_t *out_hlc, struct by_id *out_via);
/* Keeps what is there when it is newer. */
BANYAN_MUST_CHECK enum banyan_status by_local_heard_put(struct by_store_txn *txn,
                                                        const struct by_id *organisation,
                                                        uint64_t hlc, const struct by_id *via);

#endif
