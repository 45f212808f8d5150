/*
 * A node: an open home with its keys, its store, the charter of the acts it holds, and the view.
 */
#ifndef BY_CORE_NODE_H
#define BY_CORE_NODE_H

#include "banyan/node.h"
#include "core/home.h"
#include "member/charter.h"
#include "record/registry.h"
#include "view/view.h"

/* Fields are for src/core to read; only node.c changes them. Since it holds keys it lies in memory
 * of its own (crypto/key.h, by_secret_new). */
struct by_node {
    char *home;
    struct by_store *store;
    struct by_store *private_store; /* what this device keeps for itself (core/private.h) */
    struct by_view *view;           /* NULL until first asked for */
    struct by_signing_key device;   /* both with zero for a secret while that is locked */
    struct by_box_key transport;
    bool is_sealed;                      /* the key file, by a passphrase (core/keys.h) */
    bool is_locked;                      /* and it was not given yet */
    bool has_keeper;                     /* then: a node at work signs for this one */
    struct banyan_passphrase passphrase; /* who is asked for it else */
    struct by_id network;
    struct by_id organisation;
    char copy[BY_OS_IDENTITY_BYTES]; /* what tells this copy of the home from others */

    /* what the acts say, as of act_version */
    struct by_charter *charter;
    struct by_type_set *types;
    struct by_registry *registry; /* the types as people see them */
    struct by_id types_act;       /* their mark (record/types_join.h) */
    struct by_registry **retired; /* of types acts before: what they told is still in hands */
    size_t retired_count;
    uint64_t act_version;
    uint64_t act_arrival; /* of the first block of the store that was not there then */
    uint64_t seen_txn;
    bool acts_are_damaged;     /* some could not be read: nothing may be decided on the rest */
    bool view_is_behind;       /* written to since the view was brought up to date */
    bool is_shared;            /* made by by_node_share: the view is another's care */
    banyan_progress *progress; /* of the view; NULL: nobody asks */
    void *progress_context;
};

/* BANYAN_ERR_NOT_FOUND, _UNSAFE_PLACE, _DAMAGED, _UPGRADE, _DISK with words. Damaged acts do not
 * hinder: by_check must be able to name them. */
BANYAN_MUST_CHECK enum banyan_status
by_node_open(const char *home, struct by_node **out_node, struct banyan_error *error);
/* A node whose home is not complete yet: folder and store are made, nothing is written. The keys
 * come from seeds, everything else is empty. BANYAN_ERR_UNSAFE_PLACE, _DISK with words. */
BANYAN_MUST_CHECK enum banyan_status
by_node_make(const char *home, const struct by_device_seeds *seeds, struct by_node **out_node,
             struct banyan_error *error);
/* The same home for another thread: with a handle of its own on the store, a charter and, once
 * asked for, a view of its own. To be made where node is used; both are closed in any order. */
BANYAN_MUST_CHECK enum banyan_status
by_node_share(const struct by_node *node, struct by_node **out_node);
/* Exchange what the acts say between two nodes of one home. */
void by_node_swap_acts(struct by_node *a, struct by_node *b);
/* As of banyan_node_watch. */
void by_node_watch(struct by_node *node, banyan_progress *progress, void *context);
/* Brings the view up to date where this node wrote. NULL is fine. */
void by_node_close(struct by_node *node);

/* Tell a node at work on this home, if there is one, that the store was written to. It would find
 * out by itself some moments later. */
#define BY_BELL_FILE "bell"
void by_node_ring(const struct by_node *node);

/* Learn what other processes did to the acts since. BANYAN_ERR_DAMAGED when some cannot be read. */
BANYAN_MUST_CHECK enum banyan_status
by_node_refresh(struct by_node *node, struct banyan_error *error);
/* As by_node_refresh, then open the view where it is not yet and bring it up to date. That another
 * process is at it is no failure: what is there can be read. out_changes may be NULL. */
BANYAN_MUST_CHECK enum banyan_status
by_node_view(struct by_node *node, struct by_view_changes *out_changes, struct banyan_error *error);
/* The same up to the block with that arrival number. BANYAN_ERR_BUSY when another process is at it.
 */
BANYAN_MUST_CHECK enum banyan_status by_node_view_until(struct by_node *node, uint64_t until,
                                                        struct by_view_changes *out_changes,
                                                        struct banyan_error *error);
/* An id as people give it to a record name, by the view up to date. BANYAN_ERR_BUSY where it is not
 * found and another process is at work on the view. */
BANYAN_MUST_CHECK enum banyan_status by_node_find(struct by_node *node, const char *id,
                                                  struct by_record_name *out_name,
                                                  struct banyan_error *error);

/* The role of the node's own organisation. */
enum by_role by_node_role(const struct by_node *node);
/* Whether its organisation belonged once, and was removed or left. */
bool by_node_is_removed(const struct by_node *node);
/* Whose records' proposals this node decides: its own organisation's; NULL, for those of all, in
 * the home of a coordinator. */
const struct by_id *by_node_decides_on(const struct by_node *node);
/* Whether what this device signs counts at all: BANYAN_ERR_NOT_MEMBER while nobody has taken the
 * organisation in, and once it was removed; BANYAN_ERR_DENIED once the device was revoked. */
BANYAN_MUST_CHECK enum banyan_status
by_node_may_act(const struct by_node *node, struct banyan_error *error);
/* The same, and BANYAN_ERR_DENIED below member. */
BANYAN_MUST_CHECK enum banyan_status
by_node_may_write(const struct by_node *node, struct banyan_error *error);

#endif
