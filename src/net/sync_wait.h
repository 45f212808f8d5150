/*
 * Syncing where a node runs on the home already: it does the work, and writes down how far it is.
 */
#ifndef BY_NET_SYNC_WAIT_H
#define BY_NET_SYNC_WAIT_H

#include "banyan/run.h"
#include "base/bytes.h"

/*
 * Asks the node, by a number in the store, to compare with its peers now; then waits until it is in
 * sync, as of the question, with those of the target that it is connected with, or a while. An
 * address that the target gives is remembered first. Statuses and answer as of by_sync_once;
 * BANYAN_ERR_BUSY where no node is at work, as far as it wrote down, or no more; out_was_at_work
 * says which.
 */
BANYAN_MUST_CHECK enum banyan_status by_sync_wait(const char *home, const struct banyan_sync *sync,
                                                  bool *out_was_at_work, struct by_buffer *out,
                                                  struct banyan_error *error);

#endif
