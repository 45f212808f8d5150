/*
 * Record types: data, not code. Shipped definitions are JSON files in src/record/types, compiled to
 * tables at build.
 *
 * What decides merge (field kinds) is in force only as the network's acts say: genesis carries a
 * compact form of the shipped definitions (by_types_compact), and merge and ownership look at
 * nothing else. Labels, required and expected fields help people and come from the tables of the
 * program.
 */
#ifndef BY_RECORD_TYPES_H
#define BY_RECORD_TYPES_H

#include "base/arena.h"
#include "codec/value.h"

enum by_field_kind {
    BY_FIELD_TEXT,
    BY_FIELD_MLTEXT, /* BCP 47 tag -> text; one path per language */
    BY_FIELD_CODE,
    BY_FIELD_CODES, /* list */
    BY_FIELD_DATE,  /* year, month or day */
    BY_FIELD_INTEGER,
    BY_FIELD_NUMBER,   /* decimal text */
    BY_FIELD_QUANTITY, /* {value: decimal text, unit: code} as reported */
    BY_FIELD_MONEY,    /* {amount: decimal text, currency: ISO 4217, date} */
    BY_FIELD_GEOMETRY, /* GeoJSON geometry */
    BY_FIELD_REF,      /* record name, bin 48: owner ‖ uuid */
    BY_FIELD_REFS,     /* list */
    BY_FIELD_BOOL,
    BY_FIELD_URL,
    BY_FIELD_TEXTS /* list of short texts, such as tags */
};
#define BY_FIELD_KIND_COUNT 15
/* "text", "mltext", ...: the words of the definitions and of genesis. Static. */
const char *by_field_kind_name(enum by_field_kind kind);
bool by_field_kind_from_name(struct by_bytes name, enum by_field_kind *out_kind);
/* CODES, REFS and TEXTS: merged element by element. */
bool by_field_kind_is_list(enum by_field_kind kind);

#define BY_LABEL_LANGUAGE_BYTES 8
struct by_label {
    char language[BY_LABEL_LANGUAGE_BYTES]; /* BCP 47, of at most 7 characters */
    const char *text;
};
/* How another standard writes a code: {"wdpca", "Indigenous peoples"}. */
struct by_code_outside {
    const char *standard;
    const char *value;
};
/* What few codes have. */
struct by_code_more {
    const char *since; /* first day; NULL = always */
    const char *until; /* first day on which it is no more; NULL = still there */
    const char *const *replaced_by;
    size_t replaced_by_count;
    const char *const *aliases; /* other ways people write it */
    size_t alias_count;
    const struct by_code_outside *outside;
    size_t outside_count;
};
struct by_code {
    const char *code;
    const struct by_label *labels;
    size_t label_count;
    const struct by_code_more *more; /* NULL when there is nothing more */
};
struct by_code_list {
    const char *name;
    const struct by_code *codes; /* in display order */
    const uint16_t *by_code;     /* their places, sorted by code */
    size_t code_count;
};
/* A purpose for which a field is expected to be filled. */
struct by_expected {
    const char *purpose; /* code of the list "purpose", such as "wdpca" */
    const char *field;   /* NULL = always; else a condition on this other field of the record */
    const char *const
        *codes; /* expected if it has one of these; without any, unless it is filled */
    size_t code_count;
};
struct by_field {
    const char *name;
    enum by_field_kind kind;
    const struct by_code_list *list; /* codes (or units of a quantity), else NULL */
    const char *ref_type;            /* REF and REFS: the type meant, NULL = any */
    bool required;
    const char *min; /* decimal: the least number, or number of a quantity or money; NULL = any */
    const char *max;
    const struct by_expected *expected;
    size_t expected_count;
    const struct by_label *labels;
    size_t label_count;
    const char *type; /* the type it belongs to; NULL in the envelope */
};
struct by_type {
    const char *name;
    uint32_t version;
    bool is_open;                /* members other than the owner may edit: no proposals */
    const char *sharing;         /* of a new record that says nothing of it; NULL = members */
    bool is_place;               /* two such records rarely lie side by side */
    const char *const *named_by; /* fields that make up the name shown; none: the first text */
    size_t named_by_count;
    const struct by_field *fields; /* in display order */
    size_t field_count;
    const struct by_label *labels;
    size_t label_count;
};

/* Shipped tables, and the fields that every record has (language, sharing, sensitivity, licence,
 * source, tags). */
const struct by_type *by_types_shipped(size_t *out_count);
/* What tells the tables from those of other versions: hex. Static. */
const char *by_types_shipped_digest(void);
/* Each find gives NULL for a name that is not there. */
const struct by_type *by_type_shipped_find(struct by_bytes name);
const struct by_field *by_type_envelope(size_t *out_count);
/* A field of type or, failing that, of the envelope. type may be NULL. */
const struct by_field *by_type_field_find(const struct by_type *type, struct by_bytes name);
/* The text that names records of the type; NULL for a type that is named by other fields. */
const struct by_field *by_type_naming_field(const struct by_type *type);
/* The field by which records of a type best refer to one of another: one that is required, one for
 * that type alone, one record and not a list. NULL where none does. */
const struct by_field *by_type_link(const struct by_type *type, const struct by_type *to);
/* The field by which a record refers to several of another type, and no other; NULL. */
const struct by_field *by_type_list(const struct by_type *type, const struct by_type *of);
/* Whether a field refers to records of the type; is_any_fine: also where it may refer to any. */
bool by_field_refers(const struct by_field *field, const struct by_type *type, bool is_any_fine);
const struct by_code_list *by_code_list_find(const char *name);
const struct by_code *by_code_find(const struct by_code_list *list, struct by_bytes code);
/* How standard writes the code; NULL where it has no word for it. */
const char *by_code_outside(const struct by_code *code, const char *standard);
/* The label in another language than English; NULL in English, or where it has none in it. */
const char *by_label_in(const struct by_label *labels, size_t count, const char *language);
/* The label in language, else English, else the first; "" when there is none. */
const char *by_label_pick(const struct by_label *labels, size_t count, const char *language);

/* Types in force in a network: what merge and ownership may look at. */
struct by_type_set;
/* The compact form of all shipped definitions, for genesis: map type -> [version, open, map field
 * -> kind], kinds by name, the fields of the envelope in every type. Lives in arena. */
BANYAN_MUST_CHECK enum banyan_status
by_types_compact(struct by_arena *arena, struct by_value *out_map);
/* From the charter's value (NULL = none known), which is copied. A malformed part is left out: a
 * type that is no [version, open, map], a field whose kind has an unknown name. */
BANYAN_MUST_CHECK enum banyan_status
by_type_set_new(const struct by_value *types, struct by_type_set **out_set);
void by_type_set_free(struct by_type_set *set);
bool by_type_set_has(const struct by_type_set *set, struct by_bytes type);
bool by_type_set_is_open(const struct by_type_set *set, struct by_bytes type);
/* The kind of a field; false for a field that is not in force (merged as a scalar). */
bool by_type_set_field(const struct by_type_set *set, struct by_bytes type, struct by_bytes field,
                       enum by_field_kind *out_kind);
/* The same where one type is asked many fields: NULL for a type that is not in force, of which no
 * field is. */
struct by_set_type;
const struct by_set_type *by_type_set_find(const struct by_type_set *set, struct by_bytes type);
bool by_set_type_field(const struct by_set_type *type, struct by_bytes field,
                       enum by_field_kind *out_kind);

#endif
