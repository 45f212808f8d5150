/*
 * A node: one organisation's device, its keys, logs and merged view in one folder, the home.
 *
 * Version 0.x: this interface may still change between minor versions.
 *
 * Results that are documents come as JSON text (struct banyan_text), one stable shape per call,
 * described at the call: records are documents whose fields are data, so a fixed C struct could not
 * hold them. Times are UTC, "2026-11-21T08:46:03Z". Ids of records are short ids ("K7QM-2F9D"); of
 * organisations and entries, lower-case hex.
 *
 * Every call takes an optional error, filled with one sentence when the call fails.
 * Thread: a node and everything got from it belong to one thread. Several processes may open one
 * home.
 */
#ifndef BANYAN_NODE_H
#define BANYAN_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "banyan/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct banyan_node banyan_node;

/* Text that the caller frees with banyan_text_free. data ends in NUL, size does not count it. */
struct banyan_text {
    char *data;
    size_t size;
};
BANYAN_API void banyan_text_free(struct banyan_text *text);

/* "0.1.0". Static. */
BANYAN_API const char *banyan_version(void);
/* The default home as a path that the caller frees with free(); NULL when the system names none. */
BANYAN_API char *banyan_default_home(void);
/* For programs that hold keys, once at their start: no core dumps, files for the owner only. */
BANYAN_API void banyan_harden_process(void);
/* Memory for a secret, such as a code that was typed: zeroed, between guard pages, never swapped
 * out where the system allows that, and in no dump. NULL when memory ran out. free wipes it; NULL
 * is fine. */
BANYAN_API void *banyan_secret_new(size_t size);
BANYAN_API void banyan_secret_free(void *secret);

/*
 * How a passphrase is asked for, when the key of the device is locked by one.
 *
 * ask   writes it to text, in memory that is never swapped out and is wiped after, and ends it with
 *       NUL within size; any status but BANYAN_OK ends the call it is needed for, with the words in
 *       error, if any. NULL: nobody is asked, and the call ends in BANYAN_ERR_DENIED.
 */
#define BANYAN_PASSPHRASE_BYTES_MAX 1024
enum banyan_passphrase_use {
    BANYAN_PASSPHRASE_TO_UNLOCK, /* the one that the key has */
    BANYAN_PASSPHRASE_TO_LOCK    /* a new one */
};
typedef enum banyan_status banyan_passphrase_ask(void *context, enum banyan_passphrase_use use,
                                                 char *text, size_t size,
                                                 struct banyan_error *error);
struct banyan_passphrase {
    banyan_passphrase_ask *ask;
    void *context;
};

struct banyan_profile {
    const char *name;    /* of the organisation, 1 to 256 bytes of UTF-8 */
    const char *country; /* ISO 3166-1 alpha-3, such as "KHM" */
    const char *kind;    /* a code of list org-kind, such as "ngo" */
    /* Asked for a passphrase that locks the key of the device, whose seeds are then never written
     * without it; with ask NULL the key is not locked. */
    struct banyan_passphrase lock;
};

/*
 * Found a network: make the home, keys, genesis and the organisation's own record.
 *
 * network_names  "Mekong" or "vi=Mạng lưới Mê Công"; count >= 1; without a language tag it is taken
 * as English. out_recovery   the organisation's recovery code, shown once: it is stored nowhere.
 * Returns  BANYAN_ERR_EXISTS        there is a home already; nothing changed
 *          BANYAN_ERR_UNSAFE_PLACE  network share, or a folder that others may enter
 *          BANYAN_ERR_INVALID       a name, country or kind breaks its rule
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_init(const char *home, const char *const *network_names, size_t network_name_count,
            const struct banyan_profile *profile, struct banyan_text *out_recovery,
            struct banyan_error *error);

/*
 * Join a network with an invitation code (spaces, line breaks, case and text around it do not
 * matter): make the home, keys and the join, which counts once a member's node has taken it in.
 * Until then nothing can be written.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_join(const char *home, const char *code, const struct banyan_profile *profile,
            struct banyan_text *out_recovery, struct banyan_error *error);

/* Open a home. BANYAN_ERR_NOT_FOUND without one; BANYAN_ERR_UNSAFE_PLACE, BANYAN_ERR_DAMAGED,
 * BANYAN_ERR_UPGRADE. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_node_open(const char *home, banyan_node **out_node, struct banyan_error *error);
/* NULL is fine. Brings the view up to date where this node wrote. */
BANYAN_API void banyan_node_close(banyan_node *node);

/* How far long work has come: called on the thread of the call at work, about once a second or more
 * often; done grows, and is at most total. */
typedef void banyan_progress(void *context, uint64_t done, uint64_t total);
/* Whom later calls tell, in blocks of entries, while they bring the view up to date with logs that
 * have grown: done is 0 first, and total last. Not for a node that runs. context must
 * hold until node is closed. progress NULL: nobody. */
BANYAN_API void banyan_node_watch(banyan_node *node, banyan_progress *progress, void *context);

/* Who is asked for the passphrase, once, by the first call that needs the key: calls that write,
 * and those that read or make bundles or sign. It is copied. Without this, such a call ends in
 * BANYAN_ERR_DENIED where there is a passphrase. */
BANYAN_API void
banyan_node_passphrase(banyan_node *node, const struct banyan_passphrase *passphrase);
/*
 * Lock the key of the device by a passphrase, give it another one, or (has_passphrase false) take
 * it away; the one that it has is asked for, and a new one. {"passphrase": bool, "changed": bool}.
 *
 * Returns  BANYAN_ERR_DENIED   this is not the passphrase; nothing changed
 *          BANYAN_ERR_INVALID  the new one has fewer than 8 bytes, or is no UTF-8; nothing changed
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_key_passphrase(banyan_node *node, bool has_passphrase, struct banyan_text *out_json,
                      struct banyan_error *error);

/*
 * The person at work in this home, whose name goes with what is written from now on and stands in
 * history and blame. name_or_null: NULL asks only, "" forgets. {"person": text or null}.
 * BANYAN_ERR_INVALID for more than 128 bytes or one line.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_me(banyan_node *node, const char *name_or_null, struct banyan_text *out_json,
          struct banyan_error *error);

/*
 * {"home", "network": {"id", "names": {lang: text}}, "organisation": {"id", "name", "country",
 * "kind", "role"}, "device", "passphrase": bool (the key has one), "waiting": bool (joined, not
 * taken in yet), "removed": bool, "removed_by": {"id", "name"} or null (its own where it left),
 * "removed_at" or null, "revoked": bool (this device was), "revoked_by": {"id", "name"} or null,
 * "revoked_at" or null, "digits" (six, while waiting) or null, "records": {type: n}, "deleted",
 * "private": n (of this device alone), "conflicts", "proposals", "members": n, "fingerprint",
 * "logs", "entries", "bytes" (of the file of logs), "heard":
 * [{"organisation": {"id", "name"}, "as_of", "via": {"id", "name"}}], "standings":
 * [{"organisation": {"id", "name"}, "device", "as_of" or null, "met": bool, "via": {"id", "name"}
 * or null, "connected": bool, "in_sync": bool, "partial": bool, "they_lack": {"changes": n,
 * "records": {"new", "changed", "deleted", "proposed"} or null}, "we_lack": {"changes": n}}],
 * "newcomers": [{"id", "name", "state" as of banyan_joins}] (who waits for a person to take them
 * in: banyan_admit),
 * "approvals": [{"act", "what": "role"|"types"|"lower"|"revoke"|"key"|"level", "organisation":
 * {"id", "name"} or null, "role" or null, "by": {"id", "name"}, "at", "votes": [{"id", "name"}],
 * "needed": n, "yours": bool}], "reminders":
 * [{"organisation": {"id", "name"}, "role", "until"}], "held": [{"organisation": {"id", "name"},
 * "entries": n}]}.
 *
 * heard: the newest entry held of each member, and through whose bundle it came. standings: how far
 * each device of others holds what is here, as of when this node met it (met), or else as it told
 * itself in a note that came via a member; as_of null: nothing is known. partial: of some logs
 * nothing is known. they_lack: changes of records that are here, and the records once they had
 * them (null where they are too many to count in a moment); we_lack: changes that they have. With
 * whom a node of this home is in sync now lacks nothing. approvals: acts that wait for votes of
 * coordinators; yours: it waits for this organisation's. reminders: roles that were given until a
 * day. held: entries that are kept here and count no more, since they lie past where their author
 * was lowered.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_status_report(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

/* Hash and verify everything stored. {"ok", "logs", "blocks", "entries", "bytes", "damaged_blocks",
 * "bad_seals", "index_faults", "first_damaged": {"organisation": {"id", "name"} or null, "log",
 * "seq"} or null}. BANYAN_ERR_DAMAGED when anything is wrong (out_json is set all the same).
 * progress may be NULL.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_check(banyan_node *node, banyan_progress *progress, void *context,
             struct banyan_text *out_json, struct banyan_error *error);

/* Make the view anew from the logs. {"records": n, "private": n, "fingerprint"}. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_rebuild(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
