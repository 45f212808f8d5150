/*
 * The types in force in a network, where several types acts made apart are all decided: what each
 * of them changes stands, type by type and list by list (docs/protocol.md, Types). Pure.
 */
#ifndef BY_RECORD_TYPES_JOIN_H
#define BY_RECORD_TYPES_JOIN_H

#include "member/charter.h"
#include "record/registry.h"

/* The body that is in force: of one types act, or of genesis, as it stands; of several a body made
 * of them. Lives in arena or in the charter; NULL without genesis. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_types_in_force(const struct by_charter *charter,
                                                       struct by_arena *arena,
                                                       const struct by_value **out_body);
/* What they make: kinds, and what people see. Both are the caller's to free; none on failure. */
BANYAN_MUST_CHECK enum banyan_status by_types_build(const struct by_charter *charter,
                                                    struct by_type_set **out_set,
                                                    struct by_registry **out_registry);
/* What tells them from others: the act that they stand in, or of several a hash of those. Zero
 * without genesis. Of this program alone, in no file that others read. */
void by_types_mark(const struct by_charter *charter, struct by_id *out_mark);

#endif
