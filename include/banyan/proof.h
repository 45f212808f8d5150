/*
 * Proofs: files that show people outside the network, offline, what was signed in it by whom.
 */
#ifndef BANYAN_PROOF_H
#define BANYAN_PROOF_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Write one record with its proof to a file: what was said of it, each change with the signature
 * that vouches for it, and the acts of the network that say whose keys these are. Whoever has the
 * file reads the record, and the organisations that were members before its signers were.
 *
 * {"file", "id", "type", "label", "operations": n, "acts": n, "bytes": n}
 *
 * Returns BANYAN_ERR_NOT_FOUND  no such record
 *         BANYAN_ERR_USAGE      a private record
 *         BANYAN_ERR_EXISTS     the file is there, and replace is not set
 *         BANYAN_ERR_TOO_LARGE  it would be more than 16 MiB
 *         BANYAN_ERR_DISK
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_prove(banyan_node *node, const char *id, const char *path, bool replace,
             struct banyan_text *out_json, struct banyan_error *error);

/*
 * A statement of what this node sees, signed by its device: the fingerprint, how many records there
 * are, and who signed. {"file", "kind": "view", "network": {"id", "names"}, "fingerprint",
 * "records": n, "signatures": [{"by": {"id", "name"}, "role", "device", "at"}]}
 *
 * Returns BANYAN_ERR_EXISTS, BANYAN_ERR_NOT_MEMBER, BANYAN_ERR_TOO_LARGE (a million records)
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_view_sign(banyan_node *node, const char *path, bool replace, struct banyan_text *out_json,
                 struct banyan_error *error);
/* Sign such a file too, where this node sees the same. Answers as above. BANYAN_ERR_DIFFERENT,
 * words name the first record that is another; BANYAN_ERR_EXISTS when this device has signed it;
 * BANYAN_ERR_WRONG_NETWORK, _BAD_SIGNATURE, _INVALID. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_view_cosign(banyan_node *node, const char *path, struct banyan_text *out_json,
                   struct banyan_error *error);
/* Whether this node sees what such a file says. As above, and {"same", "same_members",
 * "differences":
 * [{"id", "what": "different"|"here" (only)|"there", "type", "label"}] (the first 10), "type" and
 * "label" empty where the record is not known here, "difference_count": n}. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_view_compare(banyan_node *node, const char *path, struct banyan_text *out_json,
                    struct banyan_error *error);

/* Whether a member sees the same, by what its device told last of the logs that it holds, or by
 * what both held when this node met it. organisation: a name or hex id. {"member": {"id", "name"},
 * "known": bool}; where it is known also "as_of", "via": {"id", "name"} or null where this node met
 * it, "same": bool, "they_lack": changes that are here, "we_lack": changes that are there,
 * "partial": of some logs nothing is known, "first": {"id", "type", "label"} of the first record
 * with a change that they lack, or null. BANYAN_ERR_NOT_FOUND. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_compare_told(banyan_node *node, const char *organisation, struct banyan_text *out_json,
                    struct banyan_error *error);

/*
 * Check a file of either kind, by what stands in it alone: no home is needed. It shows what was
 * signed, not whether it was changed since; and it shows a network by its id, which the reader
 * compares with that which members tell.
 *
 * {"kind": "record", "network": {"id", "names": {lang: text}}, "record": as of banyan_show, with
 * "proven": true, "history": as of banyan_history, "signers": [{"id", "name", "country", "kind"}]}
 *
 * Returns BANYAN_ERR_DIFFERENT      signed, but not by who may write the record in that network
 *         BANYAN_ERR_BAD_SIGNATURE  something was changed
 *         BANYAN_ERR_INVALID        no proof, or a damaged one
 *         BANYAN_ERR_UPGRADE        made by a later version
 *         BANYAN_ERR_NOT_FOUND, _DISK
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_verify(const char *path, const char *language, struct banyan_text *out_json,
              struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
