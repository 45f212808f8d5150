/*
 * The network: who belongs to it, inviting, and whether two people see the same database.
 */
#ifndef BANYAN_NETWORK_H
#define BANYAN_NETWORK_H

#include <stdbool.h>

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
    bool confirm; /* six digits are compared before the join is admitted (banyan_admit) */
    bool addresses_are_found; /* by banyan_reach, and not given by a person */
};
/* Log an invitation; coordinators only (BANYAN_ERR_DENIED). {"code", "name", "role", "expires"}:
 * the code is a secret. Public addresses that a person gives are told to members from now on
 * (banyan_peers_tell). */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_invite(banyan_node *node, const struct banyan_invite *invite, struct banyan_text *out_json,
              struct banyan_error *error);

/* Invitations to all organisations of a table: a column "name" (or "organisation"), and where it
 * has one "role"; the rest is as invite says. Nothing is logged unless all rows are right. An array
 * of what banyan_invite answers. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_invite_table(banyan_node *node, const char *path, const struct banyan_invite *invite,
                    struct banyan_text *out_json, struct banyan_error *error);
/* [{"invite": name of its act, "name", "role", "by": {"id", "name"}, "at", "expires" or null,
 * "confirm": bool, "state": "open"|"used"|"expired"|"cancelled"}], newest first. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_invites(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);
/* Cancel one that was not used, by the name of its act or by its own: who joins with it from now on
 * is admitted by nobody who has heard of this. Coordinators only. {"invite", "name", "outcome":
 * "cancelled"|"unchanged"}. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_invite_cancel(banyan_node *node, const char *invite, struct banyan_text *out_json,
                     struct banyan_error *error);
/* Who asks to be taken in and is not: [{"join": name of its act, "organisation": {"id", "name"},
 * "country", "kind", "state": "open" (will be admitted by itself)|"confirm"|"expired"
 * |"cancelled"|"used"|"suspended"}]. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_joins(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);
/* Admit one by hand, named by its act or its organisation. digits: the six that its office reads
 * out, where the invitation asks for them; may be NULL else. Coordinators also admit one of several
 * that came with one invitation. {"join", "organisation", "outcome": "admitted"}.
 * BANYAN_ERR_DENIED for wrong digits and for expired invitations. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_admit(banyan_node *node, const char *join, const char *digits, struct banyan_text *out_json,
             struct banyan_error *error);

/* [{"id", "name", "country", "kind", "role", "since", "admitted_by": {"id", "name"} or null,
 * "final", "suspended", "until": time or null (of its role), "removed": time or null, "removed_by":
 * {"id", "name"} or null, "self", "devices": n, "last_heard" or null, "via": {"id", "name"} or
 * null, "focal_points": n or null (of contact records that reached here), "principles": {"version",
 * "accepted_on"} or null (of its newest membership record)}], coordinators first, then by name. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_members(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

/*
 * Give a role to an organisation, or take away what it has beyond it: "coordinator", "member",
 * "hub" or "reader"; coordinators only. until_ms: a day of which people are reminded, Unix ms, 0 =
 * none; only with a role that is given. What takes several coordinators is asked for, or voted for
 * where another one asked for the same.
 * {"organisation": {"id", "name"}, "outcome": "raised"|"lowered"|"removed"|"left"|"reminded" (only
 * the day was changed)|"asked"|"approved"|"unchanged"|"without effect" (other decisions stand
 * against it), "wanted": role, "role": as it is now, "until": time or null, "act": name or null,
 * "votes": n, "needed": n, "waits_for": [{"id", "name"}], "held": entries of theirs that are here
 * and count no more, "left_out": ends of logs that one act could not name}.
 * BANYAN_ERR_DENIED, BANYAN_ERR_NOT_FOUND; BANYAN_ERR_DENIED also where nobody would be left to
 * decide.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_role(banyan_node *node, const char *organisation, const char *role, uint64_t until_ms,
            struct banyan_text *out_json, struct banyan_error *error);

struct banyan_removal {
    const char *organisation; /* name or id; NULL = the own one */
    bool leave;               /* it is the own one, and is to leave */
    /* Entries up to which what it wrote stands, in the logs that they stand in: hex ids or the
     * first 4 characters of short names or more. What is held here stands in all other logs. */
    const char *const *keep;
    size_t keep_count;
    /* Entries from which on it does not stand, named so too: of a log that begins with one, nothing
     * stands. A copy of a home writes a log of its own. */
    const char *const *drop;
    size_t drop_count;
};
/* Remove an organisation from the network, or leave it. Answers as banyan_role does. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_remove(banyan_node *node, const struct banyan_removal *removal, struct banyan_text *out_json,
              struct banyan_error *error);

/*
 * The devices of the own organisation, or of all. [{"id", "short": as act names are, "name",
 * "organisation": {"id", "name"}, "self": bool, "since", "revoked": time or null}].
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status banyan_devices(banyan_node *node, bool of_all,
                                                               struct banyan_text *out_json,
                                                               struct banyan_error *error);
/* Name the device at hand; all members see it. Answers as banyan_devices does.
 * BANYAN_ERR_INVALID past 64 bytes or one line. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_device_rename(banyan_node *node, const char *name, struct banyan_text *out_json,
                     struct banyan_error *error);

struct banyan_revocation {
    const char *device;        /* its name among the own ones, or the beginning of its id */
    const char *recovery_code; /* of the own organisation; NULL where a coordinator revokes */
    const char *const *keep;   /* as of banyan_remove, and drop too */
    size_t keep_count;
    const char *const *drop;
    size_t drop_count;
};
/* End a device: what it writes from now on counts nowhere. {"device": as of banyan_devices,
 * "outcome": "revoked"|"asked"|"approved"|"unchanged"|"without effect", "act", "votes", "needed",
 * "waits_for", "held": as of banyan_role}. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_device_revoke(banyan_node *node, const struct banyan_revocation *revocation,
                     struct banyan_text *out_json, struct banyan_error *error);

/* A line with which an organisation that has its recovery code alone finds this node (struct
 * banyan_recovery). No secret. addresses: 1 to 4, HOST:PORT. {"code", "addresses"}.
 * BANYAN_ERR_USAGE, _INVALID; BANYAN_ERR_NOT_MEMBER without a role. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_contact(banyan_node *node, const char *const *addresses, size_t address_count,
               struct banyan_text *out_json, struct banyan_error *error);

struct banyan_recovery {
    const char *code; /* of the organisation */
    /* Where the network's logs come from: one of these, the other NULL. */
    const char *bundle;      /* file that any member made for all */
    const char *contact;     /* text with the code of banyan_contact, or of an invitation that the
                                organisation once got: that member's node is called */
    const char *device_name; /* may be NULL */
    struct banyan_passphrase lock; /* as of struct banyan_profile */
};
/*
 * Make a home on a further computer of an organisation: its next device, or its first one after all
 * others were lost. {"home", "organisation": {"id", "name"}, "role", "devices": as of
 * banyan_devices}, and over the network "in_sync": bool, whether all records came and the member
 * knows of the new device; else banyan_sync does the rest. BANYAN_ERR_INVALID for a mistyped code;
 * BANYAN_ERR_NOT_FOR_US for a bundle that the code does not open, or a member that gives nothing
 * for it; BANYAN_ERR_NOT_MEMBER; BANYAN_ERR_NETWORK; BANYAN_ERR_MALFORMED for a contact that is
 * none. After any failure there is no home.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_recover(const char *home, const struct banyan_recovery *recovery,
               struct banyan_text *out_json, struct banyan_error *error);

struct banyan_rotation {
    const char *recovery_code; /* of the own organisation; NULL where it is lost */
    /* Another organisation, and the key that it asks for: for coordinators. NULL = the own one,
     * whose new key is made here. */
    const char *organisation;
    const char *key;
    /* Called once, before anything changes, with the recovery code of a new key that is made here:
     * whoever keeps it then has it however the call ends. What it gives but BANYAN_OK is given
     * back, and nothing changed. May be NULL. */
    enum banyan_status (*keep)(void *context, const char *recovery_code);
    void *keep_context;
};
/*
 * Replace the key of an organisation. {"organisation": {"id", "name"}, "outcome": "rotated"|"asked"
 * (other coordinators approve)|"approved"|"wanted" (nothing is logged: a coordinator is to be asked
 * for it)|"unchanged"|"without effect", "key": the new public key in base 32, "recovery_code": of
 * the new key, null for another organisation, "act", "votes", "needed", "waits_for": as of
 * banyan_role}. The new recovery code holds from the moment that the key is replaced.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_key_rotate(banyan_node *node, const struct banyan_rotation *rotation,
                  struct banyan_text *out_json, struct banyan_error *error);

/* Vote for an act that waits for votes of coordinators, by its name ("K7QM-2F9D", as
 * banyan_status_report lists it, or the first 4 characters or more). {"act", "outcome":
 * "approved"|"unchanged", "decided": bool, "votes": n, "needed": n (0 when decided)}.
 * BANYAN_ERR_DENIED, BANYAN_ERR_NOT_FOUND. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status banyan_approve(banyan_node *node, const char *act,
                                                               struct banyan_text *out_json,
                                                               struct banyan_error *error);

/* A file that defines a record type or a code list, as src/record/types and src/record/lists have
 * them; a label is a text in English, or {language: text}. */
struct banyan_type_file {
    const char *name; /* for words */
    const char *text; /* JSON */
};
struct banyan_types_proposal {
    const struct banyan_type_file *files;
    size_t file_count;
    bool shipped; /* and first the types and lists that this version ships, as they are in it */
};
/* Put the definitions to the vote of the coordinators, beside all that is in force (banyan_approve;
 * a coordinator that decides alone has decided). {"act" or null, "outcome": "proposed"|"unchanged",
 * "decided": bool, "votes", "needed", "types": [{"name", "change": "new"|"changed", "fields":
 * [{"name", "kind"}] that are new}], "lists": [{"name", "change", "codes": [code] that are new}],
 * "types_gone": [name], "lists_gone": [name]}. BANYAN_ERR_DENIED for others than coordinators;
 * BANYAN_ERR_INVALID names file, place and rule. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_types_propose(banyan_node *node, const struct banyan_types_proposal *proposal,
                     struct banyan_text *out_json, struct banyan_error *error);
/* Proposals of types that wait for votes, all or (act) the one of that name: as of
 * banyan_status_report, with "types" to "lists_gone" as above, beside what is in force now. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_types_proposed(banyan_node *node, const char *act_or_null, struct banyan_text *out_json,
                      struct banyan_error *error);

/* {"fingerprint": "12345 67890 ...", "network": id, "records", "members"}: equal on every node that
 * holds the same entries. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_fingerprint(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
