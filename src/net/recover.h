/*
 * An organisation comes back over the network, with its recovery code and where a member's node is.
 *
 *   1. as the organisation's key itself, which is told who belongs to the network and nothing else
 *   2. the new device is certified and logged: from here on there is a home
 *   3. as that device, which brings its act and gets everything
 */
#ifndef BY_NET_RECOVER_H
#define BY_NET_RECOVER_H

#include "banyan/network.h"
#include "base/bytes.h"

/* recovery->contact is given. Answers, and fails, as include/banyan/network.h says: what comes to
 * nothing in the third step is told by "in_sync", since the home is complete. */
BANYAN_MUST_CHECK enum banyan_status
by_recover_by_net(const char *home, const struct banyan_recovery *recovery, struct by_buffer *out,
                  struct banyan_error *error);

#endif
