/*
 * The rules of a block that need no hash; shared by checking a run in memory and reading a packed
 * one, whose hashes are right because the reader has just made them.
 */
#ifndef BY_LOG_BLOCK_RULES_H
#define BY_LOG_BLOCK_RULES_H

#include "log/block.h"

/* Count, base, kinds, flags, seq, sizes, seal distance, links. Prevs, hashes and ids are not looked
 * at. Fails as by_run_check. */
BANYAN_MUST_CHECK enum banyan_status by_run_check_shape(const struct by_run *run);

#endif
