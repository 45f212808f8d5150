/*
 * Field values as people write and read them, to and from values as payloads hold them.
 */
#ifndef BY_RECORD_FIELD_VALUE_H
#define BY_RECORD_FIELD_VALUE_H

#include "log/links.h"
#include "record/types.h"

/* A record reference by its display id or full name; the caller looks it up. */
struct by_ref_resolver {
    /* BANYAN_ERR_NOT_FOUND, or BANYAN_ERR_INVALID when several fit. */
    enum banyan_status (*find)(void *context, struct by_bytes text,
                               struct by_record_name *out_name);
    void *context;
};

/*
 * Text to value: "12 ha", "1500 USD 2020-01", "10.5,106.2" or GeoJSON for a point, "a;b" for lists,
 * codes by code or by any label, yes/no. The value holds in arena. BANYAN_ERR_INVALID, words name
 * the field, the rule and what is allowed (a few close codes, how many there are).
 */
BANYAN_MUST_CHECK enum banyan_status
by_field_value_parse(const struct by_field *field, struct by_bytes text,
                     const struct by_ref_resolver *resolver, struct by_arena *arena,
                     struct by_value *out_value, struct banyan_error *error);

/* Whether a value has the form of its kind: what validity of an operation rests on. Code lists are
 * not looked at: they differ between versions, and validity may not. */
bool by_field_value_is(enum by_field_kind kind, const struct by_value *value);

/* The form in which values are compared: decimal texts in normal form, so that 1 and 1.0 are one
 * value. */
BANYAN_MUST_CHECK enum banyan_status
by_field_value_normal(enum by_field_kind kind, const struct by_value *value, struct by_arena *arena,
                      struct by_value *out_normal);

/* Value to a short text for tables: quantities "12 ha", points "10.5,106.2", other geometry
 * "Polygon, 120 points", mltext the text of language. Labels for codes in language where known.
 * Appends to out. */
BANYAN_MUST_CHECK enum banyan_status
by_field_value_text(const struct by_field *field, const struct by_value *value,
                    const char *language, struct by_buffer *out);

/* Short display ids: 8 Crockford characters of the hash of the name, as in K7QM-2F9D. */
#define BY_SHORT_ID_BYTES 10
void by_record_short_id(const struct by_record_name *name, char out_text[BY_SHORT_ID_BYTES]);
void by_record_name_hash(const struct by_record_name *name, struct by_id *out_hash);
/* Owner ‖ uuid, 48 bytes. */
void by_record_name_put(uint8_t at[48], const struct by_record_name *name);
void by_record_name_get(const uint8_t at[48], struct by_record_name *out_name);

#endif
