/*
 * Field values as people write and read them, to and from values as payloads hold them.
 */
#ifndef BY_RECORD_FIELD_VALUE_H
#define BY_RECORD_FIELD_VALUE_H

#include "log/links.h"
#include "record/types.h"

struct by_code_memory;

/* A record reference by its id or by what it is called; the caller looks it up. */
struct by_ref_resolver {
    /* type: what it must be of, NULL = any. BANYAN_ERR_NOT_FOUND, or BANYAN_ERR_INVALID when
     * several fit or it is of another type; with words. */
    enum banyan_status (*find)(void *context, const char *type, struct by_bytes text,
                               struct by_record_name *out_name, struct banyan_error *error);
    void *context;
    struct by_code_memory *codes; /* of the texts before; NULL: none are remembered */
};

/*
 * Text to value; the text is brought to normal form C and trimmed first. The value lives in arena.
 *   number, integer   "1500", "12,5", "1 500", "1.500,5"; "1,500" is refused, since it has two
 *                     readings
 *   quantity          a number and a unit by code or label: "12 ha", "12,5 héc-ta"
 *   money             "1500 USD", "1500 USD 2020-01", "USD 1500", "1500 đồng", "€12"
 *   geometry          "lat,lon" ("10.5,106.2", "10,5 106,2"), with degrees, minutes, seconds and
 *                     hemispheres (N 49°48'33" E 24°2'11", 10.5°N 106.2°E), or GeoJSON: a geometry
 *                     of the types other than collections, a feature, a collection of one feature
 *   date              "2020", "2020-01", "2020-01-31", also "31.01.2020", "2020/1/31", "31/1/2020";
 *                     "1/2/2020" is refused, since it has two readings
 *   code              by code, in any case, or by a label in any language
 *   lists             elements with ";" between, none twice
 *   mltext            the text of one language, or {"vi": "...", "en": "..."} for the field as a
 *                     whole
 *   ref               what resolver finds, which may be NULL when no field is a reference
 *   bool              yes or no, in the languages of the labels
 * Numbers keep the range of the field. BANYAN_ERR_INVALID: words name the field, rule and what is
 * allowed (some codes, how many more, and those near to what was typed). BANYAN_ERR_MEMORY, and
 * what resolver fails with.
 */
BANYAN_MUST_CHECK enum banyan_status
by_field_value_parse(const struct by_field *field, struct by_bytes text,
                     const struct by_ref_resolver *resolver, struct by_arena *arena,
                     struct by_value *out_value, struct banyan_error *error);

/*
 * Whether a value has the form of its kind: what validity of an operation rests on. Code lists are
 * not looked at: they differ between versions, and validity may not.
 *   text, texts     not empty
 *   code, codes     1 to 64 of letters, digits, "_", "." and "-"
 *   quantity        {unit: code, value: decimal text}
 *   money           {amount: decimal text, currency: three capitals, date}, date may be missing
 *   geometry        {coordinates, type}: positions in range, rings closed, nothing else
 *   integer         up to 2^53 either way
 *   ref, refs       48 bytes
 *   mltext          a map language -> text that is not empty
 * Of a list kind the array of its elements, which may be empty.
 */
bool by_field_value_is(enum by_field_kind kind, const struct by_value *value);

/* The form in which values are compared: decimal texts in normal form, so that 1 and 1.0 are one
 * value. value has the form of kind. The rest is shared with value. */
BANYAN_MUST_CHECK enum banyan_status
by_field_value_normal(enum by_field_kind kind, const struct by_value *value, struct by_arena *arena,
                      struct by_value *out_normal);

/* Value to a short text for tables: quantities "12 ha", points "10.5,106.2", other geometry
 * "Polygon, 120 points", mltext the text of language, else English, else the first. Labels for
 * codes in language where known; references as short ids. Appends to out. field NULL: one that is
 * not known. */
BANYAN_MUST_CHECK enum banyan_status
by_field_value_text(const struct by_field *field, const struct by_value *value,
                    const char *language, struct by_buffer *out);

/* Short display ids: 8 Crockford characters of the hash of the name, as in K7QM-2F9D. */
#define BY_SHORT_ID_BYTES 10
void by_record_short_id(const struct by_record_name *name, char out_text[BY_SHORT_ID_BYTES]);
/* The same, of the hash of its name: the first 5 bytes tell it. */
void by_short_id_of_hash(const struct by_id *name_hash, char out_text[BY_SHORT_ID_BYTES]);
void by_record_name_hash(const struct by_record_name *name, struct by_id *out_hash);
/* Owner ‖ uuid, 48 bytes. */
void by_record_name_put(uint8_t at[48], const struct by_record_name *name);
void by_record_name_get(const uint8_t at[48], struct by_record_name *out_name);
/* Of 96 hex digits; false for another text. */
bool by_record_name_read(struct by_bytes text, struct by_record_name *out_name);

#endif
