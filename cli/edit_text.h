/*
 * A record as text for an editor, and the changes that the edited text asks for.
 *
 *   ## Name: a comment
 *   name.vi=Búng Bình Thiên
 *   notes.vi=first line
 *   	further lines begin with a tab
 *   tags=wetland            (a list has one line per element)
 */
#ifndef CLI_EDIT_TEXT_H
#define CLI_EDIT_TEXT_H

#include "field_args.h"
#include "reading.h"

/* The fields of a record in the order of its type, what each means above it (type: of
 * banyan_types); those that are empty as comments. */
const char *edit_text_write(struct pool *pool, const json_t *record, const json_t *type);

/* Whether nothing but comments stands in it. */
bool edit_text_is_empty(const char *text);

/* What differs from before to after, as changes; no field at all when nothing does. Only
 * field=value lines, comments and empty lines may stand in it: else BANYAN_ERR_USAGE and
 * *out_mistake. */
enum banyan_status edit_text_compare(struct pool *pool, const char *before, const char *after,
                                     const json_t *type, struct field_args *out_changes,
                                     const char **out_mistake);

#endif
