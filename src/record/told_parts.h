/*
 * What the files of the telling share.
 */
#ifndef BY_RECORD_TOLD_PARTS_H
#define BY_RECORD_TOLD_PARTS_H

#include "record/merge_parts.h"
#include "record/told.h"

/* Fill befores of all that is an operation of the record; standings are known. */
BANYAN_MUST_CHECK enum banyan_status
by_tell_befores(struct by_merge_state *state, struct by_told *told, size_t count);

/* Fill before of all that counts; standings and fates are known. Cost: none where nothing deletes,
 * else as of by_tell. */
BANYAN_MUST_CHECK enum banyan_status
by_tell_deletions(struct by_merge_state *state, struct by_told *told, size_t count);

#endif
