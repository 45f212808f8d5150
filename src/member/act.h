/*
 * What acts say: the bodies of act entries, in their canonical MessagePack form (docs/protocol.md,
 * Acts).
 *
 * A body is a map; its keys, by kind of act:
 *
 *   genesis  founders  array of 1 to BY_FOUNDERS_MAX, in seniority; no organisation, device or
 *                      transport key twice in all of them
 *              country, id, kind, name  as in an organisation, below
 *              devices  array of 1 to BY_FOUNDER_DEVICES_MAX certificates, network id = zero
 *            level     uint, 1
 *            names     map language tag -> name of the network, 1 to 256
 *            quorum    uint, 0 to BY_FOUNDERS_MAX; 0 = majority
 *            types     map (record/types.h)
 *   invite   confirm   uint, 1; missing: nobody has to confirm the join
 *            expires   uint, Unix ms below 2^48, 0 = never
 *            join_key  bin 32
 *            key       bin 32
 *            name      text of 0 to BY_ORG_NAME_BYTES_MAX bytes, one line
 *            role      uint, 1 to 4
 *   join     certificate   of the author
 *            invite        bin 32, entry id
 *            organisation  {country, id, kind, name}
 *            proof         bin 64, by the invite's key
 *   admit    join      bin 32, entry id
 *   device   certificate   of the author
 *            name      text of 1 to BY_DEVICE_NAME_BYTES_MAX bytes, one line; may be missing
 *            organisation  bin 32
 *            signer    bin 32, the organisation key that certifies, where that is no longer its id
 *   open     nonce     bin 8
 *   role     organisation  bin 32
 *            role      uint, 1 to 4
 *            until     uint, Unix ms below 2^48, may be missing: a reminder, which changes no right
 *   approve  act       bin 32, entry id
 *   types    types     map, as in genesis, which it replaces whole
 *   lower    acts      array of 0 to BY_CUT_ACTS_MAX entry ids, bin 32
 *            device    bin 32; without it the organisation is lowered
 *            key       bin 32; only with an organisation: its new root key; nothing is lowered
 *            organisation  bin 32; of a device only together with root
 *            role      uint, 0 to 3; 0 of a device; 4 with key
 *            root      bin 64, by the organisation's root key; only with device or key
 *            signer    as in device; only with root
 *            tips      array of 0 to BY_CUT_TIPS_MAX tips, bin 226 (log/tip.h)
 *   tips     log       bin 40
 *            lowering  bin 32, entry id; may be missing
 *            tips      as in lower
 *   erase    entry     bin 32, entry id
 *            log       bin 40, that the entry stands in
 *            seq       uint, its place there
 *   level    level     uint, 1 to BY_LEVEL_MAX
 *   allow    device    bin 32
 *
 *   organisation  {country: text, id: bin 32, kind: text, name: text}
 *   certificate   {device: bin 32, signature: bin 64, transport: bin 32}
 *
 * Where it says so above a key may be missing; so may device, organisation, root and lowering.
 * Unknown keys are ignored here; beside types they may say more about records. A body that lacks a
 * key or breaks a rule makes the act void: it is kept and passed on, and gives no right.
 */
#ifndef BY_MEMBER_ACT_H
#define BY_MEMBER_ACT_H

#include "base/arena.h"
#include "codec/value.h"
#include "crypto/key.h"
#include "log/entry.h"

/* A role ranks above those with lower numbers, and the numbers are what bodies hold. */
enum by_role {
    BY_ROLE_NONE = 0,
    BY_ROLE_READER = 1,
    BY_ROLE_HUB = 2,
    BY_ROLE_MEMBER = 3,
    BY_ROLE_COORDINATOR = 4
};
#define BY_ROLE_MAX 4
/* The merge level this program speaks. */
#define BY_ACT_LEVEL 1u
/* Invitations expire before this, if they do: the milliseconds that a stamp can hold. */
#define BY_INVITE_EXPIRES_MS_MAX 281474976710655
/* And reminders of roles are. */
#define BY_ROLE_UNTIL_MS_MAX BY_INVITE_EXPIRES_MS_MAX
/* "none" ... "coordinator". Static. */
const char *by_role_name(enum by_role role);
/* BANYAN_ERR_USAGE for another word. */
BANYAN_MUST_CHECK enum banyan_status
by_role_from_name(struct by_bytes name, enum by_role *out_role);

/* Up to where what somebody wrote stands. Borrowed, as are all arrays of acts. */
struct by_cut {
    struct by_id *acts; /* and all acts before them in their logs */
    size_t act_count;
    struct by_bytes *tips; /* BY_TIP_BYTES each: and all entries before them in theirs */
    size_t tip_count;
};

/* A device and the organisation's word for it. */
struct by_certificate {
    struct by_id device;    /* Ed25519: signs entries */
    struct by_id transport; /* X25519: opens bundles, Noise static key */
    /* By the organisation's root key over tag CERTIFICATE ‖ network id ‖ organisation ‖ device ‖
     * transport. */
    struct by_signature signature;
};
/* Fills in signature. network is zero for the founders' certificates, which are inside genesis. */
void by_certificate_sign(struct by_certificate *certificate, const struct by_signing_key *root,
                         const struct by_id *network);
/* The same of an organisation whose root key is no longer its id. */
void by_certificate_sign_for(struct by_certificate *certificate, const struct by_id *organisation,
                             const struct by_signing_key *root, const struct by_id *network);
BANYAN_MUST_CHECK enum banyan_status by_certificate_verify(const struct by_certificate *certificate,
                                                           const struct by_id *organisation,
                                                           const struct by_id *network);
BANYAN_MUST_CHECK enum banyan_status
by_certificate_verify_by(const struct by_certificate *certificate, const struct by_id *organisation,
                         const struct by_id *signer, const struct by_id *network);

/* An organisation as its first act describes it. Its id is its first root key, and stays when the
 * key is rotated. */
struct by_org_profile {
    struct by_id id;
    struct by_bytes name;    /* 1 to BY_ORG_NAME_BYTES_MAX, normal form C, one line */
    struct by_bytes kind;    /* code of list org-kind: 1 to 32 of a-z and _ */
    struct by_bytes country; /* ISO 3166-1 alpha-3: 3 of A-Z */
};
/* BANYAN_ERR_BAD_TEXT for the name's text, BANYAN_ERR_INVALID for another rule. */
BANYAN_MUST_CHECK enum banyan_status by_org_profile_check(const struct by_org_profile *profile);

struct by_founder {
    struct by_org_profile profile;
    struct by_certificate *devices;
    size_t device_count;
};

struct by_act {
    enum by_kind kind;
    union {
        struct {
            struct by_value names;       /* map language -> network name */
            struct by_founder *founders; /* in seniority */
            size_t founder_count;
            uint32_t quorum;       /* 0 = majority; never less than a majority */
            uint32_t level;        /* merge level, BY_ACT_LEVEL */
            struct by_value types; /* map, see record/types.h */
            struct by_value body;  /* as decoded, with keys unknown here; not looked at to encode */
        } genesis;
        struct {
            struct by_id key;     /* Ed25519, from the code's seed */
            uint8_t join_key[32]; /* opens a newcomer's bundle: members hold it by this act, the
                                     newcomer by the code */
            enum by_role role;    /* at most MEMBER is granted by joining */
            struct by_bytes name; /* for whom, may be empty */
            uint64_t expires_ms;  /* Unix ms, 0 = never */
            bool asks_confirm;    /* a person compares six digits before the join is admitted */
        } invite;
        struct {
            struct by_id invite; /* entry id */
            struct by_org_profile profile;
            struct by_certificate certificate; /* device = author of the act */
            /* By the invite key over tag INVITE_PROOF ‖ network id ‖ organisation ‖ device ‖
             * transport. */
            struct by_signature proof;
        } join;
        struct {
            struct by_id join;
        } admit;
        struct {
            struct by_id organisation;
            struct by_certificate certificate; /* device = author: a device introduces itself */
            struct by_bytes name;              /* what its people call it; may be empty */
            struct by_id signer;               /* zero: the organisation's id */
        } device;
        struct {
            uint8_t nonce[8]; /* log id = author ‖ nonce, not the log of the act itself */
        } opening;            /* BY_KIND_OPEN; a pure file cannot say "open" */
        struct {
            struct by_id organisation;
            enum by_role role;
            uint64_t until_ms; /* a reminder for people; 0 = none */
        } role;
        struct {
            struct by_id act;
        } approve;
        struct {
            bool is_device;            /* a device is lowered, else an organisation */
            struct by_id organisation; /* zero: a device, and no root signature */
            struct by_id device;       /* zero unless is_device */
            enum by_role role;         /* that is left */
            struct by_cut cut;
            bool has_key;
            struct by_id key; /* the organisation's new root key */
            bool has_root;
            struct by_signature root; /* see by_revocation_verify */
            struct by_id signer;      /* zero: the organisation's id */
        } lower;
        struct {
            struct by_log_id log;
            bool has_lowering;
            struct by_id lowering; /* entry id: whose tips for the log these replace */
            struct by_cut cut;     /* its tips alone */
        } tips;
        struct {
            struct by_log_id log;
            uint64_t seq;
            struct by_id entry;
        } erase;
        struct {
            uint32_t level;
        } level;
        struct {
            struct by_id device;
        } allow;
        struct {
            struct by_value body; /* map; holds `types`, a map, and what else is said of records */
        } types;
    };
};

/* Decode the body of an entry; what it points to lives in arena or lies in the entry's payload, as
 * by_act_holds says. Only the kinds above are known: another gives BANYAN_ERR_UPGRADE, as does a
 * genesis of a higher level. Signatures inside are not checked here (the charter does).
 * BANYAN_ERR_MALFORMED, _INVALID, _BAD_TEXT and what by_scan returns. */
BANYAN_MUST_CHECK enum banyan_status by_act_decode(uint16_t kind, struct by_bytes payload,
                                                   struct by_arena *arena, struct by_act *out_act);
/* What decoded bodies of a kind point to, and so what has to outlive them. */
enum by_act_hold {
    BY_ACT_HOLDS_NOTHING,
    BY_ACT_HOLDS_PAYLOAD, /* texts in it */
    BY_ACT_HOLDS_VALUES   /* what was made in the arena, and the payload */
};
enum by_act_hold by_act_holds(uint16_t kind);
/* Append the canonical body. BANYAN_ERR_INVALID, _BAD_TEXT or _TOO_LARGE when by_act_decode would
 * not take it back; nothing is appended then. */
BANYAN_MUST_CHECK enum banyan_status
by_act_encode(const struct by_act *act, struct by_arena *scratch, struct by_buffer *out);

/* The invite key and the join key from an invitation's 16-byte seed. */
void by_invite_derive(const uint8_t seed[16], struct by_signing_key *out_key,
                      uint8_t out_join_key[32]);
/* Sign and check join.proof; network is the network id. */
void by_join_prove(struct by_act *join, const struct by_signing_key *invite_key,
                   const struct by_id *network);
BANYAN_MUST_CHECK enum banyan_status by_join_verify(const struct by_act *join,
                                                    const struct by_id *invite_key,
                                                    const struct by_id *network);

/* Sign and check the root signature of a lower act that revokes a device or gives the organisation
 * a new key: over organisation ‖ device or new key ‖ count of acts u64 ‖ acts ‖ tips, hashed, under
 * a tag of its own for either. root is the organisation's key; it is named as the signer where it
 * is not the organisation's id. */
void by_revocation_sign(struct by_act *lower, const struct by_signing_key *root,
                        const struct by_id *network);
BANYAN_MUST_CHECK enum banyan_status
by_revocation_verify(const struct by_act *lower, const struct by_id *network);

#endif
