/*
 * Records: writing them, reading the merged view, and seeing who said what.
 *
 * A record belongs to the organisation that made it. Edits by others become proposals that the
 * owner or a coordinator accepts or declines. Edits of the same field made apart are a conflict
 * until somebody resolves it; nothing is lost.
 *
 * A new record with sharing=private, or of a type whose default that is, stays on this device and
 * is in nothing that leaves it. To edit its sharing is to share it: it is put anew, as it is, and
 * its history stays here. A record that is shared cannot become private (BANYAN_ERR_DENIED).
 */
#ifndef BANYAN_RECORD_H
#define BANYAN_RECORD_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One change of a field, as a person types it. */
enum banyan_change { BANYAN_SET, BANYAN_UNSET, BANYAN_ADD, BANYAN_REMOVE };
struct banyan_field {
    const char *path;  /* "country", "name.vi" */
    const char *value; /* "KHM", "12 ha", "13.2,103.8", GeoJSON; NULL for BANYAN_UNSET */
    enum banyan_change change;
};

/* [{"name", "label", "fields": n, "records": n}]; or of one type {"name", "label", "version",
 * "open", "sharing" (of a new record that says nothing of it), "fields": [{"name", "label", "kind",
 * "list", "refers_to": type, "min", "max", "required", "expected_for": [purpose], "codes":
 * [{"code", "label", "since", "until", "replaced_by": [code], "aliases": [text], "outside":
 * {standard: text}}]}], "table", "columns": [...]}; "min", "max" and what stands behind the label
 * of a code only where there is such. type NULL = all. BANYAN_ERR_NOT_FOUND, words suggest near
 * names. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_types(banyan_node *node_or_null, const char *type, const char *language,
             struct banyan_text *out_json, struct banyan_error *error);

/* Each writing call is durable when it returns BANYAN_OK, and all or nothing. They answer
 *   {"id", "type", "label", "outcome":
 * "added"|"changed"|"proposed"|"deleted"|"restored"|"accepted"|"declined"|"resolved"|"reopened"|"transferred"|
 * "shared"|"unchanged"|"proposed_already" (by this organisation, and open), "owner": {"id",
 * "name"}, "own": bool (it is this organisation's), "private": bool (this device alone has it),
 * "private_references": private records that a shared one refers to, "owner_gone": bool (it has
 * left the network), "entry"} BANYAN_ERR_INVALID: words name field, rule and what is allowed.
 * BANYAN_ERR_NOT_MEMBER, BANYAN_ERR_DENIED. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_add(banyan_node *node, const char *type, const struct banyan_field *fields, size_t count,
           struct banyan_text *out_json, struct banyan_error *error);
/* Records that a new one with these fields may be, before it is added: {"alike": [{"id", "type",
 * "label", "owner": {"id", "name"}, "similarity": hundredths of the name or null, "metres": to the
 * place or null}]}, the likest first, at most 5. Of the same type, with a name that is the same or
 * nearly so, or, of types whose records rarely lie side by side, within 2 km. Fails as banyan_add
 * would for fields that break a rule. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_alike(banyan_node *node, const char *type, const struct banyan_field *fields, size_t count,
             struct banyan_text *out_json, struct banyan_error *error);
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_edit(banyan_node *node, const char *id, const struct banyan_field *fields, size_t count,
            struct banyan_text *out_json, struct banyan_error *error);
/* The same of a record as it was shown: what others wrote since then was not seen, and where both
 * say something else of a field it is in conflict. state: of banyan_show. BANYAN_ERR_INVALID when
 * that state is not here. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_edit_upon(banyan_node *node, const char *id, const char *state,
                 const struct banyan_field *fields, size_t count, struct banyan_text *out_json,
                 struct banyan_error *error);
BANYAN_API BANYAN_MUST_CHECK enum banyan_status banyan_delete(banyan_node *node, const char *id,
                                                              struct banyan_text *out_json,
                                                              struct banyan_error *error);
/* The record as it was before its deletion. BANYAN_ERR_USAGE when it is not deleted. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status banyan_undelete(banyan_node *node, const char *id,
                                                                struct banyan_text *out_json,
                                                                struct banyan_error *error);
/* Settle conflicts: the value of each field given; on a deletion in conflict "deleted" = yes or no.
 * BANYAN_ERR_USAGE when a field is not in conflict. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_resolve(banyan_node *node, const char *id, const struct banyan_field *fields, size_t count,
               struct banyan_text *out_json, struct banyan_error *error);
/* Open again what the last settling of the record settled, as far as nobody has changed it since:
 * it has the same values in conflict as before. BANYAN_ERR_NOT_FOUND when there is nothing to undo.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_resolve_undo(banyan_node *node, const char *id, struct banyan_text *out_json,
                    struct banyan_error *error);
/* proposal: an id from the inbox, or a record's id for all open proposals on it. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_accept(banyan_node *node, const char *proposal, struct banyan_text *out_json,
              struct banyan_error *error);
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_decline(banyan_node *node, const char *proposal, struct banyan_text *out_json,
               struct banyan_error *error);
/* Hand a record over; its id stays. organisation: a name or hex id. By the owner, or by a
 * coordinator once the owner has left the network. BANYAN_ERR_DENIED, BANYAN_ERR_INVALID for one
 * that may only read. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_transfer(banyan_node *node, const char *id, const char *organisation,
                struct banyan_text *out_json, struct banyan_error *error);

/* {"id", "name": 96 hex, "type", "label", "owner": {"id", "name"}, "deleted":
 * "no"|"yes"|"conflict", "sharing", "created", "changed", "state": a name of what is shown,
 * "fields": {path: value}, "text": {path: text for people}, "order": [{"path", "label"}] as the
 * type has them, "references": {path: [{"id", "label"}]}, "conflicts": {path: [{"value", "text",
 * "by", "person", "at", "entry"}]}, "proposals":
 * [{"id", "by", "person", "at", "state", "changes":
 * [{"path", "field": label, "change", "value", "text"}]}]}. "by" is {"id", "name"} of an
 * organisation and "person" the name given with banyan_me there, or null, here and below. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_show(banyan_node *node, const char *id, const char *language, struct banyan_text *out_json,
            struct banyan_error *error);
/* The same, and "as_of", of the record as it was at unix_ms: as far as was written by then, by the
 * clocks of who wrote, with all that they built on; under today's members, types and names of other
 * records. BANYAN_ERR_NOT_FOUND for a record that nobody had written yet. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_show_as_of(banyan_node *node, const char *id, uint64_t unix_ms, const char *language,
                  struct banyan_text *out_json, struct banyan_error *error);

struct banyan_list {
    const char *type;           /* NULL = all */
    const char *const *filters; /* "country=KHM" */
    size_t filter_count;
    const char *where; /* SQL condition over the type's table */
    const char *sort;  /* column, "-column" descending */
    const char *const *columns;
    size_t column_count;
    const char *near; /* a place, "10.92, 105.08" or the id of a record that has one: sorts by the
                         distance from it, and each row has "metres" */
    double within_km; /* of near: not farther; 0 = all */
    const char *in;   /* id of a record: those whose place lies in its area */
    const char *holding; /* a place as for near: those whose area holds it */
    uint64_t limit;      /* 0 = all */
    bool deleted;
    const char *language; /* BCP 47, NULL = "en" */
    uint64_t as_of_ms;    /* Unix ms: records as they were then, as in banyan_show_as_of; 0 = now */
};
/* {"columns": [{"name", "label"}], "rows": [{column: value}], "count"}; each row has "id", and
 * "private": bool. A column
 * of quantities or money is followed by that of its unit ("area_unit") or currency. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_list_records(banyan_node *node, const struct banyan_list *list, struct banyan_text *out_json,
                    struct banyan_error *error);
struct banyan_missing {
    const char *purpose;        /* such as "wdpca", or its label; NULL lists the purposes */
    const char *type;           /* NULL = all of which it expects something */
    const char *const *filters; /* "country=KHM"; with a type only */
    size_t filter_count;
    uint64_t limit;       /* of the rows, not of the counts; 0 = all */
    const char *language; /* BCP 47, NULL = "en" */
};
/* What records still lack for a purpose. {"purpose", "label", "rows": [{"id", "type", "label",
 * "owner", "missing": [{"field", "label"}]}], "count": records that lack something, "types":
 * [{"type", "label", "records", "complete", "fields": [{"field", "label", "missing": records}]}]}.
 * Of no purpose {"purposes": [{"purpose", "label", "types": [name]}]}. BANYAN_ERR_INVALID for one
 * that is not known. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_missing(banyan_node *node, const struct banyan_missing *missing,
               struct banyan_text *out_json, struct banyan_error *error);
/* [{"id", "type", "label", "private": bool, "field", "text"}], best first. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_search(banyan_node *node, const char *text, const char *type, uint64_t limit,
              const char *language, struct banyan_text *out_json, struct banyan_error *error);
/* {"columns": [name], "rows": [[value]]}. Read only. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_sql(banyan_node *node, const char *sql, uint64_t limit, struct banyan_text *out_json,
           struct banyan_error *error);
/* [{"entry", "by", "person", "at", "device", "device_short", "device_name", "role", "op",
 * "deleted_before": "no"|"yes"|"conflict" as its author saw it, "private": bool, "state":
 * "counts"|"proposal"|"accepted"|"declined"|"invalid"|"void", "changes": [{"path", "field",
 * "change", "value", "text", "before"}]}], oldest first; a transfer also has "to", an organisation.
 * "device_short" is that of banyan_devices, and "device_name" null where it has none. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_history(banyan_node *node, const char *id, const char *language,
               struct banyan_text *out_json, struct banyan_error *error);
/* Who said what stands now: as banyan_show up to "changed", then "fields": [{"path", "field":
 * label, "conflict": bool, "values": [{"value", "text", "by", "person", "at", "device",
 * "device_short", "device_name", "entry", "source": what the same change says it was taken from, or
 * null, "proposed": the same of whom it was accepted from, "by" to "entry", or null}]}], in the
 * order of the type; the elements of a list come one by one, each as a list of one. "deletion":
 * [{"deleted": bool, "by" and so on as of a value}], where the record is deleted or that is in
 * conflict. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_blame(banyan_node *node, const char *id, const char *language, struct banyan_text *out_json,
             struct banyan_error *error);
/* [{"id", "type", "label", "owner", "path", "field": label, "values": [{"value", "text", "by",
 * "person", "at"}]}] */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_conflicts(banyan_node *node, const char *language, struct banyan_text *out_json,
                 struct banyan_error *error);
/* Open proposals that this organisation may decide. [{"proposal", "id", "type", "label", "owner",
 * "by", "person", "at", "changes": [{"path", "field", "change", "value", "text", "before"}]}] */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_inbox(banyan_node *node, const char *language, struct banyan_text *out_json,
             struct banyan_error *error);
/* {"id", "sharing": "private"|"members"|"public", "sentence", "readers": [{"id", "name"}]} */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_who_can_read(banyan_node *node, const char *id, struct banyan_text *out_json,
                    struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
