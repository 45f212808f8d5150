/*
 * What people see of a record: its name and the texts of its fields, in a language.
 */
#ifndef BY_VIEW_SHOWN_H
#define BY_VIEW_SHOWN_H

#include "codec/json.h"
#include "view/view.h"

/* The text of an mltext value in language, else in the record's own, else English, else the first.
 * NULL when it has none. */
const struct by_value *by_shown_language(const struct by_value *map, const char *language,
                                         struct by_bytes record_language);
/* The record's own language as its document says; empty without one. */
struct by_bytes by_shown_record_language(const struct by_value *document);
/*
 * The name of a record: the fields its type is named by, else its first text that says something,
 * in the order of its type's fields, cut to one line; else its short id. type NULL: field "name" or
 * "title". language NULL: the record's own. Appends.
 */
BANYAN_MUST_CHECK enum banyan_status
by_shown_label(const struct by_type *type, const struct by_value *document, const char *language,
               const char *short_id, struct by_buffer *out);
/* Text cut to its first line and to what fits one in a table. Appends. */
BANYAN_MUST_CHECK enum banyan_status by_shown_line(struct by_bytes text, struct by_buffer *out);
/* A field's value, as documents hold it, as text for people; references as the names of what they
 * name, where the view has it. */
BANYAN_MUST_CHECK enum banyan_status
by_shown_text(struct by_view *view, const struct by_type *type, struct by_bytes path,
              const struct by_value *value, const char *language, struct by_buffer *out);
/* Label of a field by path, "Name (vi)" for a language of one; the path itself where unknown. */
BANYAN_MUST_CHECK enum banyan_status by_shown_path(const struct by_type *type, struct by_bytes path,
                                                   const char *language, struct by_buffer *out);
/* Definition of a path's field, envelope included; NULL where unknown. */
const struct by_field *by_shown_field(const struct by_type *type, struct by_bytes path);
/* Member "label" of a record whose document is at hand as JSON text; parsed into arena. */
BANYAN_MUST_CHECK enum banyan_status
by_shown_record(const struct by_type *type, struct by_bytes document, const char *short_id,
                const char *language, struct by_arena *arena, struct by_value *out_document,
                struct by_json *json);
/* {"id": hex, "name": text} of an organisation; its name is "" where it is not a member. */
BANYAN_MUST_CHECK enum banyan_status
by_shown_member(struct by_view *view, struct by_bytes organisation, struct by_json *json,
                struct banyan_error *error);

#endif
