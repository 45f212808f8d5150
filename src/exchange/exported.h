/*
 * A record on its way out: what every format is written from.
 */
#ifndef BY_EXCHANGE_EXPORTED_H
#define BY_EXCHANGE_EXPORTED_H

#include "record/field_value.h"

/* Everything is borrowed. */
struct by_exported {
    struct by_record_name name;
    const struct by_type *type; /* NULL for one that this program does not know */
    struct by_bytes type_name, id, label;
    struct by_bytes owner, owner_name; /* hex; what the organisation is called */
    struct by_bytes created, changed;
    struct by_bytes version;              /* by_version_text; empty: it is not told */
    struct by_value document;             /* references as hex of the name */
    struct by_bytes conflicts, proposals; /* JSON; empty without any */
    /* For everybody (exchange/public.h): how uncertain the place is, how it was made so, and what
     * was withheld, under the names that Darwin Core has for them. */
    bool is_public;
    struct by_bytes uncertainty_m, generalised, withheld;
};

/* Columns of tables, and keys of GeoJSON properties, that are no fields. */
#define BY_ID_HEADER      "banyan: id"      /* hex of the record's name */
#define BY_NEW_HEADER     "banyan: new"     /* the same of one that a refused row was to be */
#define BY_VERSION_HEADER "banyan: version" /* behind it a space and the language of the texts */
#define BY_RECORD_HEADER  "banyan: record"  /* its short id */
#define BY_TYPE_HEADER    "banyan: type"
#define BY_OWNER_HEADER   "banyan: owner"
#define BY_HEADER_BEGIN   "banyan: "

#define BY_UNCERTAINTY_HEADER "coordinateUncertaintyInMeters"
#define BY_GENERALISED_HEADER "dataGeneralizations"
#define BY_WITHHELD_HEADER    "informationWithheld"

/* Which state of a record was exported: of each of its heads (32 bytes each) the first 8 bytes in
 * hex, "-" between. Appends. */
BANYAN_MUST_CHECK enum banyan_status by_version_text(struct by_bytes heads, struct by_buffer *out);
/* Whether an operation is one of those that a version names. */
bool by_version_has(struct by_bytes version, const struct by_id *operation);
/* How many it names; 0 for a text that is none. */
size_t by_version_count(struct by_bytes version);

#endif
