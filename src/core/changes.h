/*
 * The touches of one operation with their values, while they are put together.
 */
#ifndef BY_CORE_CHANGES_H
#define BY_CORE_CHANGES_H

#include "record/operation.h"

/* Parallel arrays in an arena, which grow up to BY_TOUCHES_MAX. */
struct by_changes {
    struct by_touch *touches;
    struct by_value *values;
    size_t count;
    size_t room;
};
/* BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_changes_init(struct by_changes *out_changes, struct by_arena *arena);
/* Add one. Equal ones are one; additions to a list are joined, and so are removals.
 * BANYAN_ERR_DIFFERENT when the path is touched in another way already; BANYAN_ERR_TOO_LARGE. */
BANYAN_MUST_CHECK enum banyan_status
by_changes_add(struct by_changes *changes, const struct by_touch *touch,
               const struct by_value *value, struct by_arena *arena);

/* Whether an array has an equal element. */
bool by_list_holds(const struct by_value *list, const struct by_value *element);

#endif
