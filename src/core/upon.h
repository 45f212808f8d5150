/*
 * Writing an operation upon all that is known of a record, however many heads that has.
 */
#ifndef BY_CORE_UPON_H
#define BY_CORE_UPON_H

#include "core/append.h"
#include "record/merge.h"

/*
 * Add an operation of by_draft_begin upon all heads of merged. An operation names at most
 * BY_PARENTS_MAX parents: where more heads stand, what it sets, unsets, deletes or hands over is
 * written in steps, each upon some heads and the step before, so that the last one knows them all;
 * removals name their additions as parents, some in each step. Flushes between steps. Failures as
 * of by_append_operation.
 */
BANYAN_MUST_CHECK enum banyan_status by_upon_all(struct by_append *append,
                                                 struct by_operation *operation,
                                                 const struct by_merged *merged);

#endif
