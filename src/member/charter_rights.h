/*
 * What acts established so far in one pass over them, and the questions asked of it: whose device,
 * which role, is there a quorum. Every question names a past and is answered from it alone.
 */
#ifndef BY_MEMBER_CHARTER_RIGHTS_H
#define BY_MEMBER_CHARTER_RIGHTS_H

#include "member/charter_state.h"

/* A link of a list in act order: what one act established. */
struct by_fact {
    struct by_fact *next;
    uint32_t act;
    uint32_t what;
};
struct by_facts {
    struct by_fact *first;
    struct by_fact *last;
};

/* Who decides an act that needs a quorum: fixed by its own past. */
struct by_quorum {
    uint32_t needed;
    uint32_t *voters; /* organisations, sorted */
    size_t voter_count;
};

enum by_rights_mode {
    BY_RIGHTS_REAL,
    /* While lower acts are decided: no invite is looked at as used. */
    BY_RIGHTS_DECIDING,
    /* An upper bound of what may ever count, whatever else is learnt: no invite is used, every
     * quorum is reached, no limit is passed, no key is taken. */
    BY_RIGHTS_POSSIBLE
};

/* What a pass over the acts takes as given. */
struct by_pass {
    enum by_rights_mode mode;
    const bool *lowers;       /* by act: the lower acts that count; NULL = none */
    const bool *is_suspended; /* by organisation, NULL = none: joining gives them nothing */
};

/* One pass over the acts. */
struct by_rights {
    struct by_charter *charter;
    struct by_arena *arena;
    struct by_pass pass;
    bool out_of_memory; /* then every answer is worthless */
    /* by act */
    bool *counts;
    uint32_t *author_org;
    struct by_facts *uses;  /* of an invite: act = admit, what = join */
    struct by_facts *votes; /* act = approve, what = organisation */
    struct by_quorum **quorums;
    bool *is_admitted;     /* a join */
    bool *is_acknowledged; /* a join, by a coordinator */
    /* by device */
    struct by_facts *bindings; /* what = organisation */
    struct by_facts *device_opens;
    struct by_facts *device_allows;
    struct by_facts *device_lows; /* lower acts that count */
    /* by organisation */
    struct by_facts *grants; /* what = role */
    struct by_facts *org_opens;
    struct by_facts *org_allows;
    struct by_facts *org_lows;
    struct by_facts *org_keys;  /* lower acts that count and give it a new key */
    bool *is_raised;            /* founder, or named by a role act */
    struct by_facts candidates; /* organisations that may be coordinators: what = organisation */
    bool *is_candidate;
    uint32_t *seen; /* number of the count of votes that last saw it */
    uint32_t seen_number;
    struct by_facts tips_acts; /* that count: what = the lower act they are about, or BY_NONE */
    /* by transport key */
    struct by_facts *claims; /* what = device */
};

BANYAN_MUST_CHECK enum banyan_status
by_rights_init(struct by_rights *rights, struct by_charter *charter, const struct by_pass *pass,
               struct by_arena *arena);

/* The organisation a device acts for: that of the first act in act order which binds it. BY_NONE.
 */
uint32_t
by_rights_org_of(const struct by_rights *rights, uint32_t device, const struct by_past *past);
/* Whether the device is, in that past, one of the organisation's, be it not the first. */
bool by_rights_is_bound(const struct by_rights *rights, uint32_t device, uint32_t org,
                        const struct by_past *past);
/* The highest role granted, each grant capped by the lower acts in effect that it did not know. */
enum by_role by_rights_role(struct by_rights *rights, uint32_t org, const struct by_past *past);
/* The organisation's root key: its id, until the last act in effect that replaces it. */
const struct by_id *
by_rights_root(struct by_rights *rights, uint32_t org, const struct by_past *past);
/* Whether another device claimed the transport key. */
bool by_rights_is_claimed(const struct by_rights *rights, uint32_t transport, uint32_t device,
                          const struct by_past *past);
/* Whether a join of the invite other than this one has been admitted. */
bool by_rights_is_used(const struct by_rights *rights, uint32_t invite, uint32_t join,
                       const struct by_past *past);
/* How many of the acts in the list past knows, counted no further than max. */
size_t by_facts_count(const struct by_facts *facts, const struct by_past *past, size_t max);

/* Note what a counting act established. What the act's own past established already is left out,
 * so lists stay short. */
void by_rights_bind(struct by_rights *rights, uint32_t act, uint32_t device, uint32_t org);
void by_rights_claim(struct by_rights *rights, uint32_t act, uint32_t transport, uint32_t device);
void by_rights_grant(struct by_rights *rights, uint32_t act, uint32_t org, enum by_role role);
void by_rights_use(struct by_rights *rights, uint32_t act, uint32_t invite, uint32_t join);
void by_rights_vote(struct by_rights *rights, uint32_t act, uint32_t named, uint32_t org);
void by_rights_open(struct by_rights *rights, uint32_t act, uint32_t device, uint32_t org);
void by_rights_name_tips(struct by_rights *rights, uint32_t act, uint32_t lower);
void by_rights_allow(struct by_rights *rights, uint32_t act, uint32_t device, uint32_t org);
/* Fix voters and quorum of an act from its own past. */
void by_rights_call_vote(struct by_rights *rights, uint32_t act);
/* The same of a lower act: only to lower a coordinator, or another one's device, takes a quorum,
 * and who is lowered has no vote. To give an organisation a new key takes one unless it signed. */
void by_rights_call_vote_to_lower(struct by_rights *rights, uint32_t act);

/* The whole pass: every act in order. rights holds until arena is reset. */
BANYAN_MUST_CHECK enum banyan_status by_rights_judge(struct by_rights *rights);

/* The same of the last act alone, once all before it are judged. Whether it counts. */
bool by_rights_judge_one(struct by_rights *rights, uint32_t number);

/* Whether a coordinator vouches for an admitted join: by an admit of its own, or by a role act that
 * names its organisation. */
bool by_rights_is_vouched_for(const struct by_rights *rights, uint32_t join);
/* Organisations that share an invite with another and that no coordinator vouches for. */
BANYAN_MUST_CHECK enum banyan_status
by_rights_suspend(struct by_rights *rights, bool **out_is_suspended, bool *out_any);

/* Whether past knows enough votes for an act that it knows; true where none are needed. */
bool by_rights_is_decided(struct by_rights *rights, uint32_t act, const struct by_past *past);
/* Whether a lower act counts, lies in past and is decided there. */
bool by_rights_is_effective(struct by_rights *rights, uint32_t lower, const struct by_past *past);
/* Votes that past knows, of those that may vote. seniority, which may be NULL, is by organisation:
 * out_senior gets the least of a voter. */
uint32_t by_rights_count_votes(struct by_rights *rights, uint32_t act, const struct by_past *past,
                               const uint32_t *seniority, uint32_t *out_senior);
/* Whether a lower act that counts cuts the act off. */
bool by_rights_is_cut(struct by_rights *rights, uint32_t act, uint32_t org);
bool by_quorum_has(const struct by_quorum *quorum, uint32_t org);

/* Find the types in force and the acts that wait for votes. */
BANYAN_MUST_CHECK enum banyan_status by_charter_list_motions(struct by_charter *charter,
                                                             struct by_rights *rights,
                                                             struct by_arena *scratch);
/* Decide which lower acts count, into charter->lowers; scratch is the build's. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_decide_lowers(struct by_charter *charter, struct by_arena *scratch);
/* Up to where the log counts that an act opened. */
BANYAN_MUST_CHECK enum banyan_status by_charter_cut_log(struct by_charter *charter,
                                                        struct by_rights *rights, uint32_t opened,
                                                        struct by_charter_log *log);
/* Keep what by_charter_loss asks for. */
BANYAN_MUST_CHECK enum banyan_status by_charter_keep_losses(struct by_charter *charter,
                                                            struct by_rights *rights,
                                                            struct by_arena *scratch);
/* Fill the charter's lists from the last pass. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_report(struct by_charter *charter, struct by_rights *rights, struct by_arena *scratch);

#endif
