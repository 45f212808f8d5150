/*
 * Bringing an organisation to a further computer, with its recovery code and a bundle that any
 * member made for all: the organisation's next device, or its first one after all others were lost.
 */
#ifndef BY_CORE_RECOVER_H
#define BY_CORE_RECOVER_H

#include "banyan/network.h"
#include "core/node.h"

/* Make a home of the organisation whose code it is. Answers as of include/banyan/network.h. The
 * home is complete once all is done; what is left of a failure is replaced by the next try. */
BANYAN_MUST_CHECK enum banyan_status by_recover(const char *home,
                                                const struct banyan_recovery *recovery,
                                                struct by_buffer *out, struct banyan_error *error);

/* A recovery code as typed. BANYAN_ERR_INVALID with words. */
BANYAN_MUST_CHECK enum banyan_status
by_recovery_read(const char *code, struct by_signing_key *out_root, struct banyan_error *error);

#endif
