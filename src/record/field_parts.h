/*
 * What the files of field values share: one group of kinds each.
 */
#ifndef BY_RECORD_FIELD_PARTS_H
#define BY_RECORD_FIELD_PARTS_H

#include "record/field_value.h"

/* The field that a text is read for, and where its value and words of failure go. */
struct by_reading {
    const struct by_field *field;
    const struct by_ref_resolver *resolver;
    struct by_arena *arena;
    struct banyan_error *error;
};
/* BANYAN_ERR_INVALID with "field NAME: " before the words; where people
 * read another language than English that the field has a label in, "field LABEL (NAME): ". The
 * sentence is translated as by_fail does. */
enum banyan_status by_reading_fail(const struct by_reading *reading, const char *format, ...)
    BANYAN_FORMAT(2, 3);

/* Text without white space at its ends. */
struct by_bytes by_trim(struct by_bytes text);
/* The longest beginning of text of at most 60 bytes that cuts no character, for printf's "%.*s". */
int by_excerpt_size(struct by_bytes text);

/* Each reads trimmed text in normal form C that is not empty. */
BANYAN_MUST_CHECK enum banyan_status
by_read_text(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_mltext(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_code(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_date(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_integer(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_number(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status by_read_quantity(const struct by_reading *reading,
                                                      struct by_bytes text,
                                                      struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_money(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status by_read_geometry(const struct by_reading *reading,
                                                      struct by_bytes text,
                                                      struct by_value *out_value);
/* A point as people write it: "13.2,103.8", N 49°48'33" E 24°2'11". */
BANYAN_MUST_CHECK enum banyan_status
by_read_point(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_ref(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_bool(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);
BANYAN_MUST_CHECK enum banyan_status
by_read_url(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);

/* A code of list as by_code_search finds it. Fails with what is near and what is allowed; use says
 * what the sentence calls it. */
enum by_code_use { BY_CODE_OF_LIST, BY_CODE_UNIT, BY_CODE_CURRENCY };
BANYAN_MUST_CHECK enum banyan_status
by_read_code_of(const struct by_reading *reading, const struct by_code_list *list,
                enum by_code_use use, struct by_bytes text, struct by_value *out_code);

/* BANYAN_ERR_INVALID where the number, or that of a quantity or money, is out of the field's range.
 */
BANYAN_MUST_CHECK enum banyan_status
by_check_range(const struct by_reading *reading, const struct by_value *value);

/* Forms. */
bool by_is_code(const struct by_value *value);
bool by_is_url(struct by_bytes text);
/* What is wrong with a geometry, as the rest of a sentence; NULL when nothing is. */
const char *by_geometry_fault(const struct by_value *geometry);
/* Appends "10.5,106.2" or "Polygon, 120 points". */
BANYAN_MUST_CHECK enum banyan_status
by_geometry_text(const struct by_value *geometry, const char *language, struct by_buffer *out);

#endif
