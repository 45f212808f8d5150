/*
 * The types and code lists of a network as people see them: what the act in force says of them,
 * and where it says nothing the shipped tables (docs/protocol.md, Types). A pure function of that
 * act and of the tables of this program. Kinds are those in force, whatever the tables say.
 *
 * Pointers that a registry gives hold until it is freed.
 */
#ifndef BY_RECORD_REGISTRY_H
#define BY_RECORD_REGISTRY_H

#include "base/error.h"
#include "record/types.h"

struct by_registry;

/* body: that of the types act in force, or genesis (by_charter_types_body), which is copied; NULL:
 * the shipped tables alone. What is not of the form, and definitions that break a rule, say
 * nothing. */
BANYAN_MUST_CHECK enum banyan_status
by_registry_new(const struct by_value *body, struct by_registry **out_registry);
void by_registry_free(struct by_registry *registry);
/* Every rule that a definition in body breaks is told: BANYAN_ERR_INVALID with the first, or what
 * by_definitions_unpack returns. */
BANYAN_MUST_CHECK enum banyan_status
by_registry_check(const struct by_value *body, struct banyan_error *error);

/* Types by name: those in force whose name a table can have, and shipped ones that the network does
 * not keep. */
const struct by_type *const *
by_registry_types(const struct by_registry *registry, size_t *out_count);
/* NULL for a name that is not there. */
const struct by_type *by_registry_type(const struct by_registry *registry, struct by_bytes name);
const struct by_code_list *
by_registry_list(const struct by_registry *registry, struct by_bytes name);
/* Whether all types are those of the program as they are. */
bool by_registry_is_shipped(const struct by_registry *registry);

#endif
