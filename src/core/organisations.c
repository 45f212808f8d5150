#include "core/organisations.h"

#include <string.h>

static bool is_named(const struct by_charter_org *org, const char *word)
{
    char id[65];

    by_hex(by_id_bytes(&org->profile.id), id);
    return strcmp(id, word) == 0 || by_bytes_equal(org->profile.name, by_bytes_of_text(word));
}

enum banyan_status by_organisation_find(const struct by_node *node, const char *word,
                                        const struct by_charter_org **out_org,
                                        struct banyan_error *error)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    *out_org = NULL;
    for (size_t i = 0; i < count; i++) {
        if (orgs[i].role == BY_ROLE_NONE || !is_named(&orgs[i], word))
            continue;
        if (*out_org != NULL)
            return by_fail(
                error, BANYAN_ERR_INVALID,
                "several members are called '%s': give the id that banyan members --json shows",
                word);
        *out_org = &orgs[i];
    }
    if (*out_org == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no member of the network is called '%s': banyan members lists them", word);
    return BANYAN_OK;
}

bool by_organisation_is_gone(const struct by_node *node, const struct by_id *organisation)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, organisation);

    return org == NULL || (org->role == BY_ROLE_NONE && !org->is_suspended);
}
