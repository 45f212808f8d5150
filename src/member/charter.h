/*
 * The charter: who belongs, with which role, and whose logs count. A pure function of a SET of
 * acts: order of arrival, clocks and limits of a node take no part (docs/protocol.md, Charter; the
 * rules decide by causal past only).
 *
 * Counted here: genesis, invite, join, admit, device, open, role, approve. Acts of other kinds are
 * kept and void. Room for lowerings is left in by_charter_build: rights are asked for in one place
 * (charter_rights.c).
 */
#ifndef BY_MEMBER_CHARTER_H
#define BY_MEMBER_CHARTER_H

#include "member/act.h"

struct by_charter; /* immutable once built */

/* An authentic act: entry with verified seal. */
struct by_act_entry {
    struct by_id id;
    struct by_id prev; /* zero when first of its log */
    struct by_log_id log;
    uint64_t seq;
    uint64_t hlc;
    uint16_t kind;
    struct by_bytes links;
    struct by_bytes payload;
};

/* acts: any order, none twice; copied. network: the id genesis must have. BANYAN_ERR_MEMORY,
 * BANYAN_ERR_TOO_LARGE. A set without genesis gives a charter in which nobody has a right. */
BANYAN_MUST_CHECK enum banyan_status by_charter_build(const struct by_id *network,
                                                      const struct by_act_entry *acts, size_t count,
                                                      struct by_charter **out_charter);
void by_charter_free(struct by_charter *charter);

struct by_charter_org {
    struct by_org_profile profile; /* borrowed from the charter */
    enum by_role role;
    uint64_t since_hlc;       /* stamp of the act that brought it in */
    struct by_id admitted_by; /* organisation; zero for founders */
    bool is_final;            /* founder, or acknowledged by a coordinator */
    bool is_suspended;        /* one of several joins of one invite, none acknowledged */
};
struct by_charter_device {
    struct by_certificate certificate;
    struct by_id organisation;
};
/* An announced record log of an author who had the right to open it. */
struct by_charter_log {
    struct by_log_id log;
    struct by_id organisation;
    enum by_role role; /* at its open: what its operations count as, for ever */
};
/* A valid join that no counting admit names yet. */
struct by_charter_join {
    struct by_id join;
    struct by_id invite;
    struct by_org_profile profile;
    bool invite_is_used; /* another join of the invite is admitted in the whole set */
    uint64_t expires_ms; /* the invite's, 0 = never */
};
struct by_charter_invite {
    struct by_id act;
    struct by_bytes name;
    enum by_role role;
    uint64_t expires_ms;
    struct by_id key;
    uint8_t join_key[32];
    bool is_used;
};

bool by_charter_has_genesis(const struct by_charter *charter);
const struct by_value *
by_charter_names(const struct by_charter *charter); /* map language -> name; NULL without genesis */
const struct by_value *
by_charter_types(const struct by_charter *charter); /* types in force; NULL without genesis */

/* Arrays owned by the charter: organisations by id, devices by device key, logs by log id, joins
 * and invites by act id. */
const struct by_charter_org *by_charter_orgs(const struct by_charter *charter, size_t *out_count);
const struct by_charter_device *
by_charter_devices(const struct by_charter *charter, size_t *out_count);
const struct by_charter_log *by_charter_logs(const struct by_charter *charter, size_t *out_count);
const struct by_charter_join *
by_charter_pending_joins(const struct by_charter *charter, size_t *out_count);
const struct by_charter_invite *
by_charter_invites(const struct by_charter *charter, size_t *out_count);
/* Joins admitted by members only, which a coordinator's node acknowledges with an admit of its own.
 */
const struct by_charter_join *
by_charter_unacknowledged_joins(const struct by_charter *charter, size_t *out_count);

/* NULL where unknown. */
const struct by_charter_org *
by_charter_org_find(const struct by_charter *charter, const struct by_id *org);
const struct by_charter_device *
by_charter_device_find(const struct by_charter *charter, const struct by_id *device);
const struct by_charter_log *
by_charter_log_find(const struct by_charter *charter, const struct by_log_id *log);
enum by_role by_charter_role(const struct by_charter *charter, const struct by_id *org);

/* Heads of the acts known with their whole past: what a new act names as parents. Sorted, at most
 * BY_PARENTS_MAX: beyond that the newest by depth. out has room for BY_PARENTS_MAX. */
size_t by_charter_heads(const struct by_charter *charter, struct by_id *out_heads);
/* Whether the act counts; whether it is to be kept and passed on (its author would have the right,
 * or it lies in the past of one that does, or it is a join of a valid invite). */
bool by_charter_counts(const struct by_charter *charter, const struct by_id *act);
bool by_charter_shares(const struct by_charter *charter, const struct by_id *act);

/* Digest of the counting acts: BLAKE2b-256(tag CHARTER ‖ sorted ids). */
void by_charter_digest(const struct by_charter *charter, struct by_id *out_digest);

#endif
