/*
 * The person at work in this home: written into the remarks of what is written here.
 */
#ifndef BY_CORE_ME_H
#define BY_CORE_ME_H

#include "core/node.h"

/* The name, 0 to BY_PERSON_BYTES_MAX bytes; it holds until the transaction ends. */
BANYAN_MUST_CHECK enum banyan_status by_me_get(struct by_store_txn *txn, struct by_bytes *out_name);

/* name: NULL asks only, "" forgets. {"person": text or null}. BANYAN_ERR_INVALID for a name that is
 * too long or of several lines, BANYAN_ERR_BAD_TEXT. */
BANYAN_MUST_CHECK enum banyan_status
by_me(struct by_node *node, const char *name, struct by_buffer *out, struct banyan_error *error);

#endif
