/*
 * The charter: who belongs, with which role, and whose logs count. A pure function of a SET of
 * acts: order of arrival, clocks and limits of a node take no part (docs/protocol.md, Charter).
 *
 * The past of an act is what its links and prev name, and theirs. An act whose past is not all held
 * takes no part yet. Acts are weighed in act order: by depth, then by id. An act counts if its
 * author had the right by the counting acts in its own past:
 *
 *   genesis: its id is the network's, it stands first in its log and names nobody, its author is a
 *            founders' device, and every certificate in it verifies. Founders are coordinators.
 *
 *   invite:  by a coordinator.
 *
 *   join:    the invite lies in its past and counts; the certificate verifies under the
 *            organisation's id and names the author; the proof verifies under the invite's key;
 *            keys are free (below).
 *
 *   admit:   the join lies in its past and counts; by a coordinator, or by a member in whose past
 *            no other join of the invite is admitted. Gives the organisation the invite's role, at
 *            most member, and the author of the join to it as a device.
 *
 *   device:  the organisation has a role; the certificate verifies and names the author; keys are
 *            free. Gives the author to the organisation.
 *
 *   open:    by a member, with fewer than BY_OPENS_PER_DEVICE_MAX opens of its device and
 *            BY_OPENS_PER_ORG_MAX of its organisation counting in its past. A log that shared acts
 *            stand in is no record log, whatever opens it.
 *
 *   role:    by a coordinator. Gives the role named; that of a coordinator only once more than half
 *            of those who were coordinators in its past (or as many as genesis says, if that is
 *            more) voted for it: its author and the authors of approvals.
 *
 *   approve: by a coordinator.
 *
 *   types:   by a coordinator. Once decided as a role act for a coordinator is, it replaces the
 *            types; of those decided and not known to another such one the lowest id is in force.
 *
 * A device acts for one organisation: that of the first act in act order, in the past at hand,
 * which gives it to one. Keys are free if, in the past at hand, the device acts for no other
 * organisation and no other device has claimed the transport key by a counting genesis, join or
 * device act. Claims made apart all stand; whoever needs one device for a transport key takes the
 * first in act order.
 *
 * If several joins of one invite are admitted, their organisations are suspended: joining gives
 * them nothing, except those that a coordinator admitted or named in a role act.
 *
 * Acts of other kinds are kept and void.
 */
#ifndef BY_MEMBER_CHARTER_H
#define BY_MEMBER_CHARTER_H

#include "log/tip.h"
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

/* acts: any order; copied. network: the id genesis must have. BANYAN_ERR_MEMORY;
 * BANYAN_ERR_TOO_LARGE past BY_ACTS_MAX; BANYAN_ERR_UPGRADE when genesis asks for a higher level. A
 * set without genesis gives a charter in which nobody has a right. */
BANYAN_MUST_CHECK enum banyan_status by_charter_build(const struct by_id *network,
                                                      const struct by_act_entry *acts, size_t count,
                                                      struct by_charter **out_charter);
/* The same, without checking again the signatures inside acts that an earlier charter of the
 * network has checked (NULL = none). earlier may be freed after. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_build_after(const struct by_charter *earlier, const struct by_id *network,
                       const struct by_act_entry *acts, size_t count,
                       struct by_charter **out_charter);
/*
 * Take in one act more where that is the ordinary case, in about the time of reading it: it knows
 * every act that the charter holds, it counts, and it opens a log, invites, erases or allows.
 * *out_is_added false: nothing is changed, and a charter is to be built anew. What was borrowed
 * from the charter holds no more. BANYAN_ERR_MEMORY: the charter can only be freed.
 */
BANYAN_MUST_CHECK enum banyan_status
by_charter_add(struct by_charter *charter, const struct by_act_entry *act, bool *out_is_added);
void by_charter_free(struct by_charter *charter);

struct by_charter_org {
    /* Of genesis or the first admitted join; else of the first join; an organisation that was only
     * given a role has an id and empty texts. Borrowed from the charter. */
    struct by_org_profile profile;
    struct by_id root; /* its root key now: its id, until it was replaced */
    enum by_role role;
    uint64_t since_hlc;       /* stamp of the act that brought it in */
    struct by_id admitted_by; /* organisation; zero for founders */
    bool is_final;            /* founder, or acknowledged by a coordinator */
    bool is_suspended;        /* one of several joins of one invite, none acknowledged */
    uint64_t until_ms;        /* reminder of the newest role act that names its role; 0 = none */
    uint64_t lowered_hlc;     /* stamp of the newest lower act in effect on it; 0 = none */
    struct by_id lowered_by;  /* organisation; zero without one */
};
struct by_charter_device {
    struct by_certificate certificate;
    struct by_id signer; /* the organisation key it is by; zero: the first one, its id */
    struct by_id organisation;
    struct by_bytes name;    /* of its newest act that gives it one; may be empty */
    uint64_t since_hlc;      /* stamp of the act that gave it to the organisation */
    bool is_revoked;         /* then it may nothing */
    uint64_t revoked_hlc;    /* stamp of the first act that revoked it; 0 = none */
    struct by_id revoked_by; /* organisation; zero without one */
};
/* An announced record log of an author who had the right to open it. */
struct by_charter_log {
    struct by_log_id log;
    struct by_id organisation;
    enum by_role role;             /* at its open: what its operations count as, for ever */
    bool is_cut;                   /* only what stands before these tips counts (log/fork.h) */
    const struct by_log_tip *tips; /* by seq, then id; none = nothing counts */
    size_t tip_count;
};
/* A valid join. Pending: no counting admit names it yet, and its organisation is not suspended. */
struct by_charter_join {
    struct by_id join;
    struct by_id invite;
    struct by_org_profile profile;
    bool invite_is_used; /* another join of the invite is admitted in the whole set */
    uint64_t expires_ms; /* the earliest that an invite of the same key says, 0 = never */
    bool asks_confirm;   /* a person is to compare six digits before it is admitted */
};
/* One for each invite key: an invite act with the key of another one only says that it expires
 * earlier, which is how one is cancelled. */
struct by_charter_invite {
    struct by_id act; /* the first in act order */
    uint64_t hlc;
    struct by_id author; /* organisation */
    bool asks_confirm;
    struct by_bytes name;
    enum by_role role;
    uint64_t expires_ms; /* the earliest of all with the key, 0 = never */
    struct by_id key;
    uint8_t join_key[32];
    bool is_used;
};

/* An act that has not the votes it needs, and would still change something with them. */
struct by_charter_motion {
    struct by_id act;
    uint16_t kind;
    uint64_t hlc;
    struct by_id author;       /* organisation */
    struct by_id organisation; /* that it is about; zero where it is about none */
    struct by_id device;       /* that it is about; zero where it is about none */
    enum by_role role;         /* of a role or lower act, else NONE */
    struct by_id key;          /* new root key of the organisation; zero where it gives it none */
    struct by_id *votes; /* organisations that voted for it, its author first if it may vote */
    size_t vote_count;
    struct by_id *voters; /* organisations that may vote */
    size_t voter_count;
    uint32_t needed; /* votes; more than vote_count */
};

const struct by_id *by_charter_network(const struct by_charter *charter);
bool by_charter_has_genesis(const struct by_charter *charter);
const struct by_value *
by_charter_names(const struct by_charter *charter); /* map language -> name; NULL without genesis */
const struct by_value *
by_charter_types(const struct by_charter *charter); /* of the first of by_charter_types_acts */
/* The merge level in force, 1 without an act that says more; what asks for a higher one than
 * BY_ACT_LEVEL makes no charter. */
uint32_t by_charter_level(const struct by_charter *charter);
/* A types act, or genesis, with its whole body: what else it says of records stands beside
 * `types`. */
struct by_charter_saying {
    struct by_id act;
    const struct by_value *body;
};
/* The decided types acts that no other one knows, by id: one, or several that were made apart;
 * genesis where there is none, and none without genesis. out_base, of several: the decided act that
 * all of them know and no other such one knows, of several of these the one with the lowest id;
 * genesis where there is none. What is in force then says record/types_join.h. */
const struct by_charter_saying *by_charter_types_acts(const struct by_charter *charter,
                                                      size_t *out_count,
                                                      const struct by_charter_saying **out_base);
/* The body of any types act that is held; NULL for another. */
const struct by_value *
by_charter_types_body_of(const struct by_charter *charter, const struct by_id *act);
/* That act. False without genesis. */
bool by_charter_types_act(const struct by_charter *charter, struct by_id *out_act);

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
/* Joins admitted by members only, which a coordinator's node acknowledges with an admit of its own;
 * suspended ones are not among them. */
const struct by_charter_join *
by_charter_unacknowledged_joins(const struct by_charter *charter, size_t *out_count);

/* Joins of suspended organisations: a person who is a coordinator admits the right one. */
const struct by_charter_join *
by_charter_suspended_joins(const struct by_charter *charter, size_t *out_count);

/* Acts that wait for votes, by id. */
const struct by_charter_motion *
by_charter_motions(const struct by_charter *charter, size_t *out_count);

/* NULL where unknown. */
const struct by_charter_org *
by_charter_org_find(const struct by_charter *charter, const struct by_id *org);
const struct by_charter_device *
by_charter_device_find(const struct by_charter *charter, const struct by_id *device);
const struct by_charter_log *
by_charter_log_find(const struct by_charter *charter, const struct by_log_id *log);
enum by_role by_charter_role(const struct by_charter *charter, const struct by_id *org);
/* That of its organisation; NONE once the device is revoked. */
enum by_role
by_charter_device_role(const struct by_charter *charter, const struct by_charter_device *device);

/* What a new act names as parents: the shared acts that no shared act builds on. Sorted, at most
 * BY_PARENTS_MAX: beyond that the deepest of each organisation in turn. out has room for
 * BY_PARENTS_MAX. */
size_t by_charter_heads(const struct by_charter *charter, struct by_id *out_heads);
/* Whether the act counts. */
bool by_charter_counts(const struct by_charter *charter, const struct by_id *act);
/* Whether the act takes part: it is held, and all its past. */
bool by_charter_has(const struct by_charter *charter, const struct by_id *act);
/* Whether the act is kept and passed on: it may count, or it lies in the past of one that may.
 * "May" leaves out all that other acts can take away (used invites, suspension, quorum, limits,
 * keys), so what is shared only grows, and holds all that counts. */
bool by_charter_shares(const struct by_charter *charter, const struct by_id *act);

/*
 * What a device may still be told that lost its last right, by removal of its organisation or its
 * own revocation: the act that took it, the approvals which that takes, and the past of these. As
 * the tips of act logs, by log, then seq, then id; in arena. None for a device that has a right, or
 * never had one.
 */
BANYAN_MUST_CHECK enum banyan_status
by_charter_loss(const struct by_charter *charter, const struct by_charter_device *device,
                struct by_arena *arena, struct by_log_tip **out_tips, size_t *out_count);

/* Digest of the counting acts: BLAKE2b-256(tag CHARTER ‖ sorted ids). */
void by_charter_digest(const struct by_charter *charter, struct by_id *out_digest);

#endif
