/*
 * The keys of a node's device: at hand, behind a passphrase, or with a node at work on the same
 * home (core/keeping.h).
 *
 * A node whose key file is sealed opens without it, and knows its public keys: what only reads
 * needs no passphrase. What signs or opens calls by_keys_need first, and never while it holds the
 * store, since a person may have to type. After that the calls below it sign, whoever has the key.
 */
#ifndef BY_CORE_KEYS_H
#define BY_CORE_KEYS_H

#include "core/node.h"
#include "sync/bundle.h"
#include "sync/signed_view.h"

/* What the key file says, into the node. BANYAN_ERR_DAMAGED, _UPGRADE with words. */
BANYAN_MUST_CHECK enum banyan_status by_keys_read(struct by_node *node, struct banyan_error *error);

/* The keys of seeds. */
void by_keys_take(struct by_node *node, const struct by_device_seeds *seeds);
/* Those that another node of the same home has. */
void by_keys_share(struct by_node *node, const struct by_node *from);

/* The seeds in the key file of a home, whatever it takes; statuses as of by_keys_need. out_seeds is
 * secret. */
BANYAN_MUST_CHECK enum banyan_status
by_keys_seeds(const char *home, const struct banyan_passphrase *passphrase, bool *out_was_sealed,
              struct by_device_seeds *out_seeds, struct banyan_error *error);

/* What the key file of a new device is to hold. Secret. */
struct by_key_bytes {
    uint8_t data[BY_KEY_FILE_BYTES_MAX];
    size_t size;
};
/* Seeds as a key file: sealed by the passphrase that lock is asked for, open where there is nobody
 * to ask. Statuses as of by_keys_change. */
BANYAN_MUST_CHECK enum banyan_status
by_keys_encode(const struct by_device_seeds *seeds, const struct banyan_passphrase *lock,
               struct by_key_bytes *out_bytes, struct banyan_error *error);

/* Have the keys at hand: asks for the passphrase where they are not. BANYAN_ERR_DENIED for another
 * passphrase, or where there is nobody to ask; what the asked one returned. Each with words. */
BANYAN_MUST_CHECK enum banyan_status
by_keys_unlock(struct by_node *node, struct banyan_error *error);
/* Have somebody who signs: the keys at hand, a node at work, or as by_keys_unlock. */
BANYAN_MUST_CHECK enum banyan_status by_keys_need(struct by_node *node, struct banyan_error *error);

/* -- signing; each BANYAN_ERR_BUSY with words when the node at work has ended, BANYAN_ERR_DENIED
 * when it does not sign this -- */
/* Of a run of this device's logs; not where the key is at hand. */
BANYAN_MUST_CHECK enum banyan_status
by_keys_seal(const struct by_node *node, const struct by_run *run, struct by_signature *out_seal,
             struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_keys_sign_view(const struct by_node *node, const struct by_view_statement *statement,
                  uint64_t at_ms, struct by_view_signature *out_signature,
                  struct banyan_error *error);
/* Borrows node. */
struct by_bundle_signer by_keys_bundle_signer(const struct by_node *node);
void by_keys_bundle_keys(const struct by_node *node, struct by_bundle_keys *keys);

/*
 * Give the key file a passphrase, another one, or none. The file is whole at any time, and mode
 * 0600. {"passphrase": bool, "changed": bool}
 *
 * BANYAN_ERR_DENIED for another passphrase than the one there is; BANYAN_ERR_INVALID for a new one
 * that is too short or no text.
 */
BANYAN_MUST_CHECK enum banyan_status by_keys_change(struct by_node *node, bool has_passphrase,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);

#endif
