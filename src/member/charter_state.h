/*
 * Inside the charter: the acts in their order, and what they established. Seen by charter*.c only.
 *
 * Acts are numbered in act order: by depth (the longest way back to an act without parents), then
 * by id. Both are functions of an act's content, so every node that holds an act with its past
 * numbers that past alike. Devices, organisations and transport keys are numbered in bytewise
 * order.
 *
 *   charter_intake  what is given: needs, bodies
 *   charter_order   depth, order, pasts
 *   charter_number  keys and names as numbers
 *   charter_judge   which acts count
 *   charter_rights  what they give
 *   charter_lower   which lower acts count: decided in rounds
 *   charter_cut     up to where logs count
 *   charter_report  the arrays handed out
 *   charter_loss    what who lost the last right may know
 *   charter_motion  what was put to the vote
 */
#ifndef BY_MEMBER_CHARTER_STATE_H
#define BY_MEMBER_CHARTER_STATE_H

#include "base/limits.h"
#include "log/tip.h"
#include "member/charter.h"

/* What one act can need: parents and prev. */
#define BY_ENDS_MAX (BY_PARENTS_MAX + 1)
/* No act, device, organisation or transport key. */
#define BY_NONE UINT32_MAX

/* Which acts lie in the past of one, itself left out. Honest acts know nearly all that is much
 * older, so a row is a stretch of ones, then the words that are mixed; behind end all is 0. */
struct by_past {
    size_t full; /* words of 64 acts before it are all ones */
    size_t end;
    const uint64_t *words; /* full to end */
};

/* Of the signatures inside a body: a function of content, so a later charter may take it over. */
enum by_verdict { BY_VERDICT_OPEN = 0, BY_VERDICT_GOOD, BY_VERDICT_BAD };

struct by_charter_act {
    struct by_id id;
    struct by_log_id log;
    uint64_t seq;
    uint64_t hlc;
    uint16_t kind;
    bool has_prev; /* then that is the last of needs */
    bool has_body; /* decoded, and names its own author where it must */
    enum by_verdict verdict;
    struct by_act body;
    uint32_t depth;
    uint32_t author;    /* device */
    uint32_t org;       /* that it is about: join, device, role, lower */
    uint32_t device;    /* that it is about: lower, tips, erase, allow */
    uint32_t transport; /* that it claims: join, device */
    uint32_t named;     /* act that its body names, if that lies in its past */
    uint32_t *needs;    /* parents, then prev; BY_NONE for what is not held */
    size_t need_count;
    struct by_past past;
    /* Of a chain of acts each is prev of the next: this one's descendants are those whose
     * chain_first lies in [chain_first, chain_end). */
    uint32_t chain_first;
    uint32_t chain_end;
    uint32_t *cut_acts; /* of a lower act: the acts its body names that lie in its past */
    size_t cut_act_count;
    uint32_t decided_by;     /* of a lower act that counts: the last approval that it takes, in act
                                order; BY_NONE where it takes none */
    bool is_overcome;        /* of a lower act: a role was given by who knew it */
    struct by_log_tip *tips; /* that its body names and that verify, by log, then seq, then id */
    size_t tip_count;
    bool tips_are_read;
    bool is_by_root; /* of a lower act, in the pass at hand: signed with the organisation's key */
};

/* What the first 12 bits of an id can be. */
#define BY_BEGINNINGS 4096u

/* An act as it was given, while it is found out whether its past is held. */
struct by_given_act {
    struct by_id id;
    const struct by_act_entry *entry;
    uint32_t *needs; /* parents and prev among those given; BY_NONE for what is not */
    size_t need_count;
    bool has_links; /* they decode; else the act is void */
    uint32_t depth;
    uint32_t number; /* in act order; BY_NONE: its past is not held */
};
struct by_given {
    struct by_given_act *acts; /* by id, none twice */
    size_t count;
    uint32_t first[BY_BEGINNINGS + 1]; /* where those begin whose ids have a beginning */
};

struct by_id_table {
    struct by_id *ids; /* sorted, none twice */
    size_t count;
};
uint32_t by_id_table_find(const struct by_id_table *table, const struct by_id *id);

struct by_rights;

struct by_charter {
    struct by_arena arena;
    struct by_rights *kept; /* the last pass, for acts that are added later */
    size_t capacity;        /* of all that is by act */
    bool has_waiting;       /* some acts given take no part: their past is not all held */
    uint32_t *ends;         /* acts that no other act needs; room for BY_ENDS_MAX */
    size_t end_count;       /* more than BY_ENDS_MAX: they are not listed */
    struct by_id network;
    struct by_charter_act *acts; /* in act order; only those whose past is held */
    size_t count;
    uint32_t *by_id; /* acts in order of id */
    uint32_t genesis;
    struct by_id_table devices;
    struct by_id_table orgs;
    struct by_id_table transports;
    bool *counts; /* by act */
    bool *lowers; /* by act: a lower act that counts */
    bool *shares; /* by act */
    struct by_id heads[BY_PARENTS_MAX];
    size_t head_count;
    struct by_charter_org *org_list;
    size_t org_count;
    struct by_charter_device *device_list;
    size_t device_count;
    struct by_charter_log *log_list;
    size_t log_count;
    struct by_charter_join *pending;
    size_t pending_count;
    struct by_charter_join *unacknowledged;
    size_t unacknowledged_count;
    struct by_charter_join *suspended;
    size_t suspended_count;
    struct by_charter_invite *invites;
    size_t invite_count;
    struct by_charter_motion *motions;
    size_t motion_count;
    uint32_t level;                      /* in force */
    struct by_charter_saying *types;     /* by id; genesis where no types act is decided */
    size_t types_count;                  /* 0 without genesis */
    struct by_charter_saying types_base; /* of several */
};

/* Take in the acts given: sorted by id, none twice, needs found. scratch lives until the build
 * ends. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_intake(struct by_charter *charter, const struct by_act_entry *entries, size_t count,
                  struct by_arena *scratch, struct by_given *out_given);
void by_charter_copy_head(const struct by_act_entry *entry, struct by_charter_act *act);
/* Decode the bodies of those whose past is held. BANYAN_ERR_UPGRADE when genesis is of a higher
 * level. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_read_bodies(struct by_charter *charter, const struct by_given *given);
/* One act of its own: body decoded, needs as positions among those held. */
BANYAN_MUST_CHECK enum banyan_status by_charter_read_act(struct by_charter *charter,
                                                         const struct by_act_entry *entry,
                                                         struct by_charter_act *out_act);
/* Device, organisation and so on of an act as numbers; BY_NONE for what the charter does not know.
 */
BANYAN_MUST_CHECK enum banyan_status
by_charter_number_act(struct by_charter *charter, struct by_charter_act *act);
/* Keep the acts whose past is held, and put them in act order with their pasts. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_order(struct by_charter *charter, struct by_given *given, struct by_arena *scratch);
/* What the act names as prev; BY_NONE where it names nothing. */
uint32_t by_charter_prev(const struct by_charter_act *act);
/* The act that this one stands behind in its log; BY_NONE for the first. */
uint32_t by_charter_behind(const struct by_charter *charter, uint32_t number);
/* Number the chains of acts, fork branches apart. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_chain(struct by_charter *charter, struct by_arena *scratch);
/* Number devices, organisations and transport keys; find what bodies name. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_number(struct by_charter *charter, struct by_arena *scratch);
/* The acts that no other one needs. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_find_ends(struct by_charter *charter, struct by_arena *scratch);
/* What the next act names as its parents, once it is known what is shared and who acts for whom. */
BANYAN_MUST_CHECK enum banyan_status
by_charter_choose_heads(struct by_charter *charter, struct by_arena *scratch);
/* BY_NONE where not held with its past. */
uint32_t by_charter_position(const struct by_charter *charter, const struct by_id *act);

/* past NULL = everything. */
bool by_past_has(const struct by_past *past, uint32_t act);
/* Whether neither this act nor any behind it in act order can lie in past. */
bool by_past_ends_before(const struct by_past *past, uint32_t act);
/* Whether the act stands in the chain that ends in tip. */
bool by_charter_is_before(const struct by_charter *charter, uint32_t act, uint32_t tip);

#endif
