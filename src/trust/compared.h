/*
 * What came of asking a node, as JSON: what the files of trust/compare.h share.
 */
#ifndef BY_TRUST_COMPARED_H
#define BY_TRUST_COMPARED_H

#include "codec/json.h"
#include "trust/compare.h"

/* A value: of a record its id, type and label, those empty where it is not known here. */
void by_compare_write_record(struct by_json *json, const struct by_node *node,
                             const struct by_record_name *name);
/* A value. */
void by_compared_write(struct by_json *json, const struct by_node *node,
                       const struct by_compared *compared);

#endif
