/*
 * Records that may be the same as one that is to be added.
 */
#ifndef BY_CORE_ALIKE_H
#define BY_CORE_ALIKE_H

#include "banyan/record.h"
#include "core/fields.h"
#include "core/node.h"
#include "view/alike.h"

/* What include/banyan/record.h says of banyan_alike. */
BANYAN_MUST_CHECK enum banyan_status by_alike(struct by_node *node, const char *type,
                                              const struct banyan_field *fields, size_t count,
                                              struct by_buffer *out, struct banyan_error *error);

/* What a new record of alike->type is called and where it is, by its changes. names has room for
 * BY_ALIKE_NAMES_MAX; all of it borrows changes. */
void by_alike_of_changes(struct by_view_alike *alike, struct by_bytes *names,
                         const struct by_touch *touches, const struct by_value *values,
                         size_t count);

#endif
