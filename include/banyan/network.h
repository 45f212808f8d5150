/*
 * The network: who belongs to it, inviting, and whether two people see the same database.
 */
#ifndef BANYAN_NETWORK_H
#define BANYAN_NETWORK_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

struct banyan_invite {
    const char *name;             /* for whom; may be NULL */
    const char *role;             /* "member" (NULL), "hub" or "reader" */
    uint64_t expires_ms;          /* Unix ms, 0 = never */
    const char *const *addresses; /* HOST:PORT; may be none */
    size_t address_count;
};
/* Log an invitation; coordinators only (BANYAN_ERR_DENIED). {"code", "name", "role", "expires"}:
 * the code is a secret. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_invite(banyan_node *node, const struct banyan_invite *invite, struct banyan_text *out_json,
              struct banyan_error *error);

/* [{"id", "name", "country", "kind", "role", "since", "admitted_by": {"id", "name"} or null,
 * "final", "suspended", "self", "devices": n, "last_heard" or null, "via": {"id", "name"} or
 * null}], coordinators first, then by name. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_members(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

/* Vote for an act that waits for votes of coordinators, by its name ("K7QM-2F9D", as
 * banyan_status_report lists it, or the first 4 characters or more). {"act", "outcome":
 * "approved"|"unchanged", "decided": bool, "votes": n, "needed": n (0 when decided)}.
 * BANYAN_ERR_DENIED, BANYAN_ERR_NOT_FOUND. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status banyan_approve(banyan_node *node, const char *act,
                                                               struct banyan_text *out_json,
                                                               struct banyan_error *error);

/* {"fingerprint": "12345 67890 ...", "records", "members"}: equal on every node that holds the same
 * entries. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_fingerprint(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
