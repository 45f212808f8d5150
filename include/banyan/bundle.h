/*
 * Bundles: the exchange by file, e-mail or USB stick. Write-once, encrypted to their readers,
 * harmless to apply again.
 */
#ifndef BANYAN_BUNDLE_H
#define BANYAN_BUNDLE_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

struct banyan_bundle {
    const char *path;           /* must not exist */
    const char *const *readers; /* organisations by name or hex id; none = every member */
    size_t reader_count;
    uint64_t since_ms; /* record entries from then on only; acts are always whole. 0 = everything */
};
/* {"path", "bytes", "readers": [{"id", "name"}], "farewell": bool (for one that was removed, who is
 * named alone: it is told so, and nothing of what came after), "acts", "entries", "records"}. A
 * node that waits to be taken in makes a bundle of its join alone, which any member can open that
 * holds the invitation. BANYAN_ERR_EXISTS: never overwrites. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_bundle_make(banyan_node *node, const struct banyan_bundle *bundle,
                   struct banyan_text *out_json, struct banyan_error *error);
/* Read and check all of it, change nothing. {"path", "made", "by": {"id", "name"}, "acts",
 * "entries", "new"}. BANYAN_ERR_MALFORMED, _TRUNCATED, _NOT_FOR_US, _WRONG_NETWORK,
 * _UPGRADE: words say which. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_bundle_verify(banyan_node *node, const char *path, struct banyan_text *out_json,
                     struct banyan_error *error);
/* Verify, then take in what is new, all or nothing. {"path", "made", "by", "acts_new",
 * "entries_new", "removed": bool (the own organisation was), "admitted": [name], "newcomers" (as of
 * banyan_status_report; also the bundle's maker while it is not taken in, whatever became of its
 * invitation), "waiting": n (runs whose beginning is not held), "strangers": n (runs of
 * writers without a right, left out),
 * "records_new", "records_changed", "records_deleted", "conflicts_new", "proposals_new"}. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_bundle_apply(banyan_node *node, const char *path, struct banyan_text *out_json,
                    struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
