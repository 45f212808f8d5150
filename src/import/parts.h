/*
 * Inside of import_parts.c: how a table is mapped, and which records those are that repeat within
 * the rows of another.
 */
#ifndef BY_IMPORT_PARTS_H
#define BY_IMPORT_PARTS_H

#include "import/state.h"

bool by_import_part_has_fields(const struct by_import_part *part);

/* -- map.c -- */
/* Map the table at work, into the part at work. said: the type that the mapping gives to this
 * sheet; NULL: as for the whole. sheet: NULL where there is one alone; one of several may be
 * without a column that is known. With words. */
BANYAN_MUST_CHECK enum banyan_status
by_import_map(struct by_importing *importing, const char *said, const char *sheet);
/* The same as records of a type; what all rows have is not set in them. */
BANYAN_MUST_CHECK enum banyan_status
by_import_map_as(struct by_importing *importing, const struct by_type *type, const char *sheet);

/* -- repeat.c -- */
/* The type of the part at work, which repeats within rows of a table of the type `within`, and how
 * the records refer to each other, as the mapping says. With words. */
BANYAN_MUST_CHECK enum banyan_status
by_import_repeat_said(struct by_importing *importing, const struct by_type *within,
                      const struct by_mapping_sheet *said, const struct by_type **out_type);
/* The same by what the form calls it. *out_type is NULL where that says nothing. */
BANYAN_MUST_CHECK enum banyan_status by_import_repeat_guess(struct by_importing *importing,
                                                            const struct by_type *within,
                                                            const struct by_type **out_type);

#endif
