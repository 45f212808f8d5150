/*
 * Organisations as people name them.
 */
#ifndef BY_CORE_ORGANISATIONS_H
#define BY_CORE_ORGANISATIONS_H

#include "core/node.h"

/* The organisation with a role that has this name, or this hex id. BANYAN_ERR_NOT_FOUND;
 * BANYAN_ERR_INVALID when several have the name. */
BANYAN_MUST_CHECK enum banyan_status
by_organisation_find(const struct by_node *node, const char *word,
                     const struct by_charter_org **out_org, struct banyan_error *error);

/* The same among all that ever belonged, those with a role first. */
BANYAN_MUST_CHECK enum banyan_status
by_organisation_find_any(const struct by_node *node, const char *word,
                         const struct by_charter_org **out_org, struct banyan_error *error);

/* Whether an organisation that had records has no part in the network any more. One that is
 * suspended may come back. */
bool by_organisation_is_gone(const struct by_node *node, const struct by_id *organisation);

#endif
