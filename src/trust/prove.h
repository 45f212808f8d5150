/*
 * One record with its proof, in a file that anybody can check (sync/proof.h).
 */
#ifndef BY_TRUST_PROVE_H
#define BY_TRUST_PROVE_H

#include "core/node.h"

/* Append the proof: all operations of the record that count, each in a stretch up to a seal, and
 * the acts that say whose logs they stand in. It has been read back and holds.
 * BANYAN_ERR_NOT_FOUND; BANYAN_ERR_USAGE for a private record; BANYAN_ERR_TOO_LARGE past
 * BY_PROOF_BYTES_MAX. */
BANYAN_MUST_CHECK enum banyan_status by_prove(struct by_node *node,
                                              const struct by_record_name *name,
                                              struct by_buffer *out, struct banyan_error *error);
/* The same into a file. {"file", "id", "type", "label", "operations": n, "acts": n, "bytes": n}.
 * replace: a file that is there is written over; else BANYAN_ERR_EXISTS. */
BANYAN_MUST_CHECK enum banyan_status
by_prove_file(struct by_node *node, const char *id, const char *path, bool replace,
              struct by_buffer *out, struct banyan_error *error);

#endif
