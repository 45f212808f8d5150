/*
 * HOST:PORT, where a node can be reached.
 */
#ifndef BY_BASE_ADDRESS_H
#define BY_BASE_ADDRESS_H

#include "base/bytes.h"
#include "base/limits.h"

/* HOST:PORT, or [HOST]:PORT where the host has colons. The host may be empty and the port 0: what
 * that means is the caller's affair. BANYAN_ERR_MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status
by_address_split(struct by_bytes text, struct by_bytes *out_host, uint16_t *out_port);
/* Whether a peer can be there: host and port are given, all is visible ASCII, at most
 * BY_ADDRESS_BYTES_MAX. BANYAN_ERR_INVALID with words. */
BANYAN_MUST_CHECK enum banyan_status
by_address_check(struct by_bytes text, struct banyan_error *error);

#endif
